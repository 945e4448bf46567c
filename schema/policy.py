"""The access policy as data (D42)."""

from __future__ import annotations

import strawberry

from schema.core.enums import graphql_enum
from service.core import enums
from service.core.errors import BadRequest
from service.operations import policy


@strawberry.type(description="How much of a data class a role or a relation shows.")
class PolicyCell:
    role: graphql_enum(enums.Role) | None = strawberry.field(description="The role, if it is one.")  # type: ignore[valid-type]
    relation: graphql_enum(enums.Relation) | None = strawberry.field(description="The relation, if it is one.")  # type: ignore[valid-type]
    data_class: graphql_enum(enums.DataClass) = strawberry.field(description="The data class.")  # type: ignore[valid-type]
    level: graphql_enum(enums.Level) = strawberry.field(description="What is shown of it.")  # type: ignore[valid-type]


@strawberry.type(description="Who sees what: for each class the maximum over all roles and relations counts (D42).")
class AccessPolicy:
    version: int = strawberry.field(description="Rises with every change.")
    cells: list[PolicyCell] = strawberry.field(description="Every cell of the table.")

    @classmethod
    def of(cls, version: int, cells: policy.Cells) -> AccessPolicy:
        return cls(
            version=version,
            cells=[
                PolicyCell(
                    role=enums.Role(name) if kind == "ROLE" else None,  # type: ignore[arg-type]
                    relation=enums.Relation(name) if kind == "RELATION" else None,  # type: ignore[arg-type]
                    data_class=data_class,  # type: ignore[arg-type]
                    level=level,  # type: ignore[arg-type]
                )
                for kind, name, data_class, level in cells
            ],
        )


@strawberry.input(description="Sets one cell of the policy: of a role or of a relation.")
class ChangePolicyInput:
    version: int = strawberry.field(description="The version that you looked at.")
    role: graphql_enum(enums.Role) | None = strawberry.field(default=None, description="The role.")  # type: ignore[valid-type]
    relation: graphql_enum(enums.Relation) | None = strawberry.field(default=None, description="Or the relation.")  # type: ignore[valid-type]
    data_class: graphql_enum(enums.DataClass) = strawberry.field(description="The data class.")  # type: ignore[valid-type]
    level: graphql_enum(enums.Level) = strawberry.field(description="What is to be shown of it.")  # type: ignore[valid-type]


@strawberry.type(description="The policy after a change.")
class ChangePolicyPayload:
    policy: AccessPolicy = strawberry.field(description="The whole policy.")


@strawberry.type
class PolicyQuery:
    @strawberry.field(description="Who sees what.")
    async def access_policy(self, info: strawberry.Info) -> AccessPolicy:
        return AccessPolicy.of(*await policy.cells(await info.context.require_viewer()))


@strawberry.type
class PolicyMutation:
    @strawberry.mutation(description="Set one cell of the policy. Administrators only; in force within 2 seconds.")
    async def change_policy(self, info: strawberry.Info, input: ChangePolicyInput) -> ChangePolicyPayload:
        viewer = await info.context.require_viewer()
        principal = input.role or input.relation
        if principal is None or (input.role and input.relation):
            raise BadRequest("role_or_relation")
        await policy.change(viewer, input.version, principal, input.data_class, input.level)
        return ChangePolicyPayload(policy=AccessPolicy.of(*await policy.cells(viewer)))
