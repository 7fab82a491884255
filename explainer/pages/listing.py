"""The numbers of an article as plain text, for a terminal."""

from __future__ import annotations

import textwrap

from explainer.lock import cells
from explainer.model.model import Model
from explainer.model.simulate import Numbers
from explainer.model.spec import ModelSpec
from explainer.numerals import Locale
from explainer.prose.merge import Values

INDENT = "    "


def listing(title: str, spec: ModelSpec, model: Model, numbers: Numbers, locale: Locale, width: int) -> str:
    """Every number: what it is, what it comes to, how, and on what it rests."""
    values = Values(model, numbers, locale)
    return "\n\n".join([title, *(_entry(name, spec, values, max(width, 20)) for name in model.numbers)])


def _entry(name: str, spec: ModelSpec, values: Values, width: int) -> str:
    number, over = values.model.number(name), values.model.over(name)
    head = name if over else f"{name}: {_amount(name, '', values)}"
    unit = f" [{number.unit.text}]" if number.unit.text else ""
    lines = [number.label, f"= {number.written}{unit}", _basis(name, spec, values.model)]
    steps = [f"{step}: {_amount(name, step, values)}" for step in values.model.steps(over)] if over else []
    wrapped = [textwrap.fill(line, width, initial_indent=INDENT, subsequent_indent=INDENT + "  ") for line in (*steps, *lines)]
    return "\n".join([textwrap.fill(head, width, subsequent_indent=INDENT), *wrapped])


def _amount(name: str, step: str, values: Values) -> str:
    amount = values.numbers.amount(name, step)
    certain = amount.low == amount.high
    return values.text(name, at=step) + ("" if certain else f" ({values.text(name, 'range', at=step)})")


def _basis(name: str, spec: ModelSpec, model: Model) -> str:
    """The evidence of an assumption; for a quantity the sources of all that it rests on, and how much of it is judgement."""
    if name in model.assumptions:
        basis = model.assumptions[name].basis
        because = f" ({basis.because})" if basis.because else ""
        return f"{basis.evidence}: {', '.join(basis.sources)}{because}" if basis.sources else f"{basis.evidence}: {basis.because}"
    sources: dict[str, None] = {}
    judged = []
    for ancestor in model.ancestors([name]):
        sources |= {key: None for cell in cells(ancestor, spec, model) for key in model.data_tables[cell.table].sources}
        if ancestor in model.assumptions:
            sources |= dict.fromkeys(model.assumptions[ancestor].basis.sources)
            judged += [ancestor] if model.assumptions[ancestor].basis.evidence == "judgement" else []
    parts = [", ".join(sources)] if sources else []
    parts += [f"judgement: {', '.join(judged)}"] if judged else []
    return f"rests on {'; '.join(parts)}" if parts else "rests on nothing but its formula"
