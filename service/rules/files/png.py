"""PNG: every chunk with its checksum, and the picture inflated row by row without ever being held whole."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from service.core.enums import RejectionReason
from service.rules.files import foreign
from service.rules.files.verdict import Rejected

_START = 8
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_CRITICAL = (b"IHDR", b"PLTE", b"IDAT", b"IEND")
_PRIVATE = (b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"tIME")
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Of an interlaced picture: first column and row, and the steps between them."""
_PIECE = 1 << 18
_LARGEST_TEXT = 1 << 20


@dataclass
class Parts:
    """A PNG, taken apart."""

    width: int = 0
    height: int = 0
    bits: int = 0
    """Of one pixel."""
    interlaced: bool = False
    chunks: list[tuple[bytes, bytes]] = field(default_factory=list[tuple[bytes, bytes]])
    end: int = 0


def taken_apart(content: bytes) -> Parts:
    """Raises DAMAGED where a chunk is not whole, its checksum is wrong, or one is missing."""
    parts, place = Parts(), _START
    while not parts.chunks or parts.chunks[-1][0] != b"IEND":
        size = int.from_bytes(content[place : place + 4], "big")
        kind, body = content[place + 4 : place + 8], content[place + 8 : place + 8 + size]
        stated = content[place + 8 + size : place + 12 + size]
        if len(stated) < 4 or zlib.crc32(kind + body) != int.from_bytes(stated, "big"):
            raise Rejected(RejectionReason.DAMAGED, "checksum")
        if not kind[0] & 0x20 and kind not in _CRITICAL:
            raise Rejected(RejectionReason.DAMAGED, "unknown chunk")
        parts.chunks.append((kind, body))
        place += size + 12
    parts.end = place
    _read_header(parts)
    return parts


def _read_header(parts: Parts) -> None:
    kind, body = parts.chunks[0]
    if kind != b"IHDR" or len(body) != 13 or not any(kind == b"IDAT" for kind, _ in parts.chunks):
        raise Rejected(RejectionReason.DAMAGED, "header")
    parts.width, parts.height = int.from_bytes(body[:4], "big"), int.from_bytes(body[4:8], "big")
    depth, color, compression, filtering, interlaced = body[8:]
    known = depth in _DEPTHS.get(color, ()) and not compression and not filtering and interlaced in (0, 1)
    if not known or not parts.width or not parts.height:
        raise Rejected(RejectionReason.DAMAGED, "header")
    parts.bits, parts.interlaced = _CHANNELS[color] * depth, bool(interlaced)


def refuse_foreign(content: bytes, parts: Parts) -> None:
    """Raise POLYGLOT where something else is in it, or follows it."""
    foreign.refuse_archives(content)
    if content[parts.end :].strip(b"\0"):
        raise Rejected(RejectionReason.POLYGLOT, "after the end")
    for kind, body in parts.chunks:
        if kind not in _CRITICAL:
            foreign.refuse_scripts(body)
        if kind in (b"zTXt", b"iTXt"):
            foreign.refuse_scripts(_inflated(body))


def _inflated(body: bytes) -> bytes:
    """The words of a text chunk, where they are compressed."""
    start = body.find(b"\x78")
    try:
        return zlib.decompressobj().decompress(body[start:], _LARGEST_TEXT) if start >= 0 else b""
    except zlib.error:
        return b""


def check_picture(parts: Parts) -> None:
    """Raises DAMAGED unless the rows of the picture are all there, and no more than these."""
    rows = _Rows(parts)
    inflating = zlib.decompressobj()
    try:
        for kind, body in parts.chunks:
            waiting = body if kind == b"IDAT" else b""
            while waiting and not inflating.eof:
                rows.take(inflating.decompress(waiting, _PIECE))
                waiting = inflating.unconsumed_tail
    except zlib.error:
        raise Rejected(RejectionReason.DAMAGED, "compressed data") from None
    if not inflating.eof or not rows.are_complete:
        raise Rejected(RejectionReason.DAMAGED, "rows are missing")


class _Rows:
    """Counts rows, each of which begins with the number of its filter."""

    def __init__(self, parts: Parts) -> None:
        self._passes = [one for one in _passes(parts) if one[0]]
        self._offset = 0
        """Within the pass that is being read."""

    @property
    def are_complete(self) -> bool:
        return not self._passes

    def take(self, piece: bytes) -> None:
        while piece:
            if not self._passes:
                raise Rejected(RejectionReason.DAMAGED, "too many rows")
            rows, size = self._passes[0]
            left = rows * size - self._offset
            now, piece = piece[:left], piece[left:]
            filters = now[-self._offset % size :: size]
            if filters and max(filters) > 4:
                raise Rejected(RejectionReason.DAMAGED, "filter")
            self._offset += len(now)
            if self._offset == rows * size:
                self._passes.pop(0)
                self._offset = 0


def _passes(parts: Parts) -> Iterator[tuple[int, int]]:
    """Number and size in bytes of the rows of each pass."""
    if not parts.interlaced:
        yield parts.height, 1 + (parts.width * parts.bits + 7) // 8
        return
    for left, top, across, down in _PASSES:
        columns = max(0, -(-(parts.width - left) // across))
        rows = max(0, -(-(parts.height - top) // down))
        yield (rows if columns else 0), 1 + (columns * parts.bits + 7) // 8


def without_metadata(content: bytes) -> bytes:
    """The same picture without words and without where it was taken."""
    kept = [content[:_START]]
    for kind, body in taken_apart(content).chunks:
        if kind not in _PRIVATE:
            kept.append(len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big"))
    return b"".join(kept)
