"""The examples of the README are built, as a newcomer would type them."""

import math
import re

import pytest

from explainer import document
from explainer.model.formula import ALONG
from explainer.model.resolve import resolve
from explainer.model.simulate import simulate
from explainer.model.spec import ModelSpec
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
    style = (ROOT / "static/style.css").read_text()
    for name in re.findall(r"var\((--\w+)\)", README):
        assert f"{name}:" in style
