from __future__ import annotations

from typing import Any

from service.app.demo import DEMO_PASSWORD, DEMO_SIGN_INS
from service.boundary import passwords
from service.core.enums import Role, Stage
from service.rules import passwords as password_rules
from service.rules import phones, stages, uscc
from tests.app.commands import Base

_WHAT = {
    "customers": "number, name, name_key, name_sort, uscc, mobile, stage, grade, created_at, last_followed_up_at",
    "contacts": "name, title, mobile, email, is_primary",
    "follow_ups": "occurred_at, mode, content, is_late, next_plan_at",
    "users": "staff_number, name, roles, must_change_password",
    "stage_moves": "from_stage, to_stage, lost_reason, created_at",
    "tasks": "title, due_at, state",
}


async def _made(base: Base) -> dict[str, list[tuple[Any, ...]]]:
    return {
        table: await base.rows(f"select {columns} from {table} order by {columns}") for table, columns in _WHAT.items()
    }


async def test_the_same_seed_makes_the_same_demo_and_another_seed_another(base: Base, another_base: Base) -> None:
    assert base.crm("demo", "--customers", "150", "--seed", "7").returncode == 0
    assert another_base.crm("demo", "--customers", "150", "--seed", "7").returncode == 0
    first = await _made(base)
    assert first == await _made(another_base)
    assert len(first["customers"]) == 150

    refused = another_base.crm("demo")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "make reset" in refused.stderr


async def test_demo_data_keep_the_rules(base: Base) -> None:
    assert base.crm("demo", "--customers", "400", "--seed", "42").returncode == 0

    codes = [row[0] for row in await base.rows("select uscc from customers where uscc is not null")]
    assert len(codes) > 200
    assert [uscc.check(code) for code in codes] == codes
    mobiles = await base.rows("select mobile from customers union all select mobile from contacts")
    assert all(phones.mobile(mobile) == mobile for (mobile,) in mobiles if mobile)
    moves = await base.rows(
        "select customer_id, from_stage, to_stage from stage_moves order by customer_id, created_at"
    )
    for _, before, after in moves:
        assert Stage(after) in stages.legal(Stage(before))
    assert await base.value(
        "select count(*) from customers c where stage <> coalesce((select to_stage from stage_moves m"
        " where m.customer_id = c.id order by m.created_at desc limit 1), 'LEAD')"
    ) == 0  # fmt: skip
    assert await base.value("select count(distinct stage) from customers") == len(Stage)
    assert await base.value("select count(*) from follow_ups where occurred_at > now() or created_at > now()") == 0
    assert await base.value(
        "select count(*) from customers c join customer_number_counters n on n.day = c.number_day"
        " where number_serial > last_serial"
    ) == 0  # fmt: skip


async def test_every_role_can_sign_in_with_the_password_of_the_demo(base: Base) -> None:
    assert base.crm("demo", "--customers", "20").returncode == 0
    people = {number: (roles, must, hashed) for number, roles, must, hashed in await base.rows(
        "select staff_number, roles, must_change_password, password_hash from users"
    )}  # fmt: skip
    assert {role for role, _ in DEMO_SIGN_INS} == {role.value for role in Role}
    for role, number in DEMO_SIGN_INS:
        roles, must_change, _ = people[number]
        assert (roles, must_change) == ([role], False)
        password_rules.check(DEMO_PASSWORD, staff_number=number)
    assert await passwords.matches(people["5100"][2], DEMO_PASSWORD)


async def test_demo_is_refused_outside_development(base: Base) -> None:
    refused = base.crm("demo", CRM_ENVIRONMENT="production")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "CRM_ENVIRONMENT=development" in refused.stderr
    assert await base.value("select count(*) from users") == 0
