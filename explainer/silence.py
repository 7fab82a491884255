"""A remark of an editor that an author has answered in its place: `check: ignore RULE: the reason`.

In Markdown it is an HTML comment, which never reaches the page; in YAML a comment. Behind words it speaks of its own
line, alone on its line of the next one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from explainer.diagnostics import Diagnostic, Place, did_you_mean

RULE = "bad-silence"
SAYS = r"check:[ \t]*ignore\b(?P<says>.*?)"
COMMENT = re.compile(rf"<!--[ \t]*{SAYS}-->", re.DOTALL)
YAML = re.compile(rf"(?:^|(?<=[ \t]))#[ \t]*{SAYS}$", re.MULTILINE)
ALONE = re.compile(r"[ \t>]*")
FENCE = re.compile(r"(`{3,}|~{3,})(?!.*`)")
SPAN = re.compile(r"(?<![\\`])(`+)(?!`)(?:(?!\n\s*\n).)+?(?<!`)\1(?!`)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Silence:
    """One silence: the rule, why, where it is written, and the line of which it speaks."""

    rule: str
    reason: str
    place: Place
    line: int


def in_markdown(text: str, start: Place) -> tuple[Silence, ...]:
    """The silences of a text that begins at `start`."""
    return _found(COMMENT, text, without_code(text), start)


def in_yaml(text: str, start: Place) -> tuple[Silence, ...]:
    """The silences of a YAML file, or of a part of one that begins at `start`."""
    return _found(YAML, text, text, start)


def _found(pattern: re.Pattern[str], text: str, bare: str, start: Place) -> tuple[Silence, ...]:
    found: list[Silence] = []
    for match in pattern.finditer(bare):
        rule, _, reason = " ".join(text[match.start("says") : match.end("says")].split()).partition(":")
        first = (start.line or 1) + text.count("\n", 0, match.start())
        last = first + match[0].count("\n")
        alone = _is_alone(bare, match)
        found.append(Silence(rule.strip(), reason.strip(), Place(start.file, first), last + 1 if alone else first))
    by_place = {silence.place.line: silence for silence in found}
    return tuple(replace(silence, line=_spoken_of(silence, by_place)) for silence in found)


def _spoken_of(silence: Silence, others: dict[int | None, Silence]) -> int:
    """Of several silences below one another all speak of the line below the last."""
    line = silence.line
    while line != silence.place.line and line in others and others[line].line != line:
        line = others[line].line
    return line


def _is_alone(text: str, match: re.Match[str]) -> bool:
    """Whether nothing else stands on the lines of a comment, but the signs of a quotation."""
    before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
    after = text[match.end() :].partition("\n")[0]
    return bool(ALONE.fullmatch(before)) and not after.strip()


def removed(markdown: str) -> str:
    """A text without its silences. What is alone on its line takes the line along, in a comment of our own that keeps count."""
    bare, parts, end = without_code(markdown), [], 0
    for match in COMMENT.finditer(bare):
        lines = "\n" * match[0].count("\n")
        if _is_alone(bare, match):
            start, stop = bare.rfind("\n", 0, match.start()) + 1, bare.find("\n", match.end()) + 1 or len(bare)
            lines += "\n" * bare.count("\n", match.end(), stop)
        else:
            start, stop = match.span()
        parts += [markdown[end:start], f"{{##{lines}##}}" if lines else ""]
        end = stop
    return "".join([*parts, markdown[end:]])


@lru_cache(maxsize=4)
def without_code(markdown: str) -> str:
    """The text with a space for each character of its fenced blocks and code spans."""
    lines, fence = [], ""
    for line in markdown.split("\n"):
        mark = FENCE.match(line)
        closes = fence and line.rstrip() == fence
        lines.append(" " * len(line) if fence or mark else line)
        fence = "" if closes else fence or (mark[1] if mark else "")
    return SPAN.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), "\n".join(lines))


def heeded(
    found: Iterable[Diagnostic], silences: Iterable[Silence], rules: Collection[str], asked: Collection[str]
) -> tuple[Diagnostic, ...]:
    """What no silence answers, and the silences that are wrong themselves: of `rules` those `asked` have been looked for."""
    found, kept, answered = tuple(found), [], set()
    by_line: dict[tuple[str, str, int | None], list[Silence]] = {}
    for silence in silences:
        by_line.setdefault((silence.rule, silence.place.file, silence.line), []).append(silence)
    for diagnostic in found:
        own = by_line.get((diagnostic.code, diagnostic.place.file, diagnostic.place.line), [])
        answered.update(own)
        if not own:
            kept.append(diagnostic)
    written = (silence for group in by_line.values() for silence in group)
    wrongs = ((silence, _wrong(silence, silence in answered, rules, asked)) for silence in written)
    return (*kept, *(Diagnostic(RULE, wrong[0], silence.place, wrong[1], "warning") for silence, wrong in wrongs if wrong))


def _wrong(silence: Silence, answers: bool, rules: Collection[str], asked: Collection[str]) -> tuple[str, str] | None:
    """What is wrong with a silence, and what to do; None where nothing is."""
    if silence.rule not in rules:
        return f"there is no rule '{silence.rule}' to ignore", did_you_mean(silence.rule, rules)
    if not silence.reason:
        return f"'{silence.rule}' is ignored here without a reason", f"say why: 'check: ignore {silence.rule}: …'"
    if not answers and silence.rule in asked:
        return f"'{silence.rule}' has nothing to say here", "remove this comment, or move it to the line it is for, or to the one before"
    return None
