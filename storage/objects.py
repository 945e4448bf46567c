"""The object store: the only module that knows boto3."""

# boto3 has no types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import boto3
import urllib3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from service.core.settings import Settings

_CONFIG = Config(
    # Without these boto3 signs with version 2 for an endpoint of one's own, and sends checksums that few stores know.
    signature_version="s3v4",
    s3={"addressing_style": "path"},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
    connect_timeout=2,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 3},
)
_IMPATIENT = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 1})
"""For the health probe: a store that is slow to say that it is well is not well."""

StoreError = (BotoCoreError, ClientError, urllib3.exceptions.HTTPError)
"""What a call of the store can fail with."""


def connect(settings: Settings, patient: bool = True) -> Any:
    """The client of the store. It may be shared between threads."""
    keys = settings.s3_access_key.get_secret_value(), settings.s3_secret_key.get_secret_value()
    return _client(settings.s3_endpoint, *keys, patient)


@lru_cache(maxsize=8)  # making one takes a tenth of a second
def _client(endpoint: str, access_key: str, secret_key: str, patient: bool) -> Any:
    return cast("Any", boto3).client(
        "s3",
        endpoint_url=endpoint,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        region_name="us-east-1",
        config=_CONFIG if patient else _CONFIG.merge(_IMPATIENT),
    )


def ensure_buckets(settings: Settings) -> None:
    """Create the buckets that are missing: for clean contents, and for what was not checked yet."""
    client = connect(settings)
    for bucket in (settings.s3_bucket, settings.s3_quarantine_bucket):
        try:
            client.head_bucket(Bucket=bucket)
        except ClientError as error:
            if _status(error) != 404:
                raise
            client.create_bucket(Bucket=bucket)


def _status(error: ClientError) -> int | None:
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")


def fault(settings: Settings) -> str | None:
    """What is wrong with the store, or None where it answers and the bucket is there. Takes at most three seconds."""
    try:
        connect(settings, patient=False).head_bucket(Bucket=settings.s3_bucket)
    except ClientError as error:
        return f"the bucket {settings.s3_bucket} is refused: {error.response.get('Error', {}).get('Code', 'unknown')}"
    except BotoCoreError as error:
        return f"{settings.s3_endpoint} does not answer: {type(error).__name__}"
    return None


def is_healthy(settings: Settings) -> bool:
    """Whether the store answers and the bucket is there."""
    return fault(settings) is None


_PIECE = 256 * 1024


class TooLarge(Exception):
    """An object has more bytes than were asked for."""


@dataclass(frozen=True)
class Fetched:
    """A content that was written to a file."""

    size: int
    sha256: str


def signed_upload(settings: Settings, key: str, media_type: str, size: int, seconds: int) -> str:
    """An address that takes one PUT into quarantine, of just this type and length (SEC-D3)."""
    wanted = {
        "Bucket": settings.s3_quarantine_bucket, "Key": key, "ContentType": media_type, "ContentLength": size,
    }  # fmt: skip
    return _signing(settings).generate_presigned_url("put_object", Params=wanted, ExpiresIn=seconds)


def signed_download(settings: Settings, key: str, media_type: str, disposition: str, seconds: int) -> str:
    """An address that gives out a clean content, as a download of that type (D40)."""
    wanted = {
        "Bucket": settings.s3_bucket, "Key": key, "ResponseContentType": media_type,
        "ResponseContentDisposition": disposition, "ResponseCacheControl": "no-store",
    }  # fmt: skip
    return _signing(settings).generate_presigned_url("get_object", Params=wanted, ExpiresIn=seconds)


def _signing(settings: Settings) -> Any:
    """The client that signs addresses as those see the store who get them."""
    keys = settings.s3_access_key.get_secret_value(), settings.s3_secret_key.get_secret_value()
    return _client(settings.s3_public_endpoint or settings.s3_endpoint, *keys, True)


def upload(settings: Settings, key: str, media_type: str, size: int, pieces: Iterable[bytes]) -> None:
    """Pass a content on into quarantine piece by piece; boto3 would want to read it twice."""
    wanted = {"Bucket": settings.s3_quarantine_bucket, "Key": key, "ContentType": media_type, "ContentLength": size}
    url = connect(settings).generate_presigned_url("put_object", Params=wanted, ExpiresIn=300)
    headers = {"content-type": media_type, "content-length": str(size)}
    answer = _pool().request("PUT", url, body=iter(pieces), headers=headers, retries=False)
    if answer.status >= 300:
        raise urllib3.exceptions.HTTPError(f"the store answered {answer.status}")


@lru_cache(maxsize=1)
def _pool() -> urllib3.PoolManager:
    return urllib3.PoolManager(maxsize=8, timeout=urllib3.Timeout(connect=2, read=30))


def size_in_quarantine(settings: Settings, key: str) -> int | None:
    """Bytes of what was uploaded; None where nothing was."""
    try:
        return int(connect(settings).head_object(Bucket=settings.s3_quarantine_bucket, Key=key)["ContentLength"])
    except ClientError as error:
        if _status(error) == 404:
            return None
        raise


def fetch(settings: Settings, bucket: str, key: str, into: Path, most: int) -> Fetched | None:
    """Write an object to a file; None where there is none. Raises TooLarge as soon as it has more than `most` bytes."""
    try:
        body = connect(settings).get_object(Bucket=bucket, Key=key)["Body"]
    except ClientError as error:
        if _status(error) == 404:
            return None
        raise
    size, digest = 0, hashlib.sha256()
    with body, into.open("wb") as file:
        while piece := body.read(_PIECE):
            size += len(piece)
            if size > most:
                raise TooLarge
            digest.update(piece)
            file.write(piece)
    return Fetched(size, digest.hexdigest())


def keep(settings: Settings, key: str, file: Path, media_type: str) -> None:
    """Put a checked content, or a picture of one, where only this service writes."""
    with file.open("rb") as body:
        connect(settings).put_object(Bucket=settings.s3_bucket, Key=key, Body=body, ContentType=media_type)


def remove(settings: Settings, bucket: str, keys: Iterable[str]) -> None:
    """Remove objects; those that are not there are no error."""
    client = connect(settings)
    for key in keys:
        client.delete_object(Bucket=bucket, Key=key)


def listed(settings: Settings, bucket: str) -> Iterator[tuple[str, datetime]]:
    """Every object of a bucket with the time when it was written."""
    pages = connect(settings).get_paginator("list_objects_v2").paginate(Bucket=bucket)
    for page in pages:
        for one in page.get("Contents", ()):
            yield one["Key"], one["LastModified"]
