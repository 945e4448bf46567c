"""Our services as compose starts them, on the engines of the tests instead of those of the other services.

Nothing of this test run's environment reaches them, the packages that the image lacks are absent, and they run in an
empty folder, in which nothing may be left: the file system of the image is read-only.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from service.app.stack.configuration import Configuration, free_port
from tests.api import LOOPBACK
from tests.deployment import compose, dockerfile
from tests.deployment.compose import ROOT, Service

PATIENCE = 60
"""A machine that runs the other tests as well takes its time to start a Python."""


@dataclass
class Running:
    """A service that has been started."""

    service: Service
    process: subprocess.Popen[bytes]
    environment: dict[str, str]
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.environment['CRM_PORT']}"

    def is_healthy(self) -> bool:
        """What its health check says."""
        return run(self.service.health, self.environment, self.log.parent).returncode == 0

    def await_that(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.2)

    def ready(self) -> httpx.Response:
        return httpx.get(f"{self.url}/readyz", **LOOPBACK)

    def is_ready(self) -> bool:
        try:
            return self.ready().status_code == 200
        except httpx.TransportError:
            return False

    def stop(self) -> int:
        """SIGTERM, as `docker stop` sends it. Fails where the process needs more than the service's time."""
        self.process.terminate()
        return self.process.wait(self.service.grace)


@dataclass
class Deployment:
    """The services of `docker-compose.yml` on one machine: this one."""

    folder: Path
    configuration: Configuration
    """Where the engines are, and a database and a bucket that are not there yet."""
    running: list[Running] = field(default_factory=list)

    @property
    def services(self) -> dict[str, Service]:
        secrets = self.configuration.secrets
        return compose.services(
            {
                "CRM_SUPERUSER_PASSWORD": secrets.superuser_password,
                "CRM_OWNER_PASSWORD": secrets.owner_password,
                "CRM_APP_PASSWORD": secrets.app_password,
                "CRM_VALKEY_PASSWORD": secrets.valkey_password,
                "CRM_S3_ACCESS_KEY": secrets.s3_access_key,
                "CRM_S3_SECRET_KEY": secrets.s3_secret_key,
                "CRM_TOKEN_SECRET": secrets.token_secret,
                "CRM_CURSOR_SECRET": secrets.cursor_secret,
                "CRM_DIGEST_SECRET": secrets.digest_secret,
            }
        )

    def environment(self, name: str, **changed: str) -> dict[str, str]:
        """What the service has in its environment, with this machine's addresses in place of those of compose."""
        own, ports = self.configuration, self.configuration.ports
        given = dockerfile.environment() | self.services[name].environment
        addresses = {
            "@postgres:5432/mingce": f"@127.0.0.1:{ports.postgres}/{own.database}",
            "@postgres:5432/postgres": f"@127.0.0.1:{ports.postgres}/postgres",
            "@valkey:6379/0": f"@127.0.0.1:{ports.valkey}/{own.valkey_number}",
            "http://s3:8333": own.s3_endpoint,
        }
        for there, here in addresses.items():
            given = {key: value.replace(there, here) for key, value in given.items()}
        here = {
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "PYTHONPATH": f"{ROOT / 'tests' / 'deployment' / 'image'}:{ROOT}",
            "MINGCE_ABSENT": " ".join(dockerfile.absent()),
            "CRM_HOME": str(self.folder / f"run-{name}"),
            "CRM_PORT": str(free_port()),
            "CRM_METRICS_HOST": "127.0.0.1",
            "CRM_METRICS_PORT": str(free_port()),
            "CRM_S3_BUCKET": own.bucket,
            "CRM_S3_QUARANTINE_BUCKET": f"{own.bucket}-quarantine",
            "CRM_SCANNER": "built-in",
        }
        return given | here | changed

    def run(self, name: str, **changed: str) -> subprocess.CompletedProcess[str]:
        """Run a service that ends by itself."""
        return self.run_with(name, self.environment(name, **changed))

    def run_with(self, name: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        """The same, with exactly this environment."""
        return run(self.services[name].command, environment, self.place)

    def start(self, name: str, **changed: str) -> Running:
        """Start a service that stays."""
        service, environment = self.services[name], self.environment(name, **changed)
        log = self.folder / f"{name}-{len(self.running)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                _words(service.command), env=environment, cwd=self.place, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT,
            )  # fmt: skip
        self.running.append(Running(service, process, environment, log))
        return self.running[-1]

    @property
    def place(self) -> Path:
        """The folder in which the services work."""
        place = self.folder / "app"
        place.mkdir(exist_ok=True)
        return place

    def stop(self) -> None:
        """End by force what a test has left."""
        for running in self.running:
            if running.process.poll() is None:
                running.process.kill()
                running.process.wait()


def _words(command: list[str]) -> list[str]:
    """`crm` is a script of the image's own; what else is called is in the virtual environment."""
    program = [sys.executable, str(ROOT / "deploy" / "crm")] if command[0] == "crm" else [command[0]]
    return [*program, *command[1:]]


def run(command: list[str], environment: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _words(command), env=environment, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
