"""Files that grants were delivered as, as their holders download and read them (D45)."""

from __future__ import annotations

import io
from typing import Any

import httpx
import openpyxl

from tests.api import LOOPBACK, Client

LINK = "query($id: ID!) { accessGrant(id: $id) { state copiedAt copy { url expiresAt } } }"


async def link_of(client: Client, grant: str) -> dict[str, Any]:
    return (await client.data(LINK, id=grant))["accessGrant"]


async def file_of(client: Client, grant: str) -> Any:
    url = (await link_of(client, grant))["copy"]["url"]
    async with httpx.AsyncClient(**LOOPBACK) as browser:
        answer = await browser.get(url)
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def rows_of(book: Any, sheet: str) -> list[dict[str, Any]]:
    head, *rows = book[sheet].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]
