"""What looking at a file came to."""

from __future__ import annotations

from dataclasses import dataclass

from service.core.enums import RejectionReason


class Rejected(Exception):
    """The file is not accepted, for this reason."""

    def __init__(self, reason: RejectionReason, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail
        """For the log of the service: what was found, without content of the file."""


@dataclass(frozen=True)
class Findings:
    """Of a file that is what it says."""

    width: int | None = None
    """Pixels."""
    height: int | None = None
    pages: int | None = None
