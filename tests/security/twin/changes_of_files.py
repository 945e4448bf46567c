"""Changes of attachments: announced for every kind of record, completed, renamed, taken away."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from tests.security.twin import values
from tests.security.twin.change import ERRORS, Change, Right, global_id
from tests.security.twin.pools import Pools

_FILE = f"attachment {{ id kind displayName size state version customer {{ id }} }} {ERRORS}"
_NAME = ("attachments", "display_name")
_COMMERCIAL = ("payment_terms", "kind")
"""Stands for what a contract takes besides: FULL on COMMERCIAL."""


class FileChanges:
    """Makes them, with versions that are mostly right."""

    def __init__(self, pools: Pools, rng: random.Random) -> None:
        self.pools, self.rng = pools, rng
        self.versions: dict[Any, int] = {}
        for rows in (pools.twin.rows, pools.world):
            self.versions |= {row["id"]: row["version"] for row in rows["attachments"]}

    def of_customer(self, key: Any) -> Iterator[Change]:
        """What is announced for it, and for one of its records or of another's."""
        about = ("customers", key)
        yield self._announced(global_id("Customer", key), about, "OTHER")
        yield self._announced(global_id("Customer", key), about, "CONTRACT", _COMMERCIAL)
        contact, follow_up = (self.rng.choice(self.pools.ids[entity]) for entity in ("Contact", "FollowUp"))
        yield self._announced(global_id("Contact", contact), ("contacts", contact), "OTHER", ("contacts", "name"))
        yield self._announced(global_id("FollowUp", follow_up), ("follow_ups", follow_up), "MINUTES")

    def _announced(self, subject: str, about: tuple[str, Any], kind: str, *sets: tuple[str, str]) -> Change:
        given = {
            "subjectId": subject, "kind": kind, "displayName": "会议照片", "fileName": "a.jpg",
            "contentType": "image/jpeg", "size": 1000, "sha256": values.digest(self.rng),
        }  # fmt: skip
        return Change("createAttachmentUpload", given, _FILE, about, (_NAME, *sets), makes="attachments")

    def __iter__(self) -> Iterator[Change]:
        for key in self.pools.ids["Attachment"]:
            about, own = ("attachments", key), {"id": global_id("Attachment", key)}
            yield Change("updateAttachment", self._given(key, displayName="新名称"), _FILE, about, (_NAME,))
            given = self._given(key, kind="CONTRACT")
            yield Change("updateAttachment", given, _FILE, about, (_NAME, _COMMERCIAL), turns=True)
            for mutation in ("renewAttachmentUpload", "completeAttachmentUpload"):
                yield Change(mutation, own, _FILE, about, (_NAME,), Right.UPLOAD)
            gone = f"customer {{ id attachments {{ totalCount }} }} {ERRORS}"
            yield Change("removeAttachment", self._given(key), gone, about, (_NAME,), turns=True)

    def _given(self, key: Any, **named: Any) -> dict[str, Any]:
        right = self.versions[key]
        return {"id": global_id("Attachment", key), "version": self.rng.choice((right, right, right + 1)), **named}
