"""Names of files, as they come in and as they go out (D38, SEC-D1)."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.enums import FileType
from service.core.errors import ErrorCode
from service.rules.files import names
from tests.rules.refusals import refused


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("公司营业执照-2024年.pdf", FileType.PDF),
        ("IMG_0001.JPG", FileType.JPEG),
        ("合同 v1.2.jpeg", FileType.JPEG),
        (" 截图.png ", FileType.PNG),
        ("𠮷野家.png", FileType.PNG),
    ],
)
def test_d39_a_name_says_what_the_file_is(name: str, kind: FileType) -> None:
    assert names.checked_file_name(name) == (name.strip(), kind)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../../etc/passwd.png", ErrorCode.INVALID_CHARACTERS),
        ("a\\b.png", ErrorCode.INVALID_CHARACTERS),
        ("a\0.png", ErrorCode.INVALID_CHARACTERS),
        ("a\r\nSet-Cookie: x.png", ErrorCode.INVALID_CHARACTERS),
        ("gpj.\u202egnp.exe", ErrorCode.INVALID_CHARACTERS),
        ("\ud800.png", ErrorCode.INVALID_CHARACTERS),
        ("长" * 297 + ".png", ErrorCode.TOO_LONG),
        ("", ErrorCode.REQUIRED),
        ("license.exe", ErrorCode.EXTENSION_UNKNOWN),
        ("license", ErrorCode.EXTENSION_UNKNOWN),
        (".png", ErrorCode.EXTENSION_UNKNOWN),
        ("logo.svg", ErrorCode.EXTENSION_UNKNOWN),
        ("invoice.exe.pdf", ErrorCode.EXTENSION_DOUBLE),
        ("photo.png.jpg", ErrorCode.EXTENSION_DOUBLE),
        ("page.html.png", ErrorCode.EXTENSION_DOUBLE),
    ],
)
def test_sec_d1_other_names_are_refused(name: str, code: ErrorCode) -> None:
    refused(code, names.checked_file_name, name)


def test_sec_d1_a_display_name_does_not_turn_the_direction_of_writing() -> None:
    refused(ErrorCode.INVALID_CHARACTERS, names.checked_display_name, "执照\u202efdp.exe")


@pytest.mark.parametrize(
    ("display", "kind", "saved"),
    [
        ("公司营业执照-2024年", FileType.PDF, "公司营业执照-2024年.pdf"),
        ("photo.png", FileType.JPEG, "photo.jpg"),
        ("2024.12", FileType.PDF, "2024.12.pdf"),
        ("a/b\\c:d", FileType.PNG, "a-b-c-d.png"),
        ("...", FileType.PNG, "file.png"),
        (".png", FileType.PNG, "png.png"),
    ],
)
def test_d40_a_file_is_saved_under_its_display_name_as_what_it_is(display: str, kind: FileType, saved: str) -> None:
    assert names.download_name(display, kind) == saved


def test_d40_chinese_names_come_through_the_header() -> None:
    header = names.disposition("公司营业执照 (2024).pdf")
    assert header.isascii()
    kind, plain, whole = header.split("; ")
    assert (kind, plain) == ("attachment", 'filename="______ (2024).pdf"')
    assert unquote(whole.removeprefix("filename*=UTF-8''")) == "公司营业执照 (2024).pdf"


@given(st.text(max_size=60))
def test_sec_d1_whatever_a_display_name_holds_the_header_is_one_line_of_ascii(display: str) -> None:
    saved = names.download_name(display, FileType.PDF)
    assert saved.endswith(".pdf")
    assert not set(saved) & set('/\\:*?"<>|\0\r\n')
    whole = names.disposition(saved)
    assert whole.isascii()
    assert whole.isprintable()
    assert whole.count('"') == 2
    assert unquote(whole.rpartition("''")[2]) == saved
