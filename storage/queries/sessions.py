"""Statements of sign-in that must be one step each."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from service.core.ids import new_id
from storage import db

_FAILED = """
insert into sign_in_attempts (id, created_at, account, failures, last_failed_at)
values ($1, $2, $3, 1, $2)
on conflict (account) do update set
    failures = case when sign_in_attempts.last_failed_at < $2 - interval '1 day' then 1
                    else sign_in_attempts.failures + 1 end,
    last_failed_at = $2
returning failures
"""


async def lock_account(account: str) -> None:
    """Keep others from counting for this account until the transaction ends: parallel guesses count one by one."""
    await db.rows("select pg_advisory_xact_lock(hashtextextended($1, 0))", account)


async def locked_until(account: str) -> datetime | None:
    """Until when the account is locked, or was."""
    found = await db.rows("select locked_until from sign_in_attempts where account = $1", account)
    return found[0]["locked_until"] if found else None


async def count_failure(account: str, now: datetime) -> int:
    """One more failure; how many there were in a row. They are forgotten after a day of rest."""
    rows = await db.rows(_FAILED, new_id(), now, account)
    return int(rows[0]["failures"])


async def locked(now: datetime) -> int:
    """How many account names are locked."""
    rows = await db.rows("select count(*) as locked from sign_in_attempts where locked_until > $1", now)
    return int(rows[0]["locked"])


async def lock_until(account: str, moment: datetime) -> None:
    await db.rows("update sign_in_attempts set locked_until = $2 where account = $1 returning 1", account, moment)


async def forget_failures(account: str) -> None:
    await db.rows("delete from sign_in_attempts where account = $1 returning 1", account)


async def end_sessions(user_id: UUID, now: datetime) -> None:
    """End every session of a person, and make every access token void."""
    await db.rows("update sessions set ended_at = $2 where user_id = $1 and ended_at is null returning 1", user_id, now)
    await db.rows("update users set session_epoch = session_epoch + 1 where id = $1 returning 1", user_id)


async def notify(channel: str) -> None:
    await db.rows("select pg_notify($1, '')", channel)
