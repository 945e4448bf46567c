"""Background work that somebody asked for: the job that it is, and how far.

A job is no record of the reader: it belongs to no customer and has no guarded field. The operation shows it to whoever
asked for it and to administrators.
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import strawberry

from schema.core.enums import graphql_enum
from schema.core.errors import ErrorCode, UserError, user_errors
from schema.core.scalars import DateTime
from schema.core.types import lazy
from service.core import enums, ids, messages
from service.core.errors import UserErrors
from service.core.fields import CUSTOMER, USER
from service.core.ids import to_global
from service.operations import jobs

Info = strawberry.Info
PREFIX = "job"
_PLAIN = ("kind", "upkeep", "state", "total", "done", "failed", "requested_by_name")


@strawberry.type(description="Why one record was left as it was.")
class JobError:
    record_id: strawberry.ID | None = strawberry.field(description="The record; null where the job as a whole failed.")
    number: str | None = strawberry.field(description="The customer's number, where you see the customer.")
    code: ErrorCode = strawberry.field(description="What is in the way. Never changes.")  # type: ignore[valid-type]
    message: str = strawberry.field(description="What is in the way and what to do, in the caller's language.")

    @classmethod
    def of(cls, hindrance: jobs.Hindrance, locale: str) -> JobError:
        record = hindrance.record_id and to_global(CUSTOMER.prefix, hindrance.record_id)
        message = messages.sentence(hindrance.code, locale, {})
        return cls(record_id=record, number=hindrance.number, code=hindrance.code, message=message)  # type: ignore[arg-type]


@strawberry.type(description="Background work: seen by who asked for it, and by administrators.")
class Job:
    id: strawberry.ID = strawberry.field(description="Opaque; for `job` and `cancelJob`.")
    kind: graphql_enum(enums.JobKind) = strawberry.field(description="What it does.")  # type: ignore[valid-type]
    upkeep: graphql_enum(enums.Upkeep) | None = strawberry.field(  # type: ignore[valid-type]
        description="Which upkeep it is; null for other kinds."
    )
    state: graphql_enum(enums.JobState) = strawberry.field(description="How far it is.")  # type: ignore[valid-type]
    total: int = strawberry.field(description="How many records it is about.")
    done: int = strawberry.field(description="How many are done.")
    failed: int = strawberry.field(description="How many were left as they were.")
    errors: list[JobError] = strawberry.field(description="Why: the first hundred.")
    requested_by_id: strawberry.ID = strawberry.field(description="Who asked for it.")
    requested_by_name: str = strawberry.field(description="The name of who asked for it.")
    created_at: DateTime = strawberry.field(description="When it was asked for.")
    started_at: DateTime | None = strawberry.field(description="When it began.")
    finished_at: DateTime | None = strawberry.field(description="When it ended, in whatever way.")

    @classmethod
    def of(cls, progress: jobs.Progress, locale: str) -> Job:
        plain = {name: getattr(progress, name) for name in _PLAIN}
        times = {name: getattr(progress, name) for name in ("created_at", "started_at", "finished_at")}
        return cls(
            id=to_global(PREFIX, progress.id),  # type: ignore[arg-type]
            errors=[JobError.of(hindrance, locale) for hindrance in progress.errors],
            requested_by_id=to_global(USER.prefix, progress.requested_by_id),  # type: ignore[arg-type]
            **plain,
            **times,
        )


@strawberry.type(description="A job that was asked for or changed.")
class JobPayload:
    job: Job | None = strawberry.field(
        description="The job; null where the input was refused, or it waits for approval."
    )
    user_errors: list[UserError] = strawberry.field(description="Everything that is wrong with the input.")
    approval: Any = strawberry.field(
        graphql_type=lazy("Approval") | None,
        default=None,
        description="The request that it waits for; then there is no job yet.",
    )


@strawberry.input(description="Lets a job do nothing more.")
class CancelJobInput:
    id: strawberry.ID = strawberry.field(description="The job.")


def key_of(global_id: str) -> UUID:
    return ids.key_of(PREFIX, global_id)


async def read(info: Info, key: UUID) -> Job | None:
    """The job as it stands; None where it does not exist for the viewer."""
    found = await jobs.one(await info.context.require_viewer(), key)
    return Job.of(found, info.context.locale) if found else None


async def job_payload(info: Info, work) -> JobPayload:  # type: ignore[no-untyped-def]
    """Run an operation that gives back the key of a job, and show the job."""
    viewer = await info.context.require_viewer()
    try:
        key = await work(viewer)
    except UserErrors as refused:
        return JobPayload(job=None, user_errors=user_errors(refused, info.context.locale))
    return JobPayload(job=await read(info, key), user_errors=[])


@strawberry.type
class JobsQuery:
    @strawberry.field(description="A job of yours, or any for an administrator; null where there is none for you.")
    async def job(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> Job | None:
        return await read(info, key_of(id))

    @strawberry.field(description="Your jobs, the newest first; those of all for an administrator.")
    async def jobs(
        self,
        info: Info,
        first: Annotated[int, strawberry.argument(description="How many, at most 50.")] = 20,
    ) -> list[Job]:
        found = await jobs.newest(await info.context.require_viewer(), first)
        return [Job.of(progress, info.context.locale) for progress in found]


@strawberry.type
class JobsMutation:
    @strawberry.mutation(
        description="Let a job do nothing more. What it has done stays, or is put back where it is all or nothing."
    )
    async def cancel_job(self, info: Info, input: CancelJobInput) -> JobPayload:
        key = key_of(input.id)
        return await job_payload(info, lambda viewer: jobs.cancel(viewer, key))
