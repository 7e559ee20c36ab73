"""Four weeks of a council's life before the demo begins: invented people, the real handlers, no wire.

Who sees the page for the first time would otherwise get an empty digest.
"""

import heapq
import random
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bot.sandbox.life_words import ASKED, PROPOSED_ABOUT, SPEAKERS, WISHED_IN, WORRIES, Worry
from handlers import delivered, due, inbound, show
from handlers.charter import Charter
from handlers.council import membership
from handlers.messages import Incoming, Outgoing
from handlers.rules.deadlines import Calendar
from handlers.service import digests
from storage import people, sending, turns
from storage.database import Database
from storage.model import (
    ANSWERED,
    CLOSED,
    DRAFT,
    PROBLEM_WITHOUT_ME,
    SENT,
    Case,
    Member,
    Outbox,
    Proposal,
)

SEED = 2026
PEOPLE = (9, 11, 13, 18)
"""Newcomers of each week; the last one is not over when the demo begins."""
WEEK = timedelta(days=7)
COUNCIL = {
    "Aygun": ("chair", ["az", "tr", "en"]),
    "Rashad": ("member", ["az", "ru", "en"]),
    "Olga": ("member", ["ru", "en"]),
    "Reza": ("focal", ["fa", "tr", "en"]),
}
"""Those who sat in the council before; they have left by the time the demo begins."""
CHAIR, PROPOSER = "Aygun", "Rashad"
PROPOSED = 3
"""After so many weeks their proposal is sent."""
LOOKS = timedelta(hours=12)
"""How often what fell due is done."""
UNDO = timedelta(seconds=30)
SAID = {"helped": 6, "partly": 2, "": 3}
"""How many of eleven say what about their answer."""


SPARE = timedelta(hours=2)
"""Before the demo begins, in which what is still open is answered."""


def play(database: Database, charter: Charter, now: datetime) -> set[str]:
    """Play the weeks before now; gives the Telegram accounts of everybody in them."""
    here = now.astimezone(ZoneInfo(charter.working_time.zone))
    monday = here.replace(hour=8, minute=0, second=0, microsecond=0) - timedelta(
        days=here.weekday()
    )
    return Past(database, charter, monday - (len(PEOPLE) - 1) * WEEK).play(now - SPARE)


class Past:
    """What was going on, moment after moment."""

    def __init__(self, database: Database, charter: Charter, begins: datetime) -> None:
        self.database, self.charter = database, charter
        self.begins = self.now = self._looked = begins.astimezone(UTC)
        self.calendar = Calendar(charter.working_time)
        self.chance = random.Random(SEED)
        self.seats: dict[str, str] = {}
        self.writers: set[str] = set()
        self._numbers = count(1)
        self._accounts = count(6_100_000_001)
        self._session: Session
        self._coming: list[tuple[datetime, int, Callable[[], None]]] = []

    def play(self, until: datetime) -> set[str]:
        """All of it, until that moment."""
        for alias, (role, languages) in COUNCIL.items():
            self._happens(partial(self._seat, alias, role, languages))
        self._at(self.begins + timedelta(hours=3), self._a_proposal_begins)
        self._at(self.begins + PROPOSED * WEEK + timedelta(hours=4), self._it_is_sent)
        for week, people_of_it in enumerate(PEOPLE):
            for _ in range(people_of_it):
                self._at(self._some_time(week, until), self._somebody_comes)
        while self._coming and self._coming[0][0] <= until:
            at, _, happens = heapq.heappop(self._coming)
            self._pass(at)
            self._happens(happens)
        self._pass(until)
        self._end()
        return self.writers | set(self.seats.values())

    # what happens

    def _somebody_comes(self) -> None:
        who = str(next(self._accounts))
        self.writers.add(who)
        language = self.chance.choices(list(SPEAKERS), list(SPEAKERS.values()))[0]
        worry = self.chance.choices(WORRIES, [each.weight for each in WORRIES])[0]
        self._does(who, text="/start", language_hint=language)
        self._does(who, press=f"lang:{language}")
        self._does(who, press="consent:yes")
        self._does(who, text=worry.words[language])
        case = self._newest(who)
        if worry is PROPOSED_ABOUT:
            self._does(who, press=f"may:{case.reference}:{PROBLEM_WITHOUT_ME}")
        self._does(who, press=f"send:{case.reference}")
        if self._newest(who).state == DRAFT:
            self._does(who, press=f"date:{case.reference}:none")
        self._later(lambda: self._is_answered(who, language, worry))

    def _is_answered(self, who: str, language: str, worry: Worry) -> None:
        case = self._newest(who)
        reader = self._reader(case)
        if reader is None or case.state in (DRAFT, ANSWERED, CLOSED):
            return
        self._does(reader, press=f"answer:{case.reference}")
        self._does(reader, text=worry.answer[language])
        self._does(reader, press=f"sendit:{case.reference}")
        if worry is PROPOSED_ABOUT:
            self._does(reader, press=f"padd:{case.reference}:{self._proposal().id}")
        self.now += UNDO
        self._later(lambda: self._is_closed(who))

    def _is_closed(self, who: str) -> None:
        case = self._newest(who)
        how = self.chance.choices(list(SAID), list(SAID.values()))[0]
        if how:
            self._does(who, press=f"rate:{case.reference}:{how}")
        reader = self._reader(case)
        if reader is not None:
            self._does(reader, press=f"closed:{case.reference}:solved")

    def _a_proposal_begins(self) -> None:
        """Many wait for one and the same thing: somebody writes a proposal, requests will join it."""
        who = self.seats[PROPOSER]
        self._does(who, press="newprop")
        number = self._proposal().id
        self._does(who, press=f"punit:{number}:{next(iter(self.charter.units))}")
        self._does(who, press=f"ptopic:{number}:residence")
        own = COUNCIL[PROPOSER][1][0]  # that page comes first
        languages = sorted(self.charter.digest.languages, key=lambda code: code != own)
        for texts in ASKED:
            for language in languages:
                self._does(who, text=texts.get(language, texts["en"]))
        wished = self.now + timedelta(days=WISHED_IN)
        self._does(who, text=f"{wished:%d.%m.%Y}")

    def _it_is_sent(self) -> None:
        """If enough people stand behind it, the chair approves it."""
        chair, number = self.seats[CHAIR], self._proposal().id
        self._does(self.seats[PROPOSER], press=f"phand:{number}")
        if self._proposal().state != "proposed":
            return
        self._does(chair, press=f"papprove:{number}")
        does = [choice.does for row in self._drawn().choices for choice in row]
        self._does(chair, press=next(one for one in does if one.startswith("papproved:")))

    def _proposal(self) -> Proposal:
        return self._session.scalars(select(Proposal)).one()

    def _end(self) -> None:
        """What is open is answered and closed, and they leave: others come in."""
        while self._coming:
            self._happens(heapq.heappop(self._coming)[2])
        self._happens(self._leave)

    def _leave(self) -> None:
        for alias in COUNCIL:
            membership.leave(self._session, self.charter, alias, self.now)

    # how it happens

    def _happens(self, what: Callable[[], None]) -> None:
        """One transaction for all that somebody does at once: it is the past, nobody waits for it."""
        with self.database.begin() as self._session:
            what()
            self._deliver()

    def _seat(self, alias: str, role: str, languages: list[str]) -> None:
        who = self.seats[alias] = str(next(self._accounts))
        token = membership.invite(
            *(self._session, self.charter, self.now),
            alias=alias,
            role=role,
            languages=languages,
            topics=[],
        )
        self._does(who, text=f"/start {token}")
        found = re.search(r"\d{6}", self._screen())
        assert found, "an invitation shows a code"
        membership.confirm(self._session, self.charter, found.group(), self.now)

    def _does(self, who: str, **what: str) -> None:
        """They write or press something; a few seconds pass."""
        number = str(next(self._numbers))
        incoming = Incoming(
            channel="telegram",
            key=f"life:{number}",
            address=who,
            happened="press" if "press" in what else "message",
            sent_at=self.now.replace(microsecond=0),
            message_id=number if "text" in what else "",
            press_id=number if "press" in what else "",
            **what,  # type: ignore[arg-type]
        )
        inbound.receive(self._session, incoming, self.now, self.charter)
        self.now += timedelta(seconds=self.chance.randint(3, 9))

    def _deliver(self) -> None:
        """What is due was said: nobody looks at those screens, so nothing is drawn on them."""
        for row in self._session.scalars(select(Outbox).where(*self._waiting())):
            delivered.sent(self._session, row, self.now, self.now)
            sending.end(self._session, row, SENT, self.now)

    def _screen(self) -> str:
        return self._drawn().text

    def _drawn(self) -> Outgoing:
        """The newest thing that would be said now."""
        waiting = select(Outbox).where(*self._waiting(), Outbox.mode != "delete")
        row = self._session.scalars(waiting.order_by(Outbox.id)).all()[-1]
        drawn = show.draw(self._session, row, self.charter, self.now)
        assert drawn is not None
        return drawn

    def _waiting(self) -> tuple[ColumnElement[bool], ...]:
        return Outbox.state.in_(turns.READY), Outbox.due_at <= self.now

    def _pass(self, at: datetime) -> None:
        """Time passes, and what falls due on the way is done."""
        while self._looked + LOOKS < at:
            self._looked += LOOKS
            self.now = max(self.now, self._looked)
            self._look()
        self.now = max(self.now, at)

    def _look(self) -> None:
        self._happens(self._run_due)

    def _run_due(self) -> None:
        digests.begin(self._session, self.charter, self.now)
        while due.run_due(self._session, self.charter, self.now):
            self._session.flush()

    def _at(self, at: datetime, happens: Callable[[], None]) -> None:
        heapq.heappush(self._coming, (at, next(self._numbers), happens))

    def _later(self, happens: Callable[[], None]) -> None:
        """Some hours later, when the council works; now and then after some days."""
        hours = self.chance.choice((0, 1, 1, 2, 2, 3, 5, 8, 20, 26, 50))
        at = self.now + timedelta(hours=hours)
        if not self.calendar.is_open(at):
            at = self.calendar.next_open(at) + timedelta(minutes=self.chance.randint(5, 200))
        self._at(at, happens)

    def _some_time(self, week: int, until: datetime) -> datetime:
        """Some time in that week; people write in the evening and on Sunday, too."""
        begins = self.begins + week * WEEK
        ends = min(begins + WEEK - timedelta(hours=12), until - timedelta(hours=1))
        return begins + self.chance.random() * max(ends - begins, timedelta(hours=1))

    def _newest(self, who: str) -> Case:
        person = people.find(self._session, "telegram", who)
        assert person is not None
        chosen = select(Case).where(Case.person_id == person.id).order_by(Case.id.desc())
        return self._session.scalars(chosen.limit(1)).one()

    def _reader(self, case: Case) -> str | None:
        """The account of the member who has it."""
        member = self._session.get(Member, case.responsible_id) if case.responsible_id else None
        return self.seats.get(member.alias) if member is not None else None
