"""`crm doctor`: looks at each part and says what is degraded and what to do about it."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

import asyncpg
import redis

from service.app.stack import http, processes
from service.app.stack.home import ENOUGH_BYTES, Home
from service.boundary.files import scanner
from service.core import settings
from service.core.settings import Settings
from storage import connections, migrate, objects
from storage.vault import Masters, Vault
from storage.vault.store import Folder

START = "start the stack with `make up`"


@dataclass(frozen=True)
class Finding:
    """One part. `advice` is None where it is well."""

    part: str
    detail: str
    advice: str | None = None


def examine(home: Home) -> Iterator[Finding]:
    """Look at every part in turn. Nothing is changed."""
    yield _python()
    yield _disk(home)
    try:
        own = settings.read(home.env)
    except settings.SettingsError as error:
        advice = f"start the stack once with `make up`, which writes {home.env}, or set these variables"
        yield Finding("settings", str(error), advice)
        return
    yield Finding("settings", f"{own.environment}, {home.env if home.env.exists() else 'from the environment'}")
    yield _database(own)
    yield _connections(own)
    yield _migrations(own)
    yield _queue(own)
    yield _store(own)
    yield _scanner(own)
    yield _vault(home, own)
    yield _api(home, own)
    yield _process(home, "worker", "reminders and other background work wait")
    yield _process(home, "beat", "nothing that is due becomes a task")


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding("python", version, None if sys.version_info >= (3, 11) else "install Python 3.11 or newer")


def _disk(home: Home) -> Finding:
    place = next(folder for folder in (home.path, *home.path.parents) if folder.is_dir())
    free = shutil.disk_usage(place).free
    advice = None if free >= ENOUGH_BYTES else f"free at least 512 MB on the disk of {place}"
    return Finding("disk", f"{free / 2**30:.1f} GB free at {place}", advice)


def _attempt(part: str, look: Callable[[], str], advice: str, *faults: type[Exception]) -> Finding:
    try:
        return Finding(part, look())
    except faults as error:
        return Finding(part, f"{type(error).__name__}: {error}".strip().rstrip(":"), advice)


def _database(own: Settings) -> Finding:
    async def version() -> str:
        connection = cast("Any", await asyncpg.connect(own.database_url.get_secret_value(), timeout=5))
        try:
            return str(await connection.fetchval("select version()")).partition(" on ")[0]
        finally:
            await connection.close()

    return _attempt("postgres", lambda: asyncio.run(version()), START, OSError, asyncpg.PostgresError, TimeoutError)


def _connections(own: Settings) -> Finding:
    try:
        found = asyncio.run(connections.looked_at(own.database_url.get_secret_value(), own))
    except (OSError, asyncpg.PostgresError, TimeoutError):
        return Finding("connections", "unknown while PostgreSQL does not answer", START)
    detail = f"{found.used} in use, at most {found.needed} of {found.given} by the settings"
    return Finding("connections", detail, found.fault())


def _migrations(own: Settings) -> Finding:
    url = own.database_owner_url
    if url is None:
        return Finding("migrations", "not looked at: CRM_DATABASE_OWNER_URL is not set")
    try:
        pending = asyncio.run(migrate.pending(url.get_secret_value()))
    except (OSError, asyncpg.PostgresError, TimeoutError):
        return Finding("migrations", "unknown while PostgreSQL does not answer", START)
    if pending:
        return Finding("migrations", f"missing: {', '.join(pending)}", "apply them with `make migrate`")
    return Finding("migrations", "at the head")


def _queue(own: Settings) -> Finding:
    def version() -> str:
        with redis.Redis.from_url(own.valkey_url.get_secret_value(), socket_timeout=5) as client:
            facts = cast("dict[str, object]", client.info("server"))
        return f"Valkey {facts.get('valkey_version', facts.get('redis_version'))}"

    return _attempt("valkey", version, f"changes still commit, background work waits: {START}", redis.RedisError)


def _store(own: Settings) -> Finding:
    fault = objects.fault(own)
    return Finding("s3", fault or f"bucket {own.s3_bucket}", f"attachments wait: {START}" if fault else None)


def _scanner(own: Settings) -> Finding:
    fault = asyncio.run(scanner.fault(own))
    if fault is not None:
        return Finding("scanner", fault, "uploaded files wait until it answers: look after clamd, or set CRM_SCANNER")
    engine = asyncio.run(scanner.of(own).engine())
    return Finding("scanner", engine.name)


def _vault(home: Home, own: Settings) -> Finding:
    if own.vault_keys is None:
        return Finding("vault", "no keys: ID numbers and bank accounts are refused")
    store = own.key_store or home.path / "keys"
    keys = Vault(Masters.parsed(own.vault_keys.get_secret_value()), Folder(store))
    if missing := keys.missing():
        return Finding("vault", f"the master keys {', '.join(missing)} are missing", "add them to CRM_VAULT_KEYS")
    return Finding("vault", f"data keys in {store}")


def _api(home: Home, own: Settings) -> Finding:
    port = int(home.port.read_text()) if home.port.exists() else own.port
    answer = http.status(port, "/readyz")
    if answer == HTTPStatus.OK:
        return Finding("api", f"ready on port {port}")
    if answer is None:
        return Finding("api", f"does not answer on port {port}", START)
    return Finding("api", f"answers, but is not ready ({answer})", "look at the parts above and at logs/api.log")


def _process(home: Home, name: str, consequence: str) -> Finding:
    process = processes.recorded(home, name)
    if process is None:
        return Finding(name, "does not run here", f"{consequence}: {START}")
    return Finding(name, f"runs as process {process.pid}")
