"""All that an editor says of an article, or of the site around the articles."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Collection, Iterable, Iterator
from functools import partial

from explainer.config import Config, site_document
from explainer.content import Article, Text
from explainer.diagnostics import Diagnostic, Place
from explainer.editorial import sentences, structure, upkeep
from explainer.editorial.figures import Figure, cited, figures, names, plain, undeclared
from explainer.editorial.rules import EXTERNAL, RULES, remark
from explainer.model.model import Model
from explainer.model.simulate import Numbers
from explainer.pages.page import Prose
from explainer.prose.merge import Values
from explainer.silence import Silence, heeded, in_markdown

HERE = RULES.keys() - set(EXTERNAL)  # the rules that ask nobody


def review(article: Article, model: Model, numbers: Numbers, text: Prose, config: Config, today: datetime.date) -> tuple[Diagnostic, ...]:
    """What every rule says of an article, but for what the author has answered and what only other hosts know."""
    check, values = config.site.check, Values(model, numbers, config.locale)
    page = [(article.opening, text.opening), *zip(article.sections, text.sections, strict=True)]
    answers = list(zip((item.answer for item in article.questions), (answer for _, _, answer in text.questions), strict=True))
    found = [
        *undeclared_numbers(article, values, check.names),
        *itertools.chain.from_iterable(structure.alternatives(passage) for passage in text.bodies),
        *structure.headings(page, top=2),
        *itertools.chain.from_iterable(structure.headings([answer], top=3) for answer in answers),
        *upkeep.unused(article, model, text),
        *upkeep.stale_sources(article, today, check.stale_after),
        *upkeep.metadata(article, text, values),
    ]
    return heeded(found, silences(article), RULES, HERE)


def review_site(config: Config, wrote: Collection[str] | None = None) -> tuple[Diagnostic, ...]:
    """What the rules say of `site.yaml`; `wrote` are the authors of all articles, if these could be read."""
    document = site_document(config.content)
    found = [*upkeep.description(config.site.description, "the site", document), *upkeep.base_url(document)]
    if wrote is not None:
        found += upkeep.authors(document, config.site.authors, wrote)
    return heeded(found, document.silences, RULES, HERE)


def review_links(found: Iterable[Diagnostic], answered: Iterable[Silence]) -> tuple[Diagnostic, ...]:
    """What `external` has found, but for what the authors have answered."""
    return heeded(found, [silence for silence in answered if silence.rule in EXTERNAL and silence.reason], RULES, EXTERNAL)


def silences(article: Article) -> Iterator[Silence]:
    """Every silence in an article's texts and YAML."""
    for document in article.documents.values():
        yield from document.silences
    for text in bodies(article):
        yield from in_markdown(text.markdown, text.place)


def bodies(article: Article) -> tuple[Text, ...]:
    """The Markdown of an article, in the order of the page."""
    return (article.opening, *article.sections, *(item.answer for item in article.questions))


def undeclared_numbers(article: Article, values: Values, listed: Iterable[str] = ()) -> Iterator[Diagnostic]:
    """Figures in the prose that are neither computed nor cited."""
    known = names((text.markdown for text in bodies(article)), listed)
    cites = set().union(*(cited(text.markdown, known) for text in bodies(article)))
    conditions = {name: claim.holds for name, claim in article.model_spec.claims.items()}
    lines = (article.title, article.dek, article.description, article.closing, *(item.question for item in article.questions))
    for text in lines:
        found = [figure for figure in figures(sentences.line(text.markdown), known) if plain(figure.written) not in cites]
        if found:
            yield _undeclared(found, text.place, False, values)
    for text in bodies(article):
        for sentence, found in undeclared(text.markdown, conditions, known, cites):
            for line, group in itertools.groupby(found, partial(_line, text.markdown)):
                on_line = list(group)
                column = on_line[0].start - text.markdown.rfind("\n", 0, on_line[0].start)
                yield _undeclared(on_line, Place(text.place.file, (text.place.line or 1) + line, column), sentence.citable, values)


def _line(markdown: str, figure: Figure) -> int:
    return markdown.count("\n", 0, figure.start)


def _undeclared(found: list[Figure], place: Place, citable: bool, values: Values) -> Diagnostic:
    written = [f"'{figure.written}'" for figure in found]
    several = f"{', '.join(written[:-1])} and {written[-1]} are" if len(written) > 1 else f"{written[0]} is"
    known = [hint for figure in found if (hint := _printed(figure, values))]
    cite = "cite a source in this sentence, '[@key]'" if citable else "repeat a figure that the text cites"
    hint = "\n".join([*known, f"print a quantity, '{{{{ NAME }}}}', or {cite}"])
    return remark("undeclared-number", f"{several} neither computed nor cited", place, hint)


def _printed(figure: Figure, values: Values) -> str:
    """The quantity that comes to just this, if there is one."""
    typed = plain(figure.written)
    for name in values.model.numbers:
        if not values.model.over(name):
            shown = plain(values.text(name))
            if shown.startswith(typed) and shown[len(typed) : len(typed) + 1] not in tuple("0123456789.,"):
                return f"'{{{{ {name} }}}}' comes to {values.text(name)}"
    return ""
