"""Two values for every field that an input sets, as a client writes them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from service.core import clock

HOUR_AGO, LATER = ((clock.now() + timedelta(hours=h)).isoformat() for h in (-1, 30))
TWO_HOURS_AGO, EVEN_LATER = ((clock.now() + timedelta(hours=h)).isoformat() for h in (-2, 40))
TWO_TEXTS = ("第一稿", "第二稿")

VALUES: dict[str, tuple[Any, Any]] = {
    "Customer.type": ("NEW", "CHANNEL"),
    "Customer.name": ("杭州新程商贸有限公司", "杭州新程实业有限公司"),
    "Customer.enterpriseType": ("PRIVATE", "FOREIGN"),
    "Customer.industryCode": ("C14", "F52"),
    "Customer.sizeBand": ("FROM_50", "FROM_1000"),
    "Customer.revenueBand": ("FROM_5M", "FROM_400M"),
    "Customer.regionCode": ("330100", "310115"),
    "Customer.registeredRegionCode": ("330100", "310115"),
    "Customer.deliveryRegionCode": ("330100", "310115"),
    "Customer.latitude": ("30.274085", "-31.000001"),
    "Customer.longitude": ("120.155070", "-0.000001"),
    "Customer.foundedOn": ("2009-03-01", "1999-12-31"),
    "Customer.registeredCapital": ({"amount": "1.50", "currency": "CNY"}, {"amount": "900.00", "currency": "EUR"}),
    "Customer.numberOfStores": (3, 12),
    "Customer.businessForm": ("HOTEL", "WHOLESALE"),
    "Customer.website": ("https://a.example", "https://b.example"),
    "Customer.shopUrl": ("https://a.example", "https://b.example"),
    "Customer.salutation": ("MR", "MS"),
    "Customer.mobile": ("13812345678", "13900001111"),
    "Customer.idNumberLastFour": ("123X", "4567"),
    "Customer.idNumber": ("11010519491231002X", "330102199001011234"),
    "Customer.bankAccount": ("6222021234567890123", "440301560001234"),
    "Customer.source": ("VISIT", "PHONE"),
    "Customer.grade": ("A", "E"),
    "Customer.intent": ("A", "D"),
    "Customer.creditRating": ("AAA", "C"),
    "Customer.riskLevel": ("LOW", "HIGH"),
    "Customer.deduction": ("ON_ACCOUNT", "IN_GOODS"),
    "Customer.packaging": (["BAG"], ["GIFT_BOX", "BULK"]),
    "Customer.cooperationFrom": ("2024-01-01", "2024-02-01"),
    "Customer.cooperationUntil": ("2030-01-01", "2031-01-01"),
    "Contact.name": ("李雷", "欧阳韩梅"),
    "Contact.salutation": ("MR", "MS"),
    "Contact.decisionRole": ("USER", "DECIDER"),
    "Contact.mobile": ("13812345678", "13900001111"),
    "Contact.landline": ("0571-88886666", "021-66668888-12"),
    "Contact.email": ("a@acme.example", "bc@acme.example"),
    "Contact.birthday": ("05-21", "12-31"),
    "Need.kinds": (["PURCHASE"], ["CONSULTING", "COOPERATION"]),
    "Need.priority": ("LOW", "MEDIUM"),
    "Need.budgetBand": ("UNDER_10K", "FROM_100K"),
    "Need.expectedPurchase": ("DATE", "QUARTER"),
    "Need.expectedPurchaseOn": ("2026-03-31", "2026-06-30"),
    "FollowUp.occurredAt": (TWO_HOURS_AGO, HOUR_AGO),
    "FollowUp.durationMinutes": (15, 45),
    "FollowUp.mode": ("VISIT", "WECHAT"),
    "FollowUp.kind": ("SALES", "COMPLAINT"),
    "Task.dueAt": (LATER, EVEN_LATER),
    "Task.priority": ("LOW", "HIGH"),
}
"""Fields that are not here hold texts."""

TOGETHER: dict[str, dict[str, Any]] = {
    "Customer.industryOther": {"industryCode": "OTHER"},
    "Customer.latitude": {"longitude": "1"},
    "Customer.longitude": {"latitude": "1"},
    "Need.expectedPurchase": {"expectedPurchaseOn": "2026-03-31"},
    "Need.expectedPurchaseOn": {"expectedPurchase": "DATE"},
    "FollowUp.returnVisitResult": {"kind": "RETURN_VISIT"},
}
"""What an input sets besides, where a field goes with another one."""
