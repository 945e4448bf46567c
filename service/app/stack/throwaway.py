"""A database for one check: made, used, thrown away."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from service.app.stack import configuration
from service.app.stack.home import Home
from service.app.stack.postgres import WITHOUT_DURABILITY, Postgres
from storage import roles


@asynccontextmanager
async def database() -> AsyncGenerator[str]:
    """The owner's address of an empty database with the roles and extensions, on a PostgreSQL of its own."""
    with tempfile.TemporaryDirectory(prefix="mingce-check-") as folder:
        home, own = Home(Path(folder)), configuration.generate()
        home.prepare()
        postgres = Postgres(home, own, WITHOUT_DURABILITY)
        try:
            postgres.start()
            await roles.ensure_roles(own.superuser_url, own.secrets.owner_password, own.secrets.app_password)
            await roles.ensure_database(own.superuser_url, own.database)
            yield own.owner_url
        finally:
            postgres.stop()
