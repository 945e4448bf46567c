"""Edit permissions: given to a person for a customer, and withdrawn (D3)."""

from __future__ import annotations

import strawberry

from schema.core.payloads import answer, key_of, payload
from service.core.fields import CUSTOMER, USER
from service.operations.customers import editors

EditPermissionPayload = payload("EditPermissionPayload", "Customer", "customer", "The customer with its editors.")


@strawberry.input(description="A member of staff who may edit a customer, or no longer.")
class EditPermissionInput:
    customer_id: strawberry.ID = strawberry.field(description="The customer.")
    user_id: strawberry.ID = strawberry.field(description="The member of staff.")


@strawberry.type
class EditPermissionsMutation:
    @strawberry.mutation(
        description="Let somebody edit the fields of a customer that he sees in full; it shows him nothing more (D3). "
        "The owner, the managers above him, administrators."
    )
    async def grant_edit_permission(self, info: strawberry.Info, input: EditPermissionInput) -> EditPermissionPayload:  # type: ignore[valid-type]
        customer, user = key_of(input.customer_id, CUSTOMER), key_of(input.user_id, USER)
        return await answer(info, EditPermissionPayload, lambda viewer: editors.grant(viewer, customer, user))

    @strawberry.mutation(description="Take that permission back (D3).")
    async def withdraw_edit_permission(
        self, info: strawberry.Info, input: EditPermissionInput
    ) -> EditPermissionPayload:  # type: ignore[valid-type]
        customer, user = key_of(input.customer_id, CUSTOMER), key_of(input.user_id, USER)
        return await answer(info, EditPermissionPayload, lambda viewer: editors.withdraw(viewer, customer, user))
