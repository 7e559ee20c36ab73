"""What was typed or pressed to answer us: a command, a number, the words on a button."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from handlers import questions, refusals, steps
from handlers.migrant import stop
from handlers.rules import consent
from handlers.rules.digits import typed_number
from handlers.screens import RESTING, Screen
from handlers.turn import Turn
from handlers.words import command as named
from handlers.words import is_greeting, meaning_of
from storage import cases
from storage.model import UNSENT, Case, Outbox

NO_QUESTION = (
    "card",
    "whole",
    "files",
    "own",
    "question",
    "answer_file",
    "pass_on",
    "service_answer",
)
"""What is shown of a request without choices that have numbers."""
OWN_QUESTION = {"answer": "answered", "referral": "referral", "may_release": "may_release"}
"""What asks a question of its own: its number counts as long as that one is open."""


def command(turn: Turn) -> bool:
    """A command, or a word of the person's language that is one."""
    text = turn.incoming.text.strip()
    if turn.incoming.attachments:
        return False
    name = named(text)
    if name == "away" and turn.member is None:
        name = "help" if text.split()[1:] == [] else None  # words behind it are a message
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
    return quiet and turn.member is None and not consent.needs_asking(turn.someone.consent_version)


def digit(turn: Turn) -> bool:
    """A number alone answers the open question, if it was on the screen when it was typed."""
    person, incoming = turn.someone, turn.incoming
    number = None if incoming.attachments else typed_number(incoming.text)
    if number is None or _is_said_to_a_request(turn):
        return False
    does = answered_by(turn, person.screen, person.screen_args or {}, person.screen_row, number)
    if does is None and person.screen in questions.FREE_WORDS:
        return False
    if does is None:
        steps.repeat_question(turn)
    else:
        verb, *arguments = does.split(":")
        steps.act(turn, verb, arguments)
    return True


def label(turn: Turn) -> bool:
    """The words on a button, found in a list that does not tell which button it was: ask again."""
    person = turn.someone
    args = person.screen_args or {}
    if not is_label(turn, person.screen, args):
        return False
    refusals.ask_again(turn)
    screen = questions.draw(turn, person.screen, args)
    assert screen is not None
    questions.repeat(turn, screen, args)
    return True


def is_label(turn: Turn, name: str, args: Mapping[str, Any]) -> bool:
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
    asks = OWN_QUESTION.get(shown.show)
    if asks is None:
        return shown.show in NO_QUESTION
    case = turn.session.get(Case, shown.case_id)
    about = (person.screen_args or {}).get("reference")
    return person.screen != asks or case is None or about != case.reference


def answered_by(
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
