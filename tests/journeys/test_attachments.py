"""A file's way from a phone to a checked download (D38–D41)."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import unquote

import pytest

from service.core.enums import Role
from service.core.errors import UploadStalled
from service.core.settings import settings
from service.operations.attachments import receiving
from service.rules.files import keys
from storage import db, objects
from storage.models import Attachment, FileContent, User
from tests.api import Client
from tests.builders import files, people
from tests.builders.contacts import make_contact
from tests.builders.customers import make_customer
from tests.builders.follow_ups import make_follow_up
from tests.journeys import phone
from tests.journeys.conftest import SignIn
from tests.journeys.drafts import faults
from tests.journeys.untouched import nothing_saved
from tests.journeys.viewers import viewer_of


@pytest.fixture
async def customer(sales: User) -> str:
    return f"cus_{(await make_customer(owner=sales)).id}"


async def test_d38_a_file_is_announced_sent_checked_and_downloaded(seller: Client, customer: str) -> None:
    content = files.pdf(pages=3)
    kind = {"kind": "QUALIFICATION", "displayName": "公司营业执照-2024年"}
    answer = await phone.announce(seller, customer, content, "scan.PDF".lower(), **kind)
    announced, upload = answer["attachment"], answer["upload"]
    assert (announced["state"], announced["download"], upload["method"]) == ("PENDING_UPLOAD", None, "PUT")
    assert await phone.put(upload, content) == 200
    completed = (await phone.complete(seller, announced["id"]))["attachment"]
    assert (completed["state"], completed["download"]) == ("QUARANTINED", None)
    assert await phone.work() == 2
    clean = await phone.shown(seller, announced["id"])
    assert (clean["state"], clean["pages"], clean["rejection"]) == ("CLEAN", 3, None)
    assert clean["scannedBy"] == "built-in rules 1"
    got = await phone.fetched(clean["download"]["url"])
    assert got.content == content
    assert got.headers["content-type"] == "application/pdf"
    assert unquote(got.headers["content-disposition"]).endswith("filename*=UTF-8''公司营业执照-2024年.pdf")
    assert got.headers["content-disposition"].startswith("attachment;")
    for picture in ("thumbnail", "preview"):
        assert (await phone.fetched(clean[picture]["url"])).content[8:12] == b"WEBP"
    uploaded = keys.uploaded(phone.key_of(clean))
    assert objects.size_in_quarantine(settings(), uploaded) is None


async def test_d38_a_phone_that_lost_the_answer_gets_the_same_attachment(seller: Client, customer: str) -> None:
    content = files.jpeg(70, 50)
    first = await phone.announce(seller, customer, content, "a.jpg")
    again = await phone.announce(seller, customer, content, "a.jpg")
    assert again["attachment"]["id"] == first["attachment"]["id"]
    for upload in (first["upload"], again["upload"], again["upload"]):  # a PUT may be repeated
        assert await phone.put(upload, content) == 200
    attachment = first["attachment"]["id"]
    for _ in range(2):
        assert (await phone.complete(seller, attachment))["attachment"]["state"] == "QUARANTINED"
    after = await phone.announce(seller, customer, content, "a.jpg")
    assert (after["attachment"]["id"], after["upload"]) == (attachment, None)
    await phone.work()
    assert (await phone.complete(seller, attachment))["attachment"]["state"] == "CLEAN"
    assert await Attachment.filter(sha256=first["attachment"]["sha256"]).count() == 1


async def test_sec_d3_a_link_takes_just_what_was_announced(seller: Client, customer: str) -> None:
    content = files.pdf()
    upload = (await phone.announce(seller, customer, content))["upload"]
    longer = content + b"x"
    wrong_length = {**upload, "headers": [h for h in upload["headers"] if h["name"] != "Content-Length"]}
    assert await phone.put(wrong_length, longer) >= 400
    html = {**upload, "headers": [{"name": "Content-Type", "value": "text/html"}]}
    assert await phone.put(html, content) >= 400
    assert await phone.put({**upload, "method": "DELETE", "headers": []}, b"") >= 400
    assert await phone.put(upload, content) == 200


async def test_sec_d3_what_is_sent_after_the_check_is_not_what_is_given_out(seller: Client, customer: str) -> None:
    content = files.pdf(pages=2)
    answer = await phone.announce(seller, customer, content)
    assert await phone.put(answer["upload"], content) == 200
    await phone.complete(seller, answer["attachment"]["id"])
    await phone.work()
    other = content[:-7] + b"%%EOX\n\n"
    assert len(other) == len(content)
    await phone.put(answer["upload"], other)
    clean = await phone.shown(seller, answer["attachment"]["id"])
    assert (await phone.fetched(clean["download"]["url"])).content == content


async def test_sec_d3_what_is_sent_between_completion_and_check_is_found_out(seller: Client, customer: str) -> None:
    content = files.pdf(pages=4)
    answer = await phone.announce(seller, customer, content)
    await phone.put(answer["upload"], content)
    await phone.complete(seller, answer["attachment"]["id"])
    other = content[:-7] + b"%%EOX\n\n"
    await phone.put(answer["upload"], other)
    await phone.work()
    found = await phone.shown(seller, answer["attachment"]["id"])
    assert (found["state"], found["rejection"], found["download"]) == ("REJECTED", "HASH_MISMATCH", None)


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (files.pdf(files.with_action("/JavaScript", JS="app.alert(1)")), "a.pdf", "ACTIVE_CONTENT"),
        (files.pdf(files.with_stream(files.EICAR)), "a.pdf", "VIRUS"),
        (files.pdf()[:200], "a.pdf", "DAMAGED"),
        (b"<html>" + b"x" * 100, "a.jpg", "TYPE_NOT_ACCEPTED"),
        (files.png(), "a.jpg", "TYPE_MISMATCH"),
        (files.EICAR, "a.pdf", "TYPE_NOT_ACCEPTED"),
        (files.jpeg() + files.zipped(), "a.jpg", "POLYGLOT"),
        (files.raw_png(50_000, 50_000, b"\0" * 100_000), "a.png", "TOO_MANY_PIXELS"),
    ],
)
async def test_d40_what_does_not_pass_is_rejected_with_its_reason(
    seller: Client, customer: str, content: bytes, name: str, reason: str
) -> None:
    found = await phone.uploaded(seller, customer, content, name)
    assert (found["state"], found["rejection"]) == ("REJECTED", reason)
    assert (found["download"], found["thumbnail"]) == (None, None)
    assert "。" in found["rejectionZh"]
    assert "please" in found["rejectionEn"] or reason == "VIRUS"
    assert objects.size_in_quarantine(settings(), keys.uploaded(phone.key_of(found))) is None


async def test_d39_ten_mebibytes_pass_and_a_byte_more_does_not(seller: Client, customer: str) -> None:
    most = 10 * 1024 * 1024
    content = files.jpeg(noise=True)
    content += b"\0" * (most - len(content))
    assert (await phone.uploaded(seller, customer, content, "a.jpg"))["state"] == "CLEAN"
    async with nothing_saved():
        given = phone.announced(customer, content + b"\0", "a.jpg")
        assert faults(await seller.change("createAttachmentUpload", given, phone.UPLOAD)) == [("TOO_LARGE", "size")]


async def test_d38_everything_wrong_with_an_announcement_is_named_at_once(seller: Client, customer: str) -> None:
    given = phone.announced(customer, b"", "a.pdf", kind="QUALIFICATION", sha256="xyz")
    given |= {"fileName": "../a.exe", "contentType": "text/html"}
    async with nothing_saved():
        answer = await seller.change("createAttachmentUpload", given, phone.UPLOAD)
    assert faults(answer) == [
        ("INVALID_CHARACTERS", "fileName"), ("TYPE_NOT_ACCEPTED", "contentType"), ("EMPTY", "size"),
        ("SHA256_FORMAT", "sha256"), ("REQUIRED", "displayName"),
    ]  # fmt: skip


async def test_d40_completing_before_the_content_came_is_refused_and_can_be_repeated(
    seller: Client, customer: str
) -> None:
    content = files.pdf(pages=5)
    answer = await phone.announce(seller, customer, content)
    attachment = answer["attachment"]["id"]
    assert faults(await phone.complete(seller, attachment)) == [("NOT_UPLOADED", "id")]
    renewed = await seller.change("renewAttachmentUpload", {"id": attachment}, phone.UPLOAD)
    assert await phone.put(renewed["upload"], content) == 200
    assert (await phone.complete(seller, attachment))["attachment"]["state"] == "QUARANTINED"


async def test_d41_the_same_content_is_stored_once_and_erased_with_the_last_of_them(
    seller: Client, customer: str, sign_in: SignIn, department: Any
) -> None:
    content = files.pdf(pages=6)
    colleague = await people.make_user(Role.SALES, department=department)
    other = f"cus_{(await make_customer(owner=colleague)).id}"
    first = await phone.uploaded(seller, customer, content)
    second = await phone.uploaded(await sign_in(colleague), other, content, "b.pdf")
    digest = hashlib.sha256(content).hexdigest()
    assert await FileContent.filter(sha256=digest).count() == 1
    assert (first["state"], second["state"]) == ("CLEAN", "CLEAN")
    gone = {"id": first["id"], "version": first["version"]}
    assert faults(await seller.change("removeAttachment", gone, "customer { id }")) == []
    assert (await FileContent.get(sha256=digest)).unused_since is None
    assert (await phone.fetched(second["download"]["url"])).content == content


async def test_d38_files_hang_on_contacts_and_follow_ups_too(seller: Client, sales: User, customer: str) -> None:
    record = await make_customer(owner=sales)
    contact, follow_up = await make_contact(record), await make_follow_up(record, sales)
    for subject in (f"con_{contact.id}", f"fol_{follow_up.id}"):
        assert (await phone.uploaded(seller, subject, files.pdf(pages=7)))["state"] == "CLEAN"
    counted = "attachments { totalCount nodes { customer { id } contact { id } followUp { id } } }"
    found = await seller.data(
        f"""query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Customer {{ {counted} }} ... on Contact {{ {counted} }}
            ... on FollowUp {{ {counted} }} }} }}""",
        ids=[f"cus_{record.id}", f"con_{contact.id}", f"fol_{follow_up.id}"],
    )
    assert [node["attachments"]["totalCount"] for node in found["nodes"]] == [2, 1, 1]


async def test_d42_a_contract_is_for_those_who_see_commercial_data(
    seller: Client, sales: User, sign_in: SignIn
) -> None:
    record = await make_customer(owner=sales)
    marketing = await sign_in(await people.make_user(Role.MARKETING, department=await people.make_department()))
    plain = await phone.uploaded(seller, f"cus_{record.id}", files.pdf(pages=8))
    contract = await phone.uploaded(seller, f"cus_{record.id}", files.pdf(pages=9), kind="CONTRACT")
    assert contract["download"]
    assert await phone.shown(marketing, contract["id"]) is None
    seen = await phone.shown(marketing, plain["id"])
    assert seen is None or seen["download"] is None


async def test_d40_each_download_stands_in_the_change_log(seller: Client, customer: str) -> None:
    found = await phone.uploaded(seller, customer, files.pdf(pages=10))
    logged = await db.rows(
        "select action, actor_id from change_log where subject_id = $1 order by at, id", phone.key_of(found)
    )
    actions = [row["action"] for row in logged]
    assert actions[:3] == ["attachment.create", "attachment.complete", "attachment.check"]
    assert sorted(actions[3:]) == ["attachment.download", "attachment.preview"]
    assert all(row["actor_id"] for row in logged if row["action"] == "attachment.download")


async def test_d40_only_who_announced_it_sends_its_content(
    seller: Client, customer: str, sign_in: SignIn, department: Any
) -> None:
    answer = await phone.announce(seller, customer, files.pdf(pages=11))
    stranger = await sign_in(await people.make_user(Role.SALES, department=department))
    for mutation in ("completeAttachmentUpload", "renewAttachmentUpload"):
        wanted = "attachment { id } userErrors { code }"
        document = (
            f"mutation($i: {mutation[0].upper() + mutation[1:]}Input!) {{ {mutation}(input: $i) {{ {wanted} }} }}"
        )
        refused = await stranger.run(document, i={"id": answer["attachment"]["id"]})
        assert refused.body["errors"][0]["extensions"]["code"] in ("NOT_FOUND", "FORBIDDEN")


async def test_d40_what_is_taken_away_before_its_check_holds_no_content(seller: Client, customer: str) -> None:
    content = files.pdf(pages=12)
    answer = await phone.announce(seller, customer, content)
    attachment = answer["attachment"]
    assert await phone.put(answer["upload"], content) == 200
    await phone.complete(seller, attachment["id"])
    going = {"id": attachment["id"], "version": attachment["version"]}
    assert faults(await seller.change("removeAttachment", going, "customer { id }")) == []
    await phone.work()
    assert (await Attachment.get(id=phone.key_of(attachment))).content_id is None
    assert not await FileContent.exists(sha256=attachment["sha256"])


async def test_d38_a_simple_client_sends_the_content_through_the_api(seller: Client, customer: str) -> None:
    content = files.jpeg(90, 60)
    attachment = (await phone.announce(seller, customer, content, "a.jpg"))["attachment"]["id"]
    headers = {"authorization": f"Bearer {seller.token}", "content-type": "image/jpeg"}
    place = f"{seller.url}/attachments/{attachment}/content"
    wrong = await seller.http.post(place, content=content[:-2] + b"xx", headers=headers)
    assert (wrong.status_code, wrong.json()["userErrors"][0]["code"]) == (422, "HASH_MISMATCH")
    short = await seller.http.post(place, content=content[:-1], headers=headers)
    assert (short.status_code, short.json()["userErrors"][0]["code"]) == (422, "SIZE_MISMATCH")
    assert (await seller.http.post(place, content=content)).status_code == 401
    absent = f"{seller.url}/attachments/{attachment[:-12]}{'0' * 12}/content"
    assert (await seller.http.post(absent, content=content, headers=headers)).status_code == 404
    assert (await seller.http.post(place, content=content, headers=headers)).json() == {
        "attachment": {"id": attachment}
    }
    await phone.work()
    assert (await phone.shown(seller, attachment))["state"] == "CLEAN"


async def test_d38_a_content_that_stops_coming_is_given_up_and_can_be_sent_again(
    seller: Client, sales: User, customer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = files.pdf(pages=13)
    announced = (await phone.announce(seller, customer, content))["attachment"]
    monkeypatch.setattr(receiving, "PIECE_SECONDS", 0.2)

    async def stalling() -> AsyncIterator[bytes]:
        yield content[:100]
        await asyncio.Event().wait()

    viewer = await viewer_of(sales)
    with pytest.raises(UploadStalled):
        await receiving.receive(viewer, phone.key_of(announced), "application/pdf", len(content), stalling())
    assert (await phone.shown(seller, announced["id"]))["state"] == "PENDING_UPLOAD"
    headers = {"authorization": f"Bearer {seller.token}", "content-type": "application/pdf"}
    place = f"{seller.url}/attachments/{announced['id']}/content"
    assert (await seller.http.post(place, content=content, headers=headers)).status_code == 200
