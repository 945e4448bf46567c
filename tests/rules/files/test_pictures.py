"""Pictures: what decodes passes, what does not, or is something else besides, is refused (D40, SEC-D1, SEC-D2)."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from service.core.enums import FileType, RejectionReason
from service.rules.files import jpeg, pictures, png
from service.rules.files.verdict import Findings, Rejected
from tests.builders import files

JPEG, PNG = FileType.JPEG, FileType.PNG
R = RejectionReason


def _refused(content: bytes, kind: FileType) -> RejectionReason:
    with pytest.raises(Rejected) as caught:
        pictures.examined(content, kind)
    return caught.value.reason


@pytest.mark.parametrize(
    "content",
    [
        files.jpeg(),
        files.jpeg(progressive=True),
        files.jpeg(1, 1),
        files.jpeg(300, 200, noise=True, quality=95, subsampling=0),
        files.jpeg(300, 200, noise=True, restart_marker_blocks=4),
        files.with_segment(files.jpeg(), 0xFE, b"taken by hand"),
        files.jpeg() + files.jpeg(16, 16),  # a larger picture, as phones append
        files.jpeg() + b"\0\0\0\x18ftypmp42" + bytes(range(256)),  # a film, as phones append
    ],
)
def test_d40_photos_pass(content: bytes) -> None:
    with Image.open(io.BytesIO(content)) as picture:
        assert pictures.examined(content, JPEG) == Findings(*picture.size)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
@pytest.mark.parametrize("size", [(1, 1), (7, 5), (64, 48)])
def test_d40_pngs_of_every_kind_pass(mode: str, size: tuple[int, int]) -> None:
    content = files.png(*size) if mode == "I;16" else files.png(*size, mode=mode)
    if mode == "I;16":
        content = files.raw_png(*size, (b"\0" + b"\1\2" * size[0]) * size[1], depth=16, color=0)
    assert pictures.examined(content, PNG) == Findings(*size)


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (8, 8), (9, 17), (33, 5)])
def test_d40_an_interlaced_png_passes_with_just_its_rows(size: tuple[int, int]) -> None:
    rows = b"".join(
        (b"\0" + b"abc" * -(-(size[0] - left) // across)) * -(-(size[1] - top) // down)
        for left, top, across, down in png._PASSES
        if size[0] > left and size[1] > top
    )
    content = files.raw_png(*size, rows, interlaced=1)
    with Image.open(io.BytesIO(content)) as picture:
        picture.load()
    assert pictures.examined(content, PNG) == Findings(*size)
    assert _refused(files.raw_png(*size, rows[:-1], interlaced=1), PNG) is R.DAMAGED
    assert _refused(files.raw_png(*size, rows + b"\0", interlaced=1), PNG) is R.DAMAGED


@pytest.mark.parametrize("cut", [2, 10, 300, -2, -100])
def test_d40_a_truncated_photo_is_damaged(cut: int) -> None:
    assert _refused(files.jpeg(64, 64, noise=True)[:cut], JPEG) is R.DAMAGED


@pytest.mark.parametrize("cut", [8, 20, 40, -2, -12])
def test_d40_a_truncated_png_is_damaged(cut: int) -> None:
    assert _refused(files.png()[:cut], PNG) is R.DAMAGED


def test_d40_a_png_with_a_wrong_checksum_is_damaged() -> None:
    content = bytearray(files.png())
    content[-20] ^= 1
    assert _refused(bytes(content), PNG) is R.DAMAGED


@pytest.mark.parametrize("rows", [b"", b"\0" + b"abc" * 8, b"\5" + b"abc" * 8 + (b"\0" + b"abc" * 8) * 7])
def test_d40_a_png_whose_rows_are_not_there_or_of_no_filter_is_damaged(rows: bytes) -> None:
    assert _refused(files.raw_png(8, 8, rows), PNG) is R.DAMAGED


@pytest.mark.parametrize(("depth", "color"), [(3, 2), (16, 3), (8, 5), (0, 0)])
def test_d40_a_png_of_no_such_kind_is_damaged(depth: int, color: int) -> None:
    assert _refused(files.raw_png(8, 8, b"\0" * 500, depth=depth, color=color), PNG) is R.DAMAGED


def test_sec_d2_two_kilobytes_that_say_they_are_2_500_million_pixels_are_not_unpacked() -> None:
    content = files.raw_png(50_000, 50_000, b"\0" * 2_000_000)
    assert len(content) < 4_000
    assert _refused(content, PNG) is R.TOO_MANY_PIXELS


def test_sec_d2_a_photo_that_says_it_is_larger_than_the_bound_is_not_decoded() -> None:
    content = files.jpeg()
    place = content.index(b"\xff\xc0") + 5
    content = content[:place] + struct.pack(">HH", 12_000, 12_000) + content[place + 4 :]
    assert _refused(content, JPEG) is R.TOO_MANY_PIXELS


def test_sec_d2_a_progressive_photo_that_would_be_held_whole_is_too_complex() -> None:
    content = files.jpeg(progressive=True)
    place = content.index(b"\xff\xc2") + 5
    content = content[:place] + struct.pack(">HH", 10_000, 11_000) + content[place + 4 :]
    assert _refused(content, JPEG) is R.TOO_COMPLEX


SCRIPT = b"*/=alert(1)/*"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (files.jpeg() + files.zipped(), JPEG),
        (files.png() + files.zipped(), PNG),
        (files.with_segment(files.jpeg(), 0xFE, files.zipped()), JPEG),
        (files.jpeg() + b"Rar!\x1a\x07\x01\x00" + b"x" * 50, JPEG),
        (files.jpeg() + b"MZ" + b"\0" * 62 + b"PE\0\0" + b"x" * 50, JPEG),
        (files.png() + b"\x7fELF\x02\x01\x01", PNG),
        (files.with_segment(files.jpeg(), 0xFE, b"<script>alert(1)</script>"), JPEG),
        (files.with_segment(files.jpeg(), 0xFE, b"<?php system($_GET[0]);"), JPEG),
        (files.with_segment(files.jpeg(), 0xE1, b"%PDF-1.7 stream"), JPEG),
        (files.jpeg() + b"<html><body>hello", JPEG),
        (files.with_segment(files.jpeg(), 0xFE, SCRIPT + b" " * (0x2F2A - 2 - len(SCRIPT))), JPEG),
        (files.with_segment(files.jpeg(), 0xE0, SCRIPT + b" " * (0x2F2A - 2 - len(SCRIPT))), JPEG),
    ],
)
def test_sec_d1_a_picture_that_is_something_else_besides_is_refused(content: bytes, kind: FileType) -> None:
    assert _refused(content, kind) is R.POLYGLOT


@pytest.mark.parametrize(
    "text",
    [files.chunk(b"tEXt", b"c\0<script>x</script>"), files.chunk(b"zTXt", b"c\0\0" + zlib.compress(b"<script>x"))],
)
def test_sec_d1_words_in_a_png_are_looked_through_packed_or_not(text: bytes) -> None:
    content = files.png()
    assert _refused(content[:33] + text + content[33:], PNG) is R.POLYGLOT


def test_d40_the_mark_of_a_zip_by_chance_is_no_zip() -> None:
    noise = files.with_segment(files.jpeg(), 0xE4, b"PK\x05\x06" + bytes(range(200)))
    assert pictures.examined(noise, JPEG).width == 64


@settings(max_examples=200)
@given(st.binary(max_size=300), st.integers(0, 400), st.sampled_from([JPEG, PNG]))
def test_d40_whatever_the_bytes_are_there_is_a_verdict(noise: bytes, place: int, kind: FileType) -> None:
    content = files.jpeg() if kind is JPEG else files.png()
    try:
        found = pictures.examined(content[:place] + noise + content[place + len(noise) :], kind)
    except Rejected:
        return
    assert found.width
    assert found.height


def _exif(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (39.9, 26.5, 0.0)
    exif[0x010F] = "PhoneMaker"
    return exif.tobytes()


@pytest.mark.parametrize("kind", [JPEG, PNG])
def test_d41_thumbnails_are_upright_small_and_say_nothing_of_where(kind: FileType) -> None:
    picture = Image.new("RGB", (1200, 600), "red")
    written = io.BytesIO()
    picture.save(written, kind.value, exif=_exif(6))
    made = pictures.thumbnails(written.getvalue(), kind, (256, 1024))
    assert set(made) == {256, 1024}
    for size, content in made.items():
        with Image.open(io.BytesIO(content)) as thumbnail:
            assert thumbnail.format == "WEBP"
            assert thumbnail.size == (size // 2, size)
        assert b"PhoneMaker" not in content
        assert b"EXIF" not in content


def test_d41_a_small_picture_is_not_made_larger() -> None:
    made = pictures.thumbnails(files.png(20, 10), PNG, (256, 1024))
    for content in made.values():
        with Image.open(io.BytesIO(content)) as thumbnail:
            assert thumbnail.size == (20, 10)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "1", "L"])
def test_d41_every_kind_of_png_gets_thumbnails(mode: str) -> None:
    made = pictures.thumbnails(files.png(3000, 2500, mode=mode), PNG, (256,))
    with Image.open(io.BytesIO(made[256])) as thumbnail:
        assert max(thumbnail.size) == 256


def test_d40_a_stored_photo_can_be_without_where_it_was_taken() -> None:
    written = io.BytesIO()
    Image.effect_noise((80, 40), 90).convert("RGB").save(written, "JPEG", exif=_exif(6), comment=b"at home")
    original = files.with_segment(written.getvalue(), 0xED, b"Photoshop 3.0\0secret") + b"appended"
    stripped = jpeg.without_metadata(original)
    assert not any(word in stripped for word in (b"PhoneMaker", b"at home", b"secret", b"appended"))
    with Image.open(io.BytesIO(original)) as before, Image.open(io.BytesIO(stripped)) as after:
        assert after.tobytes() == before.tobytes()
        assert dict(after.getexif()) == {0x0112: 6}
    assert pictures.examined(stripped, JPEG) == Findings(80, 40)


def test_d40_a_stored_png_can_be_without_words() -> None:
    content = files.png()
    original = content[:33] + files.chunk(b"tEXt", b"Author\0Wang") + content[33:]
    assert png.without_metadata(original) == content
