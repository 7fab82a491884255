"""The pages of authors: where they are, what stands on them, and what leads there."""

import json
import shutil
import unicodedata

import pytest

from explainer.diagnostics import Problems
from explainer.pages.byline import slug
from tests.conftest import SMALL, build
from tests.test_publishing import BASE, linked, missing, page

SITE = (SMALL / "site.yaml").read_text(encoding="utf-8")
OF_A = """authors:
  A. Author:
    about: "Knows <b>tea</b> & cake."
    url: https://a.example/
    links: [{title: Elsewhere, address: "https://social.example/@a"}, {title: By mail, address: "mailto:a@tea.example"}, {title: Home, address: index.html}]
"""


def by(make_content, site="", **authors):
    """The small site's article under several names, each by its own authors."""
    text = (SMALL / "tea/article.md").read_text(encoding="utf-8")
    content = make_content({f"{name}/article.md": text.replace("[A. Author, B. Author]", own) for name, own in authors.items()})
    (content / "site.yaml").write_text(SITE + site, encoding="utf-8")
    for name in authors:
        shutil.copytree(content / "tea", content / name, dirs_exist_ok=True, ignore=shutil.ignore_patterns("article.md"))
    return build(content).files


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Ada Lovelace", "ada-lovelace"), ("Zoë Müller-Lüdenscheidt", "zoe-muller-ludenscheidt"), ("Łukasz Ørsted Æbelø", "lukasz-orsted-aebelo"), ("Jürgen Groß", "jurgen-gross"),
        ("O’Neill, Ph.D.", "o-neill-ph-d"), ("Nguyễn Thị Minh", "nguyen-thi-minh"), ("李 雷", "李-雷"), ("हिन्दी लेखक", "हिन्दी-लेखक"), ("ガブリエル", "ガブリエル"), ("Мария Кюри", "мария-кюри"), ("!!!", ""), ("", ""),
        ("A" * 300, "a" * 60 + "-4daeb9"), ("<i>A</i>", "i-a-i-13f684"), ("<i>A<i>", "i-a-i-a9ef9a"),
    ],
)  # fmt: skip
def test_a_name_becomes_an_address(name, address):
    assert slug(name) == address
    assert slug(name, "given") == "given"


@pytest.mark.slow
def test_an_author_has_a_page_with_the_articles(make_content):
    files = by(make_content, OF_A, b="A. Author", c=f"[Zoë Ü, {unicodedata.normalize('NFD', 'Zoë Ü')}, '!!!']")  # the same to a reader
    there = page(files, "authors/a-author/index.html")
    assert there.findtext(".//h1") == "A. Author"
    assert there.xpath("string(//p[@class='dek'])") == "Knows <b>tea</b> & cake."
    assert there.xpath("//ul[@class='teasers']//a/@href") == ["../../tea/index.html", "../../b/index.html"]
    links = [(link.text, link.get("href")) for link in there.xpath("//header[@class='title']//a")]
    assert links == [("a.example", "https://a.example/"), ("Elsewhere", "https://social.example/@a"), ("By mail", "mailto:a@tea.example"), ("Home", "../../index.html")]  # fmt: skip
    assert page(files, "authors/zoe-u/index.html").xpath("//ul[@class='teasers']//a/@href") == ["../../c/index.html"]
    assert missing(files) == []


def test_what_leads_there(make_content):
    files = by(make_content, OF_A, c="[Zoë Ü, '!!!', 李雷]")
    own = page(files, "c/index.html").xpath("//p[@class='byline'][time]")[0]
    assert own.text_content().startswith("By Zoë Ü, !!!, 李雷 · ")
    assert own.xpath("a/@href") == ["../authors/zoe-u/index.html", "../authors/李雷/index.html"]
    article = next(item for item in json.loads(page(files, "c/index.html").xpath("string(//script[@type='application/ld+json'])"))["@graph"] if item["@type"] == "Article")  # fmt: skip
    assert article["author"] == [
        {"@type": "Person", "name": "Zoë Ü", "url": f"{BASE}authors/zoe-u/"},
        {"@type": "Person", "name": "!!!"},
        {"@type": "Person", "name": "李雷", "url": f"{BASE}authors/%E6%9D%8E%E9%9B%B7/"},
    ]
    assert f"<loc>{BASE}authors/%E6%9D%8E%E9%9B%B7/</loc>" in files["sitemap.xml"].decode()
    assert f"<uri>{BASE}authors/zoe-u/</uri>" in files["feed.xml"].decode()
    assert {"name": "!!!"} in next(item for item in json.loads(files["feed.json"])["items"] if item["id"] == f"{BASE}c/")["authors"]


def test_machines_are_told_who_it_is(make_content):
    graph = json.loads(page(by(make_content, OF_A), "authors/a-author/index.html").xpath("string(//script[@type='application/ld+json'])"))["@graph"]  # fmt: skip
    profile, way = graph
    assert profile == {"@type": "ProfilePage", "mainEntity": {
        "@type": "Person", "name": "A. Author", "url": f"{BASE}authors/a-author/", "description": "Knows <b>tea</b> & cake.", "sameAs": ["https://a.example/", "https://social.example/@a"],
    }}  # fmt: skip
    assert [step["item"] for step in way["itemListElement"]] == [BASE, f"{BASE}authors/a-author/"]


def test_without_a_base_url_nobody_elsewhere_is_told(make_content):
    files = build(make_content({"site.yaml": "title: A\n"})).files
    assert linked(files)["Article"]["author"] == [{"@type": "Person", "name": "A. Author"}, {"@type": "Person", "name": "B. Author"}]
    assert page(files, "authors/a-author/index.html").xpath("//ul[@class='teasers']//a/@href") == ["../../tea/index.html"]


@pytest.mark.slow
def test_two_names_at_one_address_are_told_at_their_line(make_content):
    with pytest.raises(Problems) as problems:
        by(make_content, b="J. Smith", c="J Smith")
    (problem,) = problems.value.diagnostics
    assert (str(problem.place), problem.message) == (
        "content/c/article.md:5:1",
        "'J Smith' and 'J. Smith' would both be at 'authors/j-smith/'",
    )
    assert "authors: {J Smith: {address: …}}" in problem.hint
    files = by(make_content, "authors: {J Smith: {address: j-smith-of-leeds}}\n", b="J. Smith", c="J Smith")
    assert page(files, "authors/j-smith-of-leeds/index.html").xpath("//ul[@class='teasers']//a/@href") == ["../../c/index.html"]
