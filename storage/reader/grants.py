"""Access grants (D45), as SQL: what they open, for whom they exist, and the mark by which an answer tells what they
have opened in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache
from typing import Any
from uuid import UUID

from service.core.enums import DataClass, Granted, Role
from service.core.selection import Request, Slot
from storage import db
from storage.models import AccessGrant
from storage.queries import rows
from storage.reader import approvals
from storage.reader.guards import Scope
from storage.reader.sql import Param, Sql, conjunction, disjunction, param, viewer

TABLE = "access_grants"
_ME, _MINE = viewer("id", "uuid"), viewer("grants", "uuid[]")
_BEARERS, _ROLES, _MANAGED = viewer("bearers", "uuid[]"), viewer("roles", "text[]"), viewer("managed", "uuid[]")
_STEWARDS = (Role.DATA_STEWARD, Role.ADMIN)
_OVERSEERS = (*_STEWARDS, Role.AUDITOR, Role.SECURITY)

STATE = (
    "(case when {r}.ended_at is not null then case when {r}.granted_at is null then 'REFUSED' else 'WITHDRAWN' end"
    " when {r}.granted_at is null then 'REQUESTED' when {r}.until <= now() then 'EXPIRED'"
    " when {r}.begins_at > now() then 'UPCOMING' else 'ACTIVE' end)"
)
"""What has become of a grant: read off its times, so that it ends by itself."""
_MEMBERS = "access_grant_customers m join access_grants g on g.id = m.grant_id"


def _in_force(granted: Granted | None) -> Sql:
    """«`g` is a grant that the viewer holds, and that opens that class»; None: any class."""
    opens = f" and '{granted.data_class}' = any(g.data_classes)" if granted else ""
    return Sql("g.id = any(", _MINE, f") and {STATE.format(r='g')} = 'ACTIVE'{opens}")


def opened(customer: str, granted: Granted | None) -> Sql:
    """«A grant of the viewer opens this customer»: an array that is computed once a statement, as an index wants it."""
    return Sql(f"{customer}.id = any(array(select m.customer_id from {_MEMBERS} where ", _in_force(granted), "))")


def opened_in_row(customer: str, granted: Granted | None) -> Sql:
    """The same where few rows are asked about."""
    # The grants are found once a statement, and each row looks once into an index. As an EXISTS, PostgreSQL would
    # gather all that they are about into a hash, for each class anew.
    held = Sql("array(select g.id from access_grants g where ", _in_force(granted), ")")
    found = f"select true from access_grant_customers m where m.customer_id = {customer}.id and m.grant_id = any("
    return Sql(f"({found}", held, ") limit 1)")


def classes_of(customer: str) -> Sql:
    """The classes that grants of the viewer open of this customer, as an array; null where there are none."""
    held = Sql("array(select g.id from access_grants g where ", _in_force(None), ")")
    return Sql(
        "(select array_agg(o.data_class) from access_grant_customers m join access_grants g on g.id = m.grant_id"
        f" cross join unnest(g.data_classes) o(data_class) where m.customer_id = {customer}.id and m.grant_id = any(",
        held, "))",
    )  # fmt: skip


def opened_of_many(customer: str, granted: Granted | None) -> Sql:
    """The same where all rows are asked about."""
    return Sql(f"{customer}.id in (select m.customer_id from {_MEMBERS} where ", _in_force(granted), ")")


def _is(roles: Iterable[Role]) -> Sql:
    listed = ", ".join(f"'{role}'" for role in roles)
    return Sql(
        "exists (select from unnest(", _BEARERS, ", ", _ROLES, ") b(person, role) where b.person = ", _ME,
        f" and b.role in ({listed}))",
    )  # fmt: skip


def row_exists(row: str) -> Sql:
    """«This grant exists for the viewer»: he holds it, decides or has decided about it, answers for its customers, or
    oversees all of them."""
    decides = disjunction(
        (Sql("ap.decided_by_id = ", _ME), Sql(_ME, " = any(ap.decided_before)"), approvals.may_decide("ap"))
    )
    members = "access_grant_customers m join customers o on o.id = m.customer_id"
    return disjunction(
        (
            Sql(f"{row}.holder_id = ", _ME),
            Sql(f"{row}.department_id = any(", _MANAGED, ")"),
            _is(_OVERSEERS),
            Sql(f"exists (select from {members} where m.grant_id = {row}.id and o.owner_id = ", _ME, ")"),
            Sql(f"exists (select from approvals ap where ap.subject_id = {row}.id and ", decides, ")"),
        )
    )


def _answers(row: str) -> Sql:
    """«The viewer may end this grant»: its holder, the managers of its customers' department, data stewards."""
    return disjunction(
        (Sql(f"{row}.holder_id = ", _ME), Sql(f"{row}.department_id = any(", _MANAGED, ")"), _is(_STEWARDS))
    )


def may_withdraw(row: str) -> Sql:
    """«The viewer may end this grant now»."""
    return conjunction((Sql(f"{STATE.format(r=row)} in ('ACTIVE', 'UPCOMING')"), _answers(row)))


def copy(row: str) -> Sql:
    """What the link to the file of a grant is made of: for its holder, while it is in force."""
    return Sql(
        f"(case when {row}.holder_id = ", _ME, f" and {row}.copied_at is not null and {STATE.format(r=row)} = 'ACTIVE'"
        f" then json_build_array({row}.id, null, null, null, null, 'copy') end)",
    )  # fmt: skip


def use_exists(scope: Scope, row: str, grant: str) -> Sql:
    """«This use of a grant exists for the viewer»: the grant does, and the customer that was shown."""
    about = disjunction((Sql(f"{row}.customer_id is null"), scope.row_exists()))
    found = Sql(
        f"exists (select from access_grants {grant} where {grant}.id = {row}.subject_id and ", row_exists(grant), ")"
    )
    return conjunction((about, found))


MARK = "§"
"""The member of an object that says which customer's fields a grant has opened in it. GraphQL knows no such name."""
_MARKED = re.compile(f'"{MARK}":(?:null|"([0-9a-f-]{{36}})"),?'.encode())


def mark(scope: Scope, classes: Collection[DataClass | None]) -> Sql | None:
    """The customer, where a grant opens one of these classes; None where none of them can be opened."""
    grounds = frozenset(one for one in Granted if one.data_class in classes)
    if not grounds:
        return None
    return Sql("(case when ", scope.predicate(grounds), f" then {scope.customer}.id end)")


def taken_out(answer: bytes) -> tuple[bytes, set[str]]:
    """The answer without its marks, and the customers that they name."""
    found = {key.decode() for key in _MARKED.findall(answer) if key}
    return _MARKED.sub(b"", answer), found


def asks(piece: Sql) -> bool:
    """Whether a piece of a statement depends on grants."""
    return any(isinstance(part, str) and TABLE in part for part in piece.parts)


_KEYS = "grants"


async def rights(wanted: list[UUID], request: Request, *, lock: bool) -> list[tuple[AccessGrant, dict[str, Any]]]:
    """Each grant that exists for the viewer, with its state and whether it is his to end."""
    text, params = _statement(lock)
    request = Request({_KEYS: wanted}, request.viewer)
    found = await db.rows(text, *[p.read(request) for p in params])
    return [(rows.made(AccessGrant, row), row) for row in found]


@cache
def _statement(lock: bool) -> tuple[str, list[Param]]:
    names = ", ".join(f'a."{name}"' for name in rows.columns(AccessGrant))
    return Sql(
        f"select {names}, {STATE.format(r='a')} as state, ", _answers("a"), f" as answers from {TABLE} a",
        " where a.id = any(", param(Slot((_KEYS,)), "uuid[]"), ") and ", row_exists("a"), " order by a.id",
        " for no key update of a" if lock else "",
    ).render()  # fmt: skip
