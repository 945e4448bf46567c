"""Inputs as operations take them, made of what was given: an entity has dozens of fields, an input sets a few."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING
from functools import cache
from typing import Any

from strawberry.schema.name_converter import NameConverter
from strawberry.types.arguments import InputContext, convert_argument

_CONVERTED = (dict, list)
"""What has to be looked into; every other value is what graphql-core made of it."""


class Names(NameConverter):
    """The names of the API, each made once: Strawberry asks for every name of an input at every request."""

    def apply_naming_config(self, name: str) -> str:
        return _in_camel_case(name)


_in_camel_case = cache(NameConverter().apply_naming_config)


def make(kind: type, value: Mapping[str, Any], context: InputContext) -> Any:
    """The hook `from_input` of Strawberry: an instance like Strawberry's own, without a step for what is left out."""
    members, defaults = _members(kind, context.config.name_converter)
    made = object.__new__(kind)
    attributes = vars(made)
    attributes.update(defaults)
    for name, item in value.items():
        attribute, annotation = members[name]
        if isinstance(item, _CONVERTED):
            path = (*context.path, name)
            item = convert_argument(  # noqa: PLW2901 - the same value, converted
                item, annotation, context.scalar_registry, context.config, context.info, path=path
            )
        attributes[attribute] = item
    return made


@cache
def _members(kind: Any, names: NameConverter) -> tuple[dict[str, tuple[str, Any]], dict[str, Any]]:
    """By the name in the API, attribute and type of each field; and the attributes of an input without any."""
    definition = kind.__strawberry_definition__
    members = {
        names.from_field(field): (field.python_name, field.resolve_type(type_definition=definition))
        for field in definition.fields
    }
    given = (field for field in definition.fields if field.default_factory is MISSING)
    return members, {f.python_name: None if f.default is MISSING else f.default for f in given}
