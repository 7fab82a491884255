"""Writing: by rename, only what changed, deletions last and only of our own."""

import contextlib
import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer import output


def files_in(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.name != output.MANIFEST}


def test_writes_changes_and_removes_only_its_own(tmp_path):
    (tmp_path / "CNAME").write_text("example.org")
    first = output.write({"index.html": b"1", "a/x.css": b"x", "a/y.css": b"y"}, tmp_path)
    assert set(first.changed) == {"index.html", "a/x.css", "a/y.css"}
    inode = (tmp_path / "a/x.css").stat().st_ino
    second = output.write({"index.html": b"2", "a/x.css": b"x"}, tmp_path)
    assert (second.changed, second.unchanged, second.removed) == (("index.html",), 1, ("a/y.css",))
    assert (tmp_path / "a/x.css").stat().st_ino == inode
    assert files_in(tmp_path) == {"index.html": b"2", "a/x.css": b"x", "CNAME": b"example.org"}
    output.write({"index.html": b"2"}, tmp_path)
    assert not (tmp_path / "a").exists()


def test_pages_come_after_what_they_refer_to_and_deletions_last(tmp_path, monkeypatch):
    output.write({"old.css": b"", "index.html": b"old"}, tmp_path)
    steps = []
    replace = output.replace
    unlink = type(tmp_path).unlink
    monkeypatch.setattr(output, "replace", lambda path, data: (steps.append(path.name), replace(path, data)))
    monkeypatch.setattr(type(tmp_path), "unlink", lambda path: (steps.append(f"-{path.name}"), unlink(path)))
    output.write({"index.html": b"new", "zz.css": b"", "b/index.html": b""}, tmp_path)
    names = [name for name in steps if name != output.MANIFEST]
    assert (names[0], names[-1]) == ("zz.css", "-old.css")
    assert set(names[1:-1]) == {"index.html"}


@pytest.mark.parametrize("stop", range(8))
def test_a_write_that_dies_leaves_every_reference_whole(tmp_path, monkeypatch, stop):
    output.write({"index.html": b"old.css", "old.css": b"."}, tmp_path)
    real, count = os.replace, [0]

    def dies(source, target):
        count[0] += 1
        if count[0] > stop:
            raise KeyboardInterrupt
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.replace", lambda self, target: dies(self, target))
        with contextlib.suppress(KeyboardInterrupt):
            output.write({"index.html": b"new.css", "new.css": b"."}, tmp_path)
    assert (tmp_path / (tmp_path / "index.html").read_text()).exists()
    assert not list(tmp_path.glob(".explainer-*"))
    output.write({"index.html": b"new.css", "new.css": b"."}, tmp_path)
    assert set(files_in(tmp_path)) == {"index.html", "new.css"}


@pytest.mark.parametrize("manifest", ["", "[", "{}", '["../outside"]', '["/etc/passwd"]', "[1, null]", '[".."]'])
def test_a_damaged_or_hostile_manifest_does_no_harm(tmp_path, manifest):
    (tmp_path / "outside").write_text("keep")
    site = tmp_path / "site"
    site.mkdir()
    (site / output.MANIFEST).write_text(manifest)
    output.write({"index.html": b""}, site)
    assert (tmp_path / "outside").read_text() == "keep"
    assert json.loads((site / output.MANIFEST).read_text()) == ["index.html"]


trees = st.dictionaries(st.sampled_from(["index.html", "a.css", "b/index.html", "b/c/d.js", "b/e.js"]), st.binary(max_size=3))


@given(st.lists(trees, max_size=4))
@settings(deadline=None)  # it writes files
def test_after_any_sequence_of_writes_the_folder_is_the_last(tmp_path_factory, sites):
    folder = tmp_path_factory.mktemp("any")
    for site in sites:
        output.write(site, folder)
        assert files_in(folder) == site
