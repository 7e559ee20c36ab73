"""Numbers typed in any script mean the same."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.digits import typed_number, western


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("2", 2),
        ("۲", 2),
        ("٢", 2),
        (" ٢ ", 2),
        ("२", 2),
        ("২", 2),
        ("\uff12", 2),
        ("2.", 2),
        ("2)", 2),
        ("(2)", 2),
        ("[2]", 2),
        ("*2*", 2),
        ("2:", 2),
        ("2!", 2),
        ("۲۔", 2),
        ("2。", 2),
        ("№2", 2),
        ("№ 2", 2),
        ("#2", 2),
        ("2️⃣", 2),
        ("1️⃣2️⃣", 12),
        ("🔟", 10),
        ("②", 2),
        ("⑩", 10),
        ("二", 2),
        ("Ⅲ", 3),
        ("0", 0),
        ("12", 12),
        ("\u2067۲\u2069", 2),
        ("\u200f2\u200f", 2),
        ("2\n", 2),
        ("\u00a02", 2),
        ("", None),
        (" ", None),
        ("2 months", None),
        ("2 ay", None),
        ("123", None),
        ("2.5", None),
        ("-2", None),
        ("+2", None),
        ("2 2", None),
        ("1,2", None),
        ("½", None),
        ("百", None),
        ("two", None),
        ("2?", None),
        ("👍", None),
        (".", None),
        ("2" * 5000, None),
    ],
)
def test_a_typed_number_is_read_alone(typed: str, number: int | None) -> None:
    """A message is a number only when it is nothing but one small number."""
    assert typed_number(typed) == number


@given(st.integers(0, 99), st.sampled_from("0٠۰०০๐\uff10"))
def test_every_script_counts(number: int, zero: str) -> None:
    """All decimal scripts are read alike."""
    typed = "".join(chr(ord(zero) + int(figure)) for figure in str(number))
    assert typed_number(typed) == number


@given(st.text())
def test_western_changes_digits_only(text: str) -> None:
    """Nothing but digits changes, and every letter keeps its place."""
    turned = western(text)
    assert len(turned) == len(text)
    for before, after in zip(text, turned, strict=True):
        digit = unicodedata.digit(before, None)
        assert after == (before if digit is None else str(digit))
    assert western(turned) == turned


@given(st.text())
def test_anything_can_be_typed(text: str) -> None:
    """No message breaks the reading of numbers."""
    number = typed_number(text)
    assert number is None or 0 <= number <= 99
