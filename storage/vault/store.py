"""Where data keys lie: apart from the database, and backed up apart from it.

A folder that all processes share, one small file for each record. Another kind of store is another class with the
methods of `KeyStore`.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True)
class Wrapped:
    """A data key, sealed with the master key of that id."""

    master: str
    sealed: bytes


class Destroyed(Exception):
    """The data key of the record was destroyed on purpose."""


class KeyStore(Protocol):
    """What the vault asks of a store."""

    def get(self, record: UUID) -> Wrapped | None:
        """The data key of a record; None where it has none. Raises Destroyed."""
        ...

    def add(self, record: UUID, wrapped: Wrapped) -> Wrapped:
        """Keep a data key, unless the record has one: the one that it has then. Raises Destroyed."""
        ...

    def replace(self, record: UUID, old: Wrapped, new: Wrapped) -> None:
        """Put another seal on a data key. Nobody who reads meanwhile finds none."""
        ...

    def destroy(self, record: UUID) -> None:
        """Forget the data key of a record for ever."""
        ...

    def masters(self) -> frozenset[str]:
        """The ids of the master keys that data keys are sealed with."""
        ...

    def sealed_by_others(self, newest: str) -> Iterator[UUID]:
        """The records whose data key another master key has sealed."""
        ...

    def forget_masters(self, newest: str) -> None:
        """Note that nothing is sealed with others any more."""
        ...


class Folder:
    """`keys/<two digits>/<record>` holds `<master> <sealed>`; `masters/<id>` says which master keys are in use;
    `destroyed/<record>` what was destroyed."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._keys, self._masters, self._destroyed = (folder / name for name in ("keys", "masters", "destroyed"))
        for part in (self._keys, self._masters, self._destroyed):
            part.mkdir(exist_ok=True, mode=0o700)

    def get(self, record: UUID) -> Wrapped | None:
        if (self._destroyed / str(record)).exists():
            raise Destroyed
        try:
            master, _, sealed = self._place(record).read_text().partition(" ")
        except FileNotFoundError:
            return None
        return Wrapped(master, bytes.fromhex(sealed))

    def add(self, record: UUID, wrapped: Wrapped) -> Wrapped:
        self._write(record, wrapped, unless_there=True)
        found = self.get(record)
        assert found is not None
        return found

    def replace(self, record: UUID, old: Wrapped, new: Wrapped) -> None:
        if self.get(record) == old:
            self._write(record, new, unless_there=False)
            if (self._destroyed / str(record)).exists():  # meanwhile
                self._place(record).unlink(missing_ok=True)

    def destroy(self, record: UUID) -> None:
        # First the note: whoever is about to make or to seal a key anew finds it.
        with (self._destroyed / str(record)).open("w") as note:
            os.fsync(note.fileno())
        _settle(self._destroyed)
        self._place(record).unlink(missing_ok=True)
        with suppress(FileNotFoundError):
            _settle(self._place(record).parent)

    def masters(self) -> frozenset[str]:
        return frozenset(path.name for path in self._masters.iterdir())

    def sealed_by_others(self, newest: str) -> Iterator[UUID]:
        if self.masters() <= {newest}:
            return
        for place in self._keys.glob("*/*"):
            if place.suffix == "":
                with suppress(FileNotFoundError):
                    if place.read_text().partition(" ")[0] != newest:
                        yield UUID(place.name)

    def forget_masters(self, newest: str) -> None:
        if any(True for _ in self.sealed_by_others(newest)):
            return
        for master in self.masters() - {newest}:
            (self._masters / master).unlink(missing_ok=True)

    def _place(self, record: UUID) -> Path:
        # The last digits of a UUIDv7 are random, so that folders fill evenly.
        return self._keys / record.hex[-2:] / str(record)

    def _write(self, record: UUID, wrapped: Wrapped, *, unless_there: bool) -> None:
        place = self._place(record)
        place.parent.mkdir(exist_ok=True, mode=0o700)
        (self._masters / wrapped.master).touch(mode=0o600)
        descriptor, draft = tempfile.mkstemp(dir=place.parent, suffix=".new")
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(f"{wrapped.master} {wrapped.sealed.hex()}")
                file.flush()
                os.fsync(descriptor)
            if unless_there:
                with suppress(FileExistsError):
                    os.link(draft, place)
            else:
                os.replace(draft, place)
            _settle(place.parent)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(draft)


def _settle(folder: Path) -> None:
    """Have the names of a folder on the disk: a data key must not be lost after a value was sealed with it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
