"""Values for columns, from few words, so that conditions hit."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from service.boundary import vault
from service.core.fields.spec import FieldSpec, FieldType
from service.rules import masks

START = datetime(2025, 3, 1, 8, tzinfo=UTC)
WORDS = ("报价", "样品", "合同", "交付", "价格", "设备", "续签", "试用", "展会", "回访", "Offer", "Demo", "100%", "a_b")
SURNAMES = ("张", "王", "李", "欧阳", "司马", "陈", "诸葛", "曾", "单")
GIVEN = ("伟", "芳", "小明", "建国", "丽华", "雪", "志强", "子涵", "思远")
LETTERED = ("Anna Schmidt", "John Wu", "阿依古丽·买买提", "Bob", "Émile Zola")
PLACES = ("杭州", "宁波", "上海", "苏州", "重庆", "厦门")
TRADES = ("明策", "清高", "小米粒", "三江", "海通达", "东阿")
ENDINGS = ("科技有限公司", "食品股份有限公司", "贸易有限公司")
DOMAINS = ("acme.example", "corp.example", "qq.example")


def words(rng: random.Random) -> str:
    return "".join(rng.choices(WORDS, k=rng.randint(1, 3)))


def person(rng: random.Random) -> str:
    if rng.random() < 0.15:
        return rng.choice(LETTERED)
    return rng.choice(SURNAMES) + rng.choice(GIVEN)


def company(rng: random.Random) -> str:
    return rng.choice(PLACES) + rng.choice(TRADES) + rng.choice(ENDINGS)


def mobile(rng: random.Random) -> str:
    return rng.choice(("138", "139", "187")) + "".join(rng.choices("0123456789", k=8))


def local_part(rng: random.Random, length: int) -> str:
    return "".join(rng.choices("abcdefgh", k=length))


def email(rng: random.Random) -> str:
    return f"{local_part(rng, rng.choice((1, 2, 6)))}@{rng.choice(DOMAINS)}"


def landline(rng: random.Random) -> str:
    number = "".join(rng.choices("0123456789", k=8))
    return rng.choice((f"0571-{number}", f"021-{number}-12", number))


def moment(rng: random.Random) -> datetime:
    # Few different hours: ties are where an order shows what it should not.
    return START + timedelta(hours=rng.randint(0, 60))


def digest(rng: random.Random) -> str:
    return "".join(rng.choices("0123456789abcdef", k=64))


def _digits(count: int) -> Callable[[random.Random], str]:
    return lambda rng: "".join(rng.choices("0123456789", k=count))


def _region_code(rng: random.Random) -> str:
    return rng.choice(("330100", "310000", "330106"))


NUMBERS = {
    "id_number": ("11010519491231002X", "330102199001011234"),
    "bank_account": ("6222021234567890123", "440301560001234"),
}  # fmt: skip
"""The protected values of the world, by column."""


def _protected(numbers: tuple[str, ...]) -> Callable[[random.Random], str | None]:
    return lambda rng: masks.last_four(rng.choice(numbers))


def protected_digest(column: str, shown: str) -> str:
    """Of the number that is shown so."""
    return next((vault.digest(column, one) for one in NUMBERS[column] if one[-4:] == shown[-4:]), "0" * 64)


_BY_NAME: dict[str, Callable[[random.Random], Any]] = {
    "mobile": mobile,
    "email": email,
    "landline": landline,
    "uscc": _digits(18),
    "business_code": _digits(6),
    "id_number_last_four": _digits(4),
    **{column: _protected(numbers) for column, numbers in NUMBERS.items()},
    **dict.fromkeys(
        ("region_code", "registered_region_code", "delivery_region_code", "business_region_code"), _region_code
    ),
    "industry_code": lambda rng: rng.choice(("C14", "F51", "OTHER")),
    "phone": landline,
    "manager_name": person,
    "share": lambda rng: Decimal(rng.randint(1, 10_000)).scaleb(-2),
    "birthday": lambda rng: f"0{rng.randint(1, 9)}-{rng.randint(10, 28)}",
    "sha256": digest,
    "version": lambda rng: rng.randint(1, 9),
}

_BY_TYPE: dict[FieldType, Callable[[random.Random], Any]] = {
    FieldType.STRING: words,
    FieldType.INT: lambda rng: rng.randint(1, 90),
    FieldType.DECIMAL: lambda rng: Decimal(rng.randint(-80_000_000, 80_000_000)).scaleb(-6),
    FieldType.MONEY: lambda rng: Decimal(rng.randint(1, 10**14)).scaleb(-2),
    FieldType.BOOLEAN: lambda rng: rng.random() < 0.5,
    FieldType.DATE: lambda rng: date(2025, 6, 1) + timedelta(days=rng.randint(0, 40)),
    FieldType.DATETIME: moment,
}


def value(rng: random.Random, spec: FieldSpec) -> Any:
    """A value that is set, for any column but a name."""
    if spec.name in _BY_NAME:
        return _BY_NAME[spec.name](rng)
    if spec.enum is not None:
        codes = [member.value for member in spec.enum]
        return rng.sample(codes, rng.randint(1, 2)) if spec.type.is_list else rng.choice(codes)
    return _BY_TYPE[spec.type](rng)


def other(rng: random.Random, spec: FieldSpec, before: Any) -> Any:
    """A value that is set and differs."""
    for _ in range(50):
        found = value(rng, spec)
        if found != before:
            return found
    raise AssertionError(f"{spec.name} has but one value")
