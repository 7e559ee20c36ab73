"""A council that asks the Service for something: proposals made, sent and answered as people do."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from answers_kit import member
from sqlalchemy import select
from sqlalchemy.orm import Session
from talk import CHANNEL, Talk

from handlers import show
from handlers.council import proposals_replied
from handlers.messages import Outgoing
from storage import people
from storage.audit import Audit
from storage.model import (
    PROBLEM_WITHOUT_ME,
    Case,
    Outbox,
    Person,
    Proposal,
    ProposalCase,
    ProposalReply,
    Recipient,
)

UNIT = "permits"
TEXTS: Mapping[str, Mapping[str, str]] = {
    "concerns": {"en": "The queue page", "az": "Növbə səhifəsi"},
    "problem": {"en": "The page shows no free day for weeks."},
    "asked": {"en": "Please open more days.", "az": "Daha çox gün açın."},
}
WRITERS = ("Rana", "Farid", "Ikram", "Olena", "Zahra")


def council(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> Talk:
    """Leyla and Samir read, Vusal is the chair, Nigar stands in for the chair when asked to.

    What the unit is shown is drawn elsewhere: here it is enough that it comes.
    """
    monkeypatch.setitem(show.VIEWS, "proposal", _shown)  # type: ignore[arg-type]
    talk.seat("Leyla")
    talk.seat("Samir")
    talk.seat("Vusal", "chair")
    talk.seat("Nigar", "focal")
    for name in WRITERS:
        talk.agreed(name)
    return talk


def _shown(scene: Any, row: Outbox, case: Case | None) -> Outgoing:
    return Outgoing(text=f"proposal {row.args['number']} {row.args.get('reminder', False)}")


def clerk(talk: Talk, name: str = "Clerk", entry: str = UNIT) -> int:
    """Somebody of the Service who joined with their chat; gives the recipient's id."""
    talk.somebody(name)

    def join(session: Session) -> int:
        person = people.add(session, CHANNEL, talk.addresses[name], "en", talk.now)
        row = Recipient(
            name=entry,
            channel=CHANNEL,
            person_id=person.id,
            invited_at=talk.now,
            joined_at=talk.now,
        )
        session.add(row)
        session.flush()
        return row.id

    return talk.work(join)


def leave(talk: Talk, recipient: int) -> None:
    """They are no recipient any more."""

    def gone(session: Session) -> None:
        session.get_one(Recipient, recipient).left_at = talk.now

    talk.work(gone)


def asked(
    talk: Talk, who: str, reader: str = "Leyla", share: str = PROBLEM_WITHOUT_ME, **more: Any
) -> Case:
    """A request that this member reads, whose writer lets the Service hear of the problem."""
    case = talk.hand_in(who, f"{who} asks why no day is free in the queue.")

    def give(session: Session) -> None:
        row = session.get_one(Case, case.id)
        row.responsible_id, row.share = member(session, reader).id, share
        for name, value in more.items():
            setattr(row, name, value)

    talk.work(give)
    return talk.case()


def newest(talk: Talk) -> Proposal:
    """The proposal that was begun last."""
    return talk.work(lambda s: s.scalars(select(Proposal).order_by(Proposal.id.desc())).first())


def known(talk: Talk, number: int) -> Proposal:
    """A proposal as it stands."""
    return talk.work(lambda s: s.get_one(Proposal, number))


def draft(
    talk: Talk,
    who: str = "Samir",
    texts: Mapping[str, Mapping[str, str]] = TEXTS,
    wish: str = "31.01.2027",
) -> int:
    """They write one step by step, up to the page that shows all of it; gives its number."""
    talk.press(who, "newprop")
    number = newest(talk).id
    talk.press(who, f"punit:{number}:{UNIT}")
    talk.press(who, f"ptopic:{number}:visa_entry")
    for part in ("concerns", "problem", "asked"):
        for language in ("en", "az"):
            if language in texts[part]:
                talk.write(who, texts[part][language])
            else:
                talk.press(who, f"pskip:{number}:{part}:{language}")
    if wish:
        talk.write(who, wish)
    else:
        talk.press(who, f"pnowish:{number}")
    talk.deliver()
    return number


def add(talk: Talk, case: Case, number: int, reader: str = "Leyla") -> str:
    """From its card it is made part of the proposal; gives what the button says."""
    talk.press(reader, f"ppart:{case.reference}")
    talk.deliver()
    return talk.press(reader, f"padd:{case.reference}:{number}")


def gathered(talk: Talk, number: int, *who: str) -> list[Case]:
    """A request of each of these people is part of it."""
    cases = [asked(talk, name) for name in who or WRITERS]
    for case in cases:
        add(talk, case, number)
    return cases


def proposed(talk: Talk, who: str = "Samir", *writers: str) -> int:
    """Written, with people behind it, and handed in."""
    number = draft(talk, who)
    gathered(talk, number, *writers)
    talk.press(who, f"phand:{number}")
    talk.deliver()
    return number


def approve(talk: Talk, number: int, who: str = "Vusal") -> str:
    """They read it and approve it; gives what the button says."""
    said = talk.press(who, f"papprove:{number}")
    talk.deliver()
    button = next((b for b in talk.buttons(who) if b.startswith(f"papproved:{number}:")), "")
    said = talk.press(who, button) if button else said
    talk.deliver()
    return said


def sent(talk: Talk, *writers: str) -> int:
    """One that the Service has."""
    number = proposed(talk, "Samir", *writers)
    approve(talk, number)
    assert known(talk, number).state == "sent"
    return number


def reply(
    talk: Talk,
    recipient: int,
    number: int,
    kind: str,
    text: str = "",
    until_on: date | None = None,
) -> str:
    """Somebody of the Service replies; gives what became of it."""

    def take(session: Session) -> str:
        row = session.get_one(Recipient, recipient)
        return proposals_replied.take(
            session, talk.charter, row, number, kind, text, until_on, talk.now
        )

    taken = talk.work(take)
    talk.deliver()
    return taken


def worded(talk: Talk, number: int, texts: Mapping[str, str], who: str = "Vusal") -> None:
    """The chair writes what came of it, up to the page that shows it as its writers will."""
    talk.press(who, f"ptell:{number}")
    for language in dict.fromkeys(["en", *talk.charter.languages]):
        if language in texts:
            talk.write(who, texts[language])
        else:
            talk.press(who, f"psayskip:{number}:{language}")
    talk.deliver()


def tell(talk: Talk, number: int, who: str = "Vusal") -> str:
    """The chair has the writers told; gives what the button says. Nothing has gone out yet."""
    button = next(b for b in talk.buttons(who) if b.startswith(f"ptold:{number}:"))
    return talk.press(who, button)


def rows(talk: Talk, view: str) -> list[Outbox]:
    """Everything of this view that is or was on its way."""
    chosen = select(Outbox).where(Outbox.show == view).order_by(Outbox.id)
    return talk.work(lambda s: list(s.scalars(chosen)))


def replies(talk: Talk, number: int) -> list[str]:
    """The kinds of all that was said to it."""
    chosen = select(ProposalReply.kind).where(ProposalReply.proposal_id == number)
    return talk.work(lambda s: list(s.scalars(chosen.order_by(ProposalReply.id))))


def parts(talk: Talk, number: int) -> list[ProposalCase]:
    """The requests that are part of it."""
    chosen = select(ProposalCase).where(ProposalCase.proposal_id == number)
    return talk.work(lambda s: list(s.scalars(chosen.order_by(ProposalCase.id))))


def noted(talk: Talk) -> list[str]:
    """What the record says was done."""
    return talk.work(lambda s: list(s.scalars(select(Audit.what).order_by(Audit.id))))


def change(talk: Talk, what: Callable[[Session], None]) -> None:
    """Something that is not the matter of this test happens."""
    talk.work(what)


def person(session: Session, talk: Talk, name: str) -> Person:
    """Somebody by name."""
    found = people.find(session, CHANNEL, talk.addresses[name])
    assert found is not None
    return found
