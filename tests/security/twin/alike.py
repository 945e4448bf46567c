"""Another value behind the same mask: what MASKED shows of both is equal."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from service.core.enums import Salutation
from service.core.fields.spec import FieldSpec, Mask
from service.rules import masks
from tests.security.twin import values
from tests.security.twin.rows import Row


def shown(spec: FieldSpec, row: Row) -> Any:
    """What MASKED shows of this field of this row."""
    salutation = row.get("salutation")
    return masks.shown(spec.shown_masked, row[spec.name], salutation and Salutation(salutation))


def _name(rng: random.Random, before: str) -> str:
    if ord(before[0]) < masks.FIRST_EAST_ASIAN:
        return before[0] + values.local_part(rng, 6)
    if "·" in before:
        return f"{before[0]}·{rng.choice(values.GIVEN)}{rng.choice(values.GIVEN)}"
    surname = before[:2] if len(before) > 2 and before[:2] in values.SURNAMES else before[:1]
    return surname + rng.choice(values.GIVEN)


def _mobile(rng: random.Random, before: str) -> str:
    return before[:3] + "".join(rng.choices("0123456789", k=4)) + before[7:]


def _landline(rng: random.Random, before: str) -> str:
    digits = "".join(rng.choices("0123456789", k=6))
    if "-" not in before:
        return digits + "00"
    area, number = before.split("-")[:2]
    return f"{area}-{digits}{number[-2:]}"


def _email(rng: random.Random, before: str) -> str:
    at = before.index("@")
    # The only character of a local part is not shown, and neither is how many follow the first.
    local = values.local_part(rng, 1) if at == 1 else before[0] + values.local_part(rng, rng.randint(1, 6))
    return local + before[at:]


_BY_MASK: dict[Mask, Callable[[random.Random, str], str]] = {
    Mask.PERSON_NAME: _name,
    Mask.MOBILE: _mobile,
    Mask.LANDLINE: _landline,
    Mask.EMAIL: _email,
}


def change(rng: random.Random, spec: FieldSpec, row: Row) -> None:
    """Change the cell behind its mask. Null-ness, choices, numbers and times stay: MASKED shows them."""
    before, mask = row[spec.name], spec.shown_masked
    if before is None or mask is Mask.SHOW:
        return
    for _ in range(50):
        after = values.value(rng, spec) if mask in (Mask.HIDE, Mask.CITY) else _BY_MASK[mask](rng, before)
        if after != before:
            break
    else:
        raise AssertionError(f"nothing else looks like {spec.name}")
    look = shown(spec, row)
    row[spec.name] = after
    assert shown(spec, row) == look, f"{spec.name}: {before} and {after} do not look alike"
