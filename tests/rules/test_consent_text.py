"""Consent belongs to one version of the text."""

import pytest

from handlers.rules.consent import TEXT_VERSION, needs_asking


@pytest.mark.parametrize(
    ("agreed", "asked"),
    [(None, True), ("", True), ("2025-01-1", True), (TEXT_VERSION, False)],
)
def test_a_changed_text_is_asked_again(agreed: str | None, asked: bool) -> None:
    """Only agreement to the present text counts."""
    assert needs_asking(agreed) is asked


def test_the_version_fits_its_column() -> None:
    """The version is stored in sixteen letters."""
    assert 0 < len(TEXT_VERSION) <= 16
