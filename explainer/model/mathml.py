"""MathML back end: a formula as the author wrote it -> presentation MathML, with its terms or with values put in.

A formula is a row of elements. At the top it is cut before each operator into pieces between which a
browser may begin a new line; inside fractions, roots and tables it stays on one line.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from explainer.model.formula import Along, Apply, Column, Coordinate, Name, Node, Number, Pick, walk
from explainer.model.model import Axis, Model
from explainer.numerals import Locale

# how tightly a notation binds: what binds less than its place demands stands in parentheses
LOOSE, OR, AND, NOT, COMPARISON, NEGATIVE, SUM, BIG_SUM, PRODUCT, POWER, ATOM = range(11)

# operator -> sign, how tightly it binds, and what its left and right side must
INFIX: Mapping[str, tuple[str, int, int, int]] = {
    "+": ('<mo form="infix">+</mo>', SUM, NEGATIVE, SUM), "-": ('<mo form="infix">−</mo>', SUM, NEGATIVE, BIG_SUM),
    "*": ("<mo>×</mo>", PRODUCT, PRODUCT, PRODUCT),
    "<": ("<mo>&lt;</mo>", COMPARISON, NEGATIVE, NEGATIVE), "<=": ("<mo>≤</mo>", COMPARISON, NEGATIVE, NEGATIVE),
    ">": ("<mo>&gt;</mo>", COMPARISON, NEGATIVE, NEGATIVE), ">=": ("<mo>≥</mo>", COMPARISON, NEGATIVE, NEGATIVE),
    "==": ("<mo>=</mo>", COMPARISON, NEGATIVE, NEGATIVE), "!=": ("<mo>≠</mo>", COMPARISON, NEGATIVE, NEGATIVE),
    "and": ("<mo>and</mo>", AND, AND, AND), "or": ("<mo>or</mo>", OR, OR, OR),
}  # fmt: skip
PREFIX: Mapping[str, tuple[str, int, int]] = {
    "neg": ('<mo form="prefix">−</mo>', NEGATIVE, PRODUCT), "not": ('<mo form="prefix">not</mo>', NOT, NOT),
}  # fmt: skip
CALLED: Mapping[str, str] = {
    "min": "<mi>min</mi>", "max": "<mi>max</mi>", "round": "<mi>round</mi>",
    "log": "<mi>ln</mi>", "log10": "<msub><mi>log</mi><mn>10</mn></msub>",
}  # fmt: skip
SHAPED = frozenset({"/", "**", "if", "clip", "abs", "sqrt", "exp"})

# a function along an axis -> what stands above the name of the axis, or is said of the step
OVER_AXIS: Mapping[str, str] = {
    "sum": "<mo>∑</mo>", "cumulative": "<mo>∑</mo>", "mean": "<mi>mean</mi>", "min": "<mi>min</mi>", "max": "<mi>max</mi>",
    "all": "<mi>all</mi>", "any": "<mi>any</mi>",
}  # fmt: skip
AT_STEP: Mapping[str, str] = {"first": "first {}", "last": "last {}", "previous": "{} − 1"}

APPROXIMATELY, EQUALS, COMMA = "<mo>≈</mo>", "<mo>=</mo>", "<mo>,</mo>"
BREAK_BEFORE = frozenset({APPROXIMATELY, EQUALS, *(sign for sign, *_ in INFIX.values())})
TALL = ("<mfrac", "<mtable", "<munder", "<msqrt")

Term = Callable[[str, str], Markup]  # name and step ("" for none) -> HTML
Cell = Callable[[Column], Markup]


@dataclass(frozen=True, slots=True)
class Row:
    """Elements side by side, and how tightly they hold together."""

    parts: tuple[str, ...]
    binds: int = ATOM


@dataclass(frozen=True, slots=True)
class _Writer:
    """What a formula needs to be written: the model's names and axes, the language, and its leaves."""

    model: Model
    locale: Locale
    name: Callable[[Name], Row]
    cell: Callable[[Column], Row]


def with_terms(head: str, tree: Node, model: Model, locale: Locale, link: Term) -> Markup:
    """`head = tree`, or `tree` alone, with a link for each term. `link` is asked for the name without its step."""

    def name(node: Name) -> Row:
        label = ", ".join(step for _, step in node.at)
        term = _term(link(node.name, ""))
        return Row((f"<msub>{term}{_term(label)}</msub>",) if label else (term,))

    def cell(node: Column) -> Row:
        table, column, key = (_spaced(text) for text in (node.table, node.column, node.key))
        return Row((f"<msub>{_term(f'{table} {column}')}{_term(key)}</msub>",))

    writer = _Writer(model, locale, name, cell)
    parts = (*((_term(_spaced(head)), EQUALS) if head else ()), *_row(tree, writer).parts, *_starts(tree, writer))
    return _math(parts)


def with_values(head: Markup, tree: Node, model: Model, locale: Locale, value: Term, cell: Cell) -> Markup | None:
    """`head ≈ tree` with a value for each term; None where that says nothing, or something else at each step.

    Medians put into a formula do not give the median of the result, hence the sign.
    """
    if not _is_single(tree, model):
        return None

    def put_in(markup: Markup) -> Row:
        negative = markup.striptags().startswith(locale.minus)
        return Row((_term(markup),), NEGATIVE if negative else PRODUCT)

    def name(node: Name) -> Row:
        fixed = dict(node.at)
        return put_in(value(node.name, ", ".join(fixed[axis] for axis in model.over(node.name))))

    row = _row(tree, _Writer(model, locale, name, lambda node: put_in(cell(node))))
    return _math((*((_term(head), APPROXIMATELY) if head else ()), *row.parts))


def _is_single(tree: Node, model: Model) -> bool:
    """Whether every term has one value, and there is more than a term."""
    for node in walk(tree):
        if isinstance(node, Along | Coordinate | Pick) or (isinstance(node, Column) and node.key in model.axes):
            return False
        if isinstance(node, Name) and len(node.at) < len(model.over(node.name)):
            return False
    return isinstance(tree, Apply) and any(isinstance(node, Column) or _is_number(node, model) for node in walk(tree))


def _is_number(node: Node, model: Model) -> bool:
    """An assumption or a quantity: any other name is the word of a unit."""
    return isinstance(node, Name) and (node.name in model.assumptions or node.name in model.quantities)


def _math(parts: Iterable[str]) -> Markup:
    """The pieces of the formula, between which a line may break."""
    pieces: list[list[str]] = [[]]
    for part in parts:
        if part in BREAK_BEFORE and pieces[-1]:
            pieces.append([])
        pieces[-1].append(part)
        if part == COMMA:
            pieces.append([])
    return Markup("<math>" + "".join(_one(piece) for piece in pieces if piece) + "</math>")


def _one(parts: Iterable[str]) -> str:
    """The row as a single element."""
    parts = tuple(parts)
    return parts[0] if len(parts) == 1 else "<mrow>" + "".join(parts) + "</mrow>"


def _words(text: str) -> str:
    """Words between the parts of a formula."""
    return f"<mtext>{escape(text)}</mtext>"


def _term(text: str) -> str:
    """A name or value. Not <mtext>, which counts as space: operators beside it would lose theirs."""
    return f"<mi>{escape(text)}</mi>"


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def _fenced(parts: tuple[str, ...], left: str = "(", right: str = ")") -> tuple[str, ...]:
    """The row in parentheses, which grow with what is tall: then it is one piece."""
    whole = (f'<mo form="prefix">{left}</mo>', *parts, f'<mo form="postfix">{right}</mo>')
    return (_one(whole),) if any(tag in part for tag in TALL for part in parts) else whole


def _at_least(row: Row, binds: int) -> tuple[str, ...]:
    return row.parts if row.binds >= binds else _fenced(row.parts)


def _row(node: Node, writer: _Writer) -> Row:
    """Any part of a formula."""
    measure = _measure(node, writer)
    if measure is not None:
        return measure
    match node:
        case Name():
            return writer.name(node)
        case Column():
            return writer.cell(node)
        case Coordinate(axis=axis):
            return Row((_term(_spaced(axis)),))
        case Apply():
            return _applied(node, writer)
        case Along():
            return _along(node, writer)
        case Pick():
            return _picked(node, writer)
    raise AssertionError("numbers are measures, and a series stands in no source")


def _measure(node: Node, writer: _Writer) -> Row | None:
    """A number with the unit words that follow it as one term: `10 %`, `200 million USD`, `1 year`."""
    match node:
        case Number(value=value):
            return _number(value, writer.locale)
        case Apply(function="/", arguments=(Number(value=value), Number(value=100.0))):
            number = _number(value, writer.locale)
            return Row((number.parts[0].replace("</mn>", "\N{NARROW NO-BREAK SPACE}%</mn>"),), PRODUCT) if number.binds == ATOM else None
        case Name() if not _is_number(node, writer.model):
            return Row((f"<mn>1\N{NO-BREAK SPACE}{escape(_spaced(node.name))}</mn>",), PRODUCT)
        case Apply(function="*" | "/" as function, arguments=(left, Name() as unit)) if not _is_number(unit, writer.model):
            before = _measure(left, writer)
            if before and len(before.parts) == 1 and before.parts[0].startswith("<mn>") and (function == "*" or before.binds == PRODUCT):
                joint = "\N{NO-BREAK SPACE}" if function == "*" else "/"
                return Row((before.parts[0].replace("</mn>", f"{joint}{escape(_spaced(unit.name))}</mn>"),), PRODUCT)
    return None


def _number(value: float, locale: Locale) -> Row:
    """A literal, all its digits."""
    plain = f"{value:,.0f}" if value.is_integer() and abs(value) < 1e15 else repr(value)
    mantissa, _, power = plain.partition("e")
    marks = {",": locale.group, ".": locale.decimal}
    written = "".join(marks.get(character, character) for character in mantissa)
    if not power:
        return Row((f"<mn>{written}</mn>",))
    ten = f"<msup><mn>10</mn><mn>{str(int(power)).replace('-', locale.minus)}</mn></msup>"
    return Row((f"<mn>{written}</mn>", INFIX["*"][0], ten), PRODUCT)


def _applied(node: Apply, writer: _Writer) -> Row:
    """An operator, or a function that is called by its name."""
    if node.function in SHAPED:
        return _shaped(node, writer)
    rows = [_row(argument, writer) for argument in node.arguments]
    if node.function in INFIX:
        sign, binds, left, right = INFIX[node.function]
        return Row((*_at_least(rows[0], left), sign, *_at_least(rows[1], right)), binds)
    if node.function in PREFIX:
        sign, binds, inner = PREFIX[node.function]
        return Row((sign, *_at_least(rows[0], inner)), binds)
    listed = [part for row in rows for part in (COMMA, *row.parts)][1:]
    return Row((CALLED[node.function], *_fenced(tuple(listed))))


def _shaped(node: Apply, writer: _Writer) -> Row:
    """What has a shape of its own."""
    if node.function == "/":
        return _fraction(node, writer)
    if node.function == "if":
        return _cases(_branches(node, writer))
    rows = [_row(argument, writer) for argument in node.arguments]
    match node.function:
        case "**":
            return Row((f"<msup>{_one(_at_least(rows[0], ATOM))}{_one(rows[1].parts)}</msup>",), POWER)
        case "exp":
            return Row((f"<msup><mi>e</mi>{_one(rows[0].parts)}</msup>",), POWER)
        case "sqrt":
            return Row((f"<msqrt>{''.join(rows[0].parts)}</msqrt>",))
        case "abs":
            return Row(_fenced(rows[0].parts, "|", "|"))
    value, low, high = (_at_least(row, NEGATIVE) for row in rows)
    return Row((*value, "<mo>held between</mo>", *low, "<mo>and</mo>", *high), LOOSE)


def _fraction(node: Apply, writer: _Writer) -> Row:
    """`a / b / c` is one fraction, with `b × c` below."""
    above: Node = node
    below: list[Row] = []
    while isinstance(above, Apply) and above.function == "/" and _measure(above, writer) is None:
        below.insert(0, _row(above.arguments[1], writer))
        above = above.arguments[0]
    factors = [below[0].parts] if len(below) == 1 else [_at_least(row, PRODUCT) for row in below]
    denominator = [part for factor in factors for part in (INFIX["*"][0], *factor)][1:]
    return Row((f"<mfrac>{_one(_row(above, writer).parts)}{_one(denominator)}</mfrac>",), POWER)


def _branches(node: Node, writer: _Writer) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """What holds under which condition: `a if c else b if d else e` has three."""
    while isinstance(node, Apply) and node.function == "if":
        test, body, node = node.arguments
        yield _row(body, writer).parts, (_words("if\N{NO-BREAK SPACE}"), *_row(test, writer).parts)
    yield _row(node, writer).parts, (_words("otherwise"),)


def _cases(branches: Iterable[tuple[tuple[str, ...], tuple[str, ...]]]) -> Row:
    rows = "".join(f"<mtr><mtd>{''.join(value)}</mtd><mtd>{''.join(when)}</mtd></mtr>" for value, when in branches)
    return Row((f"<mrow><mo>{{</mo><mtable>{rows}</mtable></mrow>",), LOOSE)


def _picked(node: Pick, writer: _Writer) -> Row:
    """A formula for each run of steps."""
    labels = iter(writer.model.axes[node.axis].labels)
    branches = []
    for option, run in itertools.groupby(node.choice):
        steps = [next(labels) for _ in run]
        said = steps[0] if len(steps) == 1 else f"{steps[0]}\N{EN DASH}{steps[-1]}"
        branches.append((_row(node.options[option], writer).parts, (_words(said),)))
    return _cases(branches)


def _along(node: Along, writer: _Writer) -> Row:
    """A function along an axis."""
    inner, axis = _row(node.arguments[0], writer), _spaced(node.axis)
    if node.function == "first_when":
        return Row((_words(f"first {axis} in which\N{NO-BREAK SPACE}"), *inner.parts), LOOSE)
    if node.function in AT_STEP:
        return Row((f"<msub>{_one(_at_least(inner, ATOM))}{_words(AT_STEP[node.function].format(axis))}</msub>",))
    below = f"up to each {axis}" if node.function == "cumulative" else axis
    sign = f"<munder>{OVER_AXIS[node.function]}{_words(below)}</munder>"
    if node.function in ("sum", "cumulative"):
        return Row((sign, *_at_least(inner, PRODUCT)), BIG_SUM)
    return Row((sign, *_fenced(inner.parts)))


def _starts(tree: Node, writer: _Writer) -> Iterator[str]:
    """What `previous(x, START)` is at the first step, said behind the formula."""
    for node in dict.fromkeys(part for part in walk(tree) if isinstance(part, Along) and part.function == "previous"):
        if len(node.arguments) > 1:
            axis: Axis = writer.model.axes[node.axis]
            start = _row(node.arguments[1], writer).parts
            before = _one((COMMA, _words("with\N{NO-BREAK SPACE}"), *_along(node, writer).parts))
            yield from (before, EQUALS, *start, _words(f"\N{NO-BREAK SPACE}in {axis.labels[0]}"))
