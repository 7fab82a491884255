"""Prose: what each context makes of a number, and what can't be written."""

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explainer.content import Text
from explainer.diagnostics import Place, Problems
from explainer.model.simulate import Amount, simulate
from explainer.numerals import LOCALES
from explainer.prose.guess import scale
from explainer.prose.merge import Setting, Values, line, merge, plain
from explainer.prose.parse import parse, parse_line
from explainer.prose.passage import Known
from tests.test_model import assumption, model_of, quantity

MODEL = model_of(
    "axes: {year: 2024..2030, size: [small, big]}\n"
    f"assumptions:\n{assumption('pay', '480', 'thousand USD')}{assumption('share', '4 to 9', '%')}"
    "claims:\n  holds: {says: x, holds: share > 0}\n"
    f"quantities:\n{quantity('heads', '1000 * (coordinate(year) - 2020)', over='year')}{quantity('both', 'heads * 2', over='year, size')}"
    f"{quantity('when', 'first_when(heads > 5000)')}{quantity('never', 'first_when(heads > 50000)')}"
)
VALUES = Values(MODEL, simulate(MODEL), LOCALES["en"])
KNOWN = Known({name: MODEL.steps(MODEL.over(name)) for name in MODEL.numbers}, ("holds",), ("key", "other"), {"pay": True, "share": False})
MONEY = "$480,000"
PAY = f'<data value="480" data-quantity="pay">{MONEY}</data>'


def html(markdown: str) -> str:
    setting = Setting(VALUES, {"key": 1, "other": 2}, {"x.png": 1}, lambda figure: f"[{figure.alt}|{figure.caption}]", set())
    return merge(parse(Text(markdown, Place("a.md", 1)), KNOWN), setting).html


LINK = f'<a href="#n-pay" class="number">{PAY}</a>'
CITED = '<span class="citation">{}</span>'
CITED_KEY = '<a href="#source-key" title="Source">1</a>'
CITED_OTHER = '<a href="#source-other" title="Source">2</a>'
CONTEXTS = [
    ("prose", "It is {{ pay }}.", f"<p>It is {LINK}.</p>"),
    ("a step", "{{ heads[2026] }}", '<p><a href="#n-heads" class="number"><data value="6000" data-quantity="heads" data-at="2026">6,000</data></a></p>'),
    ("a step in a title", "## In {{ heads[2026].range }}", '<h2 id="in-heads">In <span data-quantity="heads" data-part="range" data-at="2026">6,000</span></h2>'),
    ("a step of two axes", "`{{ both[2026, 'big'] }}`", '<p><code><data value="12000" data-quantity="both" data-at="2026, big">12,000</data></code></p>'),
    ("a loop over steps", "{% for year in [2024, 2025] %}`{{ heads[year] }}` {% endfor %}", '<p><code><data value="4000" data-quantity="heads" data-at="2024">4,000</data></code> <code><data value="5000" data-quantity="heads" data-at="2025">5,000</data></code> </p>'),
    ("a loop over a range", "{% for year in range(2024, 2026) %}`{{ heads[year] }}` {% endfor %}", '<p><code><data value="4000" data-quantity="heads" data-at="2024">4,000</data></code> <code><data value="5000" data-quantity="heads" data-at="2025">5,000</data></code> </p>'),
    ("the first year in which", "`{{ when }}`", '<p><code><data value="2026" data-quantity="when">2026</data></code></p>'),
    ("a year that never comes", "`{{ never }}`", '<p><code><data value="inf" data-quantity="never">not by 2030</data></code></p>'),
    ("twice", "{{ pay }}{{ pay }}", f"<p>{LINK}{LINK}</p>"),
    ("emphasis", "**{{ pay }}** _{{ pay }}_", f"<p><strong>{LINK}</strong> <em>{LINK}</em></p>"),
    ("inside a word", "a{{ pay }}b", f"<p>a{LINK}b</p>"),
    ("link", "[see {{ pay }}](x.html)", f'<p><a href="x.html">see {PAY}</a></p>'),
    ("link's address", "[x](x.html?{{ pay }})", f'<p><a href="x.html?{MONEY}">x</a></p>'),
    ("heading", "## The {{ pay }} question", f'<h2 id="the-pay-question">The {PAY} question</h2>'),
    ("list", "- {{ pay }}\n- b", f"<ul>\n<li>{LINK}</li>\n<li>b</li>\n</ul>"),
    ("code", "`{{ pay }}`", f"<p><code>{PAY}</code></p>"),
    ("code block", "    {{ pay }}", f"<pre><code>{PAY}\n</code></pre>"),
    ("fenced code", "```\n<div> [^z] {{ pay }}\n\nb\n```", f"<pre><code>&lt;div&gt; [^z] {PAY}\n\nb\n</code></pre>"),
    ("raw HTML", "<mark>{{ pay }}</mark>", f"<p><mark>{LINK}</mark></p>"),
    ("raw block", "<div>\n{{ pay }}\n</div>", f"<div>\n{LINK}\n</div>"),
    ("attribute", '<b title="{{ pay }}">x</b>', f'<p><b title="{MONEY}">x</b></p>'),
    ("image", "![{{ pay }}](x.png '{{ pay }}')", f"[{PAY}|{PAY}]"),
    ("quote", "> {{ pay }}", f"<blockquote>\n<p>{LINK}</p>\n</blockquote>"),
    ("claim", "[at {{ pay }}](claim:holds)", f'<p><span class="claim" data-claim="holds" data-holds="true">at {LINK}</span></p>'),
    ("words", "{{ pay.label }} in {{ pay.unit }}", "<p>pay in thousand USD</p>"),
    ("citation", "Said [@key].", f"<p>Said{CITED.format(CITED_KEY)}.</p>"),
    ("citations", "Said [@key; @other].", f"<p>Said{CITED.format(f'{CITED_KEY}{CITED_OTHER}')}.</p>"),
    ("citation with words", "Said [see @key, p. 3; @other].", f"<p>Said{CITED.format(f'<span>see {CITED_KEY}, p. 3</span>{CITED_OTHER}')}.</p>"),
    ("citation with a number", "[@key, {{ pay }}]", f"<p>{CITED.format(f'<span>{CITED_KEY}, {LINK}</span>')}</p>"),
    ("not a citation", "`[@key]` a@key.org [a@key.org] \\[@key] [by @key](x.html)", '<p><code>[@key]</code> a@key.org [a@key.org] [@key] <a href="x.html">by @key</a></p>'),
    ("not a footnote", "`[^z]` \\[^z] x\n\n    [^z]", "<p><code>[^z]</code> [^z] x</p>\n<pre><code>[^z]\n</code></pre>"),
    ("work of another", "<cite>Moby-Dick</cite>", "<p><cite>Moby-Dick</cite></p>"),
    ("tags that close themselves", "a<br>b <!-- <b> --> `<b>` &lt;b>\n\n    <div>\n\n<ul><li>x<li>y</ul>", "<p>a<br>b <!-- <b> --> <code>&lt;b&gt;</code> &lt;b&gt;</p>\n<pre><code>&lt;div&gt;\n</code></pre>\n<ul><li>x</li><li>y</li></ul>"),
    ("aligned table", "| a |\n|--:|\n| b |", '<div class="scroll" tabindex="0" role="region" aria-label="a"><table>\n<thead>\n<tr>\n<th class="right">a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td class="right">b</td>\n</tr>\n</tbody>\n</table></div>'),
    ("loop", "{% for n in [1, 2] %}{{ n }} {{ pay }} {% endfor %}", f"<p>1 {LINK} 2 {LINK} </p>"),
    ("raw", "{% raw %}{{ pay }}{% endraw %}", "<p>{{ pay }}</p>"),
    ("callout", "> [!TIP] At {{ pay }}\n> Do *it*.", f'<div class="callout tip" role="note">\n<p class="callout-title">At {LINK}</p>\n<p>Do <em>it</em>.</p>\n</div>\n'),
    ("callout without a title", "> [!NOTE]\n> It.", '<div class="callout note" role="note">\n<p class="callout-title">Note</p>\n<p>It.</p>\n</div>\n'),
    ("guess", "> [!GUESS] How much is {{ pay.label }}?\n> It is {{ share.label }}: `{{ share.range }}` or {{ pay }}.", f'<div class="callout guess" role="note" data-guess="share" data-min="0" data-max="100" data-step="1">\n<p class="callout-title">How much is pay?</p>\n<div class="answer">\n<p>It is share: <code><span data-quantity="share" data-part="range">4–9\u202f%</span></code> or {LINK}.</p>\n</div>\n</div>\n'),
    ("guess at a step", "> [!guess] In 2026?\n> `{{ heads[2026] }}`", '<div class="callout guess" role="note" data-guess="heads" data-at="2026" data-min="0" data-max="20000" data-step="200">\n<p class="callout-title">In 2026?</p>\n<div class="answer">\n<p><code><data value="6000" data-quantity="heads" data-at="2026">6,000</data></code></p>\n</div>\n</div>\n'),
    ("guess at a year", "> [!GUESS] When?\n> `{{ when }}`", '<div class="callout guess" role="note" data-guess="when" data-min="2024" data-max="2031" data-step="1">\n<p class="callout-title">When?</p>\n<div class="answer">\n<p><code><data value="2026" data-quantity="when">2026</data></code></p>\n</div>\n</div>\n'),
    ("control", "at [a *salary* of {{ pay }}](assume:pay)", f'<p>at <a class="assume" href="#n-pay" data-control="pay">a <em>salary</em> of {PAY}</a></p>'),
    ("choice", "a {% if claims.holds %}b{% else %}c{% endif %} d", '<p>a <span data-if="holds" data-when="true">b</span><span data-if="holds" data-when="false" hidden="">c</span> d</p>'),
    ("choice of not", "{% if not claims.holds %}b{% endif %}", '<p><span data-if="holds" data-when="false" hidden="">b</span></p>'),
    ("choice of blocks", "{% if claims.holds %}\n\nb {{ pay }}\n\n{% endif %}", f'<div data-if="holds" data-when="true">\n<p>b {LINK}</p>\n</div>'),
    ("choice in an attribute", '<b title="{% if claims.holds %}yes{% else %}no{% endif %}">x</b>', '<p><b title="yes">x</b></p>'),
    ("choice in emphasis", "*{% if claims.holds %}b{% endif %}*", '<p><em><span data-if="holds" data-when="true">b</span></em></p>'),
    ("no number", "100 % & {x} < y", "<p>100 % &amp; {x} &lt; y</p>"),
]  # fmt: skip


@pytest.mark.parametrize(("markdown", "expected"), [case[1:] for case in CONTEXTS], ids=[case[0] for case in CONTEXTS])
def test_contexts(markdown, expected):
    assert html(markdown) == expected


def test_lines_keep_markup_out():
    passage = parse_line(Text("{{ pay }} < <b>*{{ share.range }}*</b>", Place("a.md", 2)), KNOWN)
    assert plain(passage, VALUES) == f"{MONEY} < <b>*4–9\u202f%*</b>"
    assert line(passage, VALUES).startswith(PAY)
    assert "&lt;b&gt;*<span data-quantity" in line(passage, VALUES)


def test_parts_and_digits():
    text = html("{{ share.low }} {{ share.high }} {{ share.range }} {{ pay | number(digits=2) }}")
    assert re.sub("<[^>]+>", "", text) == "4\u202f% 9\u202f% 4–9\u202f% $480,000"
    assert 'data-part="low"' in text
    assert 'data-digits="2"' in text


REFUSED = [
    ("{{ pey }}", "unknown-name", 1), ("a\n\n{{ pay * 2 }}", "calculation-in-prose", 3), ("{{ pay ~ share }}", "calculation-in-prose", 1),
    ("{% if pay > 3 %}x{% endif %}", "calculation-in-prose", 1), ("{% if pay %}x{% endif %}", "calculation-in-prose", 1), ("{{ pay.mean }}", "unknown-part", 1),
    ("{{ -pay }}", "calculation-in-prose", 1), ("{{ pay if share else 3 }}", "calculation-in-prose", 1), ("{{ pay is defined }}", "calculation-in-prose", 1),
    ("{{ pay | round }}", "not-in-prose", 1), ("\n{{ pay | number(digits=0) }}", "unknown-part", 2), ("{{ 3 | number(digits=1) }}", "unknown-part", 1),
    ("{{ pay", "bad-template", 1), ("{{ pay | nofilter }}", "not-in-prose", 1), ("{{ ''.__class__ }}", "bad-template", 1), ("{{ 1 / 0 }}", "calculation-in-prose", 1),
    ("{{ pay._name }}", "bad-template", 1), ("{% for x in pay %}{% endfor %}", "not-in-prose", 1), ("{{ range(10 ** 9) }}", "calculation-in-prose", 1),
    ("{% for x in range(10000000) %}x{% endfor %}", "not-in-prose", 1), ("{% set a = 'xx' %}", "not-in-prose", 1), ("{% macro f() %}{% endmacro %}", "not-in-prose", 1),
    ("{{ [pay] }}", "calculation-in-prose", 1), ("{{ pay[share] }}", "calculation-in-prose", 1), ("![a](chart:x)\n\n![](chart:x)", "missing-alt", 3),
    ("{% include 'x' %}", "not-in-prose", 1), ("a\n{% if claims.no %}x{% endif %}", "unknown-claim", 2), ("{{ claims.holds }}", "unknown-name", 1),
    ("a\n{% if claims.holds %}\n\nb\n\nc {% endif %} d", "broken-choice", 2), ("**a {% if claims.holds %}b** c{% endif %}", "broken-choice", 1),
    ("a\n{{ heads }}", "unknown-part", 2), ("{{ heads[2040] }}", "unknown-part", 1), ("{{ pay[2026] }}", "unknown-part", 1), ("{{ both[2026] }}", "unknown-part", 1),
    ("![](x.png)", "missing-alt", 1), ("a\n[x](chart:use)", "bad-link", 2), ("[x](Claim:holds)", "bad-link", 1), ("[x](javascript:alert(1))", "bad-link", 1), ("\ue0000\ue001", "bad-character", 1), ("[x](claim:no)", "unknown-claim", 1), ("a\nb [@no]", "unknown-source", 2),
    ("a\n{% if claims.holds %}\nb\nc", "bad-template", 2), ("{% if claims.holds %}a{% endif %}\n{% if claims.holds %}\n{% for n in [1] %}{% endfor %}\nb", "bad-template", 2),
    ("a\n{% for n in [1] %}x\n\nc", "bad-template", 2), ("a\nb{% endif %}\nc", "bad-template", 2),
    ("```\n\n[^z]\n\n```\n\n[^z]", "unknown-footnote", 7), ("```\n<div>\n```\n\n<div>", "unclosed-tag", 5), ("`[^z]`\n[^z]", "unknown-footnote", 2), ("a[^b]\n[^z]\n\n[^b]: note", "unknown-footnote", 2), ("a\n[@key, p. 3; p. 4]", "bad-citation", 2), ("[-@key]", "bad-citation", 1),
    ("a\n\n> [!INFO] x\n> y", "unknown-callout", 3), ("> [!TIP] x\n>\n> [!DANGER] y", "unknown-callout", 3), ("`@no`\n[see @no, p. 3]", "unknown-source", 2),
    ("a\n\n> [!GUESS] How much?\n> No number.", "bad-guess", 3), ("> [!GUESS] How much?\n> {{ pay.unit }}", "bad-guess", 1), ("> [!GUESS]\n> {{ pay }}", "bad-guess", 1),
    ("> [!GUESS] {{ pay }}?\n> {{ pay }}\n\na\n\n> [!GUESS] x {{ pay }}\n> y", "bad-guess", 6), ("> [!GUESS] x\n> {{ heads }}", "unknown-part", 2), ("```\n> [!GUESS] x\n```\n\n> [!GUESS] y\n> z", "bad-guess", 5),
    ("a\n[x](assume:pey)", "unknown-assumption", 2), ("a\n[x](assume:share)", "not-for-readers", 2), ("[x](assume:heads)", "not-for-readers", 1), ("[x](assume:)", "unknown-assumption", 1),
    ("a `<b>`\n<b>b\n\nc", "unclosed-tag", 2), ("a\n\n<div>\nb\n\nc", "unclosed-tag", 3), ("<b>a</b>\n\n<b>c", "unclosed-tag", 3), ("a\n\n<table><tr><td>x\n\n## C", "unclosed-tag", 3),
    ("a\n<span title='{{ pay }}'>b", "unclosed-tag", 2), ("an <name> here", "unclosed-tag", 1), ("<details>\n\n<summary>x</summary>\n\ny", "unclosed-tag", 1),
]  # fmt: skip


@pytest.mark.parametrize(("markdown", "code", "row"), REFUSED, ids=[case[0][:30] for case in REFUSED])
def test_refused_at_its_line(markdown, code, row):
    with pytest.raises(Problems) as problems:
        parse(Text(markdown, Place("a.md", 1)), KNOWN)
    assert code in {problem.code for problem in problems.value.diagnostics}
    assert {problem.place.line for problem in problems.value.diagnostics} == {row}


SCALES = [
    ("4 to 9", "%", (0, 100, 1)), ("0.4 to 0.9", "%", (0, 5, 0.05)), ("40 to 180", "%", (0, 1000, 10)), ("normal(-20, 5)", "%", (-100, 0, 1)),
    ("135", "billion USD", (0, 500, 5)), ("480", "thousand USD", (0, 2000, 20)), ("33", "", (0, 100, 1)), ("34", "", (0, 200, 2)), ("0", "", (0, 1, 0.01)),
    ("normal(0, 10)", "", (-50, 50, 1)), ("normal(5, 5)", "", (-50, 50, 1)), ("-2", "", (-10, 0, 0.1)), ("1e-9", "", (0, 5e-9, 5e-11)),
]  # fmt: skip


@pytest.mark.parametrize(("value", "unit", "expected"), SCALES, ids=[f"{case[0]} {case[1]}" for case in SCALES])
def test_the_scale_of_a_guess(value, unit, expected):
    model = model_of(f"assumptions:\n{assumption('x', value, unit)}")
    assert scale(model, "x", simulate(model).amount("x")) == pytest.approx(expected)


@given(st.floats(-1e15, 1e15), st.floats(1e-9, 1e15))
def test_a_scale_holds_its_range_and_its_steps_fit(low, width):
    model = model_of(f"assumptions:\n{assumption('x', '1', '%')}")
    bottom, top, step = scale(model, "x", Amount(low + width / 2, low, low + width))
    assert bottom <= low
    assert top >= low + width
    assert (top - bottom) / step == pytest.approx(round((top - bottom) / step))
    assert 20 <= round((top - bottom) / step) <= 100


def test_a_control_tells_the_three_ways_to_be_wrong():
    with pytest.raises(Problems) as problems:
        parse(Text("[a](assume:share)\n[b](assume:heads)\n[c](assume:pey)", Place("a.md", 1)), KNOWN)
    assert [(p.message, p.hint) for p in problems.value.diagnostics] == [
        ("the reader may not set 'share'", "add 'reader: true' to it in model.yaml"),
        ("'heads' is computed: the reader sets assumptions", "name one that it rests on"),
        ("unknown assumption 'pey'", "did you mean 'pay'?"),
    ]


def test_every_unknown_name_is_reported():
    with pytest.raises(Problems) as problems:
        parse(Text("{{ a }}\n{{ b }}\n\n{{ a }}", Place("a.md", 10)), KNOWN)
    assert [(p.place.line, p.message) for p in problems.value.diagnostics] == [
        (10, "unknown quantity 'a'"), (11, "unknown quantity 'b'"), (13, "unknown quantity 'a'"),
    ]  # fmt: skip


@given(st.text(max_size=80))
def test_any_text_is_parsed_or_refused(text):
    with contextlib.suppress(Problems):
        parse(Text(text, Place("a.md", 1)), KNOWN)
