"""The types of the API, made from the field specifications.

A new field is one line there, and is then in its type, in its `where` input and in its order, with its description and
its data class. The values of these fields are made by the reader; nothing here resolves them.
"""

from __future__ import annotations

import dataclasses
import inspect
import sys
from typing import Annotated, Any

import strawberry
from strawberry.schema_directive import Location

from schema.core import inputs
from schema.core.enums import graphql_enum
from schema.core.scalars import CustomFieldKey, Date, DateTime, Decimal
from schema.core.values import Link, Money, MoneyInput
from service.core import enums
from service.core.fields import ENTITIES
from service.core.fields.spec import EntitySpec, FieldSpec, FieldType, RelationSpec

MODULE = sys.modules[__name__]

DataClass = graphql_enum(enums.DataClass)


@strawberry.schema_directive(
    name="guarded",
    locations=[Location.FIELD_DEFINITION],
    description="The data class that decides whether a viewer sees this field whole, masked or not at all.",
)
class Guarded:
    by: DataClass = strawberry.directive_field(name="by")  # type: ignore[valid-type]
    individual: DataClass | None = strawberry.directive_field(name="individual", default=strawberry.UNSET)  # type: ignore[valid-type]


GUARDED_ARGUMENTS = {
    "by": "The data class of the field.",
    "individual": "The data class where the customer is an individual.",
}
"""Strawberry has no place for the description of a directive's argument: `schema.api` puts them in."""


@strawberry.interface(description="Anything that has an id of its own.")
class Node:
    id: strawberry.ID = strawberry.field(description="Opaque; unique over all types.")


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether there are records behind this page.")
    has_previous_page: bool = strawberry.field(description="Whether there are records before this page.")
    start_cursor: str | None = strawberry.field(description="The cursor of the first record.")
    end_cursor: str | None = strawberry.field(description="The cursor of the last record.")


class OrderDirection(enums.Labelled):
    """Upwards or downwards. Records without a visible value come last either way."""

    ASC = "asc", "升序", "Ascending"
    DESC = "desc", "降序", "Descending"


graphql_enum(OrderDirection)


_SCALARS: dict[FieldType, Any] = {
    FieldType.ID: strawberry.ID,
    FieldType.STRING: str,
    FieldType.INT: int,
    FieldType.BOOLEAN: bool,
    FieldType.DECIMAL: Decimal,
    FieldType.DATE: Date,
    FieldType.DATETIME: DateTime,
    FieldType.CHOICE: str,
    FieldType.CHOICE_LIST: list[str],
}

_OPERATOR_TEXT = {
    "eq": "Equal to this.",
    "ne": "Not equal to this; a value that is not set counts as different.",
    "in": "One of these.",
    "gt": "Greater than, or later than, this.",
    "gte": "At least this, or not before it.",
    "lt": "Less than, or earlier than, this.",
    "lte": "At most this, or not after it.",
    "contains": "Holds this; in texts without regard to case.",
    "startsWith": "Begins with this, without regard to case.",
    "isNull": "Whether the value is not set.",
}


_OBJECTS: dict[FieldType, Any] = {FieldType.MONEY: Money, FieldType.LINK: Link}
"""Types of values that have parts."""


def lazy(name: str) -> Any:
    """A type of this module that may not be made yet."""
    return Annotated[name, strawberry.lazy("schema.core.types")]


def named(name: str, members: dict[str, tuple[Any, Any]], bases: tuple[type, ...] = (), module: str = __name__) -> type:
    """A class with these annotated members."""
    namespace: dict[str, Any] = {"__annotations__": {k: annotation for k, (annotation, _) in members.items()}}
    namespace |= {k: value for k, (_, value) in members.items()} | {"__module__": module}
    return type(name, bases, namespace)


def python_type(field: FieldSpec) -> Any:
    """The annotation of a field's value, without null, as a filter compares it."""
    if field.type in (FieldType.ENUM, FieldType.ENUM_LIST):
        member = graphql_enum(field.enum)  # type: ignore[arg-type]
        return list[member] if field.type is FieldType.ENUM_LIST else member  # type: ignore[valid-type]
    return Decimal if field.type is FieldType.MONEY else _SCALARS[field.type]


def described(field: FieldSpec) -> str:
    listed = f" One of the list {field.enum.__name__}." if field.type.is_choice and field.enum else ""
    return f"{field.zh}. {field.doc}{listed}"


def _object_field(field: FieldSpec) -> tuple[Any, Any]:
    kind = _OBJECTS.get(field.type) or python_type(field)
    directive = Guarded(by=field.data_class, individual=field.individual_class or strawberry.UNSET)
    return (kind | None if field.nullable else kind), strawberry.field(
        description=described(field), directives=[directive]
    )


def _relation_field(relation: RelationSpec) -> tuple[Any, Any]:
    if relation.many:
        return lazy(f"{relation.target}Connection"), list_field(relation.target, relation.doc)
    kind = lazy(relation.target)
    directives = [Guarded(by=relation.data_class)] if relation.data_class else []
    return (kind | None if relation.nullable else kind), strawberry.field(
        description=relation.doc, directives=directives
    )


def list_field(target: str, description: str, **extra: Any) -> Any:
    """A connection to records of type `target`, with the arguments of every list and `extra` ones."""

    def resolver(self):  # type: ignore[no-untyped-def]
        raise AssertionError("a list is made by the reader")

    kind = lazy(f"{target}Connection")
    return strawberry.field(
        resolver=with_list_arguments(resolver, target, **extra), graphql_type=kind, description=description
    )


_CUSTOM_WHERE = "Fields that administrators defined; all of these hold."


def _elsewhere(name: str, module: str) -> Any:
    """A type that another module makes."""
    return Annotated[name, strawberry.lazy(module)]


def _custom(name: str) -> Any:
    return _elsewhere(name, "schema.core.custom")


def _custom_field() -> tuple[Any, Any]:
    """The values of fields that administrators defined."""

    def resolver(self):  # type: ignore[no-untyped-def]
        raise AssertionError("made by the reader")

    keys = argument(list[CustomFieldKey] | None, "Only these, retired ones as well; all in use if not given.")
    kind = list[_custom("CustomFieldValue")]
    text = "Fields that administrators defined, each under its own data class (D10)."
    return kind, strawberry.field(
        resolver=with_arguments(resolver, {"keys": keys}), graphql_type=kind, description=text
    )


def record_field(target: str, description: str, **arguments: Any) -> Any:
    """A record of type `target`, or null."""

    def resolver(self):  # type: ignore[no-untyped-def]
        raise AssertionError("a record is made by the reader")

    return strawberry.field(
        resolver=with_arguments(resolver, arguments), graphql_type=lazy(target) | None, description=description
    )


def records_field(target: str, description: str) -> Any:
    """Records of type `target` in an order of their own, without pages; null for one that has gone meanwhile."""

    def resolver(self):  # type: ignore[no-untyped-def]
        raise AssertionError("records are made by the reader")

    return strawberry.field(resolver=resolver, graphql_type=list[lazy(target) | None], description=description)  # type: ignore[misc]


def with_list_arguments(resolver: Any, target: str, **extra: Any) -> Any:
    """Give a function the arguments that every list of that type has."""
    arguments = {
        "first": argument(int | None, "How many records from the front, at most 100. 20 where neither is given."),
        "after": argument(str | None, "Only records behind this cursor."),
        "last": argument(int | None, "How many records from the back, at most 100."),
        "before": argument(str | None, "Only records before this cursor."),
        "where": argument(lazy(f"{target}Where") | None, "Only records that meet this."),
        "order_by": argument(list[lazy(f"{target}OrderBy")] | None, "What to sort by; ties are broken by id."),
    }
    return with_arguments(resolver, arguments | extra)


def with_arguments(resolver: Any, arguments: dict[str, Any]) -> Any:
    kind, own = inspect.Parameter, list(inspect.signature(resolver).parameters.values())
    given = [
        kind(name, kind.KEYWORD_ONLY, default=strawberry.UNSET if _is_optional(a) else kind.empty, annotation=a)
        for name, a in arguments.items()
    ]
    resolver.__signature__ = inspect.Signature([*own, *given])
    resolver.__annotations__ = {**resolver.__annotations__, **arguments}
    return resolver


def _is_optional(annotation: Any) -> bool:
    return type(None) in getattr(annotation.__origin__, "__args__", ())


def argument(kind: Any, description: str) -> Any:
    return Annotated[kind, strawberry.argument(description=description)]


AS_OF = argument(
    DateTime | None,
    "A moment: the record as it was at its end, as you may see its fields today (D36). Without its lists. Protected"
    " values, and what the change log does not keep any more, are null.",
)

_FILTERS = {
    FieldType.ID: "ID",
    FieldType.DATETIME: "DateTime",
    FieldType.MONEY: "Decimal",
    FieldType.CHOICE_LIST: "ChoiceList",
}


def _make_filters() -> None:
    for field in (f for spec in ENTITIES.values() for f in spec.fields if f.filterable):
        name = filter_name(field)
        if hasattr(MODULE, name):
            continue
        setattr(MODULE, name, _filter_input(name, python_type(field), field.operators))
    MODULE.IDFilter = _filter_input("IDFilter", strawberry.ID, ("eq", "ne", "in"))  # type: ignore[attr-defined]


def _filter_input(name: str, kind: Any, operators: tuple[str, ...]) -> type:
    members: dict[str, tuple[Any, Any]] = {}
    for operator in operators:
        element = kind.__args__[0] if hasattr(kind, "__args__") and operator == "contains" else kind
        annotation = {"in": list[element], "isNull": bool}.get(operator, element)
        attribute = {"in": "in_", "isNull": "is_null", "startsWith": "starts_with"}.get(operator, operator)
        members[attribute] = (
            annotation | None,
            strawberry.field(name=operator, default=strawberry.UNSET, description=_OPERATOR_TEXT[operator]),
        )
    return strawberry.input(named(name, members), description="Conditions on one value; all of them hold.")


def input_type(name: str, spec: EntitySpec, description: str, *, leave_out: tuple[str, ...] = (), **also: Any) -> Any:
    """An input with every settable field of an entity, all optional, and `also`: pairs of annotation and description.

    A field that is left out stays as it is; null clears it.
    """
    members = {
        n: (annotation, strawberry.field(description=text, default=_default(annotation)))
        for n, (annotation, text) in also.items()
    }
    members |= {
        f.name: _optional(MoneyInput if f.type is FieldType.MONEY else python_type(f), described(f))
        for f in spec.fields
        if f.settable and f.name not in (*leave_out, *also)
    }
    members |= {f"{r.name}_id": _optional(strawberry.ID, f"{r.zh}. {r.doc}") for r in spec.relations if r.settable}
    made = strawberry.input(named(name, members), description=description)
    made.__strawberry_definition__.from_input = inputs.make
    setattr(MODULE, name, made)
    return made


def _default(annotation: Any) -> Any:
    optional = type(None) in getattr(annotation, "__args__", ())
    return strawberry.UNSET if optional else dataclasses.MISSING


def filter_name(field: FieldSpec) -> str:
    if field.enum is not None and not field.type.is_choice:
        return f"{field.enum.__name__}{'List' if field.type.is_list else ''}Filter"
    return _FILTERS.get(field.type, field.type.name.title()) + "Filter"


def _optional(annotation: Any, description: str, name: str | None = None) -> tuple[Any, Any]:
    return annotation | None, strawberry.field(name=name, default=strawberry.UNSET, description=description)


def _make_where(spec: EntitySpec) -> None:
    own = lazy(f"{spec.name}Where")
    members: dict[str, tuple[Any, Any]] = {
        "and_": _optional(list[own], "All of these hold.", "and"),
        "or_": _optional(list[own], "One of these holds.", "or"),
        "not_": _optional(own, "This does not hold. A hidden value never matches, in either way.", "not"),
        "id": _optional(lazy("IDFilter"), "The record's id."),
    }
    for field in spec.fields:
        if field.filterable:
            members[field.name] = _optional(lazy(filter_name(field)), field.doc)
    for relation in spec.relations:
        kind = lazy(f"{relation.target}ListWhere") if relation.many else lazy(f"{relation.target}Where")
        members[relation.name] = _optional(kind, relation.doc)
    if spec.extensible:
        members["custom_fields"] = _optional(list[_custom("CustomFieldCondition")], _CUSTOM_WHERE)
    made = strawberry.input(named(f"{spec.name}Where", members), description=f"Conditions on a {spec.en.lower()}.")
    setattr(MODULE, f"{spec.name}Where", made)
    quantifiers = {
        "some": _optional(own, "At least one record that exists for the viewer meets this."),
        "none": _optional(own, "No record that exists for the viewer meets this."),
    }
    made = strawberry.input(
        named(f"{spec.name}ListWhere", quantifiers), description="Conditions on a list of linked records."
    )
    setattr(MODULE, f"{spec.name}ListWhere", made)


def _make_order(spec: EntitySpec) -> None:
    fields = {f.name.upper(): (f.name, f.zh, f.en) for f in spec.fields if f.sortable}
    values = enums.Labelled(f"{spec.name}OrderField", fields)  # type: ignore[call-overload]
    values.__doc__ = f"What a list of type {spec.name} can be sorted by."
    order_field = graphql_enum(values)  # type: ignore[arg-type]
    members = {
        "field": (order_field, strawberry.field(description="The field.")),
    }
    if spec.extensible:
        members = {
            "field": _optional(order_field, "The field, where it is a built-in one."),
            "custom_field": _optional(CustomFieldKey, "The field, where administrators defined it."),
        }
    members |= {
        "direction": (
            OrderDirection,
            strawberry.field(default=OrderDirection.ASC, description="Upwards unless said otherwise."),
        ),
    }
    made = strawberry.input(named(f"{spec.name}OrderBy", members), description="One step of an order.")
    setattr(MODULE, f"{spec.name}OrderBy", made)


def _make_object(spec: EntitySpec) -> None:
    members = {field.name: _object_field(field) for field in spec.fields}
    members |= {relation.name: _relation_field(relation) for relation in spec.relations}
    if spec.extensible:
        members["custom_fields"] = _custom_field()
    if spec.holds_changes:
        text = "What the fields that changed were before and after, as far as you are shown them now (D43)."
        members["fields"] = (
            list[_elsewhere("FieldChange", "schema.changes")],
            strawberry.field(description=text),
        )
    made = strawberry.type(named(spec.name, members, (Node,)), description=spec.doc)
    setattr(MODULE, spec.name, made)
    edge = {
        "cursor": (str, strawberry.field(description="Where the record stands in the list.")),
        "node": (made, strawberry.field(description="The record.")),
    }
    edge_type = strawberry.type(named(f"{spec.name}Edge", edge), description="A record with its cursor.")
    setattr(MODULE, f"{spec.name}Edge", edge_type)
    connection = {
        "nodes": (list[made], strawberry.field(description="The records of the page.")),  # type: ignore[valid-type]
        "edges": (list[edge_type], strawberry.field(description="The records of the page with cursors.")),  # type: ignore[valid-type]
        "page_info": (PageInfo, strawberry.field(description="Where the page stands in the list.")),
        "total_count": (int, strawberry.field(description="How many records there are; counted only if asked for.")),
    }
    made = strawberry.type(named(f"{spec.name}Connection", connection), description="A page of a list.")
    setattr(MODULE, f"{spec.name}Connection", made)


_make_filters()
for _spec in ENTITIES.values():
    _make_where(_spec)
    _make_order(_spec)
    _make_object(_spec)
