"""What others computed, computed by a model of ours with units throughout."""

import csv

from explainer import document
from explainer.model.resolve import resolve
from explainer.model.simulate import simulate
from explainer.model.spec import ModelSpec
from explainer.model.tables import CsvFile
from tests.conftest import ROOT

FOLDER = ROOT / "tests/validation/training-cost"


def test_training_costs_are_those_that_epoch_published():
    lines = list(csv.reader((FOLDER / "training.csv").open(encoding="utf-8")))
    table = CsvFile("training.csv", tuple(lines[0]), tuple((n, tuple(line)) for n, line in enumerate(lines[1:], start=2)))
    loaded = document.parse((FOLDER / "model.yaml").read_text(), "model.yaml")
    model = resolve(loaded, document.validate(loaded, ModelSpec), {"training.csv": table}, {"epoch"})
    numbers = simulate(model)
    seen = {
        row[0]: (float(row[-1]) / 1e6, numbers.amount("cost", row[0]).value, numbers.amount("ratio", row[0]).value) for row in lines[1:]
    }
    listing = "\n".join(f"{name:28} published {was:7.2f}  ours {now:7.2f}  ratio {ratio:.4f}" for name, (was, now, ratio) in seen.items())
    assert len(seen) == 8
    assert all(abs(ratio - 1) < 0.05 for _, _, ratio in seen.values()), listing
    assert numbers.verdicts["close_to_published"].holds
