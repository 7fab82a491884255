"""Publishing: the plan, a folder, and the command."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer import cli
from explainer.publish import manifest, plan, target
from explainer.publish.host import Trouble, without_secrets
from explainer.publish.manifest import NAME, Entry, Manifest, digest
from tests.conftest import ROOT, serving
from tests.publishing import broken, killed, put, site


def lying(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != NAME}


def getter(folder):
    return lambda name: (folder / name).read_bytes() if (folder / name).is_file() else None


def entries(files):
    return {name: Entry(digest(data), digest(data)) for name, data in files.items()}


class TestPlan:
    def test_new_things_come_first_and_pages_after_what_they_refer_to(self):
        before, now = site(1), site(2)
        tags = {name: digest(data) for name, data in before.items()}
        made = plan.make(entries(now), Manifest(entries(before)), tags)
        order = {name: number for number, phase in enumerate(made.phases) for name in phase}
        changed = {name for name in order if name in before}
        assert max(order[name] for name in order if name not in before) < min(order[name] for name in changed)
        assert made.put[-1] == "feed.xml"
        assert not any("static/" in name for name in made.delete)
        assert all("static/" in name or "model." in name for name in made.keep)

    def test_a_host_may_say_of_a_file_what_it_likes(self):
        """Such as a store with keys of its own, whose tags are no digest of the content."""
        wanted, there = {"index.html": Entry("sha", "md5")}, {"index.html": "odd"}
        assert plan.make(wanted, Manifest({"index.html": Entry("sha", "odd")}), there).is_nothing
        assert plan.make(wanted, Manifest({"index.html": Entry("other", "odd")}), there).put == ("index.html",)
        assert plan.make(wanted, Manifest({"index.html": Entry("sha", "before")}), there).foreign == ("index.html",)

    @given(st.lists(st.integers(0, 9), min_size=1, max_size=6), st.data())
    @settings(deadline=None)
    def test_no_reference_breaks_wherever_any_of_several_publications_stops(self, versions, data):
        """The host in memory: within a phase in any order, each publication may stop anywhere, the next is of another version."""
        there, said = {}, Manifest()
        for version in [*versions, 10]:
            files = site(version, 3)
            made = plan.make(entries(files), said, {name: digest(content) for name, content in there.items()})
            assert not made.foreign
            steps = [(name, files[name]) for phase in made.phases for name in data.draw(st.permutations(phase))]
            steps += [(name, None) for name in made.delete]
            stop = len(steps) if version == 10 else data.draw(st.integers(0, len(steps)))
            said = Manifest(said.files, said.kept, frozenset(made.put) | said.pending)
            for name, content in steps[:stop]:
                if content is None:
                    del there[name]
                else:
                    there[name] = content
                assert not broken(there.get)
            if stop == len(steps):
                said = made.after
        assert there.items() >= site(10, 3).items()

    @pytest.mark.parametrize("text", ["", "[", "[]", "{}", '{"format": 1}', '{"format": 2, "files": {}}', "[" * 9999])
    def test_of_a_damaged_manifest_nothing_is_ours(self, text):
        assert manifest.read(text.encode()) == Manifest()

    @pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/../../x", ".", "", "a//b", "./a", "a\0b", NAME])
    def test_a_hostile_manifest_names_nothing_outside(self, name):
        assert not manifest.read(manifest.written(Manifest({name: Entry("", "")}, {name: Entry("", "")}, frozenset({name})))).names


class TestFolder:
    def test_puts_what_has_changed_and_keeps_what_open_pages_use_for_one_publication_more(self, tmp_path):
        live = tmp_path / "live"
        first, second = {"index.html": b"1", "a.1234567890.js": b"1", "b/index.html": b""}, {"index.html": b"2", "a.abcdefabcd.js": b"2"}
        assert put(first, str(live)) == ["3 put, 0 deleted"]
        assert put(first, str(live)) == ["0 put, 0 deleted"]
        assert put(second, str(live)) == ["2 put, 1 deleted"]
        assert lying(live) == {**second, "a.1234567890.js": b"1"}
        assert not (live / "b").exists()
        assert put(second, str(live)) == ["0 put, 0 deleted"]
        (live / "index.html").unlink()
        assert put(second, str(live)) == ["1 put, 0 deleted"]
        assert (live / "a.1234567890.js").exists()
        assert put({**second, "index.html": b"3"}, str(live)) == ["1 put, 1 deleted"]
        assert lying(live) == {**second, "index.html": b"3"}

    def test_what_others_put_there_is_neither_replaced_nor_deleted(self, tmp_path):
        (tmp_path / "CNAME").write_text("example.org")
        (tmp_path / "index.html").write_text("theirs")
        (tmp_path / "robots.txt").write_text("same")
        with pytest.raises(Trouble, match=r"index\.html"):
            put({"index.html": b"ours", "robots.txt": b"same", "x.css": b""}, str(tmp_path))
        assert lying(tmp_path) == {"CNAME": b"example.org", "index.html": b"theirs", "robots.txt": b"same"}
        put({"x.html": b"ours", "robots.txt": b"same"}, str(tmp_path))
        put({"y.html": b"ours"}, str(tmp_path))
        assert lying(tmp_path) == {"CNAME": b"example.org", "index.html": b"theirs", "robots.txt": b"same", "y.html": b"ours"}
        put({"index.html": b"ours"}, str(tmp_path), take_over=True)
        assert lying(tmp_path)["index.html"] == b"ours"
        (tmp_path / "index.html").write_text("changed by somebody")
        with pytest.raises(Trouble, match="changed since"):
            put({"index.html": b"ours again"}, str(tmp_path))
        put({"z.html": b""}, str(tmp_path))
        assert (tmp_path / "index.html").read_text() == "changed by somebody"

    def test_a_dry_run_says_it_and_does_nothing(self, tmp_path):
        assert put({"index.html": b""}, str(tmp_path / "live"), dry_run=True) == ["put     index.html", "1 put, 0 deleted"]
        assert not (tmp_path / "live").exists()

    def test_a_full_disk_changes_nothing_that_readers_see(self, tmp_path, monkeypatch):
        live = tmp_path / "live"
        put(site(1), str(live))
        before, write = lying(live), Path.write_bytes
        count = [0]

        def full(path, data):
            count[0] += 1
            if count[0] > 3:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
            return write(path, data)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "write_bytes", full)
            with pytest.raises(Trouble, match="No space left"):
                put(site(2), str(live))
        assert lying(live) == before
        put(site(2), str(live))
        assert not broken(getter(live))

    def test_two_publishers_do_not_mix(self, tmp_path):
        host = target.host(str(tmp_path), ROOT)
        with host.hold(False), pytest.raises(Trouble, match="under way"):
            put(site(1), str(tmp_path))
        put(site(1), str(tmp_path))

    def test_a_target_that_is_no_folder_or_holds_folders_of_the_sites_names(self, tmp_path):
        (tmp_path / "file").write_text("theirs")
        with pytest.raises(Trouble, match="cannot publish there"):
            put(site(1), str(tmp_path / "file"))
        (tmp_path / "index.html").mkdir()
        with pytest.raises(Trouble, match="is a folder there"):
            put(site(1), str(tmp_path))
        assert {path.name for path in tmp_path.iterdir()} == {"file", "index.html"}

    def test_a_large_file(self, tmp_path):
        put({"index.html": b"", "film.mp4": bytes(100_000_000)}, str(tmp_path))
        assert (tmp_path / "film.mp4").stat().st_size == 100_000_000
        (tmp_path / "film.mp4").unlink()

    def test_a_link_that_leads_elsewhere_is_not_followed_to_delete(self, tmp_path):
        live, outside = tmp_path / "live", tmp_path / "outside"
        put({"a/x.html": b"1"}, str(live))
        outside.mkdir()
        (outside / "x.html").write_bytes(b"1")
        (live / "a/x.html").unlink()
        (live / "a").rmdir()
        (live / "a").symlink_to(outside)
        put({"index.html": b""}, str(live))
        assert (outside / "x.html").exists()

    @pytest.mark.slow
    def test_killed_at_any_moment_no_reference_is_broken_and_the_next_run_completes(self, tmp_path):
        assert killed(str(tmp_path), getter(tmp_path), 5, 0.04) == 0
        assert not (tmp_path / ".explainer.publish").exists()


class TestTarget:
    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("ftp://host/x", "no kind of target"), ("https://host/x.git", "no kind of target"), ("git@github.com:me/x.git", "how git writes"),
            ("s3://", "no bucket"), ("s3://key:secret@bucket", "no bucket"), ("git+ssh://", "no repository"), (" ", "no folder"),
        ],
    )  # fmt: skip
    def test_what_is_no_target(self, text, says):
        with pytest.raises(Trouble, match=says) as trouble:
            target.host(text, ROOT)
        assert "secret" not in f"{trouble.value.message}{trouble.value.hint}"

    def test_names_are_printed_without_secrets(self):
        assert target.host("git+https://me:tok@host/x.git#pages", ROOT).name == "git+https://host/x.git#pages"
        assert target.host("git+https://tok@host/x.git", ROOT).name == "git+https://host/x.git#gh-pages"
        assert target.host("git+ssh://git@host/x.git", ROOT).name == "git+ssh://git@host/x.git#gh-pages"
        assert without_secrets("cannot read https://me:to%40k@host/x") == "cannot read https://host/x"


@pytest.mark.slow
class TestCommand:
    @pytest.fixture
    def run(self, make_content, tmp_path, monkeypatch):
        def run(*arguments, says="title: A site\nlanguage: en\n", accept=True):
            monkeypatch.chdir(make_content({"site.yaml": says}).parent)
            if accept:
                assert CliRunner().invoke(cli.main, ["accept"]).exit_code == 0
            return CliRunner().invoke(cli.main, ["publish", *arguments])

        return run

    def test_builds_publishes_and_verifies(self, run, tmp_path):
        done = run("--verify", says="title: A site\npublish: ./live\n")
        assert done.exit_code == 0, done.output
        assert "Verified" in done.output
        assert lying(tmp_path / "live") == {name: data for name, data in lying(tmp_path / "site").items() if name != ".explainer.json"}
        again = run(says="title: A site\npublish: ./live\n")
        assert "Nothing has changed" in again.output

    def test_verifies_what_readers_get(self, run, tmp_path):
        with serving(tmp_path) as address:
            says = f"title: A site\npublish: ./live\nbase_url: {address}live\n"
            done = run("--verify", says=says)
            assert f"at {address}live are as published" in done.output
            (tmp_path / "live/index.html").unlink()
            (tmp_path / "live").rename(tmp_path / "moved")
            assert run("--verify", says=says.replace("/live", "/gone").replace("./gone", "./live")).exit_code == 1

    def test_numbers_that_were_not_accepted_are_not_published(self, run, tmp_path):
        done = run("--to", "live", accept=False)
        assert done.exit_code == 1
        assert "--allow-drift" in done.stderr
        assert not (tmp_path / "live").exists()
        assert run("--to", "live", "--allow-drift", accept=False).exit_code == 0

    @pytest.mark.parametrize("to", ["content", "content/tea", ".", "site", "site/live", "static", ".git"])
    def test_a_target_in_what_the_site_is_made_from(self, run, tmp_path, to):
        done = run("--to", to, accept=False)
        assert done.exit_code == 1
        assert "bad-target" in done.stderr
        assert not (tmp_path / to / NAME).exists()

    def test_bad_input_is_said_at_its_line(self, run):
        assert "site.yaml" in run(accept=False).stderr
        secret = run(says="title: A site\npublish: git+https://me:hunter2@host/x.git\n", accept=False).stderr
        assert "content/site.yaml:2" in secret
        assert "hunter2" not in secret
        assert "bad-target" in run("--to", "ftp://me:hunter2@host", accept=False).stderr
        assert "hunter2" not in run("--to", "ftp://me:hunter2@host", accept=False).stderr

    def test_the_workflow_is_written_once(self, run, tmp_path):
        assert run("--init", "github", accept=False).exit_code == 0
        text = (tmp_path / ".github/workflows/publish.yml").read_text()
        steps = yaml.safe_load(text)["jobs"]["publish"]["steps"]
        assert "explainer publish --to" in steps[-1]["run"]
        assert run("--init", "github", accept=False).exit_code == 1

    def test_the_workflow_of_a_site_in_a_part_of_a_repository(self, run, tmp_path):
        (tmp_path / ".git").mkdir()
        (tmp_path / ".git/HEAD").write_text("ref: refs/heads/trunk\n")
        CliRunner().invoke(cli.main, ["new", "site", str(tmp_path / "notes")])
        done = CliRunner().invoke(cli.main, ["publish", "--init", "github", "--content", str(tmp_path / "notes/content")])
        assert done.exit_code == 0, done.output
        found = yaml.safe_load((tmp_path / ".github/workflows/publish.yml").read_text())
        assert found["jobs"]["publish"]["defaults"]["run"]["working-directory"] == "notes"
        assert found[True]["push"]["branches"] == ["trunk"]  # YAML's 'on'

    @pytest.mark.slow
    def test_the_store_library_is_loaded_only_when_it_is_used(self):
        code = "import sys, explainer.publishing, explainer.cli; sys.exit('boto3' in sys.modules or 'botocore' in sys.modules)"
        assert subprocess.run([sys.executable, "-c", code]).returncode == 0
