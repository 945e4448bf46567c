"""What is asked of the API."""

from __future__ import annotations

from typing import Any

import orjson

NESTED = """
query Nested($first: Int!) {
  customers(first: $first) {
    nodes {
      id number name kind stage grade source mobile address createdAt
      contacts(first: 2) { nodes { id name title mobile email decisionRole } }
      followUps(first: 5) { nodes { occurredAt mode kind content } }
    }
  }
}
"""
"""The nested list of design §3: 50 customers × (10 fields + 2 contacts × 6 + 5 follow-ups × 4)."""
NESTED_PAGE = 50

PAGE = """
query Page($first: Int!, $after: String) {
  customers(first: $first, after: $after) {
    nodes { id number name kind stage grade source mobile address createdAt }
    pageInfo { hasNextPage endCursor }
  }
}
"""

LIST = """
query List($where: CustomerWhere, $orderBy: [CustomerOrderBy!]) {
  customers(first: 50, where: $where, orderBy: $orderBy) {
    nodes { id number name kind stage mobile createdAt owner { name } }
  }
}
"""

CONTACTS = """
query Contacts($where: ContactWhere, $orderBy: [ContactOrderBy!], $after: String) {
  l: contacts(first: 50, where: $where, orderBy: $orderBy, after: $after) {
    nodes { id name mobile email title } pageInfo { endCursor hasNextPage }
  }
}
"""

MASKED_LIST = """
query Customers($where: CustomerWhere, $orderBy: [CustomerOrderBy!], $after: String) {
  l: customers(first: 50, where: $where, orderBy: $orderBy, after: $after) {
    nodes { id name mobile stage } pageInfo { endCursor hasNextPage }
  }
}
"""

COUNT = """
query Count($where: CustomerWhere) { customers(where: $where) { totalCount } }
"""


def body(query: str, **variables: Any) -> str:
    """The body of a request."""
    return orjson.dumps({"query": query, "variables": variables}).decode()


def nested() -> str:
    return body(NESTED, first=NESTED_PAGE)
