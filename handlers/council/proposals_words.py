"""What is written for a proposal: taken, or told what is wrong with it."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from handlers.council import proposals_pages as pages
from handlers.council.proposals_making import mine, next_page, skip, write
from handlers.council.public_words import text_of, unfit
from handlers.council.template_dates import today
from handlers.language import Rich
from handlers.rules.typed_dates import coming_day
from handlers.turn import Turn
from handlers.words import meaning_of
from storage.model import Proposal

FARTHEST = timedelta(days=3 * 365)


def words(turn: Turn) -> None:
    """What a step was answered with, in words."""
    args = turn.someone.screen_args or {}
    draft = mine(turn, str(args.get("number", "")))
    if draft is None:
        turn.close()
        return
    said = text_of(turn)
    if said is None:
        return
    part, language = args.get("part", ""), args.get("language", "")
    if part and meaning_of(said, turn.someone.language) == "skip":
        skip(turn, str(draft.id), part, language)
        return
    fault = TAKES[turn.someone.screen](turn, draft, said)
    if fault is not None:
        turn.say(fault)
    else:
        next_page(turn, draft, None if args.get("alone") or not part else (part, language))


def _text(turn: Turn, draft: Proposal, said: str) -> Rich | None:
    args = turn.someone.screen_args or {}
    part, language = args["part"], args["language"]
    if fault := unfit(turn, said, pages.PARTS[part][1]):
        return fault
    write(draft, part, language, said)
    return None


def _wish(turn: Turn, draft: Proposal, said: str) -> Rich | None:
    t, now = turn.tongue, today(turn.charter, turn.now)
    day = coming_day(said, now)
    if day is None:
        return t("Please write the day like this: {example}", example=f"{now:%d.%m.%Y}")
    if day <= now:
        return t("This day is over. By which day do we wish it?")
    if day - now > FARTHEST:
        return t("That is very far away. Please write a nearer day.")
    draft.wished_on = day
    return None


TAKES: Mapping[str, Callable[[Turn, Proposal, str], Rich | None]] = {
    "prop_text": _text,
    "prop_wish": _wish,
}
"""Screen → what takes the words, or says what is wrong with them."""
