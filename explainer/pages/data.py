"""What machines read: the numbers as JSON with their schema, tables as CSV."""

from __future__ import annotations

import csv
import functools
import io
import json
import math
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from explainer.model.model import Model
from explainer.model.simulate import Amount, Numbers, Row
from explainer.numerals import published
from explainer.schema import DRAFT

SCHEMA = "numbers.schema.json"


class Published(BaseModel):
    """The base of all that `numbers.json` holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Step = Annotated[
    float | None, Field(description="In the declared unit, at nine significant digits; null for a step of an axis that never comes.")
]
Unit = Annotated[str, Field(description="Such as 'billion USD / year'; empty for a plain number.")]
Label = Annotated[str, Field(description="What it is, in words.")]


class PublishedAmount(Published):
    """The median over the draws, and the range in which nine tenths of them lie."""

    value: Step
    low: Step
    high: Step


class SingleNumber(PublishedAmount):
    """A number with a single value."""

    unit: Unit
    label: Label


class NumberOverAxes(Published):
    """A number with a value for each step of its axes."""

    over: Annotated[list[str], Field(min_length=1, description="The names of its axes.")]
    at: Annotated[dict[str, PublishedAmount], Field(description="By the step: '2030', or '2030, small' over two axes.")]
    unit: Unit
    label: Label


class PublishedClaim(Published):
    """A sentence of the article that is held to the model."""

    says: str
    share: Annotated[float, Field(ge=0, le=1, description="The share of the draws in which it holds.")]
    holds: Annotated[bool, Field(description="Whether that is the share that the article asks for.")]


class NumbersFile(Published):
    """The numbers and claims of one article."""

    schema_: Annotated[str, Field(alias="$schema", description="Where this schema is, relative to the file.")]
    quantities: dict[str, SingleNumber | NumberOverAxes]
    claims: dict[str, PublishedClaim]


def numbers_json(model: Model, numbers: Numbers, schema: str = f"../{SCHEMA}") -> str:
    """`numbers.json`: every number and claim, at nine significant digits, in declared units. A step that never comes is null."""
    claims = {
        name: PublishedClaim(says=claim.says, share=published(numbers.verdicts[name].share), holds=numbers.verdicts[name].holds)
        for name, claim in model.claims.items()
    }
    whole = NumbersFile(**{"$schema": schema}, quantities={name: _number(name, model, numbers) for name in model.numbers}, claims=claims)
    return json.dumps(whole.model_dump(by_alias=True), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


@functools.cache
def numbers_schema() -> str:
    """`numbers.schema.json`: what may stand in every `numbers.json` of the site."""
    return json.dumps({"$schema": DRAFT, **NumbersFile.model_json_schema()}, indent=1, ensure_ascii=False) + "\n"


def _number(name: str, model: Model, numbers: Numbers) -> SingleNumber | NumberOverAxes:
    number, over = model.number(name), model.over(name)
    if not over:
        return SingleNumber(**_ends(numbers.amount(name)), unit=number.unit.text, label=number.label)
    at = {step: PublishedAmount(**_ends(numbers.amount(name, step))) for step in model.steps(over)}
    return NumberOverAxes(over=list(over), at=at, unit=number.unit.text, label=number.label)


def _ends(amount: Amount) -> dict[str, float | None]:
    ends = {"value": amount.value, "low": amount.low, "high": amount.high}
    return {key: published(value) if math.isfinite(value) else None for key, value in ends.items()}


def table_csv(rows: list[Row]) -> str:
    """A table as CSV, numbers at nine significant digits."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(rows[0] if rows else [])
    writer.writerows([cell(value) for value in row.values()] for row in rows)
    return out.getvalue()


def cell(value: str | float | None) -> str:
    """A cell as text, a number at nine significant digits."""
    return "" if value is None else f"{value:.9g}" if isinstance(value, float) else value
