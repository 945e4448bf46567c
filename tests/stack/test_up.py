"""`crm up` from the first start to the last process: what a person at the terminal relies on."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import asyncpg
import psutil
import redis

from service.app.stack import http
from service.app.stack.down import down
from service.app.stack.home import Home
from service.core import settings
from storage import objects
from tests.stack.running import Stack

SOON = 20
"""Seconds for a second start: 10 are promised on an idle machine, and here other tests run beside it."""


async def test_the_first_start_and_the_second_one_up_to_crm_down(stack: Stack) -> None:
    """The first serves and keeps its secrets; the second finds all data, refuses a third beside it, and is ended."""
    stack.up()
    assert http.status(stack.port, "/healthz") == 200
    assert f"http://127.0.0.1:{stack.port}/graphql" in stack.output
    _expect_secrets_to_be_kept(stack)
    await _store_something(stack)

    assert stack.end(signal.SIGINT) == 0
    stack.await_silence(0)

    assert stack.up() < SOON
    await _expect_it(stack)
    _expect_no_other_beside_it(stack)
    _expect_down_to_end_it(stack)


def _expect_secrets_to_be_kept(stack: Stack) -> None:
    """None in an environment or a command line, and no file that others may open."""
    own = stack.configuration()
    for name in ("api", "worker", "beat", "postgres", "valkey"):
        process = psutil.Process(stack.pid(name))
        said = " ".join(process.cmdline()) + Path(f"/proc/{process.pid}/environ").read_text(errors="replace")
        assert not [
            secret for secret in vars(own.secrets).values() if secret in said and secret != own.secrets.stack_id
        ]
    folder_mode = stack.home.stat().st_mode & 0o777
    assert folder_mode == (0o711 if os.geteuid() == 0 else 0o700)
    open_to_others = [entry for entry in stack.home.iterdir() if entry.stat().st_mode & 0o077 and entry.is_dir()]
    assert open_to_others == []
    assert (stack.home / "env").stat().st_mode & 0o777 == 0o600


async def _store_something(stack: Stack) -> None:
    own = stack.configuration()
    connection = await asyncpg.connect(own.owner_url)
    await connection.execute("create table public.kept (word text)")
    await connection.execute("insert into public.kept values ('名册')")
    await connection.close()
    with redis.Redis.from_url(own.valkey_url) as client:
        client.set("kept", "名册")
    store = objects.connect(settings.Settings(**_settings(stack)))
    store.put_object(Bucket=own.bucket, Key="kept", Body="名册".encode())


async def _expect_it(stack: Stack) -> None:
    own = stack.configuration()
    connection = await asyncpg.connect(own.owner_url)
    assert await connection.fetchval("select word from public.kept") == "名册"
    await connection.close()
    with redis.Redis.from_url(own.valkey_url) as client:
        assert client.get("kept") == "名册".encode()
    store = objects.connect(settings.Settings(**_settings(stack)))
    assert store.get_object(Bucket=own.bucket, Key="kept")["Body"].read() == "名册".encode()


def _settings(stack: Stack) -> dict[str, str]:
    return {name.removeprefix("CRM_").lower(): value for name, value in stack.configuration().environment().items()}


def _expect_no_other_beside_it(stack: Stack) -> None:
    again = stack.crm("up")
    assert again.returncode == 1
    assert "is running already" in again.stderr
    doctor = stack.crm("doctor")
    assert doctor.returncode == 0, doctor.stdout


def _expect_down_to_end_it(stack: Stack) -> None:
    assert stack.crm("down").stdout == "Stopped.\n"
    assert stack.launcher is not None
    assert stack.launcher.wait(5) == 0
    stack.await_silence(0)

    assert not down(Home(stack.home))
    doctor = stack.crm("doctor")
    assert doctor.returncode == 1
    assert "start the stack with `make up`" in " ".join(doctor.stdout.split())


def test_killed_launcher_takes_its_children_along_and_a_new_start_recovers(stack: Stack) -> None:
    stack.up()
    # A worker that is frozen cannot hear that its parent is gone: the next start has to find it.
    worker = psutil.Process(stack.pid("worker"))
    worker.suspend()
    assert stack.end(signal.SIGKILL) == -signal.SIGKILL
    deadline = time.monotonic() + 15
    while len([line for line in stack.alive() if "celery" not in line]) > 0:
        assert time.monotonic() < deadline, stack.alive()
        time.sleep(0.1)
    assert worker.is_running()

    stack.up()
    assert "an earlier start had left behind" in stack.output
    assert not worker.is_running()

    postgres = psutil.Process(stack.pid("postgres"))
    postgres.kill()
    assert stack.launcher is not None
    assert stack.launcher.wait(40) == 1
    assert "postgres has ended by itself" in stack.output
    assert "Traceback" not in stack.output
    stack.await_silence(0)


def test_stop_while_starting_leaves_nothing(stack: Stack) -> None:
    stack.begin()
    postgres = stack.home / "run" / "postgres"
    deadline = time.monotonic() + 30
    while not postgres.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert stack.end(signal.SIGTERM) in (0, 130)
    assert "Traceback" not in stack.output
    stack.await_silence(0)
