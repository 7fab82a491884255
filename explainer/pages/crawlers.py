"""What programs that walk the site are told: which pages there are and when each changed."""

from __future__ import annotations

from explainer.config import Config
from explainer.pages.contexts import Notice
from explainer.pages.frame import absolute
from explainer.pages.xml import Xml

SITEMAP = "sitemap.xml"


def files(notices: tuple[Notice, ...], config: Config) -> dict[str, bytes]:
    """`robots.txt`, and where the site has a base_url, the sitemap."""
    robots = "User-agent: *\nAllow: /\n"
    if not config.site.base_url:
        return {"robots.txt": robots.encode()}
    return {"robots.txt": f"{robots}Sitemap: {absolute(config, SITEMAP)}\n".encode(), SITEMAP: _sitemap(notices, config)}


def _sitemap(notices: tuple[Notice, ...], config: Config) -> bytes:
    """Every page with the day on which its content changed last; the home page changes with the last of them."""
    days = {"index.html": max(notice.modified for notice in notices)}
    days |= {page: notice.modified for notice in notices for page in notice.pages}
    sitemap = Xml("http://www.sitemaps.org/schemas/sitemap/0.9", "urlset")
    for page, changed in sorted(days.items()):
        url = sitemap.add(sitemap.root, "url")
        sitemap.add(url, "loc", absolute(config, page))
        sitemap.add(url, "lastmod", changed)
    return sitemap.bytes()
