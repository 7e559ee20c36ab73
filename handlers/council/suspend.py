"""A seat that rests: at once they see and do nothing of the council's, until it is lifted."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.charter import Charter
from handlers.council import hand_on, offices, rounds
from handlers.language import Rich
from handlers.migrant import hand_in
from handlers.rules import references
from handlers.rules.digits import typed_number
from handlers.turn import Scene, Turn, scene_of
from handlers.words import command_in
from storage import audit, cases, members, people
from storage.model import Case, Member

KEY = "suspended"
"""Of what we say about it, the newest stands in the chat."""
COUNCIL_ONLY = ("desk", "find", "away", "back", "chair", "election", "templates", "me", "leave")
"""Commands that open something of the council's."""


def begin(
    session: Session,
    charter: Charter,
    member: Member,
    now: datetime,
    by: Member | audit.Itself = audit.OPERATOR,
) -> tuple[int, int]:
    """They lose sight of everything, and their requests go on.

    Returns how many were handed on, and how many nobody can read now.
    """
    if member.suspended_at is not None:
        return 0, 0
    was_chair = member.role == "chair"
    member.suspended_at = now
    counts = hand_on.everything(session, charter, member, now)
    rounds.seat_lost(session, charter, member, now)
    offices.settle(session, charter, now)
    audit.note(*(session, "suspended", now), by=by, about=member, moved=counts[0], unread=counts[1])
    scene = scene_of(session, members.person_of(session, member), charter, now)
    scene.say(_plainly(scene), key=KEY, mode="below")
    if was_chair:
        offices.without_chair(session, now, member.alias)
    return counts


def end(
    session: Session,
    charter: Charter,
    member: Member,
    now: datetime,
    by: Member | audit.Itself = audit.OPERATOR,
) -> None:
    """They are back, at an empty desk."""
    if member.suspended_at is None:
        return
    member.suspended_at = None
    session.flush()
    audit.note(session, "returned", now, by=by, about=member)
    scene = scene_of(session, members.person_of(session, member), charter, now)
    scene.tidy(KEY)
    offices.announce(session, member, "returned", now)
    hand_in.find_readers(session, charter, now)


def is_told(turn: Turn, verbs: Collection[str]) -> bool:
    """Whoever lost their seat hears so where they want something of the council's.

    True where there is nothing else to answer: a button (of these verbs), a command or a reply that
    was a member's. Of what they write besides, as migrants, nothing is held back.
    """
    person, incoming = turn.person, turn.incoming
    if person is None or turn.member is not None:
        return False
    seat = people.seat_of(turn.session, person)
    if seat is None:
        return False
    wants = _wants_of_the_council(turn, verbs)
    if seat.left_at is not None:
        if wants and incoming.reply_to:
            turn.say(turn.tongue("This request is not with you any more. Nothing was sent."))
        return bool(wants and incoming.reply_to)
    begins = person.screen == "" and incoming.happened == "message"
    if wants or (begins and typed_number(incoming.text) is None):
        turn.say(_plainly(turn), key=KEY, mode="below")
    if wants and incoming.happened == "press":
        turn.toast = turn.tongue("Your seat in the council is suspended.")
    return wants


def _wants_of_the_council(turn: Turn, verbs: Collection[str]) -> bool:
    """Whether this was said to the council's desk: its button, its command, a request's card."""
    incoming = turn.incoming
    if incoming.happened == "press":
        return incoming.press.partition(":")[0] in verbs
    if incoming.reply_to:
        return _replies_to_a_card(turn)
    named = command_in(incoming.text)
    return named is not None and named[0] in COUNCIL_ONLY


def _replies_to_a_card(turn: Turn) -> bool:
    """Whether the message replied to was of a request of somebody else's."""
    incoming = turn.incoming
    seen = cases.shown_as(turn.session, turn.chat.chat, incoming.reply_to)
    if seen is not None and seen.case_id is not None:
        case = turn.session.get(Case, seen.case_id)
        return seen.member_id is not None and (case is None or case.person_id != turn.someone.id)
    named = references.found_in(incoming.reply_text, turn.charter.prefix)
    found = [cases.by_reference(turn.session, name) for name in named]
    return any(one is not None and one.person_id != turn.someone.id for one in found)


def _plainly(scene: Scene) -> Rich:
    """That it rests, and whom to ask."""
    t = scene.tongue
    deciding = members.chairs(scene.session, scene.now)
    whom = (
        t("Ask the chair: {alias}.", alias=deciding[0].alias)
        if deciding
        else t("Ask the operator of this bot.")
    )
    return t(
        "⏸ Your seat in the council is suspended.\nYou see no requests now.\n{whom}\n"
        "You can still write to us for yourself: /menu",
        whom=whom,
    )
