"""The one open question of a person: drawn as it is now, asked again, gone on with."""

from collections.abc import Callable, Mapping
from typing import Any

from handlers.council import answer, ballot, desk, election, hand_over, preview, which
from handlers.council.free_words import WORDS_FOR
from handlers.migrant import (
    draft,
    elsewhere,
    follow,
    forget,
    hand_in,
    menu,
    rating,
    requests,
    safety,
    welcome,
)
from handlers.screens import RESTING as RESTING
from handlers.screens import Screen
from handlers.turn import Scene, Turn

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
    "election": election.screen,
    "nominees": election.nominees,
    ballot.SURE: ballot.sure,
}
FREE_WORDS = ("write", "adding", "asked", "secret", "compose", *WORDS_FOR)
"""Screens whose answer is words: there a number that is no choice is words too."""
NOT_DRAWN_WITH = ("messages", "message_ids", "before")


def draw(scene: Scene, name: str, args: Mapping[str, Any]) -> Screen | None:
    """The screen of that name as it would look now; None if it is gone or has no choices."""
    screen = SCREENS.get(name)
    if screen is None:
        return None
    kept = {key: value for key, value in args.items() if key not in NOT_DRAWN_WITH}
    return screen(scene, **kept)


def still_open(scene: Scene) -> Screen | None:
    """The question that must be repeated after something arrived; None if it gives way."""
    person = scene.someone
    if person.screen in RESTING or person.screen in FREE_WORDS:
        return None
    return draw(scene, person.screen, person.screen_args or {})


def repeat(scene: Scene, screen: Screen, args: Mapping[str, Any]) -> None:
    """Ask the open question once more, below what came between; nothing it holds is lost."""
    row = scene.ask(screen)
    scene.open(screen.name, args, row)


def ask_language(turn: Turn) -> None:
    """Let them change the language; what they were about to write is not forgotten."""
    name, args = before_language(turn)
    row = turn.ask(welcome.languages(turn))
    turn.open("languages", {"before": [name, args]}, row)


def before_language(turn: Turn) -> tuple[str, dict[str, Any]]:
    """The question that was open before that of the language."""
    person = turn.someone
    args: dict[str, Any] = person.screen_args or {}
    if person.screen != "languages":
        return person.screen, args
    name, before = args.get("before", ("", {}))
    return name, before


def go_on(turn: Turn, name: str, args: Mapping[str, Any]) -> bool:
    """Go on with what was open before something else came between; false if it gives way."""
    if name == "write" and args.get("track"):
        safety.begin(turn)
    elif name == "write" and args.get("kind"):
        menu.write(turn, args["kind"])
    elif name == "adding":
        follow.ask_addition(turn, args["reference"])
    elif name == "secret":
        elsewhere.ask_secret(turn, args["reference"])
    elif name == "draft":
        draft.back(turn, args["reference"])
    elif name in FREE_WORDS and name != "compose":
        turn.open(name, args)
    elif name in RESTING or (screen := draw(turn, name, args)) is None:
        return False
    else:
        repeat(turn, screen, args)
    return True
