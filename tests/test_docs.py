"""The examples of the README and of the reference are built, as a newcomer would type them."""

import datetime
import json
import math
import re
import shlex
import shutil

import click
import pytest
from click.testing import CliRunner

from explainer import cli, config, document, pipeline, starter
from explainer.cache import Cache
from explainer.config import AuthorSpec, CheckSpec, Link, SiteSpec
from explainer.matter import ArticleMatter, Correction, Credit, QuestionMatter, Source
from explainer.model.formula import ALONG
from explainer.model.resolve import resolve
from explainer.model.simulate import simulate
from explainer.model.spec import AssumptionSpec, ClaimSpec, ModelSpec, QuantitySpec, TableSpec
from explainer.model.units import BUILT_IN_NAMES, Units
from explainer.offers import (
    ButtondownNewsletter,
    FormNewsletter,
    GiscusComments,
    IssoComments,
    ListmonkNewsletter,
    MailchimpNewsletter,
    MailComments,
)
from tests.conftest import DOCUMENTATION, ROOT, build

README = (ROOT / "README.md").read_text()
REFERENCE = (ROOT / "docs/reference.md").read_text()
STEP = re.compile(r"\*\*`(content/[^`]+)`\*\*(, at its end)?\n\n```\w+\n(.*?)```", re.DOTALL)


def example(language: str, beginning: str) -> str:
    blocks = re.findall(rf"```{language}\n(.*?)```", REFERENCE, flags=re.DOTALL)
    return next(block for block in blocks if block.startswith(beginning))


@pytest.mark.slow
def test_ten_minutes_to_an_article(tmp_path):
    """Each step as the README tells it: it builds, and in the end an editor has nothing to remark."""
    starter.write(starter.site(tmp_path, "My site", datetime.date(2026, 11, 24)))
    shutil.rmtree(tmp_path / "content" / starter.ARTICLE)
    settings = config.load(tmp_path / "content", cli.cache_folder(), Cache(memory=True))
    steps, article, shown = list(STEP.finditer(README)), tmp_path / "content/bicycle", []
    assert len(steps) == len(re.findall(r"```(?!console|\n)", README)), "an example without its file"
    for step in steps:
        name, added, text = step.groups()
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((path.read_text() + "\n" if added else "") + text)
        if (article / "article.md").is_file() and not name.endswith("model.yaml"):
            shown.append(pipeline.build(settings).files["bicycle/index.html"].decode())
    page = shown[-1]
    assert len(shown) == 4, "an article that is not built after each step"
    assert 'data-chart="compared"' in page
    assert re.search(r'data-claim="pays"[^>]*data-holds="true"', page)
    on_the_day = ["check", "--strict", "--date", "2026-11-25", "--content", str(tmp_path / "content")]
    checked = CliRunner().invoke(cli.main, on_the_day)
    assert checked.exit_code == 0, checked.output
    assert "all is well" in checked.output


def test_the_first_build_of_the_readme_says_what_its_text_says(tmp_path):
    model = resolved(STEP.search(README)[3].replace("    evidence: primary\n    source: fares", "    evidence: judgement\n    because: so"))
    numbers = simulate(model)
    assert 0.5 < numbers.amount("bicycle").value / numbers.amount("tickets").value * 2 < 1  # "about three times"


def test_every_command_of_the_documentation_is_understood():
    lines = re.findall(r"^\$ explainer (.*?)(?:  +#.*)?$", DOCUMENTATION, flags=re.MULTILINE)
    assert len(lines) > 10
    for line in lines:
        words = shlex.split(line)
        command = cli.main
        while isinstance(command, click.Group):
            command = command.commands[words.pop(0)]
        command.make_context("explainer", words)


def test_every_link_and_picture_is_there():
    for file, text in [("README.md", README), ("docs/reference.md", REFERENCE)]:
        text = re.sub(r"```.*?```|`[^`]+`", "", text, flags=re.DOTALL)
        for address in re.findall(r'\]\(([^)#\s]+)\)|src="([^"]+)"', text):
            path = "".join(address)
            assert path.startswith("https:") or ((ROOT / file).parent / path).is_file(), path
        headings = {
            re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in re.findall(r"^#+ (.*)$", text, flags=re.MULTILINE)
        }
        assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= headings
    pictures = list((ROOT / "docs/screens").iterdir())
    assert len(pictures) == 2
    assert all(picture.stat().st_size < 150_000 for picture in pictures)


def test_every_example_of_the_reference_is_read():
    for language, block in re.findall(r"```(\w+)\n(.*?)```", REFERENCE, flags=re.DOTALL):
        match language:
            case "yaml":
                document.parse(block, "example.yaml")
            case "python":
                compile(block, "charts.py", "exec")
            case "json":
                json.loads(block)
            case _:
                assert language in ("console", "css", "markdown")


def test_the_references_article_builds(tmp_path):
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


def test_the_references_axes_compute(tmp_path):
    model = resolved(example("yaml", "units: [person]\naxes:"))
    numbers = simulate(model)
    assert 100 <= numbers.amount("staff", "12").value <= 220
    assert numbers.amount("hired").value == pytest.approx(13 * math.sqrt(96), rel=0.01)
    assert numbers.verdicts["never_fewer"].holds
    table = REFERENCE.partition("| along an axis | |")[2].partition("\n\n")[0]
    assert set(ALONG) | {"coordinate"} <= set(re.findall(r"\w+", table))


def resolved(text):
    loaded = document.parse(text, "model.yaml")
    return resolve(loaded, document.validate(loaded, ModelSpec), {}, set())


def test_every_variable_that_the_reference_names_is_in_the_style():
    style = (ROOT / "static/style/1-tokens.css").read_text()
    for name in re.findall(r"var\((--\w+)\)", REFERENCE):
        assert f"{name}:" in style


def test_the_reference_lists_every_unit_and_no_other():
    rows = REFERENCE.split("#### Units")[1].split("|---|---|")[1].split("\n\n")[0]
    words = set(re.findall(r"`([^`]+)`", rows))
    assert words - {"%", "USD_2019"} == BUILT_IN_NAMES
    assert all(Units().parse(word) for word in words)
    combined = re.findall(r"`([^`]+)`", REFERENCE.split("They combine with")[1].split("multiply by it")[0])
    assert [Units(("person",)).parse(text) for text in combined if re.search(r"\w", text)]


KINDS = {
    "`site.yaml`": SiteSpec, "an entry of `authors` in `site.yaml`": AuthorSpec, "`comments` by Isso": IssoComments, "`comments` by giscus": GiscusComments, "`comments` by mail": MailComments,
    "`newsletter` by Buttondown": ButtondownNewsletter, "`newsletter` by listmonk": ListmonkNewsletter, "`newsletter` by Mailchimp": MailchimpNewsletter, "`newsletter` by any other": FormNewsletter,
    "`check` in `site.yaml`": CheckSpec, "an item of `navigation`, or of an author's `links`": Link, "the front matter of `article.md`": ArticleMatter, "an item of `corrections`": Correction, "that of `faq/*.md`": QuestionMatter,
    "`model.yaml`": ModelSpec, "an assumption": AssumptionSpec, "a quantity": QuantitySpec, "a claim": ClaimSpec, "a table": TableSpec,
    "a source in `sources.yaml`": Source, "a photograph in `img/credits.yaml`": Credit,
}  # fmt: skip


def test_the_reference_lists_every_key_that_must_or_may_be_written():
    lines = REFERENCE.split("### All keys")[1].split("|---|---|---|\n")[1].split("\n\n")[0].splitlines()
    rows = {
        cells[0]: [set(re.findall(r"`(\w+)`", cell)) for cell in cells[1:]]
        for cells in ([c.strip() for c in line.split("|")[1:-1]] for line in lines)
    }
    fields = {name: kind.model_fields for name, kind in KINDS.items()}
    assert rows == {
        name: [{key for key, field in keys.items() if field.is_required() == must} for must in (True, False)]
        for name, keys in fields.items()
    }
