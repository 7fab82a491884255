"""The pages of the authors: each with what the site says of them, and with their articles."""

from __future__ import annotations

from explainer.assets import Assets
from explainer.config import AuthorSpec, Config
from explainer.diagnostics import Report
from explainer.pages import byline, linked
from explainer.pages.contexts import AuthorPage, Teaser
from explainer.pages.frame import frame, link_address, relative
from explainer.pages.renderer import Renderer
from explainer.pages.told import Notice


def files(notices: tuple[Notice, ...], teasers: tuple[Teaser, ...], assets: Assets, config: Config, renderer: Renderer) -> dict[str, bytes]:
    """A page for each author, the newest articles first. Raises Problems where two would have one address."""
    by_address = {teaser.address: teaser for teaser in teasers}
    newest = sorted(notices, key=lambda item: (item.published, item.slug), reverse=True)
    pages = {}
    for there, name in _names(notices, config).items():
        own = [by_address[notice.address] for notice in newest if name in notice.authors]
        listed = tuple(Teaser(relative(there, one.address), one.title, one.dek, one.published) for one in own)
        pages[there] = renderer.render("author.html", _context(there, name, listed, assets, config)).encode()
    return pages


def _context(there: str, name: str, listed: tuple[Teaser, ...], assets: Assets, config: Config) -> AuthorPage:
    spec = config.site.authors.get(name, AuthorSpec())
    links = (
        *(((spec.url.split("://")[1].rstrip("/"), spec.url),) if spec.url else ()),
        *((link.title, link.address) for link in spec.links),
    )
    addresses = tuple((title, link_address(there, address)) for title, address in links)
    elsewhere = [address for _, address in addresses if address.startswith("http")]
    more = {key: value for key, value in {"description": spec.about, "sameAs": elsewhere}.items() if value}
    person = {**linked.person(config, name, there), **more}
    data = linked.written([{"@type": "ProfilePage", "mainEntity": person}, linked.way(config, there, name)])
    return AuthorPage(frame(config, assets, there, name, spec.about or f"Articles by {name}"), listed, spec.about, addresses, data)


def _names(notices: tuple[Notice, ...], config: Config) -> dict[str, str]:
    """The authors by the paths of their pages."""
    names: dict[str, str] = {}
    with Report() as report:
        for notice in sorted(notices, key=lambda item: item.slug):
            for name in notice.authors:
                path = byline.page(name, config)
                first = names.setdefault(path, name) if path else name
                if first != name:
                    folder = path.removesuffix("index.html")
                    hint = f"if they are one, write the name alike; if not, give one an address in site.yaml: 'authors: {{{name}: {{address: …}}}}'"
                    report.error("duplicate-slug", f"'{name}' and '{first}' would both be at '{folder}'", notice.authors_place, hint)
    return names
