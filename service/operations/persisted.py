"""Documents that clients need not send: kept under their digest when they were sent once, or trusted from the start."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from pathlib import Path
from typing import Any, cast

from service.core.settings import SettingsError
from storage import persisted, valkey

HELD = 1_500_000
"""Characters of all texts that a process holds."""

_held: OrderedDict[str, str] = OrderedDict()


def digest(text: str) -> str:
    """The name of a document, as clients reckon it."""
    return hashlib.sha256(text.encode()).hexdigest()


async def find(name: str) -> str | None:
    """The document of that digest, where it was kept. None as well while Valkey is away: the client then sends it."""
    if name in _held:
        _held.move_to_end(name)
        return _held[name]
    try:
        text = await persisted.find(name)
    except valkey.Unanswered:
        return None
    if text is not None and digest(text) == name:
        _hold(name, text)
        return text
    return None


async def keep(name: str, text: str) -> None:
    """Keep a valid document under its digest, here and for other processes."""
    if name in _held:
        return
    _hold(name, text)
    try:
        await persisted.keep(name, text)
    except valkey.Unanswered:
        return  # this process knows it; others will ask for the text


def _hold(name: str, text: str) -> None:
    _held[name] = text
    while sum(map(len, _held.values())) > HELD:
        _held.popitem(last=False)


def trusted(place: Path) -> dict[str, str]:
    """The trusted documents by name: of a folder, each `.graphql` file under its SHA-256; or of a manifest in JSON, an
    object from names to documents or `{"operations": [{"id", "body"}]}`. Raises SettingsError."""
    if place.is_dir():
        texts = [file.read_text() for file in sorted(place.rglob("*.graphql"))]
        found = {digest(text): text for text in texts}
    else:
        found = _manifest(place)
    if not found:
        raise SettingsError(f"CRM_TRUSTED_DOCUMENTS: {place} holds no document; name a folder or a manifest with some")
    return found


def _manifest(place: Path) -> dict[str, str]:
    try:
        read: Any = json.loads(place.read_text())
        entries = read["operations"] if isinstance(read.get("operations"), list) else None
        pairs = cast("Any", read.items() if entries is None else [(e["id"], e["body"]) for e in entries])
        found = {str(name): text for name, text in pairs}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingsError(f"CRM_TRUSTED_DOCUMENTS: {place} is no folder and no manifest in JSON") from error
    if not all(isinstance(text, str) for text in found.values()):
        raise SettingsError(f"CRM_TRUSTED_DOCUMENTS: {place} must give the text of each document")
    return found
