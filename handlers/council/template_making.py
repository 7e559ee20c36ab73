"""Writing a ready answer: step by step, kept as a draft, handed in for a second person."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from handlers import numbers
from handlers.council import template_pages as pages
from handlers.council.template_access import proposer, tell_deciders
from handlers.council.template_dates import is_too_old, today
from handlers.language import Rich
from handlers.migrant import follow
from handlers.rules.masking import mask
from handlers.rules.topics import TOPICS
from handlers.rules.typed_dates import past_day
from handlers.screens import Screen
from handlers.turn import Turn
from handlers.words import meaning_of
from storage import audit, templates
from storage.model import Template

LONGEST_TITLE, LONGEST_SOURCE, LONGEST_TEXT = 60, 300, 2500
DIRECTING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def begin(turn: Turn) -> None:
    """A new one; whoever has not finished one goes on with that."""
    member = proposer(turn)
    if member is None:
        turn.toast = follow.stale(turn)
        return
    unfinished = templates.drafts(turn.session, member)
    if unfinished:
        turn.say(turn.tongue("You have not finished this one yet."))
    else:
        unfinished = [Template(title="", proposed_by=member.id, created_at=turn.now)]
        turn.session.add(unfinished[0])
        turn.session.flush()
    _next(turn, unfinished[0])


def redo(turn: Turn, template_id: str, how: str) -> None:
    """The next version of one: a change, or a correction of what was wrong."""
    member, former = proposer(turn), templates.find(turn.session, template_id)
    if member is None or former is None or former.state not in ("approved", "expired"):
        turn.toast = follow.stale(turn)
        return
    unfinished = templates.drafts(turn.session, member)
    if unfinished:
        turn.say(turn.tongue("You have not finished this one yet."))
        _next(turn, unfinished[0])
        return
    draft = templates.copy(turn.session, former, member, turn.now)
    draft.corrects = how == "fix" and not templates.is_offered(former, turn.now)
    _next(turn, draft)


def recheck(turn: Turn, template_id: str) -> None:
    """It was looked up today and is still right: a second person says so too."""
    member, former = proposer(turn), templates.find(turn.session, template_id)
    if member is None or former is None or former.state not in ("approved", "expired"):
        turn.toast = follow.stale(turn)
        return
    if templates.newer(turn.session, former) is not None:
        turn.toast = turn.tongue("A new version waits for approval.")
        return
    draft = templates.copy(turn.session, former, member, turn.now)
    draft.checked_on = today(turn.charter, turn.now)
    _propose(turn, draft)


def go_on(turn: Turn, template_id: str) -> None:
    """Go on with a draft where it stands."""
    if draft := _mine(turn, template_id):
        _next(turn, draft)


def _mine(turn: Turn, template_id: str) -> Template | None:
    draft = pages.own_draft(turn, template_id)
    if draft is None:
        turn.toast = follow.stale(turn)
    return draft


def _next(turn: Turn, draft: Template, after: str = "") -> None:
    """Ask for what is missing; `after` is the language that was just asked for."""
    _ask(turn, pages.missing(turn, draft, after))


def _ask(turn: Turn, screen: Screen | None) -> None:
    assert screen is not None
    turn.ask(screen)


def edit(turn: Turn, template_id: str, step: str) -> None:
    """One of the steps once more."""
    draft = _mine(turn, template_id)
    if draft is None:
        return
    page = pages.STEPS.get(step)
    if page is None:
        turn.toast = follow.stale(turn)
        return
    _ask(turn, page(turn, template_id))


def set_topic(turn: Turn, template_id: str, topic: str) -> None:
    """What it is about."""
    draft = _mine(turn, template_id)
    if draft is not None and topic in TOPICS:
        draft.topic = topic
        _next(turn, draft)


def set_checked(turn: Turn, template_id: str, day: str) -> None:
    """Looked up today, or yesterday."""
    draft = _mine(turn, template_id)
    if draft is not None and day in ("today", "yesterday"):
        draft.checked_on = today(turn.charter, turn.now) - timedelta(days=day == "yesterday")
        _next(turn, draft)


def ask_text(turn: Turn, template_id: str, language: str) -> None:
    """Its text in one language."""
    draft = _mine(turn, template_id)
    if draft is not None and language in turn.charter.languages:
        _ask(turn, pages.text(turn, template_id, language, alone=True))


def skip(turn: Turn, template_id: str, language: str) -> None:
    """No text in this language: on to the next."""
    draft = _mine(turn, template_id)
    if draft is not None and language in turn.charter.languages:
        _next(turn, draft, language)


def without(turn: Turn, template_id: str, language: str) -> None:
    """Take the text in this language out."""
    draft = _mine(turn, template_id)
    if draft is not None:
        templates.write(turn.session, draft, language, "")
        _next(turn, draft)


def drop(turn: Turn, template_id: str) -> None:
    """Throw the draft away."""
    draft = _mine(turn, template_id)
    if draft is None:
        return
    turn.session.delete(draft)
    turn.session.flush()
    turn.close()
    turn.say(turn.tongue("🗑 Thrown away."))


def words(turn: Turn) -> None:
    """What a step was answered with, in words."""
    args = turn.someone.screen_args or {}
    draft = _mine(turn, str(args.get("template", "")))
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
    _next(turn, draft, "" if args.get("alone") else language)


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
    t = turn.tongue
    if len(said) > most:
        return t(
            "That is too long: {count} letters. At most {most}, please.",
            count=len(said),
            most=most,
        )
    public = numbers.digits(turn.charter)
    if mask(said, turn.charter.prefix, public) != said:
        return t(
            "There is a number or an address in it that may be somebody's own. "
            "Please leave it out. It was not kept."
        )
    return None


def cleaned(text: str) -> str:
    """Plain text: no signs that cannot be seen, except those that letters of a script need."""
    kept = "".join(
        sign
        for sign in text.replace("\r\n", "\n")
        if sign == "\n" or (unicodedata.category(sign) != "Cc" and sign not in DIRECTING)
    )
    return kept.strip()


def too_old(turn: Turn) -> Rich:
    """It was looked up too long ago."""
    return turn.tongue(
        "That is more than {days} days ago. Please look it up again.",
        days=turn.charter.template_days,
    )


def hand_in(turn: Turn, template_id: str) -> None:
    """It is whole: it goes to a second person."""
    draft = _mine(turn, template_id)
    if draft is None:
        return
    if not pages.is_whole(turn, draft):
        _next(turn, draft)
        return
    assert draft.checked_on is not None
    if is_too_old(turn.charter, draft.checked_on, turn.now):
        asked = pages.checked(turn, template_id)
        assert asked is not None
        turn.ask(replace(asked, text=Rich(f"{too_old(turn)}\n{asked.text}")))
        return
    _propose(turn, draft)


def _propose(turn: Turn, draft: Template) -> None:
    t = turn.tongue
    if draft.replaces_id is not None:
        # others may have been approved while this one was written
        former = turn.session.get_one(Template, draft.replaces_id)
        draft.replaces_id = templates.newest(turn.session, former).id
    draft.state, draft.reminded_at = "proposed", turn.now
    turn.session.flush()
    audit.note(
        turn.session,
        "answer_proposed",
        turn.now,
        by=turn.desk,
        template=draft.id,
        replaces=draft.replaces_id,
        corrects=draft.corrects,
    )
    turn.close()
    if tell_deciders(turn, draft):
        turn.say(t("✅ Thank you. It waits for a second person to approve it."))
    else:
        turn.say(
            t(
                "✅ Thank you. Nobody but you can approve it now. "
                "It waits until somebody stands in for the chair."
            )
        )
