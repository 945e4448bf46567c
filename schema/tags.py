"""Tags (D19)."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.core.payloads import answer, key_of, payload
from schema.core.reading import Resolver, list_resolver
from schema.core.types import list_field
from service.core.fields import CUSTOMER, TAG
from service.operations import tags

TagsPayload = payload("TagsPayload", "Customer", "customer", "The customer with its tags.")


@strawberry.input(description="Puts tags on a customer.")
class AddTagsInput:
    customer_id: strawberry.ID = strawberry.field(description="The customer.")
    system_tags: list[str] | None = strawberry.field(default=None, description="Names of system tags.")
    custom_tags: list[str] | None = strawberry.field(default=None, description="At most 10 characters each.")


@strawberry.input(description="Takes tags off a customer.")
class RemoveTagsInput:
    customer_id: strawberry.ID = strawberry.field(description="The customer.")
    tag_ids: list[strawberry.ID] = strawberry.field(description="The tags.")


@strawberry.type
class TagsQuery:
    tags: Any = list_field("Tag", "The system tags.")


@strawberry.type
class TagsMutation:
    @strawberry.mutation(description="Put system and custom tags on a customer.")
    async def add_tags(self, info: strawberry.Info, input: AddTagsInput) -> TagsPayload:  # type: ignore[valid-type]
        key, system, custom = key_of(input.customer_id, CUSTOMER), input.system_tags or [], input.custom_tags or []
        return await answer(info, TagsPayload, lambda viewer: tags.add(viewer, key, system, custom))

    @strawberry.mutation(description="Take tags off a customer; one in effect keeps a system tag.")
    async def remove_tags(self, info: strawberry.Info, input: RemoveTagsInput) -> TagsPayload:  # type: ignore[valid-type]
        key, going = key_of(input.customer_id, CUSTOMER), [key_of(tag, TAG) for tag in input.tag_ids]
        return await answer(info, TagsPayload, lambda viewer: tags.remove(viewer, key, going))


RESOLVERS: dict[str, Resolver] = {"Query.tags": list_resolver()}
