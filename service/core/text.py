"""Names of fields, as Python and as the API write them."""


def camel(name: str) -> str:
    """`last_followed_up_at` → `lastFollowedUpAt`."""
    head, *tail = name.split("_")
    return head + "".join(word.title() for word in tail)


def snake(name: str) -> str:
    """`lastFollowedUpAt` → `last_followed_up_at`."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
