"""A reference survives being read aloud, copied and mistyped; a wrong one is noticed."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.references import (
    found_in,
    is_reference,
    new_reference,
    new_secret,
    places_in,
    shown,
)

references = st.integers(0, 10**8 - 1).map(lambda drawn: new_reference(lambda _: drawn))
RIGHT = new_reference(lambda _: 48271935)
GAP = f"{RIGHT[:4]} {RIGHT[4:8]} {RIGHT[8]}"


def test_damm_of_the_paper() -> None:
    """The check digit is Damm's own example: 572 is followed by 4."""
    assert is_reference("000005724")


@given(references, st.integers(0, 8), st.integers(1, 9))
def test_every_wrong_digit_is_caught(right: str, at: int, off: int) -> None:
    """No single wrong digit makes another right reference."""
    wrong = right[:at] + str((int(right[at]) + off) % 10) + right[at + 1 :]
    assert is_reference(right)
    assert not is_reference(wrong)


@given(references, st.integers(0, 7))
def test_every_swap_of_neighbours_is_caught(right: str, at: int) -> None:
    """No swap of two different neighbours makes another right reference."""
    swapped = right[:at] + right[at + 1] + right[at] + right[at + 2 :]
    assert (swapped == right) or not is_reference(swapped)


@given(
    references, st.sampled_from("٠۰०০\uff10"), st.sampled_from(["", "MC ", "mc-", "MC: ", "МС "])
)
def test_what_is_shown_is_found(right: str, zero: str, lead: str) -> None:
    """A shown reference is found again in any digits, with or without its prefix."""
    typed = "".join(
        chr(ord(zero) + int(sign)) if sign.isdigit() else sign for sign in shown(right, "")[1:]
    )
    assert found_in(f"سلام {lead}{typed}، لطفا") == [right]


@pytest.mark.parametrize(
    "text",
    [
        RIGHT,
        f"MC{RIGHT}",
        f"MC {GAP}",
        f"mc {GAP}.",
        f"мс {GAP}",
        f"MC-{RIGHT[:4]}-{RIGHT[4:8]}-{RIGHT[8]}",
        f"MC {RIGHT[:4]}\u2011{RIGHT[4:8]}\u00a0{RIGHT[8]}",
        f"\u2068MC {GAP}\u2069",
        f"MC \u2066{RIGHT[:4]}\u2069 \u2066{RIGHT[4:8]}\u2069 \u2066{RIGHT[8]}\u2069",
        f"MC {' '.join(RIGHT)}",
        f"MC {RIGHT[:3]} {RIGHT[3:6]} {RIGHT[6:]}",
        f"{RIGHT[:3]} {RIGHT[3:6]} {RIGHT[6:]}",
        f"{GAP} 123456",
        f"MC {GAP} 2",
        f"{RIGHT}, 2 days",
        f"№{RIGHT}",
        f"MC {GAP}nın cavabı",
        f"({GAP})",
    ],
)
def test_a_typed_reference_is_found(text: str) -> None:
    """People break up a reference in many ways."""
    assert found_in(text) == [RIGHT]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "MC",
        f"1{RIGHT}",
        f"{RIGHT}1",
        f"+{RIGHT}",
        f"AZ{RIGHT}",
        f"FAMC{RIGHT}",
        f"{RIGHT}AZ",
        f"MC {RIGHT}5",
        f"{RIGHT[:4]} {RIGHT[4:8]} {RIGHT[8]}123 4567",
        f"12 {RIGHT[:3]} {RIGHT[3:6]} {RIGHT[6:]} 34",
        f"MC {RIGHT[:8]} {(int(RIGHT[8]) + 1) % 10}",
        f"{RIGHT[:4]}\n{RIGHT[4:8]}\n{RIGHT[8]}",
        f"{RIGHT[:4]}.{RIGHT[4:8]}",
    ],
)
def test_other_numbers_are_no_references(text: str) -> None:
    """A wrong check digit, or a part of something longer, is not a reference."""
    assert found_in(text) == []


def test_several_references_come_in_order_and_once() -> None:
    """Two requests named in one message are both found."""
    other = new_reference(lambda _: 11112222)
    assert found_in(f"{shown(other, 'MC')} MC {GAP}, {RIGHT}") == [other, RIGHT]


def test_another_council_has_another_prefix() -> None:
    """The prefix is the council's own."""
    assert shown(RIGHT, "RC") == f"RC {GAP}"
    assert found_in(f"RC{RIGHT}", "RC") == [RIGHT]
    assert found_in(f"RC{RIGHT}", "MC") == []


@given(st.text(alphabet="0123456789 -MC٣\u2068\n.", max_size=200))
def test_whatever_is_found_is_right_and_stands_there(text: str) -> None:
    """What is found is a reference and has its place in the text."""
    places = list(places_in(text))
    assert all(is_reference(nine) for nine, _, _ in places)
    assert all(0 <= start < end <= len(text) for _, start, end in places)
    assert [start for _, start, _ in places] == sorted(start for _, start, _ in places)


def test_numbers_are_drawn_from_the_whole_range() -> None:
    """Leading noughts are kept, and both numbers come from the given chance."""
    assert new_reference(lambda _: 0) == "000000000"
    assert new_secret(lambda _: 42) == "000042"
    asked: list[int] = []

    def below(most: int) -> int:
        asked.append(most)
        return most - 1

    assert new_reference(below)[:8] == "99999999"
    assert new_secret(below) == "999999"
    assert asked == [10**8, 10**6]


def test_chance_is_the_system_s_own() -> None:
    """Without a chance given, numbers differ and are right."""
    random.seed(0)
    drawn = {new_reference() for _ in range(50)}
    assert len(drawn) > 40
    assert all(map(is_reference, drawn))
