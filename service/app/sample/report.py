"""What became of a load: counted for the terminal, line by line for a file."""

from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

from service.app.sample.files import Entry
from service.app.sample.mapping import Notice
from service.core.errors import FieldError
from service.core.messages import FALLBACK, sentence


@dataclass(frozen=True)
class Line:
    """One fault. `record` is the contact or follow-up that was left out; empty where the customer was refused."""

    customer_id: str
    record: str
    field: str
    code: str
    message: str


@dataclass
class Report:
    """The counts, and each refusal."""

    accepted: int = 0
    skipped: int = 0
    """Were there already."""
    contacts: int = 0
    follow_ups: int = 0
    accounts_made: int = 0
    notices: Counter[Notice] = field(default_factory=Counter[Notice])
    refused: dict[str, list[FieldError]] = field(default_factory=dict[str, list[FieldError]])
    """By customer."""
    lines: list[Line] = field(default_factory=list[Line])

    def refuse(self, entry: Entry, errors: list[FieldError]) -> None:
        """Note a customer that was not taken over, with everything that belongs to it."""
        self.refused[entry.key] = errors
        self._note(entry, "", errors)

    def leave_out(self, entry: Entry, record: str, notice: Notice, errors: list[FieldError]) -> None:
        """Note a contact or a follow-up of a customer that was taken over."""
        self.notices[notice] += 1
        self._note(entry, record, errors)

    def _note(self, entry: Entry, record: str, errors: list[FieldError]) -> None:
        self.lines += [
            Line(entry.key, record, ".".join(e.field), e.code.value, sentence(e.code, FALLBACK, e.params))
            for e in errors
        ]

    @property
    def codes(self) -> Counter[str]:
        """How many customers were refused with each code."""
        return Counter(code for errors in self.refused.values() for code in {error.code.value for error in errors})

    def write(self, path: Path) -> None:
        """Write each refusal: JSON lines where the name ends so, else CSV."""
        rows = [asdict(line) for line in sorted(self.lines, key=lambda line: (line.customer_id, line.record))]
        with path.open("w", encoding="utf-8", newline="") as file:
            if path.suffix in (".jsonl", ".json"):
                file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
                return
            writer = csv.DictWriter(file, list(Line.__annotations__), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
