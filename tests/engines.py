"""Real engines for the tests: one PostgreSQL, Valkey and S3 for the whole run, a part of each for every worker.

The process that the run begins with starts them in a temporary folder and migrates a template database once. Each
pytest-xdist worker (or that process itself, without xdist) gets a clone of the template, a Valkey database number and
a bucket, and finds them in its settings.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import asyncpg

from service.app.stack import configuration
from service.app.stack.configuration import Configuration
from service.app.stack.engines import Engines
from service.app.stack.home import Home
from service.core import settings
from storage import migrate, objects, roles

FOLDER = "MINGCE_TEST_ENGINES"
"""Names the folder of the running engines to the workers, which inherit the environment."""
TEMPLATE = "mingce_template"
PREFIX = "mingce-tests-"

_WITHOUT_END = "1000000000000"
UNHINDERED = {
    "CRM_QUERY_COST": "1000000",
    "CRM_QUERY_ALLOWANCE": _WITHOUT_END,
    "CRM_QUERY_ALLOWANCE_PER_SECOND": _WITHOUT_END,
}
"""Tests ask as one person what a department asks in a day. Those of costs and allowances set their own."""


@dataclass(frozen=True)
class Database:
    """The addresses of one database, by role."""

    name: str
    app_url: str
    owner_url: str


@dataclass(frozen=True)
class WorkerEngines:
    """What one worker has of the engines."""

    worker: str
    configuration: Configuration

    @property
    def superuser_url(self) -> str:
        """The superuser's address, of the database `postgres`."""
        return self.configuration.superuser_url

    @property
    def database(self) -> Database:
        """This worker's own database, which its settings name."""
        return Database(self.configuration.database, self.configuration.app_url, self.configuration.owner_url)

    async def clone_database(self, name: str, template: str = TEMPLATE) -> Database:
        """Make a database for one test: an empty migrated one, or a copy of `template` if nobody is connected to it."""
        own = replace(self.configuration, database=f"mingce_{self.worker}_{name}")
        await roles.drop_database(self.superuser_url, own.database)
        await roles.clone_database(self.superuser_url, template, own.database)
        return Database(own.database, own.app_url, own.owner_url)

    async def drop_database(self, database: Database) -> None:
        await roles.drop_database(self.superuser_url, database.name)

    def environment(self) -> dict[str, str]:
        """The settings of this worker, for a child process as well."""
        return self.configuration.environment() | UNHINDERED


class RunEngines:
    """The engines of one run, started by the process that the run began with."""

    def __init__(self) -> None:
        # pytest's own temporary folders may be kept after the run; a cluster is too large for that.
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._configuration = configuration.generate()
        self._engines = Engines(Home(self.folder), self._configuration, durable=False)

    def start(self) -> None:
        """Start them and migrate the template. Ends what it started if anything fails."""
        try:
            home = Home(self.folder)
            home.prepare()
            self._lock = home.lock()
            _delete_forgotten(self.folder.parent)
            configuration.write(home.env, self._configuration)
            for _ in self._engines.start():
                pass
            asyncio.run(self._make_template())
        except BaseException:
            self.stop()
            raise
        os.environ[FOLDER] = str(self.folder)

    async def _make_template(self) -> None:
        own, secrets = self._configuration, self._configuration.secrets
        await roles.ensure_roles(own.superuser_url, secrets.owner_password, secrets.app_password)
        await roles.ensure_database(own.superuser_url, TEMPLATE)
        await migrate.upgrade(replace(own, database=TEMPLATE).owner_url)
        await _nothing_waits(replace(own, database=TEMPLATE).owner_url)
        superuser = await asyncpg.connect(own.superuser_url)
        try:  # a whole database is rewritten for a test in which nothing refers to nothing meanwhile
            await superuser.execute("grant set on parameter session_replication_role to crm_owner")
        finally:
            await superuser.close()

    def stop(self) -> None:
        self._engines.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        os.environ.pop(FOLDER, None)


async def _nothing_waits(owner_url: str) -> None:
    """Switch every flow of approvals off: what tests change takes effect. Those of approvals switch them on."""
    owner = await asyncpg.connect(owner_url)
    try:
        await owner.execute("update approval_flows set is_on = false")
    finally:
        await owner.close()


def _delete_forgotten(parent: Path) -> None:
    """Delete the folders of runs that were killed: nobody holds them, and they are too old to be just starting."""
    for folder in parent.glob(f"{PREFIX}*"):
        if time.time() - folder.stat().st_mtime > 120 and Home(folder).holder() is None:
            shutil.rmtree(folder, ignore_errors=True)


def join(worker: str, number: int) -> WorkerEngines:
    """Take this worker's part of the running engines and put it into the environment, from which settings are read."""
    folder = Path(os.environ[FOLDER])
    own = replace(
        configuration.read(folder / "env"),
        database=f"mingce_{worker}",
        valkey_number=number,
        bucket=f"mingce-{worker}",
    )
    engines = WorkerEngines(worker, own)
    asyncio.run(roles.clone_database(own.superuser_url, TEMPLATE, own.database))
    # A folder without `env`: nothing but the environment counts here.
    os.environ.update(engines.environment(), CRM_HOME=str(folder / "workers" / worker))
    objects.ensure_buckets(settings.settings())
    return engines
