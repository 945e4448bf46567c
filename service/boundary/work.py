"""The unit of work: one operation, one transaction, opened here and nowhere else.

A refusal leaves the database as it was, except one row in the change log, written after the roll-back in a transaction
of its own (SEC-B4). Where the caller gave a key, the operation takes place once under it (see `idempotency`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

from tortoise.transactions import in_transaction

from service.boundary import audit, events, idempotency
from service.core import tracing, trail
from service.core.errors import Refusal, UserErrors
from service.core.fields import CUSTOMER
from service.core.viewer import Viewer
from storage import db

P = ParamSpec("P")
R = TypeVar("R")
Operation = Callable[Concatenate[Viewer, P], Awaitable[R]]
Subject = tuple[str, UUID] | None


def operation(
    action: str, *, on: str | None = None, repeatable: bool = True
) -> Callable[[Operation[P, R]], Operation[P, R]]:
    """Make a function of (viewer, …) the operation `feature.verb`: all of it is saved, or nothing.

    `on` is the type of the record whose key is the first argument: a refusal is logged with what it was about (SEC-G2).
    Not `repeatable` is what gives out secrets, which are not kept.
    """

    def decorate(function: Operation[P, R]) -> Operation[P, R]:
        @wraps(function)
        async def run(viewer: Viewer, *args: P.args, **kwargs: P.kwargs) -> R:
            place = idempotency.next_step() if repeatable else None

            async def unit() -> R:
                try:
                    with trail.of(viewer.request_id), tracing.span(action):
                        async with in_transaction(), db.together(), audit.together():
                            result = await idempotency.once(
                                viewer.id, place, function, lambda: function(viewer, *args, **kwargs)
                            )
                except (Refusal, UserErrors) as refused:
                    key = args[0] if args else None
                    subject = (on, key) if on and isinstance(key, UUID) else None
                    await asyncio.create_task(_note(viewer, action, subject, refused))
                    raise
                events.ring()
                return result

            # A task of its own: a BEGIN that failed poisons the asyncio task that it failed in. Shielded: where a
            # caller goes away during BEGIN, Tortoise never gives the connection back.
            return await asyncio.shield(asyncio.create_task(unit()))

        return run

    return decorate


async def _note(viewer: Viewer, action: str, subject: Subject, refused: Refusal | UserErrors) -> None:
    codes = refused.code if isinstance(refused, Refusal) else ",".join(sorted({e.code for e in refused.errors}))
    customer_id = subject[1] if subject and subject[0] == CUSTOMER.name else None
    with audit.at_once():
        async with in_transaction():
            await audit.record(
                viewer, action, subject=subject, customer_id=customer_id, reason=codes, outcome=audit.REFUSED
            )
