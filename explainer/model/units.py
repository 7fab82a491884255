"""Units: dimensions and factors, from a registry of our own on top of pint.

Money, time, energy, length, volume, mass, computation and bytes are built in; an article declares what it
counts (`units: [person, accelerator]`). Each currency, and its money of each year, has a dimension of its own:
what converts is an assumption. Arithmetic runs in base units (USD, years, joules, people),
so that formulas need no conversions; a declared unit is applied on the way in and out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import pint
from pint.util import UnitsContainer

from explainer.numerals import PERCENT, PLAIN, Style

Dimension = UnitsContainer
DIMENSIONLESS = UnitsContainer()
TIME = UnitsContainer({"[time]": 1})

BUILT_IN = (
    "USD = [currency]",
    "EUR = [currency_EUR]",
    "GBP = [currency_GBP]",
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
    "metre = [length]",
    "km = 1e3 metre",
    "cm = 1e-2 metre",
    "mm = 1e-3 metre",
    "litre = 1e-3 metre ** 3",
    "kg = [mass]",
    "tonne = 1e3 kg",
    "FLOP = [computation]",
    "byte = [information]",
    "percent = 0.01 = %",
    "thousand = 1e3",
    "million = 1e6",
    "billion = 1e9",
    "trillion = 1e12",
)
SCALES = frozenset({"thousand", "million", "billion", "trillion"})
CURRENCIES: Mapping[str, str] = {"USD": "$", "EUR": "€", "GBP": "£"}
MONEY_OF_A_YEAR = re.compile(rf"\b({'|'.join(CURRENCIES)})_([12]\d{{3}})\b")
PLURALS: Mapping[str, str] = {"person": "people", "km": "km", "cm": "cm", "mm": "mm", "kg": "kg"}
# how people write units elsewhere -> how they are written here
ELSEWHERE: Mapping[str, str] = {
    "m": "metre", "meter": "metre", "m2": "metre ** 2", "sqm": "metre ** 2", "m3": "metre ** 3", "km2": "km ** 2", "l": "litre",
    "L": "litre", "liter": "litre", "g": "kg", "gram": "kg", "t": "tonne", "ton": "tonne", "s": "second", "h": "hour", "hr": "hour",
    "yr": "year", "y": "year", "annum": "year", "dollar": "USD", "dollars": "USD", "euro": "EUR", "euros": "EUR", "pound": "GBP",
    "k": "thousand", "mn": "million", "bn": "billion", "Wh": "kWh", "kJ": "joule", "MWh": "MW * hour", "GWh": "GW * hour", "TWh": "thousand GW * hour",
}  # fmt: skip
# dimension -> its word in errors, and a unit as an example
WORDS: Mapping[str, tuple[str, str]] = {
    "[currency]": ("money", "USD"), "[time]": ("time", "year"), "[energy]": ("energy", "kWh"), "[length]": ("length", "metre"),
    "[volume]": ("volume", "litre"), "[mass]": ("mass", "kg"), "[computation]": ("computation", "FLOP"), "[information]": ("information", "byte"),
}  # fmt: skip
NUMBER_OR_WORD = re.compile(r"^1(?=\s*/)|\*\*\s*-?[1-9]\b|[A-Za-z_]\w*|%|[*/()\s]")


# a word on either side of a '=', but no number: "joule = [energy] = J"
BUILT_IN_NAMES = frozenset(word for line in BUILT_IN for word in re.split(r"\s*=\s*", line) if word.isalpha())


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


@lru_cache(maxsize=8)
def units_of(counted: tuple[str, ...]) -> Units:
    """The units of articles that count these; what was read once is known to all of them."""
    return Units(counted)


class Units:
    """The units that one article may use."""

    def __init__(self, counted: tuple[str, ...] = ()) -> None:
        self._counted = tuple(name for name in counted if name not in BUILT_IN_NAMES)
        self._years: set[str] = set()
        self._read: dict[str, Unit] = {}

    @cached_property
    def _registry(self) -> pint.UnitRegistry[float]:
        registry: pint.UnitRegistry[float] = pint.UnitRegistry(None)
        for definition in (*BUILT_IN, *(f"{name} = [{name}]" for name in self._counted)):
            registry.define(definition)
        return registry

    @cached_property
    def names(self) -> frozenset[str]:
        """Every word that means a unit."""
        return BUILT_IN_NAMES | {*self._counted}

    def knows(self, word: str) -> bool:
        """Whether a word means a unit; money of a year does ("USD_2019")."""
        return word in self.names or MONEY_OF_A_YEAR.fullmatch(word) is not None

    def parse(self, text: str) -> Unit:
        """Read "billion USD / year" or "%"; ValueError says what is wrong with it."""
        text = text.strip()
        if text not in self._read:
            self._read[text] = self._parsed(text)
        return self._read[text]

    def _parsed(self, text: str) -> Unit:
        if text in ("", "1"):
            return Unit("", 1.0, DIMENSIONLESS, PLAIN)
        if len(text) > 80 or NUMBER_OR_WORD.sub("", text):
            raise ValueError(f"'{text}' is not a unit: write words, *, / and powers from 1 to 9")
        self._define_years(text)
        try:
            container = self._registry.parse_units(text)._units
            quantity = self._registry.Quantity(1.0, self._registry.Unit(container)).to_base_units()
        except pint.UndefinedUnitError as error:
            raise UnknownUnitError(_first(error.unit_names)) from None
        except Exception:
            raise ValueError(f"'{text}' is not a unit") from None
        factor = float(quantity.magnitude)
        return Unit(text, factor, quantity.dimensionality, self._style(text, container))

    def _define_years(self, text: str) -> None:
        for word in {match[0] for match in MONEY_OF_A_YEAR.finditer(text)} - self._years:
            self._registry.define(f"{word} = [currency_{word}]")
            self._years.add(word)

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
            currency = MONEY_OF_A_YEAR.sub(r"\1", thing)
            if currency in CURRENCIES:
                return Style(factor=scale, prefix=CURRENCIES[currency], scaled=True)
            plural = PLURALS.get(thing, thing + "s" if thing.islower() else thing)
            shown, many = thing.replace("_", " "), plural.replace("_", " ")
            return Style(factor=scale, one=f"\N{NO-BREAK SPACE}{shown}", many=f"\N{NO-BREAK SPACE}{many}", scaled=True)
        numerator = text.split("/")[0].strip()
        return Style(one=f"\N{NO-BREAK SPACE}{numerator}", many=f"\N{NO-BREAK SPACE}{numerator}")


def describe(dimension: Dimension) -> str:
    """A dimension in words for an error: "money / time (such as USD / year)", or "a plain number"."""
    named = [(*_word(name), power) for name, power in _volumes(powers(dimension))]
    if not named:
        return "a plain number"
    text = _fraction([(word, power) for word, _, power in named])
    example = _fraction([(unit, power) for _, unit, power in named])
    return text if text == example else f"{text} (such as {example})"


def conversion(dimensions: Iterable[Dimension]) -> str:
    """What would convert where several kinds of money meet, as a hint; or nothing."""
    units = sorted({_word(name)[1] for dimension in dimensions for name, _ in powers(dimension) if name.startswith("[currency")})
    if len(units) < 2:
        return ""
    first, second = units[:2]
    if first.split("_")[0] == second.split("_")[0]:
        return f"money of different years: multiply by a deflator, an assumption in '{first} / {second}'"
    return f"money of different currencies: multiply by an exchange rate, an assumption in '{first} / {second}'"


def _word(name: str) -> tuple[str, str]:
    """A dimension's word, and a unit as an example: ("money of 2019", "USD_2019"); what is counted is both."""
    if name in WORDS:
        return WORDS[name]
    unit = name.strip("[]").removeprefix("currency_")
    if unit in CURRENCIES:
        return f"money in {unit}", unit
    if match := MONEY_OF_A_YEAR.fullmatch(unit):
        return ("money" if match[1] == "USD" else f"money in {match[1]}") + f" of {match[2]}", unit
    return unit, unit


def _volumes(powers: list[tuple[str, float]]) -> list[tuple[str, float]]:
    return [("[volume]", power / 3) if name == "[length]" and power % 3 == 0 else (name, power) for name, power in powers]


def _fraction(powers: list[tuple[str, float]]) -> str:
    """Words with their powers: "USD / (person * year)"."""

    def part(factors: list[tuple[str, float]]) -> str:
        text = " * ".join(word + (f" ** {power:g}" if power != 1 else "") for word, power in sorted(factors))
        return text if len(factors) < 2 else f"({text})"

    above = [(word, power) for word, power in powers if power > 0]
    below = [(word, -power) for word, power in powers if power < 0]
    return (part(above) or "1") + (" / " + part(below) if below else "")


def powers(container: UnitsContainer) -> list[tuple[str, float]]:
    """What a unit or dimension is made of, each with its power."""
    return [(str(name), float(power)) for name, power in container.items()]  # type: ignore[arg-type]  # ours are real


def _first(names: object) -> str:
    return names if isinstance(names, str) else str(next(iter(names)))  # type: ignore[call-overload]
