"""Settings: one frozen object, read once when a process starts.

Every setting is an environment variable with the prefix `CRM_`. In development `make up` writes the ones that it chose
(ports, generated secrets) to `.crm/env`, which is read too; a real environment variable wins over that file.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


def _existing_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is not a time zone; use a name such as Asia/Shanghai") from error
    return name


def _long_enough(secret: SecretStr) -> SecretStr:
    if len(secret.get_secret_value()) < 32:
        raise ValueError("a secret needs at least 32 characters; `openssl rand -hex 32` makes one")
    return secret


Secret = Annotated[SecretStr, AfterValidator(_long_enough)]


class Settings(BaseSettings):
    """What a deployment chooses. A wrong or missing value stops the start and is named."""

    model_config = SettingsConfigDict(env_prefix="CRM_", frozen=True, extra="ignore")

    environment: Literal["development", "production"] = "production"
    """`development` allows demo data, GraphiQL and introspection."""
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    """Where the API listens."""

    database_url: SecretStr
    """The application's role (`crm_app`): postgres://user:password@host:port/database."""
    database_owner_url: SecretStr | None = None
    """The owner's role (`crm_owner`); only `crm migrate` and maintenance need it."""
    database_pool_size: int = Field(10, ge=1, le=200)
    """Connections of one process. Processes × pool must stay below max_connections (checked at start)."""

    valkey_url: SecretStr
    """The queue: redis://[user:password@]host:port/number."""

    s3_endpoint: str
    s3_access_key: SecretStr
    s3_secret_key: SecretStr
    s3_bucket: str = "mingce"
    """The object store for attachments."""

    token_secret: Secret
    """Signs access tokens."""
    cursor_secret: Secret
    """Encrypts the cursors of lists."""
    digest_secret: Secret
    """Keys the digests of the change log."""

    business_timezone: Annotated[str, AfterValidator(_existing_zone)] = "Asia/Shanghai"
    """The zone in which days, quarters and daily serials are reckoned."""
    default_locale: Literal["zh-CN", "en"] = "zh-CN"
    """The language of messages when the caller does not ask for one."""
    customer_number_format: str = "C{day:%Y%m%d}{serial:04d}"
    """D6. `day` is a date, `serial` counts within it."""
    access_token_seconds: int = Field(600, ge=60, le=900)
    refresh_token_days: int = Field(14, ge=1, le=90)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.business_timezone)


class SettingsError(Exception):
    """A setting is missing or wrong; the message names each one and says what would be right."""


def read(env_file: Path | None = None, **overrides: Any) -> Settings:
    """Read the settings from the environment and, where it exists, `env_file`."""
    try:
        return Settings(_env_file=env_file, **overrides)  # pyright: ignore[reportCallIssue]
    except ValidationError as error:
        lines = [f"CRM_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors(include_input=False)]
        raise SettingsError("These settings are missing or wrong:\n  " + "\n  ".join(lines)) from None


def state_folder() -> Path:
    """The folder of the embedded stack's state: `.crm/` where the command runs, or `CRM_HOME`."""
    return Path(os.environ.get("CRM_HOME", ".crm")).absolute()


@cache
def settings() -> Settings:
    """The settings of this process. Read at the first call; a wrong one ends the process with a sentence."""
    try:
        return read(state_folder() / "env")
    except SettingsError as error:
        sys.exit(str(error))
