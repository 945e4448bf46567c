"""How a worker listens to the broker: alone."""

from __future__ import annotations

from typing import Any

from celery.worker.consumer import Consumer as _Consumer


class Consumer(_Consumer):
    """Without talk among workers: it costs a second at the start, and nothing here listens to it."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        silent = {"without_gossip": True, "without_mingle": True, "without_heartbeat": True}
        super().__init__(*arguments, **(named | silent))
