"""The flagship is held to what it says of itself: its numbers are computed or cited, and its claims could be false."""

import re

import pytest

from explainer import config, content
from explainer.model.resolve import resolve
from explainer.model.sensitivity import Sensitivity
from tests.conftest import ROOT

FOLDER = ROOT / "content/ai-capital-pivot"
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"

# Digits that are names and no numbers.
NAMES = re.compile(r"H100s?|GPT-[34]|Grok[- ][34]|DeepSeek-V3|Llama 3\.1(?: 405B)?|Gemini 1\.0 Ultra|PaLM 540B|10-[KQ]")
DATES = re.compile(rf"\b\d{{1,2}} (?:{MONTHS})(?: \d{{4}})?\b|\b(?:{MONTHS}) \d{{4}}\b|\b(?:19|20)\d\d\b")
CITED = re.compile(r"\[(?:see )?@")

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


def sentences(text):
    """The sentences of a text as written, without the computed numbers and the targets of links; a list's item is one or more."""
    text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{##.*?##\}", "", text, flags=re.DOTALL)
    text = re.sub(r"!\[(.*?)\]\(\S+(?: \"(.*?)\")?\)", r"\1.\n\n\2.", text, flags=re.DOTALL)
    text = re.sub(r"\]\([^)\s]*\)", "]", text)
    text = re.sub(r"^> ?", "", re.sub(r"^(> \[!.*)$", r"\1\n", text, flags=re.MULTILINE), flags=re.MULTILINE)
    for paragraph in re.split(r"\n\s*\n|\n(?=[-|:] )", text):
        yield from re.split(r"(?<=[.!?])\s+(?=[A-Z*\[])", " ".join(paragraph.split()))


def bare(sentence):
    """The digits of a sentence that are neither a name's nor a date's."""
    without = DATES.sub("", NAMES.sub("", re.sub(r"\[(?:see )?@[^\]]*\]", "", sentence)))
    return re.findall(r"\d[\d,.]*", without)


def uncited(text):
    return [sentence for sentence in sentences(text) if bare(sentence) and not CITED.search(sentence)]


def test_no_digit_stands_in_the_prose_that_is_neither_computed_nor_cited_nor_a_date():
    assert {file: found for file, text in texts() if (found := uncited(text))} == {}


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("About {{ jobs_cut }} left on 20 May 2026.", []),
        ("An H100 is no GPT-4.", []),
        ("Some 8,000 left [@gale-memo].", []),
        ("Some 8,000 left.", ["Some 8,000 left."]),
        ("Some left [@gale-memo]. Then 7 more did.", ["Then 7 more did."]),
        ('![A bar of 7](chart:x "Of 8")', ["A bar of 7.", "Of 8."]),
    ],
)
def test_a_digit_is_found_where_it_stands(sentence, found):
    assert uncited(sentence) == found


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
