"""What is pushed: reminders, requests for approval, changes of a customer or an attachment, the progress of a job.

Each message is read as it is sent, through the one gate and under the rights of that moment. What is sent and when
follows from what the viewer is shown alone (D43): see `service.operations.events.following`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

import orjson
import strawberry
from graphql import GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema, get_named_type

from schema import jobs as job_page
from schema.core.context import Context
from schema.core.payloads import key_of
from schema.core.reading import exists, read_by_id
from schema.core.selections import Selector
from schema.core.types import lazy
from service.core.enums import EventTopic
from service.core.fields import APPROVAL, ATTACHMENT, CUSTOMER, REMINDER
from service.core.fields.spec import EntitySpec
from service.core.ids import to_global
from service.core.viewer import Viewer
from service.operations import jobs, sign_in
from service.operations.events import following
from service.operations.events.following import Notice, State

Follow = Callable[..., Awaitable[AsyncGenerator[Notice]]]

_SEQUENCE = "Opaque; give the last one that you got as `after` when you subscribe again."
_DELAYED = "True while the message service is away: what happens comes later then, and nothing is lost."
After = Annotated[
    str | None,
    strawberry.argument(description="The last `sequence` that this subscription gave to you: what you missed is sent."),
]


@strawberry.type(description="A customer that is followed, as you see it at this moment.")
class CustomerChange:
    sequence: str = strawberry.field(description=_SEQUENCE)
    is_delayed: bool = strawberry.field(description=_DELAYED)
    customer: Any = strawberry.field(graphql_type=lazy("Customer"), description="The customer as it is now.")


@strawberry.type(description="A reminder that was given to you.")
class ReminderNotice:
    sequence: str = strawberry.field(description=_SEQUENCE)
    is_delayed: bool = strawberry.field(description=_DELAYED)
    reminder: Any = strawberry.field(
        graphql_type=lazy("Reminder") | None,
        description="The reminder; null in the first message, which is sent at once, and where `isDelayed` changed.",
    )


@strawberry.type(description="A request for approval that concerns you: it waits for you, or it is yours and went on.")
class ApprovalNotice:
    sequence: str = strawberry.field(description=_SEQUENCE)
    is_delayed: bool = strawberry.field(description=_DELAYED)
    approval: Any = strawberry.field(
        graphql_type=lazy("Approval") | None,
        description="The request; null in the first message, which is sent at once, and where `isDelayed` changed.",
    )


@strawberry.type(description="An attachment that is followed, as you see it at this moment.")
class AttachmentChange:
    sequence: str = strawberry.field(description=_SEQUENCE)
    is_delayed: bool = strawberry.field(description=_DELAYED)
    attachment: Any = strawberry.field(graphql_type=lazy("Attachment"), description="The attachment as it is now.")


@strawberry.type(description="A job that is followed, as it stands.")
class JobProgress:
    sequence: str = strawberry.field(description=_SEQUENCE)
    is_delayed: bool = strawberry.field(description=_DELAYED)
    job: job_page.Job = strawberry.field(description="The job as it stands.")


def _followed(*_arguments: Any, **_named: Any) -> Any:
    raise AssertionError("followed by `schema.subscriptions`")


def _reminders(self, after: After = None) -> Any:  # type: ignore[no-untyped-def]
    _followed()


def _approvals(self, after: After = None) -> Any:  # type: ignore[no-untyped-def]
    _followed()


def _customer(  # type: ignore[no-untyped-def]
    self, id: Annotated[strawberry.ID, strawberry.argument(description="The customer.")], after: After = None
) -> Any:
    _followed()


def _attachment(  # type: ignore[no-untyped-def]
    self, id: Annotated[strawberry.ID, strawberry.argument(description="The attachment.")], after: After = None
) -> Any:
    _followed()


def _job(  # type: ignore[no-untyped-def]
    self, id: Annotated[strawberry.ID, strawberry.argument(description="The job.")], after: After = None
) -> Any:
    _followed()


@strawberry.type(description="What is pushed, over graphql-transport-ws or server-sent events.")
class Subscription:
    reminders_for_me: ReminderNotice = strawberry.field(
        resolver=_reminders, description="Each reminder that is given to you, once. The first message is sent at once."
    )
    approvals_for_me: ApprovalNotice = strawberry.field(
        resolver=_approvals,
        description="Each request that waits for you, when it is made or you are reminded of it, and each of yours when"
        " it ends. The first message is sent at once.",
    )
    customer_changed: CustomerChange = strawberry.field(
        resolver=_customer,
        description="A customer as it is now, and again whenever what you ask for of it has changed. "
        "Ends with NOT_FOUND when it is not there for you any more.",
    )
    attachment_changed: AttachmentChange = strawberry.field(
        resolver=_attachment,
        description="An attachment as it is now, and again whenever its check went on or it was changed. "
        "Ends with NOT_FOUND when it is not there for you any more.",
    )
    job_progress: JobProgress = strawberry.field(
        resolver=_job,
        description="A job as it stands, and again whenever it went on: yours, or any for an administrator.",
    )


class _Asking:
    """Who follows, asked anew for each message, and what he selected of the record in it."""

    def __init__(self, info: GraphQLResolveInfo, attribute: str) -> None:
        context: Context = info.context
        self._info, self._context = info, context
        kind = get_named_type(info.return_type)
        assert isinstance(kind, GraphQLObjectType)
        variables: Any = info.variable_values  # Strawberry hands over the plain values
        asked = Selector(info.fragments, variables).collect(info.field_nodes, kind)
        self._wanted = {key: nodes for key, nodes in asked.items() if nodes[0].name.value == attribute}

    @property
    def selection(self) -> str:
        """Names what is read. A document that is known is the same object each time."""
        return f"{[id(node) for node in self._info.field_nodes]} {self._info.variable_values}"

    async def viewer(self) -> Viewer:
        self._context = self._context.again()
        return await self._context.require_viewer()

    async def until(self) -> float:
        await self.viewer()
        assert self._context.token is not None
        return sign_in.expiry_of(self._context.token)

    async def read(self, global_id: str) -> State | None:
        """The record, under each response key that it is selected by; None where it is not there for the viewer."""
        info = self._info._replace(context=self._context)
        shown: dict[str, Any] = {}
        for key, nodes in self._wanted.items():
            found = await read_by_id(info._replace(field_nodes=nodes), global_id)
            if found is None:
                return None
            shown[key] = found
        if not shown and not await exists(info, global_id):
            return None
        return State(shown, orjson.dumps(shown))


def _follow_inbox(attribute: str, spec: EntitySpec, topic: EventTopic) -> Follow:
    """Follows what comes for the viewer."""

    async def follow(_source: Any, info: GraphQLResolveInfo, after: str | None = None) -> AsyncGenerator[Notice]:
        asking = _Asking(info, attribute)

        async def read(_viewer: Viewer, key: UUID) -> State | None:
            return await asking.read(to_global(spec.prefix, key))

        until = await asking.until()
        return following.inbox(asking.viewer, topic, read, after=after, until=until)

    return follow


def _follow_record(attribute: str, spec: EntitySpec, topic: EventTopic) -> Follow:
    """Follows one record by its id."""

    async def follow(
        _source: Any, info: GraphQLResolveInfo, id: str, after: str | None = None
    ) -> AsyncGenerator[Notice]:
        asking, key = _Asking(info, attribute), key_of(id, spec)

        async def read(_viewer: Viewer) -> State | None:
            return await asking.read(id)

        until = await asking.until()
        return following.record(
            asking.viewer, topic, key, read, after=after, until=until, selection=asking.selection
        )  # fmt: skip

    return follow


async def _follow_job(
    _source: Any, info: GraphQLResolveInfo, id: str, after: str | None = None
) -> AsyncGenerator[Notice]:
    asking, key = _Asking(info, "job"), job_page.key_of(id)

    async def read(viewer: Viewer) -> State | None:
        found = await jobs.one(viewer, key)
        return found and State(job_page.Job.of(found, viewer.locale), repr(found).encode())

    until = await asking.until()
    return following.record(
        asking.viewer, EventTopic.JOB, key, read, after=after, until=until, selection=asking.selection
    )


FOLLOWERS: dict[str, Follow] = {
    "remindersForMe": _follow_inbox("reminder", REMINDER, EventTopic.REMINDER),
    "approvalsForMe": _follow_inbox("approval", APPROVAL, EventTopic.APPROVAL),
    "customerChanged": _follow_record("customer", CUSTOMER, EventTopic.CUSTOMER),
    "attachmentChanged": _follow_record("attachment", ATTACHMENT, EventTopic.ATTACHMENT),
    "jobProgress": _follow_job,
}


def _whole(source: Notice, _info: GraphQLResolveInfo, **_given: Any) -> Notice:
    return source


def _record(source: Notice, info: GraphQLResolveInfo) -> Any:
    return source.shown and source.shown[info.path.key]


def _job_of(source: Notice, _info: GraphQLResolveInfo) -> Any:
    return source.shown


def install(schema: GraphQLSchema) -> None:
    """Put in what subscribes and what resolves: a message is read before it is decided whether it is sent."""
    root = schema.subscription_type
    assert root is not None
    for name, follow in FOLLOWERS.items():
        root.fields[name].subscribe, root.fields[name].resolve = follow, _whole
    for place, resolve in {
        "CustomerChange.customer": _record, "AttachmentChange.attachment": _record,
        "ReminderNotice.reminder": _record, "ApprovalNotice.approval": _record,
        "JobProgress.job": _job_of,
    }.items():  # fmt: skip
        kind, field = place.split(".")
        found = schema.type_map[kind]
        assert isinstance(found, GraphQLObjectType)
        found.fields[field].resolve = resolve
