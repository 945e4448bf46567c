"""What stands in the way of a start: one sentence that says what to do, exit code 1, and nothing started."""

from __future__ import annotations

import ast
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from service.app import install
from service.app.stack import configuration
from service.app.stack.errors import StackError, explain
from service.app.stack.home import Home
from service.app.stack.prepare import configured
from tests.stack.running import Stack


def _refusal(stack: Stack) -> str:
    """What `crm up` says, after checking the form that every refusal has."""
    finished = stack.crm("up")
    said = finished.stderr.strip()
    assert finished.returncode == 1, finished.stdout + said
    assert "Traceback" not in said
    assert len(said.splitlines()) == 1, said
    assert stack.alive() == []
    return said


def test_port_that_is_taken(stack: Stack) -> None:
    with socket.create_server(("127.0.0.1", stack.port)):
        assert f"Port {stack.port} is taken by another program" in _refusal(stack)


def test_port_that_is_no_port(stack: Stack) -> None:
    stack.port = 70_000
    finished = stack.crm("up")
    assert finished.returncode == 1
    assert "CRM_PORT" in finished.stderr
    assert "Traceback" not in finished.stderr


@pytest.mark.deep
def test_design_7_more_processes_than_postgresql_has_connections_for(stack: Stack) -> None:
    stack.home.mkdir(mode=0o700)
    (stack.home / "env").write_text("CRM_API_PROCESSES=9\n")
    configuration.write(stack.home / "env", configuration.generate())
    assert "Raise max_connections of PostgreSQL by 28" in _refusal(stack)


def test_folder_that_is_a_file(stack: Stack) -> None:
    stack.home.write_text("")
    assert "is a file, not a folder" in _refusal(stack)


def _without_env(stack: Stack) -> None:
    (stack.home / "env").unlink()


def _with_half_an_env(stack: Stack) -> None:
    env = stack.home / "env"
    env.write_text("\n".join(env.read_text().splitlines()[:-4]))


def _with_noise_for_an_env(stack: Stack) -> None:
    (stack.home / "env").write_bytes(os.urandom(200))


def _with_half_a_cluster(stack: Stack) -> None:
    (stack.home / "postgres" / "data" / "global" / "pg_control").unlink()


def _with_an_older_cluster(stack: Stack) -> None:
    (stack.home / "postgres" / "data" / "PG_VERSION").write_text("16\n")


@pytest.mark.parametrize(
    "damage",
    [_without_env, _with_half_an_env, _with_noise_for_an_env, _with_half_a_cluster, _with_an_older_cluster],
)
def test_folder_that_is_damaged(stack: Stack, damage: Callable[[Stack], None]) -> None:
    _pretend_cluster(stack, b"")
    damage(stack)
    with pytest.raises(StackError) as refusal:
        _look_into(Home(stack.home))
    assert "is damaged" in str(refusal.value)
    assert "make reset" in str(refusal.value)


def _look_into(home: Home) -> None:
    home.check_whole()
    configured(home)


def _pretend_cluster(stack: Stack, control: bytes) -> None:
    data = stack.home / "postgres" / "data"
    (data / "global").mkdir(parents=True)
    (data / "global" / "pg_control").write_bytes(control)
    (data / "PG_VERSION").write_text("18\n")
    configuration.write(stack.home / "env", configuration.generate())


def test_cluster_that_does_not_start_is_named_with_its_log(stack: Stack) -> None:
    _pretend_cluster(stack, b"no control file")
    said = _refusal(stack)
    assert "postgres does not start" in said
    assert "logs/postgres.log" in said


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 MB. Only root may mount one; CI is root."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("mounting needs root")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_disk_that_is_full(stack: Stack, small_disk: Path) -> None:
    stack.home = small_disk / "crm"
    assert "is full" in _refusal(stack)
    ballast = small_disk / "ballast"
    with pytest.raises(OSError, match="No space"):
        ballast.write_bytes(b"\0" * 80 * 2**20)
    with pytest.raises(OSError, match="No space") as error:
        Home(stack.home).prepare()
    assert "is full" in (explain(error.value) or "")


def test_disk_that_is_read_only(stack: Stack, small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    stack.home = small_disk / "crm"
    assert "is read-only" in _refusal(stack)


def _old_pythons() -> list[Path]:
    versions = Path.home() / ".pyenv" / "versions"
    found = [python for python in sorted(versions.glob("*/bin/python")) if python.parts[-3] < "3.10"]
    return found + [Path(name) for name in map(shutil.which, ("python3.9", "python3.8", "python3.7")) if name]


def test_old_python_can_read_the_installer() -> None:
    ast.parse(Path(install.__file__).read_text(), feature_version=(3, 6))


@pytest.mark.skipif(not _old_pythons(), reason="no Python older than 3.11 on this machine")
def test_python_that_is_too_old() -> None:
    for python in _old_pythons():
        finished = subprocess.run([python, install.__file__], capture_output=True, text=True, check=False)
        if "Mingce" not in finished.stderr and "not found" in finished.stderr:
            continue  # a shim without its version
        assert finished.returncode == 1
        assert finished.stderr.startswith("Mingce needs Python 3.11 or newer and found ")
        assert len(finished.stderr.splitlines()) == 1


def test_installer_is_content_with_this_python_when_nothing_has_changed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stamp = tmp_path / "installed"
    stamp.write_text(install.fingerprint())
    monkeypatch.setattr(install, "STAMP", str(stamp))
    monkeypatch.setattr(install, "PYTHON", sys.executable)
    assert install.is_installed()
    stamp.write_text("of another lock")
    assert not install.is_installed()
