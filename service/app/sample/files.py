"""The three files, read whole, each row with its customer."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from service.app.stack.errors import StackError

Row = dict[str, str]

_HEADINGS = {
    "customers.csv": (
        "customer_id", "customer_type", "name", "short_name", "uscc", "id_number", "industry_code", "division_code",
        "address", "phone", "size_band", "source_channel", "stage", "grade", "tags", "owner", "created_at",
    ),
    "contacts.csv": (
        "contact_id", "customer_id", "seq", "name", "gender", "title", "role", "mobile", "email", "is_primary",
    ),
    "follow_ups.csv": (
        "follow_up_id", "customer_id", "contact_id", "time", "channel", "summary", "next_plan", "next_time",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One customer with its contacts, the primary one first, and its follow-ups, oldest first."""

    row: Row
    contacts: list[Row] = field(default_factory=list[Row])
    follow_ups: list[Row] = field(default_factory=list[Row])

    @property
    def key(self) -> str:
        return self.row["customer_id"]


def read(folder: Path) -> list[Entry]:
    """The customers in the order of their file. Raises StackError where a file or a column is missing."""
    contacts, follow_ups = _by_customer(folder, "contacts.csv"), _by_customer(folder, "follow_ups.csv")
    return [
        Entry(
            row,
            sorted(contacts[row["customer_id"]], key=lambda c: (c["is_primary"] != "1", int(c["seq"] or 0))),
            sorted(follow_ups[row["customer_id"]], key=lambda f: (f["time"], f["follow_up_id"])),
        )
        for row in _rows(folder, "customers.csv")
    ]


def _by_customer(folder: Path, name: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in _rows(folder, name):
        found[row["customer_id"]].append(row)
    return found


def _rows(folder: Path, name: str) -> Iterator[Row]:
    path = folder / name
    if not path.is_file():
        raise StackError(f"{path} is missing: name a folder that holds {', '.join(_HEADINGS)}.")
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, restval="")
        missing = [heading for heading in _HEADINGS[name] if heading not in (reader.fieldnames or ())]
        if missing:
            raise StackError(f"{path} has no column {', '.join(missing)}: add it, empty where nothing is known.")
        yield from reader
