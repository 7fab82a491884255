"""Published models, written as a `model.yaml` of ours, come to the numbers that were published."""

import pytest

from explainer import content, document
from explainer.diagnostics import Problems
from explainer.model.resolve import resolve
from explainer.model.simulate import simulate
from explainer.model.spec import ModelSpec
from tests.conftest import ROOT

TRAINING = ROOT / "tests/validation/training-cost"


def model_of(folder, change=lambda text: text):
    files = {f"data/{path.name}": content._csv(path.read_text(encoding="utf-8"), path.name) for path in (folder / "data").glob("*.csv")}
    loaded = document.parse(change((folder / "model.yaml").read_text(encoding="utf-8")), "model.yaml")
    return resolve(loaded, document.validate(loaded, ModelSpec), files, {"epoch-training-cost"})


def test_training_costs_are_those_that_epoch_ai_published():
    """The ratio rises with the date, from 0.959 (May 2020) to 1.003 (July 2024): they seem to publish in dollars of about
    December 2023; the inputs are in dollars of their own day, and no deflator is put between them here."""
    model = model_of(TRAINING)
    numbers = simulate(model)
    published = dict(zip(model.axes["system"].labels, model.data_tables["training"].columns["published_cost_usd"], strict=True))
    rows = [
        (system, value, numbers.amount("cost", system).value, numbers.amount("ratio", system).value) for system, value in published.items()
    ]
    table = "\n".join(f"{system:30} {theirs:14,.0f} {ours:14,.0f} {ratio:6.3f}" for system, theirs, ours, ratio in rows)
    assert len(rows) == 8
    assert all(abs(ratio - 1) < 0.05 for *_, ratio in rows), f"\n{table}"
    assert all(ours / theirs == pytest.approx(ratio) for _, theirs, ours, ratio in rows)
    assert numbers.verdicts["as_published"].holds


MISTAKES = [
    ("usd_per_kwh: USD / kWh", "usd_per_kwh: USD / kW"), ("chip_hours: chip * hour", "chip_hours: hour"), ("% / year", "%"), ("chip_tdp_kw: kW / chip", "chip_tdp_kw: kWh / chip"),
    ("unit: kWh", "unit: kW"), ("* power[system].load", "* decline"), (" * decline * log(10)", " * log(10)"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong"), MISTAKES)
def test_its_units_are_held_to(right, wrong):
    with pytest.raises(Problems, match="wrong-unit"):
        model_of(TRAINING, lambda text: text.replace(right, wrong))
