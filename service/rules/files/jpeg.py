"""JPEG: every segment from the first byte to the last, then decoded at reduced scale."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from service.core.enums import RejectionReason
from service.rules.files import foreign
from service.rules.files.verdict import Rejected

_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
"""What ends compressed data: neither a stuffed byte nor a restart."""
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_END, _SCAN, _COMMENT = 0xD9, 0xDA, 0xFE
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_APPLICATIONS = range(0xE0, 0xF0)
_KEPT = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
"""Application data that a picture looks wrong without."""
_EXIF = b"Exif\0\0"


@dataclass
class Parts:
    """A JPEG, taken apart."""

    width: int = 0
    height: int = 0
    held: int = 0
    """Bytes that a decoder has to hold at once whatever the scale: of a progressive picture, all coefficients."""
    segments: list[tuple[int, bytes]] = field(default_factory=list[tuple[int, bytes]])
    """Marker and content of each segment that is no compressed data."""
    end: int = 0
    """Where the picture ends; what follows is something else."""


def taken_apart(content: bytes) -> Parts:
    """Raises DAMAGED where a segment is not whole, or the end is missing."""
    parts, place = Parts(), 2
    while True:
        marker, place = _marker(content, place)
        if marker == _END:
            parts.end = place
            break
        if marker in _ALONE:
            continue
        body = _body(content, place)
        place += 2 + len(body)
        parts.segments.append((marker, body))
        if marker in _FRAMES and not parts.width:
            parts.height, parts.width = (int.from_bytes(body[n : n + 2], "big") for n in (1, 3))
            parts.held = _coefficients(parts, body) if marker in _PROGRESSIVE else 0
        if marker == _SCAN:
            place = _end_of_scan(content, place)
    if not parts.width or not parts.height:
        raise Rejected(RejectionReason.DAMAGED, "no size")
    return parts


def _body(content: bytes, place: int) -> bytes:
    """The content of a segment, behind its length."""
    size = int.from_bytes(content[place : place + 2], "big")
    body = content[place + 2 : place + size]
    if size < 2 or len(body) != size - 2:
        raise Rejected(RejectionReason.DAMAGED, "segment")
    return body


def _end_of_scan(content: bytes, place: int) -> int:
    """Where the marker after compressed data stands."""
    found = _MARKER.search(content, place)
    if found is None:
        raise Rejected(RejectionReason.DAMAGED, "no end")
    return found.start()


def _coefficients(parts: Parts, frame: bytes) -> int:
    """Two bytes for each sample of each component, of which some have fewer samples than others."""
    factors = [(one >> 4, one & 15) for one in frame[7::3]]
    most = max((across * down for across, down in factors), default=1) or 1
    return sum(2 * parts.width * parts.height * across * down // most for across, down in factors)


def _marker(content: bytes, place: int) -> tuple[int, int]:
    """The marker at a place, and where its content begins."""
    if content[place : place + 1] != b"\xff":
        raise Rejected(RejectionReason.DAMAGED, "marker")
    while content[place : place + 1] == b"\xff":
        place += 1
    if place >= len(content):
        raise Rejected(RejectionReason.DAMAGED, "no end")
    return content[place], place + 1


def refuse_foreign(content: bytes, parts: Parts) -> None:
    """Raise POLYGLOT where something else is in it. What phones append, a film or a larger picture, is no harm."""
    foreign.refuse_archives(content)
    for marker, body in parts.segments:
        if marker in _APPLICATIONS or marker == _COMMENT:
            foreign.refuse_scripts(body)
    _refuse_code_from_the_start(content, parts)
    rest = content[parts.end :]
    foreign.refuse_scripts(rest)
    foreign.refuse_programs(rest)


def _refuse_code_from_the_start(content: bytes, parts: Parts) -> None:
    """A script that begins with the first byte: ÿØÿà is a name to it, and the length that follows opens a comment or a
    string, which another segment closes."""
    opening = content[4:6]
    words = b"".join(body for _, body in parts.segments)
    closing = {b"/*": b"*/", b"='": b"'", b'="': b'"', b"=`": b"`", b"//": b"\n"}.get(opening)
    if closing is not None and (re.search(re.escape(closing) + rb"\s*[=;(\[.+,*/-]", words) or opening == b"/*"):
        raise Rejected(RejectionReason.POLYGLOT, "script from the first byte")


def without_metadata(content: bytes) -> bytes:
    """The same picture without where and with what it was taken, and what follows it; how it is turned stays."""
    kept, place = [content[:2]], 2
    turned = _orientation(content)
    if turned is not None:
        kept.append(turned)
    end = taken_apart(content).end
    while place < end:
        marker, start = _marker(content, place)
        if marker == _END or marker in _ALONE:
            kept.append(content[place:start])
            place = start
            continue
        body = _body(content, start)
        stop = start + 2 + len(body)
        if marker == _SCAN:
            stop = _end_of_scan(content, stop)
        if not _is_metadata(marker, body):
            kept.append(content[place:stop])
        place = stop
    return b"".join(kept)


def _is_metadata(marker: int, body: bytes) -> bool:
    if marker == _COMMENT:
        return True
    return marker in _APPLICATIONS and not (marker in _KEPT and body.startswith(_KEPT[marker]))


def _orientation(content: bytes) -> bytes | None:
    """A segment that says nothing but how the picture is turned, where it is."""
    for marker, body in taken_apart(content).segments:
        if marker == 0xE1 and body.startswith(_EXIF) and (value := _turned(body[len(_EXIF) :])) not in (None, 1):
            entry = b"\x01\x12\x00\x03\x00\x00\x00\x01" + bytes((0, value or 1)) + b"\x00\x00"
            tiff = b"MM\x00\x2a\x00\x00\x00\x08\x00\x01" + entry + b"\x00\x00\x00\x00"
            whole = _EXIF + tiff
            return b"\xff\xe1" + (len(whole) + 2).to_bytes(2, "big") + whole
    return None


def _turned(tiff: bytes) -> int | None:
    """The orientation that Exif data states, 1 to 8."""
    order = {b"II": "little", b"MM": "big"}.get(tiff[:2])
    if order not in ("little", "big"):
        return None
    first = int.from_bytes(tiff[4:8], order)
    count = int.from_bytes(tiff[first : first + 2], order)
    for number in range(min(count, 200)):
        entry = tiff[first + 2 + 12 * number :][:12]
        if int.from_bytes(entry[:2], order) == 0x0112:
            value = int.from_bytes(entry[8:10], order)
            return value if 1 <= value <= 8 else None
    return None
