"""PDF: every object of it, looked at for what acts by itself, and what its streams hold laid open for the scanner."""

# pypdfium2 has no types.
# pyright: reportMissingTypeStubs=false

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdfium2
from PIL import Image

from service.core.enums import RejectionReason
from service.rules.files import foreign
from service.rules.files.verdict import Findings, Rejected

MOST_OBJECTS = 200_000
MOST_OPENED = 100 * 1024 * 1024
"""Bytes of all streams together, unpacked."""
DEEPEST = 100
_PIECE = 1 << 20
_AFTER_END = 1024

_ACTS = frozenset(
    [
        "/JavaScript",
        "/Launch",
        "/ImportData",
        "/SubmitForm",
        "/GoToE",
        "/Rendition",
        "/Movie",
        "/Sound",
        "/RichMediaExecute",
        "/Trans3D",
    ]
)
"""Kinds of actions that run, send or open something. Links and jumps to a page do not."""
_ACTIVE_KEYS: dict[str, tuple[type, ...]] = {
    "/JS": (pikepdf.String, pikepdf.Stream),
    "/JavaScript": (pikepdf.Dictionary,),
    "/XFA": (pikepdf.Array, pikepdf.Stream),
    "/RichMediaContent": (pikepdf.Dictionary,),
}
"""With a value of such a type: resources of pages may bear any name."""
_EMBEDDED = ("/F", "/UF", "/DOS", "/Mac", "/Unix")
_ACTIVE_KINDS = frozenset(("/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"))
_UNPACKED = frozenset(
    [
        "/FlateDecode",
        "/Fl",
        "/LZWDecode",
        "/LZW",
        "/ASCII85Decode",
        "/A85",
        "/ASCIIHexDecode",
        "/AHx",
        "/RunLengthDecode",
        "/RL",
    ]
)
_PICTURES = frozenset(("/DCTDecode", "/JPXDecode", "/CCITTFaxDecode", "/JBIG2Decode", "/DCT", "/CCF"))


def examined(content: bytes, opened: io.BufferedIOBase | None = None) -> Findings:
    """Raises DAMAGED, ENCRYPTED, ACTIVE_CONTENT, EMBEDDED_FILES, TOO_COMPLEX or POLYGLOT.

    What the streams hold, unpacked, is written to `opened` one after the other, for a scanner.
    """
    foreign.refuse_archives(content)
    end = content.rfind(b"%%EOF")
    if end < 0 or len(content[end:].strip(b"\0\r\n\t ")) > _AFTER_END:
        raise Rejected(RejectionReason.DAMAGED, "no end")
    foreign.refuse_programs(content[end:])
    with _document(content) as document:
        if document.is_encrypted:
            raise Rejected(RejectionReason.ENCRYPTED)
        if len(document.objects) > MOST_OBJECTS:
            raise Rejected(RejectionReason.TOO_COMPLEX, "objects")
        try:
            _look_through(document, opened)
            pages = len(document.pages)
        except (pikepdf.PdfError, ValueError, RuntimeError, TypeError) as error:
            raise Rejected(RejectionReason.DAMAGED, type(error).__name__) from None
    if not pages:
        raise Rejected(RejectionReason.DAMAGED, "no pages")
    return Findings(pages=pages)


def _document(content: bytes) -> pikepdf.Pdf:
    try:
        return pikepdf.open(io.BytesIO(content), attempt_recovery=False, suppress_warnings=True)
    except pikepdf.PasswordError:
        raise Rejected(RejectionReason.ENCRYPTED) from None
    except (pikepdf.PdfError, ValueError, RuntimeError) as error:
        raise Rejected(RejectionReason.DAMAGED, type(error).__name__) from None


def _look_through(document: pikepdf.Pdf, opened: io.BufferedIOBase | None) -> None:
    """Every object that the file lists, whether or not a page leads to it."""
    left = MOST_OPENED
    for item in [document.trailer, *document.objects]:
        for entries in _dictionaries(item):
            _refuse_what_acts(entries)
        if isinstance(item, pikepdf.Stream):
            for piece in _unpacked(item):
                left -= len(piece)
                if left < 0:
                    raise Rejected(RejectionReason.TOO_COMPLEX, "streams")
                if opened is not None:
                    opened.write(piece)


def _dictionaries(item: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """The dictionaries in one object. What it refers to is an object of its own."""
    if depth > DEEPEST:
        raise Rejected(RejectionReason.TOO_COMPLEX, "nesting")
    values: list[Any] = []
    if isinstance(item, pikepdf.Stream | pikepdf.Dictionary):
        entries: dict[str, Any] = dict(item.items())
        yield entries
        values = list(entries.values())
    elif isinstance(item, pikepdf.Array):
        values = list(item)
    for value in values:
        if isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect:
            yield from _dictionaries(value, depth + 1)


def _refuse_what_acts(entries: dict[str, Any]) -> None:
    kind, subtype, action = (_name(entries.get(key)) for key in ("/Type", "/Subtype", "/S"))
    files = entries.get("/EF")
    embeds = isinstance(files, pikepdf.Dictionary) and any(key in files for key in _EMBEDDED)
    if embeds or kind == "/EmbeddedFile" or subtype == "/FileAttachment" or "/EmbeddedFiles" in entries:
        raise Rejected(RejectionReason.EMBEDDED_FILES)
    acts = any(isinstance(entries.get(key), types) for key, types in _ACTIVE_KEYS.items())
    if acts or action in _ACTS or (kind in (None, "/Annot") and subtype in _ACTIVE_KINDS):
        raise Rejected(RejectionReason.ACTIVE_CONTENT, action or subtype or "")


def _name(value: Any) -> str | None:
    return str(value) if isinstance(value, pikepdf.Name) else None


def _unpacked(stream: pikepdf.Stream) -> Iterator[bytes]:
    """What a stream holds, in pieces. Pictures stay as they are: the scanner sees them in the file."""
    found = stream.get("/Filter")
    filters = [str(one) for one in found] if isinstance(found, pikepdf.Array) else [str(found)] if found else []
    if not filters or _PICTURES & set(filters):
        return
    if filters == ["/FlateDecode"]:
        yield from _inflated(stream.read_raw_bytes())
        return
    if not set(filters) <= _UNPACKED:
        return
    try:
        yield stream.read_bytes(pikepdf.StreamDecodeLevel.specialized)
    except pikepdf.PdfError:  # also where the memory was not enough
        raise Rejected(RejectionReason.TOO_COMPLEX, "stream") from None


def _inflated(packed: bytes) -> Iterator[bytes]:
    """Piece by piece: a small stream can become gigabytes. What comes before a fault is what readers show."""
    inflating = zlib.decompressobj()
    try:
        while packed and not inflating.eof:
            yield inflating.decompress(packed, _PIECE)
            packed = inflating.unconsumed_tail
    except zlib.error:
        return


def first_page(content: bytes, largest: int) -> Image.Image:
    """A picture of the first page, its longer side of so many pixels. Rejected where that page cannot be drawn."""
    try:
        return _drawn(pypdfium2.PdfDocument(content), largest)
    except pypdfium2.PdfiumError:  # what is read by one library may be too damaged for the other
        raise Rejected(RejectionReason.DAMAGED, "page") from None


def _drawn(document: Any, largest: int) -> Image.Image:
    try:
        page = document[0]
        longer = max(page.get_size())
        picture: Image.Image = page.render(scale=min(largest / longer, 4.0) if longer > 0 else 1.0).to_pil()
        return picture.convert("RGB")
    finally:
        document.close()
