"""A half-year of requests by one seed: what happened to each, and the same put into a database.

Nothing here knows how figures are counted, nor what the tables of the figures look like to them.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Table, delete, insert
from sqlalchemy.orm import Session

from handlers.rules import weeks
from storage.council_tables import Told
from storage.model import Case, Member, Person
from storage.service_tables import Milestone, Released, ReleasedReply

ZONE = "Europe/Berlin"
FIRST, LAST = "2026-W40", "2027-W15"
"""Clocks are changed twice, and there is a week 53."""
TOPICS = ("labour", "residence", "fines", "health", "")
KINDS = ("question", "complaint", "suggestion")
LANGUAGES = ("en", "az", "ru", "fa")


@dataclass
class Promise:
    """A date that somebody was told: by when, until when it stood, and what ended it."""

    due_at: datetime
    told_at: datetime
    ended_at: datetime | None = None
    fate: str = ""


@dataclass
class Wait:
    """Somebody waits to be read, or answered: the dates they were told one after the other."""

    what: str
    promises: list[Promise]

    @property
    def last(self) -> Promise:
        """The date that stands, or stood last."""
        return self.promises[-1]


@dataclass
class Request:
    """What happened to one request."""

    writer: int
    received_at: datetime
    kind: str
    topic: str
    urgency: str
    language: str
    track: str
    waits: list[Wait] = field(default_factory=list)
    happened: list[tuple[str, datetime]] = field(default_factory=list)
    pauses: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    """While its writer was asked."""
    released: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    """When a text of it was sent to the Service, and when they answered."""


@dataclass
class HalfYear:
    """People, their channels, and all their requests; `erased` are those who deleted everything."""

    channels: list[str]
    requests: list[Request]
    erased: set[int]

    @classmethod
    def of(cls, seed: int, people: int = 220, requests: int = 420) -> "HalfYear":
        """The half-year of a seed."""
        chance = random.Random(seed)
        start, end = weeks.bounds(FIRST, ZONE)[0], weeks.bounds(LAST, ZONE)[1]
        made = [
            _Life(chance, chance.randrange(people), _between(chance, start, end), end).request
            for _ in range(requests)
        ]
        channels = [chance.choice(("telegram", "whatsapp")) for _ in range(people)]
        erased = set(chance.sample(range(people), people // 20))
        return cls(channels, sorted(made, key=lambda one: one.received_at), erased)

    def left(self) -> list[Request]:
        """The requests of those who are still there."""
        return [one for one in self.requests if one.writer not in self.erased]

    def as_of(self, at: datetime) -> "HalfYear":
        """As far as it had come at that moment."""
        return HalfYear(
            self.channels,
            [_until(one, at) for one in self.requests if one.received_at < at],
            self.erased,
        )

    def weeks(self) -> Iterator[str]:
        """Every week, and one before and after."""
        week = weeks.before(FIRST)
        while week <= weeks.after(LAST):
            yield week
            week = weeks.after(week)


def _between(chance: random.Random, start: datetime, end: datetime) -> datetime:
    return start + chance.random() * (end - start)


class _Life:
    """One request, from being handed in to wherever it has come when the half-year ends."""

    def __init__(self, chance: random.Random, writer: int, at: datetime, end: datetime) -> None:
        self.chance, self.now, self.end = chance, at, end
        track = chance.choices(("ordinary", "amber", "private"), (8, 2, 2))[0]
        self.request = Request(
            writer,
            at,
            chance.choice(KINDS),
            chance.choice(TOPICS),
            chance.choice(("P2", "P3", "P4")),
            chance.choice(LANGUAGES),
            track,
        )
        self.notes("received")
        if track == "private" and chance.random() < 0.2:
            return  # nobody can read it
        for _ in range(3):
            self.round()
            if chance.random() < 0.7:
                break
            self.passes(20)
            self.notes("reopened")

    def notes(self, what: str, at: datetime | None = None) -> None:
        if (at or self.now) < self.end:
            self.request.happened.append((what, at or self.now))

    def passes(self, days: float) -> None:
        self.now += timedelta(days=self.chance.expovariate(1 / days), microseconds=1)

    def waits(self, what: str, days: float) -> Wait:
        due = self.now + timedelta(days=self.chance.uniform(0.1, days))
        wait = Wait(what, [Promise(due, self.now)])
        if self.now < self.end:
            self.request.waits.append(wait)
        return wait

    def misses(self, *waits: Wait) -> None:
        """Dates that have passed by now were apologised for, each with a new one."""
        for wait in waits:
            while wait.last.due_at < self.now and self.chance.random() < 0.9:
                late_at = wait.last.due_at + timedelta(seconds=self.chance.choice((0, 40)))
                if late_at >= min(self.now, self.end):
                    break
                self._ends(wait, "late", late_at)
                new = late_at + timedelta(days=self.chance.uniform(0.5, 4))
                wait.promises.append(Promise(new, late_at))

    def ends(self, wait: Wait, fate: str) -> None:
        if fate == "kept" and self.now > wait.last.due_at:
            fate = "belated"
        self._ends(wait, fate, self.now)

    def _ends(self, wait: Wait, fate: str, at: datetime) -> None:
        if at < self.end and wait.last.ended_at is None:
            wait.last.ended_at, wait.last.fate = at, fate

    def round(self) -> None:
        """From waiting for a reader to being closed, or to where nobody does anything more."""
        chance = self.chance
        reading, answer = self.waits("read", 2), self.waits("answer", 8)
        self.passes(1.2)
        self.misses(reading, answer)
        if chance.random() < 0.05:
            self.gives_up(reading, answer, "withdrawn")
            return
        if chance.random() < 0.06:
            self.gives_up(reading, answer, "closed")
            self.closes()
            return
        self.reads(reading)
        if chance.random() < 0.15:  # somebody else reads it, too
            reading = self.waits("read", 3)
            self.passes(1)
            self.misses(reading, answer)
            self.reads(reading)
        if chance.random() < 0.3 and not self.asks(answer):
            return
        self.passes(3)
        self.misses(answer)
        self.ends(answer, "kept")
        if chance.random() < 0.2:
            self.releases()
        if not self.arrives():
            return
        self.passes(2)
        if chance.random() < 0.5:
            for _ in range(chance.choice((1, 1, 2))):
                self.notes(chance.choice(("helped", "helped", "partly", "not")))
                self.passes(0.5)
        if chance.random() < 0.8:
            self.closes()

    def gives_up(self, reading: Wait, answer: Wait, fate: str) -> None:
        for wait in (reading, answer):
            self.ends(wait, fate)

    def reads(self, reading: Wait) -> None:
        self.notes("read")
        self.ends(reading, "kept")

    def asks(self, answer: Wait) -> bool:
        """The writer is asked: they write, or are silent until it is closed."""
        if self.now >= self.end:
            return False
        self.notes("asked")
        asked_at = self.now
        self.passes(3)
        over = self.now if self.now < self.end else None
        self.request.pauses.append((asked_at, over))
        self.notes("resumed")
        if self.chance.random() < 0.2:
            self.ends(answer, "closed")
            self.closes()
            return False
        self._ends(answer, "moved", self.now)
        if over is not None:
            answer.promises.append(Promise(answer.last.due_at + (over - asked_at), over))
        return True

    def arrives(self) -> bool:
        if self.chance.random() < 0.15:
            self.notes("unreachable")
            if self.chance.random() < 0.5:
                return False
            self.passes(4)
        self.now += timedelta(seconds=self.chance.uniform(0, 20))
        self.notes("answered")
        if self.chance.random() < 0.1:
            self.passes(1)
            self.notes("answered")
        return True

    def closes(self) -> None:
        self.notes("closed")
        told = self.chance.random()
        if told < 0.3:
            self.notes("told")  # they did it themselves
        elif told < 0.9:
            later = timedelta(days=self.chance.choice((0.0001, 0.0001, 3)))
            self.notes("told", self.now + later)

    def releases(self) -> None:
        for _ in range(self.chance.choice((1, 1, 2))):
            sent_at = self.now + timedelta(days=self.chance.uniform(0, 4))
            answered_at = sent_at + timedelta(days=self.chance.uniform(0, 12))
            if sent_at < self.end:
                is_answered = self.chance.random() < 0.7 and answered_at < self.end
                self.request.released.append((sent_at, answered_at if is_answered else None))


def _until(one: Request, at: datetime) -> Request:
    def known(moment: datetime | None) -> datetime | None:
        return moment if moment is not None and moment < at else None

    waits = [
        Wait(
            wait.what,
            [
                Promise(
                    made.due_at,
                    made.told_at,
                    known(made.ended_at),
                    made.fate * bool(known(made.ended_at)),
                )
                for made in wait.promises
                if made.told_at < at
            ],
        )
        for wait in one.waits
    ]
    return Request(
        **{name: getattr(one, name) for name in PLAIN},
        waits=waits,
        happened=[(what, when) for what, when in one.happened if when < at],
        pauses=[(began, known(over)) for began, over in one.pauses if began < at],
        released=[(sent, known(answered)) for sent, answered in one.released if sent < at],
    )


PLAIN = ("writer", "received_at", "kind", "topic", "urgency", "language", "track")


def put(session: Session, half_year: HalfYear) -> None:
    """Put it into the tables as the bot would have, and erase whoever deleted everything."""
    since = min((one.received_at for one in half_year.requests), default=None)
    if since is None:
        return
    people: list[dict[str, Any]] = [
        {
            "id": number,
            "channel": channel,
            "address": str(number),
            "address_hash": str(number),
            "language": "en",
            "created_at": since,
        }
        for number, channel in enumerate(half_year.channels, 1)
    ]
    _insert(session, Person.__table__, people)
    session.add(
        Member(person_id=1, alias="Leyla", role="member", languages=["en"], joined_at=since)
    )
    session.flush()
    requests, told, happened, released, replies = [], [], [], [], []
    numbers = count(1)
    for number, one in enumerate(half_year.requests, 1):
        requests.append(
            {
                "id": number,
                "reference": f"{number:09}",
                "person_id": one.writer + 1,
                "state": "open",
                "created_at": one.received_at,
                "touched_at": one.received_at,
                "handed_in_at": one.received_at,
                **{name: getattr(one, name) for name in PLAIN[2:]},
            }
        )
        told += [
            {
                "case_id": number,
                "what": wait.what,
                "due_at": made.due_at,
                "told_at": made.told_at,
                "ended_at": made.ended_at,
                "outcome": made.fate,
            }
            for wait in one.waits
            for made in wait.promises
        ]
        happened += [{"case_id": number, "what": what, "at": at} for what, at in one.happened]
        for sent_at, answered_at in one.released:
            text = {"id": next(numbers), "case_id": number, "member_id": 1, "unit": "labour"}
            released.append(text | {"text": "x", "asked_at": sent_at, "sent_at": sent_at})
            if answered_at is not None:
                replies.append({"released_id": text["id"], "text": "y", "at": answered_at})
    _insert(session, Case.__table__, requests)
    for table, rows in (
        (Told.__table__, told),
        (Milestone.__table__, happened),
        (Released.__table__, released),
        (ReleasedReply.__table__, replies),
    ):
        _insert(session, table, rows)
    erased = [number + 1 for number in half_year.erased if number]
    session.execute(delete(Case).where(Case.person_id.in_(erased)))
    session.execute(delete(Person).where(Person.id.in_(erased)))


def _insert(session: Session, table: Any, rows: list[dict[str, Any]]) -> None:
    assert isinstance(table, Table)
    if rows:
        session.execute(insert(table), rows)
