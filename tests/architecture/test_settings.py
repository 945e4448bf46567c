"""The reference of the settings is what the code reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.app import reference
from service.core.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text() == reference.markdown(), "run `make settings` and commit docs/settings.md"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_says_what_it_means(name: str) -> None:
    meaning = Settings.model_fields[name].description or ""
    assert meaning.endswith(".")
    assert len(meaning.split()) >= 3


def test_a_secret_has_no_default_and_is_never_shown() -> None:
    secrets = {name: field for name, field in Settings.model_fields.items() if "Secret" in str(field.annotation)}
    assert {"token_secret", "cursor_secret", "digest_secret", "database_url"} <= secrets.keys()
    assert [name for name, field in secrets.items() if field.default is not None and not field.is_required()] == []
    telling = ("secret", "password", "_key", "_url")
    assert [n for n in Settings.model_fields if any(word in n for word in telling) and n not in secrets] == []
