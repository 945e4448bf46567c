from __future__ import annotations

from service.core.settings import SettingsError, settings
from storage import migrate as migrations


async def migrate() -> None:
    """Apply the migrations that are missing."""
    url = settings().database_owner_url
    if url is None:
        raise SettingsError("CRM_DATABASE_OWNER_URL is missing: migrations need the owner's role.")
    await migrations.upgrade(url.get_secret_value())
