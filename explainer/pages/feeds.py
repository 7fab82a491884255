"""The feeds: Atom and JSON, with the whole text of the articles that changed last."""

from __future__ import annotations

import json

from explainer.config import Config
from explainer.pages import byline
from explainer.pages.frame import ATOM, JSON_FEED, absolute
from explainer.pages.told import Notice
from explainer.pages.xml import Xml

LONGEST = 20  # articles


def files(notices: tuple[Notice, ...], config: Config) -> dict[str, bytes]:
    """Both feeds; none where the site has no base_url, for a feed is read elsewhere."""
    if not config.site.base_url:
        return {}
    newest = sorted(notices, key=lambda item: (item.modified, item.published, item.slug), reverse=True)[:LONGEST]
    return {ATOM: _atom(newest, config), JSON_FEED: _json(newest, config)}


def _atom(notices: list[Notice], config: Config) -> bytes:
    feed = Xml("http://www.w3.org/2005/Atom", "feed")
    top, home = feed.root, absolute(config, "index.html")
    top.set("{http://www.w3.org/XML/1998/namespace}lang", config.site.language)
    feed.add(top, "title", config.site.title)
    if config.site.description:
        feed.add(top, "subtitle", config.site.description)
    feed.add(top, "id", home)
    feed.add(top, "updated", _instant(max(notice.modified for notice in notices)))
    feed.add(top, "link", rel="self", type="application/atom+xml", href=absolute(config, ATOM))
    feed.add(top, "link", rel="alternate", type="text/html", href=home)
    for notice in notices:
        _entry(feed, notice, config)
    return feed.bytes()


def _entry(feed: Xml, notice: Notice, config: Config) -> None:
    entry, address = feed.add(feed.root, "entry"), absolute(config, notice.address)
    feed.add(entry, "title", notice.title)
    feed.add(entry, "id", address)
    feed.add(entry, "link", rel="alternate", type="text/html", href=address)
    feed.add(entry, "published", _instant(notice.published))
    feed.add(entry, "updated", _instant(notice.modified))
    for name in notice.authors or (config.site.title,):  # an entry without one would be no Atom
        author = feed.add(entry, "author")
        feed.add(author, "name", name)
        if path := byline.page(name, config) if notice.authors else "":
            feed.add(author, "uri", absolute(config, path))
    feed.add(entry, "summary", notice.dek)
    feed.add(entry, "content", notice.body, type="html")


def _json(notices: list[Notice], config: Config) -> bytes:
    items = [
        {
            "id": absolute(config, notice.address), "url": absolute(config, notice.address), "title": notice.title, "summary": notice.dek,
            "content_html": notice.body, "date_published": _instant(notice.published), "date_modified": _instant(notice.modified),
            "authors": [_author(name, config) for name in notice.authors],
        }
        for notice in notices
    ]  # fmt: skip
    feed = {
        "version": "https://jsonfeed.org/version/1.1", "title": config.site.title, "description": config.site.description,
        "home_page_url": absolute(config, "index.html"), "feed_url": absolute(config, JSON_FEED), "language": config.site.language, "items": items,
    }  # fmt: skip
    return (json.dumps(feed, ensure_ascii=False, indent=1) + "\n").encode()


def _author(name: str, config: Config) -> dict[str, str]:
    path = byline.page(name, config)
    return {"name": name, **({"url": absolute(config, path)} if path else {})}


def _instant(day: str) -> str:
    """A day as the instant that feeds ask for; an article knows no hours."""
    return f"{day}T00:00:00Z"
