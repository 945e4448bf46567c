"""`crm keys`, and a start without a key that something is sealed with (D60)."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.app.stack import doctor
from service.app.stack.configuration import free_port
from service.app.stack.home import Home
from service.core.ids import new_id
from storage.vault import Masters, Vault
from storage.vault.store import Folder
from tests.app.commands import Base

OLD, NEW = "old:" + "1" * 64, "new:" + "2" * 64


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A key store with three data keys, sealed with the old master key."""
    vault = Vault(Masters.parsed(OLD), Folder(tmp_path / "keys"))
    for _ in range(3):
        vault.seal(new_id(), "id_number", "11010519491231002X")
    return tmp_path / "keys"


def test_d60_keys_are_brought_to_the_newest_and_the_old_one_is_not_needed_any_more(base: Base, store: Path) -> None:
    both = {"CRM_VAULT_KEYS": f"{NEW},{OLD}", "CRM_KEY_STORE": str(store)}
    assert base.crm("keys", "show", **both).stdout == "Master keys in use: old.\n"
    rotated = base.crm("keys", "rotate", **both)
    assert rotated.returncode == 0, rotated.stderr
    assert rotated.stdout.startswith("3 data keys were brought to the newest master key.\n")
    only = base.crm("keys", "show", CRM_VAULT_KEYS=NEW, CRM_KEY_STORE=str(store))
    assert (only.returncode, only.stdout) == (0, "Master keys in use: new.\n")


def test_d60_without_a_key_that_something_is_sealed_with_the_api_does_not_start(base: Base, store: Path) -> None:
    refused = base.crm("serve", CRM_VAULT_KEYS=NEW, CRM_KEY_STORE=str(store), CRM_PORT=str(free_port()))
    assert refused.returncode != 0
    assert "lacks the master keys old" in refused.stdout + refused.stderr
    shown = base.crm("keys", "show", CRM_VAULT_KEYS=NEW, CRM_KEY_STORE=str(store))
    assert shown.returncode == 1
    assert "old" in shown.stderr


def test_an_action_that_there_is_not_is_named(base: Base) -> None:
    refused = base.crm("keys", "lose")
    assert (refused.returncode, refused.stderr) == (1, "`crm keys` knows two actions: show and rotate.\n")


def test_d60_the_doctor_names_a_key_that_is_missing(
    tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_KEY_STORE", str(store))
    for keys, advice in ((NEW, "add them to CRM_VAULT_KEYS"), (OLD, None)):
        monkeypatch.setenv("CRM_VAULT_KEYS", keys)
        (found,) = [one for one in doctor.examine(Home(tmp_path)) if one.part == "vault"]
        assert found.advice == advice
