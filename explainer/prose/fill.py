"""Jinja in prose: sandboxed and strict. A quantity can be printed, and nothing else."""

from __future__ import annotations

from typing import NoReturn

import jinja2
from jinja2 import nodes
from jinja2.sandbox import SandboxedEnvironment

from explainer.content import Text
from explainer.diagnostics import Diagnostic, Place, Problems, Report, did_you_mean
from explainer.prose.passage import CLOSE, OPEN, PARTS, Known, Printed


class CalculationError(Exception):
    """An attempt to calculate in prose."""


class Printable:
    """A quantity as prose sees it: it can be printed, and nothing else."""

    __slots__ = ("_digits", "_name", "_part")

    def __init__(self, name: str, part: str = "value", digits: int | None = None) -> None:
        self._name, self._part, self._digits = name, part, digits

    def __getattr__(self, part: str) -> Printable:
        if part.startswith("_"):
            raise AttributeError(part)
        if part not in PARTS:
            raise PartError(f"'{self._name}' has no part '{part}'", did_you_mean(part, PARTS))
        return Printable(self._name, part)

    def __getitem__(self, key: object) -> Printable:
        return self.__getattr__(str(key))

    def _refuse(self, *_: object) -> NoReturn:
        raise CalculationError(self._name)

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _refuse
    __floordiv__ = __mod__ = __pow__ = __neg__ = __pos__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __eq__ = __ne__ = __bool__ = __len__ = __iter__ = __int__ = __float__ = __str__ = __format__ = _refuse
    __hash__ = None  # type: ignore[assignment]


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
    return Printable(value._name, value._part, digits)


def _environment() -> SandboxedEnvironment:
    # '{#' is left to Markdown's heading attributes
    environment = SandboxedEnvironment(
        undefined=jinja2.StrictUndefined, comment_start_string="{##", comment_end_string="##}", keep_trailing_newline=True
    )
    environment.filters["number"] = _number
    return environment


PROSE = _environment()


def fill(text: Text, known: Known) -> tuple[str, tuple[Printed, ...]]:
    """Run Jinja over a text: the text with tokens, and the ledger. Raises Problems."""
    _check_characters(text)
    if "{" not in text.markdown:
        return text.markdown, ()
    file, ledger = text.place.file, _Ledger(text.place)
    template = _template(text, known)
    try:
        filled = template.render({**{name: Printable(name) for name in known.numbers}, "write_": ledger.write})
    except CalculationError as error:
        hint = "make it a quantity or a claim in model.yaml"
        raise _problem("calculation-in-prose", f"'{error}' is calculated with in prose", text, _line(error, file), hint) from None
    except PartError as error:
        raise _problem("unknown-part", str(error), text, _line(error, file), error.hint) from None
    except Exception as error:
        message, hint = f"this fails: {type(error).__name__}: {error}", "prose prints quantities: '{{ NAME }}'"
        raise _problem("bad-template", message, text, _line(error, file), hint) from None
    return filled, tuple(ledger.entries)


class _Ledger:
    """Turns what Jinja prints into tokens, and keeps what they stand for."""

    def __init__(self, start: Place) -> None:
        self.entries: list[Printed] = []
        self._start = start

    def write(self, value: object, line: int) -> str:
        """A token for a quantity; anything else as it is."""
        if not isinstance(value, Printable):
            return str(value)
        self.entries.append(Printed(value._name, value._part, value._digits, self._start.below(line - 1)))
        return f"{OPEN}{len(self.entries) - 1}{CLOSE}"


def _template(text: Text, known: Known) -> jinja2.Template:
    """The compiled text, every name known and every printed value noted with its line."""
    try:
        tree = PROSE.parse(text.markdown)
        _check_names(tree, known, text.place)
        for output in tree.find_all(nodes.Output):
            output.nodes = [_noting(node) for node in output.nodes]
        return jinja2.Template.from_code(PROSE, PROSE.compile(tree, filename=text.place.file), {})
    except jinja2.TemplateSyntaxError as error:
        raise _problem(
            "bad-template", f"cannot read this: {error.message}", text, error.lineno, "quantities are written '{{ NAME }}'"
        ) from None


def _check_characters(text: Text) -> None:
    for line, part in enumerate(text.markdown.split("\n"), start=1):
        if OPEN in part or CLOSE in part:
            raise _problem("bad-character", "a private-use character (U+E000 or U+E001)", text, line, "remove it")


def _problem(code: str, message: str, text: Text, line: int, hint: str) -> Problems:
    return Problems([Diagnostic(code, message, text.place.below(line - 1), hint)])


def _noting(node: nodes.Expr) -> nodes.Expr:
    """`{{ x }}` as `{{ write_(x, LINE) }}`: Jinja does not tell a value where it is printed."""
    if isinstance(node, nodes.TemplateData):
        return node
    write = nodes.Name("write_", "load", lineno=node.lineno)
    return nodes.Call(write, [node, nodes.Const(node.lineno)], [], None, None, lineno=node.lineno)


def _check_names(tree: nodes.Template, known: Known, place: Place) -> None:
    """Every name that is neither a quantity nor set by the template itself."""
    own = {node.name for node in tree.find_all(nodes.Name) if node.ctx != "load"}
    with Report() as report:
        for node in tree.find_all(nodes.Name):
            if node.ctx == "load" and node.name not in own and node.name not in known.numbers and node.name not in PROSE.globals:
                here = place.below(node.lineno - 1)
                report.error("unknown-name", f"unknown quantity '{node.name}'", here, did_you_mean(node.name, known.numbers))


def _line(error: Exception, file: str) -> int:
    """The line of the template in which it was raised: the last frame of the traceback that is the template's."""
    line, trace = 1, error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
