"""What the Service says to a proposal is taken, and told to the council at once."""

from datetime import date, datetime
from typing import Literal

from sqlalchemy.orm import Session

from handlers import dates
from handlers.charter import Charter
from handlers.council import chair, proposals
from handlers.council.proposals_sent import AGAIN, answered_in_words, reminded_at, say_to_unit
from handlers.council.template_access import notify_about, proposer
from handlers.council.template_dates import today
from handlers.council.template_words import cleaned
from handlers.language import Rich
from handlers.messages import Choice
from handlers.migrant import follow
from handlers.screens import Screen
from handlers.turn import Scene, Turn
from storage import audit, members, recipients
from storage import proposals as store
from storage.model import Member, Proposal, ProposalReply, Recipient

KINDS = (*store.ENDS, "more_time", "question")
LONGEST_REPLY = 2000
LONGEST_ANSWER = 1000
SAID = "proposal_said"

Taken = Literal["taken", "added", "gone", "long", "words", "until"]
"""What became of a reply.

taken: it is where the proposal stands now. added: it was decided already; it is kept and told to
the council, and changes nothing. gone: no proposal of theirs, or taken back. long: too many
letters. words: it needs words (refused, question). until: it needs a day to come (more_time).
"""


def take(
    session: Session,
    charter: Charter,
    recipient: Recipient,
    number: int,
    kind: str,
    text: str,
    until_on: date | None,
    now: datetime,
) -> Taken:
    """Take a reply of somebody of the unit that was asked; gives what became of it.

    Who decides first decides: a reply after that is an addition. The same reply twice is one.
    """
    proposal = store.locked(session, number)
    if proposal is None or not _is_theirs(session, charter, recipient, proposal):
        return "gone"
    said = cleaned(text)
    if fault := _fault(charter, kind, said, until_on, now):
        return fault
    until = until_on if kind == "more_time" else None
    is_over = proposal.state in store.ENDS
    if _is_same(session, proposal, recipient, kind, said, until):
        return "added" if is_over and proposal.state != kind else "taken"
    session.add(
        ProposalReply(
            proposal_id=proposal.id,
            recipient_id=recipient.id,
            kind=kind,
            text=said,
            until_on=until,
            at=now,
        )
    )
    if not is_over:
        _stands(charter, proposal, kind, until, now)
    session.flush()
    audit.note(
        session, "proposal_reply", now, proposal=proposal.id, reply=kind, is_addition=is_over
    )
    tell_council(session, proposal, now)
    return "added" if is_over else "taken"


def _is_theirs(
    session: Session, charter: Charter, recipient: Recipient, proposal: Proposal
) -> bool:
    """Whether it was sent to the unit of somebody who is a recipient still, and stands."""
    theirs = {one.name: one.unit for one in charter.recipients}.get(recipient.name)
    is_there = recipients.is_joined(session, recipient.id) is not None
    was_sent = proposal.sent_at is not None and proposal.state != "withdrawn"
    return is_there and was_sent and theirs == proposal.unit


def _fault(
    charter: Charter, kind: str, said: str, until_on: date | None, now: datetime
) -> Literal["gone", "long", "words", "until", ""]:
    if kind not in KINDS:
        return "gone"
    if len(said) > LONGEST_REPLY:
        return "long"
    if kind in ("refused", "question") and not said:
        return "words"
    if kind == "more_time" and (until_on is None or until_on <= today(charter, now)):
        return "until"
    return ""


def _is_same(
    session: Session,
    proposal: Proposal,
    recipient: Recipient,
    kind: str,
    said: str,
    until: date | None,
) -> bool:
    """Whether the last word was this one, of the same person."""
    last = store.replies(session, proposal)[-1:]
    told = [(one.recipient_id, one.kind, one.text, one.until_on) for one in last]
    return told == [(recipient.id, kind, said, until)]


def _stands(
    charter: Charter, proposal: Proposal, kind: str, until: date | None, now: datetime
) -> None:
    """Where it stands now, and when somebody is reminded of it."""
    proposal.state = kind
    if kind in store.ENDS:
        proposal.ended_at, proposal.remind_at = now, None
    elif until is not None:
        proposal.remind_at = dates.calendar(charter).next_open(dates.end_of(charter, until))
    else:  # it is the council's turn
        proposal.remind_at = reminded_at(charter, now, AGAIN)


def tell_council(session: Session, proposal: Proposal, now: datetime) -> None:
    """The chair and whoever wrote it, in their chats, at once."""
    author = session.get(Member, proposal.author_id) if proposal.author_id else None
    concerned = {seat.id: seat for seat in members.chairs(session, now)}
    if author is not None and members.sits(author):
        concerned[author.id] = author
    for member in concerned.values():
        notify_about(session, member, SAID, proposal.id, now)


# The council answers a question of theirs.


def ask_answer(turn: Turn, number: str) -> None:
    """Let the chair or its author answer."""
    asked = answering(turn, number)
    if asked is None:
        turn.toast = follow.stale(turn)
    else:
        turn.ask(asked)


def answering(scene: Scene, number: str) -> Screen | None:
    """The question once more, and the invitation to answer it."""
    t, proposal, member = scene.tongue, store.find(scene.session, number), proposer(scene)
    if proposal is None or member is None or proposal.state != "question":
        return None
    if chair.chairing(scene) is None and proposal.author_id != member.id:
        return None
    how = t("💬 What do we answer? Please name nobody. The unit reads exactly what you write.")
    return Screen(
        name="prop_answer",
        text=Rich("\n".join([*proposals.said(scene, proposal)[-1:], how])),
        zero=Choice(t("Back"), f"proposal:{number}"),
        args={"number": number},
    )


def words(turn: Turn) -> None:
    """The answer goes back to that unit; from now on it is their turn."""
    gone = turn.tongue("The question is answered already. Nothing was sent.")
    found = answered_in_words(turn, answering, gone, LONGEST_ANSWER)
    if found is None:
        return
    proposal, said = found
    proposal.state, proposal.remind_at = "sent", reminded_at(turn.charter, turn.now)
    audit.note(turn.session, "proposal_answered", turn.now, by=turn.desk, proposal=proposal.id)
    say_to_unit(turn, proposal, "answer", said)
    turn.close()
    turn.say(turn.tongue("💬 Your answer goes to the unit."))
