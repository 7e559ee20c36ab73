"""The tables of the dialogue: which button, command, question and screen leads where."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from handlers.council import answer, desk, hand_over, preview, which
from handlers.language import Rich
from handlers.migrant import draft, follow, forget, hand_in, menu, rating, requests, safety, welcome
from handlers.rules import consent
from handlers.screens import Screen
from handlers.turn import Scene, Turn

# What a button does, and what a command or digit leads to: verb → function of the turn and the
# button's own words. Every function looks up for itself whether whoever pressed may do it.
MIGRANT: Mapping[str, Callable[..., None]] = {
    "menu": menu.show,
    "start": menu.start,
    "help": menu.help_text,
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
    "lang": welcome.choose_language,
    "languages": welcome.ask_language,
    "consent": welcome.answer_consent,
    "delete": forget.ask,
    "forget": forget.forget,
}
COUNCIL: Mapping[str, Callable[..., None]] = {
    "desk": desk.show,
    "open": desk.open_card,
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
}
SCREENS: Mapping[str, Callable[..., Screen | None]] = {
    "languages": welcome.languages,
    "privacy": welcome.privacy,
    "menu": menu.main,
    "requests": requests.screen,
    "status": requests.status,
    "answered": rating.screen,
    "draft": draft.screen,
    "topics": draft.topics,
    "sharing": draft.sharing,
    "paper_date": hand_in.paper_date,
    "is_it_safe": safety.is_it_safe,
    "nobody_private": safety.nobody_private,
    "not_whom": safety.not_whom,
    "forget": forget.first_step,
    "forget_sure": forget.second_step,
    "desk": desk.desk,
    "close_reasons": desk.close_reasons,
    "compose": answer.compose,
    "preview": preview.screen,
    "which": which.screen,
    "whom": hand_over.whom,
    "why": hand_over.why,
}
RESTING = ("", "menu", "requests", "status", "answered", "desk")
"""Questions that give way to whatever arrives."""
FREE_WORDS = ("write", "adding", "asked", "secret", "compose")
"""Screens whose answer is words: there a number that is no choice is words too."""
NOT_DRAWN_WITH = ("messages", "message_ids")


def act(turn: Turn, verb: str, arguments: Sequence[str]) -> None:
    """Do what a button, command or digit says; what is unknown or forged shows where things stand."""
    if verb in COUNCIL and turn.member is not None:
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
    turn.toast = turn.tongue("This button does not work any more.")
    if turn.incoming.happened != "press":
        menu.show(turn)


def _council_start(turn: Turn, verb: str) -> None:
    """A member's start is the desk; the menu of migrants is theirs too."""
    if verb == "menu" and not consent.needs_asking(turn.someone.consent_version):
        menu.show(turn)
    elif verb == "help":
        desk.help_text(turn)
    else:
        desk.show(turn)


def draw(scene: Scene, name: str, args: Mapping[str, Any]) -> Screen | None:
    """The screen of that name as it would look now; None if it is gone or has no choices."""
    screen = SCREENS.get(name)
    if screen is None:
        return None
    kept = {key: value for key, value in args.items() if key not in NOT_DRAWN_WITH}
    return screen(scene, **kept)


def repeat_question(turn: Turn) -> None:
    """Ask the open question again; without one, show what can be done."""
    person = turn.someone
    args: dict[str, Any] = person.screen_args or {}
    screen = draw(turn, person.screen, args)
    if screen is None:
        act(turn, "menu", [])
        return
    turn.say(turn.tongue("Please choose one of the numbers:"))
    row = turn.ask(screen)
    turn.open(screen.name, args, row)


def refuse(turn: Turn) -> None:
    """A kind word about what we do not take; nothing of it was kept."""
    t = turn.tongue
    words: dict[str, Rich] = {
        "contact": t(
            "🙂 Thank you, but we do not take contact cards. They name people, and we do not keep "
            "names. We have not kept it. Please write in your own words."
        ),
        "too_big": t(
            "📦 This file is too big for us (more than 20 MB). We have not kept it. "
            "Please send a smaller one, or a photo."
        ),
        "unsupported": t(
            "🙂 We cannot read this kind of message. "
            "Please write, or send voice, a photo or a file."
        ),
    }
    if turn.incoming.refused in words:
        turn.say(words[turn.incoming.refused])


def member_words(turn: Turn) -> bool:
    """Free words of somebody who sits in the council; false: they write as a migrant."""
    if turn.desk.role == "operator" and turn.someone.consent_version is None:
        turn.say(turn.tongue("This chat receives alerts only. Nobody reads what is written here."))
        return True
    return answer.words(turn)


def member_edited(turn: Turn) -> bool:
    """An edit by somebody who sits in the council; false: of what they wrote as a migrant."""
    return answer.edited(turn)


def still_open(scene: Scene) -> Screen | None:
    """The question that must be repeated after something arrived; None if it gives way."""
    person = scene.someone
    if person.screen in RESTING or person.screen in FREE_WORDS:
        return None
    return draw(scene, person.screen, person.screen_args or {})
