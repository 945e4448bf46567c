"""Password hashes (SEC-A1). Hashing takes tens of milliseconds and 46 MiB: it runs in a thread, a few at a time."""

from __future__ import annotations

import asyncio
import secrets
import string

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from service.core.errors import Invalid
from service.rules import passwords as rules

_HASHER = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)
_AT_ONCE = 2

_NOBODY = _HASHER.hash("an account that does not exist")
"""Verified for unknown accounts, so that they take as long as known ones (SEC-A5)."""


class _Gate:
    """Bounds the threads that hash at once, in each event loop."""

    def __init__(self) -> None:
        self._by_loop: dict[int, asyncio.Semaphore] = {}

    def here(self) -> asyncio.Semaphore:
        return self._by_loop.setdefault(id(asyncio.get_running_loop()), asyncio.Semaphore(_AT_ONCE))


_gate = _Gate()


_LETTERS = "".join(c for c in string.ascii_letters + string.digits if c not in "0Oo1lI")
"""Without those that look alike on paper."""
_GROUPS, _GROUP = 4, 4


def generated(*, staff_number: str, email: str | None) -> str:
    """An initial password of 16 random characters (some 92 bits), in groups that can be read out."""
    while True:
        groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
        password = "-".join(groups)
        try:
            rules.check(password, staff_number=staff_number, email=email)
        except Invalid:
            continue  # without a digit, or by chance one that D1 does not allow
        return password


async def hashed(password: str) -> str:
    async with _gate.here():
        return await asyncio.to_thread(_HASHER.hash, rules.normalise(password))


async def matches(stored: str | None, password: str) -> bool:
    """Whether the password is the right one; False, after the same work, where there is no account."""
    async with _gate.here():
        return await asyncio.to_thread(_verify, stored, rules.normalise(password))


def _verify(stored: str | None, password: str) -> bool:
    try:
        return _HASHER.verify(stored or _NOBODY, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False
