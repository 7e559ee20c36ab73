"""More than half of all who could vote, or nobody."""

from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.elections import (
    ROUNDS,
    Outcome,
    Round,
    can_be_called_from,
    go_on,
    needed,
    outcome,
    term_ends,
)

LEYLA, SAMIR, RANA = 1, 2, 3


def ended(votes: dict[int, int], voted: int, of: int = 8, number: int = 1, stood: int = 0) -> Round:
    """A round at its end."""
    return Round(number, of, voted, votes, stood or len(votes))


@pytest.mark.parametrize(
    ("round_", "expected"),
    [
        (ended({LEYLA: 5, SAMIR: 3}, 8), Outcome("elected", elected=LEYLA)),
        (ended({LEYLA: 5}, 5), Outcome("elected", elected=LEYLA)),
        (ended({LEYLA: 4, SAMIR: 3}, 7), Outcome("runoff", field=(LEYLA, SAMIR))),
        (ended({LEYLA: 4, SAMIR: 4}, 8), Outcome("runoff", field=(LEYLA, SAMIR))),
        (ended({LEYLA: 4, SAMIR: 3, RANA: 1}, 8), Outcome("runoff", field=(LEYLA, SAMIR))),
        (ended({LEYLA: 4, SAMIR: 2, RANA: 2}, 8), Outcome("runoff", field=(LEYLA, SAMIR, RANA))),
        (ended({LEYLA: 3, SAMIR: 3, RANA: 2}, 8), Outcome("runoff", field=(LEYLA, SAMIR))),
        (ended({LEYLA: 4, SAMIR: 3}, 7, number=ROUNDS), Outcome("void", why="majority")),
        (ended({LEYLA: 4, SAMIR: 4}, 8, number=ROUNDS), Outcome("void", why="tie")),
        (ended({LEYLA: 4}, 8), Outcome("void", why="majority")),
        (ended({LEYLA: 2}, 5, stood=2), Outcome("runoff", field=(LEYLA,))),
        (ended({LEYLA: 4}, 4), Outcome("extended")),
        (Round(1, 8, 4, {LEYLA: 4}, 1, extended=True), Outcome("void", why="quorum")),
        (ended({}, 8), Outcome("void", why="nobody_stands")),
        (ended({LEYLA: 1}, 1, of=1), Outcome("elected", elected=LEYLA)),
        (ended({LEYLA: 4, SAMIR: 3}, 7, of=7), Outcome("elected", elected=LEYLA)),
    ],
)
def test_outcomes(round_: Round, expected: Outcome) -> None:
    """What follows from a round."""
    assert outcome(round_) == expected


@st.composite
def rounds(draw: st.DrawFn) -> tuple[Round, list[int]]:
    """Any round, and its votes one by one."""
    of = draw(st.integers(1, 12))
    stand = draw(st.lists(st.integers(1, 20), min_size=1, max_size=6, unique=True))
    votes = draw(st.lists(st.sampled_from(stand), max_size=of))
    abstained = draw(st.integers(0, of - len(votes)))
    counts = {one: votes.count(one) for one in stand}
    number, extended = draw(st.integers(1, ROUNDS)), draw(st.booleans())
    return Round(number, of, len(votes) + abstained, counts, len(stand), extended), votes


@given(rounds())
def test_the_elected_has_more_than_half_of_all(drawn: tuple[Round, list[int]]) -> None:
    """Whoever is elected has a majority of everybody who could vote, and nobody else has."""
    round_, _ = drawn
    result = outcome(round_)
    majority = {one for one, votes in round_.votes.items() if votes * 2 > round_.could_vote}
    assert majority == ({result.elected} if result.result == "elected" else set())
    if result.elected is not None:
        assert round_.votes[result.elected] >= needed(round_.could_vote)


@given(rounds(), st.randoms())
def test_the_order_never_matters(drawn: tuple[Round, list[int]], random: Random) -> None:
    """In whatever order the votes come and the candidates stand, the outcome is the same."""
    round_, votes = drawn
    stand = list(round_.votes)
    random.shuffle(votes)
    random.shuffle(stand)
    again = {one: votes.count(one) for one in stand}
    assert sum(again.values()) == len(votes)
    other = Round(
        round_.number, round_.could_vote, round_.voted, again, round_.stood, round_.extended
    )
    assert outcome(other) == outcome(round_)


@given(st.dictionaries(st.integers(1, 20), st.integers(0, 9), min_size=1, max_size=8))
def test_who_goes_on(votes: dict[int, int]) -> None:
    """Nobody goes on with fewer votes than somebody who does not; at least two where there are two."""
    field = go_on(votes)
    out = set(votes) - set(field)
    assert len(field) >= min(2, len(votes))
    assert all(votes[one] > votes[other] for one in field for other in out)


@pytest.mark.parametrize(
    ("since", "months", "ends"),
    [
        ("2026-11-24", 12, "2027-11-24"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2026-12-01", 1, "2027-01-01"),
    ],
)
def test_terms(since: str, months: int, ends: str) -> None:
    """A term ends on the same day so many months later, or on the last of that month."""
    at = datetime.fromisoformat(since).replace(tzinfo=UTC)
    over = datetime.fromisoformat(ends).replace(tzinfo=UTC)
    assert term_ends(at, months) == over
    assert (over - can_be_called_from(at, months)).days == 30
