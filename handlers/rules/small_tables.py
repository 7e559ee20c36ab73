"""What is shown of a span of weeks that no digest showed before: tables, shares, counts and times.

A table lists the categories of five people or more. Those it does not list must each be able to be
nobody, even for a reader who knows exactly how many people wrote; otherwise it is withheld.
"""

from collections.abc import Mapping, Sequence

from handlers.rules.figures import KINDS_OF_TABLE, Exact
from handlers.rules.published import STEP, Band, Span, Tables, band
from handlers.rules.small_rooms import SMALL, Among, share, shown
from handlers.rules.topics import KINDS, TOPICS

LONGEST = {"topic": 5}
"""Of these tables only the first so many lines are shown."""
FOR_MEDIAN, FOR_LATE = 10, 50
"""So many people stand behind a median, and behind a 90th percentile: five lie beyond it."""
DAY = 8
"""So many hours of working time are a day: from there on times are said in half days."""
CATEGORIES: Mapping[str, Sequence[str]] = {
    "topic": tuple(TOPICS),
    "kind": KINDS,
    "urgency": ("P1", "P2", "P3", "P4", "P5"),
    "channel": ("telegram", "whatsapp"),
}
"""All that a reader knows may stand in a table; for languages, those the bot is offered in."""

Rows = tuple[tuple[str, Band], ...]


def tables(span: Span, exact: Exact, among: Among, languages: Sequence[str] = ()) -> Tables:
    """What is shown of the span."""
    rows = {
        name: _rows(name, exact, among, CATEGORIES.get(name, languages)) for name in KINDS_OF_TABLE
    }
    wrote, answered, closed = among.received(), among.in_span("answered"), among.in_span("closed")
    ever_answered, ever_closed = among.ever("answered"), among.ever("closed")
    return Tables(
        span=span,
        tables={name: listed for name, listed in rows.items() if listed},
        withheld=tuple(name for name, listed in rows.items() if not listed),
        shares={
            "told": share(exact.told, exact.closed, closed),
            "helped": share(exact.helped, exact.rated, ever_answered),
            "referral_answered": share(exact.referral_answered, exact.referred, wrote),
        },
        counts={
            "reopened": shown(exact.reopened, ever_closed),
            "unreachable": shown(exact.unreachable, wrote),
            "rated": shown(exact.rated, ever_answered),
            "referred": shown(exact.referred, wrote),
        },
        times={
            name: (hours(took.median), _late(took.late, people))
            for name, took, room in (
                ("read", exact.read_after, wrote),
                ("answered", exact.answered_after, answered),
                ("closed", exact.closed_after, closed),
            )
            if took.median is not None and (people := shown(took.people, room)).low >= FOR_MEDIAN
        },
    )


def hours(seconds: float) -> float:
    """Working time as it is said: in whole hours, from a day on in half days, never nothing."""
    step = 1 if seconds < DAY * 3600 else DAY / 2
    return max(1.0, step * int(seconds / 3600 / step + 0.5))


def _late(seconds: float | None, people: Band) -> float | None:
    return None if seconds is None or people.low < FOR_LATE else hours(seconds)


def _rows(name: str, exact: Exact, among: Among, known: Sequence[str]) -> Rows:
    """The lines of a table, most people first; none where it is withheld."""
    cells = exact.tables.get(name, {})
    every = tuple(dict.fromkeys((*known, *sorted(cells))))
    # in the order of the bands, then of the categories: not of what lies within a band
    in_order = sorted(every, key=lambda each: -band(cells.get(each, 0)).low)
    large = [(each, band(cells[each])) for each in in_order if cells.get(each, 0) >= STEP]
    listed = tuple(large[: LONGEST.get(name, len(large))])
    return listed if _tells_nothing_small(name, listed, len(every), exact.received, among) else ()


def _tells_nothing_small(
    name: str, listed: Rows, categories: int, people: int, among: Among
) -> bool:
    """Whether anyone who is not listed could be nobody.

    With room for five more than wrote, so that it could be withheld too though one were nobody.
    """
    wrote = band(people)
    if not listed or wrote.low > among.received_in_span() or listed[0][1].low > among.alike(wrote):
        return False
    unlisted = categories - len(listed)
    # below the shortest line of a table that is cut, there may be more than a few
    each = listed[-1][1].low - 1 if len(listed) == LONGEST.get(name) else SMALL
    room = sum(line.high for _, line in listed) + each * (unlisted - 1)
    return not unlisted or room >= wrote.high + STEP
