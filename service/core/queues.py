"""The queues of background work, and which task goes where.

Somebody waits for `interactive`; `scan` reads files; `bulk` takes long; everything else is `default`.
"""

from __future__ import annotations

INTERACTIVE, SCAN, BULK, DEFAULT = "interactive", "scan", "bulk", "default"
QUEUES = (INTERACTIVE, SCAN, BULK, DEFAULT)

ROUTES = {
    "follow_up.plan": INTERACTIVE,
    "reminder.due": DEFAULT,
    "reminder.give": DEFAULT,
    "outbox.prune": DEFAULT,
    "event.prune": DEFAULT,
    "idempotency.prune": DEFAULT,
    "change_log.prepare": DEFAULT,
    "change_log.seal": DEFAULT,
    "change_log.drop": DEFAULT,
    "hand_over.run": BULK,
    "custom_field.index": BULK,
    "approval.due": DEFAULT,
    "access.copy": BULK,
    "access.erase": DEFAULT,
    "attachment.check": SCAN,
    "attachment.pictures": SCAN,
    "attachment.release": DEFAULT,
    "attachment.expire": DEFAULT,
    "attachment.erase": DEFAULT,
    "attachment.sweep": BULK,
    "attachment.rescan": BULK,
}
"""The queue of each task. The names are a contract: rows of the outbox bear them over a deployment."""


def queue_of(task: str) -> str:
    """Its queue; the default one for a task that only another release knows."""
    return ROUTES.get(task, DEFAULT)
