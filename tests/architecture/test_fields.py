"""Specifications, columns and the schema agree, and none of them shows what the policy would hide."""

from __future__ import annotations

import pytest

from schema.api import SCHEMA
from service.core.enums import DataClass
from service.core.fields import BY_PREFIX, ENTITIES
from service.core.fields.spec import EntitySpec, Mask
from service.core.text import camel
from storage.reader import mapping

SPECS = pytest.mark.parametrize("spec", ENTITIES.values(), ids=ENTITIES)


def test_every_field_has_a_column_and_every_link_a_way() -> None:
    assert mapping.mismatches() == []


def test_prefixes_of_ids_are_unique() -> None:
    assert len(BY_PREFIX) == len(ENTITIES)


@SPECS
def test_every_field_is_in_the_schema_and_nothing_else_is(spec: EntitySpec) -> None:
    fields = SCHEMA._schema.type_map[spec.name].fields
    names = {camel(f.name) for f in spec.fields} | {camel(r.name) for r in spec.relations} | {"id"}
    names |= {"customFields"} if spec.extensible else set()
    names |= {"fields"} if spec.holds_changes else set()
    assert set(fields) == names


@SPECS
def test_every_description_ends_with_a_full_stop(spec: EntitySpec) -> None:
    assert [f.name for f in (*spec.fields, *spec.relations) if not f.doc.endswith(".")] == []


@SPECS
def test_d42_a_field_that_is_never_null_is_shown_to_everybody_for_whom_the_row_exists(spec: EntitySpec) -> None:
    """Otherwise a viewer would get an error instead of a null, and learn something from it."""
    if not spec.guarded:
        return
    shown = {DataClass.BASIC, spec.row_class}
    wrong = [
        f.name for f in spec.fields if not f.nullable and (f.data_class not in shown or f.shown_masked is not Mask.SHOW)
    ]
    assert wrong == []
