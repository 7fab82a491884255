"""What pages may load besides the site's own files, each only what stands on it: for the policy in its head, and for what hosts send."""

from __future__ import annotations

from collections.abc import Mapping

from explainer.config import Config
from explainer.pages import talk
from explainer.policy import CSP, Sources, written

WORKER = r"search/[^/]+/pagefind-worker\.js$"


def of_article(config: Config, *, commented: bool = True) -> tuple[Sources, ...]:
    """On the page of an article."""
    return (*(talk.comment_sources(config) if commented else ()), *talk.newsletter_sources(config))


def of_home(config: Config) -> tuple[Sources, ...]:
    """On the home page."""
    return talk.newsletter_sources(config)


def of_search(config: Config) -> tuple[Sources, ...]:
    """In the worker of a search, which has the policy that its own file comes with; pages have none of this."""
    return ({"script-src": ("'wasm-unsafe-eval'",)},) if config.site.search else ()


def by_place(config: Config) -> Mapping[str, str]:
    """The policies by path, where they are not that of all pages: by regular expressions over what stands below the top of the site."""
    places = {r"(index\.html)?$": of_home(config), r"[^/]+/(index\.html)?$": of_article(config), WORKER: of_search(config)}
    policies = {place: written(*sources) for place, sources in places.items()}
    return {place: policy for place, policy in policies.items() if policy != CSP}


def widest(config: Config) -> str:
    """One policy that allows what any file may do."""
    return written(*of_article(config), *of_home(config), *of_search(config))
