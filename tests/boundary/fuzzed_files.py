"""Files with something wrong somewhere: good ones, changed at random."""

from __future__ import annotations

import random
import re
import zlib

from service.core.enums import FileType
from tests.builders import files

SEEDS: dict[FileType, list[bytes]] = {
    FileType.PDF: [
        files.pdf(),
        files.pdf(pages=3),
        files.pdf(files.with_stream(b"q 1 0 0 1 0 0 cm Q" * 40)),
        files.pdf(files.with_action("/JavaScript", JS="app.alert(1)")),
    ],
    FileType.JPEG: [
        files.jpeg(40, 30), files.jpeg(90, 70, noise=True), files.jpeg(64, 64, progressive=True),
        files.with_segment(files.jpeg(), 0xE1, b"Exif\0\0MM\0*" + b"\0" * 60),
    ],
    FileType.PNG: [
        files.png(), files.png(33, 21, "RGBA"), files.png(20, 20, "P"), files.png(50, 3, "1"),
        files.raw_png(8, 8, b"\0" * 200),
    ],
}  # fmt: skip
_NUMBERS = (0, 1, 127, 128, 255, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)
_WORDS = (
    b"/JS", b"/Length 99999999", b"/Filter/FlateDecode", b"/Prev 0", b"endobj", b"obj", b"stream\n", b"xref\n",
    b"<<" * 50, b"[" * 200, b"\xff\xd8", b"\xff\xda", b"\xff\xc4", b"IDAT", b"IHDR", b"PK\3\4", b"\0" * 64, b"9" * 40,
)  # fmt: skip
_CHUNK = re.compile(rb"(IHDR|PLTE|tRNS|IDAT|IEND)")


def changed(content: bytes, chance: random.Random) -> bytes:
    """With one to eight changes, checksums of a PNG mended half of the time, so that what is behind them is reached."""
    found = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        chance.choice(_CHANGES)(found, chance)
    mended = bytes(found)
    return with_checksums(mended) if mended.startswith(b"\x89PNG") and chance.random() < 0.5 else mended


def _flip(found: bytearray, chance: random.Random) -> None:
    if found:
        found[chance.randrange(len(found))] ^= 1 << chance.randrange(8)


def _number(found: bytearray, chance: random.Random) -> None:
    size, at = chance.choice((1, 2, 4)), chance.randrange(len(found) + 1)
    number = chance.choice(_NUMBERS) & (1 << 8 * size) - 1
    found[at : at + size] = number.to_bytes(size, chance.choice(("big", "little")))


def _word(found: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(found) + 1)
    found[at : at + chance.choice((0, 4))] = chance.choice(_WORDS)


def _cut(found: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(found) + 1)
    del found[at : at + chance.choice((1, 7, 100, len(found)))]


def _double(found: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(found) + 1)
    found[at:at] = found[at : at + chance.choice((1, 16, 400))] * chance.choice((1, 1, 30))


_CHANGES = (_flip, _flip, _number, _word, _cut, _double)


def with_checksums(content: bytes) -> bytes:
    """A PNG whose chunks have the checksums that they should, as far as chunks can be made out."""
    found, at = bytearray(content[:8]), 8
    while at + 12 <= len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        body = content[at + 4 : at + 8 + size]
        if len(body) < 4 + size:
            break
        found += content[at : at + 4] + body + zlib.crc32(body).to_bytes(4, "big")
        at += 12 + size
    return bytes(found + content[at:])
