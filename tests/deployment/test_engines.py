"""What compose has other images do by a command of ours, run where the program is here."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

import pytest
import redis

from service.app.stack.configuration import free_port
from service.app.stack.valkey import _program
from tests.deployment import compose


def _script(name: str, replaced: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    """The command of a service, with places of this machine, and its environment."""
    service = compose.services()[name]
    (script,) = service.command
    for there, here in replaced.items():
        assert there in script
        script = script.replace(there, here)
    return [*service.raw["entrypoint"], script.rstrip()], service.environment


def test_the_queue_refuses_strangers_and_loses_nothing(tmp_path: Path) -> None:
    port = free_port()
    data = tmp_path / "data"
    data.mkdir()
    replaced = {"/tmp/valkey.conf": f"{tmp_path}/conf", "/data": str(data), "exec valkey-server": f"exec {_program()}"}
    words, environment = _script("valkey", replaced)
    words[-1] += f" --port {port} --bind 127.0.0.1"
    server = subprocess.Popen(words, env=environment | {"PATH": "/usr/bin:/bin"}, stdout=subprocess.DEVNULL)
    try:
        with redis.Redis(port=port, password=environment["VALKEYCLI_AUTH"]) as client:
            _await_answer(client)
            wanted = {"appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction"}
            assert {name: client.config_get(name)[name] for name in wanted} == wanted
            assert client.config_get("maxmemory")["maxmemory"] == str(384 * 2**20)
        with redis.Redis(port=port) as stranger, pytest.raises(redis.AuthenticationError):
            stranger.ping()
        assert (tmp_path / "conf").stat().st_mode & 0o777 == 0o600
        assert environment["VALKEYCLI_AUTH"] not in Path(f"/proc/{server.pid}/cmdline").read_text()
    finally:
        server.terminate()
        server.wait(10)
    assert server.returncode == 0


def _await_answer(client: redis.Redis) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            client.ping()
            return
        except redis.ConnectionError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_the_store_has_one_key_and_knows_nobody_without_it(tmp_path: Path) -> None:
    words, environment = _script("s3", {"/tmp/s3.json": f"{tmp_path}/s3.json", "exec weed": "exec echo"})
    done = subprocess.run(
        words, env=environment | {"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=True
    )
    keys = {"accessKey": environment["CRM_S3_ACCESS_KEY"], "secretKey": environment["CRM_S3_SECRET_KEY"]}
    assert json.loads((tmp_path / "s3.json").read_text()) == {
        "identities": [{"name": "mingce", "credentials": [keys], "actions": ["Admin"]}]
    }
    assert (tmp_path / "s3.json").stat().st_mode & 0o777 == 0o600
    flags = done.stdout.split()
    assert {f"-s3.config={tmp_path}/s3.json", "-s3.ip.bind=0.0.0.0", "-ip.bind=127.0.0.1"} <= set(flags)
    assert keys["secretKey"] not in done.stdout
