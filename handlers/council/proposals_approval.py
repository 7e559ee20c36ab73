"""The second person: reads every language of a proposal, approves it, and so sends it."""

from hashlib import sha256

from handlers.council import proposals
from handlers.council import proposals_pages as pages
from handlers.council.proposals_sent import chats, reminded_at, show_unit, tell_author
from handlers.council.public_words import text_of
from handlers.council.template_access import proposer, their_scene
from handlers.council.template_dates import today
from handlers.language import Rich
from handlers.messages import Choice
from handlers.rules.published import band
from handlers.screens import Screen
from handlers.turn import Scene, Turn
from storage import audit
from storage import proposals as store
from storage.model import Proposal

LONGEST_REMARK = 500
STAMP = 8


def look(turn: Turn, number: str) -> None:
    """One that waits for them, whole."""
    if _theirs(turn, number) and (asked := screen(turn, number)):
        turn.ask(asked)


def _theirs(turn: Turn, number: str) -> Proposal | None:
    """What they may decide now, locked; otherwise the button says why not."""
    t, member = turn.tongue, proposer(turn)
    proposal = store.locked(turn.session, number)
    if member is None or proposal is None or proposal.state != "proposed":
        turn.toast = t("This does not wait for you any more.")
        return None
    if proposal.author_id == member.id:
        turn.toast = t("You wrote it: somebody else must approve it.")
        return None
    if not proposals.may_decide(turn, proposal):
        turn.toast = t("Only the chair approves proposals.")
        return None
    return proposal


def stamp(proposal: Proposal) -> str:
    """Of exactly what was read: nothing else is approved with it."""
    texts = [sorted(pages.texts(proposal, part).items()) for part in pages.PARTS]
    read = (proposal.unit, proposal.topic, proposal.wished_on, texts)
    return sha256(repr(read).encode()).hexdigest()[:STAMP]


def screen(scene: Scene, number: str) -> Screen | None:
    """Everything in it in every language, and what is to be known before it is sent."""
    t, proposal = scene.tongue, store.find(scene.session, number)
    if (
        proposal is None
        or proposal.state != "proposed"
        or not proposals.may_decide(scene, proposal)
    ):
        return None
    lines = [*pages.read(scene, proposal), *pages.lacks(scene, proposal)]
    unit = proposals.unit_name(scene, proposal)
    if count := len(chats(scene.session, scene.charter, proposal.unit)):
        lines.append(
            t.plural(
                "📨 It goes to {count} chat of: {unit}. The next digest shows it, too.",
                "📨 It goes to {count} chats of: {unit}. The next digest shows it, too.",
                count,
                unit=unit,
            )
        )
    else:
        lines.append(
            t(
                "⚠️ Nobody of this unit has joined here yet: {unit}. "
                "It goes with the next digest only.",
                unit=unit,
            )
        )
    return Screen(
        name="prop_approve",
        text=Rich("\n".join(lines)),
        choices=(
            Choice(t("✅ Approve and send"), f"papproved:{number}:{stamp(proposal)}", "success"),
            Choice(t("↩️ Send back"), f"psendback:{number}"),
        ),
        zero=Choice(t("Later"), "proposals"),
        args={"number": number},
    )


def approve(turn: Turn, number: str, seen: str) -> None:
    """It is sent; how many people it rests on is fixed from now on."""
    t, proposal = turn.tongue, _theirs(turn, number)
    if proposal is None:
        return
    if seen != stamp(proposal):
        turn.toast = t("It was changed meanwhile. Please read it again.")
        if asked := screen(turn, number):
            turn.ask(asked)
        return
    if short := pages.lacks(turn, proposal):
        turn.toast = short[0]
        return
    if not pages.is_whole(turn, proposal):
        turn.toast = t("Something in it is not right any more. Please send it back.")
        return
    if proposal.wished_on is not None and proposal.wished_on <= today(turn.charter, turn.now):
        turn.toast = t("The wished day is over. Please send it back.")
        return
    _send(turn, proposal)


def _send(turn: Turn, proposal: Proposal) -> None:
    t = turn.tongue
    seen = band(store.people_behind(turn.session, proposal))
    proposal.state, proposal.approved_by, proposal.sent_at = "sent", turn.desk.id, turn.now
    proposal.evidence = list(seen)
    proposal.remind_at = reminded_at(turn.charter, turn.now)
    turn.session.flush()
    count = show_unit(turn.session, turn.charter, proposal, turn.now)
    audit.note(
        turn.session,
        "proposal_sent",
        turn.now,
        by=turn.desk,
        proposal=proposal.id,
        unit=proposal.unit,
        people=seen.low,
        chats=count,
    )
    tell_author(turn, proposal, "📮")
    turn.close()
    turn.say(t("📮 Proposal {number} is sent. The next digest shows it.", number=proposal.id))


def ask_remark(turn: Turn, number: str) -> None:
    """Sent back: what is to be done better?"""
    if _theirs(turn, number) and (asked := remark(turn, number)):
        turn.ask(asked)


def remark(scene: Scene, number: str) -> Screen | None:
    """The invitation to say so."""
    proposal = store.find(scene.session, number)
    if (
        proposal is None
        or proposal.state != "proposed"
        or not proposals.may_decide(scene, proposal)
    ):
        return None
    return Screen(
        name="prop_remark",
        text=scene.tongue(
            "↩️ What should be changed in proposal {number}? Please write it.", number=proposal.id
        ),
        zero=Choice(scene.tongue("Back"), f"papprove:{number}"),
        args={"number": number},
    )


def words(turn: Turn) -> None:
    """The remark goes to whoever wrote it, and the proposal back into their hands."""
    proposal = _theirs(turn, str((turn.someone.screen_args or {}).get("number", "")))
    if proposal is None:
        turn.close()
        turn.say(turn.tongue("This does not wait for you any more."))
        return
    said = text_of(turn)
    if said is None:
        return
    proposal.state = "draft"
    audit.note(turn.session, "proposal_sent_back", turn.now, by=turn.desk, proposal=proposal.id)
    there = their_scene(turn, proposal.author_id)
    if there is not None:
        t = there.tongue
        there.say(
            t(
                "↩️ Your proposal {number} came back: {remark}\nYou find it in /proposals.",
                number=proposal.id,
                remark=t.written(said[:LONGEST_REMARK]),
            )
        )
    turn.close()
    turn.say(turn.tongue("↩️ Sent back with your words."))
