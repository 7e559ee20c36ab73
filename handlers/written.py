"""What people write freely, or change: to the request it belongs to, else into a draft."""

from handlers import steps
from handlers.migrant import draft, elsewhere, flood, follow, hand_in, requests, safe_time, welcome
from handlers.rules import consent, references
from handlers.turn import Turn
from storage import cases
from storage.model import UNREAD_CHOICE, Case, Person


def words(turn: Turn) -> None:
    """Free words, voice, files: to the request they belong to, else into a draft."""
    if turn.member is not None and steps.member_words(turn):
        return
    person, incoming = turn.someone, turn.incoming
    if _needs_consent(turn):
        welcome.consent_again(turn)
        return
    if person.screen == "secret" and (secret := elsewhere.secret_in(incoming.text)):
        elsewhere.try_secret(turn, (person.screen_args or {})["reference"], secret)
        return
    if safe_time.words(turn):
        return
    flood.count(turn)
    if not draft.is_apart(turn):
        if not incoming.reply_to and not _writes_apart(turn) and _reference(turn):
            return
        case = _belongs_to(turn, person)
        if case is not None:
            follow.add(turn, case)
            return
    was_sent = person.screen == "paper_date"
    case = draft.add(turn, incoming.text, incoming.attachments, incoming.message_id)
    if was_sent and hand_in.date_matters(case) and not flood.until(turn):
        turn.ask(hand_in.paper_date(turn, case.reference))


def edited(turn: Turn) -> None:
    """A message was changed: an answer being written, one that waits for consent, or a request's."""
    if turn.member is not None and steps.member_edited(turn):
        return
    if not _needs_consent(turn):
        flood.count(turn)
        follow.edited(turn)
    elif welcome.is_held(turn) or follow.edits(turn):
        welcome.consent_again(turn)


def _needs_consent(turn: Turn) -> bool:
    return consent.needs_asking(turn.someone.consent_version)


def _writes_apart(turn: Turn) -> bool:
    """Whether a draft is open that just any member may not read: a number in it is only named."""
    if turn.someone.screen not in ("draft", "topics", "sharing"):
        return False
    waiting = cases.draft_of(turn.session, turn.someone)
    return waiting is not None and draft.holds_apart(waiting)


def _belongs_to(turn: Turn, person: Person) -> Case | None:
    """The request that this is a reply to, or that the open question is about."""
    incoming = turn.incoming
    if incoming.reply_to:
        shown = cases.shown_as(turn.session, turn.chat.chat, incoming.reply_to)
        named = references.found_in(incoming.reply_text, turn.charter.prefix)
        case = turn.session.get(Case, shown.case_id) if shown and shown.case_id else None
        for one in (case, *(cases.own(turn.session, person, name) for name in named)):
            if one is not None and one.person_id == person.id and one.state in follow.SENT_STATES:
                return one
    if person.screen in ("adding", "answered", "asked", "referral", "may_release"):
        case = cases.own(turn.session, person, (person.screen_args or {})["reference"])
        return case if case is not None and case.state in follow.SENT_STATES else None
    return None


def _reference(turn: Turn) -> bool:
    """A reference written out: its state, an addition, or the way in from another phone."""
    incoming = turn.incoming
    named = references.found_in(incoming.text, turn.charter.prefix)
    if len(named) != 1 or incoming.attachments:
        return False
    words = elsewhere.words_besides(incoming.text, turn.charter.prefix)
    case = cases.own(turn.session, turn.someone, named[0])
    if case is not None and case.state in follow.SENT_STATES:
        if len(words) >= 3:
            follow.add(turn, case)
        else:
            requests.show_status(turn, named[0])
        return True
    secret = elsewhere.secret_in(words)
    if case is not None and case.state == UNREAD_CHOICE and len(words) < 3:
        requests.show_status(turn, named[0])
        return True
    if case is None and secret:
        elsewhere.try_secret(turn, named[0], secret)
        return True
    if case is None and len(words) < 3:
        elsewhere.ask_secret(turn, named[0])
        return True
    return False
