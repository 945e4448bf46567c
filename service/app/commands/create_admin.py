from __future__ import annotations

import typer

from service.app.stack.errors import StackError
from service.app.stack.steps import console
from service.core.enums import Role
from service.core.errors import UserErrors
from service.core.messages import sentence
from service.core.settings import settings
from service.operations import people
from service.operations.people import NewUser
from storage import db

_LABELS = {"name": "Name", "staffNumber": "Staff number", "email": "E-mail", "password": "Password"}


async def create_admin(
    name: str = typer.Option(..., prompt="Name", help="The person's real name."),
    staff_number: str = typer.Option(..., prompt="Staff number", help="What the person signs in with."),
    email: str = typer.Option("", prompt="E-mail (may be empty)", help="May be signed in with as well."),
    password: str = typer.Option(
        ..., prompt="Initial password", hide_input=True, confirmation_prompt=True, envvar="CRM_ADMIN_PASSWORD",
        help="To be changed at the first sign-in. Scripts set CRM_ADMIN_PASSWORD: others can read a command line.",
    ),
) -> None:  # fmt: skip
    """Make the account of an administrator."""
    await db.connect(settings().database_url.get_secret_value(), 2)
    try:
        await people.create(
            NewUser(staff_number=staff_number, name=name, password=password, email=email or None, roles=[Role.ADMIN])
        )
    except UserErrors as refused:
        locale = settings().default_locale
        faults = [
            f"{_LABELS.get(e.field[-1], e.field[-1])}: {sentence(e.code, locale, e.params)}" for e in refused.errors
        ]
        raise StackError("\n".join(faults)) from None
    finally:
        await db.close()
    console.print(
        f"{name} is an administrator. Next: sign in with {staff_number} (mutation signIn) and change the initial "
        "password (mutation changePassword); until then nothing else is allowed.",
        markup=False,
    )
