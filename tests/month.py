"""A month of council life: invented people who arrive, answer, are late, go away, and press things."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from talk import Talk

from handlers import questions
from handlers.council import access, membership, offices
from storage import audit, members, told
from storage.database import Database
from storage.model import Case, Member, Outbox, Person, Told

BAKU = ZoneInfo("Asia/Baku")
BEGINS = datetime(2026, 12, 14, 8, 0, tzinfo=BAKU)
"""A month with New Year's holidays and weekends in it."""
COUNCIL = {
    "Vusal": ("chair", "en,az", 0.9),
    "Samir": ("member", "en,ru", 0.8),
    "Leyla": ("member", "en,az", 0.9),
    "Aygun": ("member", "az,tr", 0.7),
    "Rustam": ("member", "ru,en", 0.1),
    "Nasrin": ("focal", "en,fa", 0.8),
    "Mina": ("focal", "ru,az", 0.6),
    "Olivia": ("outside", "en", 0.5),
}
"""Role, languages, and how likely somebody looks at their requests when they could."""
ORDINARY = (
    "How can I learn the language?",
    "My employer keeps my wages since June.",
    "Where is the school for my son?",
    "The hospital sent me away.",
    "I have an idea for the council.",
)
AMBER = ("The police caught my brother at the station and held him.",)
RED = ("My uncle beats me and keeps my passport.", "I want to die, I cannot go on.")
NOT_AT_RANDOM = ("forget", "delete", "leave", "letgo", "suspend", "lift", "consent", "lang", "stop")
"""What a story decides, not chance."""


@dataclass
class Month:
    """Plays one month by one seed."""

    talk: Talk
    chance: random.Random
    marks: dict[int, str] = field(default_factory=dict)
    """A word that stands in one request alone, by case."""
    writers: list[str] = field(default_factory=list)
    arrived: int = 0

    @classmethod
    def of(cls, database: Database, seed: int) -> "Month":
        """Everybody is seated."""
        talk = Talk(database)
        talk.now = BEGINS
        for name, (role, languages, _) in COUNCIL.items():
            talk.seat(name, role, languages, agreed=True)
        talk.seat("Olga", "operator")
        month = cls(talk, random.Random(seed))
        talk.work(lambda s: month._act(s, "Samir"))
        return month

    @staticmethod
    def _act(session: object, alias: str) -> None:
        member = members.by_alias(session, alias)  # type: ignore[arg-type]
        assert member is not None
        member.is_acting = True

    def play(self, days: int = 30) -> Iterator[datetime]:
        """Day after day; stops after each hour at which somebody did something."""
        for day in range(days):
            self._happens(day)
            for hour in (9, 13, 17):
                at = (BEGINS + timedelta(days=day)).replace(hour=hour)
                self.talk.later(seconds=max((at - self.talk.now).total_seconds(), 0))
                self.talk.deliver()
                self._migrants()
                self._council(hour)
                self.talk.later(seconds=0)
                self.talk.deliver()
                yield self.talk.now

    # what happens once

    def _happens(self, day: int) -> None:
        talk = self.talk
        if day == 4:
            talk.write("Leyla", "/away 4 days")
            self._press_first("Leyla", "away")
        elif day == 9:
            talk.work(lambda s: membership.leave(s, talk.charter, "Aygun", talk.now))
        elif day == 12:
            talk.seat("Zaur", "member", "az,tr", agreed=True)
        elif day == 17:
            talk.work(self._hand_the_chair_over)
        talk.deliver()

    def _hand_the_chair_over(self, session: object) -> None:
        member = members.by_alias(session, "Samir")  # type: ignore[arg-type]
        assert member is not None
        offices.make_chair(session, self.talk.charter, member, self.talk.now)  # type: ignore[arg-type]

    def _press_first(self, who: str, verb: str) -> None:
        for does in reversed(self.talk.buttons(who)):
            if does.split(":")[0].startswith(verb):
                self.talk.press(who, does)
                return

    # migrants

    def _migrants(self) -> None:
        for _ in range(self.chance.choice((0, 0, 1, 1))):
            self._arrives()
        for who in self.writers:
            if self.chance.random() < 0.1:
                self._writer_does(who)

    def _arrives(self) -> None:
        self.arrived += 1
        name = f"Writer{self.arrived}"
        language = self.chance.choice(("en", "en", "az", "ru", "tr", "fa"))
        self.talk.agreed(name, language)
        self.writers.append(name)
        kind = self.chance.choices((ORDINARY, AMBER, RED), (8, 1, 2))[0]
        mark = f"mark{self.arrived:03d}x"
        case = self.talk.hand_in(name, f"{self.chance.choice(kind)} {mark}")
        self.marks[case.id] = mark

    def _writer_does(self, who: str) -> None:
        roll = self.chance.random()
        if roll < 0.1:
            for does in ("delete", "forget:sure", "forget:now"):
                self.talk.press(who, does)
            self.writers.remove(who)
        elif roll < 0.5:
            self._presses(who, at_random=("rate", "skip", "done", "add", "date", "send"))
        else:
            self.talk.write(who, "One more thing.")

    # the council

    def _council(self, hour: int) -> None:
        if hour >= 18:
            return
        for name, diligence in [(n, c[2]) for n, c in COUNCIL.items()] + [("Zaur", 0.8)]:
            seat = self._seat(name)
            if seat is None or not members.is_present(seat, self.talk.now):
                continue
            if self.chance.random() < diligence:
                self._works(name, seat)
            if self.chance.random() < 0.3:
                self._presses(name)

    def _seat(self, name: str) -> Member | None:
        with self.talk.database.read() as session:
            seat = members.by_alias(session, name)
            return seat if members.sits(seat) else None

    def _works(self, name: str, seat: Member) -> None:
        with self.talk.database.read() as session:
            waiting = session.scalars(
                select(Case.reference).where(Case.responsible_id == seat.id, Case.state == "open")
            ).all()
        for reference in self.chance.sample(waiting, min(2, len(waiting))):
            kind = self.chance.choices(("answer", "ask", "take"), (6, 1, 2))[0]
            self.talk.press(name, f"{kind}:{reference}")
            if kind != "take":
                self.talk.write(name, "These are the words of the council.")
                self.talk.press(name, f"sendit:{reference}")
            self.talk.deliver()

    def _presses(self, who: str, at_random: tuple[str, ...] = ()) -> None:
        """Whatever stands on the screen, and words where words are waited for."""
        buttons = [
            does
            for does in self.talk.buttons(who)
            if does.split(":")[0] not in NOT_AT_RANDOM
            and (not at_random or does.split(":")[0] in at_random)
        ]
        if not buttons:
            return
        self.talk.press(who, self.chance.choice(buttons[-25:]))
        if self._screen(who) in questions.FREE_WORDS:
            self.talk.write(who, "Some words.")
        self.talk.deliver()

    def _screen(self, who: str) -> str:
        with self.talk.database.read() as session:
            found = session.scalars(select(Person)).all()
            return next((p.screen for p in found if p.address == self.talk.addresses[who]), "")

    # what must always be true

    def holds(self) -> None:
        """One reader for every request, every date kept or apologised for, nothing seen by others."""
        with self.talk.database.read() as session:
            for case in session.scalars(
                select(Case).where(Case.state.in_(("open", "asked", "answered")))
            ):
                self._one_reader(session, case)
                self._dates(session, case)
            self._sights(session)
            chairs = [m for m in members.seated(session) if m.role == "chair"]
            assert len(chairs) == 1

    def _one_reader(self, session: object, case: Case) -> None:
        reader = session.get(Member, case.responsible_id) if case.responsible_id else None  # type: ignore[attr-defined]
        if reader is None:
            assert not told.stands(case), "a date stands though nobody reads it"
            return
        assert access.allowed(session, reader, case), (case.id, reader.alias)

    def _dates(self, session: object, case: Case) -> None:
        rows = session.scalars(select(Told).where(Told.case_id == case.id).order_by(Told.id)).all()  # type: ignore[attr-defined]
        for row in rows:
            if row.ended_at is None and case.state == "open":
                assert row.due_at > self.talk.now - timedelta(minutes=1), (case.id, row.what)
            if row.outcome == "late" and case.state == "open":
                after = [r for r in rows if r.id > row.id and r.what == row.what]
                said = select(Outbox.id).where(Outbox.case_id == case.id, Outbox.show == "late")
                assert after, "late without a new date"
                assert session.scalars(said).first(), "late without an apology"  # type: ignore[attr-defined]

    def _sights(self, session: object) -> None:
        """A request's own word stands on no screen but its writer's and its readers'."""
        for case_id, mark in self.marks.items():
            case = session.get(Case, case_id)  # type: ignore[attr-defined]
            for member in session.scalars(select(Member)):  # type: ignore[attr-defined]
                name = member.alias.split("·")[0]
                if name in self.talk.chats and mark in self.talk.screen(name):
                    assert case is not None, f"{name} still sees what was erased"
                    assert access.may(session, member, case), f"{name} sees {case_id}"  # type: ignore[arg-type]

    def record_is_whole(self) -> None:
        """Nothing of the record was lost on the way."""
        with self.talk.database.read() as session:
            assert list(audit.verify(session)) == []
            assert audit.count(session) > 100
