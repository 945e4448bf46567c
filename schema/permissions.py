"""What the caller may see and do (D47), why something is hidden from him (D42), and whether anything is new."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from schema.core.enums import graphql_enum
from schema.core.reading import Resolver, read_by_ids
from schema.core.scalars import DateTime
from schema.core.types import lazy
from service.core import clock, enums
from service.core.fields import DEPARTMENT, USER
from service.core.ids import from_global, to_global
from service.operations.permissions import hidden, records, status

Info = strawberry.Info
Level = graphql_enum(enums.Level)
DataClass = graphql_enum(enums.DataClass)
Role = graphql_enum(enums.Role)
Relation = graphql_enum(enums.Relation)
Stage = graphql_enum(enums.Stage)


@strawberry.type(description="How a field of a record is shown to you, and whether you may set it.")
class FieldPermission:
    field: str = strawberry.field(description="The field, as the API names it.")
    level: Level = strawberry.field(description="Whole, masked or not at all.")  # type: ignore[valid-type]
    is_editable: bool = strawberry.field(description="Whether the record's update takes a value of it from you.")
    is_retired: bool = strawberry.field(description="Whether an administrator has taken it out of use (D10).")


@strawberry.type(description="Whether you may set a link of a record to others.")
class LinkPermission:
    link: str = strawberry.field(description="The link, as the input of the record's update names it.")
    is_editable: bool = strawberry.field(description="Whether the record's update takes a value of it from you.")


@strawberry.type(description="Whether you may do something, as far as that does not depend on the input.")
class ActionPermission:
    name: str = strawberry.field(description="The mutation.")
    is_allowed: bool = strawberry.field(description="Whether it gets as far as its input.")
    code: str | None = strawberry.field(description="The code with which it is refused; null where it is allowed.")
    reason: str | None = strawberry.field(description="Why it is refused, in the caller's language.")

    @classmethod
    def of(cls, action: records.Action) -> ActionPermission:
        return cls(name=action.name, is_allowed=action.code is None, code=action.code, reason=action.reason)


@strawberry.type(description="What you may see of one record and do with it, at this moment (D47).")
class RecordPermissions:
    id: strawberry.ID = strawberry.field(description="The record.")
    fields: list[FieldPermission] = strawberry.field(description="Every field of the record.")
    links: list[LinkPermission] = strawberry.field(
        description="Every link to other records that the record's update sets, for instance who referred a customer."
    )
    actions: list[ActionPermission] = strawberry.field(description="Every mutation of the record.")
    legal_stages: list[Stage] = strawberry.field(  # type: ignore[valid-type]
        description="Of a customer: the stages that you may move it to, some with a reason (D24)."
    )

    @classmethod
    def of(cls, found: records.Permissions) -> RecordPermissions:
        return cls(
            id=to_global(*found.key),  # type: ignore[arg-type]
            fields=[
                FieldPermission(field=f.name, level=f.level, is_editable=f.is_editable, is_retired=f.is_retired)
                for f in found.fields
            ],
            links=[LinkPermission(link=link.name, is_editable=link.is_editable) for link in found.links],
            actions=[ActionPermission.of(action) for action in found.actions],
            legal_stages=found.legal_stages,
        )


@strawberry.type(description="What you may do that is about no customer, and what you are (D47).")
class ViewerPermissions:
    roles: list[Role] = strawberry.field(description="Your roles (D2).")  # type: ignore[valid-type]
    managed_departments: Any = strawberry.field(
        graphql_type=list[lazy("Department")], description="The departments that you manage, with all below them."
    )
    actions: list[ActionPermission] = strawberry.field(description="Mutations that are about no customer.")


@strawberry.type(description="A role that one may have, or a relation to the customer.")
class Sufficient:
    role: Role | None = strawberry.field(description="The role.")  # type: ignore[valid-type]
    relation: Relation | None = strawberry.field(description="Or the relation.")  # type: ignore[valid-type]
    label: str = strawberry.field(description="What staff call it, in the caller's language.")

    @classmethod
    def of(cls, one: enums.Role | enums.Relation, locale: str) -> Sufficient:
        role, relation = (one, None) if isinstance(one, enums.Role) else (None, one)
        return cls(role=role, relation=relation, label=one.label(locale))


@strawberry.type(description="Why you are shown a field as you are. It says nothing of the value, nor if there is one.")
class HiddenExplanation:
    field: str = strawberry.field(description="The field that was asked about.")
    data_class: DataClass = strawberry.field(description="Its data class on this record (D42).")  # type: ignore[valid-type]
    level: Level = strawberry.field(description="How you are shown it.")  # type: ignore[valid-type]
    missing: list[Sufficient] = strawberry.field(
        description="Each of these alone would show you the most that is shown; none where you are shown that already."
    )
    ask: Any = strawberry.field(
        graphql_type=list[lazy("User")], description="Whom to ask: the customer's owner, and its department's manager."
    )
    message: str = strawberry.field(description="All this in one sentence, in the caller's language.")


@strawberry.type(description="Whether a client has seen everything that is new (D47).")
class SyncStatus:
    server_time: DateTime = strawberry.field(description="The present time of the service.")
    newest_change: DateTime | None = strawberry.field(
        description="When a customer that exists for you was last changed; null where there is none."
    )


@strawberry.type
class PermissionsQuery:
    @strawberry.field(
        description="What you may see and do, for customers and what belongs to them; null in the place of a record "
        "that does not exist for you. By the same checks as the mutations."
    )
    async def permissions_of(
        self, info: Info, ids: Annotated[list[strawberry.ID], strawberry.argument(description="At most 100 ids.")]
    ) -> list[RecordPermissions | None]:
        found = await records.of(await info.context.require_viewer(), [from_global(one) for one in ids])
        return [one and RecordPermissions.of(one) for one in found]

    @strawberry.field(description="What you may do that is about no customer.")
    async def my_permissions(self, info: Info) -> ViewerPermissions:
        viewer = await info.context.require_viewer()
        return ViewerPermissions(
            roles=[role for role in enums.Role if role in viewer.roles],
            managed_departments=[(DEPARTMENT.prefix, key) for key in sorted(viewer.managed)],
            actions=[ActionPermission.of(action) for action in records.of_viewer(viewer)],
        )

    @strawberry.field(description="Why you are not shown a field of a record, what would show it, and whom to ask.")
    async def why_hidden(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The record.")],
        field: Annotated[str, strawberry.argument(description="The field, as the API names it.")],
    ) -> HiddenExplanation:
        viewer = await info.context.require_viewer()
        found = await hidden.explain(viewer, from_global(id), field)
        return HiddenExplanation(
            field=field,
            data_class=found.data_class,
            level=found.level,
            missing=[Sufficient.of(one, viewer.locale) for one in found.missing],
            ask=[(USER.prefix, key) for key in found.ask],
            message=found.message,
        )

    @strawberry.field(description="The newest change of a customer that exists for you.")
    async def sync_status(self, info: Info) -> SyncStatus:
        newest = await status.newest_change(await info.context.require_viewer())
        return SyncStatus(server_time=DateTime(clock.now()), newest_change=newest and DateTime(newest))


def _records(attribute: str) -> Resolver:
    async def resolve(source: Any, info: Any, **_given: Any) -> Any:
        return await read_by_ids(info, getattr(source, attribute))

    return resolve


RESOLVERS: dict[str, Resolver] = {
    "HiddenExplanation.ask": _records("ask"),
    "ViewerPermissions.managedDepartments": _records("managed_departments"),
}
