"""Lists of values and fields: what they mean, and what administrators decide about them (D10)."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.core.enums import graphql_enum
from schema.core.errors import UserError, user_errors
from schema.core.payloads import answer, key_of, payload
from schema.core.reading import Resolver, list_resolver
from schema.core.types import DataClass, argument, list_field
from service.core import enums
from service.core.errors import UserErrors
from service.core.fields import CUSTOMER, LIST_VALUE
from service.core.stages import DEFINITIONS
from service.core.text import camel, snake
from service.operations import catalogue

_LOCALE = argument(str | None, "zh-CN or en; the language of the request where it is not given.")
_NAMES = argument(list[str] | None, "Only these; all where it is not given.")
_ENTITY = argument(str | None, "The type of record; all where it is not given.")
_VERSION = "The version that you read; a stale one is refused."
CustomerKind = graphql_enum(enums.CustomerKind)

ListValuePayload = payload("ListValuePayload", "ListValue", "list_value", "A value of a list that was saved.")


def _chosen(locale: str | None, info: strawberry.Info) -> bool:
    """Whether Chinese is wanted."""
    return (locale or info.context.locale).startswith("zh")


@strawberry.type(description="One code of an enumeration with its labels.")
class EnumerationValue:
    code: str = strawberry.field(description="What fields hold. Never changes.")
    zh: strawberry.Private[str]
    en: strawberry.Private[str]
    definitions: strawberry.Private[tuple[str, str] | None]

    @strawberry.field(description="What staff read.")
    def label(self, info: strawberry.Info, locale: _LOCALE = None) -> str:  # type: ignore[valid-type]
        return self.zh if _chosen(locale, info) else self.en

    @strawberry.field(description="What exactly is meant, where that is laid down.")
    def definition(self, info: strawberry.Info, locale: _LOCALE = None) -> str | None:  # type: ignore[valid-type]
        return self.definitions and self.definitions[0 if _chosen(locale, info) else 1]


@strawberry.type(description="A fixed enumeration of the API. Lists that administrators edit are in `listValues`.")
class Enumeration:
    name: str = strawberry.field(description="Its name in the schema.")
    values: list[EnumerationValue] = strawberry.field(description="Its codes, in the order of the business.")


@strawberry.type(description="A field of a type of record: what it means and what is asked of it.")
class FieldDefinition:
    of: strawberry.Private[catalogue.Definition]

    @strawberry.field(description="The type of the record.")
    def entity(self) -> str:
        return self.of.entity

    @strawberry.field(description="The name of the field in the API.")
    def field(self) -> str:
        return camel(self.of.field.name)

    @strawberry.field(description="What staff read.")
    def label(self, info: strawberry.Info, locale: _LOCALE = None) -> str:  # type: ignore[valid-type]
        return self.of.field.zh if _chosen(locale, info) else self.of.field.en

    @strawberry.field(description="What the field holds.")
    def definition(self) -> str:
        return self.of.field.doc

    @strawberry.field(description="The data class that decides who sees it.")
    def data_class(self) -> DataClass:  # type: ignore[valid-type]
        return self.of.field.data_class

    @strawberry.field(description="The list that its values come from, where administrators edit them.")
    def list(self) -> str | None:
        field = self.of.field
        return field.enum.__name__ if field.type.is_choice and field.enum else None

    @strawberry.field(description="The kinds of customer of which it is required at submission.")
    def required_of(self) -> list[CustomerKind]:  # type: ignore[valid-type]
        return [kind for kind in enums.CustomerKind if kind in self.of.required_of]

    @strawberry.field(description="Whether inputs set it.")
    def is_settable(self) -> bool:
        return self.of.field.settable and not self.of.retired

    @strawberry.field(description="Whether it is out of use: its values stay, inputs refuse it.")
    def is_retired(self) -> bool:
        return self.of.retired


@strawberry.input(description="A value that a list is to offer.")
class AddListValueInput:
    list: str = strawberry.field(description="The name of the list, for instance SourceChannel.")
    code: str = strawberry.field(description="Capitals, digits and underscores; stays for ever.")
    zh: str = strawberry.field(description="The Chinese label.")
    en: str = strawberry.field(description="The English label.")
    definition_zh: str | None = strawberry.field(default=strawberry.UNSET, description="What is meant, in Chinese.")
    definition_en: str | None = strawberry.field(default=strawberry.UNSET, description="What is meant, in English.")
    position: int | None = strawberry.field(default=strawberry.UNSET, description="Where it stands; last if not given.")


@strawberry.input(description="Changes of a value. What is left out stays.")
class UpdateListValueInput:
    id: strawberry.ID = strawberry.field(description="The value.")
    version: int = strawberry.field(description=_VERSION)
    zh: str | None = strawberry.field(default=strawberry.UNSET, description="The Chinese label.")
    en: str | None = strawberry.field(default=strawberry.UNSET, description="The English label.")
    definition_zh: str | None = strawberry.field(default=strawberry.UNSET, description="What is meant, in Chinese.")
    definition_en: str | None = strawberry.field(default=strawberry.UNSET, description="What is meant, in English.")
    position: int | None = strawberry.field(default=strawberry.UNSET, description="Where it stands in its list.")


@strawberry.input(description="Offers a value no longer, or again.")
class RetireListValueInput:
    id: strawberry.ID = strawberry.field(description="The value.")
    version: int = strawberry.field(description=_VERSION)
    retired: bool = strawberry.field(default=True, description="False brings it back.")


@strawberry.input(description="Makes a field of customers required at submission, or optional.")
class RequireFieldInput:
    field: str = strawberry.field(description="The name of the field in the API.")
    kind: CustomerKind = strawberry.field(description="Of which customers.")  # type: ignore[valid-type]
    required: bool = strawberry.field(description="Whether it is required.")


@strawberry.input(description="Takes an optional field of customers out of use, or back into it.")
class RetireFieldInput:
    field: str = strawberry.field(description="The name of the field in the API.")
    retired: bool = strawberry.field(default=True, description="False brings it back.")


@strawberry.type(description="A field after a change.")
class FieldPayload:
    field: FieldDefinition | None = strawberry.field(description="The field as it stands now.")
    user_errors: list[UserError] = strawberry.field(description="Everything that is wrong with the input.")


@strawberry.type
class CatalogueQuery:
    list_values: Any = list_field("ListValue", "The values of all lists, by their position.")

    @strawberry.field(description="The fixed enumerations with labels and definitions.")
    async def enumerations(
        self,
        info: strawberry.Info,
        names: _NAMES = None,  # type: ignore[valid-type]
    ) -> list[Enumeration]:
        await info.context.require_viewer()
        every = (vars(enums)[name] for name in enums.__all__)
        kinds = (kind for kind in every if issubclass(kind, enums.Labelled) and kind is not enums.Labelled)
        return [_enumeration(kind) for kind in kinds if names is None or kind.__name__ in names]

    @strawberry.field(description="What fields mean and what is asked of them (D10).")
    async def field_definitions(
        self,
        info: strawberry.Info,
        entity: _ENTITY = None,  # type: ignore[valid-type]
    ) -> list[FieldDefinition]:
        viewer = await info.context.require_viewer()
        return [FieldDefinition(of=found) for found in await catalogue.definitions(viewer, entity)]


def _enumeration(kind: type[enums.Labelled]) -> Enumeration:
    values = [
        EnumerationValue(code=m.value, zh=m.zh, en=m.en, definitions=DEFINITIONS.get(m))  # type: ignore[call-overload]
        for m in kind
    ]
    return Enumeration(name=kind.__name__, values=values)


def _given(input: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(input).items() if value is not strawberry.UNSET}


@strawberry.type
class CatalogueMutation:
    @strawberry.mutation(description="Offer another value in a list. Administrators only.")
    async def add_list_value(self, info: strawberry.Info, input: AddListValueInput) -> ListValuePayload:  # type: ignore[valid-type]
        return await answer(
            info,
            ListValuePayload,
            lambda viewer: catalogue.add_value(viewer, input.list, input.code, _given(input)),
        )

    @strawberry.mutation(description="Change labels, definitions or position of a value. Administrators only.")
    async def update_list_value(self, info: strawberry.Info, input: UpdateListValueInput) -> ListValuePayload:  # type: ignore[valid-type]
        key = key_of(input.id, LIST_VALUE)
        given = {name: value for name, value in _given(input).items() if name not in ("id", "version")}
        return await answer(
            info, ListValuePayload, lambda viewer: catalogue.update_value(viewer, key, input.version, given)
        )

    @strawberry.mutation(description="Offer a value no longer, or again; records keep it. Administrators only.")
    async def retire_list_value(self, info: strawberry.Info, input: RetireListValueInput) -> ListValuePayload:  # type: ignore[valid-type]
        key = key_of(input.id, LIST_VALUE)
        return await answer(
            info,
            ListValuePayload,
            lambda viewer: catalogue.retire_value(viewer, key, input.version, retired=input.retired),
        )

    @strawberry.mutation(description="Make a field required at submission, or optional. Administrators only.")
    async def require_field(self, info: strawberry.Info, input: RequireFieldInput) -> FieldPayload:
        return await _field(
            info,
            lambda viewer: catalogue.require_field(viewer, snake(input.field), input.kind, required=input.required),
        )

    @strawberry.mutation(description="Take an optional field out of use, or back into it. Administrators only.")
    async def retire_field(self, info: strawberry.Info, input: RetireFieldInput) -> FieldPayload:
        return await _field(
            info, lambda viewer: catalogue.retire_field(viewer, snake(input.field), retired=input.retired)
        )


async def _field(info: strawberry.Info, work: Any) -> FieldPayload:
    viewer = await info.context.require_viewer()
    try:
        name = await work(viewer)
    except UserErrors as refused:
        return FieldPayload(field=None, user_errors=user_errors(refused, info.context.locale))
    found = await catalogue.definitions(viewer, CUSTOMER.name)
    return FieldPayload(field=next(FieldDefinition(of=d) for d in found if d.field.name == name), user_errors=[])


RESOLVERS: dict[str, Resolver] = {"Query.listValues": list_resolver()}
