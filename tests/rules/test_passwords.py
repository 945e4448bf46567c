import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.errors import ErrorCode
from service.rules import passwords
from tests.rules.refusals import accepts, refused

COMMON = """
Password1! Password123! P@ssw0rd Pa$$w0rd1 Passw0rd@2024 Aa123456! aA123456@ Qwer1234! Qwerty123! Asdf1234! Zxcv1234!
admin@123 Admin888! Admin@2024 1qaz@WSX !QAZ2wsx Qaz123!@# Abc123!@# abc@12345 A1234567! Zhang@123 Wang520! Li.123456
Ly123456! Zhang19900101! Woaini1314! Woaini520! Huawei@123 Company@2024 Welcome1! Hello123! Iloveyou1! Summer2024!
Crm@20250101 Mingce@2026 123456aA@ !!!Root888 Test1234! Xiaoming@2024 a123456789! Beijing2008! Lina@1990 woshi888@
"""
SOUND = """
Tg7#mWq2z correct-Horse7battery 9fK!ruTz sunny-hill-42-river k7!x9#QpL 我的密码很长7!a Blue4Kettle! xK3$vv91pQ
Mango7-Teapot rJ5_wwQe1! gH4!kLp9 Zhou-brought-3-apples
"""


@pytest.mark.parametrize("password", COMMON.split())
def test_d1_a_password_of_common_words_and_numbers_is_refused(password: str) -> None:
    refused(ErrorCode.PASSWORD_COMMON, passwords.check, password)


@pytest.mark.parametrize("password", SOUND.split())
def test_d1_a_password_that_nobody_guesses_is_accepted(password: str) -> None:
    assert accepts(passwords.check, password)


@pytest.mark.parametrize(
    ("password", "missing"),
    [
        ("Tg7#mWq", ["length"]),
        ("73812#94", ["letter"]),
        ("Tgh#mWqz", ["digit"]),
        ("Tg7xmWq2", ["special"]),
        ("", ["length", "letter", "digit", "special"]),
        ("Tg7#mWq2\x00", ["characters"]),
        ("Tg7#mWq2\ud800", ["characters"]),
    ],
)
def test_d1_all_that_a_password_lacks_is_named(password: str, missing: list[str]) -> None:
    assert refused(ErrorCode.PASSWORD_WEAK, passwords.check, password) == {"missing": missing, "minimum": 8}


def test_d1_a_password_has_at_most_128_characters() -> None:
    assert accepts(passwords.check, "Tg7#mWq2" * 16)
    assert refused(ErrorCode.TOO_LONG, passwords.check, "Tg7#mWq2" * 16 + "x") == {"maximum": 128, "length": 129}


@pytest.mark.parametrize("password", ["x7#S0042mWq", "x7#s0042mWq", "Wq9#Li.Wei!7k"])
def test_d1_a_password_does_not_hold_the_account(password: str) -> None:
    refused(
        ErrorCode.PASSWORD_CONTAINS_ACCOUNT,
        passwords.check,
        password,
        staff_number="S0042",
        email="li.wei@corp.example",
    )


def test_d1_an_account_of_two_characters_does_not_count() -> None:
    passwords.check("Tg7#mWq2z", staff_number="mW", email="g7@corp.example")


def test_d1_full_width_characters_are_the_same_password() -> None:
    assert passwords.normalise("Ｔｇ７＃ｍＷｑ２") == "Tg7#mWq2"
    refused(ErrorCode.PASSWORD_COMMON, passwords.check, "Ａｄｍｉｎ＠１２３")


@given(st.text("abil10!@sz", min_size=8, max_size=40))
def test_d1_a_long_answer_is_not_forced_by_a_crafted_password(password: str) -> None:
    # Words, numbers and signs overlap here in every way; hypothesis fails a case that takes longer than its deadline.
    assert passwords.is_common(password) in (True, False)
