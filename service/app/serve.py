"""The API as a process: uvicorn, with an end that a balancer can follow.

uvicorn closes its socket at once when it is told to stop, so that nobody could be told to go elsewhere. Here SIGTERM
first makes `/readyz` say 503 while requests are still answered; then the socket closes; then what is in flight ends.
"""

from __future__ import annotations

import signal
import time
from socket import socket
from types import FrameType

import uvicorn

from schema.live.messages import LONGEST
from service.app import patience, readiness
from service.core import logging
from service.core.settings import Settings
from service.operations.events.hub import HUB

PING_SECONDS = 15.0
"""Between two pings of a socket, and for the answer to one."""


class Server(uvicorn.Server):
    """uvicorn's server, which stops `drain` seconds after SIGTERM. Ctrl-C and a second signal stop it at once."""

    def __init__(self, config: uvicorn.Config, drain: float) -> None:
        super().__init__(config)
        self._drain = drain
        self._closes_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if sig == signal.SIGTERM and self._closes_at is None:
            readiness.drain()
            self._closes_at = time.monotonic() + self._drain
        else:
            super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        closing = self._closes_at is not None and time.monotonic() >= self._closes_at
        return await super().on_tick(counter) or closing

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Subscriptions never end by themselves: they are told to go on elsewhere (SEC-K1)."""
        HUB.stop()
        await super().shutdown(sockets)


def serve(own: Settings, host: str, port: int, drain: float, grace: int) -> bool:
    """Answer requests until a signal comes. False where the process could not begin, which its log explains."""
    logging.configure_all(own.log_level)
    config = uvicorn.Config(
        "service.app.asgi:app",
        host=host,
        port=port,
        log_config=None,  # ours: one JSON line an event
        access_log=False,
        server_header=False,
        forwarded_allow_ips=own.trusted_proxies,
        timeout_graceful_shutdown=grace,
        http=patience.Http,
        ws=patience.WebSockets,
        ws_max_size=LONGEST,
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=PING_SECONDS,
    )
    server = Server(config, drain)
    server.run()
    return server.started
