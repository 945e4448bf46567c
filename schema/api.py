"""The API: every feature's page put together."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types

from schema import (
    access_grants,
    aggregates,
    approval_flows,
    approvals,
    attachments,
    branches,
    cadences,
    catalogue,
    changes,
    consents,
    contacts,
    custom_fields,
    customer_relations,
    customers,
    departments,
    edit_permissions,
    follow_ups,
    hand_over,
    jobs,
    needs,
    people,
    permissions,
    policy,
    protected,
    saved_filters,
    staff,
    stages,
    subscriptions,
    tags,
    tasks,
    trade_terms,
    upkeep,
)
from schema.core import idempotency, payloads, reading, types
from schema.core.direct import Schema
from schema.core.documents import DocumentCache
from schema.core.inputs import Names
from schema.core.scalars import SCALARS, DateTime
from schema.core.types import Node
from schema.core.view import PassThrough
from service.core import clock
from service.core.fields import ENTITIES


def _node(self, id: Annotated[strawberry.ID, strawberry.argument(description="The record's id.")]):  # type: ignore[no-untyped-def]
    raise AssertionError("resolved by the reader")


def _nodes(self, ids: Annotated[list[strawberry.ID], strawberry.argument(description="At most 100 ids.")]):  # type: ignore[no-untyped-def]
    raise AssertionError("resolved by the reader")


@strawberry.type
class RootQuery:
    node: Node | None = strawberry.field(resolver=_node, description="One record of any type.")
    nodes: list[Node | None] = strawberry.field(resolver=_nodes, description="Records of any types, in that order.")

    @strawberry.field(description="The present time of the service.")
    def server_time(self) -> DateTime:
        return DateTime(clock.now())


Query = merge_types(
    "Query",
    (
        RootQuery,
        customers.CustomersQuery,
        contacts.ContactsQuery,
        follow_ups.FollowUpsQuery,
        tasks.TasksQuery,
        cadences.CadencesQuery,
        tags.TagsQuery,
        catalogue.CatalogueQuery,
        custom_fields.CustomFieldsQuery,
        people.PeopleQuery,
        policy.PolicyQuery,
        permissions.PermissionsQuery,
        saved_filters.SavedFiltersQuery,
        jobs.JobsQuery,
        upkeep.UpkeepQuery,
        branches.BranchesQuery,
        customer_relations.CustomerRelationsQuery,
        aggregates.AggregatesQuery,
        changes.ChangesQuery,
        attachments.AttachmentsQuery,
        approvals.ApprovalsQuery,
        approval_flows.ApprovalFlowsQuery,
        access_grants.AccessGrantsQuery,
    ),
)
Mutation = merge_types(
    "Mutation",
    (
        customers.CustomersMutation,
        contacts.ContactsMutation,
        needs.NeedsMutation,
        tags.TagsMutation,
        follow_ups.FollowUpsMutation,
        tasks.TasksMutation,
        cadences.CadencesMutation,
        stages.StagesMutation,
        people.PeopleMutation,
        policy.PolicyMutation,
        catalogue.CatalogueMutation,
        custom_fields.CustomFieldsMutation,
        staff.StaffMutation,
        departments.DepartmentsMutation,
        edit_permissions.EditPermissionsMutation,
        hand_over.HandOverMutation,
        jobs.JobsMutation,
        upkeep.UpkeepMutation,
        branches.BranchesMutation,
        consents.ConsentsMutation,
        trade_terms.TradeTermsMutation,
        customer_relations.CustomerRelationsMutation,
        saved_filters.SavedFiltersMutation,
        attachments.AttachmentsMutation,
        protected.ProtectedMutation,
        approvals.ApprovalsMutation,
        changes.ChangesMutation,
        approval_flows.ApprovalFlowsMutation,
        access_grants.AccessGrantsMutation,
    ),
)


def _describe(kind: type, description: str) -> None:
    """Types that are merged of several have no place for a description, and every mutation's `input` has the same."""
    definition = kind.__strawberry_definition__  # type: ignore[attr-defined]
    definition.description = description
    for field in definition.fields:
        for argument in field.arguments:
            argument.description = argument.description or "What the mutation is to do, and to which record."


idempotency.offer(Mutation)
_describe(Query, "What can be read. Everybody is shown what he may see, and nothing else.")
_describe(Mutation, "What can be done. Each is saved whole or not at all.")


def _made(*, sort_schema: bool) -> Schema:
    return Schema(
        Query,
        Mutation,
        subscriptions.Subscription,
        types=[getattr(types, name) for name in ENTITIES],
        execution_context_class=PassThrough,
        extensions=[DocumentCache],
        config=StrawberryConfig(
            name_converter=Names(), scalar_map=SCALARS, disable_field_suggestions=True, sort_schema=sort_schema
        ),
    )


SCHEMA = _made(sort_schema=False)
for _directive in SCHEMA._schema.directives:
    if _directive.name == "guarded":  # of this schema only: in a printed one Strawberry would then print it twice
        for _name, _argument in _directive.args.items():
            _argument.description = types.GUARDED_ARGUMENTS[_name]
reading.install(
    SCHEMA._schema,
    {
        "Query.node": reading.resolve_node,
        "Query.nodes": reading.resolve_nodes,
        **payloads.RESOLVERS,
        **customers.RESOLVERS,
        **contacts.RESOLVERS,
        **follow_ups.RESOLVERS,
        **tasks.RESOLVERS,
        **tags.RESOLVERS,
        **catalogue.RESOLVERS,
        **custom_fields.RESOLVERS,
        **people.RESOLVERS,
        **staff.RESOLVERS,
        **branches.RESOLVERS,
        **customer_relations.RESOLVERS,
        **permissions.RESOLVERS,
        **saved_filters.RESOLVERS,
        **aggregates.RESOLVERS,
        **changes.RESOLVERS,
        **attachments.RESOLVERS,
        **approvals.RESOLVERS,
        **access_grants.RESOLVERS,
        **hand_over.RESOLVERS,
    },
)
idempotency.install(SCHEMA._schema)
subscriptions.install(SCHEMA._schema)


def sdl() -> str:
    """The schema as `schema.graphql` has it: sorted, with descriptions and directives."""
    # A schema of its own: sorting makes plain enumerations of Strawberry's, which then give codes instead of members.
    return _made(sort_schema=True).as_str() + "\n"
