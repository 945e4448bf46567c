"""Decisions about requests for approval, and taking them back."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from tests.security.twin.change import ERRORS, Change, Right, global_id
from tests.security.twin.pools import Pools

_REQUEST = (
    "approval { id state version comment awaitsYou fields { field before after isMasked }"
    f" customer {{ id state version }} }} {ERRORS}"
)
_BULK = "results { id done code message approval { id state } }"


class RequestChanges:
    """Makes them, with versions that are mostly right."""

    def __init__(self, pools: Pools, rng: random.Random) -> None:
        self.pools, self.rng = pools, rng
        self.versions: dict[Any, int] = {}
        for rows in (pools.twin.rows, pools.world):
            self.versions |= {row["id"]: row["version"] for row in rows["approvals"]}

    def __iter__(self) -> Iterator[Change]:
        for key in self.pools.ids["Approval"]:
            about = ("approvals", key)
            wordless = self._given(key, comment=" ")
            yield Change("reject", wordless, _REQUEST, about, right=Right.DECIDE)
            mutation = self.rng.choice(("approve", "reject"))
            decided = self._given(key, comment="已核对")
            yield Change(mutation, decided, _REQUEST, about, right=Right.DECIDE, turns=True)
            yield Change("withdraw", self._given(key), _REQUEST, about, right=Right.WITHDRAW, turns=True)
        # All at once, with versions that are never right: each answer says what is in the way.
        read = [{"id": key, "version": 99} for key in self.pools.global_ids("Approval")[:100]]
        given = {"approvals": read, "decision": "APPROVE"}
        yield Change("decideApprovals", given, _BULK, None, right=Right.ASK)
        flow = {"kind": "CUSTOMER_CHANGE", "isOn": False, "version": 99}
        yield Change("setApprovalFlow", flow, "userErrors { code }", None, right=Right.ADMINISTER)

    def _given(self, key: Any, **named: Any) -> dict[str, Any]:
        right = self.versions[key]
        return {"id": global_id("Approval", key), "version": self.rng.choice((right, right, right + 1)), **named}
