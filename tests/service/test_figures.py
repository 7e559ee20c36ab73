"""The figures of a simulated half-year are those that plain counting of its events gives."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, time, timedelta
from math import ceil

import pytest
from half_year import FIRST, LAST, TOPICS, ZONE, HalfYear, Request, Wait, put
from sqlalchemy import text

from handlers.charter import WorkingTime
from handlers.rules import weeks
from handlers.rules.deadlines import Calendar
from handlers.rules.figures import KINDS_OF_TABLE, Exact, Safeguarding, Times
from handlers.service import figures
from storage.database import Database

BERLIN = Calendar(WorkingTime(ZONE, time(8, 30), time(17), frozenset({6, 7}), "DE-BE"))


class Count:
    """Counts a span by looking at each person's requests, one after the other."""

    def __init__(self, half_year: HalfYear, start: datetime, end: datetime) -> None:
        self.start, self.end, self.half_year = start, end, half_year
        self.of_people: dict[int, list[Request]] = defaultdict(list)
        self.private: dict[int, list[Request]] = defaultdict(list)
        for one in half_year.left():
            kept = self.private if one.track == "private" else self.of_people
            kept[one.writer].append(one)

    def is_in(self, at: datetime | None) -> bool:
        """Whether it lies in the span."""
        return at is not None and self.start <= at < self.end

    def whenever(self, one: Request, *whats: str) -> list[datetime]:
        """When it happened, ever."""
        return sorted(at for what, at in one.happened if what in whats)

    def people(self, is_so: Callable[[Request], bool]) -> int:
        """Of how many it is so in one of their requests."""
        return sum(any(map(is_so, theirs)) for theirs in self.of_people.values())

    def exact(self) -> Exact:
        """All of them."""
        times = {what: self.times(what) for what in ("read", "answered", "closed")}
        promised, in_time = self.promised()
        rated, helped = self.rated()
        referred, answered = self.referred()
        return Exact(
            received=self.people(lambda one: self.is_in(one.received_at)),
            answered=times["answered"].people,
            closed=self.people(lambda one: any(map(self.is_in, self.whenever(one, "closed")))),
            told=self.told(),
            reopened=self.people(lambda one: any(map(self.is_in, self.whenever(one, "reopened")))),
            unreachable=self.people(
                lambda one: any(map(self.is_in, self.whenever(one, "unreachable")))
            ),
            overdue=self.people(self.is_overdue),
            promised=promised,
            in_time=in_time,
            rated=rated,
            helped=helped,
            referred=referred,
            referral_answered=answered,
            read_after=times["read"],
            answered_after=times["answered"],
            closed_after=times["closed"],
            tables={kind: self.table(kind) for kind in KINDS_OF_TABLE},
        )

    def times(self, what: str) -> Times:
        """The longest of each person, sorted, and the one at its place in the row."""
        longest = []
        for theirs in self.of_people.values():
            took = [
                int(BERLIN.working_seconds(one.received_at, first))
                for one in theirs
                for first in self.whenever(one, what)[:1]
                if self.is_in(first)
            ]
            longest += [max(took)] if took else []
        row = sorted(longest)
        if not row:
            return Times()
        half, late = ceil(len(row) / 2), ceil(len(row) * 9 / 10)
        return Times(len(row), row[half - 1], row[late - 1])

    def told(self) -> int:
        """Whoever had something closed and knows of all of it."""
        people = 0
        for theirs in self.of_people.values():
            last = [
                (one, max(filter(self.is_in, at)))
                for one in theirs
                if any(map(self.is_in, at := self.whenever(one, "closed")))
            ]
            people += bool(last) and all(
                any(closed <= at < self.end for at in self.whenever(one, "told"))
                for one, closed in last
            )
        return people

    def is_overdue(self, one: Request) -> bool:
        """Whether its writer waits at the end of the span, and should not have to any more."""
        for began, over in one.pauses:
            if began < self.end and (over is None or over >= self.end):
                return False
        return any(map(self._drags_on, one.waits))

    def _drags_on(self, wait: Wait) -> bool:
        told = [made for made in wait.promises if made.told_at < self.end]
        if not told or (told[-1].ended_at is not None and told[-1].ended_at < self.end):
            return False
        return told[-1].due_at < self.end or any(made.fate == "late" for made in told[:-1])

    def promised(self) -> tuple[int, int]:
        """Whose dates came to an end in the span that counts, and who had them all kept."""
        fates = [
            {
                made.fate
                for one in theirs
                for wait in one.waits
                for made in wait.promises
                if self.is_in(made.ended_at)
            }
            & {"kept", "belated", "late"}
            for theirs in self.of_people.values()
        ]
        return sum(map(bool, fates)), sum(of_one == {"kept"} for of_one in fates)

    def rated(self) -> tuple[int, int]:
        """Who said something, and who said last that it helped."""
        last = []
        for theirs in self.of_people.values():
            said = [
                (at, what)
                for one in theirs
                for what, at in one.happened
                if what in ("helped", "partly", "not") and self.is_in(at)
            ]
            last += [max(said)[1]] if said else []
        return len(last), last.count("helped")

    def referred(self) -> tuple[int, int]:
        """Whose texts went to the Service, and who has an answer to each."""
        sent = [
            [answered for one in theirs for at, answered in one.released if self.is_in(at)]
            for theirs in self.of_people.values()
        ]
        sent = [theirs for theirs in sent if theirs]
        have = [all(at is not None and at < self.end for at in theirs) for theirs in sent]
        return len(sent), sum(have)

    def table(self, kind: str) -> dict[str, int]:
        """Who stands behind each value."""
        found: dict[str, set[int]] = defaultdict(set)
        for writer, theirs in self.of_people.items():
            for one in theirs:
                if self.is_in(one.received_at):
                    value = (
                        self.half_year.channels[writer] if kind == "channel" else getattr(one, kind)
                    )
                    found[value or "other"].add(writer)
        return {value: len(people) for value, people in found.items()}

    def safeguarding(self) -> Safeguarding:
        """Who wrote something private, and for whom no date of reading was missed."""
        theirs = [
            [self._read_in_time(one) for one in of_one if self.is_in(one.received_at)]
            for of_one in self.private.values()
        ]
        theirs = [of_one for of_one in theirs if of_one]
        return Safeguarding(people=len(theirs), in_time=sum(map(all, theirs)))

    def _read_in_time(self, one: Request) -> bool:
        made = [
            made
            for wait in one.waits
            if wait.what == "read"
            for made in wait.promises
            if made.told_at < self.end
        ]
        stands = [one for one in made if one.ended_at is None or one.ended_at >= self.end]
        over = [one for one in made if one not in stands]
        if any(one.fate in ("late", "belated") for one in over):
            return False
        if any(one.due_at < self.end for one in stands):
            return False
        was_read = any(at < self.end for at in self.whenever(one, "read"))
        return was_read or bool(stands) or any(one.fate == "closed" for one in over)


def spans() -> Iterable[tuple[str, datetime, datetime]]:
    """Each week, blocks of four, the quarters, and all of it."""
    for week in HalfYear([], [], set()).weeks():
        yield week, *weeks.bounds(week, ZONE)
    for n in range(0, 28, 4):
        first = weeks.after(FIRST, n)
        start, end = weeks.bounds(first, ZONE)[0], weeks.bounds(weeks.after(first, 3), ZONE)[1]
        yield f"{first} and three more", start, end
    for quarter in ("2026-Q4", "2027-Q1"):
        yield quarter, *weeks.quarter_bounds(quarter, ZONE)
    yield "all", weeks.bounds(FIRST, ZONE)[0], weeks.bounds(LAST, ZONE)[1]


@pytest.mark.parametrize("seed", range(3))
def test_every_figure_of_a_half_year(database: Database, seed: int) -> None:
    """Each week, four-week block and quarter, New Year with its week 53 and changed clocks too."""
    half_year = HalfYear.of(seed)
    with database.begin() as session:
        put(session, half_year)
    seen: dict[str, int] = defaultdict(int)
    with database.window() as window:
        for name, start, end in spans():
            count = Count(half_year, start, end)
            expected = count.exact()
            assert figures.exact(window, BERLIN, start, end) == expected, name
            private = count.safeguarding()
            assert figures.safeguarding(window, BERLIN, start, end) == private, name
            for field in Exact.__dataclass_fields__:
                seen[field] += bool(getattr(expected, field) not in (0, Times(), {}))
    assert all(times > 5 for times in seen.values()), "nothing was counted of some"


@pytest.mark.parametrize("week", ["2026-W43", "2026-W53", "2027-W02"])
def test_as_it_was_then(sqlite_in_use: Database, postgresql_in_use: Database, week: str) -> None:
    """A week has the same figures on the day it ends as at the end of the half-year."""
    half_year = HalfYear.of(7)
    start, end = weeks.bounds(week, ZONE)
    found = []
    for database, known in ((sqlite_in_use, half_year), (postgresql_in_use, half_year.as_of(end))):
        with database.begin() as session:
            put(session, known)
        with database.window() as window:
            found.append(figures.exact(window, BERLIN, start, end))
    assert found[0] == found[1]
    assert found[0].received > 5


def test_nothing(database: Database) -> None:
    """Where nobody ever wrote, everything is nothing."""
    start, end = weeks.bounds("2026-W48", ZONE)
    with database.window() as window:
        empty = Exact(tables={kind: {} for kind in KINDS_OF_TABLE})
        assert figures.exact(window, BERLIN, start, end) == empty
        assert figures.safeguarding(window, BERLIN, start, end) == Safeguarding()


def request(**changes: object) -> Request:
    """One request, of one person, on a Monday morning."""
    plain = {"kind": "question", "topic": "", "urgency": "P4", "language": "en", "track": "amber"}
    at = datetime(2026, 11, 23, 8, tzinfo=UTC)
    return Request(**({"writer": 1, "received_at": at} | plain | changes))  # type: ignore[arg-type]


def test_one_request(database: Database) -> None:
    """One person, with everything they are counted in, and the instants at the edges."""
    start, end = weeks.bounds("2026-W48", ZONE)
    one = request(
        received_at=start,
        happened=[
            ("received", start),
            ("read", end - timedelta(microseconds=1)),
            ("answered", end),
        ],
    )
    with database.begin() as session:
        put(session, HalfYear(["telegram", "whatsapp"], [one], set()))
    with database.window() as window:
        found = figures.exact(window, BERLIN, start, end)
        after = figures.exact(window, BERLIN, *weeks.bounds("2026-W49", ZONE))
    week = 5 * 8.5 * 3600
    assert found.received == 1
    assert found.read_after == Times(1, week, week)
    assert found.tables["channel"] == {"whatsapp": 1}
    assert found.tables["topic"] == {"other": 1}
    assert (found.answered, after.answered, after.received) == (0, 1, 0)
    assert after.answered_after == Times(1, week, week)


@pytest.mark.one_database
def test_a_hundred_thousand(database: Database) -> None:
    """A week in which everybody wrote, each of them five times: exact as any other."""
    people, start, opens = 20_000, weeks.bounds("2026-W48", ZONE)[0], 30_600
    came = [(number % people, number, opens + number % people) for number in range(5 * people)]
    requests = [
        request(
            writer=writer,
            received_at=start + timedelta(seconds=received),
            topic=TOPICS[writer % 4],
            happened=[("read", start + timedelta(seconds=read))],
        )
        for writer, received, read in came
    ]
    with database.begin() as session:
        put(session, HalfYear(["telegram"] * people, requests, set()))
    with database.begin() as session:  # as the database does by itself within minutes
        session.execute(text("ANALYZE"))
    with database.window() as window:
        found = figures.exact(window, BERLIN, start, start + timedelta(days=7))
    assert found.received == people
    assert found.tables["topic"] == dict.fromkeys(TOPICS[:4], people // 4)
    longest = [0] * people
    for writer, received, read in came:
        longest[writer] = max(longest[writer], read - max(received, opens))
    row = sorted(longest)
    assert found.read_after == Times(people, row[people // 2 - 1], row[people * 9 // 10 - 1])
