from __future__ import annotations

import typer

from service.app.stack.errors import StackError
from service.app.stack.steps import console
from service.core.settings import SettingsError, settings
from storage import custom_indexes


async def index_custom_field(key: str = typer.Argument(help="The key of the field.")) -> None:
    """Build the index of a field that an administrator defined, while the service works."""
    url = settings().database_owner_url
    if url is None:
        raise SettingsError("CRM_DATABASE_OWNER_URL is missing: only the owner's role may build indexes.")
    hindrance = await custom_indexes.build_named(url.get_secret_value(), key)
    if hindrance is not None:
        raise StackError(hindrance)
    console.print(f"The index of {key} is ready.", markup=False)
