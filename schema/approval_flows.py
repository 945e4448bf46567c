"""Which requests for approval are made at all: switches of the company and of departments (D31, D32)."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema.core.enums import graphql_enum
from schema.core.errors import UserError, user_errors
from schema.core.payloads import key_of
from service.core import enums
from service.core.errors import UserErrors
from service.core.fields import DEPARTMENT
from service.core.ids import to_global
from service.operations.approvals import flows

Kind = graphql_enum(enums.ApprovalKind)
_NEAREST = "A department has the nearest switch: its own, that of a department above it, or the company's."


@strawberry.type(description="Whether requests of one kind are made. " + _NEAREST)
class ApprovalFlow:
    kind: Kind = strawberry.field(description="What is asked for.")  # type: ignore[valid-type]
    department_id: strawberry.ID | None = strawberry.field(description="The department; null: the whole company.")
    is_on: bool = strawberry.field(description="Whether a decision is asked for; else it takes effect at once.")
    rules: list[graphql_enum(enums.Decider)] = strawberry.field(  # type: ignore[valid-type]
        description="By which rules it is decided, one after the other."
    )
    version: int = strawberry.field(description="Sent back with a change, so that a stale one is refused.")

    @classmethod
    def of(cls, flow: flows.Flow) -> ApprovalFlow:
        department = flow.department_id and to_global(DEPARTMENT.prefix, flow.department_id)
        return cls(
            kind=flow.kind,  # type: ignore[arg-type]
            department_id=department,  # type: ignore[arg-type]
            is_on=flow.is_on,
            rules=flow.rules,  # type: ignore[arg-type]
            version=flow.version,
        )


@strawberry.input(description="Switches a flow on or off.")
class SetApprovalFlowInput:
    kind: Kind = strawberry.field(description="What is asked for.")  # type: ignore[valid-type]
    department_id: strawberry.ID | None = strawberry.field(
        default=None, description="For this department and those below it; for the whole company if it is not given."
    )
    is_on: bool | None = strawberry.field(description="On or off; null takes a department's own switch away.")
    version: int = strawberry.field(description="That of the switch as you read it; 0 where there is none.")


@strawberry.type(description="All switches, after a change.")
class SetApprovalFlowPayload:
    flows: list[ApprovalFlow] | None = strawberry.field(description="Every switch; null where nothing was saved.")
    user_errors: list[UserError] = strawberry.field(description="Everything that is wrong with the input.")


@strawberry.type(description="How many people of one role a switch concerns.")
class ApprovalFlowPreviewRole:
    role: graphql_enum(enums.Role) = strawberry.field(description="The role.")  # type: ignore[valid-type]
    people: int = strawberry.field(description="How many who have it. Who has two roles counts in both.")


@strawberry.type(description="What switching a flow would mean. Nothing is changed.")
class ApprovalFlowPreview:
    department_ids: list[strawberry.ID] = strawberry.field(description="The departments for which something changes.")
    people: int = strawberry.field(
        description="Active staff of these departments: what they ask for would wait, or would not any more."
    )
    by_role: list[ApprovalFlowPreviewRole] = strawberry.field(description="The same, by role.")
    without_manager_ids: list[strawberry.ID] = strawberry.field(
        description="Those of them that nobody manages, at any height: administrators would have to decide."
    )

    @classmethod
    def of(cls, found: flows.Preview) -> ApprovalFlowPreview:
        return cls(
            department_ids=[to_global(DEPARTMENT.prefix, key) for key in found.departments],  # type: ignore[misc]
            people=found.people,
            by_role=[ApprovalFlowPreviewRole(role=role, people=people) for role, people in found.by_role],  # type: ignore[arg-type]
            without_manager_ids=[to_global(DEPARTMENT.prefix, key) for key in found.without_manager],  # type: ignore[misc]
        )


@strawberry.input(description="A switch as it might be.")
class PreviewApprovalFlowInput:
    kind: Kind = strawberry.field(description="What is asked for.")  # type: ignore[valid-type]
    department_id: strawberry.ID | None = strawberry.field(
        default=None, description="The department; the whole company if it is not given."
    )
    is_on: bool = strawberry.field(description="On or off.")


@strawberry.type
class ApprovalFlowsQuery:
    @strawberry.field(description="Every switch. " + _NEAREST)
    async def approval_flows(self, info: strawberry.Info) -> list[ApprovalFlow]:
        await info.context.require_viewer()
        return [ApprovalFlow.of(flow) for flow in await flows.every()]

    @strawberry.field(description="Whom it would concern to switch a flow. Administrators only.")
    async def preview_approval_flow(
        self,
        info: strawberry.Info,
        input: Annotated[PreviewApprovalFlowInput, strawberry.argument(description="The switch as it might be.")],
    ) -> ApprovalFlowPreview:
        viewer = await info.context.require_viewer()
        department = key_of(input.department_id, DEPARTMENT) if input.department_id else None
        return ApprovalFlowPreview.of(await flows.preview(viewer, input.kind, department, input.is_on))


@strawberry.type
class ApprovalFlowsMutation:
    @strawberry.mutation(
        description="Switch a flow on or off. Administrators only. What waits already goes on waiting."
    )
    async def set_approval_flow(self, info: strawberry.Info, input: SetApprovalFlowInput) -> SetApprovalFlowPayload:
        viewer = await info.context.require_viewer()
        department = key_of(input.department_id, DEPARTMENT) if input.department_id else None
        try:
            await flows.switch(viewer, input.kind, department, input.is_on, input.version)
        except UserErrors as refused:
            return SetApprovalFlowPayload(flows=None, user_errors=user_errors(refused, info.context.locale))
        found = [ApprovalFlow.of(flow) for flow in await flows.every()]
        return SetApprovalFlowPayload(flows=found, user_errors=[])
