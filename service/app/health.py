"""The health checks of containers: `python -m service.app.health api`, `worker` or `beat`. Exit code 0 or 1.

They run every few seconds in each container, so they use the standard library alone and look at one thing. That is
life, not readiness: whether requests should come here is asked at `/readyz`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from http import HTTPStatus

from service.app.stack import http
from service.core import heartbeat


def api() -> bool:
    """The API answers `/healthz`."""
    return http.status(int(os.environ.get("CRM_PORT", "8000")), "/healthz") == HTTPStatus.OK


def worker() -> bool:
    """The worker has heard from the broker and looked into the outbox just now."""
    return heartbeat.CONSUMER.is_fresh() and heartbeat.RELAY.is_fresh()


def beat() -> bool:
    """The clock has looked for what is due just now."""
    return heartbeat.CLOCK.is_fresh()


CHECKS: dict[str, Callable[[], bool]] = {"api": api, "worker": worker, "beat": beat}


def main(words: list[str]) -> int:
    """Run the check that is named."""
    if len(words) != 1 or words[0] not in CHECKS:
        sys.stderr.write(f"Name one of: {', '.join(CHECKS)}.\n")
        return 2
    return 0 if CHECKS[words[0]]() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
