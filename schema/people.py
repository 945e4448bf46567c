"""Staff, departments, signing in (D1, D2)."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.core.errors import UserError, user_errors
from schema.core.reading import Resolver, list_resolver, read_by_id, resolve_payload_record
from schema.core.scalars import DateTime
from schema.core.types import lazy, list_field
from service.core.errors import UserErrors
from service.core.fields import USER
from service.core.ids import to_global
from service.operations import sign_in

Info = strawberry.Info
"""`info.context` is a `schema.core.context.Context`."""


@strawberry.input(description="Who signs in.")
class SignInInput:
    account: str = strawberry.field(description="Staff number or e-mail.")
    password: str = strawberry.field(description="The password.")


@strawberry.input(description="Exchanges a refresh token.")
class RefreshSessionInput:
    refresh_token: str = strawberry.field(description="The newest refresh token of the session; it is spent by this.")


@strawberry.input(description="Sets a new password.")
class ChangePasswordInput:
    current_password: str = strawberry.field(description="The password that is good now.")
    new_password: str = strawberry.field(
        description="At least 8 characters with letters, digits and special characters."
    )


@strawberry.type(description="What a client keeps of a session.")
class SessionPayload:
    access_token: str | None = strawberry.field(description="Goes into `Authorization: Bearer …` of every request.")
    expires_at: DateTime | None = strawberry.field(description="When the access token expires.")
    refresh_token: str | None = strawberry.field(description="Is exchanged, once, for new tokens.")
    must_change_password: bool = strawberry.field(description="The initial password has to be changed first (D1).")
    user: Any = strawberry.field(graphql_type=lazy("User") | None, description="Who signed in.")
    user_errors: list[UserError] = strawberry.field(description="What is wrong with the input.")

    @classmethod
    def of(cls, tokens: sign_in.Tokens) -> SessionPayload:
        return cls(
            access_token=tokens.access_token,
            expires_at=tokens.expires_at,  # type: ignore[arg-type]
            refresh_token=tokens.refresh_token,
            must_change_password=tokens.must_change_password,
            user=to_global(USER.prefix, tokens.user_id),  # type: ignore[arg-type]
            user_errors=[],
        )

    @classmethod
    def failed(cls, errors: list[UserError]) -> SessionPayload:
        return cls(
            access_token=None,
            expires_at=None,
            refresh_token=None,
            must_change_password=False,
            user=None,
            user_errors=errors,
        )


@strawberry.type(description="Says that a session has ended.")
class SignOutPayload:
    user_errors: list[UserError] = strawberry.field(description="What is wrong with the input.")


def _me(self):  # type: ignore[no-untyped-def]
    raise AssertionError("a record is made by the reader")


@strawberry.type
class PeopleQuery:
    me: Any = strawberry.field(resolver=_me, graphql_type=lazy("User"), description="Who is signed in.")
    users: Any = list_field("User", "Staff, by staff number.")
    departments: Any = list_field("Department", "Departments, the oldest first.")


def _caller(info: Info) -> sign_in.Caller:
    return sign_in.Caller(client=info.context.client, request_id=info.context.request_id)


@strawberry.type
class PeopleMutation:
    @strawberry.mutation(description="Sign in with the account that the company gave you (D1).")
    async def sign_in(self, info: Info, input: SignInInput) -> SessionPayload:
        tokens = await sign_in.sign_in(input.account, input.password, caller=_caller(info))
        await info.context.signed_in(tokens.access_token)
        return SessionPayload.of(tokens)

    @strawberry.mutation(description="Exchange the refresh token for new tokens. Using one twice ends the session.")
    async def refresh_session(self, info: Info, input: RefreshSessionInput) -> SessionPayload:
        tokens = await sign_in.refresh(input.refresh_token, caller=_caller(info))
        await info.context.signed_in(tokens.access_token)
        return SessionPayload.of(tokens)

    @strawberry.mutation(description="Set a new password. Every session ends; go on with the tokens returned.")
    async def change_password(self, info: Info, input: ChangePasswordInput) -> SessionPayload:
        viewer = await info.context.require_viewer(may_have_initial_password=True)
        try:
            tokens = await sign_in.change_password(viewer, input.current_password, input.new_password)
        except UserErrors as refused:
            return SessionPayload.failed(user_errors(refused, info.context.locale))
        await info.context.signed_in(tokens.access_token)
        return SessionPayload.of(tokens)

    @strawberry.mutation(description="End this session.")
    async def sign_out(self, info: Info) -> SignOutPayload:
        await sign_in.sign_out(await info.context.require_viewer(may_have_initial_password=True))
        return SignOutPayload(user_errors=[])

    @strawberry.mutation(description="End every session of yours, on all devices.")
    async def sign_out_everywhere(self, info: Info) -> SignOutPayload:
        await sign_in.sign_out_everywhere(await info.context.require_viewer(may_have_initial_password=True))
        return SignOutPayload(user_errors=[])


async def resolve_me(_source, info, **_given):  # type: ignore[no-untyped-def]
    viewer = await info.context.require_viewer()
    return await read_by_id(info, to_global(USER.prefix, viewer.id))


RESOLVERS: dict[str, Resolver] = {
    "Query.me": resolve_me,
    "Query.users": list_resolver(),
    "Query.departments": list_resolver(),
    "SessionPayload.user": resolve_payload_record("user"),
}
