"""The tables that ship with the rules (`service/rules/data`), each read once."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


def _text(name: str) -> str:
    return files("service.rules").joinpath("data", name).read_text(encoding="utf-8")


@cache
def rows(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of a packaged CSV file, by column heading."""
    return tuple(csv.DictReader(_text(name).splitlines()))


@cache
def lines(name: str) -> tuple[str, ...]:
    """The lines of a packaged text file that are not empty."""
    return tuple(line for line in _text(name).splitlines() if line)
