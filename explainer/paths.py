"""The path of a drawing in few characters: each step from where the last one ended, in tenths of a pixel, so that no error adds up."""

from __future__ import annotations

import re
from collections.abc import Iterable

COMMAND = re.compile(r"([MLHVCAZ])([^A-Z]*)", re.IGNORECASE)
NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "A": 7, "Z": 0}
KNOWN = re.compile(r"[MLHVCAZmlhvcaz\d.,\s-]*")


def short(path: str) -> str:
    """The same path with relative steps; as it is where it holds commands that Vega does not write."""
    if not KNOWN.fullmatch(path):
        return path
    pen = _Pen()
    for command, rest in COMMAND.findall(path):
        numbers, takes = NUMBER.findall(rest), TAKES[command.upper()]
        if not takes:
            pen.close()
        elif len(numbers) % takes:
            return path
        else:
            for i in range(0, len(numbers), takes):
                pen.step("L" if i and command == "M" else "l" if i and command == "m" else command, numbers[i : i + takes])
    return pen.written


class _Pen:
    """Writes steps, and knows where it is: in tenths."""

    def __init__(self) -> None:
        self.written, self._last = "", ""
        self._x = self._y = 0
        self._start = (0, 0)

    def close(self) -> None:
        self.written += "Z"
        self._last = "z"
        self._x, self._y = self._start

    def step(self, command: str, numbers: list[str]) -> None:
        """One command with its numbers, from the place where the pen is."""
        letter, fixed = command.lower(), list[str]()
        if letter == "a":
            radii, numbers = numbers[:5], numbers[5:]
            fixed = [*(_number(_tenths(radius)) for radius in radii[:2]), *radii[2:]]
        moves = [_tenths(number) for number in numbers]
        if command.isupper():
            moves = [move - at for move, at in zip(moves, self._from(letter, len(moves)), strict=True)]
        self._x += 0 if letter == "v" else moves[-2] if len(moves) > 1 else moves[0]
        self._y += 0 if letter == "h" else moves[-1]
        if letter == "m":
            self._start = (self._x, self._y)
        if letter == "l" and 0 in moves:
            letter, moves = ("h", moves[:1]) if moves[1] == 0 else ("v", moves[1:])
        self._write(letter, [*fixed, *map(_number, moves)])

    def _from(self, letter: str, count: int) -> list[int]:
        return [self._y] if letter == "v" else [self._x] if letter == "h" else [self._x, self._y] * (count // 2)

    def _write(self, letter: str, numbers: Iterable[str]) -> None:
        body = ""
        for number in numbers:
            body += number if not body or number.startswith("-") else f",{number}"
        again = letter == self._last and letter in "lc"
        self.written += ("" if body.startswith("-") else ",") + body if again else (letter if self.written else "M") + body
        self._last = letter


def _tenths(number: str) -> int:
    return round(float(number) * 10)


def _number(tenths: int) -> str:
    whole, part = divmod(abs(tenths), 10)
    return ("-" if tenths < 0 else "") + (f"{whole or ''}.{part}" if part else str(whole))
