"""The one way in: seen before? who? which button, command, digit or word?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from handlers import questions, refusals, steps, who
from handlers.charter import Charter
from handlers.council import membership
from handlers.language import Rich, Tongue
from handlers.messages import Incoming
from handlers.migrant import (
    draft,
    elsewhere,
    follow,
    hand_in,
    notice,
    requests,
    stop,
    welcome,
)
from handlers.rules import consent, references
from handlers.rules.digits import typed_number
from handlers.screens import RESTING, Screen
from handlers.turn import Turn
from handlers.words import command, is_greeting, meaning_of
from storage import cases, inbox, outbox, people
from storage.model import BLOCKED, HELD, UNREAD_CHOICE, UNSENT, Case, Outbox, Person
from storage.outbox import Chat

NO_QUESTION = ("card", "whole", "files", "own", "question", "answer_file")
"""What is shown of a request without choices that have numbers."""


def receive(session: Session, incoming: Incoming, now: datetime, charter: Charter) -> str:
    """Take one event, once; returns what to show on the button that was pressed, if anything."""
    if not inbox.first_time(session, incoming.channel, incoming.key, now):
        return ""
    if incoming.refused == "group":
        return ""
    turn = turn_of(session, incoming, now, charter)
    if incoming.happened == "blocked":
        if turn.person is not None:
            turn.person.unreachable_since = now
        return ""
    _is_back(turn)
    if incoming.happened == "unblocked":
        return ""
    stop.remind(turn)
    if not notice.answered(turn):
        _dispatch(turn)
    if turn.toast and not incoming.press_id:
        turn.say(Rich(turn.toast))  # there is no button to show it on
    if turn.newcomer is not None:
        who.remember(session, turn.newcomer, incoming)
    return turn.toast


def _is_back(turn: Turn) -> None:
    """They are there: what waited for them goes out, unless they wanted no messages.

    Then what could not reach them goes out, or waits for START: it stands before our answers.
    """
    person, incoming = turn.person, turn.incoming
    if person is None:
        return
    if incoming.happened in ("message", "press"):
        heard_at = min(incoming.sent_at or turn.now, turn.now)
        person.heard_at = max(heard_at, person.heard_at or heard_at)
    states = (BLOCKED, HELD) if person.stopped_at is None else (BLOCKED,)
    channel, chat = turn.chat.channel, turn.chat.chat
    outbox.wake_person(turn.session, channel, chat, turn.now, states=states)


def turn_of(session: Session, incoming: Incoming, now: datetime, charter: Charter) -> Turn:
    """Who this is, and in which language we speak."""
    person = who.person(session, incoming, now, charter)
    newcomer = who.newcomer(session, incoming, now) if person is None else None
    if person is None and newcomer is None:  # they may have agreed while we waited for them
        person = who.person(session, incoming, now, charter)
    if person is not None:
        member = people.membership(session, person)
        return Turn(
            session=session,
            charter=charter,
            now=now,
            tongue=Tongue(person.language, charter),
            chat=Chat.of(person, member),
            person=person,
            member=member,
            incoming=incoming,
            direct=True,
        )
    incoming = who.as_known(incoming, newcomer)
    language = newcomer.held["language"] if newcomer else charter.languages[0]
    chat = people.chat_hash(incoming.channel, incoming.address)
    return Turn(
        session=session,
        charter=charter,
        now=now,
        tongue=Tongue(language, charter),
        chat=Chat(incoming.channel, chat, incoming.address),
        newcomer=newcomer,
        incoming=incoming,
        direct=True,
    )


def _dispatch(turn: Turn) -> None:
    token = _start_payload(turn.incoming.text)
    if token and turn.incoming.channel == membership.CHANNEL and membership.claim(turn, token):
        return
    if turn.person is None:
        _stranger(turn)
    elif turn.incoming.opted == "out" and turn.member is None:
        stop.stop(turn)
    elif turn.incoming.opted == "in" and turn.someone.stopped_at is not None:
        stop.start(turn)
        steps.act(turn, "start", [])
    elif turn.incoming.refused:
        refusals.refuse(turn)
    elif turn.incoming.happened == "press":
        _press(turn)
    elif turn.incoming.happened == "edit":
        edited(turn)
    elif not _command(turn) and not _digit(turn) and not _label(turn):
        words(turn)


def _start_payload(text: str) -> str:
    command, _, payload = text.partition(" ")
    return payload.strip() if command.split("@")[0] == "/start" else ""


def _stranger(turn: Turn) -> None:
    """Before consent: language and consent, and nothing else."""
    incoming = turn.incoming
    if turn.newcomer is None:
        if incoming.happened == "edit" or _says_stop(turn):
            return
        if incoming.happened == "press":
            turn.incoming = Incoming(
                incoming.channel,
                incoming.key,
                incoming.address,
                language_hint=incoming.language_hint,
            )
        welcome.first_contact(turn)
        return
    if incoming.refused:
        refusals.refuse(turn)
        welcome.ask_again(turn)
        return
    if incoming.happened == "edit":
        welcome.hold(turn, incoming)
        return
    held = turn.newcomer.held
    if _is_label(turn, held["screen"], held["screen_args"]):
        refusals.ask_again(turn)
        welcome.ask_again(turn)
        return
    does: str | None = incoming.press
    if incoming.happened == "message":
        number = None if incoming.attachments else typed_number(incoming.text)
        if number is not None:
            does = _answered_by(
                turn, held["screen"], held["screen_args"], held["screen_row"], number
            )
        elif _says_delete(turn) or _says_stop(turn):
            welcome.answer_consent(turn, "no")
            return
    verb, _, argument = (does or "").partition(":")
    if verb == "lang":
        welcome.choose_language(turn, argument)
    elif verb == "consent" and turn.newcomer.held["screen"] == "privacy":
        welcome.answer_consent(turn, argument)
    else:
        welcome.go_on(turn)


def _says_delete(turn: Turn) -> bool:
    """The text of consent names the word, before anybody agreed to it."""
    text = turn.incoming.text.strip()
    return command(text) == "delete" or _means(turn, "delete")


def _says_stop(turn: Turn) -> bool:
    said = _means(turn, "stop") and not turn.incoming.attachments
    return turn.incoming.opted == "out" or said


def _means(turn: Turn, meaning: str) -> bool:
    """Whether a stranger said this word, in any language as long as they chose none."""
    chosen = turn.newcomer is not None and turn.newcomer.held.get("screen") != "languages"
    languages = (turn.tongue.code,) if chosen else turn.charter.languages
    return any(meaning_of(turn.incoming.text, one) == meaning for one in languages)


def _needs_consent(turn: Turn) -> bool:
    return consent.needs_asking(turn.someone.consent_version)


def _press(turn: Turn) -> None:
    verb, *arguments = turn.incoming.press.split(":")
    steps.act(turn, verb, arguments)


def edited(turn: Turn) -> None:
    """A message was changed: an answer being written, one that waits for consent, or a request's."""
    if turn.member is not None and steps.member_edited(turn):
        return
    if not _needs_consent(turn):
        follow.edited(turn)
    elif welcome.is_held(turn) or follow.edits(turn):
        welcome.consent_again(turn)


def _command(turn: Turn) -> bool:
    """A command, or a word of the person's language that is one."""
    text = turn.incoming.text.strip()
    if turn.incoming.attachments:
        return False
    name = command(text)
    if name is not None:
        verb = steps.COMMANDS.get(name, "help")
    else:
        meant = meaning_of(text, turn.someone.language)
        verb = steps.COMMANDS.get(meant or "", "")
        if meant == "skip":
            verb = "skip" if turn.someone.screen == "asked" else ""
    if verb == "stop" and turn.member is not None:
        verb = ""  # their chat is where requests reach the council
    if not verb and is_greeting(text) and _opens_with(turn):
        verb = "menu"
    if not verb:
        return False
    if verb == "start":
        stop.start(turn)
    steps.act(turn, verb, [])
    return True


def _opens_with(turn: Turn) -> bool:
    """Whether a greeting begins a conversation, rather than going on with one."""
    quiet = turn.someone.screen in RESTING and not turn.incoming.reply_to
    return quiet and turn.member is None and not _needs_consent(turn)


def _digit(turn: Turn) -> bool:
    """A number alone answers the open question, if it was on the screen when it was typed."""
    person, incoming = turn.someone, turn.incoming
    number = None if incoming.attachments else typed_number(incoming.text)
    if number is None or _is_said_to_a_request(turn):
        return False
    does = _answered_by(turn, person.screen, person.screen_args or {}, person.screen_row, number)
    if does is None and person.screen in questions.FREE_WORDS:
        return False
    if does is None:
        steps.repeat_question(turn)
    else:
        verb, *arguments = does.split(":")
        steps.act(turn, verb, arguments)
    return True


def _label(turn: Turn) -> bool:
    """The words on a button, found in a list that does not tell which button it was: ask again."""
    person = turn.someone
    args = person.screen_args or {}
    if not _is_label(turn, person.screen, args):
        return False
    refusals.ask_again(turn)
    screen = questions.draw(turn, person.screen, args)
    assert screen is not None
    questions.repeat(turn, screen, args)
    return True


def _is_label(turn: Turn, name: str, args: Mapping[str, Any]) -> bool:
    """Whether these are the words on a button of a question, found where only words are told."""
    if not turn.incoming.listed or turn.incoming.attachments:
        return False
    said = _plain(turn.incoming.text)
    screen = questions.draw(turn, name, args)
    labels = map(_plain, _labels(turn, screen)) if screen else ()
    if said.endswith("…"):  # too long for a button
        return any(label.startswith(said.rstrip("…").rstrip()) for label in labels)
    return said in labels


def _labels(turn: Turn, screen: Screen) -> list[str]:
    rows = screen.outgoing(turn.tongue).choices
    return [choice.label for row in rows for choice in row]


def _plain(text: str) -> str:
    """Words without the signs that keep directions apart."""
    return " ".join("".join(c for c in text if not "\u2066" <= c <= "\u2069").split())


def _is_said_to_a_request(turn: Turn) -> bool:
    """Whether this replies to a message of a request, and that one asks no numbered question."""
    incoming, person = turn.incoming, turn.someone
    shown = incoming.reply_to and cases.shown_as(turn.session, turn.chat.chat, incoming.reply_to)
    if not shown or shown.case_id is None:
        return False
    if shown.show != "answer":
        return shown.show in NO_QUESTION
    case = turn.session.get(Case, shown.case_id)
    about = (person.screen_args or {}).get("reference")
    return person.screen != "answered" or case is None or about != case.reference


def _answered_by(
    turn: Turn, screen: str, args: dict[str, object], row_id: int | None, number: int
) -> str | None:
    """What this number does; None if there is no such choice or the question was not yet seen."""
    row = turn.session.get(Outbox, row_id) if row_id else None
    if row is not None and not _seen(row, turn.incoming.sent_at):
        return None
    shown = questions.draw(turn, screen, args)
    return shown.action(number) if shown else None


def _seen(row: Outbox, sent_at: datetime | None) -> bool:
    """Whether the question could be read when the number was typed, by the provider's own clock.

    One that is under way, or may have arrived, could be read from its first try on.
    """
    if row.state in UNSENT and not row.was_uncertain:
        return False
    since = row.shown_at or row.first_tried_at
    return since is None or sent_at is None or sent_at >= since.replace(microsecond=0)


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
    if not draft.is_apart(turn):
        if not incoming.reply_to and not _writes_apart(turn) and _reference(turn):
            return
        case = _belongs_to(turn, person)
        if case is not None:
            follow.add(turn, case)
            return
    was_sent = person.screen == "paper_date"
    case = draft.add(turn, incoming.text, incoming.attachments, incoming.message_id)
    if was_sent and hand_in.date_matters(case):
        turn.ask(hand_in.paper_date(turn, case.reference))


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
    if person.screen in ("adding", "answered", "asked"):
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
