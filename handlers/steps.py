"""The tables of the dialogue: which button, command, question and screen leads where."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from handlers import questions
from handlers.council import answer, ballot, desk, election, hand_over, which
from handlers.language import Rich
from handlers.migrant import (
    draft,
    follow,
    forget,
    hand_in,
    menu,
    rating,
    requests,
    safety,
    stop,
    welcome,
)
from handlers.rules import consent
from handlers.rules.digits import typed_number
from handlers.turn import Turn


def _choose_language(turn: Turn, code: str) -> None:
    """Speak it from now on, and go on with what was open before."""
    if code not in turn.charter.languages:
        _stale(turn)
        return
    name, args = questions.before_language(turn)
    welcome.choose_language(turn, code)
    _go_on(turn, name, args)


def _help(turn: Turn) -> None:
    """How it works; then on with what was open."""
    person = turn.someone
    menu.help_text(turn)
    _go_on(turn, person.screen, person.screen_args or {})


def _go_on(turn: Turn, name: str, args: Mapping[str, Any]) -> None:
    if not questions.go_on(turn, name, args):
        act(turn, "start", [])


# What a button does, and what a command or digit leads to: verb → function of the turn and the
# button's own words. Every function looks up for itself whether whoever pressed may do it.
MIGRANT: Mapping[str, Callable[..., None]] = {
    "menu": menu.show,
    "start": menu.start,
    "help": _help,
    "write": menu.write,
    "requests": requests.list_requests,
    "status": requests.show_status,
    "private": safety.private,
    "safe": safety.safe,
    "draft": draft.back,
    "topics": draft.ask_topic,
    "topic": draft.set_topic,
    "share": draft.ask_share,
    "may": draft.set_share,
    "cancel": draft.cancel,
    "join": follow.join,
    "send": hand_in.send,
    "date": hand_in.with_date,
    "ordinary": hand_in.ordinary,
    "add": follow.ask_addition,
    "again": requests.show_answer,
    "done": follow.done,
    "rate": rating.rate,
    "skip": follow.skip,
}
ALWAYS: Mapping[str, Callable[..., None]] = {
    "lang": _choose_language,
    "languages": questions.ask_language,
    "consent": welcome.answer_consent,
    "delete": forget.ask,
    "forget": forget.forget,
    "stop": stop.stop,
}
COUNCIL: Mapping[str, Callable[..., None]] = {
    "desk": desk.show,
    "open": desk.open_card,
    "more": desk.more,
    "less": desk.less,
    "take": desk.take,
    "files": desk.files,
    "whole": desk.whole,
    "close": desk.ask_close,
    "closed": desk.close,
    "answer": answer.begin,
    "ask": answer.ask,
    "sendit": answer.send,
    "change": answer.change,
    "drop": answer.drop,
    "which": which.chosen,
    "hand": hand_over.ask_whom,
    "to": hand_over.ask_why,
    "over": hand_over.hand_over,
    "election": election.show,
    "elect": election.call,
    "nominees": election.ask_nominee,
    "nominate": election.nominate,
    "nominate_none": election.nominate_none,
    "stand": election.stand,
    "stand_not": election.stand_not,
    "stand_down": election.stand_down,
    "vote": ballot.vote,
    "cast_vote": ballot.cast,
}
COMMANDS: Mapping[str, str] = {
    "start": "start",
    "menu": "menu",
    "help": "help",
    "requests": "requests",
    "private": "private",
    "language": "languages",
    "delete": "delete",
    "desk": "desk",
    "election": "election",
    "stop": "stop",
}


def act(turn: Turn, verb: str, arguments: Sequence[str]) -> None:
    """Do what a button, command or digit says; what is unknown or forged shows where things stand."""
    if _receives_alerts_only(turn) and (verb in COUNCIL or verb in ("start", "menu", "help")):
        turn.say(_alerts_only(turn))
    elif verb in COUNCIL and turn.member is not None:
        _call(turn, COUNCIL[verb], arguments)
    elif verb in ALWAYS:
        _call(turn, ALWAYS[verb], arguments)
    elif verb in MIGRANT:
        if verb in ("start", "menu", "help") and turn.member is not None:
            _council_start(turn, verb)
        elif consent.needs_asking(turn.someone.consent_version):
            welcome.ask_privacy(turn)
        else:
            _call(turn, MIGRANT[verb], arguments)
    else:
        _stale(turn)


def _call(turn: Turn, function: Callable[..., None], arguments: Sequence[str]) -> None:
    """A forged button may carry any words: too many or too few are a stale button."""
    taken = function.__code__.co_argcount - 1
    needed = taken - len(function.__defaults__ or ())
    if needed <= len(arguments) <= taken:
        function(turn, *arguments)
    else:
        _stale(turn)


def _stale(turn: Turn) -> None:
    if turn.incoming.happened == "press":
        turn.toast = follow.stale(turn)
    else:
        menu.show(turn)


def _council_start(turn: Turn, verb: str) -> None:
    """A member's start is the desk; the menu of migrants is theirs too, once they agreed."""
    if verb == "menu" and not consent.needs_asking(turn.someone.consent_version):
        menu.show(turn)
    elif verb == "menu" and _wants_to_write(turn):
        welcome.ask_privacy(turn)
    elif verb == "help":
        desk.help_text(turn)
    else:
        desk.show(turn)


def _wants_to_write(turn: Turn) -> bool:
    """Whether a member asked for the migrants' menu in so many words, and not by a way back."""
    incoming = turn.incoming
    said = incoming.happened == "message" and typed_number(incoming.text) is None
    return said and turn.desk.role != "operator"


def repeat_question(turn: Turn) -> None:
    """Ask the open question again; without one, show what can be done."""
    person = turn.someone
    args: dict[str, Any] = person.screen_args or {}
    screen = questions.draw(turn, person.screen, args)
    if screen is None:
        act(turn, "start" if turn.member else "menu", [])
        return
    choose = turn.tongue("Please choose one of the numbers:")
    questions.repeat(turn, replace(screen, text=Rich(f"{choose}\n\n{screen.text}")), args)


def member_words(turn: Turn) -> bool:
    """Free words of somebody who sits in the council; false: they write as a migrant."""
    if _receives_alerts_only(turn):
        turn.say(_alerts_only(turn))
        return True
    return answer.words(turn)


def _receives_alerts_only(turn: Turn) -> bool:
    """An operator, unless they agreed to write as a migrant."""
    operator = turn.member is not None and turn.member.role == "operator"
    return operator and turn.someone.consent_version is None


def _alerts_only(turn: Turn) -> Rich:
    return turn.tongue("This chat receives alerts only. Nobody reads what is written here.")


def member_edited(turn: Turn) -> bool:
    """An edit by somebody who sits in the council; false: of what they wrote as a migrant."""
    return answer.edited(turn)
