"""Errors with a name and a code. Codes never change; the sentences are in `service.core.messages`.

`Invalid` is one fault of one value. `UserErrors` is all faults of one input, with the path of each; it becomes
`userErrors` of a payload. `Refusal` and its children end the whole operation; they become top-level errors.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class ErrorCode(StrEnum):
    """What went wrong with one value or one rule of the business. Stable."""

    REQUIRED = "REQUIRED"
    NOT_FOUND = "NOT_FOUND"
    WRONG_TYPE = "WRONG_TYPE"
    TOO_LONG = "TOO_LONG"
    TOO_SHORT = "TOO_SHORT"
    INVALID_CHARACTERS = "INVALID_CHARACTERS"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    TOO_MANY_PLACES = "TOO_MANY_PLACES"
    CURRENCY_UNKNOWN = "CURRENCY_UNKNOWN"
    CODE_FORMAT = "CODE_FORMAT"
    KEY_FORMAT = "KEY_FORMAT"
    ONE_VALUE_ONLY = "ONE_VALUE_ONLY"
    GIVEN_TWICE = "GIVEN_TWICE"
    LAST_VALUE = "LAST_VALUE"
    VALUE_NOT_OFFERED = "VALUE_NOT_OFFERED"
    FILTER_INVALID = "FILTER_INVALID"
    NOT_YOUR_DEPARTMENT = "NOT_YOUR_DEPARTMENT"
    URL_FORMAT = "URL_FORMAT"
    IDENTITY_IN_TEXT = "IDENTITY_IN_TEXT"
    MOBILE_IN_TEXT = "MOBILE_IN_TEXT"

    EMPTY = "EMPTY"
    TOO_LARGE = "TOO_LARGE"
    SIZE_MISMATCH = "SIZE_MISMATCH"
    HASH_MISMATCH = "HASH_MISMATCH"
    TYPE_NOT_ACCEPTED = "TYPE_NOT_ACCEPTED"
    TYPE_MISMATCH = "TYPE_MISMATCH"
    VIRUS = "VIRUS"
    SHA256_FORMAT = "SHA256_FORMAT"
    NOT_UPLOADED = "NOT_UPLOADED"
    UPLOAD_EXPIRED = "UPLOAD_EXPIRED"
    QUOTA_OF_USER = "QUOTA_OF_USER"
    QUOTA_OF_CUSTOMER = "QUOTA_OF_CUSTOMER"
    EXTENSION_UNKNOWN = "EXTENSION_UNKNOWN"
    EXTENSION_DOUBLE = "EXTENSION_DOUBLE"

    USCC_LENGTH = "USCC_LENGTH"
    USCC_CHARACTER = "USCC_CHARACTER"
    USCC_CHECK = "USCC_CHECK"
    USCC_TAKEN = "USCC_TAKEN"
    USCC_ONLY_FOR_ENTERPRISES = "USCC_ONLY_FOR_ENTERPRISES"

    MOBILE_LENGTH = "MOBILE_LENGTH"
    MOBILE_PREFIX = "MOBILE_PREFIX"
    MOBILE_IS_LANDLINE = "MOBILE_IS_LANDLINE"
    LANDLINE_FORMAT = "LANDLINE_FORMAT"
    EMAIL_FORMAT = "EMAIL_FORMAT"
    EMAIL_PERSONAL_NEEDS_NOTE = "EMAIL_PERSONAL_NEEDS_NOTE"
    NAME_IS_HONORIFIC = "NAME_IS_HONORIFIC"
    NAME_HAS_TITLE = "NAME_HAS_TITLE"
    NAME_IS_NICKNAME = "NAME_IS_NICKNAME"
    BIRTHDAY_FORMAT = "BIRTHDAY_FORMAT"
    ID_NUMBER_LAST_FOUR = "ID_NUMBER_LAST_FOUR"
    ID_NUMBER_CHECK = "ID_NUMBER_CHECK"
    BANK_ACCOUNT_FORMAT = "BANK_ACCOUNT_FORMAT"
    ENCRYPTION_OFF = "ENCRYPTION_OFF"
    NOTHING_KEPT = "NOTHING_KEPT"

    REGION_UNKNOWN = "REGION_UNKNOWN"
    REGION_MISMATCH = "REGION_MISMATCH"
    ADDRESS_TOO_EXACT = "ADDRESS_TOO_EXACT"
    COORDINATES_INCOMPLETE = "COORDINATES_INCOMPLETE"
    INDUSTRY_UNKNOWN = "INDUSTRY_UNKNOWN"
    INDUSTRY_OTHER_NEEDS_TEXT = "INDUSTRY_OTHER_NEEDS_TEXT"
    TAG_UNKNOWN = "TAG_UNKNOWN"
    TAG_IS_LAST_SYSTEM_TAG = "TAG_IS_LAST_SYSTEM_TAG"

    SAME_STAGE = "SAME_STAGE"
    ILLEGAL_STAGE_MOVE = "ILLEGAL_STAGE_MOVE"
    REASON_REQUIRED = "REASON_REQUIRED"
    LOST_REASON_REQUIRED = "LOST_REASON_REQUIRED"
    LOST_OTHER_NEEDS_TEXT = "LOST_OTHER_NEEDS_TEXT"
    LOST_REASON_ONLY_FOR_LOST = "LOST_REASON_ONLY_FOR_LOST"

    TIME_IN_FUTURE = "TIME_IN_FUTURE"
    TIME_IN_PAST = "TIME_IN_PAST"
    NEXT_PLAN_REQUIRED = "NEXT_PLAN_REQUIRED"
    NEXT_PLAN_CONTRADICTS = "NEXT_PLAN_CONTRADICTS"
    RESULT_ONLY_FOR_RETURN_VISIT = "RESULT_ONLY_FOR_RETURN_VISIT"
    LAST_FOLLOW_UP = "LAST_FOLLOW_UP"

    DUE_IN_PAST = "DUE_IN_PAST"
    TASK_CLOSED = "TASK_CLOSED"
    ASSIGNEE_CANNOT_SEE = "ASSIGNEE_CANNOT_SEE"

    NOT_A_DRAFT = "NOT_A_DRAFT"
    NOT_IN_EFFECT = "NOT_IN_EFFECT"
    SYSTEM_TAG_REQUIRED = "SYSTEM_TAG_REQUIRED"
    PRIMARY_CONTACT_REQUIRED = "PRIMARY_CONTACT_REQUIRED"
    LAST_CONTACT = "LAST_CONTACT"
    COMMUNICATION_REQUIRED = "COMMUNICATION_REQUIRED"
    USER_DISABLED = "USER_DISABLED"
    NOT_FOR_THIS_KIND = "NOT_FOR_THIS_KIND"
    FIELD_IS_REQUIRED = "FIELD_IS_REQUIRED"
    FIELD_RETIRED = "FIELD_RETIRED"
    CUSTOM_FIELD_IN_USE = "CUSTOM_FIELD_IN_USE"
    DATA_CLASS_PROTECTED = "DATA_CLASS_PROTECTED"
    CHOICES_NOT_WANTED = "CHOICES_NOT_WANTED"
    INDEX_NEEDS_OPERATOR = "INDEX_NEEDS_OPERATOR"
    INDEX_NOT_BUILT = "INDEX_NOT_BUILT"
    INDEX_BEING_BUILT = "INDEX_BEING_BUILT"
    REFERRER_REQUIRED = "REFERRER_REQUIRED"
    REFERRER_ONLY_FOR_REFERRALS = "REFERRER_ONLY_FOR_REFERRALS"
    CONFIRMATION_REQUIRED = "CONFIRMATION_REQUIRED"
    SAME_CUSTOMER = "SAME_CUSTOMER"
    PERIOD_REVERSED = "PERIOD_REVERSED"
    PURCHASE_TIME_INCOMPLETE = "PURCHASE_TIME_INCOMPLETE"
    NOT_CONSENTED = "NOT_CONSENTED"
    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN"
    NEED_CLOSED = "NEED_CLOSED"
    SEVERAL_PRIMARY_CONTACTS = "SEVERAL_PRIMARY_CONTACTS"
    SHARES_NOT_WHOLE = "SHARES_NOT_WHOLE"
    SUPERFLUOUS_FOR_TERM = "SUPERFLUOUS_FOR_TERM"
    RELATION_CYCLE = "RELATION_CYCLE"
    HAS_PARENT = "HAS_PARENT"
    APPROVAL_ENDED = "APPROVAL_ENDED"
    ALWAYS_APPROVED = "ALWAYS_APPROVED"
    NOT_GRANTABLE = "NOT_GRANTABLE"
    NOT_IN_FORCE = "NOT_IN_FORCE"
    NOT_REVERSIBLE = "NOT_REVERSIBLE"
    NOBODY_RESPONSIBLE = "NOBODY_RESPONSIBLE"
    PERIOD_PAST = "PERIOD_PAST"
    PERIOD_TOO_LONG = "PERIOD_TOO_LONG"
    FORBIDDEN = "FORBIDDEN"

    PASSWORD_WEAK = "PASSWORD_WEAK"
    PASSWORD_COMMON = "PASSWORD_COMMON"
    PASSWORD_CONTAINS_ACCOUNT = "PASSWORD_CONTAINS_ACCOUNT"
    PASSWORD_SAME = "PASSWORD_SAME"
    SIGN_IN_FAILED = "SIGN_IN_FAILED"
    SIGN_IN_LOCKED = "SIGN_IN_LOCKED"
    SESSION_ENDED = "SESSION_ENDED"

    LAST_ADMINISTRATOR = "LAST_ADMINISTRATOR"
    NOT_YOURSELF = "NOT_YOURSELF"
    NEVER_EDITS = "NEVER_EDITS"
    CANNOT_OWN = "CANNOT_OWN"
    SAME_OWNER = "SAME_OWNER"
    OWNER_CHANGED = "OWNER_CHANGED"
    NOT_YOURS_TO_HAND_OVER = "NOT_YOURS_TO_HAND_OVER"
    TOO_MANY = "TOO_MANY"
    JOB_FINISHED = "JOB_FINISHED"
    NOT_GIVEN_UP = "NOT_GIVEN_UP"
    JOB_CANNOT_BE_CANCELLED = "JOB_CANNOT_BE_CANCELLED"
    DEPARTMENT_CYCLE = "DEPARTMENT_CYCLE"
    DEPARTMENT_HAS_STAFF = "DEPARTMENT_HAS_STAFF"
    DEPARTMENT_HAS_CHILDREN = "DEPARTMENT_HAS_CHILDREN"
    DEPARTMENT_HAS_CUSTOMERS = "DEPARTMENT_HAS_CUSTOMERS"
    ALREADY_EXISTS = "ALREADY_EXISTS"


Path = tuple[str, ...]


class Invalid(ValueError):
    """One value breaks one rule. `params` fill the sentence of the catalogue (legal moves, limits, …)."""

    def __init__(self, code: ErrorCode, /, **params: Any) -> None:
        super().__init__(code.value)
        self.code = code
        self.params = params


@dataclass(frozen=True)
class FieldError:
    """One fault with the path of the input field that it is about."""

    code: ErrorCode
    field: Path
    params: dict[str, Any] = dataclasses.field(default_factory=dict[str, Any])


class UserErrors(Exception):
    """All faults of one input at once. Nothing was saved."""

    def __init__(self, errors: list[FieldError]) -> None:
        super().__init__(", ".join(f"{'.'.join(e.field)}: {e.code}" for e in errors))
        self.errors = errors


class Refusal(Exception):
    """The operation does not take place. `code` goes to `extensions.code`; nothing was saved."""

    code = "REFUSED"

    def __init__(self, message: str | None = None, **params: Any) -> None:
        super().__init__(message or self.code)
        self.params = params
        self.detail = message
        """The key of the sentence in `service.core.messages`."""

    def extensions(self) -> dict[str, Any]:
        """What a client gets besides code and sentence."""
        return {}


class Unauthenticated(Refusal):
    """Nobody is signed in, or the session has ended."""

    code = "UNAUTHENTICATED"


class PasswordChangeRequired(Refusal):
    """The initial password has to be changed before anything else (D1)."""

    code = "PASSWORD_CHANGE_REQUIRED"


class Forbidden(Refusal):
    """The viewer may see the record but not do this to it."""

    code = "FORBIDDEN"


class FieldForbidden(Refusal):
    """An input field was supplied on which the viewer has not FULL (D43)."""

    code = "FIELD_FORBIDDEN"

    def extensions(self) -> dict[str, Any]:
        return {"field": self.params["field"]}


class FieldNotVisible(Refusal):
    """A filter or an order names a field that the viewer can never see (D43)."""

    code = "FIELD_NOT_VISIBLE"


class NotFound(Refusal):
    """No such record for this viewer. The same answer for a hidden and for an absent one."""

    code = "NOT_FOUND"


class Conflict(Refusal):
    """The record changed meanwhile; `params` carry the fields with base, current and wanted values."""

    code = "CONFLICT"

    def extensions(self) -> dict[str, Any]:
        return {"conflicts": self.params.get("conflicts", []), "currentVersion": self.params.get("current_version")}


class StoreAway(Refusal):
    """The object store does not answer: nothing was changed."""

    code = "STORE_UNAVAILABLE"


class ValuesErased(Refusal):
    """The protected values of the record were erased: they cannot be read any more, and none can be kept (D61)."""

    code = "VALUES_ERASED"


class UploadStalled(Refusal):
    """The client has stopped in the middle of a content: nothing was changed."""

    code = "UPLOAD_STALLED"


class EventsGone(Refusal):
    """The events after that one are not kept any more: what is followed has to be read anew."""

    code = "EVENTS_GONE"


class TooManySubscriptions(Refusal):
    """The person, or the socket, has as many subscriptions open as there may be."""

    code = "TOO_MANY_SUBSCRIPTIONS"


class BadRequest(Refusal):
    """The request cannot be understood: page size, cursor, id, filter."""

    code = "BAD_USER_INPUT"


class IdempotencyKeyReused(Refusal):
    """The key stands for another request of the same person."""

    code = "IDEMPOTENCY_KEY_REUSED"


class RequestRefused(Refusal):
    """The request is refused before anything of it runs, under one of the codes of `service.core.messages.requests`."""

    code = "QUERY_MISSING"

    def __init__(self, code: str, status: int = 400, **params: Any) -> None:
        super().__init__(**params)
        self.code = code
        self.status = status
        """The status of HTTP, where the answer's media type lets it tell."""

    def extensions(self) -> dict[str, Any]:
        return {name: self.params[name] for name in ("limit", "given") if name in self.params}


class RateLimited(RequestRefused):
    """The viewer's allowance is used up (SEC-C2)."""

    code = "RATE_LIMITED"

    def __init__(self, seconds: int) -> None:
        super().__init__("RATE_LIMITED", 429, seconds=seconds)
        self.seconds = seconds

    def extensions(self) -> dict[str, Any]:
        return {"retryAfter": self.seconds}
