"""Whole sites against golden files: every folder in tests/golden is a case."""

import re
from pathlib import Path

import pytest

from tests.conftest import build

CASES = sorted(path for path in (Path(__file__).parent / "golden").iterdir() if path.is_dir())


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_site_is_as_accepted(case, golden):
    site = build(case / "content")
    texts = {path: data.decode() for path, data in site.files.items() if not path.startswith("static/") and not path.endswith(".png")}
    seen = {readable(path): readable(text).rstrip("\n") + "\n" for path, text in texts.items()}
    expected = case / "expected"
    for path, text in seen.items():
        golden(expected / path, text)
    assert {path.relative_to(expected).as_posix() for path in expected.rglob("*") if path.is_file()} == set(seen)


def readable(text: str) -> str:
    """Without what changes with every style or library version: fingerprints and the drawings themselves."""
    text = re.sub(r"(?<=[./])[0-9a-f]{10}(?=[./])", "FINGERPRINT", text)
    text = re.sub(r"vega-[\w.]+\.js", "vega-VERSION.js", text)
    text = re.sub(r"<svg.*?</svg>", "<svg>…</svg>", text, flags=re.DOTALL)
    return re.sub(r'"specs":.*\}\}', '"specs":…}', text)
