"""Customers with contacts and follow-ups, by the thousand or the million, made inside PostgreSQL.

Every customer has 2 contacts and 5 follow-ups. The newest tenth belongs to the first department, alternately to
`people.HALF_OWNER` and to a colleague: on whatever page of it, that person sees half of the rows masked. The other nine
tenths are spread over all other departments. One in a thousand is `people.FEW`'s.
"""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

import asyncpg

from service.rules import readings
from storage import search
from tests.benchmarks import people

OWN_FIELD = "batch_no"
"""Of each customer another value, as a field of one's own would have it; defined where it is looked at."""

_WORDS = """
create temporary table words as select
  array['杭州','上海','北京','深圳','广州','成都','南京','苏州','武汉',
        '西安','宁波','青岛','厦门','长沙','天津','重庆'] cities,
  array['华','瑞','腾','宏','鼎','新','远','博','天','金','云','海','正','安','创','信','凯','隆','盛','达','嘉','恒','美',
        '康','光','佳','立','明','泰','通','维','兴','亚','益','永','元','泽','智','中','卓'] parts,
  array['科技','电子','机械','食品','贸易','物流','建材','医药','纺织','化工','信息','环保'] trades,
  array['王','李','张','刘','陈','杨','赵','黄','周','吴','徐','孙','欧阳'] surnames,
  array['伟','芳','娜','敏','静','丽','强','磊','军','洋','勇','艳','杰','娟','涛','明','超','霞','平','刚'] given,
  array['LEAD','CONTACTED','QUALIFIED','PROPOSAL','NEGOTIATION','WON','AFTER_SALES','LOST'] stages,
  array['A','B','C','D','E'] grades,
  array['ENTERPRISE','ENTERPRISE','ENTERPRISE','ENTERPRISE','INDIVIDUAL'] kinds,
  array['总经理','采购经理','技术总监','财务主管','行政助理'] titles,
  array['电话沟通需求，客户希望下周给出报价',
        '上门拜访，介绍了新产品并留下样品','视频会议讨论方案，技术细节待确认',
        '邮件发送合同草案，等待法务意见','展会上交换名片，约定月底再联系'] contents
"""

# How the words are read: what names are sorted and found by.
_SOUNDS = """
create temporary table sounds as select $1::text[] city_sounds, $2::text[] part_sounds, $3::text[] trade_sounds,
    $4::text[] surname_sounds, $5::text[] given_sounds, $6::text company_sound
"""

# One serial decides everything about a customer; large odd factors scatter the choices.
_CUSTOMERS = """
insert into customers (id, created_at, updated_at, version, number, number_day, number_serial, kind, type, state, name,
    name_key, name_sort, uscc, region_code, address, salutation, mobile, source, stage, grade, notes, first_contact_at,
    last_followed_up_at, effective_at, owner_id, department_id, created_by_id, updated_by_id, custom)
select uuidv7(made - now()), made, made, 1, 'C' || lpad(i || '', 12, '0'), made::date, i, kind,
    'NEW', 'ACTIVE', name, name,
    sound, case kind when 'ENTERPRISE' then '91' || lpad(i || '', 16, '0') end, '330106', '文三路' || h % 900 || '号',
    case when kind = 'INDIVIDUAL' then case h % 2 when 0 then 'MR' else 'MS' end end,
    case when kind = 'INDIVIDUAL' then '13' || lpad(i::bigint * 387420489 % 999999937 || '', 9, '0') end,
    {source}, w.stages[1 + h % 8], w.grades[1 + h / 8 % 5],
    '优先联系', made + interval '1 day', made + interval '5 days', made,
    owner.id, owner.department_id, owner.id, owner.id, jsonb_build_object('{own_field}', 'B' || i)
from (select * from words, sounds) w, generate_series(1, {count}) i,
lateral (select (i::bigint * 2654435761 % 1000003)::int h, timestamptz '2025-01-01' + i * interval '{step} s' made) a,
lateral (select w.kinds[1 + h % 5] kind, 1 + h % 16 c, 1 + h / 16 % 40 p, 1 + h / 640 % 40 q, 1 + i % 12 t) b,
lateral (select
    case kind when 'ENTERPRISE' then w.cities[c] || w.parts[p] || w.parts[q] || w.trades[t] || '有限公司'
        else w.surnames[1 + h % 13] || w.given[1 + h / 16 % 20] || w.given[1 + h / 320 % 20] end name,
    case kind when 'ENTERPRISE' then
        w.city_sounds[c] || ' ' || w.part_sounds[p] || ' ' || w.part_sounds[q] || ' '
            || w.trade_sounds[t] || ' ' || w.company_sound
        else w.surname_sounds[1 + h % 13] || ' ' || w.given_sounds[1 + h / 16 % 20] || ' '
            || w.given_sounds[1 + h / 320 % 20]
        end sound) n,
owners owner
where owner.n = case when i % 1000 = 500 then {staff} when i > {count} * 9 / 10 then i % 2
    else 10 + h % ({staff} - 10) end
order by i
"""
_OWNERS = """
create temporary table owners as
select id, department_id, (row_number() over (order by staff_number))::int - 1 as n from users
where staff_number like 's%'
"""
_CONTACTS = """
insert into contacts (id, created_at, updated_at, version, customer_id, name, name_sort,
    salutation, title, decision_role,
    mobile, email, is_primary)
select uuidv7(), made, made, 1, m.id, w.surnames[s] || w.given[g], w.surname_sounds[s] || ' ' || w.given_sounds[g],
    case h % 2 when 0 then 'MR' else 'MS' end, w.titles[1 + h % 5], {role},
    '15' || lpad(h::bigint * 387420489 % 999999937 || '', 9, '0'),
    w.surname_sounds[s] || h || '@kehu.example', k = 1
from (select * from words, sounds) w, customers m, generate_series(1, 2) k,
lateral (select m.number_serial * 2 + k h, m.created_at + k * interval '1 s' made) a,
lateral (select 1 + h % 13 s, 1 + h / 13 % 20 g) b
order by m.created_at
"""
_FOLLOW_UPS = """
insert into follow_ups (id, created_at, updated_at, version, customer_id, author_id, recorded_by_id, occurred_at,
    duration_minutes, mode, kind, content, no_plan_reason, is_late)
select uuidv7(), made, made, 1, m.id, m.owner_id, m.owner_id, made - interval '1 hour', 15, {mode}, {kind},
    w.contents[1 + (m.number_serial + k) % 5], '等待客户回复', false
from words w, customers m, generate_series(1, 5) k,
lateral (select m.created_at + k * interval '1 day' made) a
order by m.created_at
"""
_COLLABORATORS = """
insert into collaborators (id, created_at, customer_id, user_id)
select uuidv7(), m.created_at, m.id, o.id from customers m
join owners o on o.n = (m.number_serial::bigint / 100 * 7919) % {staff} and o.id <> m.owner_id
where m.number_serial % 100 = 0 and m.number_serial <= {count} * 9 / 10
"""
TABLES = ("customers", "contacts", "follow_ups", "collaborators", "customer_search")
SECONDS_OF_A_YEAR = 31_000_000

_INDEXES = """
select indexname, indexdef from pg_indexes where tablename = any($1)
and not exists (select 1 from pg_constraint where conname = indexname)
"""


def _choice(values: tuple[str, ...], number: str) -> str:
    return f"(array[{', '.join(repr(v) for v in values)}])[1 + {number} % {len(values)}]"


def superuser_url(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


async def load(url: str, count: int) -> None:
    """Fill a migrated, empty database. `url` is the superuser's: foreign keys are not checked row by row."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("set session_replication_role = replica; set synchronous_commit = off")
        await connection.execute("set timezone = 'UTC'; set jit = off; set maintenance_work_mem = '512MB'")
        await people.make(connection)
        indexes = await connection.fetch(_INDEXES, list(TABLES))
        for index in indexes:
            await connection.execute(f"drop index {index['indexname']}")
        await connection.execute(_WORDS)
        await connection.execute(_SOUNDS, *await _sounds(connection))
        for statement in _statements(count):
            await connection.execute(statement)
        searching = [index for index in indexes if index["indexname"].startswith("customer_search")]
        for index in indexes:
            if index not in searching:
                await connection.execute(index["indexdef"])
        # As the triggers would: they hear nothing of replicas.
        await connection.execute(search.FILL.format(which="true") + "do nothing")
        for index in searching:
            await connection.execute(index["indexdef"])
        await connection.execute("vacuum analyze")
    finally:
        await connection.close()


async def _sounds(connection: asyncpg.Connection[asyncpg.Record]) -> list[list[str] | str]:
    row = await connection.fetchrow("select cities, parts, trades, surnames, given from words")
    assert row is not None
    read = [[readings.sort_key(word, person=place == 3) for word in words] for place, words in enumerate(row)]
    return [*read, readings.sort_key("有限公司")]


def _statements(count: int) -> list[str]:
    staff = people.DEPARTMENTS * people.STAFF_EACH
    sources = ("REFERRAL", "EXHIBITION", "ONLINE_ADS")
    return [
        _OWNERS,
        _CUSTOMERS.format(
            own_field=OWN_FIELD, count=count, step=SECONDS_OF_A_YEAR // count, staff=staff, source=_choice(sources, "h")
        ),
        _CONTACTS.format(role=_choice(("DECIDER", "INFLUENCER", "USER"), "h")),
        _FOLLOW_UPS.format(mode=_choice(("PHONE", "VISIT", "EMAIL"), "k"), kind=_choice(("PRE_SALES", "SALES"), "k")),
        _COLLABORATORS.format(count=count, staff=staff),
    ]
