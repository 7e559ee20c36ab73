"""When we may write about what is private, and the word that shows who is holding the phone.

Offered and never forced. Whoever chooses nothing is told only that there is news.
"""

from dataclasses import replace
from typing import Any

from handlers import discretion
from handlers.language import N_, Rich
from handlers.messages import Choice
from handlers.migrant import draft, requests
from handlers.rules import safe_time
from handlers.rules.safe_time import BLOCKS, Safe
from handlers.screens import Screen
from handlers.turn import Scene, Turn
from handlers.words import command_in, is_greeting, meaning_of
from storage import cases, outbox
from storage.model import DRAFT, PRIVATE, Case

SCREENS = ("safe_time", "safe_hours", "safe_word")
BLOCK_NAMES = {
    "morning": N_("In the morning: {hours}"),
    "afternoon": N_("In the afternoon: {hours}"),
    "evening": N_("In the evening: {hours}"),
}


def ask(turn: Turn, reference: str) -> None:
    """When may we write?"""
    if _mine(turn, reference):
        turn.ask(when(turn, reference))


def when(scene: Scene, reference: str) -> Screen:
    """At any time, at a safe time, never first; and the word."""
    t = scene.tongue
    return Screen(
        name="safe_time",
        text=t(
            "🕓 <b>When may we write to you?</b>\n"
            "About private messages we write only: there is an update. "
            "You read it when you write to us.\n"
            "Now: {choice}",
            choice=in_words(scene),
        ),
        choices=(
            Choice(t("Any time"), f"may_write:{reference}:any"),
            Choice(t("Only at a safe time"), f"may_write:{reference}:hours"),
            Choice(t("Never first. I come back"), f"may_write:{reference}:never"),
            Choice(t("🔑 Choose a safe word"), f"safe_word:{reference}"),
        ),
        zero=Choice(t("Back"), f"draft:{reference}"),
        args={"reference": reference},
    )


def in_words(scene: Scene) -> Rich:
    """What this person has chosen, as they are shown it."""
    t, safe = scene.tongue, discretion.of(scene.someone)
    if safe.never:
        chosen = t("we never write first")
    elif safe.since is not None and safe.until is not None:
        chosen = t("from {since} to {until}", since=_hour(safe.since), until=_hour(safe.until))
    else:
        chosen = t("at any time")
    return chosen


def _hour(at: Any) -> str:
    return str(at.isoformat("minutes"))


def may_write(turn: Turn, reference: str, answer: str) -> None:
    """They chose; of a safe time we ask which."""
    case = _mine(turn, reference)
    if case is None:
        return
    safe = discretion.of(turn.someone)
    if answer == "hours":
        turn.ask(hours(turn, reference))
    elif answer == "any":
        _keep(turn, case, Safe(word=safe.word))
    elif answer == "never":
        _keep(turn, case, Safe(never=True, word=safe.word))
    elif answer in BLOCKS:
        since, until = BLOCKS[answer]
        _keep(turn, case, Safe(since, until, word=safe.word))
    else:
        turn.toast = turn.tongue("This button does not work any more.")


def hours(scene: Scene, reference: str) -> Screen:
    """From when to when; other hours are typed."""
    t = scene.tongue
    return Screen(
        name="safe_hours",
        text=t(
            "🕓 At what time is it safe, every day?\nYou can also write the hours. Example: 18-20"
        ),
        choices=tuple(
            Choice(
                t(BLOCK_NAMES[name], hours=f"{_hour(since)}–{_hour(until)}"),
                f"may_write:{reference}:{name}",
            )
            for name, (since, until) in BLOCKS.items()
        ),
        zero=Choice(t("Back"), f"when:{reference}"),
        args={"reference": reference},
    )


def ask_word(turn: Turn, reference: str) -> None:
    """Let them choose a word that only they know."""
    if _mine(turn, reference) and _knows_word(turn):
        turn.ask(word(turn, reference))


def word(scene: Scene, reference: str) -> Screen:
    """The invitation to write the word; whatever comes next is the word."""
    t = scene.tongue
    return Screen(
        name="safe_word",
        text=t(
            "🔑 Write a word that only you know (4 to 30 letters).\n"
            "Private answers come only after you write this word. "
            "Nobody can tell you the word later. Remember it."
        ),
        choices=(Choice(t("No safe word"), f"no_word:{reference}"),),
        zero=Choice(t("Back"), f"when:{reference}"),
        args={"reference": reference},
    )


def no_word(turn: Turn, reference: str) -> None:
    """They want no safe word, or not that one any more."""
    case = _mine(turn, reference)
    if case is not None and _knows_word(turn):
        _keep(turn, case, replace(discretion.of(turn.someone), word=""))


def _knows_word(turn: Turn) -> bool:
    """Whoever only holds the phone does not change a word that is set."""
    if discretion.knows_word(turn.someone, turn.now):
        return True
    turn.say(
        turn.tongue(
            "🔑 Please write your safe word first, then press again. If you do not know it any "
            "more, open your request on another phone with its number and secret code."
        )
    )
    return False


def words(turn: Turn) -> bool:
    """Hours or a word that were asked for; false: these words are something else."""
    person, text = turn.someone, turn.incoming.text
    reference = str((person.screen_args or {}).get("reference", ""))
    if person.screen not in SCREENS[1:] or turn.incoming.attachments:
        return False
    case = _mine(turn, reference)
    turn.toast = ""
    if case is None:
        return False
    if person.screen == "safe_word":
        _new_word(turn, case, text)
        return True
    found = safe_time.hours_in(text)
    if found is not None:
        _keep(turn, case, Safe(*found, word=discretion.of(person).word))
    return found is not None


def _new_word(turn: Turn, case: Case, text: str) -> None:
    t, person = turn.tongue, turn.someone
    if not safe_time.may_be_word(text) or _is_common(text, person.language):
        turn.say(t("Please choose another word: 4 to 30 letters, and not a usual greeting."))
        turn.ask(word(turn, case.reference))
        return
    hashed = discretion.word_hash(person, text)
    person.safety = safe_time.kept(replace(discretion.of(person), word=hashed))
    turn.say(
        t(
            "🔑 Your safe word is kept. Please delete your message with the word now.\n"
            "When we write that there is an update, write your word. "
            "Any other answer opens nothing private."
        )
    )
    _back(turn, case)


def _is_common(text: str, language: str) -> bool:
    return bool(is_greeting(text) or meaning_of(text, language) or command_in(text))


def _keep(turn: Turn, case: Case, safe: Safe) -> None:
    turn.someone.safety = safe_time.kept(safe)
    if safe.never:
        outbox.withdraw(turn.session, turn.chat, "notice")
    turn.say(turn.tongue("✅ When we may write: {choice}.", choice=in_words(turn)))
    _back(turn, case)


def _back(turn: Turn, case: Case) -> None:
    if case.state == DRAFT:
        draft.show(turn, case)
    else:
        requests.show_status(turn, case.reference)


def _mine(turn: Turn, reference: str) -> Case | None:
    """Their own draft or private request; otherwise they see that the button is an old one."""
    case = cases.own(turn.session, turn.someone, reference)
    if case is not None and (case.state == DRAFT or case.track == PRIVATE):
        return case
    turn.toast = turn.tongue("This button does not work any more.")
    return None
