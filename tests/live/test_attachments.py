"""Who waits for the check of a file is told of it (D40)."""

from __future__ import annotations

import pytest

from service.core.enums import Role
from storage.models import User
from tests.api import Client
from tests.builders import files, people
from tests.builders.customers import make_customer
from tests.journeys import phone
from tests.journeys.conftest import SignIn
from tests.live.listening import listening

CHANGED = """subscription($id: ID!, $after: String) { attachmentChanged(id: $id, after: $after) {
    sequence isDelayed attachment { id state rejection scannedBy download { url } } } }"""


@pytest.fixture
async def customer(sales: User) -> str:
    return f"cus_{(await make_customer(owner=sales)).id}"


@pytest.mark.parametrize(("content", "end"), [(files.pdf(pages=51), "CLEAN"), (files.pdf()[:200], "REJECTED")])
async def test_d40_each_state_of_a_file_is_told(seller: Client, customer: str, content: bytes, end: str) -> None:
    announced = await phone.announce(seller, customer, content)
    key = announced["attachment"]["id"]
    async with listening(seller.url, seller.token, CHANGED, id=key) as listener:
        assert (await listener.next())["attachment"]["state"] == "PENDING_UPLOAD"
        assert await phone.put(announced["upload"], content) == 200
        await phone.complete(seller, key)
        assert (await listener.next())["attachment"]["state"] == "QUARANTINED"
        await phone.work()
        told = (await listener.next())["attachment"]
    assert told["state"] == end
    assert (told["download"] is not None) == (end == "CLEAN")


async def test_sec_b2_a_file_that_is_hidden_is_followed_like_one_that_does_not_exist(
    seller: Client, customer: str, sign_in: SignIn
) -> None:
    contract = await phone.announce(seller, customer, files.pdf(pages=52), kind="CONTRACT")
    stranger = await sign_in(await people.make_user(Role.HR, department=await people.make_department()))
    key = contract["attachment"]["id"]
    for asked in (key, key[:-12] + "0" * 12):
        async with listening(stranger.url, stranger.token, CHANGED, id=asked) as listener:
            assert await listener.code() == "NOT_FOUND"
