"""The vault of this process, as operations use it: values that are sealed, and what can be known of them unopened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cache
from typing import ParamSpec, TypeVar
from uuid import UUID

from service.core.errors import ValuesErased
from service.core.settings import settings
from service.core.state import state_folder
from storage import crypto
from storage.vault import Destroyed, Masters, Vault
from storage.vault.store import Folder

P = ParamSpec("P")
R = TypeVar("R")


def is_configured() -> bool:
    """Whether there are master keys: without them protected fields are refused (D60)."""
    return settings().vault_keys is not None


@cache
def vault() -> Vault:
    """The vault that the settings describe."""
    own = settings()
    assert own.vault_keys is not None
    return Vault(Masters.parsed(own.vault_keys.get_secret_value()), Folder(own.key_store or state_folder() / "keys"))


def digest(field: str, value: str) -> str:
    """By which a value is found again, and nothing else is known of it."""
    return crypto.digest(settings().digest_secret.get_secret_value(), f"protected.{field}", value)


async def seal(record: UUID, field: str, value: str) -> bytes:
    """Raises ValuesErased where the values of the record were erased."""
    return await _in_thread(vault().seal, record, field, value)


async def open(record: UUID, field: str, sealed: bytes) -> str:
    """Raises ValuesErased where the values of the record were erased."""
    return await _in_thread(vault().open, record, field, sealed)


async def destroy(record: UUID) -> None:
    """Make every sealed value of a record unreadable for ever, in every backup too."""
    await asyncio.to_thread(vault().destroy, record)


async def _in_thread(call: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
    try:
        return await asyncio.to_thread(call, *arguments, **named)
    except Destroyed:
        raise ValuesErased from None


def fault() -> str | None:
    """What is wrong with the keys; None where every data key can be opened."""
    missing = vault().missing() if is_configured() else []
    if not missing:
        return None
    names = ", ".join(missing)
    return f"CRM_VAULT_KEYS lacks the master keys {names}, which values are sealed with: add them behind the newest one"
