"""What is sealed opens where it belongs, with the right keys, and nowhere else (D60, SEC-F1)."""

from __future__ import annotations

import threading
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.ids import new_id
from storage.vault import Destroyed, Masters, UnknownMaster, Unreadable, Vault
from storage.vault.store import Folder

OLD, NEW = "old:" + "1" * 64, "new:" + "2" * 64
ID_NUMBER = "11010519491231002X"


def _vault(folder: Path, keys: str = OLD) -> Vault:
    return Vault(Masters.parsed(keys), Folder(folder))


@given(st.text(max_size=40), st.sampled_from(["id_number", "bank_account"]))
def test_d60_what_is_sealed_opens_again(tmp_path_factory: pytest.TempPathFactory, value: str, field: str) -> None:
    vault, record = _vault(tmp_path_factory.getbasetemp() / "vault"), new_id()
    sealed = vault.seal(record, field, value)
    assert vault.open(record, field, sealed) == value
    assert len(value) < 8 or value.encode() not in sealed


def test_sec_f1_a_flipped_bit_fails(tmp_path: Path) -> None:
    vault, record = _vault(tmp_path), new_id()
    sealed = vault.seal(record, "id_number", ID_NUMBER)
    for place in range(len(sealed)):
        with pytest.raises(Unreadable):
            vault.open(record, "id_number", sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :])


def test_sec_f1_a_value_that_was_moved_fails(tmp_path: Path) -> None:
    vault, record, other = _vault(tmp_path), new_id(), new_id()
    sealed = vault.seal(record, "id_number", ID_NUMBER)
    vault.seal(other, "id_number", ID_NUMBER)
    for there, field in ((other, "id_number"), (record, "bank_account")):
        with pytest.raises(Unreadable):
            vault.open(there, field, sealed)


def test_sec_f1_a_data_key_that_was_moved_fails(tmp_path: Path) -> None:
    vault, record, other = _vault(tmp_path), new_id(), new_id()
    sealed = vault.seal(record, "id_number", ID_NUMBER)
    vault.seal(other, "id_number", ID_NUMBER)
    _file(tmp_path, record).write_text(_file(tmp_path, other).read_text())
    with pytest.raises(Unreadable):
        vault.open(record, "id_number", sealed)


def _file(folder: Path, record: UUID) -> Path:
    return folder / "keys" / record.hex[-2:] / str(record)


def test_d60_the_key_store_gives_nothing_away_without_the_master_key(tmp_path: Path) -> None:
    record = new_id()
    sealed = _vault(tmp_path).seal(record, "id_number", ID_NUMBER)
    with pytest.raises(Unreadable):
        _vault(tmp_path, "old:" + "3" * 64).open(record, "id_number", sealed)
    with pytest.raises(UnknownMaster, match="old"):
        _vault(tmp_path, NEW).open(record, "id_number", sealed)
    assert _vault(tmp_path, NEW).missing() == ["old"]
    assert _vault(tmp_path, f"{NEW},{OLD}").missing() == []


def test_d60_rotation_goes_on_where_it_was_interrupted_and_then_needs_the_old_key_no_more(tmp_path: Path) -> None:
    records = [new_id() for _ in range(30)]
    sealed = {record: _vault(tmp_path).seal(record, "id_number", str(record)) for record in records}
    both = _vault(tmp_path, f"{NEW},{OLD}")
    assert both.rotate(most=12) == 12
    assert both.in_use() == ["new", "old"]
    late = new_id()
    sealed[late] = both.seal(late, "id_number", str(late))
    assert both.rotate() == 18
    assert both.in_use() == ["new"]
    assert both.rotate() == 0
    only = _vault(tmp_path, NEW)
    assert only.missing() == []
    assert all(only.open(record, "id_number", text) == str(record) for record, text in sealed.items())


def test_sec_f1_no_read_fails_while_keys_are_rotated(tmp_path: Path) -> None:
    """And a process that knows the old key only goes on sealing with it meanwhile."""
    records = [new_id() for _ in range(60)]
    old, both = _vault(tmp_path), _vault(tmp_path, f"{NEW},{OLD}")
    sealed = {record: old.seal(record, "id_number", str(record)) for record in records}
    failed, over = list[Exception](), threading.Event()

    def read() -> None:
        while not over.is_set():
            for record, text in sealed.items():
                try:
                    assert both.open(record, "id_number", text) == str(record)
                except Exception as error:
                    failed.append(error)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    late = new_id()
    try:
        assert both.rotate() == len(records)
        text = old.seal(late, "id_number", "late")
    finally:
        over.set()
        for reader in readers:
            reader.join()
    assert failed == []
    assert both.in_use() == ["new", "old"]
    assert both.open(late, "id_number", text) == "late"
    assert both.rotate() == 1


def test_d61_what_is_destroyed_stays_so_also_with_an_old_copy_of_the_database(tmp_path: Path) -> None:
    vault, record = _vault(tmp_path), new_id()
    sealed = vault.seal(record, "id_number", ID_NUMBER)  # an old dump has this
    vault.destroy(record)
    vault.destroy(record)
    for again in (lambda: vault.open(record, "id_number", sealed), lambda: vault.seal(record, "id_number", "x")):
        with pytest.raises(Destroyed):
            again()
    assert not _file(tmp_path, record).exists()


def test_d61_a_rotation_does_not_bring_back_what_is_destroyed_meanwhile(tmp_path: Path) -> None:
    store, record = Folder(tmp_path), new_id()
    _vault(tmp_path).seal(record, "id_number", ID_NUMBER)
    wrapped = store.get(record)
    assert wrapped is not None
    store.destroy(record)
    with pytest.raises(Destroyed):
        store.replace(record, wrapped, wrapped)
    assert not _file(tmp_path, record).exists()


def test_d60_two_who_seal_the_first_value_at_once_use_one_key(tmp_path: Path) -> None:
    record, found = new_id(), dict[str, bytes]()

    def seal(name: str) -> None:
        found[name] = _vault(tmp_path).seal(record, name, name)

    threads = [threading.Thread(target=seal, args=(f"field {n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(_vault(tmp_path).open(record, name, sealed) == name for name, sealed in found.items())


@pytest.mark.parametrize("keys", ["", "x", "a:12", f"A:{'1' * 64}", f"{OLD},{OLD}", f"{OLD};{NEW}"])
def test_d60_master_keys_that_cannot_be_understood_are_refused(keys: str) -> None:
    with pytest.raises(ValueError, match="master key"):
        Masters.parsed(keys)


def test_d60_nobody_else_may_read_the_key_store(tmp_path: Path) -> None:
    record = new_id()
    _vault(tmp_path / "keys").seal(record, "id_number", ID_NUMBER)
    for path in (tmp_path / "keys").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
