"""A formula for the page: its terms lead to their cards, its values follow the reader."""

from __future__ import annotations

from markupsafe import Markup

from explainer import numerals
from explainer.model import mathml
from explainer.model.formula import Column, Node
from explainer.model.model import Claim, Quantity
from explainer.model.units import Unit
from explainer.pages.parts import Formula
from explainer.prose import shape
from explainer.prose.merge import Values
from explainer.prose.passage import Printed


def of_quantity(quantity: Quantity, values: Values) -> Formula:
    """`name = formula`, and `value ≈ formula` where both have a single value."""
    head = None if quantity.over else _value(quantity.name, "", values)
    return _formula(quantity.name, head, quantity.source, values)


def of_claim(claim: Claim, values: Values) -> Formula:
    """The condition."""
    return _formula("", Markup(), claim.source, values)


def _formula(name: str, head: Markup | None, tree: Node, values: Values) -> Formula:
    model, locale = values.model, values.locale
    terms, links = mathml.with_terms(name, tree, model, locale), mathml.terms(tree, model)
    if head is None:
        return Formula(terms, None, links)

    def value(name: str, at: str) -> Markup:
        return _value(name, at, values)

    def cell(column: Column) -> Markup:
        return _cell(column, values)

    return Formula(terms, mathml.with_values(head, tree, model, locale, value, cell), links)


def _value(name: str, at: str, values: Values) -> Markup:
    """The value with its whole unit, so that the reader sees what multiplies what."""
    number = values.model.number(name)
    element = values.element(Printed(name, "value", None, number.place, at))
    return _whole(Markup(shape.markup(element)), number.unit)


def _cell(column: Column, values: Values) -> Markup:
    """A cell of a data table, as it stands there."""
    table = values.model.data_tables[column.table]
    keys = [str(key) for key in table.columns[table.key]]
    number, unit = table.columns[column.column][keys.index(column.key)], table.units[column.column]
    assert isinstance(number, float)
    return _whole(Markup.escape(numerals.central(number, number, number, unit.style, values.locale)), unit)


def _whole(value: Markup, unit: Unit) -> Markup:
    """A value with what prose leaves to the sentence: `/person/year` of `USD / person / year`. One element, or it would not stand on one line."""
    below = unit.text.partition("/")[2].replace(" ", "")
    return Markup("<span>{}<small>/{}</small></span>").format(value, below.replace("_", " ")) if below else value
