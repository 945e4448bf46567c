"""What the stack chooses for itself: ports and secrets, kept in `.crm/env` as the settings that its processes read."""

from __future__ import annotations

import os
import random
import secrets
import socket
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

DATABASE = "mingce"
MASTER = "stack"
"""The id of the master key that `make up` makes."""


@dataclass(frozen=True)
class Ports:
    """Where the engines listen, on 127.0.0.1 only."""

    postgres: int
    valkey: int
    s3: int


@dataclass(frozen=True)
class Secrets:
    """Everything that must not be guessed. Made once, at the first start."""

    superuser_password: str
    owner_password: str
    app_password: str
    valkey_password: str
    s3_access_key: str
    s3_secret_key: str
    token_secret: str
    cursor_secret: str
    digest_secret: str
    stack_id: str
    vault_keys: str
    """A person may put newer ones in front of ours."""

    @classmethod
    def generate(cls) -> Secrets:
        made = {name: secrets.token_hex(32) for name in cls.__dataclass_fields__}
        return cls(**made | {"vault_keys": f"{MASTER}:{made['vault_keys']}"})


@dataclass(frozen=True)
class Configuration:
    """One stack's ports and secrets, and the addresses that follow from them."""

    ports: Ports
    secrets: Secrets
    database: str = DATABASE
    valkey_number: int = 0
    bucket: str = DATABASE
    clamd: str | None = None
    """Where clamd listens; None: the built-in rules scan, which have no virus signatures."""

    def _database_url(self, role: str, password: str) -> str:
        return f"postgres://{role}:{password}@127.0.0.1:{self.ports.postgres}/{self.database}"

    @property
    def superuser_url(self) -> str:
        url = self._database_url("postgres", self.secrets.superuser_password)
        return url.removesuffix(self.database) + "postgres"

    @property
    def owner_url(self) -> str:
        return self._database_url("crm_owner", self.secrets.owner_password)

    @property
    def app_url(self) -> str:
        return self._database_url("crm_app", self.secrets.app_password)

    @property
    def valkey_url(self) -> str:
        return f"redis://:{self.secrets.valkey_password}@127.0.0.1:{self.ports.valkey}/{self.valkey_number}"

    @property
    def s3_endpoint(self) -> str:
        return f"http://127.0.0.1:{self.ports.s3}"

    def environment(self) -> dict[str, str]:
        """The settings of a process that works on this stack."""
        return {
            "CRM_ENVIRONMENT": "development",
            "CRM_DATABASE_URL": self.app_url,
            "CRM_DATABASE_OWNER_URL": self.owner_url,
            "CRM_VALKEY_URL": self.valkey_url,
            "CRM_S3_ENDPOINT": self.s3_endpoint,
            "CRM_S3_ACCESS_KEY": self.secrets.s3_access_key,
            "CRM_S3_SECRET_KEY": self.secrets.s3_secret_key,
            "CRM_S3_BUCKET": self.bucket,
            "CRM_S3_QUARANTINE_BUCKET": f"{self.bucket}-quarantine",
            **self._scanner(),
            "CRM_TOKEN_SECRET": self.secrets.token_secret,
            "CRM_CURSOR_SECRET": self.secrets.cursor_secret,
            "CRM_DIGEST_SECRET": self.secrets.digest_secret,
            "CRM_VAULT_KEYS": self.secrets.vault_keys,
        }

    def _scanner(self) -> dict[str, str]:
        if self.clamd is None:
            # Rules that ship here: without virus signatures, and it says so wherever it is named.
            return {"CRM_SCANNER": "built-in"}
        return {"CRM_SCANNER": "clamd", "CRM_CLAMD_ADDRESS": self.clamd}

    def with_ports(self, ports: Ports) -> Configuration:
        return replace(self, ports=ports)

    def with_free_ports(self) -> Configuration:
        """Keep each port that is still free and choose another where it is not."""
        chosen: dict[str, int] = {}
        for name, port in asdict(self.ports).items():
            chosen[name] = port if is_free(port) else free_port(chosen.values())
        return self.with_ports(Ports(**chosen))


def generate() -> Configuration:
    """A new configuration with fresh secrets on free ports."""
    postgres = free_port()
    valkey = free_port([postgres])
    return Configuration(Ports(postgres, valkey, free_port([postgres, valkey])), Secrets.generate())


def is_free(port: int) -> bool:
    """Whether a server could listen on 127.0.0.1 at this port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port(taken: Iterable[int] = ()) -> int:
    """A free port below the range from which outgoing connections take theirs, so that it stays free over a restart."""
    avoid = set(taken)
    while True:
        port = random.randint(15_000, 31_999)
        if port not in avoid and is_free(port):
            return port


def read(path: Path) -> Configuration:
    """Read the configuration back. Raises ValueError where a line is missing or cannot be understood."""
    lines = {key: value for key, value in dotenv_values(path, interpolate=False).items() if value}
    try:
        app, owner = urlsplit(lines["CRM_DATABASE_URL"]), urlsplit(lines["CRM_DATABASE_OWNER_URL"])
        valkey, s3 = urlsplit(lines["CRM_VALKEY_URL"]), urlsplit(lines["CRM_S3_ENDPOINT"])
        ports = [address.port for address in (app, valkey, s3) if address.port]
        return Configuration(
            Ports(*ports),
            Secrets(
                superuser_password=lines["CRM_STACK_SUPERUSER_PASSWORD"],
                owner_password=owner.password or "",
                app_password=app.password or "",
                valkey_password=valkey.password or "",
                s3_access_key=lines["CRM_S3_ACCESS_KEY"],
                s3_secret_key=lines["CRM_S3_SECRET_KEY"],
                token_secret=lines["CRM_TOKEN_SECRET"],
                cursor_secret=lines["CRM_CURSOR_SECRET"],
                digest_secret=lines["CRM_DIGEST_SECRET"],
                stack_id=lines["CRM_STACK_ID"],
                # A folder of before has none yet.
                vault_keys=lines.get("CRM_VAULT_KEYS") or f"{MASTER}:{secrets.token_hex(32)}",
            ),
        )
    except KeyError as error:
        raise ValueError(f"the line {error.args[0]} is missing") from None
    except (TypeError, ValueError):
        raise ValueError("an address of an engine cannot be understood") from None


def write(path: Path, configuration: Configuration) -> None:
    """Write the configuration, keeping lines that a person added. The file appears whole or not at all."""
    ours = configuration.environment() | {
        "CRM_STACK_SUPERUSER_PASSWORD": configuration.secrets.superuser_password,
        "CRM_STACK_ID": configuration.secrets.stack_id,
    }
    kept = (
        [line for line in path.read_text().splitlines() if line.partition("=")[0] not in ours] if path.exists() else []
    )
    lines = kept or ["# Written by `make up`: the secrets and ports of this stack. Lines that you add are kept."]
    lines += [f"{key}={value}" for key, value in ours.items()]
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write("\n".join(lines) + "\n")
    draft.replace(path)
