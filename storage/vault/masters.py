"""Master keys, which seal data keys. In the settings today; a key management service would stand in their place."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.vault.store import Wrapped

_NONCE = 12
_KEY = re.compile(r"(?P<id>[a-z0-9][a-z0-9-]{0,30}):(?P<key>[0-9a-f]{64})")


class UnknownMaster(Exception):
    """A data key is sealed with a master key that the settings do not have; the message is its id."""


class Masters:
    """The master keys of a deployment, by their ids. The first one seals what is new."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = dict(keys)
        self.newest = next(iter(self._keys))
        self.ids = frozenset(self._keys)

    @classmethod
    def parsed(cls, text: str) -> Masters:
        """From `id:64 hexadecimal digits`, with commas between them, the newest first. Raises ValueError."""
        found: dict[str, bytes] = {}
        for part in text.split(","):
            match = _KEY.fullmatch(part.strip())
            if match is None:
                raise ValueError(
                    "a master key is `id:` and 64 hexadecimal digits, such as `openssl rand -hex 32` makes"
                )
            if match["id"] in found:
                raise ValueError(f"two master keys have the id {match['id']}")
            found[match["id"]] = bytes.fromhex(match["key"])
        return cls(found)

    def wrap(self, data_key: bytes, record: UUID) -> Wrapped:
        nonce = secrets.token_bytes(_NONCE)
        return Wrapped(self.newest, nonce + AESGCM(self._keys[self.newest]).encrypt(nonce, data_key, record.bytes))

    def unwrap(self, wrapped: Wrapped, record: UUID) -> bytes:
        """Raises UnknownMaster, and InvalidTag where the store was altered."""
        if wrapped.master not in self._keys:
            raise UnknownMaster(wrapped.master)
        nonce, text = wrapped.sealed[:_NONCE], wrapped.sealed[_NONCE:]
        return AESGCM(self._keys[wrapped.master]).decrypt(nonce, text, record.bytes)
