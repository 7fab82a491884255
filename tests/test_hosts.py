"""What `explainer headers` prints, in real servers: an nginx and a Caddy show the site as it promises."""

import gzip
import http.client
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from explainer import cli, config, output, pipeline
from explainer.pages import hosting
from explainer.policy import CSP
from tests import servers
from tests.conftest import SMALL

pytestmark = pytest.mark.slow

SITE = "title: Small & sound\nsearch: true\nbase_url: https://tea.example{prefix}\n"
POLICY = "Content-Security-Policy"
WORKER = f"{CSP}; script-src 'self' 'wasm-unsafe-eval'"
SERVED = [("nginx", ""), ("nginx", "/sub"), ("caddy", "/sub")]
TYPES = {
    "index.html": "text/html; charset=utf-8", "tea/index.md": "text/markdown; charset=utf-8", "feed.xml": "text/xml; charset=utf-8",
    "feed.json": "application/json", "tea/numbers.json": "application/json", "llms.txt": "text/plain; charset=utf-8",
    "tea/data/amounts.csv": "text/csv; charset=utf-8", "tea/charts/amounts.svg": "image/svg+xml", "tea/charts/amounts.png": "image/png",
    "sitemap.xml": "text/xml; charset=utf-8", "static/*/style.css": "text/css; charset=utf-8",
}  # fmt: skip


class Asked:
    """One answer of a server, as it comes."""

    def __init__(self, address: str, path: str, **headers: str) -> None:
        connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=10)
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        self.status, self.body, self.headers = answer.status, answer.read(), answer.headers
        connection.close()

    def __getitem__(self, name: str) -> str | None:
        values = self.headers.get_all(name) or []
        assert len(values) <= 1, values
        return values[0] if values else None


class Host:
    """A server and the site that it shows."""

    def __init__(self, kind: str, prefix: str, address: str, folder: Path) -> None:
        self.kind, self.prefix, self.address, self.folder = kind, prefix, address, folder

    def ask(self, path: str, **headers: str) -> Asked:
        return Asked(self.address, f"{self.prefix}/{path}", **headers)

    def names(self, pattern: str) -> list[str]:
        return sorted(path.relative_to(self.folder).as_posix() for path in self.folder.glob(pattern) if path.is_file())


@pytest.fixture(scope="module", params=SERVED, ids=lambda param: "".join(param))
def host(request, tmp_path_factory):
    kind, prefix = request.param
    if not servers.find(kind):
        pytest.skip(f"there is no {kind}: 'python tests/servers.py' installs nginx as root, 'make .venv/test-ready' Caddy")
    top = tmp_path_factory.mktemp(kind)
    for path in SMALL.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            output.replace(top / "content" / path.relative_to(SMALL), path.read_bytes())
    (top / "content/site.yaml").write_text(SITE.format(prefix=prefix))
    article = top / "content/tea/article.md"
    article.write_text(article.read_text().replace("closing:", "aliases: [coffee, 2024/coffee.html]\ntopics: [drinks]\nclosing:", 1))
    settings = config.load(top / "content", cli.cache_folder(), cli.options.results())
    site = pipeline.build(settings)
    folder = top / f"root{prefix}"
    output.write(site.files, folder)
    told = hosting.HOSTS[kind](site.redirects, settings)
    with servers.serving(kind, told, top / "root", top / "own") as address:
        yield Host(kind, prefix, address, folder)


def test_types(host):
    for pattern, type_ in TYPES.items():
        (path,) = host.names(pattern)
        answer = host.ask(path)
        assert (answer.status, answer.body) == (200, (host.folder / path).read_bytes()), path
        assert answer["Content-Type"].replace("application/xml", "text/xml") == type_, path
    scripts = [*host.names("static/*/*.js"), *host.names("search/*/*.js"), *host.names("tea/model.*.js")]
    kinds = {host.ask(path)["Content-Type"] for path in scripts}
    assert kinds <= {"application/javascript; charset=utf-8", "text/javascript; charset=utf-8"}


def test_headers_and_how_long_files_are_kept(host):
    kept = 0
    for path in (*host.names("**/*"), "", "tea/", "tea/numbers/"):
        answer = host.ask(path)
        if path.rpartition("/")[2].startswith("."):
            continue  # these are not there for readers
        if "coffee" in path:
            continue  # these lead on
        assert answer.status == 200, path
        assert {name: answer[name] for name in hosting.HEADERS} == {
            **hosting.HEADERS,
            POLICY: WORKER if path.endswith("/pagefind-worker.js") else CSP,
        }
        forever = path.startswith("static/") or re.search(r"\.[0-9a-f]{10}\.(js|json)$", path) or (path.startswith("search/") and not path.endswith("-entry.json"))  # fmt: skip
        assert answer["Cache-Control"] == (hosting.KEPT if forever else hosting.SHORT), path
        kept += bool(forever)
    assert kept > 20


def test_what_a_browser_has_is_not_sent_again(host):
    for path in ("", "tea/index.html", *host.names("static/*/style.css")):
        first = host.ask(path, Accept_Encoding="gzip")
        again = host.ask(path, Accept_Encoding="gzip", If_None_Match=first["ETag"])
        assert (again.status, again.body) == (304, b""), path
        assert again[POLICY] == CSP
        assert again["Cache-Control"] == first["Cache-Control"]


def test_compression(host):
    for path in ("tea/index.html", "tea/index.md", "feed.xml", "feed.json", "tea/charts/amounts.svg", *host.names("static/*/*.css"), *host.names("static/*/reader.js")):  # fmt: skip
        packed = host.ask(path, Accept_Encoding="gzip")
        assert packed["Content-Encoding"] == "gzip", path
        assert packed["Vary"] == "Accept-Encoding", path
        assert gzip.decompress(packed.body) == (host.folder / path).read_bytes()
        assert host.ask(path)["Content-Encoding"] is None
    assert host.ask("tea/charts/amounts.png", Accept_Encoding="gzip")["Content-Encoding"] is None


def test_what_is_not_there(host):
    page = (host.folder / "404.html").read_bytes()
    gone = ("nothing", "tea/nothing/", "static/0123456789/style.css", "static/", "tea/charts/", ".explainer.json", "tea/.git/config")
    (host.folder / "tea/.git").mkdir(exist_ok=True)
    (host.folder / "tea/.git/config").write_text("secret")
    for path in gone:
        answer = host.ask(path)
        assert (answer.status, answer.body) == (404, page), path
        assert answer["Content-Type"] == "text/html; charset=utf-8"
        assert {name: answer[name] for name in hosting.HEADERS} == hosting.HEADERS
        assert answer["Cache-Control"] is None, "what is missing now may come"
    (host.folder / ".well-known").mkdir(exist_ok=True)
    (host.folder / ".well-known/security.txt").write_text("who")
    assert host.ask(".well-known/security.txt").status == 200


def test_addresses_lead_on(host):
    for path, to in {"coffee": "tea/", "coffee/": "tea/", "2024/coffee.html": "tea/"}.items():
        answer = host.ask(path)
        assert (answer.status, answer["Location"]) == (301, f"{host.prefix}/{to}")
    if host.prefix:
        top = Asked(host.address, host.prefix)
        assert (top.status, top["Location"]) == (301, f"{host.prefix}/")
    for path in ("tea", "tea/numbers"):
        answer = host.ask(path, Host="tea.example")
        assert answer.status in (301, 308)
        assert answer["Location"] == f"{host.prefix}/{path}/", "neither scheme nor host nor port"


def test_a_browser_finds_nothing_to_complain_of(host, reader):
    at = f"{host.address}{host.prefix}/"
    seen = reader(at)
    for path in ("", "tea/", "tea/numbers/", "tea/charts/amounts/", "topics/drinks/", "tea/index.html"):
        seen.page.goto(at + path)
        expect(seen.page.locator("h1").first).to_be_attached()
        assert seen.page.evaluate("document.styleSheets.length && getComputedStyle(document.body).margin") == "0px"
    assert seen.complaints == []
    seen.page.goto(f"{at}no/such/page")
    expect(seen.page.get_by_role("heading", name="This page does not exist")).to_be_visible()
    seen.page.get_by_role("link", name="All articles").click()
    expect(seen.page).to_have_url(f"{at}index.html")
    assert [text for text in seen.complaints if "404" not in text] == []


def test_the_worker_alone_may_run_the_search(host, reader):
    """The pages stay with the strict policy of their <meta>, whatever the host sends."""
    seen = reader(f"{host.address}{host.prefix}/tea/")
    page = seen.page
    assert page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content") == CSP
    page.keyboard.press("/")
    page.keyboard.type("kettle")
    page.locator(".found a").first.click()
    expect(page).to_have_url(re.compile(re.escape(f"{host.address}{host.prefix}/tea/index.html")))
    assert seen.complaints == []
    refused = page.evaluate("WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).then(() => '', (error) => error.name)")
    assert refused == "CompileError"
