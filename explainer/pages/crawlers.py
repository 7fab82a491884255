"""What programs that walk the site are told: which pages there are and when each changed."""

from __future__ import annotations

from explainer.config import Config
from explainer.pages import byline, topics
from explainer.pages.frame import absolute
from explainer.pages.markdown import FILE, escaped
from explainer.pages.told import Notice
from explainer.pages.xml import Xml

SITEMAP = "sitemap.xml"


def files(notices: tuple[Notice, ...], config: Config) -> dict[str, bytes]:
    """`robots.txt`, `llms.txt`, and where the site has a base_url, the sitemap."""
    models = {"llms.txt": _for_models(notices, config).encode()}
    robots = "User-agent: *\nAllow: /\n"
    if not config.site.base_url:
        return {"robots.txt": robots.encode(), **models}
    return {"robots.txt": f"{robots}Sitemap: {absolute(config, SITEMAP)}\n".encode(), SITEMAP: _sitemap(notices, config), **models}


def _sitemap(notices: tuple[Notice, ...], config: Config) -> bytes:
    """Every page with the day on which its content changed last; the home page changes with the last of them."""
    days = {"index.html": max(notice.modified for notice in notices)}
    days |= {page: notice.modified for notice in notices for page in notice.pages}
    for notice in sorted(notices, key=lambda item: item.modified):
        days |= {topics.page(topics.slug(topic)): notice.modified for topic in notice.topics}
        days |= {path: notice.modified for path in (byline.page(name, config) for name in notice.authors) if path}
    sitemap = Xml("http://www.sitemaps.org/schemas/sitemap/0.9", "urlset")
    for page, changed in sorted(days.items()):
        url = sitemap.add(sitemap.root, "url")
        sitemap.add(url, "loc", absolute(config, page))
        sitemap.add(url, "lastmod", changed)
    return sitemap.bytes()


def _for_models(notices: tuple[Notice, ...], config: Config) -> str:
    """`llms.txt`: the site in a few lines, each article as Markdown."""
    site = config.site
    lines = [f"# {escaped(site.title)}", *([f"> {escaped(site.description)}"] if site.description else []), "## Articles"]
    articles = []
    for notice in sorted(notices, key=lambda item: (item.published, item.slug), reverse=True):
        path = f"{notice.slug}/{FILE}"
        articles.append(f"- [{escaped(notice.title)}]({absolute(config, path) or path}): {escaped(notice.description or notice.dek)}")
    return "\n\n".join([*lines, "\n".join(articles)]) + "\n"
