"""Writing a proposal: step by step, kept as a draft, handed in for a second person."""

from handlers.council import proposals
from handlers.council import proposals_pages as pages
from handlers.council.template_access import notify, proposer
from handlers.migrant import follow
from handlers.rules.topics import TOPICS
from handlers.screens import Screen
from handlers.turn import Turn
from storage import audit
from storage import proposals as store
from storage.model import Proposal

WAIT = "proposals_wait"
"""A notice, which is its own key: one of it stands in a chat."""


def begin(turn: Turn) -> None:
    """A new one; whoever has not finished one goes on with that."""
    member = proposer(turn)
    if member is None:
        turn.toast = follow.stale(turn)
        return
    if not turn.charter.units:
        turn.toast = turn.tongue("No unit of the {service} is known. Please tell the operator.")
        return
    own = (one for one in store.in_state(turn.session, "draft") if one.author_id == member.id)
    draft = next((one for one in own if not pages.is_whole(turn, one)), None)
    if draft is not None:
        turn.say(turn.tongue("You have not finished this one yet."))
    else:
        draft = Proposal(
            unit="", concerns={}, problem={}, asked={}, author_id=member.id, created_at=turn.now
        )
        turn.session.add(draft)
        turn.session.flush()
        audit.note(turn.session, "proposal_made", turn.now, by=member, proposal=draft.id)
    next_page(turn, draft)


def mine(turn: Turn, number: str) -> Proposal | None:
    """The draft, locked, if whoever pressed writes it; otherwise the button says that it is stale.

    Where its author sits in the council no more, it is whose who goes on with it.
    """
    store.locked(turn.session, number)
    draft = pages.own_draft(turn, number)
    if draft is None:
        turn.toast = follow.stale(turn)
        return None
    draft.author_id = turn.desk.id
    return draft


def next_page(turn: Turn, draft: Proposal, after: tuple[str, str] | None = None) -> None:
    """Ask for what is missing; `after` is the text that was just asked for."""
    turn.session.flush()
    _ask(turn, pages.missing(turn, draft, after))


def _ask(turn: Turn, screen: Screen | None) -> None:
    assert screen is not None
    turn.ask(screen)


def go_on(turn: Turn, number: str) -> None:
    """Go on with a draft where it stands."""
    if draft := mine(turn, number):
        next_page(turn, draft)


def edit(turn: Turn, number: str, step: str) -> None:
    """One of the steps once more."""
    draft, page = mine(turn, number), pages.STEPS.get(step)
    if draft is not None and page is not None:
        _ask(turn, page(turn, number))
    else:
        turn.toast = follow.stale(turn)


def set_unit(turn: Turn, number: str, unit: str) -> None:
    """Whom we ask."""
    draft = mine(turn, number)
    if draft is not None and unit in turn.charter.units:
        draft.unit = unit
        next_page(turn, draft)


def set_topic(turn: Turn, number: str, topic: str) -> None:
    """What it is about."""
    draft = mine(turn, number)
    if draft is not None and topic in TOPICS:
        draft.topic = topic
        next_page(turn, draft)


def ask_text(turn: Turn, number: str, part: str, language: str) -> None:
    """One text in one language once more."""
    if mine(turn, number) and _is_known(turn, part, language):
        _ask(turn, pages.text(turn, number, part, language, alone=True))


def skip(turn: Turn, number: str, part: str, language: str) -> None:
    """No text in this language: on to the next."""
    draft = mine(turn, number)
    if draft is not None and _is_known(turn, part, language):
        next_page(turn, draft, (part, language))


def without(turn: Turn, number: str, part: str, language: str) -> None:
    """Take this text out."""
    draft = mine(turn, number)
    if draft is not None and _is_known(turn, part, language):
        write(draft, part, language, "")
        next_page(turn, draft)


def _is_known(turn: Turn, part: str, language: str) -> bool:
    known = part in pages.PARTS and language in turn.charter.digest.languages
    if not known:
        turn.toast = follow.stale(turn)
    return known


def write(draft: Proposal, part: str, language: str, text: str) -> None:
    """Set one text; an empty one is none."""
    others = {code: said for code, said in pages.texts(draft, part).items() if code != language}
    setattr(draft, part, others | ({language: text} if text else {}))


def no_wish(turn: Turn, number: str) -> None:
    """No date is wished."""
    if draft := mine(turn, number):
        draft.wished_on = None
        next_page(turn, draft)


def drop(turn: Turn, number: str) -> None:
    """Throw the draft away; the requests that were part of it stay as they are."""
    draft = mine(turn, number)
    if draft is None:
        return
    audit.note(turn.session, "proposal_dropped", turn.now, by=turn.desk, proposal=draft.id)
    turn.session.delete(draft)
    turn.session.flush()
    turn.close()
    turn.say(turn.tongue("🗑 Thrown away."))


def hand_in(turn: Turn, number: str) -> None:
    """It is whole and enough people stand behind it: it goes to a second person."""
    t, draft = turn.tongue, mine(turn, number)
    if draft is None:
        return
    if not pages.is_whole(turn, draft):
        turn.toast = t("All three texts must be written in one language at least.")
        next_page(turn, draft)
        return
    if short := pages.lacks(turn, draft):
        turn.toast = short[0]
        return
    draft.state = "proposed"
    turn.session.flush()
    audit.note(turn.session, "proposal_handed_in", turn.now, by=turn.desk, proposal=draft.id)
    turn.close()
    found = proposals.deciders(turn, draft)
    for member in found:
        notify(turn.session, member, WAIT, turn.now)
    if found:
        turn.say(t("✅ Thank you. It waits for a second person to approve it."))
    else:
        turn.say(
            t(
                "✅ Thank you. Nobody but you can approve it now. "
                "It waits until somebody stands in for the chair."
            )
        )
