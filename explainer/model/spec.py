"""What an author writes in `model.yaml`, field by field, before anything is resolved."""

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


Name = Annotated[str, Field(pattern=NAME)]
Names = Annotated[tuple[str, ...], BeforeValidator(_list)]
Share = Annotated[float, BeforeValidator(_share), Field(gt=0, le=1)]
Text = Annotated[str, Field(min_length=1)]


class AssumptionSpec(Strict):
    """An input of the model: a value or distribution, and on what it rests."""

    label: Text
    value: Text
    within: tuple[str, str] | None = None
    unit: str | None = None
    evidence: Literal["primary", "secondary", "derived", "judgement"]
    source: Names = ()
    because: str = ""
    reader: bool = False
    plausible: str = ""  # 'low to high': what the reader may choose from; else the distribution decides


class QuantitySpec(Strict):
    """A computed number, or one for each step of the axes that it is `over`.

    `formula` may be a mapping from steps (`2026`, `2027..2032`) to formulas. In its place, `python` may name a
    function, `FILE:FUNCTION`, which gets `inputs` by name.
    """

    label: Text
    formula: Text | Annotated[dict[str, Text], Field(min_length=1)] | None = None
    python: Annotated[str, Field(pattern=r"^([a-z]\w*:[a-z]\w*)?$")] = ""
    inputs: Names = ()
    over: Names = ()
    unit: str = ""


class ClaimSpec(Strict):
    """A sentence with a condition that must hold in a share of the draws."""

    says: Text
    holds: Text
    share: Share = 0.9


class ScenarioSpec(Strict):
    """Assumptions that the reader may set together: name -> value in its declared unit."""

    label: Text
    set: Annotated[dict[str, Text], Field(min_length=1)]


class TableSpec(Strict):
    """Data from a file (`file`, `key`, `units`, `source`), or a row for each quantity (`rows`, `unit`)."""

    file: str = ""
    key: str = ""
    units: dict[str, str] = {}
    source: Names = ()
    rows: dict[str, str] = {}
    unit: str = ""


class ModelSpec(Strict):
    """The whole of `model.yaml`."""

    units: tuple[Name, ...] = ()
    axes: dict[Name, str | tuple[str, ...]] = {}
    tables: dict[Name, TableSpec] = {}
    assumptions: dict[Name, AssumptionSpec] = {}
    quantities: dict[Name, QuantitySpec] = {}
    claims: dict[Name, ClaimSpec] = {}
    scenarios: dict[Name, ScenarioSpec] = {}
