"""What two spellings of an enterprise's name have in common (D48, D54)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from service.rules.characters import fold, without_blanks
from service.rules.names import enterprise
from service.rules.packaged import rows

_NOT_IN_KEY = re.compile(r"[\W_]+")
_BRACKETED = re.compile(r"（([^（）]*)）")
_DIVISION_ENDING = re.compile(
    r"(?:省|市|县|区|自治县|地区|盟|旗|特别行政区|(?:壮族|回族|维吾尔)?自治区|"
    r"(?:(?:藏|回|苗|彝|壮|侗|傣|白|羌|布依|土家|朝鲜|蒙古|哈萨克|柯尔克孜|景颇|傈僳|哈尼)族?)*自治州)$"
)
_PLACEHOLDERS = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}
_MORE_ENDINGS = {"legal": ["责任有限公司", "合伙企业", "有限"], "unit": ["工厂"]}
_SHORTEST_CORE = 2
_SHORTEST_CORE_AFTER_COUNTY = 4
"""紫金矿业 and 华安证券 are not the 矿业 of 紫金县 and the 证券 of 华安县."""


def key(name: str) -> str:
    """The name without blanks, brackets and punctuation, half-width, in lower case: equal keys, same name (D54)."""
    return _NOT_IN_KEY.sub("", fold(name)).lower()


def core(name: str) -> str:
    """The key of the name without region and company ending: 杭州明策科技有限公司, 明策科技（杭州） → 明策科技.

    A branch keeps its own place and ending, it is another customer than its head office. At least two characters
    stay; where nothing would, the key of the whole name is returned.
    """
    text = without_blanks(fold(name)).lower().translate(str.maketrans("()", "（）"))
    text = _BRACKETED.sub(lambda match: "" if _is_region(match[1]) else match[1], text)
    head, branch = _split_branch(text)
    return key(_without_region(_without_ending(head)) + branch) or key(name)


@cache
def _regions() -> Mapping[str, str]:
    """Names and short forms of divisions with what they are: "full", "short" (of provinces and cities), "county"."""
    found: dict[str, str] = {}
    for row in rows("divisions.csv"):
        name, short = row["name"], _DIVISION_ENDING.sub("", row["name"])
        if row["stat_zone"] == "1" or name in _PLACEHOLDERS:
            continue
        found[name] = "full"
        if len(short) >= 2 and short != name:
            found.setdefault(short, "county" if row["level"] == "county" else "short")
    return found


@cache
def _endings(kind: str) -> tuple[str, ...]:
    found = [row["suffix"] for row in rows("company_suffixes.csv") if row["kind"] == kind]
    found += _MORE_ENDINGS.get(kind, [])
    return tuple(sorted(found, key=len, reverse=True))


@cache
def _longest_region() -> int:
    return max(map(len, _regions()))


def _leading_region(text: str) -> str:
    longest = min(_longest_region(), len(text))
    return next((text[:n] for n in range(longest, 1, -1) if text[:n] in _regions()), "")


def _is_region(text: str) -> bool:
    while text and (region := _leading_region(text)):
        text = text.removeprefix(region)
    return not text


def _without_region(text: str) -> str:
    """Regions at the beginning cut off: province, city and county at most, a county's short form only as the first."""
    for position in range(3):
        region = _leading_region(text)
        kind = _regions().get(region)
        rest = len(text) - len(region)
        if kind is None or rest < _SHORTEST_CORE:
            break
        if kind == "county" and (position > 0 or rest < _SHORTEST_CORE_AFTER_COUNTY):
            break
        text = text.removeprefix(region)
    return text


def _without(text: str, kind: str) -> str:
    for ending in _endings(kind):
        if text.endswith(ending) and len(text) - len(ending) >= _SHORTEST_CORE:
            return text.removesuffix(ending)
    return text


def _without_ending(text: str) -> str:
    for kind in ("legal", "legal", "unit", "legal"):
        text = _without(text, kind)
    return text


def _split_branch(text: str) -> tuple[str, str]:
    """Head office and the rest of a branch: 清高食品股份有限公司阿坝分公司 → (清高食品股份有限公司, 阿坝分公司)."""
    if not text.endswith(_endings("branch")):
        return text, ""
    head, ending, rest = text.rpartition("有限公司")
    if not ending:
        head, ending, rest = text.rpartition("有限责任公司")
    return (head + ending, rest) if head else (text, "")


def for_storage(name: str) -> tuple[str, str, str]:
    """The stored name, its key and its core, from a name as typed. Raises what `names.enterprise` raises."""
    stored = enterprise(name)
    return stored, key(stored), core(stored)
