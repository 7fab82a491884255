"""What an author writes in `model.yaml`, field by field, before anything is resolved.

The texts below the fields are what an editor shows: they go into the JSON Schemas.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from explainer.document import Strict

NAME = r"^[a-z][a-z0-9_]*$"


def _list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _share(value: object) -> object:
    text = str(value).strip()
    return float(text.removesuffix("%")) / 100 if text.endswith("%") else value


Percent = Annotated[str, Field(pattern=r"^(100|\d?\d(\.\d+)?) ?%$")]
Fraction = Annotated[float, Field(gt=0, le=1)]
Name = Annotated[str, Field(pattern=NAME)]
Names = Annotated[tuple[str, ...], BeforeValidator(_list, json_schema_input_type=str | tuple[str, ...])]
Share = Annotated[float, BeforeValidator(_share, json_schema_input_type=Percent | Fraction), Field(gt=0, le=1)]
Text = Annotated[str, Field(min_length=1)]


class AssumptionSpec(Strict):
    """An input of the model: a value or distribution, and on what it rests."""

    label: Text
    """What it is, in words for the reader."""
    value: Text
    """What it is taken to be, in its unit.

    `135`, `10 %` and `table[row].column` are certain. `4 to 9` is the range in which it lies with 90 %;
    `quantiles(a, m, b)` are its 5, 50 and 95 % points. `pert(low, mode, high)`, `triangular(low, mode, high)`,
    `uniform(low, high)`, `normal(mean, deviation)`, `lognormal(mean, deviation)` and `beta(a, b)` are as named.
    """
    within: tuple[str, str] | None = None
    """Where the value is cut off: `[0, 100 %]`. `inf` and `-inf` leave an end open."""
    unit: str | None = None
    """Such as `USD / year`. A cell of a table brings its own."""
    evidence: Literal["primary", "secondary", "derived", "judgement"]
    """On what it rests. A judgement says `because`, all others name a `source`."""
    source: Names = ()
    """A key of sources.yaml, or a list of them."""
    because: str = ""
    """Why you judge so; the reader sees it."""
    reader: bool = False
    """Whether the reader may change it: it gets a slider."""
    plausible: str = ""
    """From where to where the reader may change it, `40 to 200`; if left out, the middle 99 % of the value."""


class QuantitySpec(Strict):
    """A computed number, or one for each step of the axes that it is `over`.

    `formula` may be a mapping from steps (`2026`, `2027..2032`) to formulas. In its place, `python` may name a
    function, `FILE:FUNCTION`, which gets `inputs` by name.
    """

    label: Text
    """What it is, in words for the reader."""
    formula: Text | Annotated[dict[str, Text], Field(min_length=1)] | None = None
    """What it comes to, in names of the model: `staff * pay`. Over an axis also one for some steps each:
    `{2026: start, 2027..2032: previous(x) + new}`.
    """
    python: Annotated[str, Field(pattern=r"^([a-z]\w*:[a-z]\w*)?$")] = ""
    """In the place of a formula, a function of a Python file of the article: `simulate:leavers`."""
    inputs: Names = ()
    """What the Python function gets, by name."""
    over: Names = ()
    """The axis, or axes, over which it has a value for each step."""
    unit: str = ""
    """Such as `USD / year`; it is checked, and converted to. Empty for a plain number."""


class ClaimSpec(Strict):
    """A sentence with a condition that must hold in a share of the draws."""

    says: Text
    """The claim, in words for the reader."""
    holds: Text
    """Its condition, in names of the model: `payroll < 50 % * revenue`."""
    share: Share = 0.9
    """In what share of the draws it must hold: `90 %`, or `0.9`."""


class ScenarioSpec(Strict):
    """Assumptions that the reader may set together: name -> value in its declared unit."""

    label: Text
    """What the button says."""
    set: Annotated[dict[str, Text], Field(min_length=1)]
    """The assumptions that it sets, each to a value in its unit: `{jobs_cut: 40000}`."""


class TableSpec(Strict):
    """Data from a file (`file`, `key`, `units`, `source`), or a row for each quantity (`rows`, `unit`)."""

    file: str = ""
    """A CSV file in the article's folder: `data/firm.csv`."""
    key: str = ""
    """The column that names the rows."""
    units: dict[str, str] = {}
    """The units of the columns of numbers: `{revenue: million USD / year}`."""
    source: Names = ()
    """A key of sources.yaml, or a list of them."""
    rows: dict[str, str] = {}
    """For a chart that follows the reader, in the place of a file: labels, and the quantity of each."""
    unit: str = ""
    """The unit of all `rows`."""


class ModelSpec(Strict):
    """The whole of `model.yaml`."""

    units: tuple[Name, ...] = ()
    """What you count, such as `[person]`, beside the built-in units."""
    axes: dict[Name, str | tuple[str, ...]] = {}
    """Over what quantities may have a value for each step: `2024..2032`, `[small, big]`, or the rows of a table: `firm.year`."""
    tables: dict[Name, TableSpec] = {}
    """Data, or rows of quantities for a chart."""
    assumptions: dict[Name, AssumptionSpec] = {}
    """The inputs of the model."""
    quantities: dict[Name, QuantitySpec] = {}
    """The numbers that the model computes."""
    claims: dict[Name, ClaimSpec] = {}
    """Sentences that must hold: the build fails when one stops being true."""
    scenarios: dict[Name, ScenarioSpec] = {}
    """Buttons for the reader that set several assumptions together."""
