"""An author at work: the browser follows every save and ends on the last one, whatever happened in between."""

import contextlib
import functools
import http.client
import json
import os
import subprocess
import time
import urllib.request
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from playwright.sync_api import Error, expect

from explainer import cli
from explainer.diagnostics import Diagnostic, Place
from explainer.preview.state import State
from tests.conftest import build, free_port
from tests.test_cli import COMMAND

SECTION = "tea/sections/10-water.md"
STATE = "**/livereload/state?*"
MORE = "\nOne guest more, {{ water }}.\n"


@pytest.fixture(scope="module")
def previews(tmp_path_factory):
    """Starts previews of copies of the small site: (content, address, log, out)."""
    with contextlib.ExitStack() as stack:

        def start(content):
            folder = content.parent
            port = free_port()
            log = (folder / "log").open("w")
            command = [*COMMAND, "serve", "--content", str(content), "--out", str(folder / "out"), "--port", str(port)]
            process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "PYTHONUNBUFFERED": "1"})
            stack.callback(process.wait, timeout=10)
            stack.callback(process.terminate)
            wait_for(lambda: "Serving" in (folder / "log").read_text())
            return content, f"http://127.0.0.1:{port}/", folder / "log", folder / "out"

        yield start


@pytest.fixture
def preview(previews, make_content):
    return previews(make_content())


def wait_for(condition, seconds=15):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "this did not come"
        time.sleep(0.03)


def opened(reader, address):
    seen = reader(f"{address}tea/index.html")
    asked = "performance.getEntriesByType('resource').filter(({name}) => name.includes('/livereload/state')).length"
    wait_for(lambda: seen.page.evaluate(f"window.LiveReload?.connector?.protocol && {asked} > 1"))  # it knows what it is, and what there is
    seen.page.evaluate("window.mark = 'the same page'")
    return seen


def is_the_same(page):
    return page.evaluate("window.mark") == "the same page"


@pytest.mark.slow
def test_prose_is_put_in_where_the_reader_is(preview, reader):
    content, address, _, out = preview
    section = content / SECTION
    text = section.read_text()
    section.write_text(text + "\nFiller.\n" * 80)
    wait_for(lambda: "Filler" in (out / "tea/index.html").read_text())
    seen = opened(reader, address)
    page = seen.page
    page.wait_for_selector("#assumptions:not([hidden])", state="attached")
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    slider = page.locator("input[type=range][data-assumption=guests]")
    slider.evaluate(
        "(slider) => { slider.value = 60; slider.dispatchEvent(new Event('input', {bubbles: true})); slider.dispatchEvent(new Event('change', {bubbles: true})); }"
    )
    number = page.locator("article p [data-quantity=water]").first
    expect(number).to_have_class("changed")
    page.evaluate("scrollTo(0, 700)")
    section.write_text(text + "\nFiller.\n" * 80 + MORE)
    added = page.locator("article p", has_text="One guest more")
    expect(added).to_have_count(1, timeout=10_000)
    assert is_the_same(page)
    assert page.evaluate("scrollY") == 700
    assert page.evaluate("[...document.querySelectorAll('.questions details')].every((details) => details.open)")
    assert added.locator("[data-quantity=water]").inner_text() == number.inner_text()  # under the reader's assumptions, not the author's
    expect(added.locator("[data-quantity=water]")).to_have_class("changed")

    section.write_text(text + "\nFiller.\n" * 80)
    expect(added).to_have_count(0, timeout=10_000)
    article = content / "tea/article.md"
    article.write_text(article.read_text().replace("Tea for", "Coffee for"))
    expect(page.locator("h1")).to_contain_text("Coffee for", timeout=10_000)
    assert page.title().startswith("Coffee")
    assert is_the_same(page)
    assert seen.complaints == []


@pytest.mark.slow
def test_a_style_is_swapped_and_a_drawing_too(preview, reader):
    content, address, _, _ = preview
    seen = opened(reader, address)
    for size in (31, 33):
        (content / "theme.css").write_text(f"h1 {{ font-size: {size}px; }}")
        expect(seen.page.locator("h1")).to_have_css("font-size", f"{size}px", timeout=10_000)
    charts = content / "tea/charts.py"
    charts.write_text(charts.read_text().replace("height=", "height=7 + "))
    before = seen.page.locator("figure[data-chart] svg").first.get_attribute("viewBox")
    expect(seen.page.locator("figure[data-chart] svg").first).not_to_have_attribute("viewBox", before, timeout=10_000)
    assert is_the_same(seen.page)
    assert seen.complaints == []


@pytest.mark.slow
def test_comments_and_newsletter_come_with_their_style_and_policy(preview, reader):
    content, address, _, _ = preview
    seen = opened(reader, address)
    text = (content / "site.yaml").read_text()
    (content / "site.yaml").write_text(f"{text}comments: {{kind: mail, to: a@tea.example}}\n")
    link = seen.page.get_by_role("link", name="Discuss this article by mail")
    expect(link).to_be_visible(timeout=10_000)
    expect(seen.page.locator(".talk")).to_have_css("border-top-width", "1px")
    (content / "site.yaml").write_text(f"{text}newsletter: {{action: 'https://lists.example/in'}}\n")
    expect(seen.page.get_by_role("button", name="Subscribe")).to_be_visible(timeout=10_000)
    expect(link).to_have_count(0)
    assert "form-action 'self' https://lists.example;" in seen.page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute(
        "content"
    )
    assert seen.complaints == []


@pytest.mark.slow
def test_a_style_that_is_saved_while_the_page_loads_is_shown(preview, reader):
    content, address, _, _ = preview
    seen = opened(reader, address)

    def state():
        with urllib.request.urlopen(f"{address}livereload/state?page=/tea/index.html") as answer:
            return json.load(answer)

    def save(route):
        old = state()
        (content / "theme.css").write_text("h1 { font-size: 31px; }")
        wait_for(lambda: state()["style"] != old["style"])
        route.fulfill(
            json=state() | {"changed": old["changed"], "writing": False}
        )  # the page's first question, answered before the pages are written

    seen.page.route(STATE, save, times=1)
    seen.page.reload()
    expect(seen.page.locator("h1")).to_have_css("font-size", "31px", timeout=10_000)


@pytest.mark.slow
def test_another_model_starts_the_page_anew_with_the_readers_scenario(preview, reader):
    content, address, _, _ = preview
    seen = reader(f"{address}tea/index.html?guests=60")
    expect(seen.page.locator("output[data-quantity=guests]").first).to_have_text("60\u00a0guests", timeout=10_000)
    model = content / "tea/model.yaml"
    model.write_text(model.read_text().replace("label: Guests", "label: People who came"))
    expect(seen.page.locator("#assumptions")).to_contain_text("People who came", timeout=10_000)
    expect(seen.page.locator("output[data-quantity=guests]").first).to_have_text("60\u00a0guests")
    assert "guests=60" in seen.page.url


@pytest.mark.slow
def test_problems_lie_over_the_last_good_page_until_they_are_mended(preview, reader):
    content, address, log, out = preview
    seen = opened(reader, address)
    article = content / "tea/article.md"
    text = article.read_text()
    article.write_text(text.replace("{{ guests }}", "{{ gests }}"))
    box = seen.page.get_by_role("alertdialog", name="Problems")
    expect(box).to_contain_text("unknown quantity 'gests'", timeout=10_000)
    expect(box).to_contain_text("did you mean 'guests'?")
    expect(box.locator("pre").first).to_have_text("title: Tea for {{ gests }}")
    place = box.get_by_role("link", name="content/tea/article.md:2:1")
    assert place.get_attribute("href") == f"vscode://file/{article.as_posix()}:2:1"
    expect(seen.page.locator("h1")).to_contain_text("Tea for")
    assert b"Tea for" in (out / "tea/index.html").read_bytes()
    article.write_text(text.replace("{{ guests }}", "{{ gests }}") + " ")  # the same problem is not said twice
    time.sleep(0.5)
    assert log.read_text().count("> title: Tea for {{ gests }}") == 1
    assert "Traceback" not in log.read_text()
    seen.page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    seen.page.reload()
    expect(box).to_be_visible(timeout=10_000)
    article.write_text(text)
    expect(box).to_have_count(0, timeout=10_000)
    assert [c for c in seen.complaints if "Content Security Policy" in c] == []


def by_rename(file, text):
    part = file.with_name(file.name + "~")
    part.write_text(text)
    part.rename(file)


def bursts(content):
    """What editors and version control do to files, each leaving something else behind."""
    section, faq = content / SECTION, content / "tea/faq"
    text = section.read_text()

    def twice():
        section.write_text(text + "\nFirst.\n")
        time.sleep(0.1)
        section.write_text(text + "\nSecond.\n")

    def while_building():
        for number in range(12):
            section.write_text(text + f"\nSave {number}.\n")
            time.sleep(0.03)

    def truncated_and_written():
        section.write_text("")
        time.sleep(0.06)
        section.write_text(text + "\nAfter an empty file.\n")

    def two_hundred():
        for number in range(200):
            (faq / f"{number:03}-burst-{number}.md").write_text(f"---\nquestion: Question {number}?\n---\nYes.\n")

    def gone():
        for file in faq.glob("*-burst-*.md"):
            file.unlink()

    return [
        twice, while_building, truncated_and_written, two_hundred, gone,
        lambda: by_rename(section, text + "\nRenamed over.\n"),
        lambda: (content / "tea").rename(content / "coffee"),
        lambda: (content / "coffee").rename(content / "tea"),
        lambda: (content / "tea/sections/20-new.md").write_text("## New\n\nA part.\n"),
        lambda: (content / "tea/sections/20-new.md").unlink(),
    ]  # fmt: skip


# whether the page shows what the server has now
SHOWS = """async () => {
  const words = (page) => page.querySelector("article").textContent.replace(/\\s+/g, "");
  const html = await (await fetch(location.pathname)).text();
  return words(document) === words(new DOMParser().parseFromString(html, "text/html"));
}"""


def shows(page):
    try:
        return page.evaluate(SHOWS)
    except Error:  # it is being loaded anew
        return False


@pytest.mark.slow
def test_it_ends_on_the_last_state(preview, reader):
    content, address, log, out = preview
    seen = opened(reader, address)

    def written():
        return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*.html")}

    for burst in bursts(content):
        burst()
        expected = {path: data for path, data in build(content).files.items() if path.endswith(".html")}
        wait_for(functools.partial(lambda expected: written() == expected, expected))
        if "tea/index.html" in expected:
            wait_for(lambda: shows(seen.page))
    assert "Traceback" not in log.read_text()


OUTSIDE = [
    "../content/site.yaml", "%2e%2e/content/site.yaml", "..%2fcontent/site.yaml", "%2e%2e%2fcontent%2fsite.yaml", "tea/../../content/site.yaml",
    "..\\content\\site.yaml", "..%5ccontent%5csite.yaml", "%252e%252e%252fcontent/site.yaml", "/etc/passwd", "//etc/passwd", "%2fetc%2fpasswd",
    "....//content/site.yaml", "..;/content/site.yaml", "static/../../content/site.yaml", "tea/%00/../../content/site.yaml", "file:///etc/passwd",
    "..%c0%afcontent/site.yaml", "%c0%ae%c0%ae/content/site.yaml", "static/0123456789/../../../content/site.yaml", "linked/site.yaml", "linked.yaml",
    "livereload/../../content/site.yaml", "~/.ssh/id_rsa", "..%u2216content/site.yaml", "static/0123456789/%2e%2e/%2e%2e/%2e%2e/content/site.yaml",
]  # fmt: skip
STRANGERS = [
    "evil.example",
    "evil.example:5500",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "[::2]",
    "",
    "127.0.0.1@evil.example",
    "[",
    "0.0.0.0",
]


@pytest.mark.slow
def test_it_serves_this_site_to_this_machine(preview):
    content, address, _, out = preview
    (out / "linked").symlink_to(content)
    (out / "linked.yaml").symlink_to(content / "site.yaml")
    host = urlsplit(address).netloc

    def asked(path, host):
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=5)
        connection.putrequest("GET", f"/{path}", skip_host=True)
        connection.putheader("Host", host)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read()

    assert asked("tea/index.html", host)[0] == asked("livereload/state", host)[0] == 200
    for path in OUTSIDE:
        status, body = asked(path, host)
        assert status in (400, 403, 404), path
        assert b"title: Small" not in body, path
        assert b"root:" not in body, path
    for stranger in STRANGERS:
        for path in ("tea/index.html", "livereload", "livereload.js", "livereload/follow.js", "livereload/state", "livereload/style.css"):
            assert asked(path, stranger)[0] in (400, 403), (stranger, path)


@pytest.mark.slow
def test_a_problem_in_what_comes_later_is_told_too(preview, reader):
    content, address, log, out = preview
    seen = opened(reader, address)
    before = (out / "tea/numbers/index.html").read_bytes()
    template = content.parent / "templates/numbers-page.html"
    template.parent.mkdir()
    template.write_text("{{ nobody }}")
    box = seen.page.get_by_role("alertdialog", name="Problems")
    expect(box).to_contain_text("unknown name 'nobody'", timeout=10_000)
    (content / SECTION).write_text((content / SECTION).read_text() + MORE)
    expect(seen.page.locator("article p", has_text="One guest more")).to_have_count(1, timeout=10_000)
    expect(box).to_contain_text("unknown name 'nobody'")
    assert (out / "tea/numbers/index.html").read_bytes() == before
    assert log.read_text().count("unknown name 'nobody'") == 1  # after two saves
    template.unlink()
    expect(box).to_have_count(0, timeout=10_000)


@pytest.mark.slow
def test_it_starts_with_problems_and_without_a_page(previews, make_content, reader):
    content = make_content({"tea/model.yaml": "nonsense: [\n"})
    _, address, log, _ = previews(content)
    seen = reader(address)
    expect(seen.page.get_by_role("alertdialog", name="Problems")).to_contain_text("not valid YAML", timeout=10_000)
    make_content()
    expect(seen.page.locator("h1")).to_have_text("Small & sound", timeout=10_000)
    assert "Traceback" not in log.read_text()


def test_an_editor_is_one_that_is_known_or_an_address(make_content, tmp_path):
    result = CliRunner().invoke(cli.main, ["serve", "--content", str(make_content()), "--out", str(tmp_path / "out"), "--editor", "ed"])
    assert result.exit_code == 2
    assert "unknown editor 'ed'" in result.output
    (tmp_path / "a b.md").write_text("One\nTwo <b>\n")
    state = State(tmp_path, "mine://{path}?{line}")
    state.fail([Diagnostic("bad", "It is bad", Place("a b.md", 2), "mend it")])
    assert state.shown[0]["editor"].endswith("/a%20b.md?2")
    assert state.text() == "a b.md:2: error[bad]: It is bad\n    > Two <b>\n    mend it"
    assert not state.fail([Diagnostic("bad", "It is bad", Place("a b.md", 2), "mend it")])
