"""Whatever an author's data, a source or an address holds: it is shown as text or refused, nothing runs, and the page still answers."""

import itertools
import re

import pytest
import yaml
from playwright.sync_api import expect

from explainer import output
from explainer.charts import INHERITED
from explainer.diagnostics import Problems
from tests.conftest import ROOT, SMALL, build, serving
from tests.test_reader import slide

DATA = ROOT / "tests/data"
ESCAPE = re.compile(r"\\(\\|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")


def corpus(name):
    """The entries of a file: a line each, comments left out, escapes turned into characters."""
    lines = [line for line in (DATA / name).read_text(encoding="utf-8").splitlines() if line and not line.startswith("# ")]
    return [ESCAPE.sub(lambda match: chr(int(match[1][1:], 16)) if match[1] != "\\" else "\\", line) for line in lines]


INJECTIONS = [*corpus("injections.txt"), "Donaudampfschifffahrt" * 200]
PROSE = [entry for entry in INJECTIONS if not re.search("{{|{%|{##", entry)]  # in prose, these are templates
CHARTED = [entry for entry in INJECTIONS if entry not in INHERITED]
BATCH = 17  # entries in one article

CHARTS = """
import altair as alt

def results(tables, width):
    return alt.Chart(tables.results).mark_bar().encode(x="value:Q", y=alt.Y("label:N", sort=None, axis=alt.Axis(labelLimit=0))).properties(width=width)

def cells(tables, width):
    return alt.Chart(tables.cells).mark_bar().encode(x="size:Q", y=alt.Y("what:N", sort=None, axis=alt.Axis(labelLimit=0))).properties(width=width)
"""


def article(entries):
    """An article that has each entry in every place for text: file -> text."""
    prose = [entry for entry in entries if entry in PROSE]
    joined = " ¦ ".join(prose)
    numbered = list(enumerate(entries))
    charted = [(i, entry) for i, entry in numbered if entry in CHARTED]
    model = {
        "tables": {
            "cells": {"file": "data/cells.csv", "key": "what", "source": "s0"},
            "results": {"rows": {entry: f"q{i}" for i, entry in charted}},
        },
        "assumptions": {
            f"a{i}": {
                "label": f"{entry} (label)",
                "value": "1 to 3",
                "evidence": "judgement",
                "because": f"{entry} (because)",
                "source": f"s{i}",
                "reader": "true",
            }
            for i, entry in numbered
        },
        "quantities": {f"q{i}": {"label": f"{entry} (computed)", "formula": f"a{i} * a0"} for i, entry in numbered},
        "claims": {f"c{i}": {"says": f"{entry} (says)", "holds": f"q{i} > 0"} for i, entry in numbered},
    }
    sources = {
        f"s{i}": {
            **{key: f"{entry} ({key})" for key in ("title", "author", "publisher", "issued", "via")},
            "URL": f"https://a.example/{''.join(entry.split())}",
            "accessed": "2026-01-01",
            "seen": "secondary",
        }
        for i, entry in numbered
    }
    matter = {key: f"{joined} ({key})" for key in ("title", "dek", "description", "closing")}
    matter |= {"authors": [f"{entry} (author)" for entry in entries], "published": "2026-01-02", "as_of": "2026-01-01"}
    opening = "\n".join(f"- {{{{ q{i} }}}}, which is {{{{ q{i}.label }}}}" for i, _ in numbered)
    figures = f'![Alternative: {inline(prose)}](chart:results "Caption: {inline(prose)}")\n\n![The cells](chart:cells "Cells")\n'
    questions = {
        f'faq/{i} "><img src=x onerror=pwned()>.md': f"---\n{dump({'question': f'{entry} (question)'})}---\nAn answer: {{{{ q0 }}}}.\n"
        for i, entry in enumerate(prose)
    }
    rows = [",".join(csv_cell(text) for text in (entry, entry, str(i))) for i, entry in charted]
    return {
        "article.md": f"---\n{dump(matter)}---\n{opening}\n\n{figures}",
        "model.yaml": dump(model),
        "sources.yaml": dump(sources),
        "charts.py": CHARTS,
        "data/cells.csv": "\n".join(["what,note,size", *rows]) + "\n",
        **questions,
    }


def dump(data):
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=10**6)


def csv_cell(text):
    return '"' + text.replace('"', '""') + '"'


def inline(entries):
    """As an author would write them in an image's alternative text or title, where Markdown has its own signs."""
    return re.sub(r"([\\`*_{}\[\]()#+.!|~-])", r"\\\1", " ¦ ".join(entries)).replace('"', "&quot;")


def squashed(text):
    """Without the white space that a drawing drops at the ends."""
    return re.sub(r"[\s\ufeff]", "", text)


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")


# a place for text -> the file it stands in, and that file with a text in the place
PLACES = {
    "title": ("tea/article.md", "---\ntitle: {}\ndek: d\nauthors: [A]\npublished: 2026-01-02\nas_of: 2026-01-01\n---\nText.\n"),
    "author": ("tea/article.md", "---\ntitle: t\ndek: d\nauthors: [{}]\npublished: 2026-01-02\nas_of: 2026-01-01\n---\nText.\n"),
    "question": ("tea/faq/20-q.md", "---\nquestion: {}\n---\nText.\n"),
    "site": ("site.yaml", "title: {}\n"),
    "navigation": ("site.yaml", "title: t\nnavigation: [{{title: {}, address: index.html}}]\n"),
    "source": ("tea/sources.yaml", "kettle: {{title: {}, accessed: 2026-01-01, seen: primary}}\n"),
    "label": ("tea/model.yaml", "assumptions:\n  a: {{label: {}, value: 1, evidence: judgement, because: b}}\n"),
    "because": ("tea/model.yaml", "assumptions:\n  a: {{label: l, value: 1, evidence: judgement, because: {}}}\n"),
    "says": ("tea/model.yaml", "claims:\n  c: {{says: {}, holds: 1 < 2}}\n"),
    "row": ("tea/model.yaml", "tables:\n  t: {{rows: {{{}: water}}}}\n"),
}


@pytest.mark.parametrize("character", [0x00, 0xD800, 0xE000])
@pytest.mark.parametrize("place", PLACES)
def test_characters_that_no_page_can_show_are_told(make_content, place, character):
    """Written as YAML's escapes; as they are, the same in `test_bare_characters_are_told`."""
    file, text = PLACES[place]
    problem = refused(make_content({file: text.format(f'"a\\u{character:04x}b"')}))
    assert problem.code in ("bad-character", "bad-yaml")  # libyaml knows that half a pair is none
    assert problem.place.file == f"content/{file}"
    assert f"U+{character:04X}" in problem.message or problem.code == "bad-yaml"


@pytest.mark.parametrize("character", "\x00\x7f\ue001")
@pytest.mark.parametrize(
    "file", ["site.yaml", "tea/model.yaml", "tea/sources.yaml", "tea/article.md", "tea/data/kettles.csv", "tea/sections/10-water.md"]
)
def test_bare_characters_are_told(make_content, file, character):
    lines = (SMALL / file).read_text(encoding="utf-8").split("\n")
    problem = refused(make_content({file: "\n".join([lines[0], lines[1] + character, *lines[2:]])}))
    assert (problem.code, problem.place.file, problem.place.line) == ("bad-character", f"content/{file}", 2)


ADDRESSES = ["javascript:pwned()", "JAVASCRIPT:pwned()", "java\tscript:pwned()", " javascript:pwned()", "data:text/html,pwned", "vbscript:pwned()", "javascript://a.example/%0apwned()"]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("place", ["source", "navigation", "prose", "html"])
def test_addresses_that_run_are_told(make_content, place, address):
    tabbed = address.replace("\t", "&#9;")  # Markdown would make spaces of a bare tab
    files = {
        "source": {"tea/sources.yaml": dump({"kettle": {"title": "t", "URL": address, "accessed": "2026-01-01", "seen": "primary"}})},
        "navigation": {"site.yaml": dump({"title": "t", "navigation": [{"title": "t", "address": address}]})},
        "prose": {"tea/sections/20-x.md": f"[x](<{tabbed}>)\n"},
        "html": {"tea/sections/20-x.md": f"Text <a href='{tabbed}'>x</a>.\n"},
    }[place]
    assert refused(make_content(files)).code in ("bad-value", "bad-link")


@pytest.mark.parametrize("text", ["constructor", "toString", "__proto__"])
def test_what_every_object_of_javascript_has_is_no_label_of_a_chart(make_content, text):
    """Vega would draw nothing, without a word."""
    model = (SMALL / "tea/model.yaml").read_text().replace("Water: water", f"{text}: water")
    problem = refused(make_content({"tea/model.yaml": model}))
    assert (problem.code, problem.place.file) == ("unchartable-text", "content/tea/charts.py")


def refused(content):
    """The first of the problems that keep this from being built."""
    with pytest.raises(Problems) as problems:
        build(content)
    return problems.value.diagnostics[0]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The address of a site whose articles hold all injections, a batch in each."""
    folder = tmp_path_factory.mktemp("hostile")
    text = " ¦ ".join(PROSE)
    content = folder / "content"
    write(content, {"site.yaml": dump({"title": text, "description": text, "navigation": [{"title": text, "address": "index.html"}]})})
    for i, entries in enumerate(batches()):
        write(content / f"article-{i}", article(entries))
    output.write(build(content).files, folder / "site")
    with serving(folder / "site") as address:
        yield address


def batches():
    return [INJECTIONS[i : i + BATCH] for i in range(0, len(INJECTIONS), BATCH)]


# before the page's own: what calls pwned() is caught, with what the browser has held back
WATCH = """
  window.ran = []; window.held = [];
  for (const name of ["pwned", "alert", "confirm", "prompt"]) window[name] = () => window.ran.push(name);
  addEventListener("securitypolicyviolation", ({violatedDirective, sample, blockedURI}) =>
    window.held.push(`${violatedDirective} ${blockedURI} ${sample}`));
"""
# what no page of ours has
STRANGE = """() => [
  ...[...document.querySelectorAll("*")].filter((e) => [...e.attributes].some(({name}) => /^on|^srcdoc$|formaction/i.test(name))),
  ...document.querySelectorAll("iframe, object, embed, base, portal, template, marquee, video, body *:is(meta, link, style, script:not([type='application/ld+json']), title)"),
  ...[...document.scripts].filter((e) => e.type !== "application/ld+json" && !e.src.startsWith(location.origin)),
  ...[...document.querySelectorAll("[href], [src], [action], [*|href]")].filter((e) =>
    ["href", "src", "action", "xlink:href"].some((a) => /^\\s*(javascript|data|vbscript|file)\\s*:/i.test(e.getAttribute(a) ?? ""))),
].map((e) => e.outerHTML.slice(0, 200))"""


def watched(reader, url, **context):
    """The page with everything kept that happens on it."""
    seen = reader("about:blank", **context)
    seen.page.add_init_script(WATCH)
    seen.page.goto(url)
    return seen


def assert_quiet(seen):
    assert seen.page.evaluate("window.ran") == []
    assert seen.page.evaluate("window.held") == []
    assert seen.page.evaluate(STRANGE) == []
    assert seen.complaints == []
    assert len(seen.hosts - {"about:blank"}) == 1


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(batches())))
def test_injections_are_text_and_the_page_answers(reader, site, number):
    seen = watched(reader, f"{site}article-{number}/index.html")
    page, entries = seen.page, batches()[number]
    page.wait_for_selector("#assumptions:not([hidden])")
    text = page.evaluate("document.documentElement.textContent")
    for entry, place in itertools.product(entries, ("label", "says", "title", "author", "publisher", "via")):
        assert f"{entry} ({place})" in text
    for entry in (entry for entry in entries if entry in PROSE):
        assert f"{entry} (question)" in text
    cells = page.locator("table th[scope=row]").all_text_contents()
    charted = [entry for entry in entries if entry in CHARTED]
    assert {*charted} <= {*cells}

    number = page.locator("main [data-quantity=q1]:not([data-part])").first
    before = number.inner_text()
    slide(page, "a1", 2.9)
    expect(number).not_to_have_text(before)
    chart = page.locator("figure[data-chart=results]")
    expect(chart).to_have_attribute("data-alive", "")
    drawn = chart.locator("svg text").all_text_contents()
    assert [entry for entry in charted if not any(squashed(entry)[:8] in squashed(label) for label in drawn)] == []
    assert_quiet(seen)

    page.locator("main li a.number").first.click()  # the page of numbers read into this one
    expect(page.get_by_role("dialog").get_by_role("link", name="All numbers")).to_be_visible()
    assert_quiet(seen)
    seen = watched(reader, page.url.split("index.html")[0] + "numbers/index.html")
    text = seen.page.evaluate("document.documentElement.textContent")
    for entry, place in itertools.product(entries, ("label", "because", "computed", "says", "title")):
        assert f"{entry} ({place})" in text
    assert_quiet(seen)


@pytest.mark.slow
def test_injections_do_not_lean_on_the_policy_alone(reader, site):
    """Nothing runs either where the browser does not hold the CSP."""
    for path in ("index.html", "404.html", "article-0/index.html"):
        assert_quiet(watched(reader, site + path, bypass_csp=True))


def urls():
    """What stands behind the address in each entry, long ones written out."""
    return [re.sub(r"\{(.+)\}×(\d+)", lambda match: match[1] * int(match[2]), line) for line in corpus("hostile_urls.txt")]


@pytest.mark.slow
def test_no_address_runs_or_breaks_the_page(reader, tmp_path, make_content):
    """Each opens the article anew; its numbers stand there, and the slider moves them."""
    section = (SMALL / "tea/sections/10-water.md").read_text(encoding="utf-8")
    without_chart = "\n".join(line for line in section.split("\n") if "chart:" not in line)  # its runtime would be read each time
    output.write(build(make_content({"tea/sections/10-water.md": without_chart})).files, tmp_path / "site")
    broken: dict[str, list[str]] = {}
    with serving(tmp_path / "site") as address:
        seen = watched(reader, address)
        for url in urls():
            if url.startswith("#"):
                seen.page.goto("about:blank")  # or the page would not be loaded anew
            seen.page.goto(f"{address}tea/index.html{url}", wait_until="commit")
            if wrong := [*seen.page.evaluate(ANSWERS), *seen.complaints]:
                broken[url[:100]] = wrong
            seen.complaints.clear()
    assert broken == {}
    assert len(seen.hosts - {"about:blank"}) == 1


# what is wrong with the page of the small site, at whatever scenario its address has put it
ANSWERS = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  for (let i = 0; i < 600 && !document.querySelector("#assumptions:not([hidden])"); i++) await frame();
  const number = document.querySelector("main p [data-quantity=water]:not([data-part])");
  const slider = document.querySelector("[data-assumption=guests]");
  const output = document.querySelector("output[data-quantity=guests]");
  const move = async (value) => {
    slider.value = value;
    slider.dispatchEvent(new Event("input", {bubbles: true}));
    for (let i = 0; i < 600 && parseInt(output.textContent) !== value; i++) await frame(); // the model comes with the first input
    return number.textContent;
  };
  const before = number.textContent;
  const wrong = {
    ran: window.ran.join(), held: window.held.join(), polluted: {}.polluted ?? Object.prototype[1] ?? "",
    number: /^\\d[\\d.,]*\\s?\\w/.test(before) ? "" : before,
    slider: slider.value >= Number(slider.min) && slider.value <= Number(slider.max) ? "" : slider.value,
    strange: (STRANGE)().join(),
    still: await move(20) === await move(160) ? number.textContent : "",
  };
  return Object.entries(wrong).filter(([, wrong]) => wrong !== "").map((pair) => pair.join(": "));
}""".replace("STRANGE", STRANGE)
