"""Jinja in prose: sandboxed and strict. A quantity can be printed, and nothing else."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NoReturn

import jinja2
from jinja2 import nodes
from jinja2.sandbox import SandboxedEnvironment

from explainer.content import Text
from explainer.diagnostics import Diagnostic, Place, Problems, Report, did_you_mean
from explainer.document import check_characters
from explainer.prose.passage import CLOSE, OPEN, PARTS, Branch, Known, Ledger, Printed


class CalculationError(Exception):
    """An attempt to calculate in prose."""


class Printable:
    """A quantity as prose sees it: it can be printed, and nothing else."""

    __slots__ = ("_at", "_digits", "_name", "_part", "_steps")

    def __init__(self, name: str, steps: Collection[str], part: str = "value", digits: int | None = None, at: str = "") -> None:
        self._name, self._steps, self._part, self._digits, self._at = name, steps, part, digits, at

    def __getattr__(self, part: str) -> Printable:
        if part.startswith("_"):
            raise AttributeError(part)
        if part not in PARTS:
            raise PartError(f"'{self._name}' has no part '{part}'", did_you_mean(part, PARTS))
        return Printable(self._name, self._steps, part, at=self._at)

    def __getitem__(self, key: object) -> Printable:
        step = ", ".join(map(str, key)) if isinstance(key, tuple) else str(key)
        if step in PARTS:
            return self.__getattr__(step)
        if self._at or "" in self._steps:
            raise PartError(f"'{self._name}' has a single value, not one for each step", f"leave out '[{step}]'")
        if step not in self._steps:
            raise PartError(f"'{self._name}' has no step '{step}'", did_you_mean(step, self._steps) or _from_to(self._steps))
        return Printable(self._name, self._steps, self._part, self._digits, step)

    def print_(self, place: Place) -> Printed:
        """The entry of the ledger. A number with several steps must say which."""
        if self._at not in self._steps and self._part not in ("label", "unit"):
            hint = f"say which: '{{{{ {self._name}[{next(iter(self._steps))}] }}}}'"
            raise PartError(f"'{self._name}' has a value for each step of an axis", hint)
        return Printed(self._name, self._part, self._digits, place, self._at)

    def _refuse(self, *_: object) -> NoReturn:
        raise CalculationError(self._name)

    # what calculates is refused before anything runs; these catch a quantity inside something that is printed or looked up
    __str__ = __repr__ = __bool__ = __iter__ = _refuse


def _from_to(steps: Collection[str]) -> str:
    ordered = list(steps)
    return f"its steps go from '{ordered[0]}' to '{ordered[-1]}'"


class PartError(Exception):
    """A part of a quantity that there is not; `hint` names those that there are."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def _number(value: object, digits: object = None) -> Printable:
    """The filter `number(digits=…)`."""
    if not isinstance(value, Printable):
        raise PartError("'number' follows a quantity", "write '{{ NAME | number(digits=2) }}'")
    if not isinstance(digits, int) or not 1 <= digits <= 9:
        raise PartError("'digits' is a whole number from 1 to 9", "write '{{ NAME | number(digits=2) }}'")
    return Printable(value._name, value._steps, value._part, digits, value._at)


def _environment() -> SandboxedEnvironment:
    # '{#' is left to Markdown's heading attributes
    environment = SandboxedEnvironment(
        undefined=jinja2.StrictUndefined, comment_start_string="{##", comment_end_string="##}", keep_trailing_newline=True
    )
    environment.filters["number"] = _number
    return environment


PROSE = _environment()


def fill(text: Text, known: Known) -> tuple[str, Ledger]:
    """Run Jinja over a text: the text with tokens, and the ledger. Raises Problems."""
    check_characters(text.markdown, text.place)
    if "{" not in text.markdown:
        return text.markdown, Ledger()
    writer = _Writer(text.place)
    tree = _tree(text, known, writer)
    try:
        filled = writer.body(tree.body, {name: Printable(name, steps) for name, steps in known.numbers.items()})
    except CalculationError as error:
        hint = "make it a quantity or a claim in model.yaml"
        raise _problem("calculation-in-prose", f"'{error}' is calculated with in prose", text, writer.line, hint) from None
    except PartError as error:
        raise _problem("unknown-part", str(error), text, writer.line, error.hint) from None
    except Exception as error:
        message, hint = f"this fails: {type(error).__name__}: {error}", "prose prints quantities: '{{ NAME }}'"
        raise _problem("bad-template", message, text, writer.line, hint) from None
    return filled, Ledger(tuple(writer.printed), tuple(writer.branches))


class _Writer:
    """Walks what Jinja has parsed: what prints becomes tokens, and what they stand for is kept.

    Jinja's own compiler is not used: it takes longer than all the rest, and prose needs none of what it can do.
    """

    def __init__(self, start: Place) -> None:
        self.printed: list[Printed] = []
        self.branches: list[Branch] = []
        self.line = 1  # that is being read
        self._start = start

    def body(self, body: Iterable[nodes.Node], names: Mapping[str, object]) -> str:
        """The text of these statements."""
        return "".join(self._statement(node, names) for node in body)

    def branch(self, claim: str, when: bool, line: int, body: list[nodes.Node]) -> list[nodes.Node]:
        """The body between the tokens of a branch."""
        self.branches.append(Branch(claim, when, self._start.below(line - 1)))
        number = len(self.branches) - 1
        begin, end = (nodes.Output([nodes.TemplateData(f"{OPEN}{mark}{number}{CLOSE}")]) for mark in ("if", "/"))
        return [begin, *body, end]

    def _statement(self, node: nodes.Node, names: Mapping[str, object]) -> str:
        match node:
            case nodes.Output(nodes=parts):
                return "".join(part.data if isinstance(part, nodes.TemplateData) else self._written(part, names) for part in parts)
            case nodes.For():
                return self._loop(node, names)
        raise TypeError(f"'{type(node).__name__.lower()}' has no place in prose")  # the checks let nothing else through

    def _written(self, node: nodes.Expr, names: Mapping[str, object]) -> str:
        """A token for a quantity; anything else as it is."""
        self.line = node.lineno
        value = self._value(node, names)
        if not isinstance(value, Printable):
            return str(value)
        self.printed.append(value.print_(self._start.below(node.lineno - 1)))
        return f"{OPEN}{len(self.printed) - 1}{CLOSE}"

    def _loop(self, loop: nodes.For, names: Mapping[str, object]) -> str:
        self.line = loop.lineno
        items = range(*_whole(loop.iter.args)) if isinstance(loop.iter, nodes.Call) else self._value(loop.iter, names)
        turns = [{**names, **_bound(loop.target, item)} for item in items]
        turns = [turn for turn in turns if loop.test is None or self._value(loop.test, turn)]
        return "".join(self.body(loop.body, turn) for turn in turns) if turns else self.body(loop.else_, names)

    def _value(self, node: nodes.Node, names: Mapping[str, object]) -> Any:
        """What an expression comes to."""
        match node:
            case nodes.Name(name=name):
                return names[name]
            case nodes.Const(value=value):
                return value
            case nodes.List(items=items):
                return [self._value(item, names) for item in items]
            case nodes.Tuple(items=items):
                return tuple(self._value(item, names) for item in items)
            case nodes.Getattr(node=inner, attr=part):
                return _quantity(self._value(inner, names)).__getattr__(part)
            case nodes.Getitem(node=inner, arg=key):
                return self._value(inner, names)[self._value(key, names)]
            case nodes.Filter(node=nodes.Expr() as inner, args=arguments, kwargs=named, dyn_args=None, dyn_kwargs=None):
                given = {str(keyword.key): self._value(keyword.value, names) for keyword in named}
                return _number(self._value(inner, names), *(self._value(argument, names) for argument in arguments), **given)
        raise TypeError("prose prints quantities only")


def _bound(target: nodes.Node, item: Any) -> dict[str, object]:
    """The names of a loop with what they stand for in one of its turns."""
    if isinstance(target, nodes.Name):
        return {target.name: item}
    assert isinstance(target, nodes.Tuple)
    found: dict[str, object] = {}
    for inner, part in zip(target.items, item, strict=True):
        found |= _bound(inner, part)
    return found


def _whole(arguments: Iterable[nodes.Expr]) -> list[int]:
    """The whole numbers of a `range`."""
    return [argument.as_const() for argument in arguments]


def _quantity(value: object) -> Printable:
    if not isinstance(value, Printable):
        raise TypeError(f"{value!r} is no quantity")
    return value


def _tree(text: Text, known: Known, writer: _Writer) -> nodes.Template:
    """The text parsed: every name known, both branches of each claim kept."""
    try:
        tree = PROSE.parse(text.markdown)
    except jinja2.TemplateSyntaxError as error:
        raise _unreadable(error, text) from None
    with Report() as report:
        tree.body = _both_branches(tree.body, known, writer, text, report)
        _check_names(tree, known, text.place, report)
        _check_kinds(tree, text.place, report)
    return tree


def _unreadable(error: jinja2.TemplateSyntaxError, text: Text) -> Problems:
    """What Jinja cannot read, in our words; a tag that is never closed at its own line."""
    message = error.message or ""
    if message.startswith("Unexpected end of template") and (found := _open_tag(text.markdown)):
        line, tag = found
        return _problem("bad-template", f"'{{% {tag} %}}' is never closed", text, line, f"end it with '{{% end{tag} %}}'")
    if match := re.match(r"Encountered unknown tag '(end\w+|else|elif)'", message):
        hint = "it follows '{% if claims.NAME %}'" if match[1] in ("else", "elif", "endif") else "remove it"
        return _problem("bad-template", f"'{{% {match[1]} %}}' closes nothing", text, error.lineno, hint)
    return _problem("bad-template", f"cannot read this: {message}", text, error.lineno, "quantities are written '{{ NAME }}'")


def _open_tag(source: str) -> tuple[int, str] | None:
    """The line and the name of the innermost `{% if %}` or `{% for %}` that is not closed."""
    tokens = [token for token in PROSE.lex(source) if token[1] != "whitespace"]
    tags = [(line, value) for (_, kind, _), (line, _, value) in itertools.pairwise(tokens) if kind == "block_begin"]
    opened: list[tuple[int, str]] = []
    for line, tag in tags:
        if tag in ("if", "for"):
            opened.append((line, tag))
        elif opened and tag == f"end{opened[-1][1]}":
            opened.pop()
    return opened[-1] if opened else None


def _both_branches(body: list[nodes.Node], known: Known, writer: _Writer, text: Text, report: Report) -> list[nodes.Node]:
    """`{% if claims.x %}…{% else %}…{% endif %}` as both texts between tokens: the page shows the one that holds."""
    result: list[nodes.Node] = []
    for node in body:
        choice = _claim_of(node.test) if isinstance(node, nodes.If) else None
        if not isinstance(node, nodes.If) or choice is None:
            result.append(node)
            continue
        claim, when = choice
        if claim not in known.claims:
            place = text.place.below(node.lineno - 1)
            report.error("unknown-claim", f"unknown claim '{claim}'", place, did_you_mean(claim, known.claims))
        otherwise = node.else_
        if node.elif_:
            first, *others = node.elif_
            otherwise = [nodes.If(first.test, first.body, others, node.else_, lineno=first.lineno)]
        for truth, part in ((when, node.body), (not when, otherwise)):
            if part:
                result += writer.branch(claim, truth, node.lineno, _both_branches(part, known, writer, text, report))
    return result


def _claim_of(test: nodes.Node) -> tuple[str, bool] | None:
    """`claims.x` as (x, True), `not claims.x` as (x, False)."""
    match test:
        case nodes.Not(node=inner):
            found = _claim_of(inner)
            return (found[0], not found[1]) if found else None
        case nodes.Getattr(node=nodes.Name(name="claims"), attr=name):
            return name, True
    return None


def _problem(code: str, message: str, text: Text, line: int, hint: str) -> Problems:
    return Problems([Diagnostic(code, message, text.place.below(line - 1), hint)])


CALCULATIONS = (nodes.BinExpr, nodes.UnaryExpr, nodes.Compare, nodes.Concat, nodes.Test, nodes.CondExpr, nodes.If)
ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem, nodes.Keyword,
    nodes.List, nodes.Tuple, nodes.Operand,
)  # fmt: skip
MAX_TURNS = 1000


def _check_kinds(tree: nodes.Template, place: Place, report: Report) -> None:
    """Only what prints: so that a text is done in a bounded time, whoever wrote it."""
    for node in tree.find_all(nodes.Node):
        here = place.below(node.lineno - 1) if node.lineno else place
        if isinstance(node, CALCULATIONS):
            names = [name.name for name in node.find_all(nodes.Name)]
            what = f"'{names[0]}' is calculated with" if names else "something is calculated"
            report.error("calculation-in-prose", f"{what} in prose", here, "make it a quantity or a claim in model.yaml")
        elif isinstance(node, nodes.For):
            _check_turns(node, here, report)
        elif isinstance(node, nodes.Filter) and node.name != "number":
            report.error("not-in-prose", f"there is no '{node.name}' in prose", here, "write '{{ NAME | number(digits=2) }}'")
        elif not isinstance(node, (*ALLOWED, nodes.Filter)) and not _is_range(node):
            report.error(
                "not-in-prose", f"'{type(node).__name__.lower()}' has no place in prose", here, "prose prints quantities: '{{ NAME }}'"
            )


def _check_turns(loop: nodes.For, place: Place, report: Report) -> None:
    """A loop goes over a list that is written out, or over a range of a known length."""
    turns = 1
    for inner in (loop, *loop.find_all(nodes.For)):
        match inner.iter:
            case nodes.List(items=items) | nodes.Tuple(items=items):
                turns *= len(items)
            case nodes.Call(args=[*arguments]) if _is_range(inner.iter):
                turns *= len(range(*_whole(arguments)))
            case _:
                turns = MAX_TURNS + 1
    if turns > MAX_TURNS or loop.recursive:
        hint = f"a loop goes over a list that is written out, in {MAX_TURNS} turns at most"
        report.error("not-in-prose", "this loop has no known end, or is too long", place, hint)


def _is_range(node: nodes.Node) -> bool:
    """`range` of one to three whole numbers."""
    match node:
        case nodes.Call(node=nodes.Name(name="range"), args=[*arguments], kwargs=[], dyn_args=None, dyn_kwargs=None):
            numbers = [argument.value for argument in arguments if isinstance(argument, nodes.Const) and type(argument.value) is int]
            return 1 <= len(numbers) == len(arguments) <= 3 and numbers[2:] != [0]
    return False


def _check_names(tree: nodes.Template, known: Known, place: Place, report: Report) -> None:
    """Every name that is neither a quantity nor set by the template itself."""
    own = {node.name for node in tree.find_all(nodes.Name) if node.ctx != "load"}
    for node in tree.find_all(nodes.Name):
        if node.ctx != "load" or node.name in own or node.name in known.numbers or node.name in PROSE.globals:
            continue
        hint = did_you_mean(node.name, known.numbers)
        if node.name == "claims":
            hint = "a claim chooses words: '{% if claims.NAME %}…{% else %}…{% endif %}'"
        report.error("unknown-name", f"unknown quantity '{node.name}'", place.below(node.lineno - 1), hint)
