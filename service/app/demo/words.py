"""The project's own words, and names of companies, people and places put together from them and the shipped tables."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from faker import Faker

from service.core.enums import Salutation
from service.rules import uscc
from service.rules.packaged import rows

_ALPHABET = uscc.ALPHABET
_ENDINGS = ("有限公司", "有限责任公司", "股份有限公司", "集团有限公司")
_ENDING_WEIGHTS = (80, 10, 8, 2)
_STREETS = (
    "中山路",
    "人民路",
    "解放路",
    "建设路",
    "文化路",
    "和平路",
    "新华路",
    "科技路",
    "工业大道",
    "滨江路",
    "创业路",
    "长江路",
)
_SEATED = "市"


@dataclass(frozen=True)
class Trade:
    """A line of business as it stands in a name, its industry and what it typically needs."""

    word: str
    industry: str
    need: str


@dataclass(frozen=True)
class Place:
    """A county with its city and province."""

    code: str
    province: str
    city: str
    county: str


def _text(name: str) -> str:
    return files("service.app.demo").joinpath("data", name).read_text(encoding="utf-8")


@cache
def brands() -> tuple[str, ...]:
    return tuple(_text("brands.txt").split())


@cache
def trades() -> tuple[Trade, ...]:
    return tuple(Trade(r["word"], r["industry"], r["need"]) for r in csv.DictReader(_text("trades.csv").splitlines()))


@cache
def _places(provinces: tuple[str, ...]) -> tuple[Place, ...]:
    """Districts of real cities, development zones apart."""
    return tuple(
        Place(r["code"], r["province"], r["city"], r["county"])
        for r in rows("divisions.csv")
        if r["level"] == "county" and r["stat_zone"] != "1" and r["code"][:2] in provinces
        and (r["city"].endswith(_SEATED) and r["city"] != "市辖区")
    )  # fmt: skip


@cache
def _suffixes() -> tuple[str, ...]:
    """Of the endings wanted here those that the shipped table knows."""
    known = {row["suffix"] for row in rows("company_suffixes.csv")}
    return tuple(ending if ending in known else _ENDINGS[0] for ending in _ENDINGS)


@cache
def _prefixes() -> tuple[str, ...]:
    return tuple(row["prefix"] for row in rows("mobile_prefixes.csv") if row["kind"] == "mobile")


class Words:
    """Draws names and numbers. The same seed draws the same ones."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._faker = Faker("zh_CN")
        self._faker.seed_instance(seed)
        self._names: set[str] = set()
        self._codes: set[str] = set()

    def person(self) -> tuple[str, Salutation]:
        """The name of a man or a woman."""
        if self.random.random() < 0.5:
            return str(self._faker.name_male()), Salutation.MR
        return str(self._faker.name_female()), Salutation.MS

    def place(self, provinces: tuple[str, ...]) -> Place:
        return self.random.choice(_places(provinces))

    def company(self, place: Place) -> tuple[str, str, Trade]:
        """A name that was not drawn before, its brand word and its trade."""
        while True:
            brand, trade = self.random.choice(brands()), self.random.choice(trades())
            ending = self.random.choices(_suffixes(), _ENDING_WEIGHTS)[0]
            name = f"{place.city.removesuffix(_SEATED)}{brand}{trade.word}{ending}"
            if name not in self._names:
                self._names.add(name)
                return name, brand, trade

    def uscc(self, place: Place) -> str:
        """A code with the right check character, of a company registered in that county."""
        while True:
            body = "91" + place.code + "MA" + "".join(self.random.choices(_ALPHABET, k=7))
            code = body + uscc.check_character(body)
            if code not in self._codes:
                self._codes.add(code)
                return code

    def mobile(self) -> str:
        prefix = self.random.choice(_prefixes())
        return prefix + "".join(self.random.choices("0123456789", k=11 - len(prefix)))

    def address(self, place: Place) -> str:
        return f"{self.street(place)}{self.random.randint(1, 999)}号"

    def street(self, place: Place) -> str:
        """An address that ends at the street, as an individual's does (D60)."""
        city = "" if place.city == place.province else place.city
        return f"{place.province}{city}{place.county}{self.random.choice(_STREETS)}"
