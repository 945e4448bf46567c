"""A phone that attaches files, and the worker that checks them."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

import httpx

from service.operations.attachments import checking
from storage.models import OutboxMessage
from tests.api import LOOPBACK, Client

SHOWN = """id version kind displayName fileName fileType size sha256 state rejection rejectionZh rejectionEn scannedBy
    checkedAt width height pages completedAt download { url expiresAt } thumbnail { url } preview { url }"""
UPLOAD = f"attachment {{ {SHOWN} }} upload {{ method url expiresAt headers {{ name value }} }}"
MEDIA = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}
JOBS = {
    "attachment.check": checking.check, "attachment.pictures": checking.draw, "attachment.release": checking.release,
}  # fmt: skip


def announced(subject: str, content: bytes, name: str = "公司营业执照.pdf", **other: Any) -> dict[str, Any]:
    """The input that announces a content."""
    return {
        "subjectId": subject, "kind": "OTHER", "fileName": name, "contentType": MEDIA[name.rpartition(".")[2]],
        "size": len(content), "sha256": hashlib.sha256(content).hexdigest(), **other,
    }  # fmt: skip


async def announce(client: Client, subject: str, content: bytes, name: str = "a.pdf", **other: Any) -> dict[str, Any]:
    """Announce a content: the attachment, and the request that sends it."""
    answer = await client.change("createAttachmentUpload", announced(subject, content, name, **other), UPLOAD)
    assert answer["userErrors"] == []
    return answer


async def put(upload: dict[str, Any], content: bytes) -> int:
    """Send the content as the request says; the status."""
    headers = {header["name"]: header["value"] for header in upload["headers"]}
    async with httpx.AsyncClient(**LOOPBACK) as http:
        return (await http.request(upload["method"], upload["url"], headers=headers, content=content)).status_code


async def complete(client: Client, attachment: str) -> dict[str, Any]:
    return await client.change("completeAttachmentUpload", {"id": attachment}, f"attachment {{ {SHOWN} }}")


async def work() -> int:
    """What a worker would do now, message after message; how many there were."""
    done = 0
    while waiting := await OutboxMessage.filter(done_at=None, dead_at=None, task__in=list(JOBS)).order_by("id"):
        for message in waiting:
            assert await JOBS[message.task](message.id), (message.task, message.last_error)
            done += 1
    return done


async def shown(client: Client, attachment: str) -> dict[str, Any]:
    """The attachment as the client sees it."""
    found = await client.data(
        f"query($id: ID!) {{ node(id: $id) {{ ... on Attachment {{ {SHOWN} }} }} }}", id=attachment
    )
    return found["node"]


async def uploaded(client: Client, subject: str, content: bytes, name: str = "a.pdf", **other: Any) -> dict[str, Any]:
    """A file that went the whole way: announced, sent, completed, checked."""
    answer = await announce(client, subject, content, name, **other)
    assert await put(answer["upload"], content) == 200
    attachment = answer["attachment"]["id"]
    assert (await complete(client, attachment))["userErrors"] == []
    await work()
    return await shown(client, attachment)


async def fetched(url: str) -> httpx.Response:
    async with httpx.AsyncClient(**LOOPBACK) as http:
        return await http.get(url)


def key_of(attachment: dict[str, Any]) -> UUID:
    return UUID(attachment["id"][4:])
