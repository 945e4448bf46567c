import pytest
from stdnum import luhn
from stdnum.cn import ric

from service.core.errors import ErrorCode
from service.rules import identity, texts
from tests.rules.refusals import refused

ID_NUMBER = "11010119900307" + "002"
ID_NUMBER += ric.calc_check_digit(ID_NUMBER + "0")
CARD = "622202123456789012"
CARD += luhn.calc_check_digit(CARD)
WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


@pytest.mark.parametrize(
    "text",
    [
        ID_NUMBER,
        f"身份证{ID_NUMBER}已核对",
        ID_NUMBER.translate(WIDE),
        f"{ID_NUMBER[:6]} {ID_NUMBER[6:14]} {ID_NUMBER[14:]}",
        f"{ID_NUMBER[:6]}-{ID_NUMBER[6:14]}-{ID_NUMBER[14:]}",
        f"9{ID_NUMBER}1",
        f"卡号 {CARD}。",
        f"{CARD[:4]} {CARD[4:8]} {CARD[8:12]} {CARD[12:16]} {CARD[16:]}",
        "4111111111111111",
    ],
)
def test_d60_a_text_with_an_id_or_card_number_is_refused(text: str) -> None:
    assert identity.holds_number(text)
    refused(ErrorCode.IDENTITY_IN_TEXT, texts.note, text)
    refused(ErrorCode.IDENTITY_IN_TEXT, texts.line, text, maximum=200)


@pytest.mark.parametrize(
    "text",
    [
        ID_NUMBER[:-1] + ("0" if ID_NUMBER[-1] != "0" else "1"),
        CARD[:-1] + str((int(CARD[-1]) + 1) % 10),
        "订单号 202405210001234",
        "13812345678",
        "2024-05-21 10:30 到 2024-05-22 18:00",
        "",
    ],
)
def test_d60_other_numbers_are_not(text: str) -> None:
    assert not identity.holds_number(text)


def test_d60_a_mobile_in_a_text_is_recognised() -> None:
    assert identity.holds_mobile("请打138 1234 5678")
    assert identity.holds_mobile("１３８１２３４５６７８")
    assert not identity.holds_mobile("订单2138123456789")
