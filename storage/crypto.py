"""Encryption of what leaves the service and comes back."""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV


class Sealer:
    """Encrypts cursors: deterministic and authenticated (AES-SIV, RFC 5297).

    Deterministic on purpose: equal answers are equal bytes. What is sealed for one `context` (viewer, type, order) does
    not open in another.
    """

    def __init__(self, secret: str) -> None:
        self._cipher = AESSIV(hashlib.sha512(b"cursor:" + secret.encode()).digest())

    def seal(self, plain: bytes, context: bytes) -> str:
        return base64.urlsafe_b64encode(self._cipher.encrypt(plain, [context])).rstrip(b"=").decode()

    def open(self, text: str, context: bytes) -> bytes:
        """ValueError where the text was not sealed here, or for another context."""
        try:
            padded = text.encode("ascii") + b"=" * (-len(text) % 4)
            return self._cipher.decrypt(base64.b64decode(padded, altchars=b"-_", validate=True), [context])
        except (InvalidTag, UnicodeEncodeError) as error:
            raise ValueError("not sealed here") from error


def digest(secret: str, *parts: str) -> str:
    """A keyed digest (HMAC-SHA-256, hex): equal for equal parts, and says nothing without the key."""
    message = b"\0".join(part.encode() for part in parts)
    return hmac.digest(secret.encode(), message, "sha256").hex()
