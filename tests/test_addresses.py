"""Where things are: old addresses and new ones, what hosts send with each file, what leads from one article to others."""

import re
import shutil

import pytest
from click.testing import CliRunner

from explainer import cli
from explainer.diagnostics import Problems
from explainer.pages import hosting
from explainer.policy import CSP
from tests.conftest import SMALL, build
from tests.test_publishing import BASE, missing, page


def with_aliases(make_content, aliases, site=None):
    text = (SMALL / "tea/article.md").read_text(encoding="utf-8").replace("closing:", f"aliases: {aliases}\nclosing:", 1)
    return make_content({"tea/article.md": text, **({"site.yaml": site} if site else {})})


def test_an_old_address_leads_to_the_article(make_content):
    files = build(with_aliases(make_content, "[coffee, 2024/coffee.html]")).files
    for path, address in (("coffee/index.html", "../tea/index.html"), ("2024/coffee.html", "../tea/index.html")):
        root = page(files, path)
        assert root.xpath("//meta[@http-equiv='refresh']/@content") == [f"0; url={address}"]
        assert root.xpath("//link[@rel='canonical']/@href") == [f"{BASE}tea/"]
        assert root.xpath("//a/@href") == [address]
    assert files["_redirects"].decode().splitlines() == [
        "/guide/coffee /guide/tea/ 301", "/guide/coffee/ /guide/tea/ 301", "/guide/2024/coffee.html /guide/tea/ 301",
    ]  # fmt: skip
    assert b"coffee" not in files["sitemap.xml"]
    assert missing(files) == []


def test_without_a_base_url_old_addresses_lead_there_too(make_content):
    files = build(with_aliases(make_content, "coffee", "title: A\n")).files
    assert page(files, "coffee/index.html").xpath("//link[@rel='canonical']/@href") == ["../tea/index.html"]
    assert files["_redirects"] == b"/coffee /tea/ 301\n/coffee/ /tea/ 301\n"


def rules(text):
    """The rules of `_headers`: a pattern as these hosts read it, and its headers."""
    found = []
    for block in re.split(r"\n(?=/)", text.strip()):
        path, *lines = block.split("\n")
        pattern = "".join(
            "[^/]+" if part.startswith(":") else ".*" if part == "*" else re.escape(part) for part in re.split(r"(:\w+|\*)", path)
        )
        found.append((re.compile(pattern), dict(line.strip().split(": ", 1) for line in lines)))
    return found


def test_what_hosts_send_fits_the_files():
    small = build(SMALL).files
    found = rules(small["_headers"].decode())
    (policies,) = [headers for pattern, headers in found if pattern.fullmatch("/guide/x.txt")]
    assert policies == hosting.HEADERS
    assert (
        page(small, "tea/index.html").xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        == [CSP]
        == [policies["Content-Security-Policy"]]
    )
    for path in small:
        asked = "/guide/" + path.removesuffix("index.html")
        kept = [headers["Cache-Control"] for pattern, headers in found if "Cache-Control" in headers and pattern.fullmatch(asked)]
        fingerprinted = path.startswith("static/") or bool(re.search(r"\.[0-9a-f]{10}\.", path))
        assert kept == ([hosting.KEPT] if fingerprinted else [hosting.SHORT] if path.endswith("index.html") else []), path
        assert bool(re.match(hosting.KEPT_NAMES, path)) == fingerprinted, path


@pytest.mark.parametrize("host", hosting.HOSTS)
def test_a_server_is_told_the_same(make_content, host):
    content = with_aliases(make_content, "coffee")
    done = CliRunner().invoke(cli.main, ["headers", host, "--content", str(content)])
    assert done.exit_code == 0
    for name, value in hosting.HEADERS.items():
        assert f'{name} "{value}"' in done.output
    assert hosting.KEPT in done.output
    assert hosting.SHORT in done.output
    assert re.search(r"/guide/coffee/? .*/guide/tea/", done.output)
    assert r"^/guide/(static/" in done.output


def several(make_content, **topics):
    """The small site's article under several names, with topics."""
    text = (SMALL / "tea/article.md").read_text(encoding="utf-8")
    content = make_content({f"{name}/article.md": text.replace("closing:", f"topics: {own}\nclosing:", 1) for name, own in topics.items()})
    for name in topics:
        shutil.copytree(content / "tea", content / name, dirs_exist_ok=True, ignore=shutil.ignore_patterns("article.md"))
    return build(content).files


@pytest.mark.slow
def test_articles_that_share_something_are_related(make_content):
    files = several(make_content, b="[Hot drinks, water]", c="[hot drinks]", d="'<i>'", e="[]")
    assert page(files, "c/index.html").xpath("//section[@aria-labelledby='related']//li/a/@href") == [
        "../b/index.html",
        "../tea/index.html",
        "../e/index.html",
    ]
    said = [item.text_content() for item in page(files, "c/index.html").xpath("//section[@aria-labelledby='related']//li")]
    assert said[0] == "Tea for 40\u00a0guests: Hot drinks, 2 sources in common"
    assert said[1] == "Tea for 40\u00a0guests: 2 sources in common"
    assert f"<loc>{BASE}topics/hot-drinks/</loc>" in files["sitemap.xml"].decode()
    topic = page(files, "topics/hot-drinks/index.html")
    assert topic.findtext(".//h1") == "Hot drinks"
    assert topic.xpath("//main//a/@href") == ["../../c/index.html", "../../b/index.html"]
    assert page(files, "topics/i/index.html").findtext(".//h1") == "<i>"
    assert not any("\ue000" in data.decode() for path, data in files.items() if path.endswith(".html"))
    assert missing(files) == []


def test_an_article_alone_has_no_neighbours():
    assert not page(build(SMALL).files, "tea/index.html").xpath("//*[@id='related']")


def test_a_topic_needs_words(make_content):
    with pytest.raises(Problems) as problems:
        several(make_content, b="['!!']")
    assert str(problems.value.diagnostics[0].place).startswith("content/b/article.md:9")
