"""What the text asks of a reader: to guess a number first, and to set an assumption at the words that speak of it."""

import pytest
from playwright.sync_api import expect

from explainer import output
from tests.conftest import build, serving
from tests.test_accessible import violations
from tests.test_reader import ARTICLE, SHARE, slide

pytestmark = pytest.mark.slow

ANSWER, FORM = ".guess .answer", ".guessing"


def pressed(page, key, times=1):
    for _ in range(times):
        page.keyboard.press(key)


def test_a_guess_by_keyboard_is_compared_and_follows_a_change(reader, flagship):
    seen = reader(flagship + ARTICLE, bypass_csp=True)
    page = seen.page
    page.locator(".guess").scroll_into_view_if_needed()
    slider = page.get_by_role("slider", name="How many rented H100s would the cost of one engineer keep running?")
    expect(slider).to_have_attribute("aria-valuetext", "100\u00a0accelerators")
    expect(page.locator(ANSWER)).to_be_hidden()
    assert violations(page, ".guess") == []
    slider.focus()
    pressed(page, "ArrowLeft", 20)
    expect(page.locator(".guessing output")).to_have_text("60\u00a0accelerators")
    pressed(page, "Tab")
    expect(page.get_by_role("button", name="See the answer")).to_be_focused()
    pressed(page, "Enter")
    expect(page.locator(ANSWER)).to_be_focused()
    expect(page.locator(ANSWER)).to_have_accessible_description(
        "Your guess, 60\u00a0accelerators, lies above the article’s range of 13–41\u00a0accelerators."
    )
    assert page.locator(".guess svg .mark").get_attribute("x1") == "30%"
    assert violations(page, ".guess") == []

    slide(page, "h100_rent", 1.4)
    inside = "Your guess, 60\u00a0accelerators, lies inside the range of 20–70\u00a0accelerators under your assumptions."
    expect(page.locator(".said")).to_have_text(inside)
    slide(page, "h100_rent", 1)
    expect(page.locator(".said")).to_contain_text("agrees with the central value of 63\u00a0accelerators under your assumptions.")
    page.get_by_role("button", name="Back to the article's assumptions").click()
    expect(page.locator(".said")).to_contain_text("lies above the article’s range of 13–41\u00a0accelerators.")
    assert seen.complaints == []


def test_a_guess_may_be_skipped(reader, flagship):
    page = reader(flagship + ARTICLE).page
    page.locator(".guess").scroll_into_view_if_needed()
    page.get_by_role("button", name="Skip").click()
    expect(page.locator(ANSWER)).to_be_focused()
    expect(page.locator(ANSWER)).to_contain_text("About 24\u00a0accelerators")
    expect(page.locator(f"{FORM}, .guess svg, .said")).to_have_count(0)


def test_on_paper_and_without_javascript_the_answer_stands_there(reader, flagship):
    page = reader(flagship + ARTICLE).page
    page.locator(".guess").scroll_into_view_if_needed()
    expect(page.locator(ANSWER)).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator(ANSWER)).to_be_visible()
    expect(page.locator(FORM)).to_be_hidden()
    plain = reader(flagship + ARTICLE, java_script_enabled=False).page
    expect(plain.locator(ANSWER)).to_contain_text("About 24\u00a0accelerators")
    plain.get_by_role("link", name="a deeper cut").click()
    expect(plain.locator("#n-jobs_cut")).to_be_in_viewport()


@pytest.mark.parametrize("width", [390, 768, 1440])
def test_nothing_moves_when_a_guess_in_sight_takes_its_place(reader, flagship, width):
    page = reader("about:blank", viewport={"width": width, "height": 2000}).page
    page.route("**/guess.js", lambda route: route.abort())
    page.goto(flagship + ARTICLE, wait_until="networkidle")
    below = "document.querySelector('.guess + section').getBoundingClientRect().top"
    without = page.evaluate(below)
    page.unroute("**/guess.js")
    page.goto(flagship + ARTICLE, wait_until="networkidle")
    expect(page.locator(FORM)).to_be_visible()
    assert page.evaluate(below) == pytest.approx(without, abs=0.1)


def test_a_page_without_a_panel_still_asks(reader, make_content, tmp_path):
    content = make_content()
    model = content / "tea/model.yaml"
    model.write_text(model.read_text().replace("reader: true", "reader: false"))
    opening = content / "tea/article.md"
    opening.write_text(opening.read_text() + "\n\n> [!GUESS] How much?\n> {{ guests }}.\n")
    output.write(build(content).files, tmp_path / "site")
    with serving(tmp_path / "site") as address:
        seen = reader(address + "tea/index.html")
        expect(seen.page.locator("#assumptions")).to_have_count(0)
        seen.page.locator(".guess").scroll_into_view_if_needed()
        seen.page.get_by_role("button", name="See the answer").click()
        expect(seen.page.locator(".said")).to_contain_text("the article’s value of 40")
        assert seen.complaints == []


@pytest.mark.parametrize("width", [390, 1440])
def test_an_assumption_set_in_the_text_moves_panel_and_numbers_and_back(reader, flagship, width):
    seen = reader(flagship + ARTICLE, viewport={"width": width, "height": 900}, bypass_csp=True)
    page = seen.page
    page.get_by_text("a deeper cut").hover()
    words, panel, number = page.get_by_role("button", name="a deeper cut"), page.locator("#set-jobs_cut"), page.locator(SHARE).last
    expect(words).to_have_attribute("aria-expanded", "false")
    words.focus()
    pressed(page, "Enter")
    expect(words).to_have_attribute("aria-expanded", "true")
    slider = page.locator(".dial:popover-open input")
    expect(slider).to_be_focused()
    expect(slider).to_have_accessible_name("Jobs cut on 20 May 2026")
    expect(slider).to_have_js_property("value", panel.input_value())
    assert violations(page, "p:has(.dial:popover-open)") == []

    pressed(page, "End")
    expect(page.locator(".dial:popover-open output")).to_have_text("78,000\u00a0people")
    expect(slider).to_have_attribute("aria-valuetext", "78,000\u00a0people")
    expect(panel).to_have_js_property("value", "78000")
    expect(number).to_have_text("57\u202f%")
    expect(page.locator(".status")).to_contain_text("numbers changed")
    pressed(page, "Tab")
    pressed(page, "Enter")
    expect(slider).to_be_focused()
    expect(page.locator(".changed")).to_have_count(0)
    expect(panel).to_have_js_property("value", "8000")
    pressed(page, "Escape")
    expect(words).to_be_focused()
    expect(words).to_have_attribute("aria-expanded", "false")

    slide(page, "jobs_cut", 40_000)
    pressed(page, "Space")
    expect(slider).to_have_js_property("value", "40000")
    expect(page.get_by_role("button", name="Reset", exact=True)).to_be_enabled()
    words.click()
    expect(page.locator(".dial:popover-open")).to_have_count(0)
    assert seen.complaints == []


def test_the_dial_stays_inside_the_screen(reader, flagship):
    page = reader(flagship + ARTICLE, viewport={"width": 320, "height": 700}).page
    handles = page.locator("a[data-control]").all()
    assert handles
    for words in handles:
        words.click()
        box = page.locator(".dial:popover-open").bounding_box()
        assert 0 <= box["x"] <= box["x"] + box["width"] <= 320
        page.keyboard.press("Escape")
