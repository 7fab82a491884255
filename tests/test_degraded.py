"""What is left where something is missing: scripts, a part of them, the chart runtime, speed, or what a new browser can do."""

import re
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest
from playwright.sync_api import expect

from tests.test_reader import ARTICLE, SHARE, slide

pytestmark = pytest.mark.slow

# controls that cannot work without scripts: what asks to be used, visible and enabled, save what HTML does by itself
CONTROLS = "input, select, textarea, button, output, [role=button], [role=slider], [aria-expanded], .status"
HALF_DEAD = """(controls) => [...document.querySelectorAll(controls)]
  .filter((e) => e.checkVisibility() && e.getBoundingClientRect().width > 0 && !e.closest("summary")).map((e) => e.outerHTML.slice(0, 120))"""
WHOLE = """() => ({
  words: document.querySelector("main").innerText.split(/\\s+/).length,
  numbers: [...document.querySelectorAll("main p [data-quantity]")].filter((e) => e.checkVisibility()).length,
  drawings: [...document.querySelectorAll("figure[data-chart]")].filter((f) => [...f.querySelectorAll("svg")].some((svg) => svg.getBoundingClientRect().width > 200)).length,
  charts: document.querySelectorAll("figure[data-chart]").length,
  answers: [...document.querySelectorAll("[data-guess]")].every((e) => [...e.querySelectorAll("[data-quantity]")].every((n) => n.checkVisibility())),
})"""

NOT_THERE = "Failed to load resource|Failed to fetch dynamically imported module"  # the browser says so, and nothing else

# what is cut off -> the part of an address that never arrives
BLOCKED = {
    "all scripts": "**/*.js",
    "the entry": "**/reader.js",
    "the page": "**/page.js",
    "the engine": "**/engine.js",
    "the model": "**/model.*.js",
}


def assert_whole(page):
    found = page.evaluate(WHOLE)
    assert found["words"] > 2000
    assert found["numbers"] > 60
    assert found["drawings"] == found["charts"] >= 6
    assert found["answers"]


def assert_opens(page):
    """A number's link opens its card, or leads to it."""
    page.locator("main p a[href^='#n-']:visible").first.click()
    card = page.locator(":target, .card-sheet:popover-open")
    expect(card).to_be_visible()
    assert card.locator("[data-quantity]").count() >= 1


def test_without_javascript_the_article_is_whole(reader, flagship):
    seen = reader(flagship + ARTICLE, java_script_enabled=False)
    page = seen.page
    assert_whole(page)
    assert page.evaluate(HALF_DEAD, CONTROLS) == []
    assert_opens(page)
    assert seen.complaints == []


def test_from_the_disk_the_article_is_whole(reader, real_site):
    """Browsers run no modules from there; styles, drawings and links hold, and no link leads to the listing of a folder."""
    seen = reader((real_site / ARTICLE).as_uri(), viewport={"width": 1440, "height": 900})
    page = seen.page
    assert_whole(page)
    assert page.evaluate("getComputedStyle(document.body).margin") == "0px"
    assert page.evaluate(HALF_DEAD, CONTROLS) == []
    assert_opens(page)
    links = set(page.locator("a[href]").evaluate_all("links => links.map((link) => link.href.split('#')[0])"))
    paths = [Path(url2pathname(urlsplit(link).path)) for link in links if link.startswith("file:")]
    assert len(paths) > 20
    assert [path for path in paths if not path.is_file()] == []
    page.get_by_role("banner").get_by_role("link").first.click()
    page.locator(".teasers a").first.click()
    expect(page.locator("article h1")).to_be_visible()
    assert all("CORS policy" in complaint or "Failed to load resource" in complaint for complaint in seen.complaints)


@pytest.mark.parametrize(("missing", "how"), [*((missing, "blocked") for missing in BLOCKED), ("the model", "not found")])
def test_without_a_script_nothing_is_half_dead(reader, flagship, missing, how):
    seen = reader("about:blank")
    page = seen.page
    page.route(BLOCKED[missing], lambda route: route.abort() if how == "blocked" else route.fulfill(status=404, body="Not found"))
    page.goto(flagship + ARTICLE, wait_until="networkidle")
    page.locator("main p a.number").first.hover()  # the first sign of interest asks for the engine
    page.wait_for_load_state("networkidle")
    if missing in ("the page", "the engine", "the model"):
        expect(page.locator("#assumptions")).to_contain_text("The model did not load")
    assert_whole(page)
    assert page.evaluate(HALF_DEAD, CONTROLS) == []
    assert_opens(page)
    assert all(re.search(NOT_THERE, complaint) for complaint in seen.complaints)


@pytest.mark.parametrize("missing", ["**/vega-*.js", "**/charts.js", "**/charts/*.json"])
def test_without_the_chart_runtime_charts_stay_drawings_and_numbers_follow(reader, flagship, missing):
    seen = reader("about:blank", viewport={"width": 1440, "height": 900})
    page = seen.page
    page.route(missing, lambda route: route.abort())
    page.goto(flagship + ARTICLE)
    page.wait_for_selector("#assumptions:not([hidden])")
    number = page.locator(SHARE).first
    before = number.inner_text()
    for value in (40_000, 60_000):
        slide(page, "jobs_cut", value)
        page.wait_for_load_state("networkidle")
    expect(number).not_to_have_text(before)
    expect(page.locator("article [data-claim][data-holds=false]").first).to_be_visible()
    assert page.evaluate(WHOLE)["drawings"] == page.evaluate(WHOLE)["charts"]
    expect(page.locator("figure[data-alive]")).to_have_count(0)
    expect(page.locator("main :text('updating')").locator("visible=true")).to_have_count(0)
    assert all("Failed to load resource" in complaint for complaint in seen.complaints)


# adds up what moves on the page that the reader did not ask for
SHIFTS = """
  window.shifts = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
  }).observe({type: "layout-shift", buffered: true});
"""


@pytest.mark.parametrize("width", [390, 1440])
def test_on_a_slow_line_the_text_is_there_before_the_scripts_and_stays_in_place(reader, flagship, width):
    page = reader("about:blank", viewport={"width": width, "height": 800}).page
    page.add_init_script(SHIFTS)
    held, arrived = [], []
    page.route("**/*.js", lambda route: route.continue_() if arrived else held.append(route))  # the line brings the scripts last
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions", {"offline": False, "latency": 300, "downloadThroughput": 300_000, "uploadThroughput": 20_000}
    )
    page.goto(flagship + ARTICLE, wait_until="commit")
    page.wait_for_selector("footer", state="attached")
    expect(page.locator(SHARE).first).to_be_visible()
    assert_whole(page)
    assert page.evaluate(HALF_DEAD, CONTROLS) == []
    arrived.append(True)
    for route in held:
        route.continue_()
    page.wait_for_selector("#assumptions:not([hidden])", state="attached", timeout=20_000)
    page.wait_for_timeout(300)
    assert page.evaluate("window.shifts") < 0.001


# what a browser of some years ago does not have; each is taken away before the page's scripts run
OLD = {
    "popovers": "for (const name of ['showPopover', 'hidePopover', 'togglePopover', 'popover']) delete HTMLElement.prototype[name];",
    "what came in 2022": "delete Array.prototype.at; delete Object.hasOwn; delete String.prototype.at; delete window.structuredClone;",
    "what came in 2023": "for (const name of ['toSorted', 'toReversed', 'toSpliced', 'with', 'findLast']) delete Array.prototype[name];"
    " delete Object.groupBy; delete navigator.clipboard;"
    " delete Document.prototype.startViewTransition; delete Element.prototype.checkVisibility;",
    "style": "",
    "storage": "for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, {get() { throw new DOMException('no', 'SecurityError'); }});",
}  # fmt: skip


def without_new_style(route):
    """The style as a browser reads it that does not know these words: it skips the rules."""
    style = route.fetch().text()
    for word in (":has(", "text-wrap", "light-dark(", "color-mix(", "@container", "position-anchor", ":popover-open"):
        style = style.replace(word, f"unknown-{word}" if word[0] not in ":@" else f"{word[0]}unknown-{word[1:]}")
    route.fulfill(body=style, content_type="text/css")


@pytest.mark.parametrize("missing", OLD)
def test_an_old_browser_reads_the_page_and_its_numbers_follow(reader, flagship, missing):
    seen = reader("about:blank", viewport={"width": 1440, "height": 900})
    page = seen.page
    page.add_init_script(OLD[missing])
    if missing == "style":
        page.route("**/style.css", without_new_style)
    page.goto(flagship + ARTICLE, wait_until="networkidle")
    assert page.locator("main p [data-quantity]:visible").count() > 60
    number = page.locator(SHARE).first
    before = number.inner_text()
    if page.locator("#assumptions").is_visible():  # else it is not offered, and the article stands as without scripts
        slide(page, "jobs_cut", 60_000)
        expect(number).not_to_have_text(before)
        page.wait_for_load_state("networkidle")
    page.locator("main p a[href^='#n-']:visible").first.click()
    assert seen.complaints == []
    assert page.locator("figure[data-chart] svg:visible").count() >= 6
