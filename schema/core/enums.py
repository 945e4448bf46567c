"""Enumerations of the API: the codes of `service.core.enums`, with both labels as descriptions."""

from __future__ import annotations

from functools import cache
from typing import Any

import strawberry

from service.core.enums import Labelled


@cache
def graphql_enum(enum: type[Labelled]) -> Any:
    """The enumeration as a type of the API. A value is described as «中文 / English.»."""
    definition = strawberry.enum(enum, description=(enum.__doc__ or "").strip())
    for value in definition.__strawberry_definition__.values:  # type: ignore[attr-defined]
        member = enum[value.name]
        value.description = f"{member.zh} / {member.en}."
    return definition
