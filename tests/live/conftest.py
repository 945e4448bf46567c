from __future__ import annotations

from tests.journeys.conftest import api, database, department, sales, seller, sign_in

__all__ = ["api", "database", "department", "sales", "seller", "sign_in"]
