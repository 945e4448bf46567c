"""What a person reads when the stack is ready: where it is, how to sign in, and a first query."""

from __future__ import annotations

import json

from service.app import demo

SIGN_IN = """mutation {{
  signIn(input: {{account: "{account}", password: "{password}"}}) {{
    accessToken
    userErrors {{ code message }}
  }}
}}"""

ACCESS_TOKEN = r"""sed 's/.*"accessToken":"\([^"]*\)".*/\1/'"""
"""Cuts the token out of the answer, with what every system has."""

FIRST_QUERY = """{ customers(first: 3) { nodes { number name stage contacts(first: 2) { nodes { name mobile } } } } }"""


def welcome(port: int) -> str:
    """The text for the terminal."""
    address = f"http://127.0.0.1:{port}/graphql"
    people = "\n".join(f"    {role:<24} {number}" for role, number in demo.DEMO_SIGN_INS)
    account = demo.DEMO_SIGN_INS[0][1]
    sign_in = " ".join(SIGN_IN.format(account=account, password=demo.DEMO_PASSWORD).split())
    post = f"curl -s {address} -H 'Content-Type: application/json'"
    return f"""
  Mingce is ready.

  GraphQL   {address}
  GraphiQL  http://127.0.0.1:{port}/graphiql/

  Demo sign-ins, all with the password {demo.DEMO_PASSWORD}
{people}

  Sign in:
    TOKEN=$({post} -d {_quoted(sign_in)} | {ACCESS_TOKEN})

  Then ask:
    {post} -H "Authorization: Bearer $TOKEN" -d {_quoted(FIRST_QUERY)}

  The first customer is one's own, the second a colleague's (masked), the third another department's (no contacts).

  Ctrl-C stops everything; the data stays. `make doctor` says how each part is.
"""


def _quoted(query: str) -> str:
    return "'" + json.dumps({"query": query}) + "'"
