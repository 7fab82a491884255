"""Files that are made when somebody wants them."""

import pickle

from explainer import config, output, pipeline
from explainer.files import Files


def test_what_is_left_for_later_is_made_once_and_when_it_is_read():
    made = []
    files = Files({"a": b"1"}, {"b": lambda: made.append("b") or b"2"})
    assert [*files] == ["a", "b"]
    assert "b" in files
    assert (files.ready, files.waiting, made) == ({"a": b"1"}, {"b"}, [])
    assert files["b"] + files["b"] == b"22"
    assert (files.waiting, made) == (frozenset(), ["b"])


def test_the_later_of_two_files_of_a_name_counts():
    one, two = Files({"a": b"1", "b": b"1"}, {"c": lambda: b"1"}), Files({"c": b"2"}, {"a": lambda: b"2"})
    assert dict(one | two) == {"a": b"2", "b": b"1", "c": b"2"}
    assert dict(two | one) == {"a": b"1", "b": b"1", "c": b"1"}
    assert (one | two).waiting == {"a"}


def test_to_another_process_they_go_whole():
    assert dict(pickle.loads(pickle.dumps(Files({}, {"a": lambda: b"1"})))) == {"a": b"1"}


def test_what_waits_stays_in_the_folder_until_it_is_made(tmp_path):
    output.write({"page": b"old", "late": b"old", "gone": b"old"}, tmp_path)
    later = Files({"page": b"new"}, {"late": lambda: b"new", "never": lambda: b"new"})
    written = output.write(later.ready, tmp_path, later.waiting)
    assert (written.changed, written.removed) == (("page",), ("gone",))
    assert (tmp_path / "late").read_bytes() == b"old"
    assert output.write(later, tmp_path).changed == ("late", "never")
    output.write({"page": b"new"}, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"page", output.MANIFEST}


def test_a_site_that_is_not_whole_becomes_the_same(make_content, cache):
    settings = config.load(make_content(), cache)
    later, whole = pipeline.build(settings, whole=False).files, pipeline.build(settings).files
    assert "tea/numbers/index.html" in later.waiting
    assert "tea/index.html" in later.ready
    assert dict(later) == dict(whole)
