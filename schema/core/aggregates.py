"""The types of counts, sums and groups, made from the field specifications."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import strawberry

from schema.core.enums import graphql_enum
from schema.core.scalars import CustomFieldKey, Decimal
from schema.core.types import Guarded, argument, described, lazy, named, python_type, with_arguments
from service.core import enums
from service.core.fields import ENTITIES
from service.core.fields.groups import LARGEST, MOST_KEYS, GroupKey, group_keys, measures
from service.core.fields.spec import EntitySpec, FieldSpec, FieldType, Part, RelationSpec

COST = 200
"""What an aggregate costs, whatever it finds: it reads every record that meets its conditions."""

MODULE = sys.modules[__name__]
_SHOWN = "Of how many records you are shown the value."
_FORMS = {
    Part.MONTH: "As YYYY-MM, in the time zone of the business.",
    Part.SECTION: "A letter of GB/T 4754, or OTHER.",
    Part.PROVINCE: "Six digits of GB/T 2260.",
    Part.CITY: "Six digits of GB/T 2260.",
}


@strawberry.type(description="Sum, least, greatest and average of the values that you are shown.")
class NumberAggregate:
    count: int = strawberry.field(description=_SHOWN)
    sum: Decimal | None = strawberry.field(description="All of them added; null where there is none.")
    min: Decimal | None = strawberry.field(description="The least.")
    max: Decimal | None = strawberry.field(description="The greatest.")
    avg: Decimal | None = strawberry.field(description="Their average, to six places.")


@strawberry.type(description="The same of the amounts in one currency: two currencies are never added.")
class MoneyAggregate(NumberAggregate):
    currency: str = strawberry.field(description="Three letters of ISO 4217.")


@strawberry.type(description="How many of the flags that you are shown are set.")
class FlagAggregate:
    count: int = strawberry.field(description=_SHOWN)
    true_count: int = strawberry.field(description="Of how many it is set.")
    share: float | None = strawberry.field(description="The part of them, from 0 to 1; null where there is none.")


_OF_TYPE = "Where the field is of type {}; else null."


@strawberry.type(description="What comes together in a field that administrators defined.")
class CustomFieldAggregate:
    key: CustomFieldKey = strawberry.field(description="The key of the field.")
    number: NumberAggregate | None = strawberry.field(description=_OF_TYPE.format("NUMBER"))
    money: list[MoneyAggregate] | None = strawberry.field(description=_OF_TYPE.format("MONEY"))
    boolean: FlagAggregate | None = strawberry.field(description=_OF_TYPE.format("BOOLEAN"))


@strawberry.type(description="The value of one field that administrators defined, as key of a group.")
class CustomFieldGroup:
    key: CustomFieldKey = strawberry.field(description="The key of the field.")
    code: str | None = strawberry.field(description=_OF_TYPE.format("CHOICE"))
    boolean: bool | None = strawberry.field(description=_OF_TYPE.format("BOOLEAN"))


class GroupOrder(enums.Labelled):
    """What groups are ordered by. A group without a key comes last among equals."""

    COUNT = "count", "按数量，多者在前", "By how many records they have, largest first"
    KEY = "key", "按分组键", "By their keys, upwards"


graphql_enum(GroupOrder)


def _unread() -> None:
    raise AssertionError("made by the reader")


def _guarded(field: FieldSpec) -> list[Any]:
    return [Guarded(by=field.data_class, individual=field.individual_class or strawberry.UNSET)]


def _measure(field: FieldSpec) -> tuple[Any, Any]:
    kinds: dict[FieldType, Any] = {FieldType.MONEY: list[MoneyAggregate], FieldType.BOOLEAN: FlagAggregate}
    kind = kinds.get(field.type, NumberAggregate)
    return kind, strawberry.field(description=described(field), directives=_guarded(field))


def _measures(spec: EntitySpec) -> dict[str, tuple[Any, Any]]:
    found = {field.name: _measure(field) for field in measures(spec)}
    if spec.extensible:
        keys = argument(list[CustomFieldKey], "Which: of type NUMBER, MONEY or BOOLEAN.")
        kind = list[CustomFieldAggregate]
        text = "Fields that administrators defined, each under its own data class (D10)."
        resolver = with_arguments(_copied(), {"keys": keys})
        found["custom_fields"] = kind, strawberry.field(resolver=resolver, graphql_type=kind, description=text)
    return found


def _copied() -> Callable[..., Any]:
    """A resolver of its own: its signature is changed."""
    return lambda self: _unread()


def _key(key: GroupKey) -> tuple[Any, Any]:
    if isinstance(key.source, RelationSpec):
        directives = [Guarded(by=key.source.data_class)] if key.source.data_class else []
        return lazy(key.source.target) | None, strawberry.field(description=key.source.doc, directives=directives)
    whole = key.part is Part.WHOLE and key.source.type is not FieldType.STRING
    text = f"{described(key.source)} {_FORMS[key.part]}" if key.part in _FORMS else described(key.source)
    return (python_type(key.source) if whole else str) | None, strawberry.field(
        description=text, directives=_guarded(key.source)
    )


def make(entity: str) -> None:
    """The types of one entity: `…Aggregate`, `…Group`, `…GroupKey`, and the enumeration `…GroupBy`."""
    spec, keys = ENTITIES[entity], group_keys(entity)
    values = enums.Labelled(f"{entity}GroupBy", {k.name.upper(): (k.name, k.zh, k.en) for k in keys.values()})  # type: ignore[call-overload]
    values.__doc__ = f"What records of type {entity} can be grouped by."
    setattr(MODULE, f"{entity}GroupBy", graphql_enum(values))  # type: ignore[arg-type]
    members = {key.name: _key(key) for key in keys.values()}
    if spec.extensible:
        text = "The keys that administrators defined, in the order of `groupByCustomFields`."
        members["custom_fields"] = list[CustomFieldGroup], strawberry.field(description=text)
    text = (
        "What the records of a group have in common. A key is null of records that have no value or do not show it to"
        " you, and where nothing was grouped by it."
    )
    key = _made(f"{entity}GroupKey", members, text)
    count = int, strawberry.field(description="How many records there are.")
    group = {"key": (key, strawberry.field(description="What they have in common.")), "count": count}
    made = _made(f"{entity}Group", group | _measures(spec), "Records with the same keys, as you may see them.")
    whole = {
        "count": count,
        "groups": (list[made], strawberry.field(description="The first groups.")),  # type: ignore[valid-type]
        "group_count": (int, strawberry.field(description="How many groups there are.")),
        "omitted_groups": (int, strawberry.field(description="How many of them are not among `groups`.")),
        "omitted_count": (int, strawberry.field(description="How many records are in those.")),
    }
    text = "Counts, sums and groups of all records that exist for you and meet the conditions."
    _made(f"{entity}Aggregate", whole | _measures(spec), text)


def _made(name: str, members: dict[str, tuple[Any, Any]], description: str) -> Any:
    made = strawberry.type(named(name, members, module=__name__), description=description)
    setattr(MODULE, name, made)
    return made


def aggregate_field(entity: str, description: str, **extra: Any) -> Any:
    """Counts, sums and groups of records of one type, and `extra` arguments."""
    spec = ENTITIES[entity]
    arguments = {
        "where": argument(lazy(f"{entity}Where") | None, "Only records that meet this."),
        "group_by": argument(list[vars(MODULE)[f"{entity}GroupBy"]] | None, f"At most {MOST_KEYS} keys."),
        "first": argument(int | None, f"How many groups, at most {LARGEST}; so many where it is not given."),
        "order_by": argument(GroupOrder | None, "The largest groups first where it is not given."),
    }
    if spec.extensible:
        text = "Further keys: fields of type CHOICE or BOOLEAN that administrators defined."
        arguments["group_by_custom_fields"] = argument(list[CustomFieldKey] | None, text)
    return strawberry.field(
        resolver=with_arguments(_copied(), arguments | extra),
        graphql_type=vars(MODULE)[f"{entity}Aggregate"],
        description=description,
    )
