"""Digests that were sent, once more."""

from handlers.turn import Turn
from storage import outbox, recipients


def show_again(turn: Turn, week: str) -> None:
    """Show somebody of the Service a digest that was sent, once more in their chat."""
    recipient = recipients.of_person(turn.session, turn.someone)
    assert recipient is not None
    args = {"week": week, "language": turn.tongue.code, "recipient": recipient.id}
    outbox.add(turn.session, turn.chat, "digest", turn.now, args=args, urgent=True)
