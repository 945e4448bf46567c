"""Data: the default policy of D42 and the system tags of D19."""

from tortoise import migrations
from tortoise.migrations import operations as ops

_CLASSES = ("BASIC", "BUSINESS", "COMMERCIAL", "CONTACT", "IDENTITY")
_F, _M, _N = "FULL", "MASKED", "NONE"
_POLICY = {
    ("RELATION", "OWNER"): (_F, _F, _F, _F, _M),
    ("RELATION", "COLLABORATOR"): (_F, _F, _F, _F, _M),
    ("RELATION", "MANAGER"): (_F, _F, _F, _F, _F),
    ("RELATION", "TICKET_HANDLER"): (_F, _F, _N, _F, _N),
    ("RELATION", "SAME_DEPARTMENT"): (_F, _F, _N, _M, _N),
    ("RELATION", "COLLABORATOR_MANAGER"): (_F, _F, _N, _M, _N),
    ("RELATION", "STAFF_TICKET"): (_F, _F, _N, _F, _N),
    ("RELATION", "GRANT_HOLDER"): (_F, _N, _N, _N, _N),
    ("RELATION", "APPROVER"): (_F, _N, _N, _N, _N),
    ("RELATION", "HANDOVER_HR"): (_F, _N, _N, _N, _N),
    ("RELATION", "STAFF"): (_F, _N, _N, _N, _N),
    # Without a ticket SERVICE sees of BUSINESS the tickets only: they have guards of their own.
    ("ROLE", "SERVICE"): (_F, _N, _N, _M, _N),
    ("ROLE", "SERVICE_MANAGER"): (_F, _F, _N, _M, _N),
    ("ROLE", "MARKETING"): (_F, _M, _N, _N, _N),
    ("ROLE", "EXECUTIVE"): (_F, _F, _F, _M, _F),
    ("ROLE", "DATA_STEWARD"): (_F, _M, _N, _M, _N),
    ("ROLE", "AUDITOR"): (_F, _N, _N, _N, _N),
    ("ROLE", "SECURITY"): (_F, _N, _N, _N, _N),
    ("ROLE", "ADMIN"): (_F, _F, _F, _F, _F),
    ("ROLE", "HR"): (_F, _N, _N, _N, _N),
    ("ROLE", "SALES"): (_F, _N, _N, _N, _N),
    ("ROLE", "SALES_MANAGER"): (_F, _N, _N, _N, _N),
}
_CELLS = ",\n".join(
    f"(uuidv7(), date_trunc('second', now()), '{kind}', '{principal}', '{data_class}', '{level}')"
    for (kind, principal), levels in _POLICY.items()
    for data_class, level in zip(_CLASSES, levels, strict=True)
)
_TAGS = ("高价值客户", "重点维护客户", "潜力客户", "高意向", "价格敏感型", "技术优先型", "投诉风险", "长期合作")
_TAG_ROWS = ",\n".join(f"(uuidv7(), date_trunc('second', now()) + interval '{n} s', '{name}', true)" for n, name in enumerate(_TAGS))


class Migration(migrations.Migration):
    dependencies = [("mingce", "0002_database_objects")]

    operations = [
        ops.RunSQL(
            f"insert into policy_cells (id, created_at, principal_kind, principal, data_class, level) values {_CELLS};"
            "insert into policy_versions (id, version) values (1, 1);"
            f"insert into tags (id, created_at, name, is_system) values {_TAG_ROWS};",
            "delete from policy_cells; delete from policy_versions; delete from tags where is_system;",
        ),
    ]
