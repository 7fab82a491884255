"""What has moved since an editor last accepted the numbers, and because of what."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from explainer import numerals
from explainer.lock import Accepted, Cause, Change, Lock, Moved, RestsOn, Root, accepted, key, rests_on, roots
from explainer.model.model import Model
from explainer.model.simulate import Numbers
from explainer.model.spec import ModelSpec
from explainer.model.units import Unit, units_of
from explainer.numerals import Locale, Style, published

TOLERANCE = 1e-7  # processors differ in their last digits
POINT = 0.01  # of the draws: by how much a claim's share may move unsaid
MOST_STEPS = 3  # that are shown of one number
PERCENT = Style(one="\N{NARROW NO-BREAK SPACE}% of the draws", many="\N{NARROW NO-BREAK SPACE}% of the draws")


@dataclass(frozen=True, slots=True)
class Move:
    """A number or claim that moved; `exact` is for machines' eyes, where people would write the same as before."""

    said: Moved
    exact: tuple[str, str] = ("", "")

    @property
    def visible(self) -> bool:
        """Whether people would write it differently now."""
        return self.said.was != self.said.now


@dataclass(frozen=True, slots=True)
class Drift:
    """What moved in one article, with all causes of it; `locked` is False where nothing has ever been accepted."""

    article: str
    locked: bool
    moved: tuple[Move, ...] = ()
    causes: tuple[Cause, ...] = ()
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def is_none(self) -> bool:
        """Whether everything is as it was accepted."""
        return self.locked and not (self.moved or self.new or self.gone)


@dataclass(frozen=True, slots=True)
class _State:
    """The model as it is now, beside what was accepted."""

    lock: Lock
    spec: ModelSpec
    model: Model
    numbers: Numbers
    now: Mapping[str, Accepted]
    rests_on: RestsOn
    locale: Locale


def compare(article: str, lock: Lock | None, spec: ModelSpec, model: Model, numbers: Numbers, locale: Locale) -> Drift:
    """What has moved since the lock was written."""
    if lock is None:
        return Drift(article, locked=False)
    state = _State(lock, spec, model, numbers, accepted(model, numbers), rests_on(spec, model), locale)
    moves = [move for name in model.numbers for move in _moves(name, state)] + _claims(state)
    causes = {cause.what: cause for _, found in moves for cause in found}
    before, after = [*lock.numbers, *map(_claim, lock.claims)], [*state.now, *map(_claim, model.claims)]
    return Drift(
        article,
        locked=True,
        moved=tuple(move for move, _ in moves),
        causes=tuple(causes.values()),
        new=_listed(after, set(before)),
        gone=_listed(before, set(after)),
    )


def _claim(name: str) -> str:
    return f"claim {name}"


def _listed(keys: Iterable[str], others: set[str]) -> tuple[str, ...]:
    """The keys that are not among the others, steps of one number together."""
    steps: dict[str, list[str]] = {}
    for item in keys:
        if item not in others:
            name, _, step = item.partition("[")
            steps.setdefault(name, []).append(step.removesuffix("]"))
    return tuple(name if found == [""] else f"{name}[{_few(found)}]" for name, found in steps.items())


def _few(steps: list[str]) -> str:
    return "; ".join(steps) if len(steps) <= MOST_STEPS else f"{steps[0]} … {steps[-1]}"


def close(was: Accepted, now: Accepted) -> bool:
    """Whether two amounts are the same but for the last digits of a processor."""
    ends = [(was.value, now.value), (was.low, now.low), (was.high, now.high)]
    if was.unit != now.unit or was.last != now.last or any(math.isinf(a) != math.isinf(b) for a, b in ends):
        return False
    finite = [(a, b) for a, b in ends if math.isfinite(a)]
    sizes = [abs(value) for value in (was.value, now.value) if math.isfinite(value)]
    widths = [item.high - item.low for item in (was, now) if math.isfinite(item.high - item.low)]
    return all(abs(a - b) <= TOLERANCE * max([*sizes, *widths], default=0.0) for a, b in finite)


def _moves(name: str, state: _State) -> list[tuple[Move, list[Cause]]]:
    """A number that moved; of one with many steps the first, the last, and the one that moved most."""
    steps = state.model.steps(state.model.over(name))
    pairs = [(step, state.lock.numbers.get(key(name, step)), state.now[key(name, step)]) for step in steps]
    moved = [(step, was, now) for step, was, now in pairs if was is not None and not close(was, now)]
    if not moved:
        return []
    causes = _causes(roots(name, state.spec, state.model), state)
    if moved[0][1].unit != moved[0][2].unit and name in state.model.quantities:
        causes.append(Cause(what=f"unit of {name}", was=moved[0][1].unit or "none", now=moved[0][2].unit or "none"))
    most = max(range(len(moved)), key=lambda index: _distance(*moved[index][1:]))
    shown = range(len(moved)) if len(moved) <= MOST_STEPS else sorted({0, most, len(moved) - 1})
    return [(_move(name, *moved[index], causes, len(moved) - len(shown) if index == shown[-1] else 0, state), causes) for index in shown]


def _distance(was: Accepted, now: Accepted) -> float:
    """How far a value went, as a share of what it was."""
    way = abs(now.value - was.value) if was.value != now.value else 0.0
    return way / abs(was.value) if was.value and math.isfinite(way) else way


def _move(name: str, step: str, was: Accepted, now: Accepted, causes: list[Cause], also: int, state: _State) -> Move:
    number = state.model.number(name)
    said = Moved(
        number=key(name, step),
        label=f"{number.label}, {step}" if step else number.label,
        was=_said(was, number.unit, state),
        now=_said(now, number.unit, state),
        because=tuple(cause.what for cause in causes),
        also=also,
    )
    return Move(said, (str(was), str(now)))


def _said(amount: Accepted, unit: Unit, state: _State) -> str:
    """An amount as people write it: "$62.8 billion ($57–69 billion)"."""
    style = _style(amount, unit, state)
    if style is None:
        return str(amount)
    value = numerals.central(amount.value, amount.low, amount.high, style, state.locale)
    if amount.low == amount.high:
        return value
    return f"{value} ({numerals.interval(amount.low, amount.high, style, state.locale)})"


def _style(amount: Accepted, unit: Unit, state: _State) -> Style | None:
    """How to write it, in the unit that it was accepted in; None where that is no unit here any more."""
    if amount.last is not None:
        return Style(last=amount.last)
    if amount.unit == unit.text:
        return unit.style
    try:
        return units_of(state.spec.units).parse(amount.unit).style
    except ValueError:
        return None


def _claims(state: _State) -> list[tuple[Move, list[Cause]]]:
    """The claims that crossed what they need, or moved by more than a point."""
    found = []
    for name, claim in state.model.claims.items():
        was, now = state.lock.claims.get(name), published(state.numbers.verdicts[name].share)
        if was is None or ((was >= claim.share) == (now >= claim.share) and abs(was - now) <= POINT):
            continue
        causes = _causes(roots(name, state.spec, state.model, claim=True), state)
        said = Moved(
            number=_claim(name),
            label=claim.says,
            was=_share(was, state.locale),
            now=_share(now, state.locale),
            because=tuple(cause.what for cause in causes),
        )
        found.append((Move(said, (f"{was:.9g}", f"{now:.9g}")), causes))
    return found


def _share(share: float, locale: Locale) -> str:
    percent = published(100 * share)
    return numerals.central(percent, percent, percent, PERCENT, locale)


def _causes(found: list[Root], state: _State) -> list[Cause]:
    """Those of the roots that read otherwise than they did. A new one is named only where nothing else explains the move."""
    changed, new = [], []
    for group, name in found:
        was, now = getattr(state.lock.rests_on, group).get(name), getattr(state.rests_on, group)[name]
        if was is None:
            new.append(_cause(group, name, "", now, state))
        elif was != now:
            changed.append(_cause(group, name, was, now, state))
    return changed or new


def _cause(group: str, name: str, was: str, now: str, state: _State) -> Cause:
    if group in ("assumptions", "quantities"):
        return Cause(what=name, label=state.model.number(name).label, was=was, now=now)
    what = {"axes": f"axis {name}", "claims": _claim(name)}.get(group, name)
    return Cause(what=what, label=state.model.claims[name].says if group == "claims" else "", was=was, now=now)


def accept(lock: Lock | None, drift: Drift, spec: ModelSpec, model: Model, numbers: Numbers, change: Change | None) -> Lock:
    """The next lock: the very same where nothing has changed, else with what is now, and `change` at its end."""
    now, ground = accepted(model, numbers), rests_on(spec, model)
    if lock is not None and drift.is_none and lock.rests_on == ground:
        return lock
    kept = lock.numbers if lock is not None else {}
    return Lock(
        numbers={name: kept[name] if name in kept and close(kept[name], item) else item for name, item in now.items()},
        claims={name: published(verdict.share) for name, verdict in numbers.verdicts.items()},
        rests_on=ground,
        changes=(*(lock.changes if lock else ()), *([change] if change else [])),
    )


def text(drift: Drift, width: int = 120) -> str:
    """The table that an author reads; nothing where nothing has moved."""
    if not drift.locked:
        return f"{drift.article}: its numbers were never accepted. Look at them with 'explainer numbers {drift.article}', then: explainer accept {drift.article}"
    lines = _table(drift, width) if drift.moved else []
    lines += [f"  {_cause_line(cause)}" for cause in drift.causes]
    lines += [f"  new: {name}" for name in drift.new] + [f"  gone: {name}" for name in drift.gone]
    if not lines:
        return ""
    return "\n".join([f"{drift.article}: not as accepted.", *lines])


def _cause_line(cause: Cause) -> str:
    return f"{cause.what}: was {cause.was}, is {cause.now}" if cause.was else f"{cause.what}: is new: {cause.now}"


def _table(drift: Drift, width: int) -> list[str]:
    """A row for each number, or a few lines for each where the rows would not fit."""
    header = ("number", "was", "is", "because of")
    rows = [_row(move) for move in drift.moved]
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(4)]
    if sum(widths) + 8 <= width:
        lines = ["  ".join(cell.ljust(size) for cell, size in zip(row, widths, strict=True)) for row in (header, *rows)]
        return ["", *(f"  {line}".rstrip() for line in lines), ""]
    lines = []
    for row in rows:
        lines += [f"  {row[0]}"]
        for word, cell in zip(header[1:], row[1:], strict=True):
            lines += textwrap.wrap(cell, max(20, width), initial_indent=f"    {word} ", subsequent_indent="      ")
    return ["", *lines, ""]


def _row(move: Move) -> tuple[str, str, str, str]:
    was, now = (move.said.was, move.said.now) if move.visible else move.exact
    more = f" (and {move.said.also} more)" if move.said.also else ""
    because = ", ".join(move.said.because[:MOST_STEPS]) or "nothing written: Explainer or its libraries"
    rest = len(move.said.because) - MOST_STEPS
    return move.said.number + more, was, now, because + (f" and {rest} more" if rest > 0 else "")
