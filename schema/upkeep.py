"""Background work as administrators look after it: queues, dead letters, upkeep at once."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema import jobs
from schema.core.enums import graphql_enum
from schema.core.errors import UserError, user_errors
from schema.core.scalars import DateTime
from service.core import enums, ids
from service.core.errors import UserErrors
from service.core.ids import to_global
from service.operations import upkeep

Info = strawberry.Info
_PREFIX = "msg"
_PLAIN = ("task", "queue", "state", "attempts", "last_error", "request_id")
_TIMES = ("created_at", "available_at", "dead_at", "done_at")


@strawberry.type(description="A piece of background work. What it is about is not shown.")
class Message:
    id: strawberry.ID = strawberry.field(description="Opaque; for `retryJob`.")
    task: str = strawberry.field(description="What is to be done.")
    queue: str = strawberry.field(description="Where it waits.")
    state: graphql_enum(enums.MessageState) = strawberry.field(description="What became of it.")  # type: ignore[valid-type]
    attempts: int = strawberry.field(description="How often a worker has begun it.")
    last_error: str | None = strawberry.field(description="The name of what went wrong last.")
    request_id: str | None = strawberry.field(description="The request that asked for it; null where the clock did.")
    job_id: strawberry.ID | None = strawberry.field(description="The job that it is the work of; null where of none.")
    created_at: DateTime = strawberry.field(description="When it was asked for.")
    available_at: DateTime = strawberry.field(description="When it is due, or due again.")
    dead_at: DateTime | None = strawberry.field(description="When it was given up.")
    done_at: DateTime | None = strawberry.field(description="When it was done.")

    @classmethod
    def of(cls, found: upkeep.Message) -> Message:
        values = {name: getattr(found, name) for name in (*_PLAIN, *_TIMES)}
        job = found.job_id and to_global(jobs.PREFIX, found.job_id)
        return cls(id=to_global(_PREFIX, found.id), job_id=job, **values)  # type: ignore[arg-type]


@strawberry.type(description="What waits in one queue.")
class Queue:
    name: str = strawberry.field(description="Its name.")
    open: int = strawberry.field(description="How many messages are due and not done.")
    dead: int = strawberry.field(description="How many were given up.")
    oldest_seconds: float = strawberry.field(description="How many seconds the oldest open one has been due.")


@strawberry.type(description="The background work that was asked for.")
class MessagePayload:
    message: Message | None = strawberry.field(description="The work; null where the input was refused.")
    job: jobs.Job | None = strawberry.field(description="The job that it is the work of; null where it is none.")
    user_errors: list[UserError] = strawberry.field(description="Everything that is wrong with the input.")


@strawberry.input(description="Sends background work that was given up once more.")
class RetryJobInput:
    id: strawberry.ID = strawberry.field(description="The message, of `deadLetters`, or the job that it belongs to.")


@strawberry.input(description="Starts upkeep at once.")
class RunJobInput:
    name: graphql_enum(enums.Upkeep) = strawberry.field(description="Which.")  # type: ignore[valid-type]


async def _payload(info: Info, work) -> MessagePayload:  # type: ignore[no-untyped-def]
    viewer = await info.context.require_viewer()
    try:
        found = await upkeep.message(viewer, await work(viewer))
    except UserErrors as refused:
        return MessagePayload(message=None, job=None, user_errors=user_errors(refused, info.context.locale))
    job = await jobs.read(info, found.job_id) if found and found.job_id else None
    return MessagePayload(message=found and Message.of(found), job=job, user_errors=[])


@strawberry.type
class UpkeepQuery:
    @strawberry.field(description="Background work that was given up, the newest first. For administrators.")
    async def dead_letters(
        self,
        info: Info,
        first: Annotated[int, strawberry.argument(description="How many, at most 100.")] = 20,
    ) -> list[Message]:
        found = await upkeep.dead(await info.context.require_viewer(), first)
        return [Message.of(message) for message in found]

    @strawberry.field(description="The queues of background work. For administrators.")
    async def queues(self, info: Info) -> list[Queue]:
        found = await upkeep.queues_of(await info.context.require_viewer())
        return [Queue(name=q.name, open=q.open, dead=q.dead, oldest_seconds=q.oldest_seconds) for q in found]


@strawberry.type
class UpkeepMutation:
    @strawberry.mutation(description="Send background work that was given up once more. For administrators.")
    async def retry_job(self, info: Info, input: RetryJobInput) -> MessagePayload:
        if input.id.startswith(f"{jobs.PREFIX}_"):
            job = jobs.key_of(input.id)
            return await _payload(info, lambda viewer: upkeep.retry_of_job(viewer, job))
        key = ids.key_of(_PREFIX, input.id)
        return await _payload(info, lambda viewer: upkeep.retry(viewer, key))

    @strawberry.mutation(
        description="Have upkeep done at once that the clock would do later, as a job. For administrators."
    )
    async def run_job(self, info: Info, input: RunJobInput) -> MessagePayload:
        return await _payload(info, lambda viewer: upkeep.run(viewer, enums.Upkeep(input.name.value)))
