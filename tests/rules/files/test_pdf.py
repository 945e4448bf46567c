"""PDFs: what parses and does nothing by itself passes (D40, SEC-D1)."""

from __future__ import annotations

import io
import os
import zlib

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.enums import RejectionReason
from service.rules.files import pdf
from service.rules.files.verdict import Findings, Rejected
from tests.builders import files

R = RejectionReason
Name, Dictionary, Array = pikepdf.Name, pikepdf.Dictionary, pikepdf.Array


def _refused(content: bytes) -> RejectionReason:
    with pytest.raises(Rejected) as caught:
        pdf.examined(content)
    return caught.value.reason


def _with_link(document: pikepdf.Pdf) -> None:
    action = Dictionary(S=Name.URI, URI="https://example.cn")
    annotation = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action)
    document.pages[0].Annots = Array([document.make_indirect(annotation)])
    document.Root.OpenAction = Array([document.pages[0].obj, Name.Fit])
    document.pages[0].Resources = Dictionary(Font=Dictionary(JS=Dictionary(Type=Name.Font), EF=Dictionary()))


@pytest.mark.parametrize(
    "content",
    [
        files.pdf(),
        files.pdf(pages=3),
        files.pdf(linearize=True),
        files.pdf(object_stream_mode=pikepdf.ObjectStreamMode.generate),
        files.pdf(_with_link),
        files.pdf() + b"\r\n\0\0",
        files.pdf(files.with_stream(os.urandom(50_000), None)),
    ],
)
def test_d40_plain_documents_pass(content: bytes) -> None:
    assert pdf.examined(content).pages in (1, 3)


def _embedded(document: pikepdf.Pdf) -> None:
    document.attachments["virus.exe"] = pikepdf.AttachedFileSpec(document, b"MZ\x90")


def _file_annotation(document: pikepdf.Pdf) -> None:
    annotation = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=[0, 0, 9, 9])
    document.pages[0].Annots = Array([document.make_indirect(annotation)])


def _script_by_name(document: pikepdf.Pdf) -> None:
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([])))


def _script_on_a_field(document: pikepdf.Pdf) -> None:
    act = Dictionary(K=Dictionary(S=Name.JavaScript, JS="app.alert(1)"))
    document.Root.AcroForm = Dictionary(Fields=Array([document.make_indirect(Dictionary(FT=Name.Tx, AA=act))]))


def _form_of_its_own(document: pikepdf.Pdf) -> None:
    document.Root.AcroForm = Dictionary(XFA=document.make_indirect(pikepdf.Stream(document, b"<xdp/>")))


def _unreachable_script(document: pikepdf.Pdf) -> None:
    document.Root.Hidden = document.make_indirect(Dictionary(A=Dictionary(B=Dictionary(S=Name.JavaScript, JS="1"))))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (files.with_action("/JavaScript", JS="app.alert(1)"), R.ACTIVE_CONTENT),
        (files.with_action("/Launch", F="cmd.exe"), R.ACTIVE_CONTENT),
        (files.with_action("/ImportData", F="x.fdf"), R.ACTIVE_CONTENT),
        (files.with_action("/SubmitForm", F="https://evil.example"), R.ACTIVE_CONTENT),
        (files.with_action("/GoToE"), R.ACTIVE_CONTENT),
        (_script_by_name, R.ACTIVE_CONTENT),
        (_script_on_a_field, R.ACTIVE_CONTENT),
        (_form_of_its_own, R.ACTIVE_CONTENT),
        (_unreachable_script, R.ACTIVE_CONTENT),
        (_embedded, R.EMBEDDED_FILES),
        (_file_annotation, R.EMBEDDED_FILES),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_d40_what_acts_by_itself_or_holds_files_is_refused(change: object, reason: R, packed: bool) -> None:
    modes = pikepdf.ObjectStreamMode
    content = files.pdf(change, object_stream_mode=modes.generate if packed else modes.disable)  # type: ignore[arg-type]
    assert _refused(content) is reason


def test_d40_a_name_that_is_written_in_hexadecimal_is_the_same_name() -> None:
    content = files.pdf(files.with_action("/JavaScript", JS="x"), object_stream_mode=pikepdf.ObjectStreamMode.disable)
    hidden = content.replace(b"/JavaScript", b"/J#61vaScript")
    place = hidden.rindex(b"startxref")
    moved = hidden.index(b"xref\n0")
    hidden = hidden[:place] + b"startxref\n%d\n%%%%EOF\n" % moved
    assert _refused(hidden) in (R.ACTIVE_CONTENT, R.DAMAGED)


@pytest.mark.parametrize("user", ["", "secret"])
def test_d40_an_encrypted_document_is_refused_even_where_it_opens_without_a_password(user: str) -> None:
    assert _refused(files.pdf(encryption=pikepdf.Encryption(owner="owner", user=user))) is R.ENCRYPTED


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n",
        files.pdf()[:200],
        files.pdf().replace(b"xref", b"xxxx", 1).replace(b"startxref", b"startxxxx"),
        files.pdf()[:-30] + b"startxref\n999999\n%%EOF",
        b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF",
        b"%PDF-1.4\n" + b"not a document at all " * 50 + b"%%EOF",
    ],
)
def test_d40_a_broken_document_is_damaged(content: bytes) -> None:
    assert _refused(content) is R.DAMAGED


def test_d40_a_document_without_pages_is_damaged() -> None:
    assert _refused(files.pdf(pages=0)) is R.DAMAGED


@pytest.mark.parametrize(
    "content",
    [files.pdf() + files.zipped(), files.pdf(files.with_stream(files.zipped(), None), compress_streams=False)],
)
def test_sec_d1_a_document_that_is_an_archive_too_is_refused(content: bytes) -> None:
    assert _refused(content) is R.POLYGLOT


def test_sec_d2_a_stream_that_becomes_gigabytes_is_too_complex() -> None:
    packed = zlib.compressobj(9)
    stream = b"".join(packed.compress(bytes(1 << 20)) for _ in range(300)) + packed.flush()

    def change(document: pikepdf.Pdf) -> None:
        bomb = pikepdf.Stream(document, stream)
        bomb.Filter = Name.FlateDecode
        document.Root.Bomb = document.make_indirect(bomb)

    content = files.pdf(change, compress_streams=False)
    assert len(content) < 1_000_000
    assert _refused(content) is R.TOO_COMPLEX


def test_d40_what_is_packed_in_streams_is_laid_open_for_the_scanner() -> None:
    opened = io.BytesIO()
    content = files.pdf(files.with_stream(files.EICAR))
    assert files.EICAR not in content
    assert pdf.examined(content, opened) == Findings(pages=1)
    assert files.EICAR in opened.getvalue()


def test_d41_the_first_page_makes_a_picture() -> None:
    picture = pdf.first_page(files.pdf(), 1024)
    assert picture.size == (768, 1024)


@settings(max_examples=100)
@given(st.binary(max_size=200), st.integers(0, 600))
def test_d40_whatever_the_bytes_are_there_is_a_verdict(noise: bytes, place: int) -> None:
    content = files.pdf()
    try:
        found = pdf.examined(content[:place] + noise + content[place + len(noise) :])
    except Rejected:
        return
    assert found.pages


@pytest.mark.parametrize("kept", [0.0, 0.4, 0.9])
def test_d41_a_page_that_cannot_be_drawn_is_no_fault_of_the_service(kept: float) -> None:
    """Found by damaged files: what one library reads, the other may not draw."""
    whole = files.pdf()
    damaged = whole[: int(len(whole) * kept)].replace(b"/Page", b"/Pgae").replace(b"xref", b"xxxx")
    with pytest.raises(Rejected) as refused:
        pdf.first_page(damaged, 1024)
    assert refused.value.reason is RejectionReason.DAMAGED
