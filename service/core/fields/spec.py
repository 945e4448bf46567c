"""What a field is, said once.

The schema reads these specifications for its types, its directive and its `where` input; the reader maps them to
columns; operations take from them what may be set. The start-up compares the three (`tests/architecture`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property

from service.core.enums import CustomerKind, DataClass, Labelled


class FieldType(Enum):
    """The kind of value. Decides the scalar of the API and the operators of a filter."""

    ID = auto()
    STRING = auto()
    INT = auto()
    BOOLEAN = auto()
    DATE = auto()
    DATETIME = auto()
    ENUM = auto()
    ENUM_LIST = auto()


class Mask(Enum):
    """What is left of a value below FULL (§9). The SQL is in `storage.reader.masks`, the Python in `rules.masks`."""

    HIDE = auto()  # texts: null
    SHOW = auto()  # choices, numbers, flags and times: shown
    PERSON_NAME = auto()
    MOBILE = auto()
    LANDLINE = auto()
    EMAIL = auto()
    LAST_FOUR = auto()
    CITY = auto()  # a street address: the city of its region


OPERATORS: dict[FieldType, tuple[str, ...]] = {
    FieldType.ID: ("eq", "ne", "in", "isNull"),
    FieldType.STRING: ("eq", "ne", "in", "contains", "startsWith", "isNull"),
    FieldType.INT: ("eq", "ne", "in", "gt", "gte", "lt", "lte", "isNull"),
    FieldType.BOOLEAN: ("eq", "ne", "isNull"),
    FieldType.DATE: ("eq", "ne", "in", "gt", "gte", "lt", "lte", "isNull"),
    FieldType.DATETIME: ("eq", "ne", "in", "gt", "gte", "lt", "lte", "isNull"),
    FieldType.ENUM: ("eq", "ne", "in", "isNull"),
    FieldType.ENUM_LIST: ("contains", "isNull"),
}

_TEXT_MASK = {FieldType.STRING: Mask.HIDE}


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
    """Core information: changing it needs a stated reason (D33)."""
    nullable: bool = True

    @property
    def shown_masked(self) -> Mask:
        return self.mask or _TEXT_MASK.get(self.type, Mask.SHOW)

    @property
    def operators(self) -> tuple[str, ...]:
        return OPERATORS[self.type] if self.filterable else ()

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


@dataclass(frozen=True, kw_only=True)
class EntitySpec:
    """One type of record: its fields, its links, and the class that decides whether a row exists for a viewer."""

    name: str
    prefix: str
    """Starts its opaque ids (`cus_…`)."""
    row_class: DataClass
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
    def relation_by_name(self) -> dict[str, RelationSpec]:
        return {r.name: r for r in self.relations}
