"""Silences: where they speak, that they never reach the page, and what is wrong with one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer.diagnostics import Diagnostic, Place
from explainer.silence import heeded, in_markdown, in_yaml, removed
from tests.conftest import build

FILE = Place("a.md", 10)
ONE = "<!-- check: ignore rule: a reason -->"


def spoken_of(found):
    return [(silence.rule, silence.reason, silence.line) for silence in found]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (f"Words. {ONE}\nMore.", [10]),
        (f"{ONE}\nWords.", [11]),
        (f"> {ONE}\n> Words.", [11]),
        (f"{ONE}\n{ONE}\nWords.", [12, 12]),
        ("<!-- check: ignore rule:\n  a reason -->\nWords.", [12]),
        (f"`{ONE}`", []),
        (f"```\n{ONE}\n```", []),
        ("<!-- check: is this right? -->", []),
    ],
)
def test_in_markdown(text, lines):
    assert spoken_of(in_markdown(text, FILE)) == [("rule", "a reason", line) for line in lines]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1  # check: ignore rule: a reason", 10),
        ("  # check: ignore rule: a reason\na: 1", 11),
        ("#check: ignore   rule:a reason\r\na: 1".replace("\r", ""), 11),
    ],
)
def test_in_yaml(text, line):
    assert spoken_of(in_yaml(text, FILE)) == [("rule", "a reason", line)]


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        ("check: ignore rule", "'rule' is ignored here without a reason"),
        ("check: ignore rule:", "'rule' is ignored here without a reason"),
        ("check: ignore rul: why", "there is no rule 'rul' to ignore"),
        ("check: ignore other: why", "'other' has nothing to say here"),
        ("check: ignore unasked: why", None),
        ("check: ignore rule: why", None),
    ],
)
def test_what_is_wrong_with_a_silence(comment, said):
    found = [Diagnostic("rule", "!", Place("a.md", 11), severity="warning")]
    kept = heeded(found, in_markdown(f"<!-- {comment} -->\nWords.", FILE), {"rule", "other", "unasked"}, {"rule", "other"})
    told = [item.message for item in kept if item.code == "bad-silence"]
    assert told == ([said] if said else [])
    assert (found[0] in kept) == ("ignore rule" not in comment)


def test_it_never_reaches_the_page_and_parts_no_paragraph(make_content):
    text = f"One {{{{ water }}}}\n{ONE}\ntwo {ONE} three.\n\n{ONE}\n- four\n{ONE}\n- five\n\n`{ONE}`\n\n{{{{ nothing }}}}\n"
    content = make_content({"tea/sections/20-more.md": text.replace("\n\n{{ nothing }}", "")})
    page = build(content).files["tea/index.html"].decode()
    assert page.count("check: ignore") == 1  # the code
    assert "\ntwo  three.</p>" in page
    assert "<li>four</li>\n<li>five</li>" in page


PIECES = st.lists(st.sampled_from(["Words.", "", "> quoted", "- item", "{{ x }}", "```", "`code`", "## Heading"]), max_size=8)


@settings(deadline=None)
@given(PIECES, st.integers(0, 8))
def test_a_line_of_its_own_goes_with_its_line_and_no_other(lines, at):
    at = min(at, len(lines))
    if lines[:at].count("```") % 2:
        return  # in code it stays
    text = "\n".join([*lines[:at], ONE, *lines[at:]])
    left = removed(text)
    assert left.count("\n") == text.count("\n")
    at_end = at == len(lines) and lines
    assert left.replace("{##\n##}", "") == "\n".join(lines) + ("\n" if at_end else "")
