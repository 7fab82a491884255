"""An article as the search reads it: its words and numbers under their headings, without what only its page can do."""

from __future__ import annotations

from explainer.pages.contexts import ArticlePage
from explainer.pages.page import Page
from explainer.prose import shape

# what is no prose: drawings and the tables behind them, where they come from, what is hidden, and links to numbered entries
LEFT_OUT = (
    ".//div[@class='chart']", ".//span[@class='origin']", ".//details", ".//*[@hidden]", ".//picture", ".//img",
    ".//span[@class='citation']", ".//sup", ".//a[@class='footnote-backref']",
)  # fmt: skip


def sought(page: Page, context: ArticlePage) -> str:
    """The page that Pagefind reads; empty where the site has no search."""
    if not page.config.site.search:
        return ""
    html = page.renderer.render("sought.html", context)
    return page.config.results.get("sought", (html, page.config.site.language), lambda: _stripped(html, page.config.site.language))


def _stripped(html: str, language: str) -> str:
    root = shape.tree(html)
    for path in LEFT_OUT:
        for element in list(root.iterfind(path)):
            element.drop_tree()
    for heading in root.iter("h1", "h2", "h3", "h4"):
        words = heading.text_content()  # Pagefind names a part by what stands in its heading outside of elements
        heading[:] = []
        heading.text = words
    for element in list(root.iter("data", "span", "a")):
        element.drop_tag()
    for element in root.iter():
        for name in set(element.attrib) - {"id"}:  # of headings: results lead to them. All else would have it made anew without a reason
            del element.attrib[name]
    return f'<!doctype html><html lang="{language}"><body>{shape.inner(root)}</body></html>'
