"""Access grants (D45)."""

# Read as a table, one entry a line or two.
# fmt: off

from enum import StrEnum

from service.core.enums.base import Labelled
from service.core.enums.people import DataClass, Level


class AccessState(Labelled):
    """What has become of a request for access, and of the grant that it led to."""

    REQUESTED = "REQUESTED", "待审批", "Requested"
    REFUSED = "REFUSED", "未获批准", "Not granted"
    UPCOMING = "UPCOMING", "未生效", "Not yet in force"
    ACTIVE = "ACTIVE", "生效中", "In force"
    WITHDRAWN = "WITHDRAWN", "已收回", "Withdrawn"
    EXPIRED = "EXPIRED", "已到期", "Expired"


class AccessDelivery(Labelled):
    """In which form somebody is given access."""

    GRANT = "GRANT", "在系统中查看", "Seen in the service"
    COPY = "COPY", "脱敏副本", "Masked copy as a file"


class Granted(StrEnum):
    """What a grant in force opens, beside what a viewer is to a customer: the fields of a class."""

    BUSINESS = "GRANTED_BUSINESS"
    COMMERCIAL = "GRANTED_COMMERCIAL"
    CONTACT = "GRANTED_CONTACT"

    @property
    def data_class(self) -> DataClass:
        return DataClass(self.name)

    @property
    def level(self) -> Level:
        """How much of it: who needs contact data unmasked becomes a collaborator (D45)."""
        return Level.MASKED if self is Granted.CONTACT else Level.FULL
