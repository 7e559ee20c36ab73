"""Somebody who has agreed to nothing yet: language and consent, and nothing else."""

from handlers import refusals, typed
from handlers.messages import Incoming
from handlers.migrant import welcome
from handlers.rules.digits import typed_number
from handlers.turn import Turn
from handlers.words import command, meaning_of


def answer(turn: Turn) -> None:
    """Hold what they write for the hour, and ask again what they must answer first."""
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
    if typed.is_label(turn, held["screen"], held["screen_args"]):
        refusals.ask_again(turn)
        welcome.ask_again(turn)
        return
    does: str | None = incoming.press
    if incoming.happened == "message":
        number = None if incoming.attachments else typed_number(incoming.text)
        if number is not None:
            does = typed.answered_by(
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
