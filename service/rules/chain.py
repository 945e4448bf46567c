"""How the change log is sealed: rows into segments, each segment linked to the one before, and signed (D35, SEC-G3)."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, datetime

GENESIS = bytes(32)
"""What stands before the first segment."""


@dataclass(frozen=True)
class Segment:
    """Rows of one month that were sealed together."""

    number: int
    sealed_at: datetime
    month: date
    size: int
    first_at: datetime
    last_at: datetime
    content: bytes
    """SHA-256 over all rows in the order of their keys."""
    previous: bytes

    @property
    def hash(self) -> bytes:
        """What the next segment builds on, and what is signed."""
        times = (self.sealed_at, self.first_at, self.last_at)
        said = (str(self.number), self.month.isoformat(), str(self.size), *(one.isoformat() for one in times))
        return hashlib.sha256("\n".join(said).encode() + self.content + self.previous).digest()


def signing_key(secret: str) -> bytes:
    """The key of signatures. The database never has it: who can write there cannot sign."""
    return hmac.digest(secret.encode(), b"change log", "sha256")


def signature(key: bytes, hashed: bytes) -> bytes:
    return hmac.digest(key, hashed, "sha256")


def drop_statement(month: date, last_number: int) -> bytes:
    """What is signed when a month is dropped: that it was, and what had been sealed of it."""
    return f"dropped\n{month.isoformat()}\n{last_number}".encode()


def checkpoint(key: bytes, number: int, hashed: bytes) -> bytes:
    """What is kept apart from the database: that the chain had come so far. One line."""
    said = f"{number} {hashed.hex()}"
    return f"{said} {hmac.digest(key, f'checkpoint {said}'.encode(), 'sha256').hex()}".encode()


def read_checkpoint(key: bytes, line: bytes) -> tuple[int, bytes]:
    """Number and hash of a segment. ValueError where this was not written with the key."""
    number, _, rest = line.decode("ascii").partition(" ")
    hashed = bytes.fromhex(rest.partition(" ")[0])
    if not hmac.compare_digest(checkpoint(key, int(number), hashed), line):
        raise ValueError("not written with this key")
    return int(number), hashed
