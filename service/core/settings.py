"""Settings: one frozen object, read once when a process starts.

Every setting is an environment variable with the prefix `CRM_`. In development `make up` writes the ones that it chose
(ports, generated secrets) to `.crm/env`, which is read too; a real environment variable wins over that file.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from service.core.state import state_folder


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


def _master_keys(keys: SecretStr | None) -> SecretStr | None:
    if keys is None or not keys.get_secret_value():
        return None
    parts = keys.get_secret_value().split(",")
    if not all(_MASTER_KEY.fullmatch(part.strip()) for part in parts):
        raise ValueError("each master key is an id, a colon and 64 hexadecimal digits: 2026-a:$(openssl rand -hex 32)")
    return keys


_MASTER_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,30}:[0-9a-f]{64}")
Secret = Annotated[SecretStr, AfterValidator(_long_enough)]


class Settings(BaseSettings):
    """What a deployment chooses. A wrong or missing value stops the start and is named."""

    model_config = SettingsConfigDict(env_prefix="CRM_", frozen=True, extra="ignore", use_attribute_docstrings=True)

    environment: Literal["development", "production"] = "production"
    """`development` allows demo data, and serves GraphiQL."""
    host: str = "127.0.0.1"
    """The address at which the API listens; in a container `0.0.0.0`."""
    port: int = Field(8000, ge=1, le=65535)
    """The port at which the API listens."""
    trusted_proxies: str = "127.0.0.1"
    """Addresses or networks, with commas between them, whose `X-Forwarded-For` is believed: those of the proxy that
    serves TLS, and no others, since refused sign-ins are logged with that address."""
    drain_seconds: int = Field(5, ge=0, le=120)
    """How long the API goes on answering after SIGTERM while `/readyz` says 503: as long as a balancer needs to
    notice."""
    grace_seconds: int = Field(20, ge=1, le=300)
    """How long requests in flight may take after that. A statement takes at most 12 seconds."""

    database_url: SecretStr
    """The application's role (`crm_app`): postgres://user:password@host:port/database."""
    database_owner_url: SecretStr | None = None
    """The owner's role (`crm_owner`); only `crm prepare`, `crm migrate` and `crm doctor` need it."""
    database_superuser_url: SecretStr | None = None
    """A superuser of the cluster; only `crm prepare` needs it, to make both roles and the database. Without it they
    must be there."""
    database_pool_size: int = Field(10, ge=1, le=200)
    """Connections of one API process, beside one that listens. All processes together must stay below the
    `max_connections` of PostgreSQL, which `crm prepare`, the API and `crm doctor` check."""
    api_processes: int = Field(1, ge=1, le=1000)
    """How many API processes the deployment runs, on all machines together: for the check of connections."""
    worker_processes: int = Field(4, ge=0, le=1000)
    """How many processes all workers have, on all machines together (the sum of `--concurrency`), 4 connections each:
    for the check of connections."""

    valkey_url: SecretStr
    """The queue: redis://[user:password@]host:port/number."""

    s3_endpoint: str
    """The object store for attachments: http(s)://host:port."""
    s3_access_key: SecretStr
    """The id of the object store's key."""
    s3_secret_key: SecretStr
    """The secret of the object store's key."""
    s3_bucket: str = "mingce"
    """The bucket for attachments that were found clean. `crm prepare` makes it."""
    s3_quarantine_bucket: str = "mingce-quarantine"
    """The bucket that clients upload to, and from which nothing is ever given out. `crm prepare` makes it."""
    s3_public_endpoint: str | None = Field(None, pattern="^https?://")
    """The object store as clients reach it, where that is another address: links for uploads and downloads begin with
    it. Better another origin than the API's (SEC-D5)."""

    scanner: Literal["clamd", "built-in"] = "clamd"
    """What looks for viruses in attachments. `built-in` has rules for what pretends to be something else, and no virus
    signatures: for development."""
    clamd_address: str = Field("tcp://127.0.0.1:3310", pattern="^(tcp|unix)://")
    """Where clamd listens: `tcp://host:port` or `unix:///path`. While it does not answer, files wait (D40)."""
    signature_days: int = Field(7, ge=0, le=365)
    """How old the signatures of clamd may be in days before files wait (SEC-D4); 0: any age, also one not told."""
    strip_photos: bool = False
    """Whether photos are stored without where and with what they were taken. Thumbnails always are."""
    attachment_mb_per_user: int = Field(5120, ge=1)
    """How much a person may have uploaded, in MiB, of what is not removed."""
    attachment_mb_per_customer: int = Field(2048, ge=1)
    """How much may be attached to one customer, in MiB."""
    rejected_days: int = Field(90, ge=1)
    """How long the rows of rejected files are kept for auditors."""
    erase_days: int = Field(30, ge=0)
    """How long a content is kept after its last attachment was removed, before it is erased for good."""

    vault_keys: Annotated[SecretStr | None, AfterValidator(_master_keys)] = None
    """Master keys of protected values (D60), `id:64 hexadecimal digits` with commas between them, the newest first:
    `2026-a:` and what `openssl rand -hex 32` makes. Without them ID numbers and bank accounts are refused. `crm keys
    rotate` brings everything to the newest; an older one may go when `crm keys show` does not name it any more."""
    key_store: Path | None = None
    """The folder of data keys, which API processes share; backed up apart from the database. Unless set: `keys` in the
    state folder."""
    reveals_per_hour: int = Field(60, ge=1)
    """How many protected values a person may be shown, or look for, in an hour (D44)."""

    token_secret: Secret
    """Signs access tokens. Changing it ends every access token; sessions go on. At least 32 characters."""
    cursor_secret: Secret
    """Encrypts the cursors of lists. Changing it makes cursors that were handed out invalid. At least 32 characters."""
    digest_secret: Secret
    """Keys the digests of the change log. It must never change: old digests could not be compared with new ones.
    At least 32 characters."""

    graphiql: bool | None = None
    """Whether GraphiQL is served. Unless set: in development only (SEC-C3)."""
    introspection: bool | None = None
    """Whether the schema can be asked for. Unless set: in development only (SEC-C3)."""
    trusted_documents: Path | None = None
    """A folder of `.graphql` files, or a manifest in JSON from names to documents: only these are executed, and GET is
    served for those without texts in their variables. Each must be valid, or the API does not start."""
    cors_origins: str = ""
    """Origins, with commas between them, whose pages may call the API, such as `https://crm.example.cn`; `*` for all.
    Empty: pages of the API's own origin only."""
    query_cost: int = Field(5000, ge=1, le=1_000_000)
    """The most that a single query may cost (SEC-C2). docs/front-ends.md says how the cost is reckoned."""
    query_allowance: int = Field(50_000, ge=1, le=1_000_000_000_000)
    """The most that a person may use at once; an address, where nobody is signed in."""
    query_allowance_per_second: int = Field(4500, ge=1, le=1_000_000_000_000)
    """How much of it comes back each second. The default lets one person take about a quarter of a core (SEC-C4)."""

    business_timezone: Annotated[str, AfterValidator(_existing_zone)] = "Asia/Shanghai"
    """The zone in which days, quarters and daily serials are reckoned."""
    default_locale: Literal["zh-CN", "en"] = "zh-CN"
    """The language of messages when the caller does not ask for one."""
    customer_number_format: str = "C{day:%Y%m%d}{serial:04d}"
    """How customer numbers look (D6): `day` is a date, `serial` counts within it."""
    access_token_seconds: int = Field(600, ge=60, le=900)
    """How long an access token is valid."""
    refresh_token_days: int = Field(14, ge=1, le=90)
    """How long a session lasts without being refreshed."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """The least that our own code logs. Libraries never log below INFO: their details hold customers' data."""

    approval_days: int = Field(14, ge=1, le=365)
    """How many days a request for approval is open before it ends undecided (D34)."""
    approval_reminder_days: int = Field(3, ge=1, le=365)
    """After how many days without a decision those who may decide are reminded, and then each time anew."""

    access_days: int = Field(90, ge=1, le=1096)
    """For how many days access to another department's data is granted at most (D45)."""

    information_hours: int = Field(24, ge=1, le=720)
    """Within how many hours the owner is to put right what was reported to have changed (D37)."""

    change_log_days: int = Field(1096, ge=190)
    """How long the change log is kept; whole months are dropped when all of them is older. The law asks for six months
    (SEC-G1)."""

    metrics_host: str = "127.0.0.1"
    """The address at which a process shows its metrics. They tell nothing of persons; keep them inside all the same."""
    metrics_port: int | None = Field(None, ge=1, le=65535)
    """The port at which an API process or a worker shows its metrics to Prometheus, each container its own; without
    it there are none. It is never the port of the API, which the world may reach."""

    otlp_endpoint: str | None = Field(None, pattern="^https?://")
    """The address of an OpenTelemetry collector that takes traces by OTLP over HTTP, such as `http://collector:4318`;
    without it there are none. They tell nothing of persons. Further settings of its own, `OTEL_EXPORTER_OTLP_HEADERS`
    for one, the library reads by itself."""
    trace_share: float = Field(1.0, ge=0, le=1)
    """The share of all traces that are kept, from 0 to 1. It is decided by the number of the trace, so that all
    processes keep the same ones."""

    @property
    def serves_graphiql(self) -> bool:
        return self.environment == "development" if self.graphiql is None else self.graphiql

    @property
    def serves_introspection(self) -> bool:
        return self.environment == "development" if self.introspection is None else self.introspection

    @property
    def origins(self) -> list[str]:
        return [origin.strip() for origin in self.cors_origins.split(",") if origin.strip()]

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


@cache
def settings() -> Settings:
    """The settings of this process. Read at the first call; a wrong one ends the process with a sentence."""
    try:
        return read(state_folder() / "env")
    except SettingsError as error:
        sys.exit(str(error))
