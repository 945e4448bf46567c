"""How far the change log's chain had come, kept in the object store: apart from the database that it tells about."""

# boto3 has no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from service.core.settings import Settings
from storage import objects

_FOLDER = "change-log/checkpoints/"


async def keep(settings: Settings, line: bytes, at: datetime) -> None:
    """Put one in the place of the last one of the same hour. Raises `objects.StoreError`."""
    key = f"{_FOLDER}{at:%Y-%m-%dT%H}"
    client = objects.connect(settings)
    await asyncio.to_thread(lambda: client.put_object(Bucket=settings.s3_bucket, Key=key, Body=line))


async def kept(settings: Settings) -> list[bytes]:
    """All of them, the oldest first. Raises `objects.StoreError`."""
    return await asyncio.to_thread(_kept, objects.connect(settings), settings.s3_bucket)


def _kept(client: Any, bucket: str) -> list[bytes]:
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=_FOLDER)
    keys = sorted(one["Key"] for page in pages for one in page.get("Contents", ()))
    return [client.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys]
