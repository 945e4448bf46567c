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
from service.core.settings import settings
from service.core.viewer import Viewer
from service.rules.files import keys, names, types
from storage import objects

SECONDS = 300
"""How long a link is good for (SEC-D3)."""
THUMBNAIL, PREVIEW = "thumbnail", "preview"
_PICTURES = {THUMBNAIL: keys.THUMBNAIL, PREVIEW: keys.PREVIEW}


class Links:
    """The links of one answer."""

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer
        self._given: list[tuple[UUID, UUID, str]] = []

    def __call__(self, made_of: list[Any]) -> dict[str, Any]:
        """The members of a link, from what the reader says about it: the reader says so of clean files only."""
        attachment, customer, content, file_type, display_name, which = made_of
        own, kind = settings(), FileType(file_type)
        if which in _PICTURES:
            key, media, name = keys.picture(content, _PICTURES[which]), "image/webp", f"{which}.webp"
        else:
            key, media = keys.content(content), types.media_type(kind)
            name = names.download_name(display_name, kind)
        url = objects.signed_download(own, key, media, names.disposition(name), SECONDS)
        self._given.append((UUID(attachment), UUID(customer), which))
        return {"url": url, "expires_at": (clock.now() + timedelta(seconds=SECONDS)).isoformat()}

    async def note(self) -> None:
        """Log what was given out, before the answer goes out. Thumbnails are not: every list shows them."""
        logged = [one for one in self._given if one[2] != THUMBNAIL]
        if logged:
            await asyncio.create_task(self._note(logged))

    async def _note(self, logged: list[tuple[UUID, UUID, str]]) -> None:
        async with in_transaction(), audit.together():
            for attachment, customer, which in logged:
                await audit.record(
                    self._viewer, f"attachment.{which}", subject=("Attachment", attachment), customer_id=customer
                )
