"""The examples of the README are built, as a newcomer would type them."""

import math
import re

import pytest

from explainer import document
from explainer.config import CheckSpec, Link, SiteSpec
from explainer.matter import ArticleMatter, Credit, QuestionMatter, Source
from explainer.model.formula import ALONG
from explainer.model.resolve import resolve
from explainer.model.simulate import simulate
from explainer.model.spec import AssumptionSpec, ClaimSpec, ModelSpec, QuantitySpec, TableSpec
from explainer.model.units import BUILT_IN_NAMES, Units
from tests.conftest import ROOT, build

README = (ROOT / "README.md").read_text()


def example(language: str, beginning: str) -> str:
    blocks = re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)
    return next(block for block in blocks if block.startswith(beginning))


def test_the_readmes_article_builds(tmp_path):
    folder = tmp_path / "content/my-article"
    files = {
        "../site.yaml": "title: A site\n",
        "article.md": "---\n"
        + example("yaml", "title:").replace("jobs_cut", "payroll").replace("capex_step, share_cash", "payroll, pay")
        + "---\n\nThe payroll is {{ payroll }}.\n",
        "sections/10-first.md": '## Payroll\n\n[{{ payroll.range }}](claim:payroll_is_small)[@annual-report]\n\n![Bars](chart:compared "Caption")\n',
        "faq/10-why.md": "---\nquestion: Why {{ pay }}?\n---\nBecause.\n",
        "model.yaml": example("yaml", "units: [person]   "),
        "sources.yaml": example("yaml", "annual-report:"),
        "charts.py": example("python", "import altair"),
        "data/firm.csv": "year,revenue,headcount\n2025,100,200\n",
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    page = build(tmp_path / "content").files["my-article/index.html"].decode()
    assert "$15 million" in page
    assert 'data-chart="compared"' in page


def test_the_readmes_axes_compute(tmp_path):
    model = resolved(example("yaml", "units: [person]\naxes:"))
    numbers = simulate(model)
    assert 100 <= numbers.amount("staff", "12").value <= 220
    assert numbers.amount("hired").value == pytest.approx(13 * math.sqrt(96), rel=0.01)
    assert numbers.verdicts["never_fewer"].holds
    table = README.partition("| along an axis | |")[2].partition("\n\n")[0]
    assert set(ALONG) | {"coordinate"} <= set(re.findall(r"\w+", table))


def resolved(text):
    loaded = document.parse(text, "model.yaml")
    return resolve(loaded, document.validate(loaded, ModelSpec), {}, set())


def test_every_variable_that_the_readme_names_is_in_the_style():
    style = (ROOT / "static/style/1-tokens.css").read_text()
    for name in re.findall(r"var\((--\w+)\)", README):
        assert f"{name}:" in style


def test_the_readme_lists_every_unit_and_no_other():
    rows = README.split("#### Units")[1].split("|---|---|")[1].split("\n\n")[0]
    words = set(re.findall(r"`([^`]+)`", rows))
    assert words - {"%", "USD_2019"} == BUILT_IN_NAMES
    assert all(Units().parse(word) for word in words)
    combined = re.findall(r"`([^`]+)`", README.split("They combine with")[1].split("multiply by it")[0])
    assert [Units(("person",)).parse(text) for text in combined if re.search(r"\w", text)]


KINDS = {
    "`site.yaml`": SiteSpec, "`check` in `site.yaml`": CheckSpec, "an item of `navigation`": Link, "the front matter of `article.md`": ArticleMatter, "that of `faq/*.md`": QuestionMatter,
    "`model.yaml`": ModelSpec, "an assumption": AssumptionSpec, "a quantity": QuantitySpec, "a claim": ClaimSpec, "a table": TableSpec,
    "a source in `sources.yaml`": Source, "a photograph in `img/credits.yaml`": Credit,
}  # fmt: skip


def test_the_readme_lists_every_key_that_must_or_may_be_written():
    lines = README.split("### All keys")[1].split("|---|---|---|\n")[1].split("\n\n")[0].splitlines()
    rows = {
        cells[0]: [set(re.findall(r"`(\w+)`", cell)) for cell in cells[1:]]
        for cells in ([c.strip() for c in line.split("|")[1:-1]] for line in lines)
    }
    fields = {name: kind.model_fields for name, kind in KINDS.items()}
    assert rows == {
        name: [{key for key, field in keys.items() if field.is_required() == must} for must in (True, False)]
        for name, keys in fields.items()
    }
