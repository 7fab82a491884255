"""axe on every kind of page in every state, and the Nu checker where Java and npm are."""

import functools
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from explainer import output
from tests.conftest import ROOT, SMALL, build
from tests.test_reader import ARTICLE, slide

pytestmark = pytest.mark.slow


@functools.cache
def axe_source() -> str:
    import axe_playwright_python

    return next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text()


def violations(page, within: str = "html", contrast: bool = True) -> list[str]:
    """What axe finds; `contrast`, most of its time on a long page, may be left out where colours were looked at elsewhere."""
    page.evaluate(axe_source())
    options = {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": contrast}}}
    found = page.evaluate("([within, options]) => axe.run(within, options)", [within, options])["violations"]
    return [f"{item['id']}: {node['target']} {node['failureSummary']}" for item in found for node in item["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_the_article_in_every_state(reader, flagship, scheme, width):
    page = reader(flagship + ARTICLE, color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True).page
    page.wait_for_selector("#assumptions:not([hidden])")
    untouched = (scheme == "light") == (width == 390)  # either state has its colours looked at once in each scheme
    assert violations(page, contrast=untouched) == []
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    slide(page, "jobs_cut", 60_000)
    expect(page.locator("figure[data-chart=funding]")).to_have_attribute("data-alive", "")
    expect(page.locator(".claim[data-holds=false]").first).to_be_visible()
    assert violations(page, contrast=not untouched) == []


@pytest.mark.parametrize("path", ["index.html", "404.html"])
def test_other_pages(reader, flagship, path):
    assert violations(reader(flagship + path, bypass_csp=True).page) == []


def test_pages_are_valid_html(tmp_path, real_site):
    """The Nu checker, from npm, run by Java."""
    if not shutil.which("java") or not shutil.which("npm"):
        pytest.skip("the Nu HTML checker needs Java and npm")
    tools = ROOT / ".venv/tools" if (ROOT / ".venv").is_dir() else tmp_path
    jar = tools / "node_modules/vnu-jar/build/dist/vnu.jar"
    if not jar.exists():
        done = subprocess.run(["npm", "install", "--silent", "--prefix", str(tools), "vnu-jar@26.9.27"], capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"the Nu HTML checker cannot be installed: {done.stderr[-200:]}")
    output.write(build(SMALL).files, tmp_path / "small")
    pages = sorted([*real_site.rglob("*.html"), *(tmp_path / "small").rglob("*.html")])
    done = subprocess.run(["java", "-jar", str(jar), "--format", "json", "--stdout", *map(str, pages)], capture_output=True, text=True)
    messages = [m for m in json.loads(done.stdout)["messages"] if m["type"] != "info" or m.get("subType") == "warning"]
    # a file has no origin, so for the checker 'self' allows nothing; that the CSP holds is seen in the browser's tests
    messages = [m for m in messages if "Content Security Policy" not in m["message"]]
    assert len(pages) >= 6
    assert [f"{m['url']}:{m.get('lastLine')}: {m['message']} {m.get('extract', '')}" for m in messages] == []
