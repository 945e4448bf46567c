from __future__ import annotations

from tests.app.commands import Base

WHO = ("create-admin", "--name", "王伟", "--staff-number", "A001", "--email", "")


async def test_d2_an_administrator_is_made_who_must_change_the_password(base: Base) -> None:
    made = base.crm(*WHO, CRM_ADMIN_PASSWORD="Zebra#4711-kite")
    assert made.returncode == 0, made.stderr
    assert "changePassword" in made.stdout
    assert await base.rows("select staff_number, roles, must_change_password from users") == [("a001", ["ADMIN"], True)]

    again = base.crm(*WHO, CRM_ADMIN_PASSWORD="Zebra#4711-kite")
    assert (again.returncode, "Traceback" in again.stderr) == (1, False)
    assert again.stderr.startswith("Staff number: ")


async def test_d1_all_faults_are_said_at_once_and_the_password_is_asked_for_twice(base: Base) -> None:
    refused = base.crm("create-admin", "--staff-number", "A001", typed="先生\nno address\nshort\nshort\n")
    assert refused.returncode == 1
    assert {line.partition(":")[0] for line in refused.stderr.splitlines() if ": " in line} >= {
        "Name",
        "E-mail",
        "Password",
    }

    differing = base.crm(*WHO, typed="Zebra#4711-kite\nZebra#4711-kit\n")
    assert differing.returncode != 0
    assert await base.value("select count(*) from users") == 0
