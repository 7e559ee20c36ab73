"""Short notices in members' and operators' chats."""

from html import escape

from handlers.language import N_, Rich
from handlers.messages import Choice, Outgoing
from handlers.told import shown
from handlers.turn import Scene
from storage import members
from storage.model import Case, Entry, Outbox

FAILED = {
    "blocked": N_(
        "⏸ {reference}: the writer cannot be reached now (they closed or blocked this chat). "
        "Your message is kept and sent when they come back."
    ),
    "file": N_(
        "❌ {reference}: a file could not be fetched or is not safe to open. The operator knows. "
        "You can ask the writer to send it again."
    ),
    "refused": N_(
        "❌ {reference}: your message could not be sent. Please answer in another form. "
        "The operator knows."
    ),
}


def sent_note(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """In place of a preview whose text was handed in; how far it comes stands on the card."""
    assert case is not None
    t = scene.tongue
    text = t(
        "✅ Taken for {reference}. Its card says how far it comes.", reference=shown(scene, case)
    )
    entry = scene.session.get(Entry, row.args.get("entry") or 0)
    if entry is None or entry.undo is None:
        return Outgoing(text=text, protect=True)
    back = Choice(t("↩️ Take back"), f"undo:{case.reference}:{entry.id}")
    return Outgoing(text=text, choices=((back,),), protect=True)


def emptied(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """In place of what may not be seen any more."""
    if case is None:
        return Outgoing(text=scene.tongue("This request does not exist any more."))
    return Outgoing(text=scene.tongue("{reference}: not with you.", reference=shown(scene, case)))


def tidied(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """In place of an old question that can no longer be taken out of the chat."""
    return Outgoing(text="✔️")


def delivery_failed(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """A message to the writer did not arrive; whoever is responsible now is told."""
    assert case is not None
    why = FAILED.get(row.args.get("why", ""), FAILED["refused"])
    return Outgoing(text=scene.tongue(why, reference=shown(scene, case)))


def no_focal(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """To the chair: something should be private, and nobody may read it. Number and alias only."""
    return Outgoing(
        text=scene.tongue(
            "⚠️ {reference} should be private, but no focal person can read it. "
            "It stays with {alias}. Please name a focal person.",
            reference=row.args["reference"],
            alias=row.args["alias"],
        )
    )


def seated(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """Welcome to the council."""
    member = scene.seat
    if member is None or not members.sits(member):
        return None
    t = scene.tongue
    if member.role == "operator":
        return Outgoing(text=t("✅ This chat receives the alerts of the operator."))
    return Outgoing(
        text=t(
            "✅ Welcome to the {council}, {alias}. Requests come to this chat as cards.\n"
            "Migrants know you by this name only. You never see who they are.\n"
            "/desk your requests · /help how it works · /language language",
            alias=member.alias,
        )
    )


def alert(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """To operators: what went wrong, by kind and row numbers."""
    details = " · ".join(
        f"{escape(str(key))}={escape(str(value))}" for key, value in sorted(row.args.items())
    )
    return Outgoing(text=Rich(f"⚠️ {details}"))
