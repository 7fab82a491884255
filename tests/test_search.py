"""The search: an index beside the site, and what a reader does with it."""

import json
import re

import pytest
from click.testing import CliRunner
from playwright.sync_api import expect

from explainer import cli, config, output, pipeline, search
from explainer.cache import Cache
from explainer.diagnostics import Problems
from explainer.pages import hosting
from explainer.policy import CSP
from explainer.publish import plan
from tests.conftest import SMALL, build, serving
from tests.test_accessible import violations
from tests.test_addresses import rules
from tests.test_preview import SECTION, previews  # noqa: F401  # a fixture

SITE = "title: Small & sound\nsearch: true\nnavigation: [{title: Home, address: index.html}]\n"
OTHER = "---\ntitle: Coffee\ndek: A dek.\nauthors: [A]\npublished: 2026-01-01\nas_of: 2026-01-01\n---\nA kettle too. No tags `<here>`, 1,450 cups, $14.50 or −23\u202f%.\n"

POLICY = "Content-Security-Policy"
WORKER = f"{CSP}; script-src 'self' 'wasm-unsafe-eval'"


@pytest.fixture
def searched(make_content):
    return make_content({"site.yaml": SITE, "coffee/article.md": OTHER, "coffee/model.yaml": "{}\n", "coffee/sources.yaml": "{}\n"})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A site with a search, in a folder below that of a host."""
    top = tmp_path_factory.mktemp("library")
    for path in SMALL.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            output.replace(top / "content" / path.relative_to(SMALL), path.read_bytes())
    (top / "content/site.yaml").write_text(SITE)
    articles = {"coffee": OTHER} | {f"saucer{n}": OTHER.partition("A kettle")[0] + f"Saucer {n}.\n" for n in range(8)}
    for name, text in articles.items():
        for path, written in {"article.md": text, "model.yaml": "{}\n", "sources.yaml": "{}\n"}.items():
            output.replace(top / "content" / name / path, written.encode())
    output.write(build(top / "content").files, top / "root/sub")
    return top / "root/sub"


@pytest.fixture(scope="module")
def library(folder):
    """Its address at a strict host."""
    with serving(folder.parent, {r"sub/search/[^/]+/pagefind-worker\.js$": WORKER}) as address:
        yield f"{address}sub/"


def index(files):
    return {path: data for path, data in files.items() if path.startswith("search/")}


def test_off_until_the_author_asks():
    files = build(SMALL).files
    assert index(files) == {}
    assert not [path for path in files if "search" in path]
    assert not any(b"search" in data.lower() for path, data in files.items() if path.endswith((".html", "_headers", ".css")))


@pytest.mark.slow
def test_the_same_bytes_for_the_same_site(searched, monkeypatch):
    first, second = (index(pipeline.build(config.load(searched, cli.cache_folder())).files) for _ in range(2))
    assert first == second
    names = {re.sub(r"_[0-9a-f]+\.", "_HASH.", path.split("/", 2)[2]) for path in first}
    assert names == {
        "pagefind.js", "pagefind-worker.js", "pagefind-entry.json", "wasm.en.pagefind", "pagefind.en_HASH.pf_meta",
        "index/en_HASH.pf_index", "fragment/en_HASH.pf_fragment",
    }  # fmt: skip
    entry = json.loads(first[f"{search.folder(config.load(searched, cli.cache_folder()))}/pagefind-entry.json"])
    assert entry["languages"]["en"]["page_count"] == 2


def test_made_anew_only_where_a_text_has_changed(searched, monkeypatch):
    ran, run = [], search._run
    monkeypatch.setattr(search, "_run", lambda *arguments: (ran.append(1), run(*arguments)))
    settings = config.load(searched, cli.cache_folder(), Cache(memory=True))
    first = pipeline.build(settings).files
    (searched / "tea/sources.yaml").open("a").write("\n# a remark\n")
    assert index(pipeline.build(settings).files) == index(first)
    assert len(ran) == 1
    (searched / SECTION).open("a").write("\nAnother word.\n")
    assert index(pipeline.build(settings).files) != index(first)
    assert len(ran) == 2
    assert index(pipeline.build(settings, index=False).files) == {}


def test_only_what_is_read_as_prose_is_found(searched):
    pages = build(searched).sought
    assert pages.keys() == {"tea/index.html", "coffee/index.html"}
    tea = pages["tea/index.html"]
    assert 'id="question-why-so-much"' in tea
    assert "Tea for" in tea
    assert "Figure 1." in tea
    assert "<svg" not in tea
    assert "Computed from" not in tea
    assert "Download" not in tea
    assert "A site for" not in tea


def test_without_pagefind_it_is_said_what_to_do(searched, monkeypatch):
    monkeypatch.setattr(search, "PACKAGE", "pagefind_of_another_name")
    search._version.cache_clear()
    done = CliRunner().invoke(cli.main, ["build", "--content", str(searched), "--out", str(searched.parent / "out")])
    assert done.exit_code == 1
    assert "content/site.yaml:2" in done.output
    assert "pip install pagefind_bin" in done.output
    assert not (searched.parent / "out").exists()
    with pytest.raises(Problems):
        pipeline.warm(config.load(searched, cli.cache_folder()))  # as the preview does
    build(SMALL)


@pytest.mark.slow
def test_a_pagefind_that_fails_is_a_problem(searched, monkeypatch, tmp_path):
    import pagefind_bin

    for text, said in (("#!/bin/sh\necho 'Out of luck' >&2; exit 3\n", "Out of luck"), ("no program", "")):
        (tmp_path / "pagefind").write_text(text)
        (tmp_path / "pagefind").chmod(0o755)
        monkeypatch.setattr(pagefind_bin, "get_executable", lambda: tmp_path / "pagefind")
        with pytest.raises(Problems) as problems:
            pipeline.build(config.load(searched, cli.cache_folder()))
        (problem,) = problems.value.diagnostics
        assert (str(problem.place), problem.code) == ("content/site.yaml:2:1", "no-index")
        assert said in problem.message


def test_the_entry_is_written_and_published_after_all_that_it_names(searched, tmp_path):
    files = build(searched).files
    assert max(files, key=output._turn).endswith("/pagefind-entry.json")
    for path in index(files):
        assert plan.is_fingerprinted(path) == (not path.endswith("pagefind-entry.json"))


def test_hosts_are_told_of_the_worker_and_keep_all_but_the_entry(searched):
    files = build(searched).files
    found = rules(files["_headers"].decode())
    for path in index(files):
        sent = [headers for pattern, headers in found if pattern.fullmatch(f"/{path}")]
        assert [headers[POLICY] for headers in sent if POLICY in headers] == [WORKER]  # these hosts send all files the same
        kept = [headers["Cache-Control"] for headers in sent if "Cache-Control" in headers]
        assert kept == ([] if path.endswith("-entry.json") else [hosting.KEPT]), path
    assert CSP in files["tea/index.html"].decode().replace("&#39;", "'")
    assert "wasm" not in files["tea/index.html"].decode()


@pytest.mark.slow
def test_a_reader_searches_with_the_keyboard(reader, library):
    seen = reader(f"{library}coffee/index.html")
    page, fetched = seen.page, []
    page.on("request", lambda request: "icon.svg" in request.url or fetched.append(request.url.removeprefix(library)))
    button = page.get_by_role("button", name="Search")
    expect(button).to_be_visible()
    page.evaluate("new Promise((done) => setTimeout(done, 200))")
    assert fetched == [], "nothing before it is used"

    button.focus()
    page.keyboard.press("Control+k")
    page.keyboard.type("kettle")  # the first letters come before the dialog does
    box = page.get_by_role("searchbox", name="Words or numbers to find")
    expect(box).to_have_value("kettle")
    expect(page.get_by_role("status")).to_have_text("2 articles")
    expect(page.locator(".found mark").first).to_contain_text(re.compile("kettle", re.IGNORECASE))
    assert any(path.startswith("search/pagefind-") for path in fetched)
    links = page.locator(".found a")
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    for _ in range(3):
        page.keyboard.press("ArrowUp")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(button).to_be_focused()

    page.keyboard.press("/")
    expect(box).to_be_focused()
    page.keyboard.type("/ xyzzy")
    expect(page.get_by_role("status")).to_have_text("Nothing is found for “/ xyzzy”.")
    page.keyboard.press("Enter")  # leads nowhere
    box.fill("Why so much")
    link = page.locator(".found ul a[href='/sub/tea/index.html#question-why-so-much']")
    expect(link).to_be_visible()
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#question-why-so-much")).to_have_attribute("open", "")
    assert page.url == f"{library}tea/index.html#question-why-so-much"
    assert seen.complaints == []


@pytest.mark.slow
def test_many_articles_come_in_parts(reader, library):
    page = reader(library).page
    page.get_by_role("button", name="Search").click()
    page.keyboard.type("saucer")
    expect(page.locator(".told")).to_have_text("8 articles")
    expect(page.locator(".found > li")).to_have_count(6)
    for _ in range(7):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="More articles")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".found > li")).to_have_count(8)
    expect(page.locator(".found > li").nth(6).locator("a")).to_be_focused()
    expect(page.get_by_role("button", name="More articles")).to_be_hidden()


@pytest.mark.slow
def test_numbers_are_found_as_they_are_printed(reader, library):
    page = reader(library).page
    page.get_by_role("button", name="Search").click()
    box, told, first = page.get_by_role("searchbox"), page.get_by_role("status"), page.locator(".found .article")
    for words in ("$14.50", "14.50", "−23 %", "-23%", "<here>"):
        box.fill(words)
        expect(first).to_have_text(["Coffee"])
        expect(told).to_have_text("1 article")
    text = page.locator(".found p")
    expect(text).to_contain_text("No tags <here>, 1,450 cups")  # text stays text
    box.fill("14.50")
    expect(page.locator(".found mark")).to_have_text(["$14.50"])  # to Pagefind 1,450 is the same word
    box.fill("Tea for 40 guests")
    expect(first).to_have_text(["Tea for 40\u00a0guests"])
    box.fill("")
    expect(told).to_have_text("")
    expect(first).to_have_count(0)


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_the_dialog_is_for_everybody(reader, library, width, scheme):
    page = reader(f"{library}tea/index.html", viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True).page
    before = page.evaluate("document.querySelector('header.site').offsetHeight")
    page.get_by_role("button", name="Search").click()
    page.keyboard.type("water")
    expect(page.locator(".found a").first).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Close").click()
    assert page.evaluate("document.querySelector('header.site').offsetHeight") == before


@pytest.mark.slow
def test_no_control_where_it_could_not_work(reader, library, folder):
    page = reader(f"{library}index.html", java_script_enabled=False).page
    expect(page.locator("button.search")).to_be_hidden()
    expect(reader((folder / "index.html").as_uri()).page.locator("button.search")).to_be_hidden()


@pytest.mark.slow
def test_the_preview_finds_what_was_just_saved(reader, previews, searched):  # noqa: F811
    content, address, _, out = previews(searched)
    assert not (out / "search").exists()
    page = reader(f"{address}tea/index.html").page
    page.get_by_role("button", name="Search").click()
    page.keyboard.type("kettle")
    expect(page.locator(".told")).to_have_text("2 articles")
    page.keyboard.press("Escape")
    with (content / SECTION).open("a") as file:
        file.write("\nA samovar is no kettle.\n")
    expect(page.get_by_text("A samovar is no kettle.")).to_be_visible(timeout=15_000)
    page.keyboard.press("/")
    page.keyboard.type("samovar")
    expect(page.locator(".found mark").first).to_have_text("samovar")
