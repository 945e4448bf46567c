"""The policy and the people as this process knows them: at most 2 s old, dropped at once when told (design §8)."""

from __future__ import annotations

import asyncio
import time
from typing import Any
from uuid import UUID

import orjson

from service.boundary.access.policy import Policy
from service.boundary.catalogue import KNOWN
from service.core.enums import DataClass, Level, Relation, Role
from service.core.viewer import Post, Viewer
from storage.listening import Listener
from storage.queries import access as queries
from storage.reader.guards import Guards

MAXIMUM_AGE = 2.0
"""Seconds."""
CHANNEL = "access_changed"
"""The name that NOTIFY carries when policy, roles, departments, sessions or the catalogue changed."""

_REMEMBERED = 50_000


class Snapshot:
    """What was read last, with the time of reading."""

    def __init__(self) -> None:
        self._policy: tuple[float, Policy] | None = None
        self._people: dict[tuple[UUID, UUID | None], tuple[float, Viewer | None]] = {}
        self._listener: Listener | None = None
        self._hearing: asyncio.Task[None] | None = None

    def forget(self) -> None:
        """Read everything anew at the next question."""
        self._policy = None
        self._people.clear()

    def age(self) -> float | None:
        """Seconds since the policy was read last; None where it has to be read."""
        return time.monotonic() - self._policy[0] if self._policy else None

    async def policy(self) -> Policy:
        now = time.monotonic()
        if self._policy is None or now - self._policy[0] > MAXIMUM_AGE:
            self._policy = (now, await read_policy(self._policy[1] if self._policy else None))
        return self._policy[1]

    async def guards(self, viewer: Viewer) -> Guards:
        """The guards of everybody with the viewer's rights."""
        policy = await self.policy()
        return policy.guards(
            viewer.roles, manages=bool(viewer.managed), decides=viewer.decides, holds=bool(viewer.grants)
        )

    async def viewer(self, user_id: UUID, session_id: UUID | None) -> Viewer | None:
        """The person with this open session; None where he is disabled or gone or the session has ended."""
        now, key = time.monotonic(), (user_id, session_id)
        known = self._people.get(key)
        if known is None or now - known[0] > MAXIMUM_AGE:
            if len(self._people) > _REMEMBERED:
                self._people.clear()
            known = self._people[key] = (now, await read_viewer(user_id, session_id))
        return known[1]

    async def listen(self, url: str) -> None:
        """Hear of changes on a connection of its own; without it a snapshot is at most 2 s old all the same."""
        self._listener = Listener(url, CHANNEL)
        await self._listener.connect()
        self._hearing = asyncio.create_task(self._hear(self._listener))

    async def _hear(self, listener: Listener) -> None:
        while True:
            if await listener.wait(MAXIMUM_AGE):
                self.forget()
                KNOWN.forget()

    async def close(self) -> None:
        if self._hearing is not None and self._listener is not None:
            self._hearing.cancel()
            await self._listener.close()
            self._hearing = self._listener = None


async def read_policy(last: Policy | None = None) -> Policy:
    """The policy as the database has it now; `last` itself where nothing has changed since."""
    rows = await queries.policy_rows()
    version = rows[0]["version"]
    if last is not None and last.version == version:
        return last  # with the guards that it has made
    kinds = {"ROLE": Role, "RELATION": Relation}
    cells = {(kinds[r["principal_kind"]](r["principal"]), DataClass(r["data_class"])): Level(r["level"]) for r in rows}
    return Policy(version, cells)


async def read_viewer(user_id: UUID, session_id: UUID | None = None) -> Viewer | None:
    """The person as the database has him now."""
    row = await queries.person(user_id)
    if row is None or row["disabled"]:
        return None
    if session_id is not None and not await queries.session_is_open(session_id):
        return None
    return Viewer(
        id=row["id"],
        staff_number=row["staff_number"],
        name=row["name"],
        roles=frozenset(Role(role) for role in row["roles"]),
        department_id=row["department_id"],
        managed=tuple(row["managed"]),
        deputises=tuple(_post(one) for one in orjson.loads(row["deputises"])),
        grants=tuple(row["grants"]),
        must_change_password=row["must_change_password"],
        session_epoch=row["session_epoch"],
        session_id=session_id,
    )


SNAPSHOT = Snapshot()


def _post(row: dict[str, Any]) -> Post:
    return Post(
        person=UUID(row["id"]),
        roles=frozenset(Role(role) for role in row["roles"]),
        department_id=row["department_id"] and UUID(row["department_id"]),
        managed=tuple(UUID(key) for key in row["managed"]),
    )
