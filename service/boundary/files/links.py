"""Links to files that are given out: short-lived, for clean ones only, and noted in the change log (D40)."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

from tortoise.transactions import in_transaction

from service.boundary import audit
from service.core import clock
from service.core.enums import FileType
from service.core.fields import ACCESS_GRANT, ATTACHMENT
from service.core.settings import settings
from service.core.viewer import Viewer
from service.rules.files import keys, names, types
from storage import objects

SECONDS = 300
"""How long a link is good for (SEC-D3)."""
THUMBNAIL, PREVIEW, COPY = "thumbnail", "preview", "copy"
_PICTURES = {THUMBNAIL: keys.THUMBNAIL, PREVIEW: keys.PREVIEW}


class Links:
    """The links of one answer."""

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer
        self._given: list[tuple[str, UUID, UUID | None, str]] = []
        """Type and key of the record, its customer, and which of its files."""

    def __call__(self, made_of: list[Any]) -> dict[str, Any]:
        """The members of a link, from what the reader says about it: the reader says so of clean files only."""
        record, customer, content, file_type, name, which = made_of
        if which == COPY:
            made = keys.copy(UUID(record)), types.XLSX, "masked-copy.xlsx"
            self._given.append((ACCESS_GRANT.name, UUID(record), None, which))
        else:
            made = _of_attachment(content, FileType(file_type), name, which)
            self._given.append((ATTACHMENT.name, UUID(record), UUID(customer), which))
        key, media, name = made
        url = objects.signed_download(settings(), key, media, names.disposition(name), SECONDS)
        return {"url": url, "expires_at": (clock.now() + timedelta(seconds=SECONDS)).isoformat()}

    async def note(self) -> None:
        """Log what was given out, before the answer goes out. Thumbnails are not: every list shows them."""
        logged = [one for one in self._given if one[3] != THUMBNAIL]
        if logged:
            await asyncio.create_task(self._note(logged))

    async def _note(self, logged: list[tuple[str, UUID, UUID | None, str]]) -> None:
        async with in_transaction(), audit.together():
            for kind, key, customer, which in logged:
                action = "access.download" if which == COPY else f"attachment.{which}"
                await audit.record(self._viewer, action, subject=(kind, key), customer_id=customer)


def _of_attachment(content: str, kind: FileType, display_name: str, which: str) -> tuple[str, str, str]:
    """The object, its media type, and the name under which it is saved."""
    if which in _PICTURES:
        return keys.picture(content, _PICTURES[which]), "image/webp", f"{which}.webp"
    return keys.content(content), types.media_type(kind), names.download_name(display_name, kind)
