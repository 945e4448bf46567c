"""The use of access grants, noted in the change log before the answer goes out (D45)."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Collection
from uuid import UUID

from tortoise.transactions import in_transaction

from service.boundary import audit
from service.core.fields import ACCESS_GRANT
from service.core.viewer import Viewer
from storage.queries import access_grants as queries

USE = "access.use"
ONCE_IN = 3600.0
"""Seconds. What a process has noted of a grant and a customer it does not note again for so long."""
_REMEMBERED = 200_000

_noted: OrderedDict[tuple[UUID, UUID | None], float] = OrderedDict()
"""By grant and customer, when; the oldest first."""


async def note(viewer: Viewer, customers: Collection[str], *, summed: bool) -> None:
    """Note what the viewer's grants have opened for him: of which customers, and whether in a count or a sum."""
    pairs: list[tuple[UUID, UUID | None]] = [(grant, None) for grant in viewer.grants] if summed else []
    asked = [(grant, key) for key in map(UUID, customers) for grant in viewer.grants if _is_new((grant, key))]
    about = await queries.opening(viewer.grants, {key for _, key in asked}) if asked else {}
    pairs += [pair for pair, has_begun in about.items() if has_begun]
    new = [pair for pair in pairs if _is_new(pair)]
    if new:
        await asyncio.create_task(_write(viewer, new))
    # Also that a grant is not about a customer, which never changes.
    _remember([*new, *(pair for pair in asked if pair not in about)])


def _is_new(pair: tuple[UUID, UUID | None]) -> bool:
    at = _noted.get(pair)
    return at is None or time.monotonic() - at > ONCE_IN


async def _write(viewer: Viewer, pairs: list[tuple[UUID, UUID | None]]) -> None:
    async with in_transaction(), audit.together():
        for grant, customer in pairs:
            await audit.record(viewer, USE, subject=(ACCESS_GRANT.name, grant), customer_id=customer)


def _remember(pairs: list[tuple[UUID, UUID | None]]) -> None:
    now = time.monotonic()
    for pair in pairs:
        _noted.pop(pair, None)
        _noted[pair] = now
    while len(_noted) > _REMEMBERED:
        _noted.popitem(last=False)
