"""Two units of the Service with a chat each, beside a council full of requests."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import digests
from sqlalchemy import select
from sqlalchemy.orm import Session
from talk import CHANNEL, Talk
from town import charter

from handlers.charter import RecipientRule
from handlers.rules import published
from handlers.staff import digest
from storage import people
from storage.base import Base
from storage.database import Database
from storage.model import (
    Case,
    DigestLine,
    DigestRun,
    Member,
    Outbox,
    Person,
    Proposal,
    ProposalReply,
    Recipient,
    Released,
    ReleasedReply,
)

STORY = "Mirvari says the landlord keeps our deposit."
PRIVATE_STORY = "My uncle beats me every evening, says Mirvari."
NOTE = "Between members: she is afraid of Rashad."
ANSWER = "There are courses in the evening, says Leyla."
ASKED_ONLY = "Mirvari has not agreed to this text."
DRAFT = "A proposal that nobody sent."
LINE = "A line of a digest that is not out."
LET_READ = "The form for a family card is only in one language."
OTHERS_TEXT = "A fine was paid twice."
OTHERS_PROPOSAL = "Say on the fine where it is paid."
HIDDEN = (STORY, PRIVATE_STORY, NOTE, ANSWER, ASKED_ONLY, DRAFT, LINE)
"""What no chat of the Service's may ever be shown."""

RULES = tuple(
    RecipientRule(name=name, channel="telegram", language=language, unit=unit)
    for name, language, unit in (
        ("permits", "en", "permits"),
        ("fines", "en", "fines"),
        ("contact", "az", "council_contact"),
    )
)


class Ministry:
    """Kamran answers for permits, Sevda for fines; Leyla, Nigar and Vusal sit in the council."""

    def __init__(self, database: Database) -> None:
        council = replace(charter(settle=timedelta(0)), recipients=RULES)
        self.talk = talk = Talk(database, council)
        for name, role in (("Leyla", "member"), ("Nigar", "focal"), ("Vusal", "chair")):
            talk.seat(name, role)
        talk.seat("Olga", "operator")
        talk.agreed("Farid")
        talk.agreed("Rana")
        self.ordinary = talk.hand_in("Farid", STORY)
        self.private = talk.hand_in("Farid", PRIVATE_STORY)
        self.ranas = talk.hand_in("Rana", "How can I learn the language?")
        self.works("Leyla")
        talk.work(self._publish)
        self.comes("Kamran", "permits")
        self.comes("Sevda", "fines")
        talk.deliver()

    def works(self, who: str) -> None:
        """The council does what it does: a note, an answer."""
        talk = self.talk
        reader = next(
            name for name in ("Leyla", "Vusal") if self.reads(name, self.ordinary.reference)
        )
        for does, words in (("note", NOTE), ("answer", ANSWER)):
            talk.press(reader, f"{does}:{self.ordinary.reference}")
            talk.write(reader, words)
        talk.press(reader, f"sendit:{self.ordinary.reference}")
        talk.deliver()

    def reads(self, name: str, reference: str) -> bool:
        """Whether this member is responsible for it."""

        def found(session: Session) -> bool:
            case = session.scalars(select(Case).where(Case.reference == reference)).one()
            member = session.get(Member, case.responsible_id) if case.responsible_id else None
            return member is not None and member.alias == name

        return self.talk.work(found)

    def comes(self, name: str, entry: str) -> None:
        """Somebody of the Service has joined with their chat."""
        self.talk.somebody(name)

        def join(session: Session) -> None:
            now = self.talk.now
            address = self.talk.addresses[name]
            person = people.add(session, CHANNEL, address, "en", now)
            usual = {"invited_at": now, "joined_at": now, "channel": CHANNEL}
            session.add(Recipient(name=entry, person_id=person.id, **usual))

        self.talk.work(join)

    def recipient(self, entry: str) -> Recipient:
        """The row of that entry."""
        return self.talk.work(
            lambda s: s.scalars(select(Recipient).where(Recipient.name == entry)).one()
        )

    def _publish(self, session: Session) -> None:
        now = self.talk.now
        for week, stage in (("2026-W46", "sent"), ("2026-W47", "sent"), ("2026-W48", "drafted")):
            sent_at = now if stage == "sent" else None
            told = replace(digests.empty("en"), week=week)
            figures = replace(told.published, week=week)
            session.add(
                DigestRun(
                    week=week,
                    stage=stage,
                    sent_at=sent_at,
                    published=published.as_json(figures) if sent_at else None,
                    content={"en": digest.as_json(told)} if sent_at else None,
                )
            )
        session.add(DigestLine(week="2026-W48", section="gap", texts={"en": LINE}, at=now))
        one = self.proposal("permits", "Give the form in four languages.", "sent")
        done = self.proposal("permits", "Open one hour earlier.", "accepted")
        others = self.proposal("fines", OTHERS_PROPOSAL, "sent")
        unsent = self.proposal("permits", DRAFT, "proposed")
        session.add_all([one, done, others, unsent])
        session.flush()
        session.add(ProposalReply(proposal_id=done.id, kind="accepted", text="In May.", at=now))
        self.released(session, "permits", LET_READ, "sent")
        self.released(session, "permits", ASKED_ONLY, "asked")
        self.released(session, "fines", OTHERS_TEXT, "sent")

    def proposal(self, unit: str, asked: str, state: str) -> Proposal:
        """A proposal as it would stand."""
        now = self.talk.now
        return Proposal(
            unit=unit,
            topic="papers",
            concerns={"en": "The family card", "az": "Ailə kartı"},
            problem={"en": "People come twice."},
            asked={"en": asked},
            wished_on=date(2027, 1, 15),
            evidence=[10, 14],
            state=state,
            created_at=now,
            sent_at=None if state == "proposed" else now,
        )

    def released(self, session: Session, unit: str, text: str, state: str) -> None:
        """A text as its writer was asked about it, or let it go."""
        now = self.talk.now
        session.add(
            Released(
                case_id=self.ordinary.id,
                member_id=1,
                unit=unit,
                text=text,
                state=state,
                asked_at=now,
                sent_at=now if state == "sent" else None,
            )
        )

    # what they do, and what is seen of it

    def writes(self, who: str, text: str, **more: Any) -> str:
        """They write, and see what follows; gives what stands on their screen."""
        self.talk.write(who, text, **more)
        self.talk.deliver()
        return self.talk.screen(who)

    def presses(self, who: str, does: str) -> str:
        """They press a button, real or forged; gives what stands on their screen."""
        self.talk.press(who, does)
        self.talk.deliver()
        return self.talk.screen(who)

    def rows(self, *tables: Any) -> list[Any]:
        """Everything in these tables."""
        return self.talk.work(lambda s: [one for t in tables for one in s.scalars(select(t))])

    def replies(self) -> list[tuple[str, str]]:
        """What the Service said to proposals and released texts."""
        return [
            (getattr(one, "kind", "answer"), one.text)
            for one in self.rows(ProposalReply, ReleasedReply)
            if one.recipient_id is not None
        ]

    def picture(self, besides: tuple[str, ...] = ()) -> dict[str, list[Any]]:
        """Every row of every table, but for what every message leaves behind."""
        passing = {"outbox", "shown", "received", "note", "audit", "pseudonym", "copy", "receipt"}

        def taken(session: Session) -> dict[str, list[Any]]:
            return {
                table.name: sorted(
                    (_stable(table.name, row._mapping) for row in session.execute(select(table))),
                    key=repr,
                )
                for table in Base.metadata.sorted_tables
                if table.name not in passing | set(besides)
            }

        return self.talk.work(taken)

    def outbox(self, show: str) -> list[Outbox]:
        """What was queued of this kind."""
        return self.talk.work(
            lambda s: list(s.scalars(select(Outbox).where(Outbox.show == show).order_by(Outbox.id)))
        )

    def person(self, name: str) -> Person | None:
        """Who they are."""
        return self.talk.work(lambda s: people.find(s, CHANNEL, self.talk.addresses[name]))


OF_A_CHAT = {"screen", "screen_args", "screen_row", "heard_at", "stopped_at", "unreachable_since"}


def _stable(table: str, row: Any) -> list[tuple[str, Any]]:
    besides = OF_A_CHAT if table == "person" else set()
    return [(name, value) for name, value in row.items() if name not in besides]
