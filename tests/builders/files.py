"""Files made here, good ones and bad ones: nothing is copied from anybody's collection."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pikepdf
from PIL import Image

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def jpeg(width: int = 64, height: int = 48, *, noise: bool = False, **options: object) -> bytes:
    """A photo of one color, or of noise, which compresses badly."""
    picture = Image.effect_noise((width, height), 90).convert("RGB") if noise else _plain(width, height)
    return _saved(picture, "JPEG", **options)


def png(width: int = 64, height: int = 48, mode: str = "RGB", **options: object) -> bytes:
    return _saved(_plain(width, height).convert(mode), "PNG", **options)


def _plain(width: int, height: int) -> Image.Image:
    return Image.new("RGB", (width, height), (180, 40, 60))


def _saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    written = io.BytesIO()
    picture.save(written, kind, **options)
    return written.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    """One chunk of a PNG, with its checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def raw_png(width: int, height: int, rows: bytes, *, depth: int = 8, color: int = 2, interlaced: int = 0) -> bytes:
    """A PNG that says it has this size, whatever is in it."""
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlaced)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def segment(marker: int, body: bytes) -> bytes:
    """One segment of a JPEG."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def with_segment(content: bytes, marker: int, body: bytes) -> bytes:
    """A JPEG with a further segment at its beginning."""
    return content[:2] + segment(marker, body) + content[2:]


def zipped(name: str = "a.txt", body: bytes = b"hello") -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(name, body)
    return written.getvalue()


def pdf(change: Callable[[pikepdf.Pdf], None] | None = None, *, pages: int = 1, **options: object) -> bytes:
    """A PDF with blank pages, changed as is wanted."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(300, 400))
    if change is not None:
        change(document)
    written = io.BytesIO()
    document.save(written, **options)
    return written.getvalue()


def with_stream(content: bytes, filters: str | None = "/FlateDecode") -> Callable[[pikepdf.Pdf], None]:
    """A change of a PDF: a stream that holds this content, packed."""

    def change(document: pikepdf.Pdf) -> None:
        stream = pikepdf.Stream(document, zlib.compress(content) if filters else content)
        if filters:
            stream.Filter = pikepdf.Name(filters)
        document.Root.Some = document.make_indirect(stream)

    return change


def with_raw_stream(packed: bytes, name: str) -> Callable[[pikepdf.Pdf], None]:
    """A change of a PDF: a stream that is packed already, by that filter."""

    def change(document: pikepdf.Pdf) -> None:
        stream = pikepdf.Stream(document, packed)
        stream.Filter = pikepdf.Name(name)
        document.Root.Some = document.make_indirect(stream)

    return change


def with_action(kind: str, **members: object) -> Callable[[pikepdf.Pdf], None]:
    """A change of a PDF: something that it does when it is opened."""

    def change(document: pikepdf.Pdf) -> None:
        action = pikepdf.Dictionary(S=pikepdf.Name(kind), **members)
        document.Root.OpenAction = document.make_indirect(action)

    return change
