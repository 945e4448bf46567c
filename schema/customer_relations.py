"""Relations between customers, and the network that they make (D11)."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import strawberry

from schema.core.enums import graphql_enum
from schema.core.payloads import answer, given, key_of, payload
from schema.core.reading import Resolver, resolve_records
from schema.core.types import input_type, records_field
from service.core import enums
from service.core.errors import BadRequest
from service.core.fields import CUSTOMER, CUSTOMER_RELATION
from service.core.ids import to_global
from service.operations import customer_relations

_Kind = graphql_enum(enums.CustomerRelationKind)

CustomerRelationPayload = payload(
    "CustomerRelationPayload", "CustomerRelation", "customer_relation", "A relation that was saved."
)
RemoveCustomerRelationPayload = payload(
    "RemoveCustomerRelationPayload", "Customer", "customer", "The customer that the relation came from."
)
AddCustomerRelationInput = input_type(
    "AddCustomerRelationInput",
    CUSTOMER_RELATION,
    "Says what `toCustomer` is to `fromCustomer`: its subsidiary, its supplier, who referred it and so on.",
    from_customer_id=(strawberry.ID, "The customer that you edit."),
    to_customer_id=(strawberry.ID, "The other customer; in effect or archived."),
    kind=(_Kind, "What the other customer is to this one."),
)


@strawberry.input(description="Takes a relation between two customers away.")
class RemoveCustomerRelationInput:
    id: strawberry.ID = strawberry.field(description="The relation.")
    version: int = strawberry.field(description="The version that you read; a stale one is refused.")


@strawberry.type(description="One customer of a network.")
class CustomerNetworkNode:
    customer_id: strawberry.ID = strawberry.field(description="The customer.")
    depth: int = strawberry.field(description="How many steps it is away.")


@strawberry.type(description="The customers that are reached from one over customers that exist for you (D11).")
class CustomerNetwork:
    of: strawberry.Private[customer_relations.Network]

    @strawberry.field(description="The customers reached, the nearest first; the one asked about at depth 0.")
    def nodes(self) -> list[CustomerNetworkNode]:
        return [
            CustomerNetworkNode(customer_id=to_global(CUSTOMER.prefix, key), depth=depth)  # type: ignore[arg-type]
            for key, depth in self.of.depths.items()
        ]

    @strawberry.field(description="Whether there are more than 200, of which these are the nearest.")
    def is_truncated(self) -> bool:
        return self.of.is_truncated

    customers: Any = records_field("Customer", "The records of `nodes`, in that order; null for one gone meanwhile.")
    relations: Any = records_field("CustomerRelation", "The relations among these customers.")


def _customers(network: CustomerNetwork) -> list[UUID]:
    return list(network.of.depths)


def _relations(network: CustomerNetwork) -> list[UUID]:
    return network.of.relations


@strawberry.type
class CustomerRelationsQuery:
    @strawberry.field(
        description="The network around a customer, over relations either way (D11); null where it does not exist for"
        " you."
    )
    async def customer_network(
        self,
        info: strawberry.Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The customer to start from.")],
        depth: Annotated[int, strawberry.argument(description="How many steps away, 1 to 4.")] = 2,
        kinds: Annotated[
            list[_Kind] | None,  # type: ignore[valid-type]
            strawberry.argument(description="Only relations of these kinds; of all where it is not given."),
        ] = None,
    ) -> CustomerNetwork | None:
        if not 1 <= depth <= customer_relations.DEEPEST:
            raise BadRequest("network_depth", largest=customer_relations.DEEPEST, given=depth)
        viewer = await info.context.require_viewer()
        found = await customer_relations.network(viewer, key_of(id, CUSTOMER), depth, kinds)
        return found and CustomerNetwork(of=found)


@strawberry.type
class CustomerRelationsMutation:
    @strawberry.mutation(description="Say what one customer is to another. A customer has one parent at most (D11).")
    async def add_customer_relation(
        self,
        info: strawberry.Info,
        input: AddCustomerRelationInput,  # type: ignore[valid-type]
    ) -> CustomerRelationPayload:  # type: ignore[valid-type]
        start, end = key_of(input.from_customer_id, CUSTOMER), key_of(input.to_customer_id, CUSTOMER)
        values = given(input, CUSTOMER_RELATION)
        return await answer(
            info, CustomerRelationPayload, lambda viewer: customer_relations.add(viewer, start, end, values)
        )

    @strawberry.mutation(description="Take a relation between two customers away; it stays in the log of both.")
    async def remove_customer_relation(
        self,
        info: strawberry.Info,
        input: RemoveCustomerRelationInput,
    ) -> RemoveCustomerRelationPayload:  # type: ignore[valid-type]
        key = key_of(input.id, CUSTOMER_RELATION)
        return await answer(
            info, RemoveCustomerRelationPayload, lambda viewer: customer_relations.remove(viewer, key, input.version)
        )


RESOLVERS: dict[str, Resolver] = {
    "CustomerNetwork.customers": resolve_records("Customer", _customers),
    "CustomerNetwork.relations": resolve_records("CustomerRelation", _relations),
}
