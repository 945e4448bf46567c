"""The change log, as operations write it: in their own transaction, or not at all (D35, SEC-G4)."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

import orjson

from service.core import clock, trail
from service.core.enums import DataClass
from service.core.fields import ENTITIES
from service.core.settings import settings
from service.core.viewer import Viewer
from storage import crypto
from storage.queries import change_log

Changes = Mapping[str, tuple[Any, Any]]
"""Before and after of each field."""

Digests = dict[tuple[str, Any], str | None]
"""By field and value."""

DONE, REFUSED = "DONE", "REFUSED"

_kept: ContextVar[list[change_log.Entry] | None] = ContextVar("kept", default=None)
"""The entries of the unit of work that is under way; None outside of one, where each is written at once."""


@asynccontextmanager
async def together() -> AsyncGenerator[None]:
    """Write the entries of one unit of work together, as the last thing in its transaction."""
    entries: list[change_log.Entry] = []
    token = _kept.set(entries)
    try:
        yield
        if entries:
            await change_log.add(entries)
    finally:
        _kept.reset(token)


@contextmanager
def at_once() -> Generator[None]:
    """Write each entry when it is recorded: what is noted here must not wait for a unit of work around it."""
    token = _kept.set(None)
    try:
        yield
    finally:
        _kept.reset(token)


async def record(
    viewer: Viewer | None,
    action: str,
    *,
    subject: tuple[str, UUID] | None = None,
    customer_id: UUID | None = None,
    changes: Changes | None = None,
    reason: str | None = None,
    outcome: str = DONE,
    channel: str | None = None,
    actor_id: UUID | None = None,
    request_id: str | None = None,
    known: Digests | None = None,
) -> None:
    """Add one row. `subject` is the type and key of what changed; `customer_id` the customer that it belongs to.

    `actor_id` and `request_id` say who it was where there is no viewer yet: at sign-in. `known` is given by who changes
    many records in the same way: a digest is then made once for each value.
    """
    subject_type, subject_id = subject or (None, None)
    pairs = dict(changes or {})
    kept = {name: pair for name, pair in pairs.items() if not _is_identity(subject_type, name)}
    entry = change_log.Entry(
        at=clock.now(),
        actor_id=viewer.id if viewer else actor_id,
        action=action,
        outcome=outcome,
        subject_type=subject_type,
        subject_id=subject_id,
        customer_id=customer_id,
        reason=_printable(reason),
        request_id=viewer.request_id if viewer else request_id or trail.request_id(),
        channel=channel or (viewer.channel.value if viewer else "API"),
        digests={name: [_once(name, value, known) for value in pair] for name, pair in pairs.items()},
        values=kept,
    )
    entries = _kept.get()
    if entries is None:
        await change_log.add([entry])
    else:
        entries.append(entry)


def _once(name: str, value: Any, known: Digests | None) -> str | None:
    if known is None:
        return _digest(name, value)
    if (name, value) not in known:
        known[name, value] = _digest(name, value)
    return known[name, value]


def _is_identity(entity: str | None, name: str) -> bool:
    spec = ENTITIES[entity].by_name.get(name) if entity in ENTITIES else None
    return spec is not None and spec.data_class is DataClass.IDENTITY


def _digest(name: str, value: Any) -> str | None:
    """A keyed digest: proves a value that is known, gives away none that is not."""
    if value is None:
        return None
    secret = settings().digest_secret.get_secret_value()
    return crypto.digest(secret, name, orjson.dumps(value, default=str).decode())


def _printable(text: str | None) -> str | None:
    """Control characters are encoded: a line of the log stays one line (SEC-G2)."""
    if text is None:
        return None
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
