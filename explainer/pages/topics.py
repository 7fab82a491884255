"""What belongs together: articles that share topics and sources, and a page for each topic."""

from __future__ import annotations

import re
from collections.abc import Mapping

from explainer.assets import Assets
from explainer.config import Config
from explainer.pages.contexts import Related, RelatedPart, Teaser, TopicPage
from explainer.pages.frame import frame, relative
from explainer.pages.renderer import Renderer
from explainer.pages.told import Notice
from explainer.prose.passage import CLOSE, OPEN

SLOT = f"{OPEN}related{CLOSE}"  # where an article's page gets its neighbours, when all of them are known; no author can write it
FOLDER = "topics"
MOST = 3  # articles
TOPIC = 3  # a topic that an author gave weighs as much as so many sources


def slug(topic: str) -> str:
    """A topic as part of an address; empty where it has neither letter nor digit."""
    return re.sub(r"[\W_]+", "-", topic.lower()).strip("-")


def page(key: str) -> str:
    """The path of a topic's page in the site."""
    return f"{FOLDER}/{key}/index.html"


def files(notices: tuple[Notice, ...], teasers: tuple[Teaser, ...], assets: Assets, config: Config, renderer: Renderer) -> dict[str, bytes]:
    """The pages of the topics, each with its articles, the newest first."""
    by_address = {teaser.address: teaser for teaser in teasers}
    newest = sorted(notices, key=lambda item: (item.published, item.slug), reverse=True)
    pages = {}
    for key, name in _names(notices).items():
        there = page(key)
        own = [by_address[notice.address] for notice in newest if key in map(slug, notice.topics)]
        listed = tuple(Teaser(relative(there, one.address), one.title, one.dek, one.published) for one in own)
        context = TopicPage(frame(config, assets, there, name, f"Articles on {name}"), listed)
        pages[there] = renderer.render("topic.html", context).encode()
    return pages


def filled(files: Mapping[str, bytes], notices: tuple[Notice, ...], renderer: Renderer) -> dict[str, bytes]:
    """The articles' pages with their topics and neighbours in the slot."""
    names = _names(notices)
    pages = {}
    for notice in notices:
        keys = dict.fromkeys(map(slug, notice.topics))
        topics = tuple((names[key], relative(notice.address, page(key))) for key in keys)
        part = RelatedPart(_related(notice, notices, names), topics)
        pages[notice.address] = files[notice.address].replace(SLOT.encode(), renderer.render("related.html", part).encode())
    return pages


def _related(notice: Notice, notices: tuple[Notice, ...], names: Mapping[str, str]) -> tuple[Related, ...]:
    """Those that share most, the newest of equals first; and what they share, for it is said."""
    found = []
    for other in sorted(notices, key=lambda item: (item.published, item.slug), reverse=True):
        topics = [key for key in dict.fromkeys(map(slug, notice.topics)) if key in map(slug, other.topics)]
        works = len(set(notice.works) & set(other.works))
        if other is not notice and (topics or works):
            because = [names[key] for key in topics] + ([f"{works} source{'s' * (works > 1)} in common"] if works else [])
            address = relative(notice.address, other.address)
            found.append((TOPIC * len(topics) + works, Related(address, other.title, ", ".join(because))))
    return tuple(related for _, related in sorted(found, key=lambda item: -item[0])[:MOST])


def _names(notices: tuple[Notice, ...]) -> dict[str, str]:
    """The topics by their address; of two ways to write one the first counts."""
    names: dict[str, str] = {}
    for topic in sorted({topic for notice in notices for topic in notice.topics}):
        names.setdefault(slug(topic), topic)
    return names
