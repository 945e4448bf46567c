from __future__ import annotations

import secrets
from typing import Any

from storage.models import Attachment, Customer, User


async def make_attachment(customer: Customer, uploader: User, **values: Any) -> Attachment:
    """A file that was announced, whose content has not come."""
    given = {
        "kind": "OTHER", "display_name": "会议照片", "file_name": "IMG_0001.jpg", "file_type": "JPEG", "size": 1000,
        "sha256": secrets.token_hex(32),
    }  # fmt: skip
    return await Attachment.create(customer=customer, uploaded_by=uploader, **{**given, **values})
