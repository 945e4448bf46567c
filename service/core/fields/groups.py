"""What records are grouped by and what is summed up, from the field specifications (D43).

Choices, flags and links to people and departments are keys of groups by themselves, days and moments by their month;
numbers, amounts and flags are summed up by themselves. A new field of these types needs nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from service.core.enums import Level
from service.core.fields import ENTITIES
from service.core.fields.spec import EntitySpec, FieldSpec, FieldType, Mask, Part, RelationSpec

MOST_KEYS = 3
"""Keys of one question."""
LARGEST = 200
"""Groups of one answer."""

MEASURED = (FieldType.INT, FieldType.DECIMAL, FieldType.MONEY, FieldType.BOOLEAN)


@dataclass(frozen=True)
class GroupKey:
    """One key that records are grouped by: a field or a part of it, or a to-one link."""

    name: str
    source: FieldSpec | RelationSpec
    part: Part
    zh: str
    en: str


def shown_at(field: FieldSpec) -> Level:
    """The level that shows the value as it is: choices, flags, numbers and times are shown at MASKED (§9)."""
    return Level.MASKED if field.shown_masked is Mask.SHOW else Level.FULL


@cache
def group_keys(entity: str) -> dict[str, GroupKey]:
    """The keys of a type of record, by name."""
    spec = ENTITIES[entity]
    keys = [_of_field(field, part) for field in spec.fields for part in field.group_parts]
    keys += [_of_link(relation) for relation in spec.relations if _leads_to_staff(relation)]
    return {key.name: key for key in keys}


def measures(spec: EntitySpec) -> tuple[FieldSpec, ...]:
    """The fields that are summed up."""
    return tuple(f for f in spec.fields if f.type in MEASURED and f.measured and f.filterable)


def _leads_to_staff(relation: RelationSpec) -> bool:
    return not relation.many and not ENTITIES[relation.target].guarded


def _of_field(field: FieldSpec, part: Part) -> GroupKey:
    stem = field.name.removesuffix("_code").removesuffix("_at").removesuffix("_on")
    match part:
        case Part.WHOLE:
            return GroupKey(field.name.removesuffix("_code"), field, part, field.zh, field.en)
        case Part.MONTH:
            return GroupKey(f"{stem}_month", field, part, f"{field.zh}（月）", f"{field.en}, month")
        case Part.SECTION:
            return GroupKey(f"{stem}_section", field, part, f"{field.zh}（门类）", f"{field.en}, section")
        case Part.PROVINCE:
            return GroupKey(f"{stem}_province", field, part, f"{field.zh}（省）", f"{field.en}, province")
        case Part.CITY:
            return GroupKey(f"{stem}_city", field, part, f"{field.zh}（市）", f"{field.en}, city")


def _of_link(relation: RelationSpec) -> GroupKey:
    words = relation.name.replace("_", " ").capitalize()
    return GroupKey(relation.name, relation, Part.WHOLE, relation.zh or relation.doc.rstrip("."), words)
