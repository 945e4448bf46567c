"""The chain of the change log: whoever may write in the database cannot hide what he did to it (D35, SEC-G)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest
from pydantic import SecretStr

from service.boundary import audit
from service.core.ids import new_id
from service.core.settings import settings
from service.operations import change_log, maintenance
from service.operations.change_log import Fault
from storage import objects
from tests.engines import Database

pytestmark = pytest.mark.usefixtures("database")
TABLES = "change_log, change_values, change_log_unsealed, change_log_segments, change_log_drops"
ROWS = """
insert into change_log (id, at, action, outcome, channel, digests, reason)
select uuidv7(), $2::timestamptz + make_interval(secs => n / 1000.0), 'customer.update', 'DONE', 'API', '{}', 'a' || n
from generate_series(1, $1) n
"""


@pytest.fixture
async def log(owner: asyncpg.Connection, own_database: Database, monkeypatch: pytest.MonkeyPatch) -> asyncpg.Connection:
    """An empty log, as somebody who may do everything in the database sees it, and no checkpoint."""
    own = settings().model_copy(update={"database_url": SecretStr(own_database.app_url)})
    monkeypatch.setattr(change_log, "settings", lambda: own)
    await owner.execute(f"truncate {TABLES}")
    _forget_checkpoints()
    return owner


def _forget_checkpoints() -> None:
    client, bucket = objects.connect(settings()), settings().s3_bucket
    objects.ensure_buckets(settings())
    for one in client.list_objects_v2(Bucket=bucket, Prefix="change-log/").get("Contents", ()):
        client.delete_object(Bucket=bucket, Key=one["Key"])


async def _logged(log: asyncpg.Connection, count: int, at: datetime | None = None) -> None:
    await log.execute(ROWS, count, at or datetime.now(UTC))


async def _sealed(log: asyncpg.Connection, count: int) -> None:
    """So many rows in segments of three, with a checkpoint of the last one."""
    await _logged(log, count)
    while await change_log.seal():
        pass


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_log, "LARGEST", 3)


async def _faults() -> list[Fault]:
    return [found.fault for found in (await change_log.verify()).faults]


async def test_d35_a_log_that_nobody_touched_has_no_faults(log: asyncpg.Connection) -> None:
    await _sealed(log, 31)
    await _logged(log, 2)
    checked = await change_log.verify()
    assert (checked.faults, checked.rows, checked.segments, checked.waiting) == ([], 31, 11, 2)
    assert checked.checkpoints == 1


async def test_d35_what_operations_log_waits_to_be_sealed(log: asyncpg.Connection) -> None:
    await audit.record(None, "session.sign_in", actor_id=new_id(), changes={"name": ("甲", "乙")})
    assert (await change_log.verify()).waiting == 1
    assert await change_log.seal() == 1
    assert await change_log.verify() == change_log.Checked(segments=1, rows=1, checkpoints=0)


ALTERED = {
    "reason": "update change_log set reason = 'anders' where id = $1",
    "actor": "update change_log set actor_id = uuidv7() where id = $1",
    "time": "update change_log set at = at + interval '1 microsecond' where id = $1",
    "digests": """update change_log set digests = '{"a": null}' where id = $1""",
    "null and empty": "update change_log set request_id = '' where id = $1",
}


@pytest.mark.parametrize("what", ALTERED)
@pytest.mark.parametrize("place", [0, 16, 30])
async def test_sec_g3_one_altered_row_is_found_and_its_segment_named(
    log: asyncpg.Connection, what: str, place: int
) -> None:
    await _sealed(log, 31)
    await log.execute(ALTERED[what], await _row(log, place))
    found = (await change_log.verify()).faults[0]
    # The time of the newest row of a segment leads out of it: then it is missed there.
    out_of_it = what == "time" and place == 30
    assert (found.fault, found.segment) == (Fault.MISSING if out_of_it else Fault.ALTERED, place // 3 + 1)


async def _row(log: asyncpg.Connection, place: int) -> UUID:
    return await log.fetchval("select id from change_log order by id offset $1 limit 1", place)


@pytest.mark.parametrize("place", [0, 16, 30])
async def test_sec_g3_one_missing_row_is_found_and_named(log: asyncpg.Connection, place: int) -> None:
    await _sealed(log, 31)
    gone = await _row(log, place)
    await log.execute("delete from change_log where id = $1", gone)
    (found,) = (await change_log.verify()).faults
    assert (found.fault, found.segment, found.rows) == (Fault.MISSING, place // 3 + 1, [str(gone)])


async def test_sec_g3_a_row_that_is_taken_away_before_it_is_sealed_is_found(log: asyncpg.Connection) -> None:
    await _logged(log, 5)
    await log.execute("delete from change_log where id = $1", await _row(log, 2))
    assert await _faults() == [Fault.MISSING]


async def test_sec_g3_an_added_row_is_found_and_named(log: asyncpg.Connection) -> None:
    await _sealed(log, 31)
    await _logged(log, 1, datetime.now(UTC) - timedelta(hours=1))
    added = await log.fetchval("delete from change_log_unsealed returning change_id")
    (found,) = (await change_log.verify()).faults
    assert (found.fault, found.rows) == (Fault.ADDED, [str(added)])


async def test_sec_g3_the_tail_cannot_be_cut_off_with_its_rows(log: asyncpg.Connection) -> None:
    await _sealed(log, 31)
    await log.execute("delete from change_log where id in (select unnest(members) from change_log_segments"
                      " where number > 9)")  # fmt: skip
    await log.execute("delete from change_log_segments where number > 9")
    assert await _faults() == [Fault.CUT]


async def test_sec_g3_a_chain_that_was_made_anew_without_the_key_is_found(log: asyncpg.Connection) -> None:
    """Whoever can write everything makes segment and row fit, but not the signature."""
    await _sealed(log, 6)
    await log.execute("update change_log set reason = 'anders' where id = $1", await _row(log, 0))
    content = "(select sha256(string_agg(r, '' order by id)) from (select l.id, record_send(row(l.id, l.at,"
    content += " l.actor_id, l.action, l.outcome, l.subject_type, l.subject_id, l.customer_id, l.reason, l.request_id,"
    content += " l.channel, l.digests)) r from change_log l where l.id = any(s.members)) x)"
    await log.execute(f"update change_log_segments s set content = {content} where number = 1")
    assert set(await _faults()) == {Fault.BROKEN, Fault.UNSIGNED}


async def test_d35_segments_cannot_change_places_or_go(log: asyncpg.Connection) -> None:
    await _sealed(log, 9)
    await log.execute("delete from change_log where id in (select unnest(members) from change_log_segments"
                      " where number = 2)")  # fmt: skip
    await log.execute("delete from change_log_segments where number = 2")
    assert Fault.BROKEN in await _faults()


async def test_d35_what_commits_late_is_sealed_late_and_nothing_is_lost_or_sealed_twice(
    log: asyncpg.Connection, own_database: Database
) -> None:
    late = await asyncpg.connect(own_database.owner_url)
    try:
        transaction = late.transaction()
        await transaction.start()
        await _logged(late, 2)
        await _sealed(log, 4)
        assert (await change_log.verify()).rows == 4
        await transaction.commit()
    finally:
        await late.close()
    assert await change_log.seal() == 2
    assert await change_log.verify() == change_log.Checked(segments=3, rows=6, checkpoints=1)


async def test_sec_h4_three_clocks_seal_each_row_once(log: asyncpg.Connection) -> None:
    await _logged(log, 40)
    assert sum(await asyncio.gather(*(change_log.seal() for _ in range(3)))) == 40
    checked = await change_log.verify()
    assert (checked.faults, checked.rows) == ([], 40)


async def _old_months(log: asyncpg.Connection) -> datetime:
    """Rows of a month that is two years old, in a partition of its own, and of today."""
    old = (datetime.now(UTC) - timedelta(days=1200)).replace(day=10)
    await log.execute("select ensure_change_log_partition($1)", old.date())
    await _logged(log, 7, old)
    await _sealed(log, 5)
    return old


async def test_sec_g1_a_month_that_need_not_be_kept_goes_and_the_chain_stays_whole(log: asyncpg.Connection) -> None:
    old = await _old_months(log)
    key = await log.fetchval("select id from change_log order by at limit 1")
    await log.execute(
        "insert into change_values (change_id, field, before, after) values ($1, 'name', null, '\"x\"')", key
    )
    assert await change_log.drop() == 1
    assert await change_log.drop() == 0
    assert await log.fetchval("select to_regclass($1)", f"change_log_{old:%Y_%m}") is None
    assert await log.fetchval("select count(*) from change_log") == 5
    assert await log.fetchval("select count(*) from change_values") == 0
    checked = await change_log.verify()
    assert (checked.faults, checked.rows) == ([], 5)


async def test_sec_g1_a_month_that_somebody_else_dropped_is_missed(log: asyncpg.Connection) -> None:
    old = await _old_months(log)
    await log.execute(f"drop table change_log_{old:%Y_%m}")
    assert set(await _faults()) == {Fault.MISSING}
    await log.execute("insert into change_log_drops values ($1, now(), 3, 'forged')", old.date().replace(day=1))
    assert Fault.DROPPED in await _faults()


@pytest.mark.parametrize("days", [0, 100])
async def test_sec_g1_the_database_itself_keeps_190_days(
    log: asyncpg.Connection, own_database: Database, days: int
) -> None:
    month = (datetime.now(UTC) - timedelta(days=days)).date().replace(day=1)
    app = await asyncpg.connect(own_database.app_url)
    try:
        with pytest.raises(asyncpg.RaiseError, match="190 days"):
            await app.execute("select drop_change_log_month($1, 10)", month)
    finally:
        await app.close()


async def test_sec_g3_the_application_cannot_alter_what_is_sealed(
    log: asyncpg.Connection, own_database: Database
) -> None:
    await _sealed(log, 3)
    app = await asyncpg.connect(own_database.app_url)
    statements = (
        "update change_log_segments set hash = 'x'", "delete from change_log_segments", "delete from change_log_drops",
        "insert into change_log_unsealed values (uuidv7(), now())",
    )  # fmt: skip
    try:
        for statement in statements:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await app.execute(statement)
    finally:
        await app.close()


async def test_d35_without_the_object_store_sealing_goes_on_and_verifying_says_so(
    log: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = change_log.settings().model_copy(update={"s3_endpoint": "http://127.0.0.1:9"})
    monkeypatch.setattr(change_log, "settings", lambda: away)
    await _sealed(log, 4)
    checked = await change_log.verify()
    assert (checked.faults, checked.rows, checked.checkpoints) == ([], 4, None)


async def test_partitions_of_coming_months_hold_new_rows(log: asyncpg.Connection) -> None:
    await maintenance.prepare_change_log()
    await _logged(log, 1)
    assert await log.fetchval("select count(*) from only change_log_default") == 0
