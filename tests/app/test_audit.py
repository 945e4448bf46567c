from __future__ import annotations

import asyncpg

from tests.app.commands import Base


async def test_sec_g3_the_command_says_what_was_altered_and_ends_with_1(base: Base) -> None:
    made = base.crm("create-admin", "--name", "王伟", "--staff-number", "A001", "--email", "",
                    CRM_ADMIN_PASSWORD="Zebra#4711-kite")  # fmt: skip
    assert made.returncode == 0, made.stderr
    whole = base.crm("audit", "verify")
    assert (whole.returncode, whole.stderr) == (0, "")
    assert "1 waiting to be sealed" in whole.stdout
    owner = await asyncpg.connect(base.database.owner_url)
    try:
        await owner.execute("delete from change_log")
    finally:
        await owner.close()
    cut = base.crm("audit", "verify")
    assert cut.returncode == 1
    assert cut.stderr.startswith("MISSING: rows that were logged are gone")


def test_an_action_that_there_is_not_is_named(base: Base) -> None:
    refused = base.crm("audit", "repair")
    assert (refused.returncode, refused.stderr) == (1, "`crm audit` knows one action: verify.\n")
