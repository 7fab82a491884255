"""An author's templates and static files take the place of ours, file by file; what is wrong with one is told at its line."""

import pytest
from click.testing import CliRunner

from explainer import cli
from explainer.diagnostics import Problems
from tests.conftest import DOCUMENTATION, build


@pytest.fixture
def make_site(make_content):
    """The small site with files beside its content; returns its content folder."""

    def make(files):
        content = make_content()
        for name, text in files.items():
            path = content.parent / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return content

    return make


def asset(site, name):
    (path,) = [path for path in site.files if path.startswith("static/") and path.endswith("/" + name)]
    return site.files[path].decode()


def test_a_template_of_the_author_takes_the_place_of_ours_and_the_others_stay(make_site):
    home = '{% extends "base.html" %}\n{% block body %}\n<main id="content">{% include "mine/list.html" %}</main>\n{% endblock %}\n'
    listed = "{% for article in articles %}<a href='{{ article.address }}'>{{ article.title }}</a>{% endfor %}"
    site = build(make_site({"templates/home.html": home, "templates/mine/list.html": listed}))
    page = site.files["index.html"].decode()
    assert "<main id=\"content\"><a href='tea/index.html'>Tea for 40\u00a0guests</a></main>" in page
    assert "every number computed or cited" in page  # our base.html
    assert '<header class="title">' in site.files["tea/index.html"].decode()


def test_parts_of_the_style_are_replaced_added_and_followed_by_the_theme(make_site):
    files = {
        "static/style/1-tokens.css": ":root { --mine: 1; }",
        "static/style/95-mine.css": ".mine { color: red; }",
        "static/style/face.woff2": b"\0\1",
        "static/logo.svg": "<svg/>",
        "static/.DS_Store": "x",
        "static/style/.9-media.css.swp": "x",
        "content/theme.css": ".theme { color: blue; }",
    }
    site = build(make_site(files))
    style = asset(site, "style.css")
    assert style.startswith(":root{--mine:1}")
    assert "--measure:" not in style
    assert style.endswith(".mine{color:red}.theme{color:blue}")
    assert asset(site, "logo.svg") == "<svg/>"
    assert asset(site, "style/face.woff2") == "\0\1"
    assert asset(site, "reader.js")
    assert not any(".DS_Store" in path or ".swp" in path for path in site.files)


@pytest.mark.slow
def test_another_style_has_another_address(make_site):
    plain = {path for path in build(make_site({})).files if path.endswith("style.css")}
    themed = {path for path in build(make_site({"static/style/95-mine.css": "p { margin: 0; }"})).files if path.endswith("style.css")}
    assert plain.isdisjoint(themed)


CASES = [
    ({"home.html": "a\n\n{% if %}"}, "templates/home.html:3: error[bad-template]: not a template: Expected an expression", "Jinja"),
    ({"home.html": "a\n{{ titel }}"}, "templates/home.html:2: error[bad-template]: unknown name 'titel'", "known here: articles, frame"),
    ({"home.html": "a\n{{ artices }}"}, "templates/home.html:2: error[bad-template]: unknown name 'artices'", "did you mean 'articles'?"),
    ({"base.html": "a\n{{ frame.zzz }}"}, "templates/base.html:2: error[bad-template]: Frame has no 'zzz'", "known here: alternates, canonical, csp"),
    ({"article.html": "{{ key_figures[0].value.txt }}"}, "templates/article.html:1: error[bad-template]: Cell has no 'txt'", "did you mean 'text'?"),
    ({"home.html": "{% extends 'bse.html' %}"}, "templates/home.html:1: error[bad-template]: there is no template 'bse.html'", "did you mean 'base.html'?"),
    ({"home.html": "\n{{ 1 | nothing }}"}, "templates/home.html:2: error[bad-template]: not a template: No filter named 'nothing'.", ""),
    ({"home.html": "\n{{ 1 / 0 }}"}, "templates/home.html:2: error[bad-template]: this fails: ZeroDivisionError", "compare"),
    ({"home.html": "\n{% include 'home.html' %}"}, "templates/home.html:2: error[bad-template]: this goes round in a circle", ""),
    ({"home.html": "\n{{ range(10 ** 9) | list }}"}, "templates/home.html:2: error[bad-template]: this fails: OverflowError", ""),
    ({"home.html": "\n{{ ''.__class__.__mro__ }}"}, "templates/home.html:2: error[bad-template]: this fails: SecurityError", ""),
    ({"home.html": b"a\n\xff"}, "templates/home.html:2: error[not-utf-8]", "save it as UTF-8"),
    ({"home.html": "\n\n{% include 'card.html' %}"}, "templates/home.html:3: error[bad-template]: unknown name 'card'", "known here: articles, frame"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("templates", "problem", "hint"), CASES)
def test_a_mistake_in_a_template_is_told_at_its_line(make_site, templates, problem, hint):
    content = make_site({f"templates/{name}": text for name, text in templates.items()})
    with pytest.raises(Problems) as raised:
        build(content)
    assert problem in str(raised.value)
    assert hint in str(raised.value)


def test_a_sheet_that_would_not_be_read_is_said(make_site):
    with pytest.raises(Problems, match=r"static/style\.css: error\[ignored-file\]"):
        build(make_site({"static/style.css": "p { margin: 0; }"}))


@pytest.mark.parametrize("out", ["static", "templates/site", "static/style"])
def test_the_site_is_never_written_over_what_it_is_made_from(make_site, out):
    content = make_site({})
    result = CliRunner().invoke(cli.main, ["build", "--content", str(content), "--out", str(content.parent / out)])
    assert result.exit_code == 1
    assert "--out" in result.stderr
    assert not (content.parent / out).exists()


def test_the_readme_says_where(make_site):
    readme = DOCUMENTATION
    for name in ("static/style/1-tokens.css", "static/style/95-mine.css", "templates/"):
        assert name in readme
