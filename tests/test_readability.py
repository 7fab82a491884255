"""Firefox's Reader View keeps every number of the prose: Mozilla's Readability on the real article, in the browser."""

import functools
import subprocess
import sys
import zipfile
from collections import Counter

import pytest

from explainer import cli
from tests.test_reader import ARTICLE

pytestmark = pytest.mark.slow

# Readability comes from npm, which a machine with Python need not have. This wheel carries the same file; it is only
# unpacked, never run, so what it depends on is not wanted, and pip's hash says that it is still the one we looked at.
WHEEL = "fast-readability==0.0.1 --hash=sha256:0a2938de29523f100907f6cf867aade7a50f6505c3a028a4036227f29fb3d0f6"
SCRIPT = "fast_readability/js/Readability.js"


@functools.cache
def readability() -> str:
    folder = cli.cache_folder() / "readability"
    if not list(folder.glob("*.whl")):
        folder.mkdir(parents=True, exist_ok=True)
        wanted = folder / "requirements.txt"
        wanted.write_text(WHEEL)
        pip = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--require-hashes",
            "--dest",
            str(folder),
            "-r",
            str(wanted),
        ]
        done = subprocess.run(pip, capture_output=True, text=True)
        assert "DO NOT MATCH" not in done.stderr
        if done.returncode:
            pytest.skip(f"Readability cannot be fetched, so Reader View is not tested: {done.stderr[-200:]}")
    with zipfile.ZipFile(next(iter(folder.glob("*.whl")))) as wheel:
        return wheel.read(SCRIPT).decode()


# the numbers that a reader sees outside of the cards, and those that Reader View keeps
NUMBERS = """() => {
  const described = (elements) => elements.map((e) => [e.dataset.quantity, e.dataset.part ?? "", e.dataset.at ?? "", e.textContent].join(" "));
  const prose = [...document.querySelectorAll("main article [data-quantity]")].filter((e) => !e.closest("h1, [hidden], form, .card, [popover]"));
  const {title, content} = new Readability(document.cloneNode(true)).parse();
  const read = new DOMParser().parseFromString(content, "text/html");
  return {title, prose: described(prose), kept: described([...read.querySelectorAll("[data-quantity]")])};
}"""


@pytest.mark.parametrize("scripts", ["with the page's scripts", "without them"])
def test_reader_view_keeps_every_number_of_the_prose(reader, flagship, scripts):
    page = reader("about:blank", bypass_csp=True).page
    if scripts == "without them":
        page.route("**/reader.js", lambda route: route.abort())
    page.goto(flagship + ARTICLE)
    if scripts != "without them":
        page.wait_for_selector("#assumptions:not([hidden])")
    page.add_script_tag(content=readability())
    found = page.evaluate(NUMBERS)
    assert len(found["prose"]) > 60
    assert Counter(found["prose"]) - Counter(found["kept"]) == Counter()
    assert found["title"] in page.title()
