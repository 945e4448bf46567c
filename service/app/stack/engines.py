"""The three engines together: started in order, stopped in reverse."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

from service.app.stack.configuration import Configuration
from service.app.stack.home import Home
from service.app.stack.postgres import WITHOUT_DURABILITY, Postgres
from service.app.stack.s3 import ObjectStore
from service.app.stack.valkey import Valkey

Engine = Postgres | Valkey | ObjectStore


class Engines:
    """PostgreSQL, Valkey and S3 of one state folder."""

    def __init__(self, home: Home, configuration: Configuration, durable: bool = True) -> None:
        self._engines: tuple[Engine, ...] = (
            Postgres(home, configuration, None if durable else WITHOUT_DURABILITY),
            Valkey(home, configuration, durable),
            ObjectStore(home, configuration),
        )
        self.children: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> Iterator[str]:
        """Start one engine after another, yielding the name of each before it is started."""
        for engine in self._engines:
            yield engine.name
            self.children[engine.name] = engine.start()

    def stop(self) -> None:
        """End them all. Safe at any point, also when some were never started."""
        for engine in reversed(self._engines):
            engine.stop()

    def ended(self) -> str | None:
        """The name of an engine that has ended although nobody stopped it."""
        return next((name for name, child in self.children.items() if child.poll() is not None), None)
