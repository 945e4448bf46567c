"""Pinyin of names, for search (`xiaomi`, `xm`) and for order (D48)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from service.rules.characters import fold, is_han
from service.rules.surnames import COMPOUND_READINGS, READINGS, split

SORTED_CHARACTERS = 40
"""How many characters of a name its sort key looks at; the key stays far below the size limit of an index row."""

# Places that the dictionary of pypinyin reads like the common word.
_PLACES = {
    "单县": "shan4 xian4",
    "朝阳": "chao2 yang2",
    "长治": "chang2 zhi4",
    "涡阳": "guo1 yang2",
    "浚县": "xun4 xian4",
    "洪洞": "hong2 tong2",
    "珲春": "hun2 chun1",
    "会稽": "kuai4 ji1",
    "重庆": "chong2 qing4",
    "厦门": "xia4 men2",
    "六安": "lu4 an1",
    "台州": "tai1 zhou1",
    "东阿": "dong1 e1",
    "阿胶": "e1 jiao1",
    "铅山": "yan2 shan1",
    "乐清": "yue4 qing1",
    "大厦": "da4 sha4",
    "调味": "tiao2 wei4",
    "银行": "yin2 hang2",
    "商行": "shang1 hang2",
    "茶行": "cha2 hang2",
    "酒行": "jiu3 hang2",
}
_PLACE = re.compile("(" + "|".join(_PLACES) + ")")

Unit = tuple[str, str]
"""A character (or a run of letters and digits) and its reading with the tone as last digit (itself, for a run)."""


def full(name: str, *, person: bool = False) -> str:
    """All syllables without tones and blanks, lower case: 小米 → `xiaomi`; letters and digits as they are."""
    return "".join(reading.rstrip("12345") if is_han(text) else reading for text, reading in _units(name, person))


def initials(name: str, *, person: bool = False) -> str:
    """The first letter of each syllable: 小米 → `xm`; runs of letters and digits whole: 3M中国 → `3mzg`."""
    return "".join(reading[:1] if is_han(text) else reading for text, reading in _units(name, person))


def sort_key(name: str, *, person: bool = False) -> str:
    """ASCII text in whose byte order (COLLATE "C") names stand as in a Chinese dictionary.

    By syllable, tone, then character, one character after the other: `zhang1 5f20 wei3 4f1f`, so that 张 and 章 do not
    mix. Digits come before letters, other scripts last.
    """
    return " ".join(_sort_part(text, reading) for text, reading in _units(name[:SORTED_CHARACTERS], person))


def _sort_part(text: str, reading: str) -> str:
    if is_han(text):
        return f"{reading} {ord(text):x}" if reading.isascii() else f"~{ord(text):05x}"
    return reading if reading.isascii() else " ".join(f"~{ord(c):05x}" for c in reading)


@lru_cache(maxsize=10_000)
def _read(text: str) -> tuple[str, ...]:
    if text in _PLACES:
        return tuple(_PLACES[text].split())
    found = lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True)
    if len(found) == len(text):
        return tuple(found)
    # Neighbours that pypinyin cannot read come back as one piece: each for itself then.
    return tuple(lazy_pinyin(c, style=Style.TONE3, neutral_tone_with_five=True)[0] for c in text)


def _plain(text: str) -> str:
    """Letters without accents, lower case, nothing but letters and digits."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if c.isalnum())


def _units(name: str, person: bool) -> Iterator[Unit]:
    name = fold(name).strip()
    if person and name and is_han(name[0]) and "·" not in name:
        surname, name = split(name)
        yield from zip(surname, _surname_reading(surname), strict=True)
    for run in re.findall(r"\w+", name):
        yield from _run(run)


def _surname_reading(surname: str) -> tuple[str, ...]:
    if surname in COMPOUND_READINGS:
        return COMPOUND_READINGS[surname]
    return (READINGS[surname],) if surname in READINGS else _read(surname)


def _run(run: str) -> Iterator[Unit]:
    start = 0
    for end in range(1, len(run) + 1):
        if end < len(run) and is_han(run[end]) == is_han(run[start]):
            continue
        piece, start = run[start:end], end
        if is_han(piece[0]):
            for part in filter(None, _PLACE.split(piece)):
                yield from zip(part, _read(part), strict=True)
        elif plain := _plain(piece):
            yield plain, plain
