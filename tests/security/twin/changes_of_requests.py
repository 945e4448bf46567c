"""Decisions about requests for approval, and taking them back."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from service.core import clock
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
        # With a version that is never right: what a grant opens stays as it was for the changes that follow.
        for key in self.pools.ids["AccessGrant"]:
            ended = {"id": global_id("AccessGrant", key), "version": 99, "reason": "结束"}
            yield Change(
                "withdrawAccess", ended, f"accessGrant {{ id }} {ERRORS}", ("access_grants", key), right=Right.END
            )
        yield from self._asked()
        flow = {"kind": "CUSTOMER_CHANGE", "isOn": False, "version": 99}
        yield Change("setApprovalFlow", flow, "userErrors { code }", None, right=Right.ADMINISTER)

    def _asked(self) -> Iterator[Change]:
        """Access, to customers that exist for the viewer and to others."""
        until = (clock.now() + timedelta(days=9)).replace(minute=0, second=0).isoformat()
        given = {"dataClasses": ["BUSINESS", "CONTACT"], "purpose": "分析", "until": until}
        selection = (
            "requests { accessGrant { id state customerCount customers { totalCount } } approval { id state } }"
            " userErrors { code field message }"
        )
        for _ in range(6):
            keys = self.rng.sample(self.pools.global_ids("Customer"), 3)
            yield Change("requestAccess", {**given, "customerIds": keys}, selection, None, right=Right.ASK)
        sharing = random.Random(101)
        for number in range(6):
            keys = sharing.sample(self.pools.global_ids("Customer"), 2)
            shared = {**given, "customerIds": keys, "recipient": "东方银行", "forMarketing": number % 3 == 0}
            yield Change("requestSharing", shared, selection, None, right=Right.ASK)

    def _given(self, key: Any, **named: Any) -> dict[str, Any]:
        right = self.versions[key]
        return {"id": global_id("Approval", key), "version": self.rng.choice((right, right, right + 1)), **named}
