"""What can go wrong with the stack, as sentences for the person at the terminal."""

from __future__ import annotations

import errno


class StackError(Exception):
    """Something a person can put right. The message is one sentence that says what to do next."""


def explain(error: OSError) -> str | None:
    """The sentence for a fault of the disk, or None where the error is something else."""
    place = error.filename or "the folder .crm"
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return f"The disk is full ({place}): free at least 512 MB and start again."
        case errno.EROFS:
            return f"The disk is read-only ({place}): make it writable, or set CRM_HOME to a folder that is."
        case errno.EACCES | errno.EPERM:
            return f"{place} belongs to another user: run as that user, or set CRM_HOME to a folder of your own."
        case _:
            return None
