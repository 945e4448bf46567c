"""What becomes of files in time: given up, forgotten, erased, swept, scanned again (D40, D41)."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from service.core import clock
from service.core.enums import Role
from service.core.ids import new_id
from service.core.settings import settings
from service.operations.attachments import rescanning, sweeping
from service.rules.files import keys
from storage import db, objects
from storage.models import Attachment, FileContent, OutboxMessage, User
from tests.api import Client
from tests.builders import files, people
from tests.builders.attachments import make_attachment
from tests.builders.customers import make_customer
from tests.journeys import phone
from tests.journeys.conftest import SignIn
from tests.journeys.drafts import faults

SHOWN = "id kind state done total failed errors { code }"
_MIB = 1024 * 1024


@pytest.fixture
async def customer(sales: User) -> str:
    return f"cus_{(await make_customer(owner=sales)).id}"


async def _stored(key: str) -> bool:
    own = settings()
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder) / "content"
        return await asyncio.to_thread(objects.fetch, own, own.s3_bucket, key, into, 20 * _MIB) is not None


async def _waits_in_quarantine(attachment: UUID) -> bool:
    return await asyncio.to_thread(objects.size_in_quarantine, settings(), keys.uploaded(attachment)) is not None


async def test_d40_an_upload_that_never_came_is_given_up_after_a_day(seller: Client, customer: str) -> None:
    content = files.pdf(pages=31)
    old, young = [await phone.announce(seller, customer, c) for c in (content, files.pdf(pages=32))]
    key = phone.key_of(old["attachment"])
    assert await phone.put(old["upload"], content) == 200
    await Attachment.filter(id=key).update(created_at=clock.now() - timedelta(hours=25))
    await sweeping.expire()
    assert (await phone.shown(seller, old["attachment"]["id"]))["state"] == "EXPIRED"
    assert (await phone.shown(seller, young["attachment"]["id"]))["state"] == "PENDING_UPLOAD"
    await phone.work()
    assert not await _waits_in_quarantine(key)
    late = await phone.complete(seller, old["attachment"]["id"])
    assert faults(late) == [("UPLOAD_EXPIRED", "id")]
    again = await phone.announce(seller, customer, content)
    assert again["attachment"]["id"] != old["attachment"]["id"]


async def test_d40_a_rejected_file_is_kept_for_the_auditor_and_then_forgotten(seller: Client, customer: str) -> None:
    rejected = await phone.uploaded(seller, customer, files.pdf(files.with_stream(files.EICAR), pages=33))
    assert rejected["state"] == "REJECTED"
    checked_at = clock.now() - timedelta(days=settings().rejected_days)
    await Attachment.filter(id=phone.key_of(rejected)).update(checked_at=checked_at + timedelta(hours=1))
    await sweeping.expire()
    assert (await phone.shown(seller, rejected["id"]))["rejection"] == "VIRUS"
    await Attachment.filter(id=phone.key_of(rejected)).update(checked_at=checked_at - timedelta(hours=1))
    await sweeping.expire()
    assert await phone.shown(seller, rejected["id"]) is None


async def test_d41_a_content_is_erased_after_its_time_of_grace_with_its_pictures(seller: Client, customer: str) -> None:
    content = files.pdf(pages=34)
    file = await phone.uploaded(seller, customer, content)
    sha256 = file["sha256"]
    gone = {"id": file["id"], "version": file["version"]}
    assert faults(await seller.change("removeAttachment", gone, "customer { id }")) == []
    everything = [keys.content(sha256), *(keys.picture(sha256, size) for size in keys.SIZES)]
    unused_since = clock.now() - timedelta(days=settings().erase_days)
    await FileContent.filter(sha256=sha256).update(unused_since=unused_since + timedelta(hours=1))
    await sweeping.erase()
    assert [await _stored(key) for key in everything] == [True, True, True]
    await FileContent.filter(sha256=sha256).update(unused_since=unused_since - timedelta(hours=1))
    await sweeping.erase()
    assert [await _stored(key) for key in everything] == [False, False, False]
    assert not await FileContent.exists(sha256=sha256)
    again = await phone.uploaded(seller, customer, content)
    assert again["state"] == "CLEAN"
    assert await _stored(keys.content(sha256)), "the same content may come again"


async def test_sec_j1_objects_that_belong_to_nothing_are_swept_in_both_buckets(
    seller: Client, customer: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    used = await phone.uploaded(seller, customer, files.pdf(pages=35))
    awaited = await phone.announce(seller, customer, files.pdf(pages=36))
    assert await phone.put(awaited["upload"], files.pdf(pages=36)) == 200
    own, orphan, stray = settings(), new_id(), "f" * 64
    (tmp_path / "content").write_bytes(b"x")
    for key in (keys.content(stray), keys.picture(stray, 256), "somebody/elses.txt"):
        objects.keep(own, key, tmp_path / "content", "application/pdf")
    objects.upload(own, keys.uploaded(orphan), "application/pdf", 1, [b"x"])
    await sweeping.sweep()
    assert await _waits_in_quarantine(orphan), "an object may be young because its row is being written"
    monkeypatch.setattr(sweeping, "YOUNG", timedelta(seconds=-2))
    await sweeping.sweep()
    assert not await _waits_in_quarantine(orphan)
    assert [await _stored(key) for key in (keys.content(stray), keys.picture(stray, 256))] == [False, False]
    assert await _stored("somebody/elses.txt")
    assert await _stored(keys.content(used["sha256"]))
    assert await _waits_in_quarantine(phone.key_of(awaited["attachment"]))


async def _rescan(admin: Client) -> dict[str, Any]:
    """Ask for it and do it; the job."""
    asked = await admin.change("rescanAttachments", {"reason": "新的病毒特征"}, f"job {{ {SHOWN} }}")
    assert asked["userErrors"] == []
    message = await OutboxMessage.get(task="attachment.rescan", done_at=None)
    assert await rescanning.run(message.id)
    return (await admin.data(f"query($id: ID!) {{ job(id: $id) {{ {SHOWN} }} }}", id=asked["job"]["id"]))["job"]


async def test_d41_what_a_rescan_finds_is_out_of_use_at_once(
    seller: Client, customer: str, sign_in: SignIn, tmp_path: Path
) -> None:
    good = await phone.uploaded(seller, customer, files.pdf(pages=37))
    bad = await phone.uploaded(seller, customer, files.pdf(pages=38))
    # What the rules of today find in it, those of the day of its check did not.
    (tmp_path / "content").write_bytes(files.pdf(files.with_stream(files.EICAR), pages=38))
    objects.keep(settings(), keys.content(bad["sha256"]), tmp_path / "content", "application/pdf")
    admin = await sign_in(await people.make_user(Role.ADMIN))
    job = await _rescan(admin)
    assert (job["kind"], job["state"], job["failed"]) == ("RESCAN", "DONE", 1)
    assert job["done"] == job["total"] > 1
    assert [one["code"] for one in job["errors"]] == ["VIRUS"]
    found = await phone.shown(seller, bad["id"])
    assert (found["state"], found["rejection"], found["download"]) == ("REJECTED", "VIRUS", None)
    still = await phone.shown(seller, good["id"])
    assert still["state"] == "CLEAN"
    assert still["checkedAt"] > good["checkedAt"]
    await sweeping.erase()
    assert not await _stored(keys.content(bad["sha256"])), "nobody wants it back"


async def test_d41_only_administrators_have_everything_scanned_again(seller: Client) -> None:
    document = "mutation { rescanAttachments(input: {}) { job { id } userErrors { code } } }"
    assert (await seller.run(document)).body["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_d38_who_has_used_up_a_quota_is_told_which(seller: Client, sales: User, customer: str) -> None:
    own, wanted = settings(), phone.announced(customer, files.pdf(pages=39), "a.pdf")
    elsewhere = await make_customer(owner=sales)
    await _fill(elsewhere, sales, own.attachment_mb_per_user)
    refused = await seller.change("createAttachmentUpload", wanted, phone.UPLOAD)
    assert faults(refused) == [("QUOTA_OF_USER", "size")]
    colleague = await people.make_user(Role.SALES)
    await Attachment.filter(uploaded_by_id=sales.id).update(uploaded_by_id=colleague.id)
    assert faults(await seller.change("createAttachmentUpload", wanted, phone.UPLOAD)) == []
    there = phone.announced(f"cus_{elsewhere.id}", files.pdf(pages=39), "a.pdf")
    refused = await seller.change("createAttachmentUpload", there, phone.UPLOAD)
    assert faults(refused) == [("QUOTA_OF_CUSTOMER", "size")]
    await Attachment.filter(customer_id=elsewhere.id).update(removed_at=clock.now())
    assert faults(await seller.change("createAttachmentUpload", there, phone.UPLOAD)) == []


async def _fill(customer: Any, uploader: User, mib: int) -> None:
    """Announce so much, in files of the largest size."""
    made = await make_attachment(customer, uploader, size=10 * _MIB)
    await db.rows(
        """insert into attachments (id, created_at, updated_at, version, kind, display_name, file_name, file_type, size,
               sha256, state, customer_id, uploaded_by_id)
           select uuidv7(), created_at, updated_at, version, kind, display_name, file_name, file_type, size,
               lpad(n || '', 64, '0'), state, customer_id, uploaded_by_id
           from attachments, generate_series(2, $2::int) n where id = $1 returning 1""",
        made.id, mib // 10,
    )  # fmt: skip
