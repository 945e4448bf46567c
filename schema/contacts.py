"""Contacts (D16, D17)."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.core.payloads import answer, given, key_of, payload
from schema.core.reading import Resolver, resolve_record
from schema.core.types import AS_OF, argument, input_type, list_field, record_field
from schema.saved_filters import ARGUMENT, filtered_list
from service.core.fields import CONTACT, CUSTOMER
from service.operations import contacts

_PRIMARY = (bool | None, "Whether this is the primary contact; then the former one is not any more.")
_ID = argument(strawberry.ID, "The record's id.")
_VERSION = (int, "The version that you read; a stale one is refused.")

ContactPayload = payload("ContactPayload", "Contact", "contact", "A contact that was saved.")
RemoveContactPayload = payload("RemoveContactPayload", "Customer", "customer", "The customer without the contact.")

ContactInput = input_type("ContactInput", CONTACT, "A person at the customer.", is_primary=_PRIMARY)
CreateContactInput = input_type(
    "CreateContactInput",
    CONTACT,
    "A new contact.",
    customer_id=(strawberry.ID, "Where the person works."),
    is_primary=_PRIMARY,
)
UpdateContactInput = input_type(
    "UpdateContactInput",
    CONTACT,
    "Changes of a contact. What is left out stays; null clears.",
    id=(strawberry.ID, "The contact."),
    version=_VERSION,
    is_primary=_PRIMARY,
)


@strawberry.input(description="Takes a contact away.")
class RemoveContactInput:
    id: strawberry.ID = strawberry.field(description="The contact.")
    version: int = strawberry.field(description=_VERSION[1])
    new_primary_id: strawberry.ID | None = strawberry.field(
        default=None, description="Who becomes the primary contact, where the primary one goes (D17)."
    )


@strawberry.type
class ContactsQuery:
    contacts: Any = list_field("Contact", "Contacts that exist for you.", saved_filter=ARGUMENT)
    contact: Any = record_field(
        "Contact", "One contact; null where it does not exist for you, or did not at `asOf`.", id=_ID, as_of=AS_OF
    )


@strawberry.type
class ContactsMutation:
    @strawberry.mutation(description="Add a contact to a customer.")
    async def create_contact(self, info: strawberry.Info, input: CreateContactInput) -> ContactPayload:  # type: ignore[valid-type]
        key, values = key_of(input.customer_id, CUSTOMER), given(input, CONTACT, "is_primary")
        return await answer(info, ContactPayload, lambda viewer: contacts.create(viewer, key, values))

    @strawberry.mutation(description="Change fields of a contact.")
    async def update_contact(self, info: strawberry.Info, input: UpdateContactInput) -> ContactPayload:  # type: ignore[valid-type]
        key, values = key_of(input.id, CONTACT), given(input, CONTACT, "is_primary")
        return await answer(info, ContactPayload, lambda viewer: contacts.update(viewer, key, input.version, values))

    @strawberry.mutation(description="Take a contact away; it stays in the log.")
    async def remove_contact(self, info: strawberry.Info, input: RemoveContactInput) -> RemoveContactPayload:  # type: ignore[valid-type]
        key = key_of(input.id, CONTACT)
        heir = key_of(input.new_primary_id, CONTACT) if input.new_primary_id else None
        return await answer(
            info, RemoveContactPayload, lambda viewer: contacts.remove(viewer, key, input.version, heir)
        )


RESOLVERS: dict[str, Resolver] = {"Query.contacts": filtered_list(), "Query.contact": resolve_record}
