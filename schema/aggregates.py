"""Counts, sums and groups of customers, contacts, follow-ups and attachments (D43)."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.core.aggregates import aggregate_field, make
from schema.core.enums import graphql_enum
from schema.core.grouping import aggregate
from schema.core.reading import Resolver, list_resolver
from schema.core.types import argument
from schema.saved_filters import filtered_list
from service.core import enums

_STATES = argument(
    list[graphql_enum(enums.CustomerState)] | None,  # type: ignore[misc]
    "Only records in one of these states; those in effect where it is not given.",
)
_FILTER = argument(strawberry.ID | None, "Only records that a saved filter finds, under your own rights.")

for _entity in ("Customer", "Contact", "FollowUp", "Attachment"):
    make(_entity)


@strawberry.type
class AggregatesQuery:
    customers_aggregate: Any = aggregate_field(
        "Customer", "Counts, sums and groups of customers that exist for you.", states=_STATES, saved_filter=_FILTER
    )
    contacts_aggregate: Any = aggregate_field(
        "Contact", "Counts, sums and groups of contacts that exist for you.", saved_filter=_FILTER
    )
    follow_ups_aggregate: Any = aggregate_field(
        "FollowUp",
        "Counts, sums and groups of follow-ups that exist for you; by author, how many were late (D21).",
        saved_filter=_FILTER,
    )
    attachments_aggregate: Any = aggregate_field(
        "Attachment", "Counts, sizes and groups of attachments that exist for you."
    )


RESOLVERS: dict[str, Resolver] = {
    "Query.customersAggregate": filtered_list({"states": [enums.CustomerState.ACTIVE]}, asked=aggregate),
    "Query.contactsAggregate": filtered_list(asked=aggregate),
    "Query.followUpsAggregate": filtered_list(asked=aggregate),
    "Query.attachmentsAggregate": list_resolver(asked=aggregate),
}
