"""Attach a file to a customer over a network that breaks: everything is safe to repeat, so what broke is repeated.

    python upload.py https://crm.example.cn <access token> <id of a customer> licence.pdf

Needs httpx. Prints the state of the file when it has been checked: CLEAN, or REJECTED and why.
"""

from __future__ import annotations

import hashlib
import mimetypes
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

PATIENCE = 600.0
"""Seconds after which it gives up."""
TRANSIENT = {408, 425, 429, 500, 502, 503, 504}

ANNOUNCE = """mutation Announce($input: CreateAttachmentUploadInput!) {
    answer: createAttachmentUpload(input: $input) {
        attachment { id } upload { method url headers { name value } } userErrors { field message } } }"""
COMPLETE = """mutation Complete($id: ID!) {
    answer: completeAttachmentUpload(input: {id: $id}) { attachment { id } userErrors { code field message } } }"""
STATE = """query State($id: ID!) { answer: node(id: $id) { ... on Attachment { state rejectionZh scannedBy } } }"""


class Broken(Exception):
    """It did not go through, and may the next time."""


class Api:
    """One person's connection."""

    def __init__(self, address: str, token: str) -> None:
        self._http = httpx.Client(timeout=30)
        self._place = f"{address}/graphql"
        self._headers = {"authorization": f"Bearer {token}", "accept-language": "zh-CN"}

    def ask(self, document: str, **variables: Any) -> dict[str, Any]:
        """The field `answer` of the document. Raises Broken where it is worth another try."""
        body = {"query": document, "variables": variables}
        answer = self._send("POST", self._place, json=body, headers=self._headers).json()
        if "errors" in answer:
            raise SystemExit(answer["errors"][0]["message"])
        return answer["data"]["answer"]

    def put(self, upload: dict[str, Any], content: bytes) -> None:
        """Send the content just as the API said."""
        headers = {header["name"]: header["value"] for header in upload["headers"]}
        self._send(upload["method"], upload["url"], content=content, headers=headers)

    def _send(self, method: str, url: str, **request: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, url, **request)
        except httpx.TransportError as error:
            raise Broken(type(error).__name__) from error
        if answer.status_code in TRANSIENT:
            raise Broken(f"status {answer.status_code}")
        return answer


def attach(api: Api, customer: str, file: Path) -> str:
    """Announce, send, complete; the id of the attachment. From the beginning again where any of it broke."""
    content = file.read_bytes()
    wanted = {
        "subjectId": customer, "kind": "OTHER", "fileName": file.name, "size": len(content),
        "contentType": mimetypes.guess_type(file.name)[0], "sha256": hashlib.sha256(content).hexdigest(),
    }  # fmt: skip
    for _ in pauses():
        try:
            announced = accepted(api.ask(ANNOUNCE, input=wanted))
            if announced["upload"] is not None:  # null: the content has come already
                api.put(announced["upload"], content)
            completed = api.ask(COMPLETE, id=announced["attachment"]["id"])
            if any(error["code"] == "NOT_UPLOADED" for error in completed["userErrors"]):
                continue  # the store refused it, as it does when the link is too old: the next one is new
            return accepted(completed)["attachment"]["id"]
        except Broken as broken:
            sys.stderr.write(f"again: {broken}\n")
    raise SystemExit("The network is too bad: please try again later.")


def checked(api: Api, attachment: str) -> dict[str, Any]:
    """Wait until the file was checked."""
    for _ in pauses():
        try:
            found = api.ask(STATE, id=attachment)
        except Broken:
            continue
        if found["state"] != "QUARANTINED":
            return found
    raise SystemExit("The file still waits for its check.")


def accepted(answer: dict[str, Any]) -> dict[str, Any]:
    if answer["userErrors"]:
        raise SystemExit("\n".join(error["message"] for error in answer["userErrors"]))
    return answer


def pauses() -> Iterator[None]:
    """At once, then after longer and longer pauses, until the patience is at its end."""
    deadline, pause = time.monotonic() + PATIENCE, 0.2
    while time.monotonic() < deadline:
        yield
        time.sleep(pause)
        pause = min(pause * 1.5, 15.0)


if __name__ == "__main__":
    address, token, customer, name = sys.argv[1:]
    api = Api(address, token)
    file = checked(api, attach(api, customer, Path(name)))
    sys.stdout.write(f"{file['state']} {file['rejectionZh'] or file['scannedBy']}\n")
