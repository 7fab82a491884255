"""Photographs: sizes, formats, credit; and what is refused."""

import io

import pytest
from PIL import Image

from explainer.diagnostics import Problems
from tests.conftest import build

PLACED = '## A\n\n![A garden](img/garden.jpg "The garden of {{ guests }}")\n'
CREDIT = "img/garden.jpg: {credit: A. Person, licence: CC BY 4.0, URL: 'https://creativecommons.org/licenses/by/4.0/'}\n"


def garden(size=(1600, 900), format_="JPEG") -> bytes:
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    out = io.BytesIO()
    image.save(out, format_)
    return out.getvalue()


def content_with(make_content, data=None, name="garden.jpg", credits=CREDIT, prose=PLACED):
    content = make_content({"tea/sections/20-photo.md": prose, "tea/img/credits.yaml": credits})
    if data is not None:
        (content / "tea/img" / name).write_bytes(data)
    return content


@pytest.mark.slow
def test_a_photograph_gets_sizes_formats_and_its_credit(make_content):
    site = build(content_with(make_content, garden()))
    page = site.files["tea/index.html"].decode()
    assert 'alt="A garden" width="1600" height="900"' in page
    assert "The garden of <data" in page
    assert 'A. Person, <a href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>' in page
    assert "<b>Figure 2.</b>" in page
    names = [name for name in site.files if name.startswith("tea/img/")]
    assert {Image.open(io.BytesIO(site.files[name])).width for name in names} == {480, 960, 1440}
    for name in names:
        assert name.removeprefix("tea/") in page
    jpegs = {name.split(".")[0]: len(site.files[name]) for name in names if name.endswith(".jpg")}
    assert all(len(site.files[name]) < jpegs[name.split(".")[0]] for name in names if not name.endswith(".jpg"))


def test_a_small_photograph_is_not_blown_up(make_content):
    site = build(content_with(make_content, garden((300, 200))))
    assert {Image.open(io.BytesIO(data)).size for name, data in site.files.items() if name.startswith("tea/img/")} == {(300, 200)}


REFUSED = [
    ({"credits": ""}, "missing-credit"), ({"data": None}, "missing-file"), ({"data": b"no image"}, "bad-photo"),
    ({"credits": "img/garden.jpg: {credit: A. Person}\n"}, "missing-key"), ({"prose": "![A](img/x.gif)"}, "bad-photo"),
    ({"prose": "![A](../../x.jpg)"}, "outside"), ({"prose": "![](img/garden.jpg)"}, "missing-alt"), ({"data": garden()[:300]}, "bad-photo"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "code"), REFUSED, ids=[code for _, code in REFUSED])
def test_refused(make_content, change, code):
    with pytest.raises(Problems) as problems:
        build(content_with(make_content, **{"data": garden(), **change}))
    assert [problem.code for problem in problems.value.diagnostics] == [code]
