"""The object store: the only module that knows boto3."""

# boto3 has no types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

import boto3
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

StoreError = (BotoCoreError, ClientError)
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


def ensure_bucket(settings: Settings) -> None:
    """Create the bucket where it is missing."""
    client = connect(settings)
    try:
        client.head_bucket(Bucket=settings.s3_bucket)
    except ClientError as error:
        if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") != 404:
            raise
        client.create_bucket(Bucket=settings.s3_bucket)


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
