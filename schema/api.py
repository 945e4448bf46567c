"""The API: every feature's page put together."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types

from schema import customers, people
from schema.core import reading, types
from schema.core.scalars import SCALARS, DateTime
from schema.core.types import Node
from schema.core.view import DocumentCache, PassThrough
from service.core import clock
from service.core.fields import ENTITIES


def _node(self, id: Annotated[strawberry.ID, strawberry.argument(description="The record's id.")]):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    raise AssertionError("resolved by the reader")


def _nodes(self, ids: Annotated[list[strawberry.ID], strawberry.argument(description="At most 100 ids.")]):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    raise AssertionError("resolved by the reader")


@strawberry.type
class RootQuery:
    node: Node | None = strawberry.field(resolver=_node, description="One record of any type.")
    nodes: list[Node | None] = strawberry.field(resolver=_nodes, description="Records of any types, in that order.")

    @strawberry.field(description="The present time of the service.")
    def server_time(self) -> DateTime:
        return DateTime(clock.now())


Query = merge_types("Query", (RootQuery, customers.CustomersQuery, people.PeopleQuery))
Mutation = merge_types("Mutation", (people.PeopleMutation,))

SCHEMA = strawberry.Schema(
    Query,
    Mutation,
    types=[getattr(types, name) for name in ENTITIES],
    execution_context_class=PassThrough,
    extensions=[DocumentCache],
    config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=True, sort_schema=True),
)
reading.install(
    SCHEMA._schema,
    {
        "Query.node": reading.resolve_node,
        "Query.nodes": reading.resolve_nodes,
        **customers.RESOLVERS,
        **people.RESOLVERS,
    },
)


def sdl() -> str:
    """The schema as `schema.graphql` has it: sorted, with descriptions and directives."""
    return SCHEMA.as_str() + "\n"

