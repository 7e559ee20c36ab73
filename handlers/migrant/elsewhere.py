"""Opening a request on another phone: reference and secret together, and few wrong tries."""

import re
from datetime import timedelta

from handlers import announcing, assign
from handlers.council import cards
from handlers.migrant import outcome, referral, requests
from handlers.migrant import released as may_release
from handlers.rules import references
from handlers.rules.digits import western
from handlers.told import shown
from handlers.turn import Turn
from storage import cases, outbox, people, referrals, released, secrecy
from storage.model import DRAFT, UNREAD_CHOICE, Case, Person
from storage.outbox import Chat

CHAT_TRIES, CHAT_WINDOW = 5, timedelta(hours=24)
REFERENCE_TRIES, REFERENCE_WINDOW = 10, timedelta(hours=1)
NOT_ARRIVED = ("queued", "carried", *outbox.WAITS)
"""What is said of an entry that is not on any phone of its reader's."""


def ask_secret(turn: Turn, reference: str) -> None:
    """A reference that is not this chat's: ask for its secret, whether it exists or not."""
    turn.say(
        turn.tongue(
            "🔑 To open {reference} in this chat, write its secret code (6 digits).",
            reference=references.shown(reference, turn.charter.prefix),
        )
    )
    turn.open("secret", {"reference": reference})


def secret_in(text: str) -> str | None:
    """Six digits in any script, spaces between them allowed, and nothing else."""
    digits = re.sub(r"[\s\u2066-\u2069\u200e\u200f-]", "", western(text))
    return digits if re.fullmatch(r"[0-9]{6}", digits) else None


def words_besides(text: str, prefix: str) -> str:
    """What is written besides the references."""
    for _, start, end in reversed(list(references.places_in(text, prefix))):
        before = re.sub(rf"(?i)\w{{0,{len(prefix)}}}[\W_]*$", "", text[:start])
        text = f"{before} {text[end:]}"
    return text.strip()


def try_secret(turn: Turn, reference: str, secret: str) -> None:
    """Open the request here if the pair is right; what is said otherwise tells nothing."""
    chat, about = f"chat:{turn.chat.chat}", f"reference:{reference}"
    tried = people.tries(turn.session, chat, turn.now - CHAT_WINDOW)
    tried_it = people.tries(turn.session, about, turn.now - REFERENCE_WINDOW)
    if tried >= CHAT_TRIES or tried_it >= REFERENCE_TRIES:
        turn.close()
        turn.say(turn.tongue("Too many tries. Please try again tomorrow."))
        return
    case = cases.by_reference(turn.session, reference)
    offered = secrecy.ring().lookup("case.secret", f"{reference}:{secret}")
    if case is None or case.secret_hash != offered or case.state in (DRAFT, UNREAD_CHOICE):
        people.count_try(turn.session, chat, turn.now, CHAT_WINDOW)
        people.count_try(turn.session, about, turn.now, REFERENCE_WINDOW)
        turn.say(turn.tongue("The number and the code do not fit together. Please check both."))
        return
    turn.close()
    move_here(turn, case)


def move_here(turn: Turn, case: Case) -> None:
    """From now on everything about the request goes to this chat only."""
    former = turn.session.get(Person, case.person_id)
    untold = outcome.on_its_way(turn.session, case)
    outbox.take_from(turn.session, case.person_id, case.id)
    if former is not None:
        announcing.reconsider(turn.session, former, turn.now)
    case.person_id, case.language = turn.someone.id, turn.someone.language
    for entry in cases.entries(turn.session, case):
        entry.message_id = ""  # of another chat: here it would be somebody else's message
    reader = cards.responsible(turn, case)
    if reader is not None and reader.person_id == turn.someone.id:
        cards.lose_sight(turn, case, reader)
        assign.move_on(turn, case, case.state)
    turn.session.flush()
    turn.say(
        turn.tongue(
            "✅ {reference} is open in this chat now. Answers come only here.",
            reference=shown(turn, case),
        ),
        case_id=case.id,
    )
    for entry in cases.entries(turn.session, case, "question", "answer_file", "answer"):
        if entry.delivery in NOT_ARRIVED:
            entry.delivery = "queued"
            outbox.add(
                turn.session,
                Chat.of(turn.someone),
                entry.kind,
                turn.now,
                case_id=case.id,
                entry_id=entry.id,
                urgent=True,  # they have just shown that it is theirs
            )
    waiting = referrals.unfinished(turn.session, case)
    if waiting is not None and waiting.state == "asked":
        referral.ask(turn, case, waiting)
    to_the_service = released.unfinished(turn.session, case)
    if to_the_service is not None and to_the_service.state == "asked":
        may_release.ask(turn, case, to_the_service)
    elif to_the_service is not None:
        may_release.tell_allowed(turn, case, to_the_service)
    for number in untold:
        outcome.send(turn.session, number, turn.someone, case, turn.now)
    requests.show_status(turn, case.reference)
