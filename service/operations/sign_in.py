"""Signing in and out (D1)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from tortoise.exceptions import ValidationError
from tortoise.transactions import in_transaction

from service.boundary import audit, passwords, tokens
from service.boundary.access.snapshot import CHANNEL, SNAPSHOT
from service.boundary.work import operation
from service.core import clock
from service.core.errors import ErrorCode, Refusal, Unauthenticated, UserErrors
from service.core.ids import new_id
from service.core.settings import settings
from service.core.viewer import Viewer
from service.operations.faults import Faults
from service.rules import accounts
from service.rules import passwords as password_rules
from storage import crypto
from storage.models import Session, SpentToken, User
from storage.queries import sessions

FREE_FAILURES = 5
"""Wrong passwords in a row before an account is locked."""
FIRST_LOCK = timedelta(seconds=30)
LONGEST_LOCK = timedelta(hours=1)
DOUBLINGS = 7
"""From the first lock to the longest one."""


class SignInFailed(Refusal):
    """Account or password are wrong, or the person is disabled: one answer for all."""

    code = "SIGN_IN_FAILED"


class SignInLocked(Refusal):
    """Too many wrong passwords for this account name, whether it exists or not."""

    code = "SIGN_IN_LOCKED"


@dataclass(frozen=True)
class Tokens:
    """What a client keeps."""

    access_token: str
    expires_at: datetime
    refresh_token: str
    must_change_password: bool
    user_id: UUID


async def viewer_of(token: str, *, locale: str, request_id: str) -> Viewer:
    """Who bears this access token. UNAUTHENTICATED where it is void, or the person or the session is."""
    claims = tokens.opened(token)
    viewer = await SNAPSHOT.viewer(claims.user_id, claims.session_id)
    if viewer is None or viewer.session_epoch != claims.epoch:
        raise Unauthenticated("session_ended")
    return replace(viewer, locale=locale, request_id=request_id)


def _digest(*parts: str) -> str:
    return crypto.digest(settings().digest_secret.get_secret_value(), *parts)


def expiry_of(token: str) -> int:
    """The second since 1970 at which this access token becomes void. UNAUTHENTICATED where it is."""
    return tokens.opened(token).expires_at


def _account_key(account: str) -> str:
    return _digest("sign-in", accounts.normalise(account))


def _person_key(user_id: UUID) -> str:
    return _digest("sign-in of a person", str(user_id))


async def unlock(user: User) -> None:
    """Forget wrong passwords for this person, under either name that signs in: a lock ends."""
    names = [_account_key(account) for account in (user.staff_number, user.email) if account]
    for key in (*names, _person_key(user.id)):
        await sessions.forget_failures(key)


@dataclass(frozen=True)
class Caller:
    """From where somebody signs in, for the log."""

    client: str
    """The address that the request came from."""
    request_id: str


async def sign_in(account: str, password: str, *, caller: Caller) -> Tokens:
    """Tokens for the person with that staff number or e-mail. SIGN_IN_FAILED, SIGN_IN_LOCKED."""
    key, user, admitted = _account_key(account), await _account(account), True
    person = _person_key(user.id) if user else _digest("sign-in of nobody", accounts.normalise(account))
    try:
        admitted = await asyncio.create_task(_admit(key, person))
        right = await passwords.matches(user.password_hash if user and admitted else None, password)
        if user is None or not right:
            raise SignInFailed("sign_in_failed")
        return await asyncio.create_task(_open_session(user, key, caller))
    except Refusal as refused:
        # The account as a part of its digest: what people mistype into that field is often a password.
        reason = f"{refused.code if admitted else SignInLocked.code} from {caller.client} for {key[:16]}"
        await asyncio.create_task(_refused("session.sign_in", reason, caller, user))
        raise


async def _account(account: str) -> User | None:
    name = accounts.normalise(account)
    try:
        return await (User.get_or_none(email=name) if "@" in name else User.get_or_none(staff_number=name))
    except ValidationError:  # longer than any account is
        return None


async def _admit(key: str, person: str) -> bool:
    """Count the attempt, for the name that was typed and for the person behind it; whether the password is looked at.

    A person has two names. Were the lock of one told under the other, it would say that both are his, and that they
    exist (SEC-A5): where only the person is locked, the answer is that of a wrong password. What is counted for nobody
    costs the time that a person takes.
    """
    _refuse_for(await _locked_for(key))  # before anything is waited for: thousands of guesses at once cost a look each
    async with in_transaction():
        _refuse_for(await _counted(key))
        return await _counted(person) is None


def _refuse_for(wait: timedelta | None) -> None:
    if wait is not None:
        raise SignInLocked("sign_in_locked", seconds=int(wait.total_seconds()))


async def _locked_for(key: str) -> timedelta | None:
    until, now = await sessions.locked_until(key), clock.now()
    return until - now if until and until > now else None


async def _counted(key: str) -> timedelta | None:
    """Count the attempt before the password is looked at: parallel guesses cannot outrun the lock (SEC-A4).

    Where the key is locked nothing is counted, and this is for how long it still is.
    """
    await sessions.lock_account(key)
    if wait := await _locked_for(key):
        return wait
    now = clock.now()
    failures = await sessions.count_failure(key, now)
    if failures >= FREE_FAILURES:
        # Bounded before it is computed: the failures of weeks of guessing are more than a time can hold.
        doublings = min(failures - FREE_FAILURES, DOUBLINGS)
        await sessions.lock_until(key, now + min(FIRST_LOCK * 2**doublings, LONGEST_LOCK))
    return None


async def _refused(action: str, reason: str, caller: Caller, user: User | None = None) -> None:
    async with in_transaction():
        await audit.record(
            None, action, subject=("User", user.id) if user else None, reason=reason, outcome=audit.REFUSED,
            request_id=caller.request_id,
        )  # fmt: skip


async def _open_session(user: User, key: str, caller: Caller) -> Tokens:
    token, digest = tokens.refresh_token()
    expires = clock.now() + timedelta(days=settings().refresh_token_days)
    async with in_transaction():
        now = await User.filter(id=user.id).select_for_update().get()
        if now.disabled_at is not None or now.password_hash != user.password_hash:
            raise SignInFailed("sign_in_failed")  # disabled, or reset while the password was being looked at
        await sessions.forget_failures(key)
        await sessions.forget_failures(_person_key(now.id))
        session = await Session.create(user_id=now.id, token_digest=digest, expires_at=expires)
        await _log(now, "session.sign_in", caller)
    return _tokens(now, session.id, token)


async def _log(user: User, action: str, caller: Caller) -> None:
    await audit.record(None, action, subject=("User", user.id), actor_id=user.id, request_id=caller.request_id)


def _tokens(user: User, session_id: UUID, refresh: str) -> Tokens:
    access, expires = tokens.access_token(user.id, session_id, user.session_epoch)
    moment = datetime.fromtimestamp(expires, tz=clock.UTC)
    return Tokens(access, moment, refresh, user.must_change_password, user.id)


async def refresh(token: str, *, caller: Caller) -> Tokens:
    """New tokens for a refresh token, which is then spent. The re-use of a spent one ends the whole session."""
    return await asyncio.create_task(_refresh(token, caller))


async def _refresh(token: str, caller: Caller) -> Tokens:
    digest, now = tokens.refresh_digest(token), clock.now()
    async with in_transaction():
        session = await Session.filter(token_digest=digest).select_for_update().get_or_none()
        if session is not None and session.ended_at is None and session.expires_at > now:
            user = await User.get(id=session.user_id)
            if user.disabled_at is None:
                fresh, fresh_digest = tokens.refresh_token()
                await SpentToken.create(session_id=session.id, token_digest=digest)
                await Session.filter(id=session.id).update(token_digest=fresh_digest)
                await _log(user, "session.refresh", caller)
                return _tokens(user, session.id, fresh)
        reused = await _end_family_of_spent(digest, now)
    reason = "REFRESH_TOKEN_REUSED" if reused else "SESSION_ENDED"
    await _refused("session.refresh", f"{reason} from {caller.client}", caller)
    raise Unauthenticated("session_ended")


async def _end_family_of_spent(digest: str, now: datetime) -> bool:
    spent = await SpentToken.get_or_none(token_digest=digest)
    if spent is None:
        return False
    await Session.filter(id=spent.session_id, ended_at=None).update(ended_at=now)
    await sessions.notify(CHANNEL)
    return True


@operation("session.sign_out", repeatable=False)
async def sign_out(viewer: Viewer) -> None:
    """End this session."""
    await Session.filter(id=viewer.session_id, ended_at=None).update(ended_at=clock.now())
    await audit.record(viewer, "session.sign_out", subject=("User", viewer.id))
    await sessions.notify(CHANNEL)
    SNAPSHOT.forget()


@operation("session.sign_out_everywhere", repeatable=False)
async def sign_out_everywhere(viewer: Viewer) -> None:
    """End every session of this person, on all devices."""
    await sessions.end_sessions(viewer.id, clock.now())
    await audit.record(viewer, "session.sign_out_everywhere", subject=("User", viewer.id))
    await sessions.notify(CHANNEL)
    SNAPSHOT.forget()


async def change_password(viewer: Viewer, current: str, new: str) -> Tokens:
    """Set a new password; every session ends, and a new one begins with the tokens returned.

    Guesses of the current password count like those at sign-in: a stolen access token is no way around the lock.
    """
    key = _person_key(viewer.id)
    await _admit_viewer(viewer, key)
    try:
        return await _change_password(viewer, current, new, key)
    except UserErrors as refused:
        if all(error.code is not ErrorCode.SIGN_IN_FAILED for error in refused.errors):
            await asyncio.create_task(sessions.forget_failures(key))
        raise


@operation("session.change_password", repeatable=False)
async def _admit_viewer(viewer: Viewer, key: str) -> None:
    _refuse_for(await _counted(key))


@operation("session.change_password", repeatable=False)
async def _change_password(viewer: Viewer, current: str, new: str, key: str) -> Tokens:
    user = await User.filter(id=viewer.id).select_for_update().get()
    faults = Faults()
    if not await passwords.matches(user.password_hash, current):
        faults.add(ErrorCode.SIGN_IN_FAILED, "current_password")
    faults.tried(("new_password",), password_rules.check, new, staff_number=user.staff_number, email=user.email)
    if password_rules.normalise(current) == password_rules.normalise(new):
        faults.add(ErrorCode.PASSWORD_SAME, "new_password")
    faults.settle()
    await sessions.forget_failures(key)
    await sessions.end_sessions(viewer.id, clock.now())
    await User.filter(id=viewer.id).update(password_hash=await passwords.hashed(new), must_change_password=False)
    await user.refresh_from_db()
    token, digest = tokens.refresh_token()
    session = Session(
        id=new_id(), user_id=user.id, token_digest=digest,
        expires_at=clock.now() + timedelta(days=settings().refresh_token_days),
    )  # fmt: skip
    await session.save()
    await audit.record(viewer, "session.change_password", subject=("User", viewer.id))
    await sessions.notify(CHANNEL)
    SNAPSHOT.forget()
    return _tokens(user, session.id, token)
