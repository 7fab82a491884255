"""HTML tags that are opened and never closed: they would swallow what follows."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
# HTML closes these by itself
CLOSED = frozenset({
    "body", "caption", "colgroup", "dd", "dt", "head", "html", "li", "optgroup", "option", "p", "rp", "rt", "tbody", "td", "tfoot", "th", "thead", "tr",
})  # fmt: skip


class _Tags(HTMLParser):
    """Keeps the open tags; `unclosed` are those left open, each as (tag, its text, how often that text stood before)."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str, int]] = []
        self.unclosed: list[tuple[str, str, int]] = []
        self.seen: dict[str, int] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        text = self.get_starttag_text() or f"<{tag}>"
        if tag not in VOID:
            self.open.append((tag, text, self.seen.get(text, 0)))
        self.seen[text] = self.seen.get(text, 0) + 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID and not self._foreign():
            self.handle_starttag(tag, attrs)  # '<div/>' opens a div

    def handle_endtag(self, tag: str) -> None:
        if tag not in (name for name, _, _ in self.open):
            return
        while self.open:
            last = self.open.pop()
            if last[0] == tag:
                return
            self.unclosed.append(last)

    def _foreign(self) -> bool:
        return any(name in ("svg", "math") for name, _, _ in self.open)


def unclosed(html: str) -> list[tuple[str, str, int]]:
    """The tags that are never closed: (tag, its text, how often that text stood before), in their order."""
    tags = _Tags()
    tags.feed(html)
    tags.close()
    return [found for found in (*tags.unclosed, *tags.open) if found[0] not in CLOSED]
