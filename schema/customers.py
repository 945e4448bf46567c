"""Customers (D5–D14)."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.core.enums import graphql_enum
from schema.core.reading import Resolver, list_resolver, resolve_record
from schema.core.types import argument, list_field, record_field
from service.core.enums import CustomerState

_STATES = argument(
    list[graphql_enum(CustomerState)] | None,  # type: ignore[misc]
    "Only records in one of these states; those in effect where it is not given.",
)
_ID = argument(strawberry.ID, "The record's id.")


@strawberry.type
class CustomersQuery:
    customers: Any = list_field("Customer", "Customers that exist for you, newest entry first (D49).", states=_STATES)
    customer: Any = record_field("Customer", "One customer; null where it does not exist for you.", id=_ID)
    contacts: Any = list_field("Contact", "Contacts that exist for you.")
    follow_ups: Any = list_field("FollowUp", "Follow-ups that exist for you, newest first.")
    tasks: Any = list_field("Task", "Tasks that exist for you, by due time.")
    reminders: Any = list_field("Reminder", "Reminders that exist for you, newest first.")
    tags: Any = list_field("Tag", "The system tags.")


RESOLVERS: dict[str, Resolver] = {
    "Query.customers": list_resolver({"states": [CustomerState.ACTIVE]}),
    "Query.customer": resolve_record,
    "Query.contacts": list_resolver(),
    "Query.followUps": list_resolver(),
    "Query.tasks": list_resolver(),
    "Query.reminders": list_resolver(),
    "Query.tags": list_resolver(),
}
