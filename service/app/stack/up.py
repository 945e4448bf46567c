"""`crm up`: from an empty folder, or from one with data, to a running service."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from dataclasses import replace
from http import HTTPStatus
from types import FrameType

from service.app.stack import configuration, http, prepare, processes, virus_scanner
from service.app.stack.configuration import Configuration
from service.app.stack.engines import Engines
from service.app.stack.errors import StackError
from service.app.stack.home import Home
from service.app.stack.processes import Command
from service.app.stack.services import Services, commands
from service.app.stack.steps import console, step
from service.app.stack.virus_scanner import VirusScanner
from service.app.stack.welcome import welcome
from service.core import settings
from service.core.settings import Settings
from storage import connections, migrate, objects, roles

TITLES = {"postgres": "PostgreSQL", "valkey": "Valkey", "s3": "S3"}


class _Stopped(BaseException):
    """SIGTERM while starting: unwinds like Ctrl-C does."""


def _stop(number: int, frame: FrameType | None) -> None:
    raise _Stopped


def up(home: Home, customers: int) -> int:
    """Start everything, stay until it is stopped, and return the exit code.

    Raises StackError where something is in the way, and OSError where the disk fails.
    """
    signal.signal(signal.SIGTERM, _stop)
    home.prepare()
    with home.lock():
        home.check_whole()
        own = prepare.configured(home)
        own, scanner = _with_scanner(home, own)
        port = prepare.free_port(home)
        home.port.write_text(f"{port}\n")
        engines = Engines(home, own)
        try:
            if scanner is not None:
                scanner.start()
            _start_engines(engines)
            _prepare_data(home, own, customers)
            return _serve(home, own, engines, port)
        except (KeyboardInterrupt, _Stopped):
            return 130
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            engines.stop()
            if scanner is not None:
                scanner.stop()
            processes.end_leftovers(home, own.secrets.stack_id)


def _with_scanner(home: Home, own: Configuration) -> tuple[Configuration, VirusScanner | None]:
    """With what scans files on this machine, and the clamd that is to be started for it."""
    found = virus_scanner.found(home)
    own = replace(own, clamd=found.address)
    configuration.write(home.env, own)
    if found.sentence is not None:
        console.print(f"  {found.sentence}", markup=False)
    return own, VirusScanner(home, own) if found.is_ours else None


def _start_engines(engines: Engines) -> None:
    starting = engines.start()
    name = next(starting, None)
    while name is not None:
        with step(TITLES[name]):
            name = next(starting, None)


def _prepare_data(home: Home, own: Configuration, customers: int) -> None:
    with step("Database and migrations"):
        if home.demo.exists() and home.demo.read_text().strip() == "loading":
            # The first start was interrupted before anybody could work: what is there is half of the demo data.
            asyncio.run(roles.drop_database(own.superuser_url, own.database))
        asyncio.run(_migrate(own, settings.read(home.env)))
    with step("Bucket"):
        objects.ensure_buckets(settings.read(home.env))
    if customers and (not home.demo.exists() or home.demo.read_text().strip() != "done"):
        _load_demo(home, own, customers)


async def _migrate(own: Configuration, settled: Settings) -> None:
    await roles.ensure_roles(own.superuser_url, own.secrets.owner_password, own.secrets.app_password)
    await roles.ensure_database(own.superuser_url, own.database)
    await migrate.upgrade(own.owner_url)
    # A line that a person added to the settings may ask for more than the embedded PostgreSQL gives.
    if fault := (await connections.looked_at(own.app_url, settled)).fault():
        raise StackError(fault)


def _load_demo(home: Home, own: Configuration, customers: int) -> None:
    home.demo.write_text("loading\n")
    words = [sys.executable, "-m", "service.app.cli", "demo", "--customers", str(customers), "--seed", "42"]
    with step(f"Demo data ({customers} customers)"):
        since = processes.log_position(home, "demo")
        child = processes.start(home, Command("demo", words), processes.environment(home, own.secrets.stack_id))
        try:
            if child.wait() != 0:
                raise processes.unasked_end(home, "demo", since)
        finally:
            processes.stop(child, signal.SIGTERM)
    home.demo.write_text("done\n")


def _serve(home: Home, own: Configuration, engines: Engines, port: int) -> int:
    def watch() -> None:
        if not _healthy(port):
            services.end_because_of("api")
            return
        console.print(welcome(port), markup=False)
        while (ended := engines.ended()) is None:
            time.sleep(0.5)
        services.end_because_of(ended)

    services = Services(watch)
    since = {command.name: processes.log_position(home, command.name) for command in commands(home, port)}
    env = processes.environment(home, own.secrets.stack_id)
    for command in commands(home, port):
        services.add(home, command, env)
    console.print("  Starting API, worker and beat …")
    try:
        services.loop()  # pyright: ignore[reportUnknownMemberType]
    finally:
        services.sweep()
    if services.first_to_end is None:
        return 0
    name = services.first_to_end
    raise processes.unasked_end(home, name, since.get(name, 0))


def _healthy(port: int) -> bool:
    """Wait until the API answers; False where it does not within a minute."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if http.status(port, "/healthz") == HTTPStatus.OK:
            return True
        time.sleep(0.1)
    return False
