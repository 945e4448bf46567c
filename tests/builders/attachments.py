from __future__ import annotations

import secrets
from typing import Any

from service.core import clock
from storage.models import Attachment, Customer, FileContent, User


async def make_attachment(customer: Customer, uploader: User, **values: Any) -> Attachment:
    """A file that was announced, whose content has not come."""
    given = {
        "kind": "OTHER", "display_name": "会议照片", "file_name": "IMG_0001.jpg", "file_type": "JPEG", "size": 1000,
        "sha256": secrets.token_hex(32),
    }  # fmt: skip
    return await Attachment.create(customer=customer, uploaded_by=uploader, **{**given, **values})


async def make_clean_attachment(customer: Customer, uploader: User, **values: Any) -> Attachment:
    """A file that was checked. There is no object of it in the store."""
    content = await FileContent.create(sha256=secrets.token_hex(32), size=1000, file_type="JPEG")
    found = {"state": "CLEAN", "scanned_by": "clamd", "checked_at": clock.now(), "content_id": content.sha256}
    return await make_attachment(customer, uploader, **{**found, "sha256": content.sha256, **values})
