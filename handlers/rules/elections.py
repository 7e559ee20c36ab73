"""Who is elected: more than half of all who could vote, in three rounds at most."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

ROUNDS = 3
"""So often is voted at most; then the election is void."""
BEFORE_THE_END = timedelta(days=30)
"""An election can be called so long before the term is over."""

Result = Literal["elected", "runoff", "extended", "void"]
WhyVoid = Literal["", "nobody_stands", "quorum", "majority", "tie"]


@dataclass(frozen=True, slots=True)
class Round:
    """A round of voting at its end.

    `could_vote` counts everybody who still has a seat, and whoever left it after voting: their vote
    stays in the urn, because nobody knows which one it is. `votes` names those who still stand;
    `stood` is how many stood when the round began.
    """

    number: int
    could_vote: int
    voted: int
    votes: Mapping[int, int]
    stood: int
    extended: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows from a round: who is elected, who goes on, or why there is no result."""

    result: Result
    elected: int | None = None
    field: tuple[int, ...] = ()
    why: WhyVoid = ""


def outcome(ended: Round) -> Outcome:
    """Count a round that has ended."""
    if not ended.votes:
        return Outcome("void", why="nobody_stands")
    if not more_than_half(ended.voted, ended.could_vote):
        return Outcome("void", why="quorum") if ended.extended else Outcome("extended")
    leader = max(ended.votes, key=lambda one: ended.votes[one])
    if more_than_half(ended.votes[leader], ended.could_vote):
        return Outcome("elected", elected=leader)
    if ended.stood == 1:
        return Outcome("void", why="majority")
    if ended.number >= ROUNDS:
        return Outcome("void", why="tie" if _is_tie(ended.votes) else "majority")
    return Outcome("runoff", field=go_on(ended.votes))


def more_than_half(count: int, of: int) -> bool:
    """Whether this is a simple majority."""
    return count * 2 > of


def needed(of: int) -> int:
    """How many are more than half."""
    return of // 2 + 1


def go_on(votes: Mapping[int, int]) -> tuple[int, ...]:
    """The two with most votes; whoever has as many as the second goes on as well."""
    border = sorted(votes.values(), reverse=True)[:2][-1]
    return tuple(sorted(one for one, count in votes.items() if count >= border))


def _is_tie(votes: Mapping[int, int]) -> bool:
    first, *others = sorted(votes.values(), reverse=True)
    return first in others


def term_ends(since: datetime, months: int) -> datetime:
    """When a chair's term is over: the same day so many months later, or the last of that month."""
    years, month = divmod(since.month - 1 + months, 12)
    year = since.year + years
    day = min(since.day, monthrange(year, month + 1)[1])
    return since.replace(year=year, month=month + 1, day=day)


def can_be_called_from(since: datetime, months: int) -> datetime:
    """From when on the next election can be called, while this chair sits."""
    return term_ends(since, months) - BEFORE_THE_END
