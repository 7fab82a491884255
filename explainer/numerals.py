"""Numbers as people write them: "$135 billion", "8,000 people", "4–9 %".

One specification, implemented twice: here and in `static/numerals.js`; the tests hold the two
to the same characters. All rounding works on the digits of the shortest decimal that reads back
as the same double (Python's `repr`, JavaScript's `String`), half away from zero, so that the
two languages cannot differ.

1. *Place.* The last digit shown stands for 10**place.
   An exact whole number below a million is written in full; any other exact value has three
   significant digits. An uncertain value keeps the digits that matter: a step of at most a
   twentieth of its range's width, and three significant digits at most.
   The ends of a range share a step of at most a quarter of the width.
2. *Scale.* Where the style allows it, what rounds to a million or more is written in millions,
   billions or trillions. Both ends of a range share the scale of the larger one.
   What has sixteen digits before the point, or begins after the fourth place behind it, is written
   with a power of ten.
3. A *step* of an axis, such as a year, is written as it is; one that never comes as "not by" the last.
4. *Zeros* after the decimal point are dropped at the end, in a range only where both ends have them.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Locale:
    """How a language writes numbers and dates. `scales` maps a power of ten to its word."""

    decimal: str
    group: str
    minus: str
    dash: str
    to: str
    scales: tuple[tuple[int, str], ...]
    not_by: str
    not_before: str
    date: str
    months: tuple[str, ...]


LOCALES: Mapping[str, Locale] = MappingProxyType(
    {
        "en": Locale(
            decimal=".",
            group=",",
            minus="\N{MINUS SIGN}",
            dash="\N{EN DASH}",
            to=" to ",
            scales=((12, " trillion"), (9, " billion"), (6, " million")),
            not_by="not by {}",
            not_before="not before {}",
            date="{day} {month} {year}",
            months=(
                "January",
                "February",
                "March",
                "April",
                "May",
                "June",
                "July",
                "August",
                "September",
                "October",
                "November",
                "December",
            ),
        ),
        "de": Locale(
            decimal=",",
            group=".",
            minus="\N{MINUS SIGN}",
            dash="\N{EN DASH}",
            to=" bis ",
            scales=((12, " Bio."), (9, " Mrd."), (6, " Mio.")),
            not_by="nicht bis {}",
            not_before="nicht vor {}",
            date="{day}. {month} {year}",
            months=("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Style:
    """How the values of one unit are written.

    `factor` turns a value in its declared unit into the number shown (135 billion USD: 1e9);
    `one` and `many` follow the number; `scaled` allows "million" and its kin. With `last`, the values are
    steps of an axis up to `last`, and infinity is a step that never comes.
    """

    factor: float = 1.0
    prefix: str = ""
    one: str = ""
    many: str = ""
    scaled: bool = False
    last: float | None = None


PLAIN = Style()
PERCENT = Style(one="\N{NARROW NO-BREAK SPACE}%", many="\N{NARROW NO-BREAK SPACE}%")
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
MAX_DIGITS = 3


def central(value: float, low: float, high: float, style: Style, locale: Locale, digits: int | None = None) -> str:
    """The central value, rounded as its range deserves, or to `digits` significant digits."""
    if style.last is not None:
        return _step(value, style.last, locale)
    shown, lo, hi = value * style.factor, low * style.factor, high * style.factor
    if digits is not None:
        place = exponent(shown) - digits + 1
    elif lo == hi:
        place = 0 if shown.is_integer() and abs(shown) < 1e6 else exponent(shown) - MAX_DIGITS + 1
    else:
        place = max(exponent((hi - lo) / 20), exponent(shown) - MAX_DIGITS + 1)
    return _write([rounded(shown, place)], place, style, locale)


def interval(low: float, high: float, style: Style, locale: Locale) -> str:
    """The range, its ends rounded alike: "4–9 %", "$2.8–5.6 billion"."""
    if style.last is not None:
        return _steps(low, high, style.last, locale)
    ends, place = _ends(low, high, style)
    return _write(ends, place, style, locale)


def end(low: float, high: float, which: str, style: Style, locale: Locale) -> str:
    """One end of the range ("low" or "high"), rounded as in the whole range."""
    if style.last is not None:
        return _step(low if which == "low" else high, style.last, locale)
    ends, place = _ends(low, high, style)
    return _write([ends[0] if which == "low" else ends[-1]], place, style, locale)


def _step(value: float, last: float, locale: Locale) -> str:
    return locale.not_by.format(int(last)) if math.isinf(value) else str(int(value))


def _steps(low: float, high: float, last: float, locale: Locale) -> str:
    if low == high:
        return _step(low, last, locale)
    return locale.not_before.format(int(low)) if math.isinf(high) else f"{int(low)}{locale.dash}{int(high)}"


def _ends(low: float, high: float, style: Style) -> tuple[list[int], int]:
    lo, hi = low * style.factor, high * style.factor
    largest = max(abs(lo), abs(hi))
    if lo == hi:
        place = 0 if lo.is_integer() and abs(lo) < 1e6 else exponent(lo) - MAX_DIGITS + 1
        return [rounded(lo, place)], place
    place = max(exponent((hi - lo) / 4), exponent(largest) - MAX_DIGITS + 1)
    for _ in range(MAX_DIGITS):
        if rounded(lo, place) != rounded(hi, place):
            break
        place -= 1
    return [rounded(lo, place), rounded(hi, place)], place


def day(date: datetime.date, locale: Locale) -> str:
    """A date in words: "23 November 2026"."""
    return locale.date.format(day=date.day, month=locale.months[date.month - 1], year=date.year)


def exponent(value: float) -> int:
    """The power of ten of the first significant digit: 2 for 135.0; 0 for zero."""
    return Decimal(repr(value)).adjusted() if value else 0


def rounded(value: float, place: int) -> int:
    """How many times 10**place `value` is, half away from zero."""
    sign, digits, power = Decimal(repr(value)).as_tuple()
    assert isinstance(power, int)
    whole = int("".join(map(str, digits)))
    if power >= place:
        count = int(whole * 10 ** (power - place))
    else:
        divisor = int(10 ** (place - power))
        count = (2 * whole + divisor) // (2 * divisor)
    return -count if sign else count


def _write(counts: list[int], place: int, style: Style, locale: Locale) -> str:
    largest = max(map(abs, counts))
    size = len(str(largest)) - 1 + place if largest else 0
    scale, word = next(((s, w) for s, w in locale.scales if style.scaled and size >= s), (0, ""))
    if size >= 15 or size < -4:
        scale, word = size, f"\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10{str(size).translate(SUPERSCRIPT)}"
    while place < scale and all(count % 10 == 0 for count in counts):
        counts, place = [count // 10 for count in counts], place + 1
    numbers = [_digits(abs(count), place - scale, locale) for count in counts]
    signs = [locale.minus if count < 0 else "" for count in counts]
    noun = style.one if numbers == ["1"] and not word else style.many
    if len(numbers) == 2 and any(signs):
        text = locale.to.join(sign + style.prefix + number for sign, number in zip(signs, numbers, strict=True))
        return text + word + noun
    return signs[0] + style.prefix + locale.dash.join(numbers) + word + noun


def _digits(count: int, place: int, locale: Locale) -> str:
    if place >= 0:
        whole, fraction = str(count * 10**place), ""
    else:
        text = str(count).rjust(1 - place, "0")
        whole, fraction = text[:place], text[place:]
    head = len(whole) % 3
    groups = [whole[:head]] * bool(head) + [whole[i : i + 3] for i in range(head, len(whole), 3)]
    return locale.group.join(groups) + (locale.decimal + fraction if fraction else "")


def published(value: float) -> float:
    """The value at nine significant digits: `exp` and `log` differ beyond them between machines."""
    return float(f"{value:.8e}")
