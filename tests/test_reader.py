"""What a reader does, in a real browser, on the real article."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.slow

ARTICLE = "ai-capital-pivot/index.html"
SHARE = "article p [data-quantity=share_full]:not([data-part])"


def slide(page, name, value):
    page.locator("#assumptions").wait_for()  # it comes after the first paint
    slider = page.locator(f"[data-assumption={name}]")
    slider.evaluate("(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input', {bubbles: true})); }", str(value))
    slider.dispatch_event("change")


def test_a_slider_changes_a_number_a_claim_and_a_chart(reader, flagship):
    seen = reader(flagship + ARTICLE, viewport={"width": 1440, "height": 900})
    page = seen.page
    number, claim = page.locator(SHARE).first, page.locator("article [data-claim=layoffs_pay_under_a_tenth]")
    chart = page.locator("figure[data-chart=funding]")
    authors, drawn = (
        number.inner_text(),
        chart.locator(".drawing.wide svg path").evaluate_all("paths => paths.map(p => p.getAttribute('d'))"),
    )
    expect(claim).to_have_attribute("data-holds", "true")

    slide(page, "jobs_cut", 40_000)
    expect(number).to_have_text("29\u202f%")
    expect(number).to_have_class("changed")
    assert float(number.get_attribute("value")) == pytest.approx(29.5, abs=0.1)
    expect(claim).to_have_attribute("data-holds", "false")
    expect(page.locator("article [data-claim=layoffs_pay_under_a_tenth] + .verdict")).to_contain_text(
        "does not hold under your assumptions (holds in 0\u202f% of the draws)"
    )
    expect(page.locator(".status")).to_contain_text("no longer hold")
    expect(chart).to_have_attribute("data-alive", "")
    live = chart.locator(".drawing.wide svg path").evaluate_all("paths => paths.map(p => p.getAttribute('d'))")
    assert live != drawn

    bars = "figure[data-chart=funding] .drawing.wide .mark-rect path"
    before = page.locator(bars).nth(1).get_attribute("d")
    slide(page, "jobs_cut", 78_000)
    expect(page.locator(bars).nth(1)).not_to_have_attribute("d", before)

    page.get_by_role("button", name="Back to the article's assumptions").click()
    expect(number).to_have_text(authors)
    expect(page.locator(".changed")).to_have_count(0)
    expect(claim).to_have_attribute("data-holds", "true")
    assert seen.complaints == []
    assert len(seen.hosts) == 1


def test_numbers_claims_and_titles_change_within_the_event(reader, flagship):
    page = reader(flagship + ARTICLE).page
    slide(page, "jobs_cut", 30_000)  # the engine comes with the first change
    expect(page.locator(SHARE).first).to_have_class("changed")
    texts = page.evaluate(
        """(share) => {
          const slider = document.querySelector("[data-assumption=jobs_cut]");
          slider.value = 20000;
          slider.dispatchEvent(new Event("input", {bubbles: true}));
          return [share, "h1 [data-quantity]", "figcaption [data-quantity=saving_full]"].map((s) => document.querySelector(s).textContent);
        }""",
        SHARE,
    )
    assert texts == ["14.7\u202f%", "20,000\u00a0people", "$9.6 billion"]


def test_the_runtime_is_fetched_on_the_first_change_only(reader, flagship):
    page = reader("about:blank").page
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(flagship + ARTICLE, wait_until="networkidle")
    assert not [url for url in requests if "vega" in url or "/charts" in url]
    slide(page, "capex_2026", 100)
    slide(page, "capex_2026", 120)
    expect(page.locator("figure[data-chart=funding]")).to_have_attribute("data-alive", "")
    assert len([url for url in requests if "vega" in url]) == 1


def test_a_page_without_charts_never_fetches_the_runtime(reader, tmp_path, make_content):
    from explainer import output
    from tests.conftest import build, serving

    output.write(build(make_content({"tea/sections/10-water.md": "{{ water }} for {{ guests }}.\n"})).files, tmp_path / "site")
    with serving(tmp_path / "site") as address:
        page = reader("about:blank").page
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.goto(address + "tea/index.html")
        number = page.locator("main p [data-quantity=water]").first
        before = number.inner_text()
        slide(page, "guests", 100)
        expect(number).not_to_have_text(before)
        page.wait_for_load_state("networkidle")
    assert requests
    assert not [url for url in requests if "vega" in url or "/charts" in url]


def test_the_page_is_whole_without_javascript(reader, flagship):
    seen = reader(flagship + ARTICLE, java_script_enabled=False)
    page = seen.page
    expect(page.locator(SHARE).first).to_have_text("5.9\u202f%")
    expect(page.locator("figure svg:visible")).to_have_count(page.locator("figure").count())
    expect(page.locator("#assumptions")).to_be_hidden()
    page.locator("article a.number").first.click()
    expect(page.locator(".card:target")).to_be_visible()
    assert seen.complaints == []


@pytest.mark.parametrize("width", [320, 390, 768, 1440, 1920])
def test_the_page_never_scrolls_sideways(reader, flagship, width):
    page = reader(flagship + ARTICLE, viewport={"width": width, "height": 800}).page
    page.wait_for_selector("#assumptions:not([hidden])")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".drawing:visible").count() == page.locator("figure[data-chart]").count()


def test_every_internal_link_has_its_target(reader, flagship):
    page = reader(flagship + ARTICLE).page
    missing = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].map((a) => a.getAttribute('href').slice(1)).filter((id) => !document.getElementById(id))"
    )
    assert missing == []
    duplicates = page.evaluate(
        "(() => { const ids = [...document.querySelectorAll('[id]')].map((e) => e.id); return ids.filter((id, i) => ids.indexOf(id) !== i); })()"
    )
    assert duplicates == []


def test_the_home_page_leads_to_the_article(reader, flagship):
    seen = reader(flagship)
    seen.page.get_by_role("link", name="Can 8,000 people pay").click()
    expect(seen.page.locator("h1")).to_contain_text("Can 8,000\u00a0people pay")
    assert seen.complaints == []


def test_the_article_reads_from_a_folder(reader, tmp_path, make_content):
    from explainer import output
    from tests.conftest import build

    output.write(build(make_content()).files, tmp_path / "site")
    page = reader((tmp_path / "site/tea/index.html").as_uri()).page
    expect(page.locator("h1")).to_have_text("Tea for 40\u00a0guests")
    expect(page.locator("body")).to_have_css("margin-top", "0px")  # the style was found


def test_a_question_with_a_number_in_it_reads_as_one_line(reader, flagship):
    page = reader(flagship + ARTICLE, viewport={"width": 1440, "height": 900}).page
    heights = page.evaluate(
        "[...document.querySelectorAll('.questions summary')].map((line) => [Boolean(line.querySelector('*')), line.offsetHeight])"
    )
    assert {with_number for with_number, _ in heights} == {True, False}
    assert len({height for _, height in heights}) == 1
