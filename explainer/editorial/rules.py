"""The rules: their names, how grave each is, and what it says. The reference's table is this one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from explainer import silence
from explainer.diagnostics import Diagnostic, Place, Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """What an editor looks at."""

    severity: Severity
    says: str


RULES: Mapping[str, Rule] = {
    "undeclared-number": Rule("warning", "a figure in the prose that is neither computed nor beside a citation in its sentence"),
    "thin-alt": Rule("warning", "the alternative text of a chart or photograph says too little, or is a file's name"),
    "repeated-alt": Rule("warning", "the alternative text is the caption once more"),
    "skipped-heading": Rule("warning", "a heading more than one level below the one before, or one that competes with the title"),
    "repeated-heading": Rule("warning", "two headings with the same words"),
    "empty-heading": Rule("warning", "a heading without words"),
    "unused": Rule("warning", "an assumption, quantity, table or source on which nothing that is shown rests; an author of nothing"),
    "stale-source": Rule("warning", "a source on the web that nobody has opened for a year, or for `stale_after` days"),
    "missing-metadata": Rule("warning", "no description, no authors, or no `base_url`"),
    "long-description": Rule("warning", "a description that search engines would cut"),
    "dead-link": Rule("warning", "an address elsewhere that is not there, or that nobody answers (`--external`)"),
    "refused-link": Rule("note", "an address elsewhere that refuses programs: look yourself (`--external`)"),
    "moved-link": Rule("note", "an address elsewhere that has moved for good (`--external`)"),
    silence.RULE: Rule("warning", "`check: ignore` without a reason, of an unknown rule, or where there is nothing to ignore"),
}
EXTERNAL = ("dead-link", "refused-link", "moved-link")
LONGEST = 60  # letters of an author's words in a message


def remark(rule: str, message: str, place: Place, hint: str = "") -> Diagnostic:
    """What a rule says of a place."""
    return Diagnostic(rule, message, place, hint, RULES[rule].severity)


def short(words: str) -> str:
    """An author's words for a message."""
    words = " ".join(words.split())
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 2]} …"
