"""Short notices about proposals in members' chats, drawn when they are sent."""

from handlers import dates
from handlers.council import proposals
from handlers.council.proposals_making import WAIT
from handlers.council.proposals_replied import SAID
from handlers.council.proposals_upkeep import LATE
from handlers.council.template_access import proposer
from handlers.language import Rich
from handlers.messages import Choice, Outgoing
from handlers.migrant.outcome import TOLD
from handlers.turn import Scene
from storage import proposals as store
from storage.model import Case, Outbox, Proposal


def wait(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """To the chair: so many wait for approval."""
    every = store.in_state(scene.session, "proposed")
    count = sum(proposals.may_decide(scene, one) for one in every)
    if not count:
        return None
    text = scene.tongue.plural(
        "📮 {count} proposal waits for your approval.",
        "📮 {count} proposals wait for your approval.",
        count,
    )
    return Outgoing(text=text, choices=((Choice(scene.tongue("Look"), "proposals"),),))


def said(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """To the chair and its author: the Service said something."""
    proposal = _seen(scene, row)
    if proposal is None:
        return None
    lines = [_head(scene, proposal), *proposals.said(scene, proposal)[-1:]]
    last = store.replies(scene.session, proposal)[-1:]
    if proposal.state in store.ENDS and last and last[0].kind != proposal.state:
        lines.append(scene.tongue("This came after their decision. It changes nothing by itself."))
    return _outgoing(scene, proposal, lines)


def late(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """To the chair: the unit has not replied for so long."""
    proposal = _seen(scene, row)
    if proposal is None or proposal.sent_at is None:
        return None
    if proposal.state not in ("sent", "more_time"):
        return None
    t = scene.tongue
    seconds = dates.calendar(scene.charter).working_seconds(proposal.sent_at, scene.now)
    line = t.plural(
        "⏰ {unit}: no decision for {count} working day. They are reminded now.",
        "⏰ {unit}: no decision for {count} working days. They are reminded now.",
        int(seconds // dates.day_seconds(scene.charter)),
        unit=proposals.unit_name(scene, proposal),
    )
    return _outgoing(scene, proposal, [_head(scene, proposal), line])


def told(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """To the chair and its author: the writers are told."""
    proposal = _seen(scene, row)
    if proposal is None:
        return None
    line = scene.tongue.plural(
        "📣 {count} writer is told what came of it.",
        "📣 {count} writers are told what came of it.",
        int(row.args["people"]),
    )
    return _outgoing(scene, proposal, [_head(scene, proposal), line])


def _seen(scene: Scene, row: Outbox) -> Proposal | None:
    return store.find(scene.session, row.args["number"]) if proposer(scene) is not None else None


def _head(scene: Scene, proposal: Proposal) -> Rich:
    return scene.tongue.fill("📮 <b>{label}</b>", label=proposals.label(scene, proposal))


def _outgoing(scene: Scene, proposal: Proposal, lines: list[Rich]) -> Outgoing:
    look = Choice(scene.tongue("Look"), f"proposal:{proposal.id}")
    return Outgoing(text=Rich("\n".join(lines)), choices=((look,),))


NOTICES = {WAIT: wait, SAID: said, LATE: late, TOLD: told}
"""Views, which are the keys of their notices, too."""
