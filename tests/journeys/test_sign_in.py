"""Signing in: accounts, the first change, password rules, lock-out (D1, SEC-A1 to SEC-A5)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from service.core import clock
from service.operations import sign_in as operation
from storage import db
from storage.models import SignInAttempt
from tests.api import ApiProcess, Client
from tests.journeys import accounts, drafts
from tests.journeys.accounts import CHANGE, PASSWORD, make_account


@pytest.fixture
async def stranger(api: ApiProcess) -> AsyncIterator[Client]:
    """Nobody in particular."""
    client = Client(api.url)
    yield client
    await client.close()


@pytest.mark.parametrize("form", ["{number}", "  {NUMBER} ", "{number}@staff.example", "{NUMBER}@Staff.Example "])
async def test_d1_people_sign_in_by_staff_number_or_email_in_any_case(stranger: Client, form: str) -> None:
    user = await make_account()
    account = form.format(number=user.staff_number, NUMBER=user.staff_number.upper())
    tokens = (await accounts.sign_in(stranger, account)).data["signIn"]
    assert (await accounts.who(stranger, tokens["accessToken"])).data == {"me": {"staffNumber": user.staff_number}}


async def test_d1_the_initial_password_is_changed_before_anything_else(stranger: Client) -> None:
    user = await make_account(initial=True)
    tokens = await accounts.session(stranger, user)
    assert tokens["mustChangePassword"]
    stranger.token = tokens["accessToken"]
    assert (await stranger.run(accounts.ME)).code == "PASSWORD_CHANGE_REQUIRED"
    document = "mutation($input: CreateCustomerDraftInput!) { createCustomerDraft(input: $input) { customer { id } } }"
    assert (await stranger.run(document, input=drafts.enterprise())).code == "PASSWORD_CHANGE_REQUIRED"
    changed = (await stranger.run(CHANGE, current=PASSWORD, new="Xin-cheng 7788 Guoji")).data["changePassword"]
    assert changed["userErrors"] == []
    assert not changed["mustChangePassword"]
    assert (await accounts.who(stranger, changed["accessToken"])).data["me"]["staffNumber"] == user.staff_number
    assert (await accounts.who(stranger, tokens["accessToken"])).code == "UNAUTHENTICATED"
    assert (await stranger.run(accounts.REFRESH, token=tokens["refreshToken"])).code == "UNAUTHENTICATED"
    assert (await accounts.sign_in(stranger, user.staff_number)).code == "SIGN_IN_FAILED"


WEAK = {
    "short": ("aB3$567", "PASSWORD_WEAK"),
    "no_digit": ("Hangzhou-Xincheng", "PASSWORD_WEAK"),
    "no_letter": ("2983-7461-0", "PASSWORD_WEAK"),
    "no_special": ("Xincheng77Guoji", "PASSWORD_WEAK"),
    "common": ("P@ssw0rd123", "PASSWORD_COMMON"),
    "endless": ("aB3$" * 33, "TOO_LONG"),
}


@pytest.mark.parametrize(("new", "code"), WEAK.values(), ids=WEAK)
async def test_d1_a_weak_password_is_refused_and_nothing_changes(stranger: Client, new: str, code: str) -> None:
    user = await make_account()
    stranger.token = (await accounts.session(stranger, user))["accessToken"]
    changed = (await stranger.run(CHANGE, current=PASSWORD, new=new)).data["changePassword"]
    assert changed["accessToken"] is None
    assert [(e["code"], e["field"]) for e in changed["userErrors"]] == [(code, ["newPassword"])]
    assert (await stranger.run(accounts.ME)).data["me"]
    assert (await accounts.sign_in(stranger, user.staff_number)).data["signIn"]["accessToken"]


async def test_d1_both_faults_of_a_change_come_at_once_and_the_new_password_is_another_one(stranger: Client) -> None:
    user = await make_account()
    stranger.token = (await accounts.session(stranger, user))["accessToken"]

    async def faults(current: str, new: str) -> list[tuple[str, str]]:
        changed = (await stranger.run(CHANGE, current=current, new=new)).data["changePassword"]
        return [(e["code"], e["field"][0]) for e in changed["userErrors"]]

    wrong = [("SIGN_IN_FAILED", "currentPassword"), ("PASSWORD_CONTAINS_ACCOUNT", "newPassword")]
    assert await faults("Falsch-4711", f"Ab-{user.staff_number}-99xq") == wrong
    assert await faults(PASSWORD, PASSWORD) == [("PASSWORD_SAME", "newPassword")]


async def test_sec_a1_passwords_are_kept_as_argon2id_with_the_set_cost() -> None:
    user = await make_account()
    assert user.password_hash.startswith("$argon2id$v=19$m=47104,t=1,p=1$")


def _without_seconds(raw: bytes) -> bytes:
    return re.sub(rb"in \d+ seconds", b"in N seconds", raw)


async def test_sec_a5_known_and_unknown_accounts_get_the_same_bytes_and_lock_alike(stranger: Client) -> None:
    user = await make_account()
    answers = {}
    for account in (user.staff_number, "nobody-at-all"):
        tried = [await accounts.sign_in(stranger, account, "Falsch-4711") for _ in range(operation.FREE_FAILURES + 2)]
        answers[account] = [(a.status, _without_seconds(a.raw)) for a in tried]
        codes = [a.code for a in tried]
        assert codes == ["SIGN_IN_FAILED"] * operation.FREE_FAILURES + ["SIGN_IN_LOCKED"] * 2
    assert answers[user.staff_number] == answers["nobody-at-all"]


async def test_sec_a4_fifty_guesses_at_once_do_not_outrun_the_lock(stranger: Client) -> None:
    user = await make_account()
    forms = [user.staff_number, user.staff_number.upper(), f" {user.staff_number}"]
    tried = await asyncio.gather(*(accounts.sign_in(stranger, forms[n % 3], f"Falsch-{n}") for n in range(50)))
    codes = [a.code for a in tried]
    assert codes.count("SIGN_IN_FAILED") == operation.FREE_FAILURES
    assert codes.count("SIGN_IN_LOCKED") == 50 - operation.FREE_FAILURES
    assert (await accounts.sign_in(stranger, user.staff_number)).code == "SIGN_IN_LOCKED"


async def test_sec_a4_guesses_in_one_document_count_one_by_one(stranger: Client) -> None:
    user = await make_account()
    guess = 's%d: signIn(input: {account: "%s", password: "Falsch-%d"}) { accessToken }'
    guesses = " ".join(guess % (n, user.staff_number, n) for n in range(9))
    answer = await stranger.run(f"mutation {{ {guesses} }}")
    codes = [error["extensions"]["code"] for error in answer.body["errors"]]
    # The first refusal ends a document whose fields are not nullable: none of the others may be tried more often.
    assert codes.count("SIGN_IN_FAILED") <= operation.FREE_FAILURES


async def test_sec_a4_a_stolen_access_token_is_no_way_to_guess_the_password(stranger: Client) -> None:
    user = await make_account()
    stranger.token = (await accounts.session(stranger, user))["accessToken"]
    tried = [await stranger.run(CHANGE, current=f"Falsch-{n}", new="Xin-cheng 7788 Guoji") for n in range(6)]
    assert [a.data["changePassword"]["userErrors"][0]["code"] for a in tried[:5]] == ["SIGN_IN_FAILED"] * 5
    assert tried[5].code == "SIGN_IN_LOCKED"
    assert (await stranger.run(CHANGE, current=PASSWORD, new="Xin-cheng 7788 Guoji")).code == "SIGN_IN_LOCKED"


async def test_d1_a_weak_choice_is_no_guess_of_the_current_password(stranger: Client) -> None:
    user = await make_account()
    stranger.token = (await accounts.session(stranger, user))["accessToken"]
    for _ in range(operation.FREE_FAILURES + 1):
        changed = (await stranger.run(CHANGE, current=PASSWORD, new="zu kurz")).data["changePassword"]
        assert [e["field"] for e in changed["userErrors"]] == [["newPassword"]]


async def _lock_of(failures: int, stranger: Client) -> int:
    """The seconds of the lock after one more failure than that."""
    await SignInAttempt.all().delete()
    account = f"nobody-{failures}"
    await accounts.sign_in(stranger, account, "Falsch-4711")
    await SignInAttempt.all().update(failures=failures, last_failed_at=clock.now(), locked_until=None)
    assert (await accounts.sign_in(stranger, account, "Falsch-4711")).code == "SIGN_IN_FAILED"
    locks = "select distinct extract(epoch from locked_until - last_failed_at)::int as s from sign_in_attempts"
    (row,) = await db.rows(locks)  # of the name and of whom it means
    return row["s"]


async def test_d1_each_failure_doubles_the_lock_up_to_an_hour_also_after_weeks_of_guessing(stranger: Client) -> None:
    assert [await _lock_of(n, stranger) for n in (4, 5, 6, 10, 11, 12, 60, 5000)] == [
        30, 60, 120, 1920, 3600, 3600, 3600, 3600
    ]  # fmt: skip


async def test_d1_a_lock_ends_by_itself_and_success_forgets_the_failures(stranger: Client) -> None:
    user = await make_account()
    for _ in range(operation.FREE_FAILURES):
        await accounts.sign_in(stranger, user.staff_number, "Falsch-4711")
    assert (await accounts.sign_in(stranger, user.staff_number)).code == "SIGN_IN_LOCKED"
    await SignInAttempt.all().update(locked_until=clock.now() - timedelta(seconds=1))
    assert (await accounts.sign_in(stranger, user.staff_number)).data["signIn"]["accessToken"]
    assert (await accounts.sign_in(stranger, user.staff_number, "Falsch-4711")).code == "SIGN_IN_FAILED"


LANGUAGES = {
    "zh-CN,zh;q=0.9": "账号或密码不正确。",
    "en-GB,en;q=0.8": "Account or password are wrong.",
    "fr, en;q=0.5": "Account or password are wrong.",
    "fr": "账号或密码不正确。",
    "": "账号或密码不正确。",
}


@pytest.mark.parametrize(("header", "message"), LANGUAGES.items())
async def test_design_5_messages_follow_the_language_of_the_caller_and_codes_do_not(
    stranger: Client, header: str, message: str
) -> None:
    stranger.locale = header
    answer = await accounts.sign_in(stranger, f"nobody-{len(header)}", "Falsch-4711")
    assert (answer.code, answer.error["message"]) == ("SIGN_IN_FAILED", message)


async def test_sec_g2_every_attempt_is_logged_without_what_was_typed(stranger: Client) -> None:
    user = await make_account()
    await accounts.sign_in(stranger, "my-Secret-99")
    await accounts.sign_in(stranger, user.staff_number, "Falsch-4711")
    await accounts.sign_in(stranger, user.staff_number)
    rows = await db.rows("select * from change_log where action = 'session.sign_in' order by id desc limit 3")
    done, wrong, unknown = rows
    assert (done["outcome"], done["actor_id"], done["subject_id"]) == ("DONE", user.id, user.id)
    assert (wrong["outcome"], wrong["subject_id"]) == ("REFUSED", user.id)
    assert (unknown["outcome"], unknown["subject_id"]) == ("REFUSED", None)
    assert wrong["reason"].startswith("SIGN_IN_FAILED from 127.0.0.1")
    assert all(row["request_id"] for row in rows)
    written = await db.rows("select l::text as l from change_log l")
    assert [row for row in written if "my-secret" in row["l"].lower() or PASSWORD in row["l"]] == []
