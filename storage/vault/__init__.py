"""Values that even a copy of the database does not give away (D60): sealed with keys that are kept apart from it.

Each record has a data key of its own, which seals its values. The data keys lie in a key store beside the database,
themselves sealed with a master key that only the settings have. Whoever destroys a data key makes the record's values
unreadable in every backup.
"""

from __future__ import annotations

import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.vault.masters import Masters, UnknownMaster
from storage.vault.store import Destroyed, KeyStore, Wrapped

__all__ = ["Destroyed", "Masters", "UnknownMaster", "Unreadable", "Vault", "Wrapped"]

_FORMAT = b"\x01"
"""The first byte of what is sealed: AES-256-GCM, a nonce of 12 bytes, the ciphertext with its tag."""
_NONCE = 12
_KEY = 32


class Unreadable(Exception):
    """A value was altered, moved to another record or field, or its data key is not in the store."""


class Vault:
    """Seals and opens values of records."""

    def __init__(self, masters: Masters, store: KeyStore) -> None:
        self._masters = masters
        self._store = store

    def seal(self, record: UUID, field: str, value: str) -> bytes:
        """Bytes that only this vault opens, and only as that field of that record. Raises Destroyed."""
        nonce = secrets.token_bytes(_NONCE)
        return (
            _FORMAT
            + nonce
            + self._cipher(self._made(record), record).encrypt(nonce, value.encode(), _place(record, field))
        )

    def open(self, record: UUID, field: str, sealed: bytes) -> str:
        """Raises Destroyed, Unreadable, or UnknownMaster where the settings lack the master key of the record."""
        wrapped = self._store.get(record)
        if wrapped is None or sealed[:1] != _FORMAT:
            raise Unreadable
        nonce, text = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        try:
            return self._cipher(wrapped, record).decrypt(nonce, text, _place(record, field)).decode()
        except InvalidTag:
            raise Unreadable from None

    def destroy(self, record: UUID) -> None:
        """Make every value of a record unreadable, for ever and everywhere."""
        self._store.destroy(record)

    def rotate(self, most: int | None = None) -> int:
        """Seal data keys with the newest master key that another one has sealed, `most` of them; how many it was.

        Values stay as they are, and can be read all the time. What was interrupted goes on with the next call.
        """
        done = 0
        for record in self._store.sealed_by_others(self._masters.newest):
            if done == most:
                break
            old = self._store.get(record)
            if old is None or old.master == self._masters.newest:
                continue
            self._store.replace(record, old, self._masters.wrap(self._masters.unwrap(old, record), record))
            done += 1
        if done != most:
            self._store.forget_masters(self._masters.newest)
        return done

    def missing(self) -> list[str]:
        """The ids of master keys that data keys are sealed with and the settings lack."""
        return sorted(self._store.masters() - self._masters.ids)

    def in_use(self) -> list[str]:
        """The ids of master keys that data keys are sealed with."""
        return sorted(self._store.masters())

    def _made(self, record: UUID) -> Wrapped:
        return self._store.get(record) or self._store.add(record, self._masters.wrap(secrets.token_bytes(_KEY), record))

    def _cipher(self, wrapped: Wrapped, record: UUID) -> AESGCM:
        try:
            return AESGCM(self._masters.unwrap(wrapped, record))
        except InvalidTag:
            raise Unreadable from None


def _place(record: UUID, field: str) -> bytes:
    """Where a value belongs: it opens nowhere else."""
    return f"protected_values/{record}/{field}".encode()
