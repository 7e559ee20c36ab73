"""A council whose digest is made week after week."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from talk import Talk

from handlers.messages import Outgoing
from handlers.service import digests as service
from storage import audit, digests, people
from storage.database import Database
from storage.model import DigestCopy, DigestLine, DigestRun, Member, Outbox, Recipient

BAKU = ZoneInfo("Asia/Baku")


def at(text: str, zone: ZoneInfo = BAKU) -> datetime:
    """A moment of the council's clock: "2026-11-27 10:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


class Weekly(Talk):
    """Members, the Service, and the weeks that pass."""

    @classmethod
    def of_three(cls, database: Database) -> "Weekly":
        """A chair, two members and somebody of the Service, on a Tuesday."""
        town = cls(database)
        town.seat("Vusal", "chair")
        town.seat("Leyla")
        town.seat("Samir")
        town.joins("Gunel")
        town.begins("2026-11-24 09:00")
        return town

    def begins(self, moment: str, zone: ZoneInfo = BAKU) -> None:
        """It is that moment, and the schedule ticks for the first time."""
        self.now = at(moment, zone)
        self.work(lambda s: service.begin(s, self.charter, self.now))

    def until(self, moment: str, zone: ZoneInfo = BAKU) -> None:
        """Time passes until then; what fell due is done, and said."""
        self.later(seconds=(at(moment, zone) - self.now).total_seconds())
        self.deliver()

    def joins(self, name: str, rule: str = "contact") -> str:
        """Somebody of the Service has joined."""
        self.somebody(name)

        def join(session: Session) -> None:
            person = people.add(session, "telegram", self.addresses[name], "az", self.now)
            session.add(
                Recipient(
                    name=rule,
                    channel="telegram",
                    person_id=person.id,
                    invited_at=self.now,
                    joined_at=self.now,
                )
            )

        self.work(join)
        return name

    def leaves(self, name: str) -> None:
        """They are of the Service no more."""

        def leave(session: Session) -> None:
            person = people.find(session, "telegram", self.addresses[name])
            assert person is not None
            gone = select(Recipient).where(Recipient.person_id == person.id)
            session.scalars(gone).one().left_at = self.now

        self.work(leave)

    # what they do

    def presses(self, who: str, does: str) -> str:
        """They press it, and see what follows; gives what the button says."""
        toast = self.press(who, does)
        self.deliver()
        return toast

    def writes(self, who: str, text: str, **more: Any) -> str:
        """They write it, and see what follows; gives the message's id."""
        message_id = self.write(who, text, **more)
        self.deliver()
        return message_id

    def line(self, who: str, text: str, topic: str = "labour", **others: str) -> DigestLine:
        """They word a line about a topic, in their own language and others; gives the line."""
        self.presses(who, f"line_about:{topic}")
        self.writes(who, text)
        for code in self.charter.digest.languages:
            if code != "en":
                self.writes(who, others[code]) if code in others else self.presses(
                    who, f"line_skip:{code}"
                )
        return self.lines()[-1]

    def button(self, who: str, begins: str) -> str:
        """The newest button that begins so."""
        return next(does for does in reversed(self.buttons(who)) if does.startswith(begins))

    # how it stands

    def run(self, week: str) -> DigestRun:
        """That week's digest."""
        found = self.work(lambda s: digests.find(s, week))
        assert found is not None
        return found

    def weeks(self) -> dict[str, str]:
        """Every week that there is a digest of, and its stage."""
        every = select(DigestRun).order_by(DigestRun.week)
        return {one.week: one.stage for one in self.work(lambda s: list(s.scalars(every)))}

    def lines(self) -> list[DigestLine]:
        """Every line there is."""
        every = select(DigestLine).order_by(DigestLine.id)
        return self.work(lambda s: list(s.scalars(every)))

    def copies(self) -> list[tuple[str, int]]:
        """Which week was sent to whom."""
        every = select(DigestCopy).order_by(DigestCopy.id)
        return [(one.week, one.recipient_id) for one in self.work(lambda s: list(s.scalars(every)))]

    def digests_to(self, who: str) -> list[Outgoing]:
        """Every digest that was ever shown to them."""
        return [
            said
            for name, said in self.said
            if name == who and any(one.file_id.startswith("digest:") for one in said.attachments)
        ]

    def queued(self) -> int:
        """Digests that were put on their way."""
        rows = select(func.count()).select_from(Outbox).where(Outbox.show == service.VIEW)
        return self.work(lambda s: s.scalar(rows)) or 0

    def noted(self, *of: str) -> list[str]:
        """What stands in the record of digests and lines, oldest first."""
        rows = self.work(lambda s: audit.newest(s, 200))
        every = [row.what for row in reversed(rows) if row.what.startswith(("digest_", "line_"))]
        return [what for what in every if not of or what in of]

    def seat_of(self, name: str) -> Member:
        """Their seat."""
        chosen = select(Member).where(Member.alias.startswith(name))
        return self.work(lambda s: s.scalars(chosen).one())

    def becomes(self, name: str, **what: Any) -> None:
        """Something about their seat changes."""
        seat = self.seat_of(name).id

        def change(session: Session) -> None:
            member = session.get_one(Member, seat)
            for column, value in what.items():
                setattr(member, column, value)

        self.work(change)
