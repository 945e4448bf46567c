"""Plans: a statement that is ready to run, and the cache of them.

A plan serves every request that has the same document, the same shape of variables and the same rights: values, page
sizes and the viewer's own id are parameters.
"""

from __future__ import annotations

import re
import secrets
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from service.core import ids
from service.core.fields import ENTITIES
from service.core.selection import ById, ByIds, ConnectionSelection, Request, Selection
from storage import db
from storage.crypto import Sealer
from storage.reader.guards import Guards
from storage.reader.objects import Compiler
from storage.reader.ordering import CursorContext
from storage.reader.sql import Param, Sql, param

_NONCE = Param(lambda request: request.memo["nonce"], "text", "nonce")


@dataclass(frozen=True)
class Plan:
    """One statement with its parameters, and the contexts of the cursors in its answer."""

    text: str
    params: list[Param]
    contexts: list[CursorContext]

    async def run(self, request: Request) -> bytes:
        """The answer as JSON bytes. `null` where the record does not exist for the viewer."""
        if self.contexts:
            # A word that no value in the database can hold: it marks the places where cursors go.
            request.memo["nonce"] = secrets.token_hex(12)
        row = await db.fetch_row(self.text, *[p.read(request) for p in self.params])
        if row is None or row[0] is None:
            return b"null"
        answer: str = row[0]
        return self._sealed(answer, request).encode() if self.contexts else answer.encode()

    def _sealed(self, answer: str, request: Request) -> str:
        def seal(match: re.Match[str]) -> str:
            return self.contexts[int(match[1])].seal(bytes.fromhex(match[2]), request)

        return re.sub(request.memo["nonce"] + r"(\d+)\.([0-9a-f]*)", seal, answer)


def compile_plan(selection: Selection, guards: Guards, sealer: Sealer) -> Plan:
    """The plan of one root field."""
    compiler = Compiler(guards, sealer, _NONCE)
    match selection:
        case ById(target, key):
            prefix = ENTITIES[target.entity].prefix
            statement = compiler.root_record(target, Sql(param(key, "uuid", lambda text: ids.from_global(text, prefix)[1])))
        case ByIds():
            statement = compiler.root_records(selection)
        case ConnectionSelection():
            statement = compiler.root_list(selection)
    text, params = Sql("select j::text from (", statement, ") q").render()
    return Plan(text, params, compiler.contexts)


class PlanCache:
    """The plans used last. `keep` holds what the key's identities refer to, so that they stay unique."""

    def __init__(self, size: int = 1000) -> None:
        self.size, self.hits, self.misses = size, 0, 0
        self._plans: OrderedDict[Hashable, tuple[Plan, Any]] = OrderedDict()

    def get(self, key: Hashable) -> Plan | None:
        found = self._plans.get(key)
        if found is None:
            self.misses += 1
            return None
        self.hits += 1
        self._plans.move_to_end(key)
        return found[0]

    def put(self, key: Hashable, plan: Plan, keep: Any) -> None:
        self._plans[key] = (plan, keep)
        if len(self._plans) > self.size:
            self._plans.popitem(last=False)
