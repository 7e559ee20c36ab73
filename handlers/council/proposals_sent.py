"""A proposal on its way to the Service: to whom it goes, and how it is taken back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from handlers import dates
from handlers.charter import Charter, Span
from handlers.council import chair, proposals
from handlers.council.public_words import text_of, unfit
from handlers.council.template_access import their_scene
from handlers.language import Rich
from handlers.messages import Choice
from handlers.migrant import follow
from handlers.screens import Screen
from handlers.service import places
from handlers.turn import Scene, Turn
from storage import audit, outbox, recipients
from storage import proposals as store
from storage.model import Proposal, ProposalReply, Recipient

LONGEST_WORDS = 500
FIRST, AGAIN = Span(days=10), Span(days=5)
"""Working days without a reply until the unit is reminded, and then from one time to the next."""


def chats(session: Session, charter: Charter, unit: str) -> list[Recipient]:
    """Who of this unit joined with a chat. Whoever reads e-mail gets proposals with the digest."""
    return [one for one in places.taken(session, charter, unit) if one.person_id is not None]


def show_unit(
    session: Session, charter: Charter, proposal: Proposal, now: datetime, **args: Any
) -> int:
    """Show it as it stands in every chat of its unit, in working time; gives how many those are."""
    found = chats(session, charter, proposal.unit)
    for one in found:
        outbox.add(
            session,
            recipients.chat_of(session, one),
            "proposal",
            now,
            args={"number": proposal.id, "recipient": one.id, **args},
            mode="below",
            key=f"proposal:{proposal.id}",
            due_at=dates.calendar(charter).next_open(now),
        )
    return len(found)


def reminded_at(charter: Charter, since: datetime, after: Span = FIRST) -> datetime:
    """The morning of the working day after so many others without a reply."""
    days = dates.calendar(charter)
    return days.next_open(days.add(since, after) + timedelta(seconds=1))


def ask_withdraw(turn: Turn, number: str) -> None:
    """Why is it taken back? The Service reads it."""
    asked = withdrawing(turn, number)
    if asked is None:
        turn.toast = follow.stale(turn)
    else:
        turn.ask(asked)


def withdrawing(scene: Scene, number: str) -> Screen | None:
    """The invitation to say so, for the chair alone."""
    proposal = store.find(scene.session, number)
    leads = chair.chairing(scene) is not None
    if proposal is None or proposal.state not in store.WITH_UNIT or not leads:
        return None
    return Screen(
        name="prop_withdraw",
        text=scene.tongue(
            "↩️ Why do we take proposal {number} back? The {service} reads what you write.",
            number=proposal.id,
        ),
        zero=Choice(scene.tongue("Back"), f"proposal:{number}"),
        args={"number": number},
    )


def withdraw_words(turn: Turn) -> None:
    """Taken back with these words: the unit sees them, and is reminded of nothing any more."""
    gone = turn.tongue("It is decided meanwhile. Nothing was taken back.")
    found = answered_in_words(turn, withdrawing, gone, LONGEST_WORDS)
    if found is None:
        return
    proposal, said = found
    proposal.state, proposal.ended_at, proposal.remind_at = "withdrawn", turn.now, None
    audit.note(turn.session, "proposal_withdrawn", turn.now, by=turn.desk, proposal=proposal.id)
    say_to_unit(turn, proposal, "withdrawn", said)
    tell_author(turn, proposal, "↩️")
    turn.close()
    turn.say(turn.tongue("↩️ Proposal {number} is taken back.", number=proposal.id))


def answered_in_words(
    turn: Turn, still: Callable[[Turn, str], Screen | None], gone: Rich, most: int
) -> tuple[Proposal, str] | None:
    """The proposal, locked, and the words for its unit; else they were told what is wrong.

    `still` draws the question that they answer, if it is one by now; `gone` is said if it is none.
    """
    number = str((turn.someone.screen_args or {}).get("number", ""))
    proposal = store.locked(turn.session, number)
    if proposal is None or still(turn, number) is None:
        turn.close()
        turn.say(gone)
        return None
    said = text_of(turn)
    if said is not None and (fault := unfit(turn, said, most)):
        turn.say(fault)
        return None
    return (proposal, said) if said is not None else None


def say_to_unit(turn: Turn, proposal: Proposal, kind: str, said: str) -> None:
    """These words of the council stand under the proposal, and the unit is shown it anew."""
    row = ProposalReply(proposal_id=proposal.id, kind=kind, text=said, at=turn.now)
    turn.session.add(row)
    turn.session.flush()
    show_unit(turn.session, turn.charter, proposal, turn.now)


def tell_author(turn: Turn, proposal: Proposal, sign: str) -> None:
    """Whoever wrote it hears where it stands now, unless they did it themselves."""
    if proposal.author_id == turn.desk.id:
        return
    there = their_scene(turn, proposal.author_id)
    if there is not None:
        t = there.tongue
        text = t(
            "{sign} Your proposal {number}: {state}",
            sign=sign,
            number=proposal.id,
            state=t(proposals.STATES[proposal.state]),
        )
        there.say(text)
