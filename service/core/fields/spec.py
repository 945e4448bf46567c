"""What a field is, said once.

The schema reads these specifications for its types, its directive and its `where` input; the reader maps them to
columns; operations take from them what may be set. The start-up compares the three (`tests/architecture`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property
from typing import Any

from service.core.enums import CustomerKind, DataClass, Labelled


class FieldType(Enum):
    """The kind of value. Decides the scalar of the API and the operators of a filter."""

    ID = auto()
    STRING = auto()
    INT = auto()
    BOOLEAN = auto()
    DECIMAL = auto()
    MONEY = auto()
    """An amount, and its currency in the column `<name>_currency`. Compared and sorted by the amount."""
    DATE = auto()
    DATETIME = auto()
    ENUM = auto()
    ENUM_LIST = auto()
    CHOICE = auto()
    """A code of a list of values that administrators edit; `enum` has those that the list begins with."""
    CHOICE_LIST = auto()
    LINK = auto()
    """An address that is good for minutes: made for each answer, and noted in the change log."""

    @property
    def is_list(self) -> bool:
        return self in (FieldType.ENUM_LIST, FieldType.CHOICE_LIST)

    @property
    def is_choice(self) -> bool:
        return self in (FieldType.CHOICE, FieldType.CHOICE_LIST)


class Mask(Enum):
    """What is left of a value below FULL (§9). The SQL is in `storage.reader.masks`, the Python in `rules.masks`."""

    HIDE = auto()  # texts and amounts: null
    SHOW = auto()  # choices, numbers, flags and times: shown
    PERSON_NAME = auto()
    MOBILE = auto()
    LANDLINE = auto()
    EMAIL = auto()
    LAST_FOUR = auto()
    CITY = auto()  # a street address: the city of its region


class Part(Enum):
    """What of a value makes the key of a group."""

    WHOLE = auto()
    MONTH = auto()
    """Of a day, or of a moment in the business zone."""
    SECTION = auto()  # of an industry
    PROVINCE = auto()
    CITY = auto()


_EQUAL = ("eq", "ne", "in")
_ORDERED = (*_EQUAL, "gt", "gte", "lt", "lte", "isNull")
OPERATORS: dict[FieldType, tuple[str, ...]] = {
    FieldType.ID: _EQUAL,
    FieldType.STRING: (*_EQUAL, "contains", "startsWith", "isNull"),
    FieldType.INT: _ORDERED,
    FieldType.BOOLEAN: ("eq", "ne", "isNull"),
    FieldType.DECIMAL: _ORDERED,
    FieldType.MONEY: _ORDERED,
    FieldType.DATE: _ORDERED,
    FieldType.DATETIME: _ORDERED,
    FieldType.ENUM: (*_EQUAL, "isNull"),
    FieldType.ENUM_LIST: ("contains", "isNull"),
    FieldType.CHOICE: (*_EQUAL, "isNull"),
    FieldType.CHOICE_LIST: ("contains", "isNull"),
    FieldType.LINK: (),
}

_MASKS = {kind: Mask.HIDE for kind in (FieldType.STRING, FieldType.DECIMAL, FieldType.MONEY, FieldType.LINK)}


_GROUPED_BY = {
    FieldType.BOOLEAN: (Part.WHOLE,),
    FieldType.ENUM: (Part.WHOLE,),
    FieldType.CHOICE: (Part.WHOLE,),
    FieldType.DATE: (Part.MONTH,),
    FieldType.DATETIME: (Part.MONTH,),
}


@dataclass(frozen=True, kw_only=True)
class FieldSpec:
    """One field of one type."""

    name: str
    """snake_case: the column, the Python attribute and, in camelCase, the name in the API."""
    type: FieldType = FieldType.STRING
    data_class: DataClass
    individual_class: DataClass | None = None
    """Where an individual's value is more sensitive than an enterprise's (a name is a company's or a person's)."""
    enum: type[Labelled] | None = None
    mask: Mask | None = None
    zh: str
    en: str
    doc: str
    """The description in the API. Ends with a full stop."""
    filterable: bool = True
    sortable: bool = False
    settable: bool = False
    core: bool = False
    """Core information: changing it needs a stated reason, and who at the customer confirmed it when (D33)."""
    reviewed: bool = False
    """High-risk information: a change of it waits until somebody else has agreed (D32)."""
    only_for: CustomerKind | None = None
    """Set on customers of this kind only."""
    grouped_by: tuple[Part, ...] | None = None
    """What records are grouped by; by type where it is None: choices and flags whole, days and moments by month."""
    measured: bool = True
    """Whether sums, least, greatest and average of a number say anything."""
    nullable: bool = True

    @property
    def shown_masked(self) -> Mask:
        return self.mask or _MASKS.get(self.type, Mask.SHOW)

    @property
    def operators(self) -> tuple[str, ...]:
        return OPERATORS[self.type] if self.filterable else ()

    @property
    def group_parts(self) -> tuple[Part, ...]:
        return _GROUPED_BY.get(self.type, ()) if self.grouped_by is None else self.grouped_by

    def class_for(self, kind: CustomerKind) -> DataClass:
        """The data class of this field on a customer of that kind."""
        return self.individual_class if kind == CustomerKind.INDIVIDUAL and self.individual_class else self.data_class


@dataclass(frozen=True, kw_only=True)
class RelationSpec:
    """A link from one entity to another: to one, or to many (then a connection with limits)."""

    name: str
    target: str
    many: bool = False
    doc: str
    nullable: bool = True
    """A to-one link may lead to nothing: to no record, or to one that does not exist for the viewer."""
    data_class: DataClass | None = None
    """Of a to-one link that is more sensitive than the record it stands on: below MASKED it leads to nothing."""
    settable: bool = False
    """A to-one link that an input sets, by the id `<name>_id`."""
    zh: str = ""


@dataclass(frozen=True)
class Stricter:
    """Rows of a type that exist only for who has FULL on a further class: a contract, what belongs to a contact."""

    column: str
    value: Labelled | None
    """What stands in the column of such a row; None: anything."""
    data_class: DataClass

    def holds(self, row: Any) -> bool:
        """Whether a row, with its columns as attributes, is one of them."""
        found = getattr(row, self.column)
        return found is not None if self.value is None else found == self.value


@dataclass(frozen=True, kw_only=True)
class EntitySpec:
    """One type of record: its fields, its links, and the class that decides whether a row exists for a viewer."""

    name: str
    prefix: str
    """Starts its opaque ids (`cus_…`)."""
    row_class: DataClass
    stricter: tuple[Stricter, ...] = ()
    """Which rows ask for more than that."""
    extensible: bool = False
    """Administrators add fields of their own to it (D10): see `fields.custom_fields`."""
    holds_changes: bool = False
    """Each row holds what fields of another record were before and after (D35): see `fields.changes`."""
    apart: bool = False
    """May belong to no customer, or to many, and asks by itself for whom each row exists."""
    guarded: bool = True
    """Belongs to a customer and stands under its guards. Not so: people, departments, tags."""
    zh: str
    en: str
    doc: str
    fields: tuple[FieldSpec, ...]
    relations: tuple[RelationSpec, ...] = ()
    default_order: tuple[tuple[str, bool], ...] = field(default=(("created_at", True),))
    """(field, descending) pairs; the id is appended, in the direction of the last one."""

    @cached_property
    def by_name(self) -> dict[str, FieldSpec]:
        return {f.name: f for f in self.fields}

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that an input sets by fields of the record itself."""
        amounts = (f"{f.name}_currency" for f in self.fields if f.settable and f.type is FieldType.MONEY)
        return (*(f.name for f in self.fields if f.settable), *amounts)

    @cached_property
    def relation_by_name(self) -> dict[str, RelationSpec]:
        return {r.name: r for r in self.relations}
