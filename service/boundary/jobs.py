"""Background work, as it is run: once in effect, however often its message is delivered (SEC-H1).

The effect of a message and its `done_at` are one transaction, under a lock on the message. An attempt is counted
before, in a transaction of its own, so that a message that kills its worker is given up too (SEC-H5).
"""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

import structlog
from tortoise.transactions import in_transaction

from service.boundary import audit, events
from service.core import tracing, trail
from storage import db
from storage.models import OutboxMessage
from storage.queries import jobs as queries
from storage.queries import outbox

Effect = Callable[..., Awaitable[None]]
Batch = Callable[..., Awaitable[bool]]
Job = Callable[[UUID], Coroutine[Any, Any, bool]]
Upkeep = Callable[[], Awaitable[int]]
Asked = Callable[..., Coroutine[Any, Any, int]]
"""Called by the clock without anything, or with the id of a message."""
Work = Callable[[], Coroutine[Any, Any, bool]]
R = TypeVar("R")
Lost = Callable[[UUID], Coroutine[Any, Any, None]]

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (2, 10, 60, 300))
"""How long a message waits after its first, second … failure. After one more it is given up."""
LONGEST_SHARE = 60.0
"""Seconds that a job in batches keeps its worker. Well below the time limit of a task."""
AWAY = timedelta(seconds=5)
"""How long a message waits for something that its work needs and that is away."""
TOUCHED_EVERY = 5.0
"""Seconds between signs of life of work outside a transaction."""
LOST = "WORKER_LOST"
UNKNOWN = "UNKNOWN_TASK"

log = structlog.get_logger()


def job(name: str) -> Callable[[Effect], Job]:
    """Make a function of ids the job `feature.verb`, which is called with the id of a message.

    It returns whether this call has done the work. Failures are noted with the message and never raised.
    """

    def decorate(function: Effect) -> Job:
        @wraps(function)
        async def run(message: UUID) -> bool:
            return await _attempt(message, name, lambda: _effect(function, message), _nothing)

        return run

    return decorate


class NotNow(Exception):
    """Something that the work needs is away, such as the object store: it is tried again, however long that takes."""


def prepared(
    name: str, prepare: Callable[..., Awaitable[R]], afterwards: Callable[[R], Awaitable[None]] | None = None
) -> Callable[[Callable[[R], Awaitable[None]]], Job]:
    """Make a function the effect of a job whose work takes long and is done before it, outside of any transaction.

    `prepare` is called with the ids, perhaps by two workers at once; what it returns goes to the effect, which takes
    place once. Where it raises NotNow, the message waits and no attempt is counted. `afterwards` is called when the
    effect is committed, perhaps never: something else must do the same later.
    """

    def decorate(function: Callable[[R], Awaitable[None]]) -> Job:
        async def work(message: UUID) -> bool:
            found = await _with_signs_of_life(message, prepare(**_ids(await OutboxMessage.get(id=message))))

            async def effect(**_: UUID) -> None:
                await function(found)

            done = await asyncio.create_task(_effect(effect, message))
            if done and afterwards is not None:
                await afterwards(found)
            return done

        @wraps(function)
        async def run(message: UUID) -> bool:
            return await _attempt(message, name, lambda: work(message), _nothing)

        return run

    return decorate


async def _with_signs_of_life(message: UUID, work: Awaitable[R]) -> R:
    async def touch() -> None:
        while True:
            await asyncio.sleep(TOUCHED_EVERY)
            await outbox.touch(message)

    touching = asyncio.create_task(touch())
    try:
        return await work
    finally:
        touching.cancel()


def in_batches(name: str, *, given_up: Effect) -> Callable[[Batch], Job]:
    """Make a function of ids a job that is called again, each time in a transaction of its own, while it returns True.

    What kills a worker costs one batch: the message is sent again, and the function goes on from its own checkpoint. A
    batch that was done is no failed attempt. `given_up` is called with the ids when the message is.
    """

    def decorate(function: Batch) -> Job:
        async def lost(message: UUID) -> None:
            async with in_transaction():
                await given_up(**_ids(await OutboxMessage.get(id=message)))

        @wraps(function)
        async def run(message: UUID) -> bool:
            return await _attempt(message, name, lambda: _batches(function, message), lost)

        return run

    return decorate


async def _attempt(message: UUID, name: str, work: Work, lost: Lost) -> bool:
    begun = await asyncio.create_task(outbox.begin(message, name))
    if begun is None:
        return False
    about: dict[str, tracing.Value] = {"mingce.message": str(message), "mingce.attempt": begun.attempts}
    if begun.request_id is not None:
        about["mingce.request_id"] = begun.request_id
    with (
        trail.of(begun.request_id, task=name, message=str(message)),
        tracing.span(name, about, kind=tracing.Kind.WORK, parent=begun.traceparent) as span,
    ):
        return await _try(message, name, begun.attempts, work, lost, span)


async def _try(message: UUID, name: str, attempt: int, work: Work, lost: Lost, span: tracing.Span) -> bool:
    if attempt > len(PAUSES) + 1:
        span.fail(LOST)
        await asyncio.create_task(_give_up(message, name, LOST))
        await asyncio.create_task(lost(message))
        return False
    try:
        # A task of its own: a BEGIN that failed poisons the asyncio task that it failed in.
        return await asyncio.create_task(work())
    except NotNow as away:
        span.fail(type(away).__name__)
        log.warning("job_waits", task=name, message=str(message), reason=str(away))
        await asyncio.create_task(outbox.wait(message, str(away), AWAY))
        return False
    except Exception as error:  # whatever it is: it must not stop the other messages
        span.fail(type(error).__name__)
        await asyncio.create_task(_failed(message, name, attempt, error))
        if attempt > len(PAUSES):
            await asyncio.create_task(lost(message))
        return False


async def _nothing(_message: UUID) -> None:
    """Nobody follows what becomes of a message of one transaction."""


def scheduled(name: str) -> Callable[[Upkeep], Asked]:
    """Make a function the upkeep `feature.verb`: what the clock starts, and may start twice (SEC-H4).

    It returns how much there was to do. An administrator asks for it by a message, whose id it is then called with, and
    follows the job of that message.
    """

    def decorate(function: Upkeep) -> Asked:
        async def once() -> int:
            async with in_transaction():
                return await function()

        async def effect(job_id: UUID | None = None) -> None:
            if job_id is None:
                await function()
            elif await queries.wanted(job_id):
                await queries.finish(job_id, await function())

        @wraps(function)
        async def run(message: UUID | None = None) -> int:
            if message is None:
                with tracing.span(name, kind=tracing.Kind.WORK):
                    return await asyncio.create_task(once())
            await asyncio.create_task(queries.begin(message))
            return await _attempt(message, name, lambda: _effect(effect, message), queries.give_up)

        return run

    return decorate


async def refuse(message: UUID, task: str) -> None:
    """Note that nobody here knows the task of this message: perhaps a newer worker will, before it is given up."""
    attempt = await asyncio.create_task(outbox.count_refusal(message))
    if attempt is not None:
        await asyncio.create_task(_postpone(message, task, attempt, UNKNOWN))


async def _effect(function: Effect, message: UUID) -> bool:
    async with in_transaction():
        open_messages = OutboxMessage.filter(id=message, done_at=None, dead_at=None)
        row = await open_messages.select_for_update(skip_locked=True).get_or_none()
        if row is None:  # another delivery of the same message is at work
            return False
        await function(**_ids(row))
        await outbox.done(message)
    events.ring()
    return True


def _ids(row: OutboxMessage) -> dict[str, UUID]:
    return {name: UUID(record) for name, record in row.arguments.items()}


async def _batches(function: Batch, message: UUID) -> bool:
    """Batch after batch, for a while: then the message goes back, so that a worker that is to end can, and others get
    their turn."""
    until = time.monotonic() + LONGEST_SHARE
    while (more := await asyncio.create_task(_batch(function, message))) and time.monotonic() < until:
        pass
    if more:
        await asyncio.create_task(outbox.give_back([message]))
    return more is False


async def _batch(function: Batch, message: UUID) -> bool | None:
    """One batch; whether there is more to do, None where another delivery of the message is at work."""
    async with in_transaction(), db.together(), audit.together():
        open_messages = OutboxMessage.filter(id=message, done_at=None, dead_at=None)
        row = await open_messages.select_for_update(skip_locked=True).get_or_none()
        if row is None:
            return None
        more = await function(**_ids(row))
        await (outbox.keep(message) if more else outbox.done(message))
    events.ring()
    return more


async def _failed(message: UUID, task: str, attempt: int, error: Exception) -> None:
    name = type(error).__name__
    # Where it happened, without what it said: the text of an error may hold a customer's data.
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames]
    log.warning("job_failed", task=task, message=str(message), attempt=attempt, error=name, where=where[-5:])
    await _postpone(message, task, attempt, name)


async def _postpone(message: UUID, task: str, attempt: int, error: str) -> None:
    if attempt > len(PAUSES):
        await _give_up(message, task, error)
    else:
        await outbox.fail(message, error, PAUSES[attempt - 1], for_good=False)


async def _give_up(message: UUID, task: str, error: str) -> None:
    log.error("job_given_up", task=task, message=str(message), error=error)
    await outbox.fail(message, error, timedelta(), for_good=True)
