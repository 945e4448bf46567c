"""Something else inside of a file: what another program would take it for (SEC-D1)."""

from __future__ import annotations

import re
import struct

from service.core.enums import RejectionReason
from service.rules.files.verdict import Rejected

_END_OF_ZIP = b"PK\x05\x06"
_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
"""Beginnings of RAR, 7z and old Office files: long enough never to stand in a picture by chance."""
_SCRIPT = re.compile(
    rb"<(?:script|html|!doctype|iframe|body|svg|object|embed)[\s>/]|<\?(?:php|=)|javascript:|%PDF-\d", re.IGNORECASE
)
_PROGRAM = re.compile(rb"MZ.{58,}?PE\x00\x00|\x7fELF[\x01\x02][\x01\x02]\x01", re.DOTALL)


def refuse_archives(content: bytes) -> None:
    """Raise POLYGLOT where an archive can be opened in it. A ZIP is found from its end, wherever that is."""
    for mark in _ARCHIVES:
        if mark in content:
            raise Rejected(RejectionReason.POLYGLOT, "archive")
    place = content.find(_END_OF_ZIP)
    while place >= 0:
        if _is_end_of_zip(content, place):
            raise Rejected(RejectionReason.POLYGLOT, "zip")
        place = content.find(_END_OF_ZIP, place + 1)


def _is_end_of_zip(content: bytes, place: int) -> bool:
    """Four bytes can be chance. With an entry of the directory where the record says, they are not."""
    record = content[place : place + 22]
    if len(record) < 22:
        return False
    entries, size, offset = struct.unpack("<HII", record[10:20])
    directory = place - size
    starts = [directory, offset]
    return entries > 0 and any(0 <= at < place and content[at : at + 4] == b"PK\x01\x02" for at in starts)


def refuse_scripts(words: bytes) -> None:
    """Raise POLYGLOT where a part that holds words, such as a comment, holds a page, a script or a document."""
    if _SCRIPT.search(words):
        raise Rejected(RejectionReason.POLYGLOT, "script")


def refuse_programs(rest: bytes) -> None:
    """Raise POLYGLOT where what follows a file is a program."""
    if _PROGRAM.search(rest):
        raise Rejected(RejectionReason.POLYGLOT, "program")
