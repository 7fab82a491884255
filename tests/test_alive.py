"""Charts come alive: when they are touched, when the model changes, under the pointer and by the arrow keys."""

import csv
import io

import pytest
from playwright.sync_api import expect

from tests.test_accessible import violations
from tests.test_reader import ARTICLE, slide

pytestmark = pytest.mark.slow

WIDE = {"width": 1440, "height": 900}
FIGURE = "figure[data-chart=funding]"


def woken(page, figure=FIGURE):
    chart = page.locator(f"{figure} .chart")
    chart.focus()
    expect(page.locator(figure)).to_have_attribute("data-alive", "")
    return chart


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_touched_chart_comes_alive_in_its_place(reader, flagship, scheme):
    seen = reader(flagship + ARTICLE, viewport=WIDE, color_scheme=scheme)
    page = seen.page
    page.locator(FIGURE).scroll_into_view_if_needed()
    place = "(selector) => { const {top, width, height} = document.querySelector(selector + ' svg').getBoundingClientRect(); return [top + scrollY, width, height].map(Math.round); }"
    colours = "(selector) => [...document.querySelectorAll(selector + ' svg path')].map((e) => getComputedStyle(e).fill).filter((c) => c !== 'none')"
    wide = f"{FIGURE} .wide"
    before, painted = page.evaluate(place, wide), set(page.evaluate(colours, wide))
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    woken(page)
    assert page.evaluate(place, wide) == before
    assert painted <= set(page.evaluate(colours, wide))
    assert len([url for url in requests if "/charts/" in url]) == 1  # the others sleep on
    expect(page.locator("figure[data-alive]")).to_have_count(1)
    assert seen.complaints == []


def test_every_chart_comes_alive_and_has_its_points(reader, flagship):
    seen = reader(flagship + ARTICLE, viewport=WIDE)
    page = seen.page
    silent = []
    for name in page.locator("figure[data-chart]").evaluate_all("figures => figures.map((figure) => figure.dataset.chart)"):
        figure = f'figure[data-chart="{name}"]'
        chart = woken(page, figure)
        chart.press("ArrowRight")
        if not page.locator(f"{figure} .tip").is_visible():
            silent.append(name)
    assert silent == []
    assert seen.complaints == []


def test_arrow_keys_go_from_point_to_point(reader, flagship):
    page = reader(flagship + ARTICLE, viewport=WIDE).page
    chart, tip = woken(page), page.locator(f"{FIGURE} .tip")
    rows = page.locator(f".exhibit:has({FIGURE}) tbody tr").evaluate_all(
        "rows => rows.map((row) => [...row.cells].map((cell) => cell.textContent))"
    )
    heard = []
    for _ in rows:
        chart.press("ArrowRight")
        heard.append(tip.inner_text())
    assert all(row[0] in text and row[1] in text for row, text in zip(rows, heard, strict=True))
    expect(tip).to_have_attribute("role", "status")
    chart.press("ArrowRight")  # the last one is the end
    expect(tip).to_have_text(heard[-1])
    chart.press("Home")
    expect(tip).to_have_text(heard[0])
    chart.press("Escape")
    expect(tip).to_be_hidden()


def test_under_the_pointer(reader, flagship):
    page = reader(flagship + ARTICLE, viewport=WIDE, reduced_motion="reduce").page  # a page that still scrolls would move the bar
    woken(page)
    bar = page.locator(f"{FIGURE} .wide .mark-rect path").first.bounding_box()
    page.mouse.move(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2)
    expect(page.locator(f"{FIGURE} .tip")).to_be_visible()
    ring = page.locator(f"{FIGURE} .ring").bounding_box()
    assert ring["x"] + 7 == pytest.approx(bar["x"] + bar["width"] / 2, abs=2)
    assert ring["y"] + 7 == pytest.approx(bar["y"] + bar["height"] / 2, abs=2)
    page.mouse.move(5, 5)
    expect(page.locator(f"{FIGURE} .tip")).to_be_hidden()


def test_what_a_point_says_follows_the_reader(reader, flagship):
    page = reader(flagship + ARTICLE, viewport=WIDE).page
    chart, tip = woken(page), page.locator(f"{FIGURE} .tip")
    chart.press("Home")
    before = tip.inner_text()
    slide(page, "jobs_cut", 40_000)
    expect(page.locator("article [data-claim][data-holds=false]").first).to_be_visible()
    chart.press("Escape")
    chart.focus()
    chart.press("Home")
    expect(tip).not_to_have_text(before)


def test_csv_follows_the_reader(reader, flagship):
    page = reader(flagship + ARTICLE, viewport=WIDE).page
    exhibit = page.locator(f".exhibit:has({FIGURE})")
    exhibit.locator("details[data-follows] summary").click()

    def rows():
        with page.expect_download() as started:
            exhibit.get_by_role("link", name="Download as CSV").click()
        return list(csv.DictReader(io.StringIO(started.value.path().read_text(encoding="utf-8"))))

    authors = rows()
    slide(page, "jobs_cut", 40_000)
    expect(page.locator("article [data-claim][data-holds=false]").first).to_be_visible()
    readers = rows()
    assert [row["name"] for row in readers] == [row["name"] for row in authors]
    assert readers[0].keys() == authors[0].keys()
    saving = next(i for i, row in enumerate(authors) if row["name"] == "saving_full")
    assert float(readers[saving]["value"]) == pytest.approx(5 * float(authors[saving]["value"]), rel=0.01)


def test_a_quiet_note_until_the_charts_follow_and_where_they_cannot(reader, flagship):
    page = reader("about:blank", viewport=WIDE).page
    held = []
    page.route("**/vega-*.js", lambda route: held.append(route))
    page.goto(flagship + ARTICLE)
    page.wait_for_selector("#assumptions:not([hidden])")
    slide(page, "jobs_cut", 40_000)
    note = page.locator(f"{FIGURE} .live-note")
    expect(note).to_have_text("updating…")
    held[0].abort()
    expect(note).to_have_text("shows the article's own numbers")


def test_a_live_chart_with_a_point_open_is_accessible(reader, flagship):
    page = reader(flagship + ARTICLE, viewport=WIDE, bypass_csp=True).page
    woken(page).press("Home")
    assert violations(page, "figure[data-alive]") == []
