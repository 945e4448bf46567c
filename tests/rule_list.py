"""Which test proves which rule: `make rules` writes `docs/rules.md` from the names of the tests."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "docs" / "rules.md"

RULES = {
    "D1": "Signing in, passwords, sessions",
    "D2": "Departments and roles",
    "D3": "Who creates and edits customers",
    "D4": "Leavers, movers, hand-over",
    "D5": "Enterprises and individuals, customer types",
    "D6": "The customer number",
    "D7": "The profile of an enterprise",
    "D8": "The profile of an individual",
    "D9": "Source channel and referrer",
    "D10": "Notes, lists of values, fields of one's own, required and retired fields",
    "D11": "Relations between customers",
    "D12": "Owner, collaborators, who entered and changed",
    "D13": "What a submission requires",
    "D14": "Grade, intent, credit and risk",
    "D15": "Trade terms",
    "D16": "Contacts",
    "D17": "Removing contacts",
    "D18": "Needs",
    "D19": "Tags",
    "D20": "Follow-ups",
    "D21": "Late follow-ups, time in the future",
    "D22": "Next plans, reminders, cadence",
    "D23": "Corrections of follow-ups",
    "D24": "Stages and their moves",
    "D25": "The coarse status",
    "D30": "Drafts",
    "D31": "Submission, and what holds ever after",
    "D32": "High-risk information waits for a second pair of eyes",
    "D33": "Reasons, evidence, confirmation",
    "D34": "Approvals",
    "D35": "The change log",
    "D36": "Records as they were, and back",
    "D37": "Reports that information has changed",
    "D38": "Attachments: kinds, subjects, names",
    "D39": "Size and types of files",
    "D40": "Nothing unchecked is given out",
    "D41": "Thumbnails, contents that are stored once",
    "D42": "Who sees what",
    "D43": "A hidden value never changes an answer",
    "D44": "Protected values are shown one by one, mobiles masked outside",
    "D45": "Access grants and masked copies",
    "D46": "Consent, and data that leaves the company",
    "D47": "What a viewer may do",
    "D48": "The search box",
    "D49": "Filters, saved filters",
    "D50": "Pages and counts",
    "D59": "Tasks",
    "D60": "Protected values, and numbers in free text",
    "D61": "Deleting drafts",
}
"""The rules that are built, with a few words each."""

_HEAD = """# Which test proves which rule

Made by `make rules` from the names of the tests; `make check` compares it. The rules are those of the business; what
each one says stands in the descriptions of the API (`schema.graphql`) and in the code that names it.

"""
_RULE = re.compile(r"(?<!_sec)_(d\d+)(?=_)")


def tests() -> Iterator[tuple[str, str]]:
    """Each test as its file and its name."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                yield str(path.relative_to(ROOT)), node.name


def by_rule() -> dict[str, list[tuple[str, str]]]:
    """The tests that name each rule, in the order of files and names."""
    found: dict[str, list[tuple[str, str]]] = {rule: [] for rule in RULES}
    for file, name in tests():
        for rule in dict.fromkeys(match.upper() for match in _RULE.findall(name)):
            if rule in found:
                found[rule].append((file, name))
    return found


def page() -> str:
    """The whole page."""
    parts = [_HEAD]
    for rule, proofs in by_rule().items():
        parts.append(f"## {rule} {RULES[rule]}\n\n")
        files: dict[str, list[str]] = {}
        for file, name in sorted(set(proofs)):
            files.setdefault(file, []).append(name.removeprefix("test_"))
        for file, names in files.items():
            parts.append(f"- `{file}`: " + ", ".join(f"`{name}`" for name in names) + "\n")
        parts.append("\n")
    return "".join(parts).rstrip() + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
