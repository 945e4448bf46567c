"""Customers (D5–D14, D30, D31)."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.contacts import ContactInput
from schema.core.custom import CustomFieldInput, given_custom
from schema.core.enums import graphql_enum
from schema.core.errors import UserError, user_errors
from schema.core.payloads import Partly, answer, given, key_of, payload
from schema.core.reading import Resolver, resolve_record
from schema.core.scalars import DateTime
from schema.core.types import AS_OF, argument, input_type, list_field, record_field
from schema.follow_ups import NextPlanInput, next_plan
from schema.needs import NeedInput
from schema.saved_filters import ARGUMENT, filtered_list
from service.core import enums
from service.core.errors import UserErrors
from service.core.fields import CONTACT, CUSTOMER, NEED, USER
from service.operations import reasons
from service.operations.customers import drafts, ownership, submission

_STATES = argument(
    list[graphql_enum(enums.CustomerState)] | None,  # type: ignore[misc]
    "Only records in one of these states; those in effect where it is not given.",
)
_SEARCH = argument(
    str | None,
    "Customers whose name, short name, number, code, contacts or mobiles hold this, as far as you are shown them in "
    "full; names by letters, pinyin or initials. Exact matches first, then prefixes, unless orderBy says otherwise.",
)
_ID = argument(strawberry.ID, "The record's id.")
_VERSION = (int, "The version that you read; a stale one is refused.")
_CUSTOM_FIELDS = (list[CustomFieldInput] | None, "Fields that administrators defined (D10); others stay.")
_REASON = (str | None, "Why. Required where core information changes (D33).")

CustomerPayload = payload("CustomerPayload", "Customer", "customer", "A customer that was saved.", waits=True)

CreateCustomerDraftInput = input_type(
    "CreateCustomerDraftInput",
    CUSTOMER,
    "A draft. Everything but the kind may be missing (D13).",
    kind=(graphql_enum(enums.CustomerKind), "Enterprise or individual; stays for ever."),
    contacts=(list[ContactInput] | None, "People at the customer; the first is primary where none is named."),  # type: ignore[valid-type]
    need=(NeedInput | None, "What the customer is after."),
    system_tags=(list[str] | None, "Names of system tags; one is needed for a submission."),
    custom_tags=(list[str] | None, "Tags of your own, at most 10 characters each."),
    custom_fields=_CUSTOM_FIELDS,
)
UpdateCustomerInput = input_type(
    "UpdateCustomerInput",
    CUSTOMER,
    "Changes of a customer. What is left out stays; null clears.",
    id=(strawberry.ID, "The customer."),
    version=_VERSION,
    reason=_REASON,
    confirmed_by=(str | None, "Who at the customer confirmed it. Required where core information changes (D33)."),
    confirmed_at=(DateTime | None, "When that was. Required where core information changes (D33)."),
    custom_fields=_CUSTOM_FIELDS,
)


@strawberry.input(description="The first communication with a customer: it becomes its first follow-up (D13).")
class CommunicationInput:
    occurred_at: DateTime | None = strawberry.field(default=None, description="When it began.")
    mode: graphql_enum(enums.FollowUpMode) | None = strawberry.field(default=None, description="How it took place.")  # type: ignore[valid-type]
    content: str | None = strawberry.field(default=None, description="What was said.")
    next_plan: NextPlanInput | None = strawberry.field(default=None, description="What comes next.")
    no_plan_reason: str | None = strawberry.field(default=None, description="Why nothing is planned.")


@strawberry.input(description="Brings a draft into effect.")
class SubmitCustomerInput:
    id: strawberry.ID = strawberry.field(description="The draft.")
    version: int = strawberry.field(description=_VERSION[1])
    evidence: graphql_enum(enums.Evidence) = strawberry.field(description="What was checked (D33).")  # type: ignore[valid-type]
    communication: CommunicationInput | None = strawberry.field(
        default=None, description="One communication with the customer (D13)."
    )


@strawberry.input(description="Deletes a draft.")
class DeleteCustomerDraftInput:
    id: strawberry.ID = strawberry.field(description="The draft.")


@strawberry.type(description="Says that a draft is gone.")
class DeleteCustomerDraftPayload:
    deleted_id: strawberry.ID | None = strawberry.field(description="The id that it had.")
    user_errors: list[UserError] = strawberry.field(description="Everything that is wrong with the input.")


@strawberry.input(description="Gives a customer to another member of staff.")
class ChangeCustomerOwnerInput:
    id: strawberry.ID = strawberry.field(description="The customer.")
    version: int = strawberry.field(description=_VERSION[1])
    owner_id: strawberry.ID = strawberry.field(description="The new owner.")
    reason: str = strawberry.field(description="Why.")


@strawberry.input(description="A member of staff who works on a customer too, or no longer.")
class CollaboratorInput:
    customer_id: strawberry.ID = strawberry.field(description="The customer.")
    user_id: strawberry.ID = strawberry.field(description="The member of staff.")


@strawberry.type
class CustomersQuery:
    customers: Any = list_field(
        "Customer",
        "Customers that exist for you, newest entry first (D49); with search the best matches first (D48).",
        states=_STATES,
        saved_filter=ARGUMENT,
        search=_SEARCH,
    )
    customer: Any = record_field(
        "Customer", "One customer; null where it does not exist for you, or did not at `asOf`.", id=_ID, as_of=AS_OF
    )


@strawberry.type
class CustomersMutation:
    @strawberry.mutation(description="Save a draft: nobody but you and your managers sees it (D30).")
    async def create_customer_draft(self, info: strawberry.Info, input: CreateCustomerDraftInput) -> CustomerPayload:  # type: ignore[valid-type]
        draft = drafts.Draft(
            kind=input.kind,
            values=given(input, CUSTOMER),
            custom=given_custom(input.custom_fields),
            contacts=[given(person, CONTACT, "is_primary") for person in input.contacts or ()],
            need=given(input.need, NEED) if input.need else None,
            system_tags=list(input.system_tags or ()),
            custom_tags=list(input.custom_tags or ()),
        )
        return await _answer(info, lambda viewer: drafts.create(viewer, draft))

    @strawberry.mutation(
        description="Change fields of a customer. High-risk ones wait for approval, the others are saved (D32)."
    )
    async def update_customer(self, info: strawberry.Info, input: UpdateCustomerInput) -> CustomerPayload:  # type: ignore[valid-type]
        key, values = key_of(input.id, CUSTOMER), given(input, CUSTOMER)
        confirmation = reasons.Confirmation(input.confirmed_by or None, input.confirmed_at or None)
        custom, reason = given_custom(input.custom_fields), input.reason or None
        return await _answer(
            info,
            lambda viewer: drafts.update(
                viewer, key, input.version, values, custom=custom, reason=reason, confirmation=confirmation
            ),
        )

    @strawberry.mutation(
        description="Bring a draft into effect, or ask for approval of it; all that is missing is reported at once"
        " (D31)."
    )
    async def submit_customer(self, info: strawberry.Info, input: SubmitCustomerInput) -> CustomerPayload:  # type: ignore[valid-type]
        key, first = key_of(input.id, CUSTOMER), input.communication
        words = vars(first) | {"next_plan": next_plan(first.next_plan)} if first else None
        wanted = submission.Submission(input.version, input.evidence, words)
        return await _answer(info, lambda viewer: submission.submit(viewer, key, wanted))

    @strawberry.mutation(description="Delete a draft of yours (D61).")
    async def delete_customer_draft(
        self, info: strawberry.Info, input: DeleteCustomerDraftInput
    ) -> DeleteCustomerDraftPayload:
        viewer = await info.context.require_viewer()
        try:
            await drafts.delete(viewer, key_of(input.id, CUSTOMER))
        except UserErrors as refused:
            errors = user_errors(refused, info.context.locale)
            return DeleteCustomerDraftPayload(deleted_id=None, user_errors=errors)
        return DeleteCustomerDraftPayload(deleted_id=input.id, user_errors=[])

    @strawberry.mutation(description="Give a customer to another member of staff. Managers and administrators only.")
    async def change_customer_owner(self, info: strawberry.Info, input: ChangeCustomerOwnerInput) -> CustomerPayload:  # type: ignore[valid-type]
        key, owner = key_of(input.id, CUSTOMER), key_of(input.owner_id, USER)
        return await answer(
            info,
            CustomerPayload,
            lambda viewer: ownership.change_owner(viewer, key, input.version, owner, input.reason),
        )

    @strawberry.mutation(description="Let a member of staff work on a customer too.")
    async def add_collaborator(self, info: strawberry.Info, input: CollaboratorInput) -> CustomerPayload:  # type: ignore[valid-type]
        key, user = key_of(input.customer_id, CUSTOMER), key_of(input.user_id, USER)
        return await answer(info, CustomerPayload, lambda viewer: ownership.add_collaborator(viewer, key, user))

    @strawberry.mutation(description="End that a member of staff works on a customer too.")
    async def remove_collaborator(self, info: strawberry.Info, input: CollaboratorInput) -> CustomerPayload:  # type: ignore[valid-type]
        key, user = key_of(input.customer_id, CUSTOMER), key_of(input.user_id, USER)
        return await answer(info, CustomerPayload, lambda viewer: ownership.remove_collaborator(viewer, key, user))


async def _answer(info: Any, work: Any) -> Any:
    async def outcome(viewer: Any) -> Any:
        saved = await work(viewer)
        return Partly(saved.customer_id, saved.warnings, saved.approval_id, saved.waiting)

    return await answer(info, CustomerPayload, outcome)


RESOLVERS: dict[str, Resolver] = {
    "Query.customers": filtered_list({"states": [enums.CustomerState.ACTIVE]}),
    "Query.customer": resolve_record,
}
