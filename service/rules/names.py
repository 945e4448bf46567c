"""Names of persons and enterprises as they may be stored (D7, D8, D16)."""

from __future__ import annotations

import re
import unicodedata

from service.core.errors import ErrorCode, Invalid
from service.core.surnames import COMPOUND
from service.rules.characters import fold, is_han, limit, refuse, single_blanks
from service.rules.checked import Checked

PERSON_MAXIMUM = 50
ENTERPRISE_MINIMUM = 2
ENTERPRISE_MAXIMUM = 100

HONORIFICS = ("先生", "女士", "小姐", "太太", "夫人", "阁下", "閣下", "同志", "男士", "小姐姐")
"""Forms of address: with or without a surname they are no name."""

_TITLE_WORDS = """
总经理 副总经理 经理 副经理 客户经理 项目经理 大堂经理 总裁 副总裁 总监 副总监 董事长 副董事长 董事 老总 副总 老板
老板娘 主任 副主任 主管 部长 副部长 科长 副科长 处长 副处长 局长 副局长 厅长 院长 副院长 校长 副校长 所长 站长 厂长
副厂长 店长 副店长 队长 班长 组长 行长 副行长 会长 秘书长 秘书 助理 会计 出纳 采购 财务 前台 客服 销售 工程师 技师
医生 大夫 护士 律师 教授 老师 师傅 书记 镇长 村长 负责人 联系人 法人 經理 總經理 總監 總裁 老闆 主管人 客户 本人
家属
"""
TITLES = tuple(_TITLE_WORDS.split())
"""Titles that stand for a person in speech. Alone they are no name; after one they are a reservation."""

SHORT_TITLES = ("总", "總", "工", "董", "导", "哥", "姐", "叔", "姨", "局", "处")
"""Titles of one character; at the end of a longer name they are part of the name."""

_LATIN_HONORIFIC = re.compile(r"(?:mr|mrs|ms|miss|mx|dr|prof|sir|madam)\b\.? ?(?P<rest>.*)", re.IGNORECASE)
_NICKNAME = re.compile(r"[老小阿].")
_MIDDLE_DOTS = re.compile("[\u2022\u2027\u2219\u22c5\u30fb]")
_PERSON_MARKS = " ·'’-."
_NOT_IN_ENTERPRISE_NAMES = ("Cc", "Cf", "Cn", "Co", "Cs", "So")
_OPENING, _CLOSING = str.maketrans("([{【〔［", "（（（（（（"), str.maketrans(")]}】〕］", "））））））")
_AROUND_BRACKETS = re.compile(r" ?([（）]) ?")


def person(value: str) -> Checked:
    """The real name of a person: half-width, `·` as the middle dot, no blank inside a Chinese name.

    Raises REQUIRED, TOO_LONG, INVALID_CHARACTERS(characters) for digits, emoji, brackets and control characters, and
    NAME_IS_HONORIFIC(name) for a form of address or a title in place of a name (先生, 王女士, 经理, Mr Wang).
    Warns NAME_HAS_TITLE for a surname or a name with a title (李经理, 王总, 孙淑芳女士; D8), NAME_IS_NICKNAME for 小王.
    """
    name = single_blanks(_MIDDLE_DOTS.sub("·", fold(value)))
    name = re.sub(r" ?· ?", "·", name)
    limit(name, maximum=PERSON_MAXIMUM)
    refuse("".join(c for c in name if not _is_of_a_name(c)))
    if not any(c.isalpha() or is_han(c) for c in name):
        refuse(name)
    bare, has_title = _honorific(name)
    if bare:
        raise Invalid(ErrorCode.NAME_IS_HONORIFIC, name=name)
    if has_title:
        return Checked(name, (ErrorCode.NAME_HAS_TITLE,))
    if _NICKNAME.fullmatch(name):
        return Checked(name, (ErrorCode.NAME_IS_NICKNAME,))
    return Checked(name)


def _honorific(name: str) -> tuple[bool, bool]:
    """Whether the name is nothing but a form of address or a title, and whether it bears one at all."""
    if match := _LATIN_HONORIFIC.fullmatch(name):
        return " " not in match["rest"].strip(), True
    for honorific in HONORIFICS:
        if name.endswith(honorific):
            return _is_surname(name.removesuffix(honorific)), True
    if name in TITLES or name in ("总", "總"):
        return True, True
    for title in TITLES:
        if name.endswith(title):
            return False, True
    return False, name[-1] in SHORT_TITLES and _is_surname(name[:-1]) and len(name) > 1


def _is_of_a_name(character: str) -> bool:
    return is_han(character) or unicodedata.category(character)[0] in "LM" or character in _PERSON_MARKS


def _is_surname(text: str) -> bool:
    return len(text) <= 1 or text in COMPOUND


def enterprise(value: str) -> str:
    """The name of an enterprise: half-width letters and digits, full-width brackets, no blank inside Chinese text.

    Raises REQUIRED, TOO_SHORT, TOO_LONG and INVALID_CHARACTERS(characters) for emoji and control characters and for a
    name without any letter.
    """
    name = fold(value).translate(_OPENING).translate(_CLOSING)
    name = _AROUND_BRACKETS.sub(r"\1", single_blanks(name))
    limit(name, minimum=ENTERPRISE_MINIMUM, maximum=ENTERPRISE_MAXIMUM)
    refuse("".join(c for c in name if not is_han(c) and unicodedata.category(c) in _NOT_IN_ENTERPRISE_NAMES))
    if not any(c.isalpha() or is_han(c) for c in name):
        refuse(name)
    return name
