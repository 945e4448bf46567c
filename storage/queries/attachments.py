"""Statements of attachments and of the contents that they share (D38–D41)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from storage import db

_ALIVE = "removed_at is null and state in ('PENDING_UPLOAD', 'QUARANTINED', 'CLEAN')"
_OF_USER = f"select coalesce(sum(size), 0)::bigint as bytes from attachments where uploaded_by_id = $1 and {_ALIVE}"
_OF_CUSTOMER = f"select coalesce(sum(size), 0)::bigint as bytes from attachments where customer_id = $1 and {_ALIVE}"

# A content that is claimed and not used yet counts as unused from now on, so that what died in between is erased.
_CLAIM = """
insert into file_contents (sha256, size, file_type, thumbnails, created_at, unused_since)
values ($1, $2, $3, '{}', now(), now())
on conflict (sha256) do update set unused_since = case when file_contents.unused_since is not null then now() end
returning unused_since is not null as is_new
"""
_USE = "update file_contents set unused_since = null where sha256 = $1 returning 1"
_LET_GO = """
update file_contents set unused_since = case when $2 then 'epoch' else now() end
where sha256 = $1 and not exists (select 1 from attachments where content_id = $1 and removed_at is null)
returning 1
"""
_HAS_PICTURES = "select thumbnails <> '{}' as drawn from file_contents where sha256 = $1"
_NOTE_PICTURES = "update file_contents set thumbnails = $2 where sha256 = $1 returning 1"
_EXPIRE = """
update attachments set state = 'EXPIRED', updated_at = now()
where id in (select id from attachments where state = 'PENDING_UPLOAD' and created_at < now() - $1::interval
             order by created_at limit $2 for update skip locked)
returning id, customer_id
"""
_FORGET = """
delete from attachments where id in (
    select id from attachments where state = 'REJECTED' and checked_at < now() - $1::interval
    order by checked_at limit $2 for update skip locked
)
returning id, customer_id
"""
_UNUSED = """
select sha256 from file_contents where unused_since < now() - $1::interval
order by unused_since limit $2 for update skip locked
"""
_CUT = "update attachments set content_id = null, state = 'EXPIRED' where content_id = any($1) returning 1"
_ERASE = "delete from file_contents where sha256 = any($1) returning 1"
_IN_USE = "select count(*) as number from file_contents where unused_since is null"
_NEXT = """
select sha256 from file_contents where unused_since is null and sha256 like (
    select left(sha256, 7) || '%' from file_contents where unused_since is null and sha256 >= $1 order by sha256 limit 1
)
order by sha256
"""
_KNOWN = "select sha256 from file_contents where sha256 = any($1)"
_AWAITED = "select id from attachments where id = any($1) and state in ('PENDING_UPLOAD', 'QUARANTINED')"


async def bytes_of_user(user_id: UUID) -> int:
    """How much somebody has uploaded, of what is not removed."""
    return (await db.rows(_OF_USER, user_id))[0]["bytes"]


async def bytes_of_customer(customer_id: UUID) -> int:
    """How much is attached to a customer."""
    return (await db.rows(_OF_CUSTOMER, customer_id))[0]["bytes"]


async def claim(sha256: str, size: int, file_type: str) -> bool:
    """Note that this content is about to be stored; whether it has to be, as no attachment uses it."""
    return (await db.rows(_CLAIM, sha256, size, file_type))[0]["is_new"]


async def use(sha256: str) -> None:
    """Note that an attachment has this content."""
    await db.rows(_USE, sha256)


async def let_go(sha256: str, *, for_good: bool = False) -> None:
    """Note that an attachment has it no more: unused, where it was the last one. `for_good`: nobody wants it back, and
    it is erased without a time of grace."""
    await db.rows(_LET_GO, sha256, for_good)


async def has_pictures(sha256: str) -> bool:
    """Whether thumbnails of it were made."""
    found = await db.rows(_HAS_PICTURES, sha256)
    return bool(found) and found[0]["drawn"]


async def note_pictures(sha256: str, sizes: list[int]) -> None:
    """Note which thumbnails there are."""
    await db.rows(_NOTE_PICTURES, sha256, sizes)


async def expire(age: timedelta, most: int) -> list[dict[str, Any]]:
    """Give up what was announced longer than `age` ago and never came; key and customer of each."""
    return await db.rows(_EXPIRE, age, most)


async def forget_rejected(age: timedelta, most: int) -> list[dict[str, Any]]:
    """Delete the rows of files that were rejected longer than `age` ago; key and customer of each."""
    return await db.rows(_FORGET, age, most)


async def unused(age: timedelta, most: int) -> list[str]:
    """Contents that nothing has used for so long, locked."""
    return [row["sha256"] for row in await db.rows(_UNUSED, age, most)]


async def erase(contents: list[str]) -> None:
    """Forget contents whose objects are gone."""
    await db.rows(_CUT, contents)
    await db.rows(_ERASE, contents)


async def in_use() -> int:
    """How many contents there are that something uses."""
    return (await db.rows(_IN_USE))[0]["number"]


async def next_in_use(place: int) -> list[str]:
    """The next contents in the order of their hashes, from a place on: their first 28 bits. One, or those few that have
    these in common; none at the end."""
    return [row["sha256"] for row in await db.rows(_NEXT, f"{place:07x}")]


async def known(contents: list[str]) -> set[str]:
    """Those of the contents that there are."""
    return {row["sha256"] for row in await db.rows(_KNOWN, contents)}


async def awaited(attachments: list[UUID]) -> set[UUID]:
    """Those whose upload is still needed."""
    return {row["id"] for row in await db.rows(_AWAITED, attachments)}
