"""What members are told of seats and offices: who is chair, who stands in, who cannot be reached."""

from handlers.language import N_
from handlers.messages import Choice, Outgoing
from handlers.turn import Scene
from storage import health
from storage.model import Case, Outbox

OFFICES = {
    "chair": N_("🪑 You are the chair of the {council} now.\n/chair shows you the whole queue."),
    "was_chair": N_("🪑 {alias} is the chair now. Thank you for your work as chair."),
    "acting": N_(
        "🪑 You stand in for the chair now.\nWhen the chair is away, /chair works for you."
    ),
    "not_acting": N_("🪑 You do not stand in for the chair any more."),
    "focal": N_("🔒 You read private requests now, besides your other work."),
    "not_focal": N_("🔒 You do not read private requests any more."),
    "no_chair": N_("🪑 {alias} is not the chair any more.\nYou can call an election: /election"),
    "stand_in": N_(
        "🪑 {alias} is not the chair any more. You stand in now: /chair\n"
        "Members can call an election: /election"
    ),
    "reassigned": N_("🔁 The chair gave {alias} to another member."),
    "returned": N_(
        "✅ Your seat in the council is open again.\n/desk is empty now. New requests come by themselves."
    ),
}
"""What a member is told, by what happened."""


def office(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """An office came, went or changed hands."""
    return Outgoing(text=scene.tongue(OFFICES[row.args["what"]], alias=row.args["alias"]))


def silent_member(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """To the chair: somebody's chat cannot be reached; what could not wait went on."""
    t = scene.tongue
    moved = t.plural(
        "{count} request of theirs went to others.",
        "{count} requests of theirs went to others.",
        row.args["count"],
    )
    return Outgoing(
        text=t(
            "⏸ {alias} closed or blocked this chat. They get nothing now.\n{moved}",
            alias=row.args["alias"],
            moved=moved,
        )
    )


def conflicts_wait(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """To whoever decides: members declared conflicts. One message, however many there are."""
    seat = scene.seat
    count = len(health.to_decide(scene.session, seat, scene.now)) if seat else 0
    if not count:
        return None
    t = scene.tongue
    return Outgoing(
        text=t.plural(
            "⚖️ {count} conflict of interest to decide.",
            "⚖️ {count} conflicts of interest to decide.",
            count,
        ),
        choices=((Choice(t("Open"), "conflicts"),),),
    )
