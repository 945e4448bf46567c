"""Repeated calls: the same key and input have one effect and one result, for 24 hours (design §4).

The key is a row in the transaction of the operation: neither can be there without the other, whatever is killed when.
A call that was refused or failed saved nothing, its key neither: a repetition runs again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, TypeVar, get_type_hints
from uuid import UUID

from pydantic import TypeAdapter

from service.boundary.jobs import scheduled
from service.core.errors import IdempotencyKeyReused
from service.core.settings import settings
from storage import crypto
from storage.queries import idempotency

R = TypeVar("R")
Place = tuple["Call", int]

KEPT_FOR = timedelta(hours=24)
PRUNED_AT_ONCE = 50_000


@dataclass
class Call:
    """A mutation that its caller may repeat."""

    key: str
    given: str
    """Mutation and input, in one form however they were written."""
    step: int = 0
    """The operations of this call so far: bulk mutations are several."""


_call: ContextVar[Call | None] = ContextVar("call", default=None)


@contextmanager
def repeatable(key: str, given: str) -> Generator[None]:
    """What is done inside stands under this key."""
    secret = settings().digest_secret.get_secret_value()
    token = _call.set(Call(key, crypto.digest(secret, "idempotency input", given)))
    try:
        yield
    finally:
        _call.reset(token)


def next_step() -> Place | None:
    """The place of the operation that begins now, where it stands under a key."""
    call = _call.get()
    if call is None:
        return None
    call.step += 1
    return call, call.step


async def once(user_id: UUID, place: Place | None, function: Callable[..., Any], run: Callable[[], Awaitable[R]]) -> R:
    """Run a step, or give back what came of it before. Inside the step's transaction, before anything else.

    IDEMPOTENCY_KEY_REUSED where the key stands for another input.
    """
    if place is None:
        return await run()
    call, step = place
    key = crypto.digest(settings().digest_secret.get_secret_value(), "idempotency key", f"{user_id}{call.key}")
    before = await idempotency.claim(user_id, key, step, call.given, KEPT_FOR)
    if before is None:
        outcome = await run()
        await idempotency.keep(user_id, key, step, _codec(function).dump_json(outcome))
        return outcome
    given, kept = before
    if given != call.given:
        raise IdempotencyKeyReused
    return _codec(function).validate_json(kept)


@cache
def _codec(function: Callable[..., Any]) -> TypeAdapter[Any]:
    """Outcomes as JSON and back, by what the operation says that it returns."""
    return TypeAdapter(get_type_hints(function, include_extras=True)["return"])


@scheduled("idempotency.prune")
async def prune() -> int:
    """Forget keys that are too old to be repeated."""
    return await idempotency.prune(KEPT_FOR, PRUNED_AT_ONCE)
