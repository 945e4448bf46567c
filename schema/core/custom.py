"""Values of fields that administrators define: what is read, compared and typed of them.

The schema does not change when a field is defined: a value says which field it is of, and stands under the member of
its type.
"""

from __future__ import annotations

from typing import Any

import strawberry

from schema.core import types
from schema.core.enums import graphql_enum
from schema.core.scalars import CustomFieldKey, Date, Decimal
from schema.core.types import Money, MoneyInput
from service.core import enums
from service.operations.customers.custom_values import Given

# These are made from the specifications, and so have no names to import.
StringFilter, DecimalFilter, DateFilter, BooleanFilter = (
    vars(types)[name] for name in ("StringFilter", "DecimalFilter", "DateFilter", "BooleanFilter")
)
_KEY = "The key of the field."
_GIVEN = "The value, where the field is of type {}."
MEMBERS = ("text", "number", "date", "boolean", "code", "codes", "money")


@strawberry.type(description="What a customer has in a field that administrators defined, as you may see it.")
class CustomFieldValue:
    key: CustomFieldKey = strawberry.field(description=_KEY)
    type: graphql_enum(enums.CustomFieldType) = strawberry.field(description="Which of the members holds it.")  # type: ignore[valid-type]
    text: str | None = strawberry.field(description=_GIVEN.format("TEXT"))
    number: Decimal | None = strawberry.field(description=_GIVEN.format("NUMBER"))
    date: Date | None = strawberry.field(description=_GIVEN.format("DATE"))
    boolean: bool | None = strawberry.field(description=_GIVEN.format("BOOLEAN"))
    code: str | None = strawberry.field(description=_GIVEN.format("CHOICE"))
    codes: list[str] | None = strawberry.field(description=_GIVEN.format("MULTI_CHOICE"))
    money: Money | None = strawberry.field(description=_GIVEN.format("MONEY"))
    is_masked: bool = strawberry.field(
        description="Whether you are shown less than all of it: then null does not say that nothing is set."
    )


@strawberry.input(description="Conditions on the code of a choice.")
class CustomCodeFilter:
    eq: str | None = strawberry.field(default=strawberry.UNSET, description="Equal to this.")
    ne: str | None = strawberry.field(
        default=strawberry.UNSET, description="Not equal to this; a value that is not set counts as different."
    )
    in_: list[str] | None = strawberry.field(name="in", default=strawberry.UNSET, description="One of these.")
    contains: str | None = strawberry.field(default=strawberry.UNSET, description="Of several, this is one.")


@strawberry.input(description="A condition on a field that administrators defined: its key, and one comparison.")
class CustomFieldCondition:
    key: CustomFieldKey = strawberry.field(description=_KEY)
    text: StringFilter | None = strawberry.field(default=strawberry.UNSET, description="Of type TEXT.")  # type: ignore[valid-type]
    number: DecimalFilter | None = strawberry.field(  # type: ignore[valid-type]
        default=strawberry.UNSET, description="Of type NUMBER, and the amount of type MONEY."
    )
    date: DateFilter | None = strawberry.field(default=strawberry.UNSET, description="Of type DATE.")  # type: ignore[valid-type]
    boolean: BooleanFilter | None = strawberry.field(default=strawberry.UNSET, description="Of type BOOLEAN.")  # type: ignore[valid-type]
    code: CustomCodeFilter | None = strawberry.field(
        default=strawberry.UNSET, description="Of type CHOICE by eq, ne and in; of type MULTI_CHOICE by contains."
    )
    is_null: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Of any type: whether the value is not set."
    )


@strawberry.input(description="What a field that administrators defined is to hold: its key, and one value or null.")
class CustomFieldInput:
    key: str = strawberry.field(description=_KEY)
    text: str | None = strawberry.field(default=strawberry.UNSET, description=_GIVEN.format("TEXT"))
    number: Decimal | None = strawberry.field(default=strawberry.UNSET, description=_GIVEN.format("NUMBER"))
    date: Date | None = strawberry.field(default=strawberry.UNSET, description=_GIVEN.format("DATE"))
    boolean: bool | None = strawberry.field(default=strawberry.UNSET, description=_GIVEN.format("BOOLEAN"))
    code: str | None = strawberry.field(default=strawberry.UNSET, description=_GIVEN.format("CHOICE"))
    codes: list[str] | None = strawberry.field(default=strawberry.UNSET, description=_GIVEN.format("MULTI_CHOICE"))
    money: MoneyInput | None = strawberry.field(default=strawberry.UNSET, description=_GIVEN.format("MONEY"))


def given_custom(values: Any) -> list[Given]:
    """The custom fields of an input as operations take them."""
    return [Given(one.key, _members(one)) for one in values or ()]


def _members(one: CustomFieldInput) -> dict[str, Any]:
    found = {name: value for name in MEMBERS if (value := getattr(one, name)) is not strawberry.UNSET}
    money = found.get("money")
    return found | {"money": {"amount": money.amount, "currency": money.currency}} if money else found
