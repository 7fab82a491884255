"""What the site tells other programs: previews, feeds, sitemap. All of it leads somewhere, and hostile texts stay texts."""

import io
import json
import posixpath
import re
from urllib.parse import unquote, urljoin, urlsplit

import feedparser
import pytest
from lxml import etree, html
from markdown_it import MarkdownIt
from PIL import Image

from explainer import output
from tests.conftest import SMALL, build, serving
from tests.test_hostile import PROSE, article, dump, squashed, write

BASE = "https://tea.example/guide/"


@pytest.fixture(scope="module")
def small():
    return build(SMALL).files


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A site with an article that holds all injections, but no charts, which take long."""
    content = tmp_path_factory.mktemp("hostile") / "content"
    files = article(PROSE)
    files["article.md"] = "\n".join(line for line in files["article.md"].split("\n") if not line.startswith("!["))
    write(content, {"site.yaml": dump({"title": " ¦ ".join(PROSE), "description": '"><script>pwned()</script>', "base_url": BASE})})
    write(content / "article", files)
    return build(content).files


def page(files, path):
    return html.document_fromstring(files[path].decode())


def meta(root, name):
    found = root.xpath(f"//meta[@property='{name}' or @name='{name}']/@content")
    return found[0] if found else None


def referred(path, data):
    """The addresses that a file of the site refers to."""
    text = data.decode()
    if path.endswith(".html"):
        root = html.document_fromstring(text)
        values = root.xpath("//@href | //@src | //@data-live | //@data-model | //@data-runtime | //meta[@property='og:image']/@content")
        for several in root.xpath("//@srcset"):
            values += [candidate.split()[0] for candidate in several.split(",")]
        return values
    if path == "feed.json":
        whole = json.loads(text)
        bodies = [html.fragment_fromstring(item["content_html"], create_parent="div") for item in whole["items"]]
        return [
            whole["feed_url"],
            *(item["url"] for item in whole["items"]),
            *(v for body in bodies for v in body.xpath("//@href | //@src")),
        ]
    if path.endswith(".md") or path == "llms.txt":
        return rendered(data).xpath("//@href | //@src")
    if path.endswith(".xml"):
        root = etree.fromstring(data)
        return [str(value) for value in root.xpath("//@href | //*[local-name()='loc']/text()")]
    return []


def rendered(data):
    """Markdown by CommonMark's rules; what is HTML in it would be HTML."""
    return html.fragment_fromstring(MarkdownIt("commonmark").enable("table").render(data.decode()), create_parent="div")


def missing(files):
    """What is referred to in the site, and is not there."""
    lost = []
    for path, data in files.items():
        if not path.endswith((".html", ".xml", ".md", "feed.json", "llms.txt")):
            continue
        for target in referred(path, data):
            whole = urljoin(BASE + path, target) if path != "404.html" else urljoin(BASE, target)
            if not whole.startswith(BASE):
                continue
            file = unquote(urlsplit(whole).path.removeprefix("/guide/")) or "index.html"
            if file not in files and posixpath.join(file, "index.html") not in files:
                lost.append(f"{path}: {target}")
    return lost


def test_nothing_refers_to_a_missing_file(small):
    assert missing(small) == []
    assert len([target for path in small if path.endswith((".html", ".xml")) for target in referred(path, small[path])]) > 40


def test_a_page_says_where_it_is_and_what_a_preview_shows(small):
    root = page(small, "tea/index.html")
    assert root.xpath("//link[@rel='canonical']/@href") == [f"{BASE}tea/"]
    assert meta(root, "og:url") == f"{BASE}tea/"
    assert (meta(root, "og:type"), meta(root, "og:title")) == ("article", "Tea for 40\u00a0guests")
    assert meta(root, "og:description") == meta(root, "description") == "What 40\u00a0guests drink."
    assert meta(root, "article:published_time") == "2026-01-02"
    assert page(small, "index.html").xpath("//link[@rel='canonical']/@href") == [BASE]
    assert page(small, "404.html").xpath("//link[@rel='canonical']") == []


def test_without_a_base_url_nothing_is_promised(make_content):
    files = build(make_content({"site.yaml": "title: A\n"})).files
    assert not {"feed.xml", "feed.json", "sitemap.xml"} & set(files)
    assert "Sitemap" not in files["robots.txt"].decode()
    for path in ("index.html", "tea/index.html"):
        text = files[path].decode()
        assert "canonical" not in text
        assert "og:url" not in text
        assert "application/atom+xml" not in text


CHANGE = """
numbers: {}
rests_on: {}
changes:
  - {date: 2026-03-04, note: Cups were counted, moved: [{number: water, label: Water, was: 9 litres, now: 10 litres}]}
  - {date: 2026-02-03, moved: []}
"""


def test_days_are_those_of_the_content(make_content):
    files = build(make_content({"tea/numbers.lock.yaml": CHANGE})).files
    sitemap = etree.fromstring(files["sitemap.xml"])
    assert set(sitemap.xpath("//*[local-name()='lastmod']/text()")) == {"2026-03-04"}
    entry = feedparser.parse(files["feed.xml"]).entries[0]
    assert (entry.published, entry.updated) == ("2026-01-02T00:00:00Z", "2026-03-04T00:00:00Z")


def test_both_feeds_hold_the_whole_text(small):
    atom = feedparser.parse(small["feed.xml"])
    assert not atom.bozo
    assert (atom.version, atom.feed.title, atom.feed.link) == ("atom10", "Small & sound", BASE)
    (entry,) = atom.entries
    assert (entry.title, entry.link, entry.id) == ("Tea for 40\u00a0guests", f"{BASE}tea/", f"{BASE}tea/")
    assert [author.name for author in entry.authors] == ["A. Author", "B. Author"]
    feed = json.loads(small["feed.json"])
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    (item,) = feed["items"]
    assert (item["id"], item["title"]) == (entry.id, entry.title)
    assert item["content_html"] in (entry.content[0].value, etree.fromstring(small["feed.xml"]).findtext(".//{*}content"))
    body = html.fragment_fromstring(item["content_html"], create_parent="div")
    assert body.xpath("//img/@src") == [f"{BASE}tea/charts/amounts.png"]
    assert "10.3\u00a0litres" in body.text_content()
    assert "One will do" not in body.text_content()  # the words of a claim that does not choose them
    assert all("://" in address for address in body.xpath("//@href | //@src"))
    assert not body.xpath("//*[@class or @id or @hidden or starts-with(name(), 'data')] | //svg | //script")


def test_a_chart_stands_alone(small):
    root = etree.fromstring(small["tea/charts/amounts.svg"])
    assert root.findtext("{*}title").startswith("Water 10.3\u00a0litres beside")
    assert "var(" not in small["tea/charts/amounts.svg"].decode()
    assert small["tea/charts/amounts.png"].startswith(b"\x89PNG")


def test_a_theme_colours_the_chart_that_stands_alone(make_content):
    files = build(
        make_content({"theme.css": ":root { --machines: #123456 } @media (prefers-color-scheme: dark) { :root { --machines: #fff } }"})
    ).files
    assert "#123456" in files["tea/charts/amounts.svg"].decode()


def test_hostile_texts_are_texts_in_what_others_read(hostile):
    atom = feedparser.parse(hostile["feed.xml"], sanitize_html=False)
    assert not atom.bozo
    feed = json.loads(hostile["feed.json"])
    for content in [item["content_html"] for item in feed["items"]]:
        root = html.fragment_fromstring(content, create_parent="div")
        assert not root.xpath("//script | //iframe | //object | //style | //*[starts-with(name(@*), 'on')]")
        assert not [a for a in root.xpath("//@href | //@src") if re.match(r"\s*(javascript|data|vbscript):", a, re.IGNORECASE)]
    raw = etree.fromstring(hostile["feed.xml"])
    (title,) = [title.text for title in raw.iterfind("{*}entry/{*}title")]
    assert title == meta(page(hostile, "article/index.html"), "og:title")
    assert all(squashed(entry) in squashed(title) for entry in PROSE)
    assert missing(hostile) == []


def linked(files, path="tea/index.html"):
    """The parts of the page's data block, by their type."""
    (text,) = page(files, path).xpath("//script[@type='application/ld+json']/text()")
    whole = json.loads(text)
    assert whole["@context"] == "https://schema.org"
    return {part["@type"]: part for part in whole["@graph"]}


def test_a_page_says_to_machines_what_it_is(small):
    found = linked(small)
    article = found["Article"]
    assert (article["headline"], article["url"], article["inLanguage"]) == ("Tea for 40\u00a0guests", f"{BASE}tea/", "en")
    assert (article["datePublished"], article["dateModified"]) == ("2026-01-02", "2026-01-02")
    assert article["author"] == [{"@type": "Person", "name": f"{x}. Author", "url": f"{BASE}authors/{x.lower()}-author/"} for x in "AB"]
    work = {"@type": "CreativeWork", "name": "Cups"}
    assert article["isBasedOn"] == ["https://kettles.example/a?b=1&c=2", work]
    steps = found["BreadcrumbList"]["itemListElement"]
    assert [(step["position"], step["item"]) for step in steps] == [(1, BASE), (2, f"{BASE}tea/")]
    assert found["Dataset"]["distribution"]["contentUrl"] == f"{BASE}tea/data/amounts.csv"
    assert "tea/data/amounts.csv" in small


def test_the_questions_for_machines_are_those_on_the_page(small):
    root = page(small, "tea/index.html")
    (asked,) = linked(small)["FAQPage"]["mainEntity"]
    details = root.xpath("//details[starts-with(@id, 'question-')]")[0]
    assert asked["name"] == details.find("summary").text_content()
    assert asked["acceptedAnswer"]["text"] in re.sub(r"\s+", lambda match: match[0][0].replace("\n", " "), details.text_content())


def test_what_machines_read_needs_no_base_url(make_content):
    found = linked(build(make_content({"site.yaml": "title: A\n", "tea/faq/10-why-so-much.md": None})).files)
    assert found["Dataset"]["distribution"]["contentUrl"] == "data/amounts.csv"
    assert "url" not in found["Article"]
    assert "FAQPage" not in found


def test_hostile_texts_do_not_end_the_data_block(hostile):
    found = linked(hostile, "article/index.html")
    raw = hostile["article/index.html"].decode().partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert "<" not in raw
    assert len(found["FAQPage"]["mainEntity"]) == len(PROSE)
    said = [squashed(question["name"]) for question in found["FAQPage"]["mainEntity"]]
    assert all(any(squashed(entry) in name for name in said) for entry in PROSE)


MANY = """## Many things

* one
* two, with `code` and *emphasis*

    a second paragraph

1. first
2. second

Term
:   What it is

~~~
def f(): return "*"
~~~

2026\\. A sentence that begins with a number, a\\*b, a_b and \\_c\\_.

---

A line with a [link](../index.html) and <kbd>Ctrl</kbd>.
"""


def test_the_article_is_clean_markdown(make_content):
    files = build(make_content({"tea/sections/20-many.md": MANY.replace("~~~", "```")})).files
    assert page(files, "tea/index.html").xpath("//link[@type='text/markdown']/@href") == ["index.md"]
    text = files["tea/index.md"].decode()
    root = rendered(files["tea/index.md"])
    assert root.findtext("h1") == "Tea for 40 guests"
    assert [h.text_content() for h in root.iter("h2")][-3:] == ["Many things", "Questions", "Sources"]
    assert "10.3 litres" in text
    assert not re.search(r"\{\{|</?(p|div|span|data|table)\\b", text)
    assert [item.text_content().split()[0] for item in root.xpath("//ul/li")][-2:] == ["one", "two,"]
    assert root.xpath("//ol/li/text()")[:2] == ["first", "second"]
    assert root.xpath("//pre")[0].text_content() == 'def f(): return "*"\n'
    assert "2026. A sentence that begins with a number, a*b, a_b and _c_." in root.text_content()
    assert missing(files) == []


def test_llms_txt_leads_to_the_markdown(small):
    root = rendered(small["llms.txt"])
    assert root.findtext("h1") == "Small & sound"
    assert root.xpath("//li/a/@href") == [f"{BASE}tea/index.md"]


@pytest.mark.parametrize("path", ["article/index.md", "llms.txt"])
def test_hostile_texts_are_texts_in_markdown(hostile, path):
    root = rendered(hostile[path])
    assert not root.xpath("//script | //iframe | //object | //style | //img[not(starts-with(@src, 'http'))]")
    assert not [address for address in root.xpath("//@href | //@src") if not address.startswith("http")]
    assert all(squashed(entry) in squashed(root.text_content()) for entry in PROSE)


def test_a_chart_has_a_page_to_embed(small):
    root = page(small, "tea/charts/amounts/index.html")
    assert root.xpath("//figcaption//a/@href") == [
        "../../index.html#figure-1",
        "../amounts.svg",
        "../amounts.png",
        "../../data/amounts.csv",
    ]
    assert root.xpath("//link[@rel='canonical']/@href") == [f"{BASE}tea/"]
    assert not root.xpath("//script")
    code = html.fragment_fromstring(page(small, "tea/index.html").xpath("string(//details[@class='take']//code)"))
    assert (code.tag, code.get("src"), code.get("title")) == ("iframe", f"{BASE}tea/charts/amounts/", "Water and kettle: 10.3\u00a0litres")


def test_without_a_base_url_there_is_no_code_to_embed(make_content):
    root = page(build(make_content({"site.yaml": "title: A\n"})).files, "tea/index.html")
    assert root.xpath("//details[@class='take']//a")
    assert not root.xpath("//details[@class='take']//code")


HOLD = """([src, height]) => new Promise((done) => {
  document.body.innerHTML = "";
  const frame = Object.assign(document.createElement("iframe"), {src, width: "100%", height});
  frame.onload = () => { const {scrollHeight, scrollWidth} = frame.contentDocument.documentElement; done([scrollHeight - frame.clientHeight, scrollWidth - frame.clientWidth]); };
  document.body.append(frame);
})"""


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 900])
def test_an_embedded_chart_is_not_cut(reader, small, tmp_path, width):
    output.write(small, tmp_path)
    height = html.fragment_fromstring(page(small, "tea/index.html").xpath("string(//details[@class='take']//code)")).get("height")
    with serving(tmp_path) as address:
        seen = reader(f"{address}index.html", viewport={"width": width, "height": 800}, bypass_csp=True)
        assert seen.page.evaluate(HOLD, [f"{address}tea/charts/amounts/index.html", height]) == [0, 0]
        assert seen.complaints == []


def test_a_preview_has_an_image(small, hostile):
    assert meta(page(small, "tea/index.html"), "og:image") == f"{BASE}tea/preview.png" == linked(small)["Article"]["image"]
    for path, files in (("tea/preview.png", small), ("article/preview.png", hostile)):
        image = Image.open(io.BytesIO(files[path]))
        assert image.size == (1200, 630)
        assert len(image.convert("RGB").getcolors(10**6)) > 20


def test_without_a_base_url_there_is_no_image(make_content):
    assert "tea/preview.png" not in build(make_content({"site.yaml": "title: A\n"})).files


def test_corrections_and_changes_are_told_everywhere(make_content):
    text = (SMALL / "tea/article.md").read_text(encoding="utf-8")
    corrections = 'corrections: [{date: 2026-02-01, note: "Cups & <b>saucers</b>"}, {date: 2026-05-06, note: Guests were 30}]\nclosing:'
    files = build(make_content({"tea/article.md": text.replace("closing:", corrections, 1), "tea/numbers.lock.yaml": CHANGE})).files
    root = page(files, "tea/index.html")
    said = [" ".join(item.text_content().split()) for item in root.xpath("//section[@aria-labelledby='corrections']/p")]
    assert said == ["6 May 2026: Guests were 30", "1 February 2026: Cups & <b>saucers</b>"]
    article = linked(files)["Article"]
    assert article["dateModified"] == "2026-05-06"
    assert [item["datePublished"] for item in article["correction"]] == ["2026-05-06", "2026-02-01"]
    body = html.fragment_fromstring(json.loads(files["feed.json"])["items"][0]["content_html"], create_parent="div").text_content()
    for words in ("Guests were 30", "Cups & <b>saucers</b>", "Cups were counted", "Water: from 9 litres to 10 litres"):
        assert words in re.sub(r"\s+", " ", body)
        assert words in rendered(files["tea/index.md"]).text_content()
