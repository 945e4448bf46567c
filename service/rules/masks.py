"""How a value is shown below FULL (§9: 张先生, 138****5678, a***@corp.cn, last four).

Each mask works on code points and says in its docstring exactly what it does, because SQL does the same for reads.
None stays None. `service.core.surnames.COMPOUND` is the list of compound surnames of both.
"""

from __future__ import annotations

from service.core.enums import Salutation
from service.core.fields.spec import Mask
from service.core.surnames import COMPOUND

STARS = "****"
FIRST_EAST_ASIAN = 0x2E80
"""Below this code point a name is written in letters."""


def person_name(name: str | None, salutation: Salutation | None = None) -> str | None:
    """Surname and 先生 or 女士, or surname and ** where the form of address is not known.

    1. `length(name) <= 1`: `**` (the surname alone would be the whole name).
    2. the first code point is below U+2E80, or the name contains `·` (U+00B7): first character + `**`.
    3. surname = first two characters if there are more than two and these are in `COMPOUND`, else the first one;
       then surname + the Chinese label of the salutation, or surname + `**`.
    """
    if name is None:
        return None
    if len(name) <= 1:
        return "**"
    if ord(name[0]) < FIRST_EAST_ASIAN or "·" in name:
        return f"{name[0]}**"
    surname = name[:2] if len(name) > 2 and name[:2] in COMPOUND else name[:1]
    return surname + (salutation.zh if salutation else "**")


def mobile(number: str | None) -> str | None:
    """`138****5678`: `left(number, 3) + '****' + right(number, 4)`; shorter than 11 characters: `****`."""
    if number is None:
        return None
    return f"{number[:3]}{STARS}{number[-4:]}" if len(number) >= 11 else STARS


def landline(number: str | None) -> str | None:
    """`0571-****66`: split at `-`, first part + `-****` + the last two characters of the second part.

    The extension is dropped; a number without `-` is `****`.
    """
    if number is None:
        return None
    if "-" not in number:
        return STARS
    parts = number.split("-")
    return f"{parts[0]}-{STARS}{parts[1][-2:]}"


def email(address: str | None) -> str | None:
    """`a***@corp.cn`: first character (left out when it is the whole local part) + `***` + from the first @ on.

    With p = position of the first @, counted from 1: p = 0: `***`; p <= 2: `***` + from p; else left(address, 1) +
    `***` + from p.
    """
    if address is None:
        return None
    at = address.find("@") + 1
    if at == 0:
        return "***"
    first = address[:1] if at > 2 else ""
    return f"{first}***{address[at - 1 :]}"


def last_four(value: str | None) -> str | None:
    """`****1234`: `'****' + right(value, 4)`; shorter than 8 characters: `****`."""
    if value is None:
        return None
    return STARS + value[-4:] if len(value) >= 8 else STARS


def street_address(street: str | None, city: str | None) -> str | None:
    """The city instead of the street; None where there is no street: `case when street is not null then city end`."""
    return None if street is None else city


_BY_MASK = {Mask.MOBILE: mobile, Mask.LANDLINE: landline, Mask.EMAIL: email, Mask.LAST_FOUR: last_four}


def shown(mask: Mask, value: str | None, salutation: Salutation | None = None, city: str | None = None) -> str | None:
    """What a field's mask leaves of its value; texts (HIDE) are not shown at all, choices (SHOW) are."""
    if mask is Mask.PERSON_NAME:
        return person_name(value, salutation)
    if mask is Mask.CITY:
        return street_address(value, city)
    if mask is Mask.SHOW:
        return value
    return _BY_MASK[mask](value) if mask in _BY_MASK else None
