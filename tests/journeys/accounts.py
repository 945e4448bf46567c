"""People with a real password, and what they type to sign in."""

from __future__ import annotations

from itertools import count
from typing import Any

from service.core.enums import Role
from service.operations import people
from storage.models import User
from tests.api import Answer, Client

PASSWORD = "Ming-ce 2026 Hangzhou"
_serials = count(1)

SIGN_IN = """mutation($account: String!, $password: String!) { signIn(input: {account: $account, password: $password}) {
    accessToken refreshToken mustChangePassword expiresAt userErrors { code } } }"""
REFRESH = """mutation($token: String!) { refreshSession(input: {refreshToken: $token}) {
    accessToken refreshToken userErrors { code } } }"""
CHANGE = """mutation($current: String!, $new: String!) {
    changePassword(input: {currentPassword: $current, newPassword: $new}) {
        accessToken refreshToken mustChangePassword userErrors { code field message } } }"""
ME = "{ me { staffNumber } }"


async def make_account(*roles: Role, initial: bool = False, **values: Any) -> User:
    """A member of staff as `crm create-admin` makes one."""
    number = f"z{next(_serials):04d}"
    person = people.NewUser(
        staff_number=number, name="钱多多", password=PASSWORD, email=f"{number}@staff.example", roles=list(roles),
        must_change_password=initial, **values,
    )  # fmt: skip
    return await User.get(id=await people.create(person))


async def sign_in(client: Client, account: str, password: str = PASSWORD) -> Answer:
    return await client.run(SIGN_IN, account=account, password=password)


async def session(client: Client, user: User) -> dict[str, Any]:
    """The tokens of a new session."""
    return (await sign_in(client, user.staff_number)).data["signIn"]


async def who(client: Client, token: str) -> Answer:
    """What `me` answers to the bearer of that access token."""
    return await Client(client.url, token, client.locale, client.http).run(ME)
