"""The access policy as data (D42)."""

from __future__ import annotations

from typing import Annotated

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


@strawberry.type(description="How many people a change concerns, of one role.")
class PolicyPreviewRole:
    role: graphql_enum(enums.Role) = strawberry.field(description="The role.")  # type: ignore[valid-type]
    people: int = strawberry.field(description="How many who have it. Who has two roles counts in both.")


@strawberry.type(description="What a change does to the level of somebody, as one thing that he is to a customer.")
class PolicyPreviewEffect:
    before: graphql_enum(enums.Level) = strawberry.field(description="What is shown today.")  # type: ignore[valid-type]
    after: graphql_enum(enums.Level) = strawberry.field(description="What would be shown.")  # type: ignore[valid-type]
    people: int = strawberry.field(description="For how many people, of those who can be that to a customer today.")


@strawberry.type(description="Who would gain or lose what by a change of one cell. Nothing is changed.")
class PolicyPreview:
    version: int = strawberry.field(description="The version that this was reckoned from.")
    people: int = strawberry.field(description="How many active members of staff are concerned.")
    by_role: list[PolicyPreviewRole] = strawberry.field(description="The same, by role.")
    effects: list[PolicyPreviewEffect] = strawberry.field(description="From which level to which.")
    sample: list[str] = strawberry.field(description="The names of the first ten, by staff number.")

    @classmethod
    def of(cls, found: policy.Preview) -> PolicyPreview:
        return cls(
            version=found.version,
            people=found.people,
            by_role=[PolicyPreviewRole(role=role, people=people) for role, people in found.by_role],  # type: ignore[arg-type]
            effects=[PolicyPreviewEffect(before=e.before, after=e.after, people=e.people) for e in found.effects],  # type: ignore[arg-type]
            sample=found.sample,
        )


@strawberry.input(description="One cell of the policy as it might be: of a role or of a relation.")
class PreviewPolicyChangeInput:
    role: graphql_enum(enums.Role) | None = strawberry.field(default=None, description="The role.")  # type: ignore[valid-type]
    relation: graphql_enum(enums.Relation) | None = strawberry.field(default=None, description="Or the relation.")  # type: ignore[valid-type]
    data_class: graphql_enum(enums.DataClass) = strawberry.field(description="The data class.")  # type: ignore[valid-type]
    level: graphql_enum(enums.Level) = strawberry.field(description="What would be shown of it.")  # type: ignore[valid-type]


def _principal(input: ChangePolicyInput | PreviewPolicyChangeInput) -> enums.Role | enums.Relation:
    principal = input.role or input.relation
    if principal is None or (input.role and input.relation):
        raise BadRequest("role_or_relation")
    return principal


@strawberry.type
class PolicyQuery:
    @strawberry.field(description="Who would gain or lose what by a change of one cell. Administrators only.")
    async def preview_policy_change(
        self,
        info: strawberry.Info,
        input: Annotated[PreviewPolicyChangeInput, strawberry.argument(description="The cell as it might be.")],
    ) -> PolicyPreview:
        viewer = await info.context.require_viewer()
        return PolicyPreview.of(await policy.preview(viewer, _principal(input), input.data_class, input.level))

    @strawberry.field(description="Who sees what.")
    async def access_policy(self, info: strawberry.Info) -> AccessPolicy:
        return AccessPolicy.of(*await policy.cells(await info.context.require_viewer()))


@strawberry.type
class PolicyMutation:
    @strawberry.mutation(description="Set one cell of the policy. Administrators only; in force within 2 seconds.")
    async def change_policy(self, info: strawberry.Info, input: ChangePolicyInput) -> ChangePolicyPayload:
        viewer = await info.context.require_viewer()
        await policy.change(viewer, input.version, _principal(input), input.data_class, input.level)
        return ChangePolicyPayload(policy=AccessPolicy.of(*await policy.cells(viewer)))
