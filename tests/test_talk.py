"""What readers answer with: comments by Isso, giscus and mail, the form for the newsletter, and what their pages may load for it."""

import contextlib
import http.server
import re
import subprocess
import threading
import time
import urllib.request
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from click.testing import CliRunner
from playwright.sync_api import expect

from explainer import cli, config, output
from explainer.cache import Cache
from explainer.pages import hosting, policies
from explainer.policy import BASE, CSP, merged, written
from tests import servers
from tests.conftest import SMALL, build, free_port, serving
from tests.test_accessible import violations
from tests.test_publishing import BASE as TOP
from tests.test_publishing import page

GISCUS = "comments: {kind: giscus, repo: me/notes, repo_id: R_kgDOJ=, category: Talk & more, category_id: DIC_kw-1}\n"
MAIL = "comments: {kind: mail, to: editor+tea@tea.example}\n"
FORM = "newsletter:\n  action: https://lists.example/in?list=3&x=1\n  field: fields[email]\n  hidden: {tag: tea & cake}\n  says: Once a month, <b>one</b> article.\n"
LISTMONK = "newsletter: {provider: listmonk, server: https://l.example/lists/, lists: [a132cb7d-6dc0-450c-8789-41d4fd880548, b132cb7d-6dc0-450c-8789-41d4fd880548]}\n"
MAILCHIMP = "newsletter: {provider: mailchimp, action: 'https://tea.us1.list-manage.com/subscribe/post?u=0a1b&amp;id=2c3d&amp;f_id=4e'}\n"


def content(make_content, more, article=None):
    """The small site with more in its site.yaml."""
    changes = {"site.yaml": (SMALL / "site.yaml").read_text(encoding="utf-8") + more}
    if article:
        changes["tea/article.md"] = (SMALL / "tea/article.md").read_text(encoding="utf-8").replace(*article)
    return make_content(changes)


def policy(root):
    """The policy of a page, by directive."""
    (found,) = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    return {words[0]: words[1:] for words in map(str.split, found.split(";"))}


BARE = {directive: list(sources) for directive, sources in BASE.items()}


def test_policies_are_put_together():
    assert written() == CSP == "default-src 'self'; base-uri 'none'; form-action 'self'; object-src 'none'"
    both = merged([{"script-src": ("'wasm-unsafe-eval'",)}, {"script-src": ("https://a.example",), "object-src": ("https://a.example",)}])
    assert both["script-src"] == ("'self'", "'wasm-unsafe-eval'", "https://a.example")  # 'self' as in default-src, whose place it takes
    assert both["object-src"] == ("https://a.example",)  # 'none' stands alone or not at all
    assert merged([{"form-action": ("https://a.example",)}, {"form-action": ("https://a.example",)}])["form-action"] == (
        "'self'",
        "https://a.example",
    )


def test_nothing_is_there_before_it_is_asked_for():
    files = build(SMALL).files
    for path in ("index.html", "tea/index.html"):
        root = page(files, path)
        assert policy(root) == BARE
        assert not root.xpath("//*[@class='talk']|//main//form[@method='post']|//link[contains(@href, 'talk.css')]")


def test_a_letter_has_title_and_address_in_it(make_content):
    title = 'Tea & "cake" = 100 % + <i>ü</i>?'
    root = page(build(content(make_content, MAIL, ("title: Tea for {{ guests }}", f"title: '{title}'"))).files, "tea/index.html")
    (link,) = root.xpath("//section[@class='talk']//a/@href")
    assert re.fullmatch(r"mailto:[^\s&?#\"<>]+\?subject=[^\s&?#\"<>+]+&body=[^\s&?#\"<>+]+", link)
    address, _, query = link.removeprefix("mailto:").partition("?")
    fields = dict(part.split("=") for part in query.split("&"))
    assert (unquote(address), unquote(fields["subject"]), unquote(fields["body"])) == ("editor+tea@tea.example", title, f"{TOP}tea/")
    assert policy(root) == BARE
    assert not root.xpath("//section[@class='talk']//script")


def test_giscus_gets_what_it_documents(make_content):
    files = build(content(make_content, GISCUS)).files
    root = page(files, "tea/index.html")
    (script,) = root.xpath("//template[@id='thread']//script")
    assert dict(script.attrib) == {
        "async": "", "src": "https://giscus.app/client.js", "crossorigin": "anonymous", "data-repo": "me/notes", "data-repo-id": "R_kgDOJ=",
        "data-category": "Talk & more", "data-category-id": "DIC_kw-1", "data-mapping": "specific", "data-term": "tea", "data-strict": "1",
        "data-reactions-enabled": "1", "data-emit-metadata": "0", "data-input-position": "bottom", "data-theme": "preferred_color_scheme", "data-lang": "en",
    }  # fmt: skip
    assert policy(root) == BARE | {
        "script-src": ["'self'", "https://giscus.app/client.js"],
        "style-src": ["'self'", "https://giscus.app/default.css"],
        "frame-src": ["'self'", "https://giscus.app"],
    }
    for path in ("index.html", "tea/numbers/index.html", "404.html", "authors/a-author/index.html", "tea/charts/amounts/index.html"):
        assert policy(page(files, path)) == BARE, path


def test_an_article_may_have_no_comments(make_content):
    root = page(build(content(make_content, GISCUS + FORM, ("closing:", "comments: no\nclosing:"))).files, "tea/index.html")
    assert not root.xpath("//template[@id='thread']")
    assert policy(root) == BARE | {"form-action": ["'self'", "https://lists.example"]}


FORMS = {
    "newsletter: {provider: buttondown, username: tea_notes, leads_to: https://tea.example/}\n": (
        "https://buttondown.com/api/emails/embed-subscribe/tea_notes", {"embed": "1"}, "email", ["https://buttondown.com", "https://tea.example"]),
    LISTMONK: ("https://l.example/lists/subscription/form", {"nonce": "", "l": "b132cb7d-6dc0-450c-8789-41d4fd880548"}, "email", ["https://l.example"]),
    MAILCHIMP: ("https://tea.us1.list-manage.com/subscribe/post?u=0a1b&id=2c3d&f_id=4e", {"b_0a1b_2c3d": ""}, "EMAIL", ["https://tea.us1.list-manage.com"]),
    FORM: ("https://lists.example/in?list=3&x=1", {"tag": "tea & cake"}, "fields[email]", ["https://lists.example"]),
}  # fmt: skip


@pytest.mark.parametrize("more", FORMS, ids=["buttondown", "listmonk", "mailchimp", "form"])
def test_each_provider_gets_its_form(make_content, more):
    action, others, field, origins = FORMS[more]
    files = build(content(make_content, more)).files
    for path in ("index.html", "tea/index.html"):
        root = page(files, path)
        (form,) = root.xpath("//form[@method='post']")
        assert form.get("action") == action
        (address,) = form.xpath(".//input[@type='email']")
        assert (address.get("name"), address.get("autocomplete")) == (field, "email")
        assert form.xpath(".//label/@for") == [address.get("id")]
        assert {one.get("name"): one.get("value") for one in form.xpath(".//input[not(@type='email')]")} == others
        assert urlsplit(action).netloc in form.text_content()
        assert policy(root) == BARE | {"form-action": ["'self'", *origins]}
    for path in ("tea/numbers/index.html", "authors/a-author/index.html", "404.html"):
        assert policy(page(files, path)) == BARE, path
        assert not page(files, path).xpath("//form[@method='post']")
    assert "<b>one" not in files["index.html"].decode()


@pytest.mark.slow
@pytest.mark.parametrize("more", ["", MAIL, GISCUS, FORM, GISCUS + LISTMONK])
def test_hosts_send_what_pages_ask_for(make_content, more):
    """By path exactly that of the page; where a host can't tell paths apart, at least that."""
    made = content(make_content, more)
    settings = config.load(made, cli.cache_folder(), Cache())
    files, places = build(made).files, policies.by_place(settings)
    (wide,) = re.findall("Content-Security-Policy: (.*)", files["_headers"].decode())
    assert wide.startswith("default-src 'self'; base-uri 'none'; form-action 'self'")
    for path in (path for path in files if path.endswith(".html")):
        (own,) = page(files, path).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        for asked in (path, path.removesuffix("index.html")):
            assert next((found for place, found in places.items() if re.match(place, asked)), CSP) == own, asked
        header = {words[0]: words[1:] for words in map(str.split, wide.split(";"))}
        for directive, sources in policy(page(files, path)).items():
            assert set(sources) <= set(header.get(directive, header["default-src"])), (path, directive)
    assert ("$explainer_policy" in hosting.nginx({}, settings)) == bool(places)
    for host in hosting.HOSTS:
        told = CliRunner().invoke(cli.main, ["headers", host, "--content", str(made)]).output
        assert all(f'"{found}"' in told for found in (CSP, *places.values()))


class Lists(http.server.BaseHTTPRequestHandler):
    """A provider of newsletters."""

    got: list

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.got.append((self.path, self.headers["Content-Type"], parse_qs(body, keep_blank_values=True)))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<title>Welcome</title>")

    def do_GET(self):  # the browser looks for an icon
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_): ...


@contextlib.contextmanager
def provider():
    got = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Lists,), {"got": got})) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", got
        server.shutdown()


def subscribe(seen):
    seen.page.get_by_label("Your email address").fill("reader@tea.example")
    seen.page.get_by_role("button", name="Subscribe").click()


@pytest.mark.slow
def test_a_reader_subscribes_without_javascript(make_content, reader, tmp_path):
    with provider() as (lists, got):
        made = content(make_content, FORM.replace("https://lists.example", lists))
        output.write(build(made).files, tmp_path / "site")
        with serving(tmp_path / "site") as address:
            for path in ("index.html", "tea/index.html"):
                seen = reader(address + path, java_script_enabled=False)
                subscribe(seen)
                expect(seen.page).to_have_title("Welcome")
                assert seen.complaints == []
        fields = {"fields[email]": ["reader@tea.example"], "tag": ["tea & cake"]}
        assert got == [("/in?list=3&x=1", "application/x-www-form-urlencoded", fields)] * 2
        with serving(tmp_path / "site", {}) as address:  # a host that sends the policy of other pages would keep the form in
            seen = reader(address + "index.html")
            seen.page.get_by_label("Your email address").fill("reader@tea.example")
            with seen.page.expect_console_message(lambda message: "form-action" in message.text):
                seen.page.evaluate("setTimeout(() => document.querySelector('form[method=post]').requestSubmit())")
        assert len(got) == 2


@contextlib.contextmanager
def isso(folder, port, site):
    """A real Isso for the site at that address."""
    folder.mkdir(exist_ok=True)
    (folder / "isso.cfg").write_text(
        f"[general]\ndbpath = {folder}/comments.db\nhost = {site}\n[server]\nlisten = http://127.0.0.1:{port}\n"
    )
    command = [servers.find("isso"), "-c", str(folder / "isso.cfg"), "run"]
    with (folder / "log").open("w") as log, subprocess.Popen(command, stdout=log, stderr=log) as server:
        try:
            for _ in range(200):
                with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/config", timeout=5):
                    break
                time.sleep(0.05)
            yield
        finally:
            server.terminate()


@pytest.mark.slow
@pytest.mark.skipif(not servers.find("isso"), reason="there is no Isso: 'python tests/servers.py' installs it where there is a C compiler")
def test_a_reader_comments_by_isso(make_content, reader, tmp_path):
    port = free_port()
    made = content(make_content, f"comments: {{kind: isso, server: 'http://127.0.0.1:{port}/'}}\n")
    output.write(build(made).files, tmp_path / "site")
    by_place = policies.by_place(config.load(made, cli.cache_folder(), Cache()))
    with serving(tmp_path / "site", by_place) as address, isso(tmp_path / "isso", port, address):
        seen = reader(address + "tea/index.html")
        button = seen.page.get_by_role("button", name="Show comments")
        expect(button).to_be_visible()
        seen.page.mouse.wheel(0, 10_000)
        assert seen.hosts == {urlsplit(address).netloc}  # nobody else has been asked for anything
        button.click()
        seen.page.get_by_placeholder("Type Comment Here").fill("A *good* cup.")
        seen.page.get_by_label("Name").fill("Ada <b>")
        seen.page.get_by_role("button", name="Preview").click()
        expect(seen.page.locator(".isso-preview .isso-text em")).to_have_text("good")
        seen.page.get_by_role("button", name="Submit").click()
        expect(seen.page.locator("#isso-1 .isso-text")).to_have_text("A good cup.")
        seen.page.goto(address + "tea/")  # the same article by its other address
        assert seen.page.locator(".isso-comment").count() == 0
        seen.page.get_by_role("button", name="Show comments").click()
        expect(seen.page.locator("#isso-1 .isso-text em")).to_have_text("good")
        expect(seen.page.locator("#isso-1 .isso-author")).to_have_text("Ada <b>")
        assert seen.complaints == []
        assert seen.hosts == {urlsplit(address).netloc, f"127.0.0.1:{port}"}
        looked = reader(address + "tea/index.html", bypass_csp=True, color_scheme="dark").page
        looked.get_by_role("button", name="Show comments").click()
        expect(looked.locator("#isso-1")).to_be_visible()
        assert violations(looked, ".talk") == []
    seen = reader(f"file://{tmp_path}/site/tea/index.html", java_script_enabled=False)
    assert seen.page.locator(".talk noscript").bounding_box()
    expect(seen.page.get_by_role("button", name="Show comments")).to_be_hidden()


# what the client of giscus does to the page, in short: its host cannot be reached from a test
CLIENT = """const here = document.querySelector(".giscus");
document.head.prepend(Object.assign(document.createElement("link"), {rel: "stylesheet", href: "https://giscus.app/default.css"}));
const frame = Object.assign(document.createElement("iframe"), {src: `https://giscus.app/en/widget?term=${document.currentScript.dataset.term}`, title: "Comments"});
frame.style.opacity = "0";
here.append(frame);"""


@pytest.mark.slow
def test_giscus_may_do_what_it_does(make_content, reader, tmp_path):
    output.write(build(content(make_content, GISCUS)).files, tmp_path / "site")

    def answer(route):
        path = urlsplit(route.request.url).path
        kind = {"/client.js": "text/javascript", "/default.css": "text/css"}.get(path, "text/html")
        headers = {"Access-Control-Allow-Origin": "*"}
        route.fulfill(
            body=CLIENT if path == "/client.js" else "" if path == "/default.css" else "<p>The thread", content_type=kind, headers=headers
        )

    with serving(tmp_path / "site") as address:
        seen = reader("about:blank")
        seen.page.route("https://giscus.app/**", answer)
        seen.page.goto(address + "tea/index.html?giscus=signed-in")  # as giscus leads back
        expect(seen.page.frame_locator(".giscus iframe").get_by_text("The thread")).to_be_visible()
        seen.page.goto(address + "tea/index.html")
        seen.page.get_by_role("button", name="Show comments").click()
        expect(seen.page.frame_locator(".giscus iframe").get_by_text("The thread")).to_be_visible()
        assert seen.complaints == []
        seen.page.unroute("https://giscus.app/**")
        seen.page.route("https://giscus.app/**", lambda route: route.abort())
        seen.page.reload()
        seen.page.get_by_role("button", name="Show comments").click()
        expect(seen.page.get_by_role("status").filter(has_text="did not load")).to_be_visible()


@pytest.mark.slow
def test_a_heading_keeps_its_address_until_comments_have_it(make_content):
    for more, address in (("", "comments"), (MAIL, "comments-2")):
        made = content(make_content, more)
        (made / "tea/sections/30-more.md").write_text("## Comments\n\nFrom guests.\n")
        assert page(build(made).files, "tea/index.html").xpath("//article//h2[text()='Comments']/@id") == [address]
