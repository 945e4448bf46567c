"""What people sign in with (D1): a staff number or an e-mail address, as they type it."""

from __future__ import annotations

from service.rules import characters


def normalise(account: str) -> str:
    """The one form of an account that is kept, looked for and counted: whatever its case, width and blanks around it.

    An input method for Chinese gives full-width digits; they are the same account, and no way around its lock (SEC-A4).
    """
    return characters.fold(characters.fold(account).casefold()).strip()
