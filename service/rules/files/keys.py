"""Names of objects in the store: the server's own, never a client's (SEC-D3)."""

from __future__ import annotations

from uuid import UUID

THUMBNAIL, PREVIEW = 256, 1024
"""Pixels of the longer side (D41)."""
SIZES = (THUMBNAIL, PREVIEW)


def uploaded(attachment_id: UUID) -> str:
    """What a client uploads, in quarantine."""
    return str(attachment_id)


def attachment_of(key: str) -> UUID | None:
    """The attachment that an object in quarantine belongs to; None where the name is not one of ours."""
    try:
        return UUID(key)
    except ValueError:
        return None


def content(sha256: str) -> str:
    """A checked content: its hash is its name, so that it can only be written as what it is."""
    return f"contents/{sha256[:2]}/{sha256}"


def copy(grant_id: UUID) -> str:
    """The masked copy that a grant is delivered as."""
    return f"copies/{grant_id}.xlsx"


def picture(sha256: str, size: int) -> str:
    """A picture of it, of that many pixels."""
    return f"pictures/{sha256[:2]}/{sha256}/{size}.webp"


def content_of(key: str) -> str | None:
    """The hash of the content that an object belongs to; None where the name is not one of ours."""
    kind, _, rest = key.partition("/")
    found = rest.split("/")[1] if kind in ("contents", "pictures") and rest.count("/") in (1, 2) else ""
    return found if len(found) == 64 else None
