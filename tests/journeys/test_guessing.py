"""Passwords are guessed in every shape that a request can have, under every name of one account (SEC-A4, SEC-A5)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from itertools import cycle
from typing import Any

import httpx
import pytest

from service.core import clock
from service.operations import sign_in as operation
from storage import db
from storage.models import SignInAttempt, User
from tests.api import LOOPBACK, ApiProcess, Client
from tests.journeys import accounts
from tests.journeys.accounts import CHANGE, PASSWORD, make_account

AT_ONCE = 40
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@pytest.fixture
async def stranger(api: ApiProcess) -> AsyncIterator[Client]:
    client = Client(api.url)
    yield client
    await client.close()


def _spellings(user: User) -> list[str]:
    """Everything that signs in as this person."""
    assert user.email
    names = [user.staff_number, user.email]
    typed = [*names, *(name.upper() for name in names), *(name.translate(_WIDE) for name in names)]
    typed += [f"\u3000{name} " for name in names] + [f"{name[:2]}\u200b{name[2:].upper()}" for name in names]
    return typed


def _guess(account: str, number: int, fields: str = "accessToken") -> str:
    return f'signIn(input: {{account: "{account}", password: "Falsch-{number}"}}) {{ {fields} }}'


def _plain(account: str, n: int) -> dict[str, Any]:
    return {"query": accounts.SIGN_IN, "variables": {"account": account, "password": f"Falsch-{n}"}}


def _aliases(account: str, n: int) -> dict[str, Any]:
    return {"query": "mutation {" + " ".join(f"g{n}x{i}: {_guess(account, n * 9 + i)}" for i in range(9)) + "}"}


def _many_fields(account: str, n: int) -> dict[str, Any]:
    fields = f"a{n}: __typename b{n}: mustChangePassword refreshToken userErrors {{ code field message }} expiresAt"
    return {"query": f"mutation G{n} {{ {_guess(account, n, fields)} }}", "operationName": f"G{n}"}


def _several_operations(account: str, n: int) -> dict[str, Any]:
    operations = [f"mutation O{i} {{ {_guess(account, n * 4 + i)} }}" for i in range(4)]
    return {"query": " ".join(operations), "operationName": f"O{n % 4}"}


SHAPES = (_plain, _aliases, _many_fields, _several_operations)


async def _guess_on(url: str, user: User, count: int) -> list[str]:
    """Send so many requests with wrong passwords, many at once, each from another address; the codes that came back."""
    names, shapes, gate = cycle(_spellings(user)), cycle(SHAPES), asyncio.Semaphore(AT_ONCE)

    async def send(http: httpx.AsyncClient, body: dict[str, Any], number: int) -> list[str]:
        address = f"198.51.{number // 250 % 250}.{number % 250}"
        async with gate:
            answer = await http.post(f"{url}/graphql", json=body, headers={"x-forwarded-for": address})
        return [error["extensions"]["code"] for error in answer.json()["errors"]]

    async with httpx.AsyncClient(**LOOPBACK, timeout=120) as http:
        tried = [send(http, next(shapes)(next(names), n), n) for n in range(count)]
        return [code for codes in await asyncio.gather(*tried) for code in codes]


def _admitted_within(seconds: float) -> int:
    """How often a password may be tried in that time: five times, and once more whenever a lock has ended."""
    allowed, lock = operation.FREE_FAILURES, operation.FIRST_LOCK.total_seconds()
    while seconds >= lock:
        allowed, seconds, lock = allowed + 1, seconds - lock, lock * 2
    return allowed


async def _looked_at(user: User) -> int:
    """How often a password was compared with this person's. Every attempt is logged with what became of it (SEC-G2)."""
    wrong = """select count(*) as n from change_log where action = 'session.sign_in' and subject_id = $1
               and reason like 'SIGN_IN_FAILED from %'"""
    return (await db.rows(wrong, user.id))[0]["n"]


@pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=pytest.mark.deep)])
async def test_sec_a4_guesses_in_any_shape_under_any_name_stay_within_the_limit(stranger: Client, count: int) -> None:
    user = await make_account()
    began = clock.now()
    codes = await _guess_on(stranger.url, user, count)
    limit = _admitted_within((clock.now() - began).total_seconds())
    assert set(codes) == {"SIGN_IN_FAILED", "SIGN_IN_LOCKED"}
    assert operation.FREE_FAILURES <= await _looked_at(user) <= limit
    # Nor does the right password get in, by whatever name: not even the guess after the last one was looked at.
    for name in _spellings(user):
        assert (await accounts.sign_in(stranger, name)).code in ("SIGN_IN_FAILED", "SIGN_IN_LOCKED")
    assert await _looked_at(user) <= limit
    # All of them are names of this one account, once the locks have ended.
    for name in _spellings(user):
        await SignInAttempt.all().update(locked_until=clock.now())
        assert (await accounts.sign_in(stranger, name)).data["signIn"]["accessToken"], name


def _without_seconds(raw: bytes) -> bytes:
    return re.sub(rb"in \d+ seconds", b"in N seconds", raw)


async def test_sec_a5_a_lock_under_one_name_is_not_told_under_the_other(stranger: Client) -> None:
    user = await make_account()
    for n in range(operation.FREE_FAILURES + 1):
        last = await accounts.sign_in(stranger, user.staff_number, f"Falsch-{n}")
    assert last.code == "SIGN_IN_LOCKED"
    assert user.email
    answers = {}
    for address in (user.email, "nobody-at-all@staff.example"):
        tried = [await accounts.sign_in(stranger, address, PASSWORD) for _ in range(operation.FREE_FAILURES + 2)]
        answers[address] = [(a.status, _without_seconds(a.raw)) for a in tried]
        assert [a.code for a in tried] == ["SIGN_IN_FAILED"] * operation.FREE_FAILURES + ["SIGN_IN_LOCKED"] * 2
    assert answers[user.email] == answers["nobody-at-all@staff.example"]
    assert await _looked_at(user) == operation.FREE_FAILURES


async def test_sec_a4_guesses_with_a_stolen_token_and_at_the_door_are_counted_together(stranger: Client) -> None:
    user = await make_account()
    stolen = Client(stranger.url, (await accounts.session(stranger, user))["accessToken"], http=stranger.http)
    for n in range(operation.FREE_FAILURES):
        await accounts.sign_in(stranger, user.staff_number, f"Falsch-{n}")
    assert (await stolen.run(CHANGE, current=PASSWORD, new="Xin-cheng 7788 Guoji")).code == "SIGN_IN_LOCKED"


async def test_d1_a_staff_number_is_kept_in_the_form_that_is_looked_for() -> None:
    user = await make_account()
    await User.filter(id=user.id).update(staff_number=f"{user.staff_number}-old")
    again = await accounts.people.create(
        accounts.people.NewUser(staff_number=f" {user.staff_number.upper().translate(_WIDE)}", name="钱多多",
                                password=PASSWORD)
    )  # fmt: skip
    assert (await User.get(id=again)).staff_number == user.staff_number
