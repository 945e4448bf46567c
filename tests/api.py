"""A real API process for tests, and a client that speaks GraphQL to it."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from service.app.stack.configuration import free_port
from service.boundary import tokens
from service.core import clock
from service.core.ids import new_id
from storage.models import Session, User

LOOPBACK: dict[str, Any] = {"trust_env": False, "verify": False}
"""For clients of servers on this machine: no proxy, and no certificates, which take 18 ms to load for each client."""


class ApiProcess:
    """`uvicorn service.app.asgi:app` with these settings, on a port of its own."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.port = free_port()
        self._log = log.open("wb")
        words = [
            "uvicorn",
            "service.app.asgi:app",
            "--port",
            str(self.port),
            "--no-access-log",
            "--log-level",
            "warning",
        ]
        # Many of them share one PostgreSQL with its hundred connections.
        environment = {"CRM_DATABASE_POOL_SIZE": "4", **environment}
        self.process = subprocess.Popen(
            [sys.executable, "-m", *words], env=environment, stdout=self._log, stderr=subprocess.STDOUT
        )
        self.url = f"http://127.0.0.1:{self.port}"
        self._wait(log)

    def _wait(self, log: Path) -> None:
        for _ in range(300):
            if self.process.poll() is not None:
                raise RuntimeError(f"the API ended: {log.read_text()[-2000:]}")
            try:
                if httpx.get(f"{self.url}/healthz", **LOOPBACK).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise RuntimeError("the API did not answer within 30 s")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(15)
        self._log.close()


COST = re.compile(rb',"extensions":\{"cost":\{[^}]*\}\}')
"""What an answer says of its cost: what is left of an allowance is different each time."""


@dataclass
class Answer:
    """What came back; `raw` without what it cost."""

    status: int
    body: dict[str, Any]
    raw: bytes

    @property
    def data(self) -> dict[str, Any]:
        assert "errors" not in self.body, self.body["errors"]
        return self.body["data"]

    @property
    def code(self) -> str:
        """The code of the only top-level error."""
        (error,) = self.body["errors"]
        return error["extensions"]["code"]

    @property
    def error(self) -> dict[str, Any]:
        (error,) = self.body["errors"]
        return error


SHARED_INPUTS = {
    "AddCollaboratorInput": "CollaboratorInput", "RemoveCollaboratorInput": "CollaboratorInput",
    "GrantEditPermissionInput": "EditPermissionInput", "WithdrawEditPermissionInput": "EditPermissionInput",
}  # fmt: skip
"""Inputs of two mutations."""


@dataclass
class Client:
    """One person's connection."""

    url: str
    token: str | None = None
    locale: str = "en"
    http: httpx.AsyncClient = field(default_factory=lambda: httpx.AsyncClient(**LOOPBACK, timeout=30))

    async def run(self, document: str, **variables: Any) -> Answer:
        headers = {"accept-language": self.locale}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        body = {"query": document, "variables": variables}
        response = await self.http.post(f"{self.url}/graphql", json=body, headers=headers)
        return Answer(response.status_code, response.json(), COST.sub(b"", response.content))

    async def data(self, document: str, **variables: Any) -> dict[str, Any]:
        return (await self.run(document, **variables)).data

    async def change(self, mutation: str, input: dict[str, Any], selection: str) -> dict[str, Any]:
        """Run one mutation; its payload."""
        kind = mutation[0].upper() + mutation[1:] + "Input"
        kind = SHARED_INPUTS.get(kind, kind)
        wanted = f"{selection} userErrors {{ code field message }}"
        document = f"mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {wanted} }} }}"
        return (await self.data(document, input=input))[mutation]

    async def close(self) -> None:
        await self.http.aclose()


async def signed_in(url: str, user: User | UUID, locale: str = "en") -> Client:
    """A client of somebody who has signed in."""
    person = user if isinstance(user, User) else await User.get(id=user)
    session = await Session.create(user=person, token_digest=new_id().hex, expires_at=clock.now() + timedelta(days=1))
    return Client(url, tokens.access_token(person.id, session.id, person.session_epoch)[0], locale)
