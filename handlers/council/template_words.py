"""What a step of a ready answer is answered with in words: taken, or told what is wrong."""

import unicodedata
from collections.abc import Callable, Mapping

from handlers import numbers
from handlers.council.template_dates import is_too_old, today
from handlers.council.template_making import mine, next_page, skip, too_old
from handlers.language import Rich, Tongue
from handlers.rules.masking import mask
from handlers.rules.typed_dates import past_day
from handlers.turn import Turn
from handlers.words import meaning_of
from storage import templates
from storage.model import Template

LONGEST_TITLE, LONGEST_SOURCE, LONGEST_TEXT = 60, 300, 2500
DIRECTING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def words(turn: Turn) -> None:
    """What a step was answered with, in words."""
    args = turn.someone.screen_args or {}
    draft = mine(turn, str(args.get("template", "")))
    if draft is None:
        turn.close()
        return
    said = cleaned(turn.incoming.text)
    if turn.incoming.attachments or not said:
        turn.say(turn.tongue("Please write it as text."))
        return
    language = args.get("language", "")
    if language and meaning_of(said, turn.someone.language) == "skip":
        skip(turn, str(draft.id), language)
        return
    fault = TAKES[turn.someone.screen](turn, draft, said)
    if fault is not None:
        turn.say(fault)
        return
    turn.session.flush()
    next_page(turn, draft, "" if args.get("alone") else language)


def _title(turn: Turn, draft: Template, said: str) -> Rich | None:
    line = " ".join(said.split())
    if fault := _unfit(turn, line, LONGEST_TITLE):
        return fault
    draft.title = line
    return None


def _source(turn: Turn, draft: Template, said: str) -> Rich | None:
    line = " ".join(said.split())
    if fault := _unfit(turn, line, LONGEST_SOURCE):
        return fault
    draft.source = line
    return None


def _checked(turn: Turn, draft: Template, said: str) -> Rich | None:
    t, now = turn.tongue, today(turn.charter, turn.now)
    day = past_day(said, now)
    if day is None:
        return t("Please write the day like this: {example}", example=f"{now:%d.%m.%Y}")
    if day > now:
        return t("This day is still to come. On which day did you look it up?")
    if is_too_old(turn.charter, day, turn.now):
        return too_old(turn)
    draft.checked_on = day
    return None


def _text(turn: Turn, draft: Template, said: str) -> Rich | None:
    if fault := _unfit(turn, said, LONGEST_TEXT):
        return fault
    templates.write(turn.session, draft, (turn.someone.screen_args or {})["language"], said)
    return None


TAKES: Mapping[str, Callable[[Turn, Template, str], Rich | None]] = {
    "ready_title": _title,
    "ready_source": _source,
    "ready_checked": _checked,
    "ready_text": _text,
}
"""Screen → what takes the words, or says what is wrong with them."""


def _unfit(turn: Turn, said: str, most: int) -> Rich | None:
    if fault := too_long(turn.tongue, said, most):
        return fault
    public = numbers.digits(turn.charter)
    if mask(said, turn.charter.prefix, public) != said:
        return turn.tongue(
            "There is a number or an address in it that may be somebody's own. "
            "Please leave it out. It was not kept."
        )
    return None


def too_long(t: Tongue, said: str, most: int) -> Rich | None:
    """What is said of words that are too many; None of others."""
    if len(said) <= most:
        return None
    return t(
        "That is too long: {count} letters. At most {most}, please.", count=len(said), most=most
    )


def cleaned(text: str) -> str:
    """Plain text: no signs that cannot be seen, except those that letters of a script need."""
    kept = "".join(
        sign
        for sign in text.replace("\r\n", "\n")
        if sign == "\n" or (unicodedata.category(sign) != "Cc" and sign not in DIRECTING)
    )
    return kept.strip()
