"""An editor's rules, each on a small change to a small site; and the project's own articles, which keep to them."""

import datetime
import re

import pytest

from explainer import charts, config, pipeline
from explainer.editorial.review import review, review_site
from explainer.editorial.rules import RULES
from tests.conftest import DOCUMENTATION, ROOT

TODAY = datetime.date(2026, 11, 25)
SMALL = ROOT / "tests/golden/small/content"


def reviewed(folder, settings, today=TODAY):
    computed = pipeline.compute(folder, settings)
    text = pipeline.parse_prose(computed.article, pipeline.known(computed.article, computed.model))
    return review(computed.article, computed.model, computed.numbers, text, settings, today)


@pytest.fixture
def told(make_content, tmp_path):
    """What the rules say of the small site with some changes, as 'file:line rule message'."""

    def tell(changes, today=TODAY):
        settings = config.load(make_content(changes), tmp_path)
        found = [*reviewed(settings.content / "tea", settings, today), *review_site(settings, ["A. Author", "B. Author"])]
        return [f"{item.place.file.split('/', 1)[1]}:{item.place.line} {item.code}: {item.message}" for item in found]

    return tell


def changed(path, old, new):
    text = (SMALL / path).read_text()
    assert old in text
    return {path: text.replace(old, new)}


SECTION = "tea/sections/10-water.md"
GOOD = {  # it has no remarks
    SECTION: '## Water\n\n![Water as a bar beside a kettle](chart:amounts "What there is")\n',
    "tea/sections/30-end.md": "It is {{ share }}.\n",
}
BODY = "tea/sections/20-more.md"
MODEL = "tea/model.yaml"


def test_a_sound_site_is_left_alone(told):
    assert told(GOOD) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({BODY: "## More\n\nSome words,\nand 40 guests.\n"}, [f"{BODY}:4 undeclared-number: '40' is neither computed nor cited"]),
        ({BODY: "## More\n\nFrom 4 to\n5 and 6.\n"}, [f"{BODY}:3 undeclared-number: '4' is", f"{BODY}:4 undeclared-number: '5' and '6' are"]),
        (changed("tea/article.md", "Tea for {{ guests }}", "Tea for 40"), ["tea/article.md:2 undeclared-number: '40'"]),
        (changed("tea/faq/10-why-so-much.md", "Why {{ water }}?", "Why 10 litres?"), ["tea/faq/10-why-so-much.md:2 undeclared-number: '10'"]),
        ({BODY: "## More\n\n##\n"}, [f"{BODY}:3 empty-heading: this heading has no words"]),
        ({BODY: "## More\n\n#### Deep\n"}, [f"{BODY}:3 skipped-heading: 'Deep' is 2 levels below the heading before it"]),
        ({BODY: "# More\n"}, [f"{BODY}:1 skipped-heading: 'More' is a heading of level 1"]),
        ({BODY: "Words\n\nWater\n---\n"}, [f"{BODY}:3 repeated-heading: there are two headings 'Water'"]),
        ({BODY: "```\n# no heading\n```\n\n## Water\n"}, [f"{BODY}:5 repeated-heading"]),
        ({SECTION: '![Bars](chart:amounts "What there is")\n'}, [f"{SECTION}:1 thin-alt: 'Bars' says too little about 'amounts'"]),
        ({SECTION: '![amounts.png](chart:amounts "What there is")\n'}, [f"{SECTION}:1 thin-alt: the alternative text of 'amounts' is a file's"]),
        ({SECTION: '![Water as a bar here](chart:amounts "Water, as a bar: here")\n'}, [f"{SECTION}:1 repeated-alt"]),
        (changed(MODEL, "claims:\n", "  twice: {label: Twice, formula: 2 * guests, unit: guest}\nclaims:\n"), [f"{MODEL}:49 unused: nothing that is shown rests on the quantity 'twice'"]),
        (changed(MODEL, "assumptions:\n", "assumptions:\n  spare: {label: Spare, value: 1, evidence: judgement, because: so}\n"), [f"{MODEL}:14 unused: nothing that is shown rests on the assumption 'spare'"]),
        (changed(MODEL, "tables:\n", "tables:\n  idle: {unit: litre, rows: {Water: water}}\n"), [f"{MODEL}:3 unused: no formula and no chart reads the table 'idle'"]),
        ({"tea/sources.yaml": (SMALL / "tea/sources.yaml").read_text() + "spare: {title: Spare, accessed: 2026-01-01, seen: primary}\n"}, ["tea/sources.yaml:3 unused: nothing cites the source 'spare'"]),
        (changed("tea/article.md", "description: What {{ guests }} drink.\n", ""), ["tea/article.md:2 missing-metadata: this article has no description"]),
        (changed("tea/article.md", "What {{ guests }} drink.", "What {{ guests }} drink, " + "and drink, " * 14), ["tea/article.md:4 long-description: the description has 175 characters"]),
        (changed("tea/article.md", "[A. Author, B. Author]", "[]"), ["tea/article.md:5 missing-metadata: this article has no authors"]),
        (changed("site.yaml", "base_url: https://tea.example/guide\n", ""), ["site.yaml:1 missing-metadata: the site has no base_url"]),
        (changed("site.yaml", "base_url:", "authors:\n  A. Author: {about: Tea}\n  B Author: {}\nbase_url:"), ["site.yaml:8 unused: no article is by 'B Author'"]),
        (changed("site.yaml", "description: A site for the tests.\n", ""), ["site.yaml:1 missing-metadata: the site has no description"]),
    ],
)  # fmt: skip
def test_what_a_rule_says(told, changes, expected):
    found = told(GOOD | changes)
    assert len(found) == len(expected)
    for said, wanted in zip(found, expected, strict=True):
        assert said.startswith(wanted)


def test_the_hint_names_the_quantity_that_comes_to_what_was_typed(make_content, tmp_path):
    settings = config.load(make_content(GOOD | {BODY: "## More\n\nTea for 40 guests.\n"}), tmp_path)
    (remark,) = reviewed(settings.content / "tea", settings)
    assert remark.hint.startswith("'{{ guests }}' comes to 40\u00a0guests\nprint a quantity")


def test_a_source_on_the_web_grows_stale(told):
    day = datetime.date(2027, 1, 1)
    assert told(GOOD, day) == []
    (said,) = told(GOOD, day + datetime.timedelta(1))
    assert said == "tea/sources.yaml:1 stale-source: 'kettle' was last opened 366 days ago, on 2026-01-01"
    assert told(GOOD | {"site.yaml": (SMALL / "site.yaml").read_text() + "check: {stale_after: 400}\n"}, day + datetime.timedelta(30)) == []
    assert told(GOOD | {"site.yaml": (SMALL / "site.yaml").read_text() + "check: {stale_after: 0}\n"}, day + datetime.timedelta(3000)) == []


def test_names_of_the_site(told):
    files = GOOD | {BODY: "## More\n\n3M and the Group of 20 met guests.\n"}
    assert len(told(files)) == 1
    assert told(files | {"site.yaml": (SMALL / "site.yaml").read_text() + "check: {names: [3M, Group of 20]}\n"}) == []


@pytest.mark.parametrize(
    "changes",
    [
        {BODY: "## More\n\n<!-- check: ignore undeclared-number: as on the box -->\nA box of 40.\n"},
        {BODY: "## More\n\nA box of 40. <!-- check: ignore undeclared-number: as on the box -->\n"},
        changed(
            MODEL,
            "claims:\n",
            "  # check: ignore unused: for the next article\n  twice: {label: Twice, formula: 2 * guests, unit: guest}\nclaims:\n",
        ),
        changed("tea/article.md", "title: Tea for {{ guests }}", "title: Tea for 40 # check: ignore undeclared-number: a saying"),
        changed("site.yaml", "base_url: https://tea.example/guide\n", "# check: ignore missing-metadata: at home only\n")
        | {"site.yaml": "# check: ignore missing-metadata: at home only\ntitle: T\ndescription: D\n"},
    ],
)
def test_a_remark_is_answered_in_its_place(told, changes):
    assert told(GOOD | changes) == []


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        ("check: ignore undeclared-number", "'undeclared-number' is ignored here without a reason"),
        ("check: ignore unuse: why", "there is no rule 'unuse' to ignore"),
        ("check: ignore unused: why", "'unused' has nothing to say here"),
        ("check: ignore dead-link: it is asked for by --external only", ""),
    ],
)
def test_a_silence_is_told_where_it_is_wrong(told, comment, said):
    found = told(GOOD | {BODY: f"## More\n\n<!-- {comment} -->\nWords.\n"})
    assert found == ([f"{BODY}:3 bad-silence: {said}"] if said else [])


@pytest.mark.parametrize("slug", sorted(path.parent.name for path in (ROOT / "content").glob("*/article.md")))
def test_our_own_articles_keep_to_the_rules(slug, tmp_path, monkeypatch):
    """Without a drawing, as the preview will ask."""
    monkeypatch.setattr(charts, "draw", lambda *_: 1 / 0)
    settings = config.load(ROOT / "content", tmp_path)
    assert reviewed(ROOT / "content" / slug, settings) == ()
    assert review_site(settings) == ()


def test_the_readme_has_the_table_of_the_rules():
    section = DOCUMENTATION.split("### An editor's remarks")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `([\w-]+)` \| (\w+) \| (.*) \|$", section, re.MULTILINE)
    assert rows == [(name, rule.severity, rule.says) for name, rule in RULES.items()]
