"""Fields that administrators define at run time, and how much all fields are used (D10)."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.core.enums import graphql_enum
from schema.core.payloads import answer, key_of, payload
from schema.core.reading import Resolver, list_resolver
from schema.core.types import DataClass, list_field
from schema.jobs import JobPayload, job_payload
from service.core import enums
from service.core.fields import CUSTOM_FIELD
from service.core.text import camel
from service.operations import custom_field_indexes, custom_fields, field_usage

_VERSION = "The version that you read; a stale one is refused."
_ID = "The field."
Type = graphql_enum(enums.CustomFieldType)
Kind = graphql_enum(enums.CustomerKind)

CustomFieldPayload = payload("CustomFieldPayload", "CustomField", "custom_field", "A definition that was saved.")


@strawberry.type(description="How much a field of customers is used (D10).")
class FieldUsage:
    of: strawberry.Private[field_usage.Usage]
    is_custom: bool = strawberry.field(description="Whether administrators defined it.")

    @strawberry.field(description="The key of a custom field, the API's name of a built-in one.")
    def name(self) -> str:
        return self.of.name if self.is_custom else camel(self.of.name)

    @strawberry.field(description="How many customers in effect have a value.")
    def filled(self) -> int:
        return self.of.filled

    @strawberry.field(description="How many customers in effect could have one: those of its kind.")
    def customers(self) -> int:
        return self.of.customers

    @strawberry.field(description="Whether it is out of use.")
    def is_retired(self) -> bool:
        return self.of.retired


@strawberry.input(description="A choice that a field offers; later ones come by addListValue.")
class CustomFieldChoiceInput:
    code: str = strawberry.field(description="Capitals, digits and underscores; stays for ever.")
    zh: str = strawberry.field(description="The Chinese label.")
    en: str = strawberry.field(description="The English label.")


@strawberry.input(description="A field that customers are to have.")
class CreateCustomFieldInput:
    key: str = strawberry.field(description="Small letters, digits and underscores; stays for ever.")
    type: Type = strawberry.field(description="What it holds.")  # type: ignore[valid-type]
    zh: str = strawberry.field(description="The Chinese label.")
    en: str = strawberry.field(description="The English label.")
    description: str | None = strawberry.field(default=strawberry.UNSET, description="What exactly is meant.")
    data_class: DataClass | None = strawberry.field(  # type: ignore[valid-type]
        default=strawberry.UNSET, description="Who is shown its values (D42); BUSINESS if not given, never IDENTITY."
    )
    kind: Kind | None = strawberry.field(default=strawberry.UNSET, description="The only kind that has it.")  # type: ignore[valid-type]
    required_of_enterprises: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether enterprises need it at submission."
    )
    required_of_individuals: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether individuals need it at submission."
    )
    choices: list[CustomFieldChoiceInput] | None = strawberry.field(
        default=strawberry.UNSET, description="What CHOICE and MULTI_CHOICE offer, in this order."
    )
    position: int | None = strawberry.field(default=strawberry.UNSET, description="Where it stands; last if not given.")


@strawberry.input(description="Changes of a definition. What is left out stays; null clears description and kind.")
class UpdateCustomFieldInput:
    id: strawberry.ID = strawberry.field(description=_ID)
    version: int = strawberry.field(description=_VERSION)
    type: Type | None = strawberry.field(  # type: ignore[valid-type]
        default=strawberry.UNSET, description="Another one only while no customer has a value."
    )
    zh: str | None = strawberry.field(default=strawberry.UNSET, description="The Chinese label.")
    en: str | None = strawberry.field(default=strawberry.UNSET, description="The English label.")
    description: str | None = strawberry.field(default=strawberry.UNSET, description="What exactly is meant.")
    data_class: DataClass | None = strawberry.field(  # type: ignore[valid-type]
        default=strawberry.UNSET, description="Counts at once, for what is stored already too (D42)."
    )
    kind: Kind | None = strawberry.field(default=strawberry.UNSET, description="The only kind that has it.")  # type: ignore[valid-type]
    required_of_enterprises: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether enterprises need it at submission."
    )
    required_of_individuals: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether individuals need it at submission."
    )
    position: int | None = strawberry.field(default=strawberry.UNSET, description="Where it stands among the others.")


@strawberry.input(description="Takes an optional field out of use, or back into it. Values stay.")
class RetireCustomFieldInput:
    id: strawberry.ID = strawberry.field(description=_ID)
    version: int = strawberry.field(description=_VERSION)
    retired: bool = strawberry.field(default=True, description="False brings it back.")


@strawberry.input(description="Asks for an index that filters and orders by a field go by.")
class BuildCustomFieldIndexInput:
    id: strawberry.ID = strawberry.field(description=_ID)


@strawberry.type
class CustomFieldsQuery:
    custom_fields: Any = list_field("CustomField", "The fields that administrators defined, by their position.")

    @strawberry.field(description="How many customers use each field that is theirs to fill. Administrators only.")
    async def field_usage(self, info: strawberry.Info) -> list[FieldUsage]:
        viewer = await info.context.require_viewer()
        own = [FieldUsage(of=one, is_custom=True) for one in await field_usage.of_custom_fields(viewer)]
        return own + [FieldUsage(of=one, is_custom=False) for one in await field_usage.of_built_in_fields(viewer)]


def _given(input: Any) -> dict[str, Any]:
    own = ("id", "version", "key", "choices")
    return {name: value for name, value in vars(input).items() if value is not strawberry.UNSET and name not in own}


@strawberry.type
class CustomFieldsMutation:
    @strawberry.mutation(description="Define a field that customers are to have (D10). Administrators only.")
    async def create_custom_field(self, info: strawberry.Info, input: CreateCustomFieldInput) -> CustomFieldPayload:  # type: ignore[valid-type]
        choices = [vars(choice) for choice in input.choices or ()]
        return await answer(
            info,
            CustomFieldPayload,
            lambda viewer: custom_fields.create(viewer, input.key, _given(input), choices),
        )

    @strawberry.mutation(description="Change a definition. Administrators only.")
    async def update_custom_field(self, info: strawberry.Info, input: UpdateCustomFieldInput) -> CustomFieldPayload:  # type: ignore[valid-type]
        key = key_of(input.id, CUSTOM_FIELD)
        return await answer(
            info,
            CustomFieldPayload,
            lambda viewer: custom_fields.update(viewer, key, input.version, _given(input)),
        )

    @strawberry.mutation(description="Take an optional field out of use, or back into it. Administrators only.")
    async def retire_custom_field(self, info: strawberry.Info, input: RetireCustomFieldInput) -> CustomFieldPayload:  # type: ignore[valid-type]
        key = key_of(input.id, CUSTOM_FIELD)
        return await answer(
            info,
            CustomFieldPayload,
            lambda viewer: custom_fields.retire(viewer, key, input.version, retired=input.retired),
        )

    @strawberry.mutation(description="Have an index built for a field, by a job. Administrators only.")
    async def build_custom_field_index(self, info: strawberry.Info, input: BuildCustomFieldIndexInput) -> JobPayload:
        key = key_of(input.id, CUSTOM_FIELD)
        return await job_payload(info, lambda viewer: custom_field_indexes.ask(viewer, key))


RESOLVERS: dict[str, Resolver] = {"Query.customFields": list_resolver()}
