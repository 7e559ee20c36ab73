"""The Service's chat: what its tables lead to, and that everything else changes nothing."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from handlers.language import Tongue
from handlers.rules.digits import typed_number
from handlers.screens import Screen, fits
from handlers.staff import home, proposals, released, replying, sending, weeks
from handlers.staff.room import Room, asked, noted
from handlers.staff.shapes import AnswerReleased as AnswerReleased
from handlers.staff.shapes import Ask as Ask
from handlers.staff.shapes import Decision as Decision
from handlers.staff.shapes import Heard as Heard
from handlers.staff.shapes import Leave as Leave
from handlers.staff.shapes import ProposalSeen as ProposalSeen
from handlers.staff.shapes import ReleasedSeen as ReleasedSeen
from handlers.staff.shapes import ReplySeen as ReplySeen
from handlers.staff.shapes import ReplyToProposal as ReplyToProposal
from handlers.staff.shapes import Say as Say
from handlers.staff.shapes import ShowDigest as ShowDigest
from handlers.staff.shapes import View as View
from handlers.staff.shapes import Visitor as Visitor
from handlers.words import command_in

Decisions = tuple[Decision, ...]

SCREENS: Mapping[str, Callable[..., Screen | None]] = {
    "staff_home": home.screen,
    "staff_leaving": home.leaving,
    "staff_weeks": weeks.screen,
    "staff_proposals": proposals.listing,
    "staff_proposal": proposals.whole,
    "staff_words": replying.words,
    "staff_until": replying.until,
    "staff_preview": replying.preview,
    "staff_texts": released.listing,
    "staff_text": released.whole,
    "staff_answer": sending.words,
    "staff_answer_preview": sending.preview,
}
"""Question → how it looks now; None where there is nothing to ask any more."""
VERBS: Mapping[str, Callable[..., Decisions]] = {
    "staff_home": home.show,
    "staff_leave": home.ask_leave,
    "staff_gone": home.leave,
    "staff_digest": weeks.show,
    "staff_weeks": weeks.turn_page,
    "staff_proposals": proposals.show,
    "staff_proposal": proposals.show_one,
    "staff_reply": replying.begin,
    "staff_by": replying.choose_day,
    "staff_wordless": replying.without_words,
    "staff_again": replying.again,
    "staff_send": replying.send,
    "staff_texts": released.show,
    "staff_text": released.show_one,
    "staff_answer": sending.begin,
    "staff_answer_send": sending.send,
}
"""What a button or a number does: a function of the room, what was heard, and the button's words."""
COMMANDS: Mapping[str, str] = {
    "start": "staff_home",
    "help": "staff_home",
    "menu": "staff_home",
    "digest": "staff_digest",
    "proposals": "staff_proposals",
    "released": "staff_texts",
    "leave": "staff_leave",
}
WORDS: Mapping[str, Callable[..., Decisions]] = {
    "staff_words": replying.written,
    "staff_until": replying.day_written,
    "staff_answer": sending.written,
}
"""Questions that are answered in one's own words, and who takes them."""


def answer(visitor: Visitor, heard: Heard, view: View, tongue: Tongue, now: datetime) -> Decisions:
    """What follows from what they did; what this chat cannot do is said, and changes nothing."""
    room = Room(visitor, view, tongue, now)
    if heard.press:
        return _do(room, heard, heard.press)
    if heard.has_file or heard.is_edit or not heard.text.strip():
        return _not_taken(room, heard)
    text = heard.text.strip()
    if (week := weeks.named(text)) is not None:
        return weeks.show(room, heard, week)
    if (command := command_in(text)) is not None:
        name, behind = command
        verb = COMMANDS.get(name) if not behind or name == "start" else None
        return _do(room, heard, verb) if verb else _not_taken(room, heard)
    if heard.screen not in WORDS and (verb := COMMANDS.get(text.casefold())) is not None:
        return _do(room, heard, verb)
    return _typed(room, heard, text)


def draw(room: Room, name: str, args: Mapping[str, Any]) -> Screen | None:
    """The question of that name as it would look now."""
    screen = SCREENS.get(name)
    if screen is None:
        return None
    kept = {key: value for key, value in args.items() if key != "note"}
    found = screen(room, **kept)
    return noted(room, found, args.get("note", "")) if found is not None else None


def after(decision: Decision, became: str, room: Room) -> Decisions:
    """What is said once a reply or an answer was taken, or why it was not."""
    if isinstance(decision, ReplyToProposal):
        return replying.became(room, decision, became)
    if isinstance(decision, AnswerReleased):
        return sending.became(room, decision, became)
    return ()


def _typed(room: Room, heard: Heard, text: str) -> Decisions:
    """A number chooses, words answer the question that asks for words."""
    open_now = draw(room, heard.screen, heard.args)
    number = typed_number(text)
    if open_now is None:
        return _not_taken(room, heard)
    if number is not None and heard.is_seen and (does := open_now.action(number)):
        return _do(room, heard, does)
    if heard.screen in WORDS:
        return WORDS[heard.screen](room, heard, text)
    return _not_taken(room, heard)


def _do(room: Room, heard: Heard, does: str) -> Decisions:
    """A forged button may carry any words: too many or too few are an old button."""
    verb, *arguments = does.split(":")
    function = VERBS.get(verb)
    if function is None or not fits(function, room, heard, *arguments):
        return home.old_button(room)
    return function(room, heard, *arguments)


def _not_taken(room: Room, heard: Heard) -> Decisions:
    """Said politely; a question that is open stays open."""
    open_now = draw(room, heard.screen, heard.args)
    if open_now is None or open_now.resting:
        return asked(noted(room, home.screen(room), "not_read"))
    if heard.is_edit:
        return asked(noted(room, open_now, "edited"))
    return asked(noted(room, open_now, "words_only" if heard.screen in WORDS else "choose"))
