"""Pictures: taken apart, looked through, and decoded within a bound of pixels."""

from __future__ import annotations

import io

from PIL import Image, ImageOps, UnidentifiedImageError

from service.core.enums import FileType, RejectionReason
from service.rules.files import jpeg, png
from service.rules.files.verdict import Findings, Rejected

MOST_PIXELS = 120_000_000
LARGEST_DECODED = 200_000_000
"""Bytes that a picture may take where no smaller scale helps: a PNG for its thumbnails, a progressive JPEG."""
_SCALED = 8

# The bound is our own, and checked before anything is decoded.
Image.MAX_IMAGE_PIXELS = None


def examined(content: bytes, kind: FileType) -> Findings:
    """Raises DAMAGED, TOO_MANY_PIXELS, TOO_COMPLEX or POLYGLOT."""
    parts = jpeg.taken_apart(content) if kind is FileType.JPEG else png.taken_apart(content)
    if parts.width * parts.height > MOST_PIXELS:
        raise Rejected(RejectionReason.TOO_MANY_PIXELS, f"{parts.width} x {parts.height}")
    if isinstance(parts, jpeg.Parts):
        if parts.held > LARGEST_DECODED:
            raise Rejected(RejectionReason.TOO_COMPLEX, "progressive")
        jpeg.refuse_foreign(content, parts)
        _decode(content, parts)
    else:
        png.refuse_foreign(content, parts)
        png.check_picture(parts)
    return Findings(width=parts.width, height=parts.height)


def _decode(content: bytes, parts: jpeg.Parts) -> None:
    """All compressed data is read; of each square of 8 by 8 pixels one is kept."""
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG",)) as picture:
            picture.draft(None, (max(1, parts.width // _SCALED), max(1, parts.height // _SCALED)))
            picture.load()
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError) as error:
        raise Rejected(RejectionReason.DAMAGED, type(error).__name__) from None


def thumbnails(content: bytes, kind: FileType, sizes: tuple[int, ...]) -> dict[int, bytes]:
    """WebP pictures whose longer side is at most so many pixels, upright, without anything that the original says.

    None for a PNG that would take too much memory.
    """
    if kind is FileType.PNG and _decoded_size(content) > LARGEST_DECODED:
        return {}
    formats = ("JPEG",) if kind is FileType.JPEG else ("PNG",)
    with Image.open(io.BytesIO(content), formats=formats) as picture:
        largest = max(sizes)
        picture.draft(None, (largest, largest))
        return smaller(_reduced(picture, largest), sizes)


def _decoded_size(content: bytes) -> int:
    parts = png.taken_apart(content)
    return parts.width * parts.height * (1 if parts.bits <= 8 else 2 if parts.bits <= 16 else 4)


def _reduced(picture: Image.Image, largest: int) -> Image.Image:
    """By a whole number, to twice the size that is wanted or less, strip by strip: Pillow copies what it reduces."""
    factor = max(1, max(picture.size) // (2 * largest))
    turned = picture.getexif().get(0x0112, 1)
    picture.load()
    if factor > 1:
        width, height = (-(-side // factor) for side in picture.size)
        strip = max(1, (1 << 20) // (picture.width * factor)) * factor
        made = Image.new("RGBA" if picture.has_transparency_data else "RGB", (width, height))
        for top in range(0, picture.height, strip):
            part = picture.crop((0, top, picture.width, min(top + strip, picture.height)))
            made.paste(part.convert(made.mode).reduce(factor), (0, top // factor))
        picture = made
    elif picture.mode not in ("RGB", "RGBA"):
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    exif = Image.Exif()
    exif[0x0112] = turned
    picture.info = {"exif": exif.tobytes()}
    return ImageOps.exif_transpose(picture)


def smaller(picture: Image.Image, sizes: tuple[int, ...]) -> dict[int, bytes]:
    """The picture as WebP in several sizes, never larger than it is."""
    made: dict[int, bytes] = {}
    for size in sorted(sizes, reverse=True):
        picture.thumbnail((size, size), Image.Resampling.LANCZOS)
        written = io.BytesIO()
        picture.save(written, "WEBP", quality=80, method=4, exif=b"", xmp=b"", icc_profile=b"")
        made[size] = written.getvalue()
    return made
