"""Where the twins meet: the world in database A, its twin for one viewer in B, and the API on both."""

from __future__ import annotations

import asyncio
import os
import random
from dataclasses import dataclass, field
from typing import Any

from service.boundary import tokens
from tests.engines import Database, WorkerEngines
from tests.security.twin import own_fields, pair, rows
from tests.security.twin.oracle import BY_RELATION, Cells
from tests.security.twin.pair import Answer, Pair
from tests.security.twin.people import people
from tests.security.twin.rows import Row, Rows
from tests.security.twin.twin import Twin
from tests.security.twin.world import World


@dataclass
class Stage:
    """Both databases, the world in A, and the pairs of processes that were started."""

    engines: WorkerEngines
    first: Database
    second: Database
    world: Rows
    users: dict[str, Row]
    pairs: dict[str, Pair] = field(default_factory=dict[str, Pair])
    _held: tuple[str, int, Twin] | None = None
    """What `hold` put into B, as long as nothing else was."""

    def pair(self, app: str = pair.PLAIN) -> Pair:
        if app not in self.pairs:
            environment = {**os.environ, **self.engines.environment()}
            urls = (self.first.app_url, self.second.app_url)
            self.pairs[app] = pair.start(app, environment, urls)
        return self.pairs[app]

    def play(self, viewer: str, seed: int = 1, by_relation: Cells = BY_RELATION) -> Twin:
        """Put the twin for this viewer into B."""
        self._held = None
        twin = Twin(self.world, self.users[viewer], seed, by_relation)
        asyncio.run(rows.write_guarded(self.second.owner_url, twin.rows, random.Random(seed)))
        return twin

    def hold(self, viewer: str, seed: int) -> Twin:
        """`play` for those who change nothing: what stands in B already is not written again."""
        if self._held is None or self._held[:2] != (viewer, seed):
            self._held = viewer, seed, self.play(viewer, seed)
        return self._held[2]

    def put_back(self, twin: Twin) -> None:
        """The world in A and this twin in B, whatever was changed."""
        self._held = None
        asyncio.run(self._put_back(twin))

    async def _put_back(self, twin: Twin) -> None:
        await asyncio.gather(
            rows.write_guarded(self.first.owner_url, self.world, random.Random(0)),
            rows.write_guarded(self.second.owner_url, twin.rows, random.Random(1)),
        )

    def token(self, viewer: str) -> str:
        user = self.users[viewer]["id"]
        session = next(s["id"] for s in self.world["sessions"] if s["user_id"] == user)
        return tokens.access_token(user, session, 1)[0]

    def close(self) -> None:
        for one in self.pairs.values():
            one.stop()
        for database in (self.first, self.second):
            asyncio.run(self.engines.drop_database(database))


def build(engines: WorkerEngines) -> Stage:
    """Make the world in A, and B as a copy of it."""
    return asyncio.run(_build(engines))


async def _build(engines: WorkerEngines) -> Stage:
    first = await engines.clone_database("twin_a")
    staff, users = people()
    await rows.define(first.owner_url, own_fields.rows())
    empty = await rows.read(first.owner_url)
    tags = [t for t in empty["tags"] if t["is_system"]]
    world = World(staff, users, tags).rows
    await rows.note_no_uses(first.owner_url)
    await rows.write_people(first.owner_url, world)
    await rows.write_guarded(first.owner_url, world, random.Random(0))
    await rows.analyze(first.owner_url)
    written = await rows.read(first.owner_url)
    return Stage(engines, first, await engines.clone_database("twin_b", template=first.name), written, users)


@dataclass
class Question:
    """One request."""

    document: str
    variables: dict[str, Any] = field(default_factory=dict[str, Any])


__all__ = ["Answer", "Question", "Stage", "build"]
