"""What the Service's chats are shown, drawn when it is sent: to whoever is a recipient then."""

from collections.abc import Callable, Mapping

from handlers.messages import Outgoing
from handlers.service import places, visiting
from handlers.staff import desk, notices
from handlers.staff.room import VIEW, Room
from handlers.turn import Scene
from storage import recipients
from storage.model import Case, Outbox

Drawing = Callable[[Scene, Outbox, Case | None], Outgoing | None]


def is_theirs(scene: Scene, row: Outbox) -> bool:
    """Whether this row is still for a recipient who joined, and in their own chat."""
    recipient = recipients.is_joined(scene.session, row.args.get("recipient", 0))
    if recipient is None or places.of(scene.charter, recipient) is None:
        return False
    chat = recipients.chat_of(scene.session, recipient)
    return (chat.channel, chat.chat) == (row.channel, row.chat)


def _room(scene: Scene, row: Outbox) -> Room | None:
    """Where this row's reader stands. Raises WindowShut: then it is sent once that is mended."""
    recipient = recipients.is_joined(scene.session, row.args.get("recipient", 0))
    rule = places.of(scene.charter, recipient) if recipient is not None else None
    if recipient is None or rule is None:
        return None
    return visiting.room(scene.session, scene.charter, recipient, rule, scene.now)


def _question(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """The question that is open in their chat, if this row still is the one that asks it."""
    person = scene.person
    if person is None or person.screen_row != row.id:
        return None
    room = _room(scene, row)
    asked = desk.draw(room, person.screen, person.screen_args or {}) if room is not None else None
    return asked.outgoing(room.t) if asked is not None and room is not None else None


def _proposal(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    head = "reminder" if row.args.get("reminder") else "new"
    room = _room(scene, row)
    if room is None:
        return None
    one = room.proposal(str(row.args["number"]))
    if head == "new" and one is not None and one.replies and one.replies[-1].kind == "answer":
        head = "reply"
    return notices.proposal(room, str(row.args["number"]), head)


def _reply(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    room = _room(scene, row)
    return notices.proposal(room, str(row.args["number"]), "reply") if room is not None else None


def _released(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    room = _room(scene, row)
    return notices.released_text(room, str(row.args["number"])) if room is not None else None


VIEWS: Mapping[str, Drawing] = {
    VIEW: _question,
    "proposal": _proposal,
    "proposal_reply": _reply,
    "released": _released,
}
FOR_RECIPIENTS = (*VIEWS, "digest")
"""Shown to nobody but a recipient who is one when it is sent."""
