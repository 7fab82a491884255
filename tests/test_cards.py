"""A reader opens numbers and sources: by mouse, finger, keyboard, without scripts, and after changes."""

import pytest
from playwright.sync_api import expect

from tests.test_accessible import violations
from tests.test_reader import ARTICLE, SHARE, slide

pytestmark = pytest.mark.slow

LINK = "article p a.number:has([data-quantity=share_full])"
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 800}


def opened(page, link=LINK):
    """The sheet, opened at a link, when the whole card is in it."""
    page.locator(link).first.click()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_be_visible()
    expect(sheet.locator(".formula, .basis").first).to_be_attached()
    expect(sheet.get_by_role("link", name="All numbers")).to_be_visible()
    return sheet


def test_a_number_opens_at_its_link_and_closes(reader, flagship):
    seen = reader(flagship + ARTICLE, viewport=WIDE)
    page = seen.page
    link = page.locator(LINK).first
    sheet = opened(page)
    assert sheet.locator(".amount [data-quantity]").first.inner_text() == link.inner_text()
    expect(sheet.locator(".shape svg")).to_be_visible()
    expect(sheet.locator(".formula math").first).to_be_visible()
    expect(sheet.locator(".moves li").first).to_contain_text("where it is in its lowest tenth")
    expect(sheet.locator(".judged")).to_contain_text("comes from assumptions that are judgements")
    assert "#" not in page.url
    box, words = sheet.bounding_box(), link.bounding_box()
    assert box["y"] >= words["y"] + words["height"] - 1 or box["y"] + box["height"] <= words["y"] + 1
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(link).to_be_focused()
    link.click()
    expect(sheet).to_be_visible()
    link.click()  # the same words close it
    expect(sheet).to_be_hidden()
    link.click()
    page.get_by_role("button", name="Close", exact=True).locator("visible=true").last.click()
    expect(sheet).to_be_hidden()
    assert seen.complaints == []
    assert len(seen.hosts) == 1


def test_by_keyboard(reader, flagship):
    page = reader(flagship + ARTICLE, viewport=WIDE).page
    link = page.locator(LINK).first
    link.focus()
    page.keyboard.press("Enter")
    sheet = page.get_by_role("dialog")
    expect(sheet).to_be_focused()
    expect(sheet).to_have_accessible_name(page.locator("#n-share_full h3").text_content())
    expect(sheet.get_by_role("link", name="All numbers")).to_be_visible()
    page.keyboard.press("Tab")
    expect(sheet.get_by_role("button", name="Close")).to_be_focused()
    sheet.get_by_role("link", name="All numbers").focus()
    page.keyboard.press("Tab")  # beyond the end: on in the text
    expect(sheet).to_be_hidden()
    after = page.evaluate("(link) => Boolean(link.compareDocumentPosition(document.activeElement) & 4)", link.element_handle())
    assert after


def test_terms_lead_on_and_back(reader, flagship):
    page = reader(flagship + ARTICLE, viewport=WIDE).page
    sheet = opened(page)
    title = sheet.locator("h3").inner_text()
    term = sheet.locator(".terms a").first
    name = term.get_attribute("href")
    term.click()
    expect(sheet.locator("h3")).not_to_have_text(title)
    assert page.evaluate("(id) => document.querySelector('.card-sheet [data-quantity]').dataset.quantity === id", name.removeprefix("#n-"))
    sheet.get_by_role("button", name="Back").click()
    expect(sheet.locator("h3")).to_have_text(title)
    expect(sheet.get_by_role("button", name="Back")).to_be_hidden()


def test_a_source_opens_like_a_number(reader, flagship):
    page = reader(flagship + ARTICLE, viewport=WIDE).page
    citation = page.locator("article p .citation a").first
    citation.click()
    sheet = page.get_by_role("dialog")
    expect(sheet.locator("h3")).to_have_text(f"Source {citation.inner_text()}")
    expect(sheet).to_contain_text("Looked up")


def test_a_card_follows_the_reader(reader, flagship):
    page = reader(flagship + ARTICLE, viewport=WIDE).page
    sheet = opened(page)
    first = sheet.locator(".shape figcaption span").first
    drawn = first.inner_text()
    page.keyboard.press("Escape")
    slide(page, "jobs_cut", 40_000)
    expect(page.locator(SHARE).first).to_have_class("changed")
    sheet = opened(page)
    assert sheet.locator(".amount [data-quantity]").first.inner_text() == page.locator(SHARE).first.inner_text()
    expect(first).not_to_have_text(drawn)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Back to the article's assumptions").click()
    sheet = opened(page)
    assert sheet.locator(".amount [data-quantity]").first.inner_text() == page.locator(SHARE).first.inner_text()
    expect(first).to_have_text(drawn)
    expect(sheet.locator(".changed")).to_have_count(0)


# the page of numbers as the build wrote it, and as the browser computes the same by itself
SAME = """async () => {
  const folder = document.querySelector("link[rel=stylesheet]").href.replace(/[^/]*$/, "");
  const load = (name) => import(folder + name);
  const [{Engine}, {Page}, {redraw}] = await Promise.all(["engine.js", "page.js", "cards.js"].map(load));
  const model = (await import(new URL(document.querySelector("[data-model]").dataset.model, document.baseURI))).default;
  const page = new Page(await Engine.computed(model));
  const html = await (await fetch("numbers/index.html")).text();
  const cards = [...new DOMParser().parseFromString(html, "text/html").querySelectorAll(".card")];
  const seen = (card) => [...card.querySelectorAll("path, line, rect, figcaption span, .moves li, .judged")]
    .map((e) => [e.getAttribute("d"), e.getAttribute("x1"), e.getAttribute("width"), e.textContent.trim().replace(/\\s+/g, " ")].join("|"));
  const differing = [];
  for (const card of cards) {
    const before = seen(card);
    redraw(page, card);
    seen(card).forEach((line, i) => line === before[i] || differing.push([card.id, before[i], line]));
  }
  return {cards: cards.length, differing};
}"""


def test_the_browser_tells_the_same_of_every_number(reader, flagship):
    found = reader(flagship + ARTICLE).page.evaluate(SAME)
    assert found["cards"] > 200
    assert found["differing"] == []


def test_on_a_phone_it_is_a_sheet_at_the_foot(reader, flagship):
    page = reader(flagship + ARTICLE, viewport=PHONE).page
    box = opened(page).bounding_box()
    assert (box["x"], box["width"]) == (0, 390)
    assert box["y"] + box["height"] == pytest.approx(800, abs=1)
    assert box["y"] > 150
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, WIDE], ids=["phone", "wide"])
def test_an_open_card_is_accessible(reader, flagship, scheme, viewport):
    page = reader(flagship + ARTICLE, color_scheme=scheme, viewport=viewport, bypass_csp=True).page
    opened(page)
    assert violations(page, ".card-sheet:popover-open") == []


@pytest.mark.parametrize("missing", ["**/numbers/index.html", "**/cards.js", "**/sample.js"])
def test_what_does_not_arrive_leaves_the_short_card(reader, flagship, missing):
    page = reader("about:blank", viewport=WIDE).page
    page.route(missing, lambda route: route.abort())
    page.goto(flagship + ARTICLE, wait_until="networkidle")
    page.locator(LINK).first.click()
    page.wait_for_load_state("networkidle")
    card = page.locator(".card-sheet:popover-open, .card:target")
    expect(card).to_be_visible()
    expect(card.locator(".amount [data-quantity]").first).to_be_visible()
    expect(card.get_by_role("link", name="All about this number")).to_be_visible()


def test_without_javascript_the_short_card_leads_to_the_whole(reader, flagship):
    seen = reader(flagship + ARTICLE, java_script_enabled=False)
    page = seen.page
    page.locator(LINK).first.click()
    page.locator(".card:target").get_by_role("link", name="All about this number").click()
    whole = page.locator(".card:target")
    expect(whole.locator("h3")).to_be_in_viewport()
    expect(whole.locator(".shape svg")).to_be_visible()
    expect(whole.locator(".moves li").first).to_be_visible()
    assert seen.complaints == []


def test_the_page_of_numbers(reader, flagship):
    for width in (320, 1440):
        page = reader(flagship + "ai-capital-pivot/numbers/index.html", viewport={"width": width, "height": 800}, bypass_csp=True).page
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        missing = page.evaluate(
            "[...document.querySelectorAll('a[href^=\"#\"]')].map((a) => a.getAttribute('href').slice(1)).filter((id) => !document.getElementById(id))"
        )
        assert missing == []
    assert violations(page, contrast=False) == []
    assert violations(page, ".card:nth-of-type(5n)") == []  # whose colours are those of all
    page.locator(".basis a").first.click()
    expect(page.locator(".sources li:target")).to_be_in_viewport()
