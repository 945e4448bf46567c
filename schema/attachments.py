"""Attachments: announced here, uploaded straight to the object store, given out once they are clean (D38–D41)."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.core.context import Context
from schema.core.enums import graphql_enum
from schema.core.payloads import answer, given, key_of, payload
from schema.core.reading import Resolver, list_resolver
from schema.core.scalars import DateTime
from schema.core.types import input_type, list_field
from schema.jobs import JobPayload, job_payload
from service.core import enums
from service.core.errors import BadRequest
from service.core.fields import ATTACHMENT, BY_PREFIX, CONTACT, CUSTOMER, FOLLOW_UP
from service.core.ids import from_global
from service.operations.attachments import announcing, changing, receiving, rescanning
from service.operations.attachments.subjects import Subject

_VERSION = (int, "The version that you read; a stale one is refused.")
_SUBJECTS = (CUSTOMER.name, CONTACT.name, FOLLOW_UP.name)

AttachmentPayload = payload("AttachmentPayload", "Attachment", "attachment", "An attachment that was saved.")
RemoveAttachmentPayload = payload(
    "RemoveAttachmentPayload", "Customer", "customer", "The customer without the attachment."
)
UpdateAttachmentInput = input_type(
    "UpdateAttachmentInput",
    ATTACHMENT,
    "Changes of an attachment. What is left out stays.",
    id=(strawberry.ID, "The attachment."),
    version=_VERSION,
)


@strawberry.type(description="A header of a request.")
class Header:
    name: str = strawberry.field(description="Its name.")
    value: str = strawberry.field(description="Its value.")


@strawberry.type(description="A request that sends the content of an attachment to the object store.")
class AttachmentUpload:
    method: str = strawberry.field(description="PUT.")
    url: str = strawberry.field(description="Where to send it, without a sign-in.")
    headers: list[Header] = strawberry.field(description="What has to be sent with it, just so: they are signed.")
    expires_at: DateTime = strawberry.field(description="When the address is good no more; ask for another one then.")


AttachmentUploadPayload = payload(
    "AttachmentUploadPayload",
    "Attachment",
    "attachment",
    "An attachment, and where its content is to be sent.",
    upload=(AttachmentUpload, "The request that sends the content; null where it has come already."),
)


@strawberry.input(description="A file that is to be attached. Who calls again with the same gets the same attachment.")
class CreateAttachmentUploadInput:
    subject_id: strawberry.ID = strawberry.field(description="A customer, a contact or a follow-up.")
    kind: graphql_enum(enums.AttachmentKind) = strawberry.field(description="What the file is for.")  # type: ignore[valid-type]
    display_name: str | None = strawberry.field(
        default=None,
        description="The name under which people find it: needed for a qualification, else that of the file.",
    )
    file_name: str = strawberry.field(description="The name on the device, with its extension.")
    content_type: str = strawberry.field(description="application/pdf, image/jpeg or image/png.")
    size: int = strawberry.field(description="In bytes, at most 10,485,760.")
    sha256: str = strawberry.field(description="Of the content, in 64 hexadecimal digits.")


@strawberry.input(description="Says that the content of an attachment was sent.")
class CompleteAttachmentUploadInput:
    id: strawberry.ID = strawberry.field(description="The attachment.")


@strawberry.input(description="Asks for another address to send the content to.")
class RenewAttachmentUploadInput:
    id: strawberry.ID = strawberry.field(description="The attachment.")


@strawberry.input(description="Takes an attachment away.")
class RemoveAttachmentInput:
    id: strawberry.ID = strawberry.field(description="The attachment.")
    version: int = strawberry.field(description=_VERSION[1])


@strawberry.input(description="Has every stored file scanned again, as after new signatures.")
class RescanAttachmentsInput:
    reason: str | None = strawberry.field(default=None, description="Why, for the change log.")


def _subject(global_id: str) -> Subject:
    prefix, key = from_global(global_id)
    name = BY_PREFIX[prefix].name
    if name not in _SUBJECTS:
        raise BadRequest("id_of_another_type", given=name, wanted=", ".join(_SUBJECTS))
    return name, key


@strawberry.type
class AttachmentsQuery:
    attachments: Any = list_field("Attachment", "Attachments that exist for you.")


@strawberry.type
class AttachmentsMutation:
    @strawberry.mutation(
        description="Announce a file, and get the request that sends its content. Safe to repeat (D38)."
    )
    async def create_attachment_upload(
        self, info: strawberry.Info, input: CreateAttachmentUploadInput
    ) -> AttachmentUploadPayload:  # type: ignore[valid-type]
        subject, values = _subject(input.subject_id), given(input, ATTACHMENT)
        values |= {name: getattr(input, name) for name in ("file_name", "content_type", "size", "sha256")}
        return await answer(info, AttachmentUploadPayload, lambda viewer: announcing.announce(viewer, subject, values))

    @strawberry.mutation(description="Get another request that sends the content of an attachment of yours.")
    async def renew_attachment_upload(
        self, info: strawberry.Info, input: RenewAttachmentUploadInput
    ) -> AttachmentUploadPayload:  # type: ignore[valid-type]
        key = key_of(input.id, ATTACHMENT)
        return await answer(info, AttachmentUploadPayload, lambda viewer: receiving.renew(viewer, key))

    @strawberry.mutation(description="Say that the content was sent: it is checked now. Safe to repeat (D40).")
    async def complete_attachment_upload(
        self, info: strawberry.Info, input: CompleteAttachmentUploadInput
    ) -> AttachmentPayload:  # type: ignore[valid-type]
        key = key_of(input.id, ATTACHMENT)
        return await answer(info, AttachmentPayload, lambda viewer: receiving.complete(viewer, key))

    @strawberry.mutation(description="Change what an attachment is for, or its display name.")
    async def update_attachment(self, info: strawberry.Info, input: UpdateAttachmentInput) -> AttachmentPayload:  # type: ignore[valid-type]
        key, values = key_of(input.id, ATTACHMENT), given(input, ATTACHMENT)
        return await answer(info, AttachmentPayload, lambda viewer: changing.update(viewer, key, input.version, values))

    @strawberry.mutation(description="Take an attachment away; its content is erased after a time of grace.")
    async def remove_attachment(self, info: strawberry.Info, input: RemoveAttachmentInput) -> RemoveAttachmentPayload:  # type: ignore[valid-type]
        key = key_of(input.id, ATTACHMENT)
        return await answer(info, RemoveAttachmentPayload, lambda viewer: changing.remove(viewer, key, input.version))

    @strawberry.mutation(
        description="Scan every stored file once more (D41): administrators. What is found is REJECTED; follow the job."
    )
    async def rescan_attachments(self, info: strawberry.Info, input: RescanAttachmentsInput) -> JobPayload:
        return await job_payload(info, lambda viewer: rescanning.ask(viewer, input.reason))


async def resolve_upload(source: Any, info: Any, **_given: Any) -> AttachmentUpload | None:
    """Where the content goes, made anew for each answer; null where there is nothing to send any more."""
    if source.attachment is None:
        return None
    context: Context = info.context
    upload = await announcing.upload_of(await context.require_viewer(), key_of(source.attachment, ATTACHMENT))
    if upload is None:
        return None
    headers = [Header(name=name, value=value) for name, value in upload.headers.items()]
    return AttachmentUpload(method=upload.method, url=upload.url, headers=headers, expires_at=upload.expires_at)  # type: ignore[arg-type]


RESOLVERS: dict[str, Resolver] = {
    "Query.attachments": list_resolver(),
    "AttachmentUploadPayload.upload": resolve_upload,
}
