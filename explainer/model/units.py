"""Units: dimensions and factors, from a registry of our own on top of pint.

Money, time, energy, computation and bytes are built in; an article declares what it counts
(`units: [person, accelerator]`). Arithmetic runs in base units (USD, years, joules, people),
so that formulas need no conversions; a declared unit is applied on the way in and out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pint
from pint.util import UnitsContainer

from explainer.numerals import PERCENT, PLAIN, Style

Dimension = UnitsContainer
DIMENSIONLESS = UnitsContainer()
TIME = UnitsContainer({"[time]": 1})

BUILT_IN = (
    "USD = [currency]",
    "year = [time]",
    "month = year / 12",
    "week = year / 52.1786",
    "day = year / 365.25",
    "hour = year / 8766",
    "minute = hour / 60",
    "second = hour / 3600",
    "joule = [energy] = J",
    "watt = joule / second = W",
    "kW = 1e3 watt",
    "MW = 1e6 watt",
    "GW = 1e9 watt",
    "kWh = kW * hour",
    "FLOP = [computation]",
    "byte = [information]",
    "percent = 0.01 = %",
    "thousand = 1e3",
    "million = 1e6",
    "billion = 1e9",
    "trillion = 1e12",
)
SCALES = frozenset({"thousand", "million", "billion", "trillion"})
CURRENCIES: Mapping[str, str] = {"USD": "$"}
PLURALS: Mapping[str, str] = {"person": "people"}
NUMBER_OR_WORD = re.compile(r"\*\*\s*-?[1-9]\b|[A-Za-z_]\w*|%|[*/()\s]")


class UnknownUnitError(ValueError):
    """A word that is no unit here: `word`."""

    def __init__(self, word: str) -> None:
        super().__init__(f"unknown unit '{word}'")
        self.word = word


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as declared. `factor` converts a value to base units; `style` writes it."""

    text: str
    factor: float
    dimension: Dimension
    style: Style


class Units:
    """The units that one article may use."""

    def __init__(self, counted: tuple[str, ...] = ()) -> None:
        self._counted = counted

    @cached_property
    def _registry(self) -> pint.UnitRegistry[float]:
        registry: pint.UnitRegistry[float] = pint.UnitRegistry(None)
        for definition in (*BUILT_IN, *(f"{name} = [{name}]" for name in self._counted)):
            registry.define(definition)
        return registry

    @cached_property
    def names(self) -> frozenset[str]:
        """Every word that means a unit."""
        built_in = {part.strip() for line in BUILT_IN for part in line.split("=") if re.fullmatch(r"\s*\w+\s*", part)}
        return frozenset({*built_in, *self._counted, "percent"})

    def parse(self, text: str) -> Unit:
        """Read "billion USD / year" or "%"; ValueError says what is wrong with it."""
        text = text.strip()
        if text in ("", "1"):
            return Unit("", 1.0, DIMENSIONLESS, PLAIN)
        if len(text) > 80 or NUMBER_OR_WORD.sub("", text):
            raise ValueError(f"'{text}' is not a unit: write words, *, / and powers from 1 to 9")
        try:
            container = self._registry.parse_units(text)._units
            quantity = self._registry.Quantity(1.0, self._registry.Unit(container)).to_base_units()
        except pint.UndefinedUnitError as error:
            raise UnknownUnitError(_first(error.unit_names)) from None
        except Exception:
            raise ValueError(f"'{text}' is not a unit") from None
        factor = float(quantity.magnitude)
        return Unit(text, factor, quantity.dimensionality, self._style(text, container))

    def _style(self, text: str, container: UnitsContainer) -> Style:
        """How to write it: what is divided by is left to the sentence ("$135 billion" a year)."""
        above = {name: power for name, power in powers(container) if power > 0}
        things = [name for name in above if name not in SCALES]
        scale = 1.0
        for name in SCALES & above.keys():
            scale *= float(self._registry.Quantity(1.0, name).to_base_units().magnitude) ** above[name]
        if things == ["percent"]:
            return PERCENT
        if not things:
            return Style(factor=scale, scaled=scale > 1)
        if len(things) == 1 and above[things[0]] == 1:
            (thing,) = things
            if thing in CURRENCIES:
                return Style(factor=scale, prefix=CURRENCIES[thing], scaled=True)
            plural = PLURALS.get(thing, thing + "s" if thing.islower() else thing)
            shown, many = thing.replace("_", " "), plural.replace("_", " ")
            return Style(factor=scale, one=f"\N{NO-BREAK SPACE}{shown}", many=f"\N{NO-BREAK SPACE}{many}", scaled=True)
        numerator = text.split("/")[0].strip()
        return Style(one=f"\N{NO-BREAK SPACE}{numerator}", many=f"\N{NO-BREAK SPACE}{numerator}")


def describe(dimension: Dimension) -> str:
    """A dimension in words for an error: "currency / time", or "a plain number"."""

    def part(powers: list[tuple[str, float]]) -> str:
        text = " * ".join(n.strip("[]") + (f" ** {p:g}" if p != 1 else "") for n, p in sorted(powers))
        return text if len(powers) < 2 else f"({text})"

    above = [(name, power) for name, power in powers(dimension) if power > 0]
    below = [(name, -power) for name, power in powers(dimension) if power < 0]
    if not above and not below:
        return "a plain number"
    return (part(above) or "1") + (" / " + part(below) if below else "")


def powers(container: UnitsContainer) -> list[tuple[str, float]]:
    """What a unit or dimension is made of, each with its power."""
    return [(str(name), float(power)) for name, power in container.items()]  # type: ignore[arg-type]  # ours are real


def _first(names: object) -> str:
    return names if isinstance(names, str) else str(next(iter(names)))  # type: ignore[call-overload]
