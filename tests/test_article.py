"""The flagship is held to what it says of itself: its claims could be false. That its numbers are computed or cited, `test_editorial` sees."""

import re

import pytest

from explainer import config, content
from explainer.model.resolve import resolve
from explainer.model.sensitivity import Sensitivity
from tests.conftest import ROOT

FOLDER = ROOT / "content/ai-capital-pivot"

# Claims that no plausible value of any one assumption can flip, with the reason why they are worth saying.
CANNOT_FLIP: dict[str, str] = {}


@pytest.fixture(scope="module")
def article():
    return content.read(FOLDER, config.load(ROOT / "content", ROOT))


@pytest.fixture(scope="module")
def model(article):
    return resolve(article.model_document, article.model_spec, article.csv_files, article.sources)


def texts():
    """Every piece of prose, by its file: what is cut out is not read as text (front matter keys, names of files and charts)."""
    for path in sorted(FOLDER.rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        if text.startswith("---"):
            _, matter, text = text.split("---\n", 2)
            keys = re.findall(r"^(title|dek|description|question|closing): (.*)$", matter, re.MULTILINE)
            text = "\n\n".join(value for _, value in keys) + "\n\n" + text
        yield path.relative_to(FOLDER).as_posix(), text


@pytest.mark.slow
def test_every_claim_could_be_false(article, model):
    """Each flips at some plausible value of some assumption, or the table above says why not."""
    asked = Sensitivity(model)
    firm = {name for name in model.claims if not any(flip.flips for flip in asked.flips(name))}
    assert firm == CANNOT_FLIP.keys()
    assert all(CANNOT_FLIP.values())


def test_every_claim_of_the_model_stands_in_the_prose(model):
    prose = "\n".join(text for _, text in texts())
    assert {name for name in model.claims if f"claim:{name})" not in prose} == set()


def test_it_is_a_full_article(model):
    prose = "\n".join(text for _, text in texts())
    words = re.sub(r"!\[.*?\]\(.*?\)|\[@.*?\]|\(\w+:\w+\)", "", re.sub(r"\{\{.*?\}\}", "N", prose), flags=re.DOTALL).split()
    placed = set(re.findall(r"\]\(chart:([\w/]+)", prose))
    outside = re.sub(r"!\[.*?\]\(.*?\)", "", prose, flags=re.DOTALL)
    assert 3500 <= len(words) <= 5700
    assert len(re.findall(r"\{\{ *\w", outside)) >= 80
    assert len(model.claims) >= 15
    assert len(placed) >= 12
    assert len(list((FOLDER / "faq").glob("*.md"))) >= 10
    assert len(model.scenarios) >= 2
    assert outside.count("> [!TIP]") >= 1
    assert outside.count("(assume:") >= 2
