"""What `.crm/env` keeps, and what `crm reset` deletes."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from service.app.stack import configuration
from service.app.stack.home import Home
from service.core import settings
from tests.stack.running import Stack


def test_file_is_private_is_read_back_and_keeps_added_lines(tmp_path: Path) -> None:
    path = tmp_path / "env"
    first = configuration.generate()
    configuration.write(path, first)
    assert path.stat().st_mode & 0o777 == 0o600
    assert configuration.read(path) == first

    path.write_text(path.read_text() + "CRM_DEFAULT_LOCALE=en\n")
    second = first.with_ports(configuration.generate().ports)
    configuration.write(path, second)
    assert configuration.read(path) == second
    assert path.read_text().count("CRM_DATABASE_URL=") == 1
    assert "CRM_DEFAULT_LOCALE=en" in path.read_text()


def test_settings_accept_what_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = configuration.generate()
    for name in own.environment():
        monkeypatch.delenv(name, raising=False)
    configuration.write(tmp_path / "env", own)
    read = settings.read(tmp_path / "env")
    assert read.environment == "development"
    assert read.database_url.get_secret_value() == own.app_url


def test_only_a_port_that_is_taken_changes() -> None:
    own = configuration.generate()
    with socket.create_server(("127.0.0.1", own.ports.valkey)):
        again = own.with_free_ports()
    assert (again.ports.postgres, again.ports.s3) == (own.ports.postgres, own.ports.s3)
    assert again.ports.valkey != own.ports.valkey
    assert again.secrets == own.secrets


def test_reset_asks_and_deletes_only_what_is_ours(stack: Stack) -> None:
    home = Home(stack.home)
    home.prepare()
    configuration.write(home.env, configuration.generate())
    foreign = stack.home / "notes.txt"
    foreign.write_text("mine")

    assert stack.crm("reset").returncode == 1  # nobody answers
    assert home.env.exists()
    assert stack.crm("reset", "--yes").returncode == 0
    assert list(stack.home.iterdir()) == [foreign]
