"""Writing a ready answer: step by step, kept as a draft, handed in for a second person."""

from dataclasses import replace
from datetime import timedelta

from handlers.council import template_pages as pages
from handlers.council.template_access import proposer, tell_deciders
from handlers.council.template_dates import is_too_old, today
from handlers.language import Rich
from handlers.migrant import follow
from handlers.rules.topics import TOPICS
from handlers.screens import Screen
from handlers.turn import Turn
from storage import audit, templates
from storage.model import Template


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
    next_page(turn, unfinished[0])


def redo(turn: Turn, template_id: str, how: str) -> None:
    """The next version of one: a change, or a correction of what was wrong."""
    member, former = proposer(turn), templates.find(turn.session, template_id)
    if member is None or former is None or former.state not in ("approved", "expired"):
        turn.toast = follow.stale(turn)
        return
    unfinished = templates.drafts(turn.session, member)
    if unfinished:
        turn.say(turn.tongue("You have not finished this one yet."))
        next_page(turn, unfinished[0])
        return
    draft = templates.copy(turn.session, former, member, turn.now)
    draft.corrects = how == "fix" and not templates.is_offered(former, turn.now)
    next_page(turn, draft)


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
    if draft := mine(turn, template_id):
        next_page(turn, draft)


def mine(turn: Turn, template_id: str) -> Template | None:
    """The draft, if whoever pressed writes it; otherwise the button says that it is stale."""
    draft = pages.own_draft(turn, template_id)
    if draft is None:
        turn.toast = follow.stale(turn)
    return draft


def next_page(turn: Turn, draft: Template, after: str = "") -> None:
    """Ask for what is missing; `after` is the language that was just asked for."""
    _ask(turn, pages.missing(turn, draft, after))


def _ask(turn: Turn, screen: Screen | None) -> None:
    assert screen is not None
    turn.ask(screen)


def edit(turn: Turn, template_id: str, step: str) -> None:
    """One of the steps once more."""
    draft = mine(turn, template_id)
    if draft is None:
        return
    page = pages.STEPS.get(step)
    if page is None:
        turn.toast = follow.stale(turn)
        return
    _ask(turn, page(turn, template_id))


def set_topic(turn: Turn, template_id: str, topic: str) -> None:
    """What it is about."""
    draft = mine(turn, template_id)
    if draft is not None and topic in TOPICS:
        draft.topic = topic
        next_page(turn, draft)


def set_checked(turn: Turn, template_id: str, day: str) -> None:
    """Looked up today, or yesterday."""
    draft = mine(turn, template_id)
    if draft is not None and day in ("today", "yesterday"):
        draft.checked_on = today(turn.charter, turn.now) - timedelta(days=day == "yesterday")
        next_page(turn, draft)


def ask_text(turn: Turn, template_id: str, language: str) -> None:
    """Its text in one language."""
    draft = mine(turn, template_id)
    if draft is not None and language in turn.charter.languages:
        _ask(turn, pages.text(turn, template_id, language, alone=True))


def skip(turn: Turn, template_id: str, language: str) -> None:
    """No text in this language: on to the next."""
    draft = mine(turn, template_id)
    if draft is not None and language in turn.charter.languages:
        next_page(turn, draft, language)


def without(turn: Turn, template_id: str, language: str) -> None:
    """Take the text in this language out."""
    draft = mine(turn, template_id)
    if draft is not None:
        templates.write(turn.session, draft, language, "")
        next_page(turn, draft)


def drop(turn: Turn, template_id: str) -> None:
    """Throw the draft away."""
    draft = mine(turn, template_id)
    if draft is None:
        return
    turn.session.delete(draft)
    turn.session.flush()
    turn.close()
    turn.say(turn.tongue("🗑 Thrown away."))


def too_old(turn: Turn) -> Rich:
    """It was looked up too long ago."""
    return turn.tongue(
        "That is more than {days} days ago. Please look it up again.",
        days=turn.charter.template_days,
    )


def hand_in(turn: Turn, template_id: str) -> None:
    """It is whole: it goes to a second person."""
    draft = mine(turn, template_id)
    if draft is None:
        return
    if not pages.is_whole(turn, draft):
        next_page(turn, draft)
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
