"""The panel and the address: what a reader sets, what follows, and how it travels."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.test_accessible import violations

pytestmark = pytest.mark.slow

ARTICLE = "ai-capital-pivot/index.html"
SHARE = "article p [data-quantity=share_full]:not([data-part])"
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


def query(page):
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def test_a_number_field_sets_clamps_and_lets_go(reader, flagship):
    page = reader(flagship + ARTICLE, viewport=WIDE).page
    field, slider = page.locator("[data-field=jobs_cut]"), page.locator("#set-jobs_cut")
    reset = page.get_by_role("button", name="Reset Jobs cut on 20 May 2026")
    expect(reset).to_be_hidden()
    field.fill("40000")
    expect(page.locator(SHARE).first).to_have_text("29\u202f%")
    expect(slider).to_have_js_property("value", "40000")
    field.fill("99999999")
    field.press("Enter")
    expect(field).to_have_value("78000")
    expect(page.locator(".note-line")).to_contain_text("78000")
    field.fill("")
    field.press("Tab")
    expect(field).to_have_value("78000")  # an empty field shows what holds
    reset.click()
    expect(field).to_have_value("8000")
    expect(page.locator(".changed")).to_have_count(0)
    assert query(page) == {}


def test_what_fell_is_listed_and_what_would_have_to_be_true_is_one_click_away(reader, flagship):
    seen = reader(flagship + ARTICLE, viewport=WIDE)
    page = seen.page
    page.locator("[data-field=jobs_cut]").fill("40000")
    expect(page.locator(".summary-line")).to_contain_text("no longer hold")
    fallen = page.locator(".fallen a").filter(has_text="less than a tenth")
    fallen.click()
    claim = page.locator("article [data-claim=layoffs_pay_under_a_tenth]")
    expect(claim).to_be_in_viewport()
    expect(claim).to_have_attribute("data-holds", "false")

    page.locator(".true > summary").click()
    asked = page.locator(".true > ul > li").filter(has_text="less than a tenth")
    asked.locator("summary").click()
    expect(asked).to_contain_text("Jobs cut on 20 May 2026: holds below")
    assert violations(page, "#assumptions") == []
    page.get_by_role("button", name="Back to the article's assumptions").click()
    expect(claim).to_have_attribute("data-holds", "true")
    asked.locator("li").filter(has_text="Jobs cut").get_by_role("button").click()  # just beyond where it flips
    expect(claim).to_have_attribute("data-holds", "false")
    assert seen.complaints == []


@pytest.mark.parametrize("screen", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_claim_that_falls_leads_to_what_would_have_to_be_true_for_it(reader, flagship, screen):
    page = reader(flagship + ARTICLE + "?jobs_cut=40000", viewport=screen).page
    claim = page.locator("article [data-claim=layoffs_pay_under_a_tenth]")
    expect(claim).to_have_attribute("data-holds", "false")
    page.locator("article [data-claim=layoffs_pay_under_a_tenth] + .verdict a").click()
    answer = page.locator(".true > ul > li").filter(has_text="less than a tenth")
    expect(answer.locator("summary")).to_be_focused()
    expect(answer.get_by_text("Jobs cut on 20 May 2026: holds below")).to_be_in_viewport()


def test_a_scenario_travels_by_the_address(reader, flagship):
    page = reader(
        flagship + ARTICLE + "?utm_source=mail&jobs_cut=20000&capex_2026=9e9&cost_per_employee=NaN&jobs_cut=1#questions", viewport=WIDE
    ).page
    expect(page.locator("h1 [data-quantity=jobs_cut]")).to_have_text("20,000\u00a0people")
    expect(page.locator(".note-line")).to_have_text(
        "2 settings in the address were not understood and left out. One setting in the address lay out of range and was brought back into it."
    )
    assert query(page) == {"utm_source": "mail", "jobs_cut": "20000", "capex_2026": "160"}
    assert page.url.endswith("#questions")

    page.locator("[data-field=jobs_cut]").fill("30000")
    page.locator("[data-field=jobs_cut]").press("Tab")
    expect(page.locator("h1 [data-quantity=jobs_cut]")).to_have_text("30,000\u00a0people")
    assert query(page)["jobs_cut"] == "30000"
    page.go_back()
    expect(page.locator("h1 [data-quantity=jobs_cut]")).to_have_text("20,000\u00a0people")
    page.go_forward()
    expect(page.locator("h1 [data-quantity=jobs_cut]")).to_have_text("30,000\u00a0people")
    page.reload()
    expect(page.locator("h1 [data-quantity=jobs_cut]")).to_have_text("30,000\u00a0people")


def test_the_authors_scenarios_are_buttons(reader, flagship):
    page = reader(flagship + ARTICLE, viewport=WIDE).page
    button = page.get_by_role("button", name="Half the company goes")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator("h1 [data-quantity=jobs_cut]")).to_have_text("40,000\u00a0people")
    assert query(page) == {"jobs_cut": "40000"}
    page.get_by_role("button", name="Chips last three years").click()
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(page.locator("h1 [data-quantity=jobs_cut]")).to_have_text("8,000\u00a0people")


def test_on_a_phone_it_is_a_sheet(reader, flagship):
    page = reader(flagship + ARTICLE + "?jobs_cut=20000", viewport=PHONE, has_touch=True).page
    expect(page.locator(".count")).to_have_text(" · 1 changed")
    page.get_by_text("Change the assumptions").tap()
    expect(page.locator("#set-jobs_cut")).to_be_visible()
    assert page.locator("#assumptions").bounding_box()["height"] <= 0.71 * PHONE["height"]
    assert violations(page, "#assumptions") == []
    page.get_by_role("button", name="Close").tap()
    expect(page.locator("#set-jobs_cut")).to_be_hidden()


def test_the_link_can_be_copied(reader, flagship):
    page = reader(flagship + ARTICLE + "?jobs_cut=20000", viewport=WIDE, permissions=["clipboard-read", "clipboard-write"]).page
    expect(page.locator(".count")).to_have_text(" · 1 changed")
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator(".note-line")).to_have_text("Link copied.")
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_reading_alone_fetches_no_model(reader, flagship):
    page = reader("about:blank", reduced_motion="reduce").page
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(flagship + ARTICLE, wait_until="networkidle")
    assert not [url for url in requests if "engine" in url or "/model." in url]
    with page.expect_request(lambda request: "engine" in request.url):
        page.locator("#assumptions label").first.hover()
