"""Every unit of the real model counts: one of another dimension in its place is a problem at a line."""

import pytest

from explainer import config, content
from explainer.diagnostics import Problems
from explainer.model.distributions import Distribution
from explainer.model.resolve import resolve
from explainer.model.units import Units
from tests.conftest import ROOT

# What no formula reads, so that nothing relates it to another number: no check can see a wrong unit there.
UNRELATED = {
    "tables.turnover_points.turnover": "points that only a chart draws",
    "tables.training.cloud": "a column that only a chart draws",
}


@pytest.fixture(scope="module")
def article():
    return content.read(ROOT / "content/ai-capital-pivot", config.load(ROOT / "content", ROOT))


def declared(spec):
    """Every unit of the model: its path and text."""
    for group in ("assumptions", "quantities"):
        for name, item in getattr(spec, group).items():
            yield (group, name), item.unit or ""
    for name, table in spec.tables.items():
        yield from ((("tables", name, column), text) for column, text in table.units.items())
        if table.rows:
            yield ("tables", name), table.unit


def changed(spec, path, unit):
    """The model with another unit at that path."""
    group, name, *column = path
    item = getattr(spec, group)[name]
    update = {"units": {**item.units, column[0]: unit}} if column else {"unit": unit}
    return spec.model_copy(update={group: {**getattr(spec, group), name: item.model_copy(update=update)}})


def slip(unit, units):
    """A unit of another dimension: an author's slip, a year too many or too few, or where that is none, one that has nothing to do with it."""
    near = unit.replace(" / year", "") if " / year" in unit else f"{unit or 'USD'} / year"
    return near if units.parse(near).dimension != units.parse(unit).dimension else "FLOP"


def told(article, spec):
    """Where the problems of the model are."""
    try:
        resolve(article.model_document, spec, article.csv_files, article.sources)
    except Problems as problems:
        return [problem.place for problem in problems.diagnostics]
    return []


@pytest.fixture
def quick(monkeypatch):
    """The distributions are the same in each of some 300 models: their points are computed once."""
    whole, known = Distribution.quantile, {}

    def quantile(self, u):
        key = (self, u.tobytes())
        if key not in known:
            known[key] = whole(self, u)
        return known[key]

    monkeypatch.setattr(Distribution, "quantile", quantile)


@pytest.mark.slow
@pytest.mark.usefixtures("quick")
def test_every_unit_of_another_dimension_is_told(article):
    spec, units = article.model_spec, Units(article.model_spec.units)
    resolve(article.model_document, spec, article.csv_files, article.sources)
    paths = list(declared(spec))
    assert len(paths) > 100
    missed = set()
    for path, unit in paths:
        places = told(article, changed(spec, path, slip(unit, units)))
        assert all(place.line for place in places)
        if not places:
            missed.add(".".join(path))
    assert missed == UNRELATED.keys()
