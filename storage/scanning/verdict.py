"""What a scanner says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The harmless file that every scanner knows. One that does not find it finds nothing."""


class ScannerFault(Exception):
    """There is no verdict: the file waits. The text says what is wrong with the scanner."""


@dataclass(frozen=True)
class Engine:
    """Which scanner it is, and how new its signatures are."""

    name: str
    """As it is shown beside a verdict, such as `clamd 1.4.3/27391`."""
    signed_at: datetime | None = None
    """When its signatures were made; None where it does not say, or where they come with this service."""


@dataclass(frozen=True)
class Verdict:
    """An explicit answer about one content."""

    engine: Engine
    virus: str | None
    """The name of what was found; None for a clean content."""


class Scanner(Protocol):
    """One scanner."""

    async def engine(self) -> Engine:
        """Which one it is. Raises ScannerFault where it does not answer, or its signatures are too old."""
        ...

    async def scan(self, file: Path, opened: Path | None = None) -> Verdict:
        """Raises ScannerFault unless there is an explicit verdict. `opened`: what was packed in the file."""
        ...
