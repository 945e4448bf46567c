"""What customers have agreed to, in the twin world: with and without evidence, given and taken back (D46)."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from tests.security.twin import values
from tests.security.twin.rows import Row, Rows

TABLE = "consents"
_PURPOSES = ("MARKETING", "SHARING", "CROSS_BORDER")


def add(rng: random.Random, rows: Rows, users: dict[str, Row], made: Callable[[random.Random, str], Row]) -> None:
    """One to three of most customers. `made` makes a row with a value for each field."""
    staff = [users[name]["id"] for name in ("owner", "colleague", "manager")]
    for customer in rows["customers"]:
        files = _own_files(rows, customer["id"])
        for purpose in rng.sample(_PURPOSES, rng.randint(0, 3)):
            evidence = rng.choice([*files, None]) if files else None
            row = made(rng, TABLE) | {"customer_id": customer["id"], "recorded_by_id": rng.choice(staff)}
            row |= {"purpose": purpose, "evidence_id": evidence, "updated_at": row["created_at"]}
            settle(rng, row)
            rows[TABLE].append(row)


def _own_files(rows: Rows, customer: Any) -> list[Any]:
    """The files of the customer itself: those go only with it."""
    return [
        file["id"]
        for file in rows["attachments"]
        if file["customer_id"] == customer and file["contact_id"] is None and file["follow_up_id"] is None
    ]


def settle(rng: random.Random, row: Row) -> None:
    """What belongs together: sharing takes evidence, a time says that it was taken back, each recipient is another."""
    if row["evidence_id"] is None:
        row["purpose"] = "MARKETING"
    row["state"] = "WITHDRAWN" if row["withdrawn_at"] else "GIVEN"
    if row["recipient"] is not None or row["purpose"] == "MARKETING":
        row["recipient"] = f"{values.words(rng)}{rng.randrange(10**6)}"


def change_evidence(rng: random.Random, rows: Rows, hidden: set[Any], row: Row) -> None:
    """Of a consent that is seen, a file that is not: another one of these, or none where none is needed."""
    if row["evidence_id"] in hidden:
        others = [key for key in _own_files(rows, row["customer_id"]) if key in hidden]
        row["evidence_id"] = rng.choice([*others, *([None] if row["purpose"] == "MARKETING" else [])])


def needed(rows: Rows) -> set[Any]:
    """Files that have to stay as long as their customer does."""
    return {row["evidence_id"] for row in rows[TABLE] if row["purpose"] != "MARKETING"}


def forget(rows: Rows, gone: set[Any]) -> None:
    """Files that went are evidence of nothing."""
    for row in rows[TABLE]:
        if row["evidence_id"] in gone:
            row["evidence_id"] = None
