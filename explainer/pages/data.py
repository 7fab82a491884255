"""What machines read: the numbers as JSON, tables as CSV."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import asdict

from explainer.model.model import Model
from explainer.model.simulate import Amount, Numbers, Row
from explainer.numerals import published


def numbers_json(model: Model, numbers: Numbers) -> str:
    """`numbers.json`: every number and claim, at nine significant digits, in declared units. A step that never comes is null."""
    quantities = {}
    for name in model.numbers:
        number, over = model.number(name), model.over(name)
        amounts = {step: _amount(numbers.amount(name, step)) for step in model.steps(over)}
        values = {"over": list(over), "at": amounts} if over else amounts[""]
        quantities[name] = {**values, "unit": number.unit.text, "label": number.label}
    claims = {
        name: {"says": claim.says, "share": published(numbers.verdicts[name].share), "holds": numbers.verdicts[name].holds}
        for name, claim in model.claims.items()
    }
    return json.dumps({"quantities": quantities, "claims": claims}, indent=1, ensure_ascii=False) + "\n"


def _amount(amount: Amount) -> dict[str, float | None]:
    return {key: published(value) if math.isfinite(value) else None for key, value in asdict(amount).items()}


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
