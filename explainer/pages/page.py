"""What the pages of one article are made of: its parsed prose, its numbers, and the site around it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from explainer.assets import Assets
from explainer.config import Config
from explainer.content import Article
from explainer.diagnostics import Place
from explainer.model.model import Model
from explainer.model.simulate import Numbers
from explainer.pages.parts import Cited
from explainer.pages.renderer import Renderer
from explainer.prose.merge import Values
from explainer.prose.passage import Marked, Passage


@dataclass(frozen=True, slots=True)
class Prose:
    """The parsed passages of an article."""

    title: Passage
    dek: Passage
    description: Passage
    closing: Passage
    opening: Passage
    sections: tuple[Passage, ...]
    questions: tuple[tuple[str, Passage, Passage], ...]  # slug, question, answer

    @property
    def bodies(self) -> tuple[Passage, ...]:
        """The passages of Markdown, in the order of the page."""
        return (self.opening, *self.sections, *(answer for _, _, answer in self.questions))

    @property
    def passages(self) -> tuple[Passage, ...]:
        """All that is read on the page: lines and bodies."""
        return (self.title, self.dek, self.description, self.closing, *(question for _, question, _ in self.questions), *self.bodies)

    def names(self, kind: str) -> dict[str, Place]:
        """The charts, photographs or sources that the prose names, each with its first place, in the order of the page."""
        found: dict[str, Place] = {}
        for mark in self.marks(kind):
            found.setdefault(mark.name, mark.place)
        return found

    def marks(self, kind: str) -> tuple[Marked, ...]:
        """All that the prose refers to of a kind, in the order of the page."""
        return tuple(mark for passage in self.bodies for mark in passage.marks if mark.kind == kind)


@dataclass(frozen=True, slots=True)
class Page:
    """What the pages of one article are made of."""

    article: Article
    key: str  # the digest of its numbers, its sources and the templates
    model: Model
    numbers: Numbers
    text: Prose
    cited: tuple[Cited, ...]
    assets: Assets
    config: Config
    renderer: Renderer

    @property
    def address(self) -> str:
        """The article's own page, as a path in the site."""
        return f"{self.article.slug}/index.html"

    @property
    def modified(self) -> datetime.date:
        """The day of the last change that its readers are told of: never that of a build."""
        changes = self.article.lock.changes if self.article.lock else ()
        corrections = self.article.matter.corrections
        return max([self.article.matter.published, *(change.date for change in changes), *(item.date for item in corrections)])

    @property
    def values(self) -> Values:
        """What tokens turn into."""
        return Values(self.model, self.numbers, self.config.locale)
