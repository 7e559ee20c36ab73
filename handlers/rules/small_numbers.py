"""What one week's digest may say of its figures, after all that was said before it.

From all digests together nobody can conclude that some figure is one, two, three or four people.
Three things see to that; docs/small-numbers.md says why each is needed:

- what is said depends on the bands in which numbers lie, never on the number within a small band;
- whatever lies in 0–4 could be 0, whatever else is said (`small_rooms`, `small_tables`);
- no two figures count the same weeks, and what was published is only read, never made again.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.rules.figures import Exact, Safeguarding
from handlers.rules.published import Band, Counts, Published, Span, band
from handlers.rules.small_rooms import Among, is_small, room_to_be_overdue, share, shown
from handlers.rules.small_tables import tables
from handlers.rules.weeks import after, monday

WEEKS = 4
"""Tables stand for so many weeks …"""
BUSY = 30
"""… or for fewer, when so many people wrote in the last of them."""
MEAN_OF, TREND_OF = 4, 12


def span_to_show(week: str, received: Band, before: Sequence[Published]) -> Span | None:
    """The weeks whose tables this digest shows: all that none showed yet, once they are enough."""
    first = _first_pending(week, before)
    pending = (monday(week) - monday(first)).days // 7 + 1
    if pending < 1 or (pending < WEEKS and received.low < BUSY):
        return None
    return Span(first=first, last=week, weeks=pending)


def publish(
    week: str,
    exact: Exact,
    of_span: tuple[Span, Exact] | None,
    safeguarding: tuple[str, Safeguarding] | None,
    before: Sequence[Published],
    languages: Sequence[str] = (),
) -> Published:
    """What the digest of a week shows.

    `of_span` are the exact figures of what `span_to_show` says; `before` all earlier digests, the
    oldest first; `languages` those the bot is offered in, also those nobody wrote in: readers know
    them. Raises ValueError where a week would be shown twice.
    """
    first = _first_pending(week, before)
    _never_twice(week, first, of_span, before)
    counts = {"received": band(exact.received)}  # the others follow, each from what stands here
    among = Among(before, [*(old.counts for old in before if old.week >= first), counts])
    wrote = among.received()
    in_time = share(exact.in_time, exact.promised, wrote)
    counts["answered"] = shown(exact.answered, wrote)
    counts["closed"] = shown(exact.closed, wrote)
    counts["overdue"] = shown(exact.overdue, min(wrote, room_to_be_overdue(before, in_time)))
    return Published(
        week=week,
        counts=counts,
        shares={"in_time": in_time},
        means=_means(before[-MEAN_OF:]),
        trends=_trends([*(old.counts for old in before), counts][-TREND_OF:]),
        tables=tables(*of_span, among, languages) if of_span else None,
        safeguarding=_safeguarding(safeguarding, before),
        is_empty=is_small(counts["received"]),
    )


def _first_pending(week: str, before: Sequence[Published]) -> str:
    """The first week whose tables no digest showed."""
    shown_until = [old.tables.span.last for old in before if old.tables]
    return after(shown_until[-1]) if shown_until else min([week, *(old.week for old in before)])


def _never_twice(
    week: str, first: str, of_span: tuple[Span, Exact] | None, before: Sequence[Published]
) -> None:
    if before and week <= before[-1].week:
        raise ValueError(f"{week} is not after {before[-1].week}, which is published")
    if of_span and (of_span[0].first, of_span[0].last) != (first, week):
        raise ValueError(f"tables are due of {first} to {week}, not of {of_span[0]}")


def _means(last: Sequence[Published]) -> dict[str, float]:
    """Of the middles of the bands, and of the percentages there are, of the four digests before."""
    if len(last) < MEAN_OF:
        return {}
    means = {
        name: sum(sum(old.counts[name]) / 2 for old in last) / MEAN_OF
        for name in ("received", "answered", "overdue")
    }
    shares = [old.shares["in_time"].percent for old in last]
    percents = [percent for percent in shares if percent is not None]
    return means | ({"in_time": sum(percents) / len(percents)} if percents else {})


def _trends(last: Sequence[Counts]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(each[name].low for each in last) for name in ("received", "answered")}


def _safeguarding(
    of_quarter: tuple[str, Safeguarding] | None, before: Sequence[Published]
) -> Mapping[str, Any] | None:
    """A quarter's, unless it was said already."""
    if of_quarter is None:
        return None
    quarter, exact = of_quarter
    if any(old.safeguarding and old.safeguarding["quarter"] == quarter for old in before):
        return None
    in_time = share(exact.in_time, exact.people)
    return {"quarter": quarter, "people": shown(exact.people), "in_time": in_time}
