"""The change log (D35)."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.core.reading import Resolver, list_resolver
from schema.core.types import list_field


@strawberry.type(description="What one field was before and after a change, as you may see the field now.")
class FieldChange:
    field: str = strawberry.field(description="The field, as the API names it.")
    before: str | None = strawberry.field(
        description="The value before, as text; lists and amounts as JSON. Null where there was none, or where it is"
        " masked away or erased."
    )
    after: str | None = strawberry.field(description="The value after, in the same form.")
    is_masked: bool = strawberry.field(
        description="Whether you are shown less than all of it: then null does not say that nothing was set."
    )


@strawberry.type
class ChangesQuery:
    change_log: Any = list_field(
        "Change",
        "The change log, newest first: what was done to customers that exist for you, and to their records. Auditors,"
        " information security and administrators read all of it, refused attempts as well (D35, D42).",
    )


RESOLVERS: dict[str, Resolver] = {"Query.changeLog": list_resolver()}
