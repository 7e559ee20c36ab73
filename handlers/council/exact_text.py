"""A text that goes outside word for word: taken in pieces, changed by editing, seen, or dropped.

Nothing of it goes anywhere before the writer of the request has read every word and said yes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from handlers import dates
from handlers.council import cards, desk
from handlers.screens import Screen
from handlers.turn import Turn


@dataclass(frozen=True, slots=True)
class ExactText:
    """One such way outside: the action it is, its two screens, and who draws the second.

    `to` is what the screens call whom it goes to. `longest` is in characters, 0 for no limit.
    """

    action: str
    write: str
    seen: str
    to: str
    draw: Callable[..., Screen | None]
    longest: int = 0

    def words(self, turn: Turn) -> None:
        """The text, or more of it."""
        args: dict[str, Any] = turn.someone.screen_args or {}
        incoming = turn.incoming
        case = desk.readable(turn, args["reference"], self.action)
        if case is None:
            turn.close()
            turn.say(turn.tongue("This request is not with you any more. Nothing was sent."))
            return
        if not incoming.text:
            turn.say(turn.tongue("Please write it as text. Files are not passed on."))
            return
        cards.own_words(turn, case)
        dates.taken(case, turn.charter, turn.now)  # whoever puts it into words has read it
        self._look(turn, args, [*args.get("texts", []), [incoming.message_id, incoming.text]])

    def edited(self, turn: Turn) -> bool:
        """They changed their text before the writer was asked; false: it was another message."""
        args: dict[str, Any] = turn.someone.screen_args or {}
        changed, texts = turn.incoming, args.get("texts", [])
        if all(message_id != changed.message_id for message_id, _ in texts):
            return False
        kept = [[mid, changed.text if mid == changed.message_id else text] for mid, text in texts]
        self._look(turn, args, kept)
        return True

    def held(self, turn: Turn, reference: str, to: str) -> str | None:
        """The text that stands on the screen for this request and for them; None if it is none."""
        args: dict[str, Any] = turn.someone.screen_args or {}
        about = (args.get("reference"), args.get(self.to))
        is_open = turn.someone.screen == self.seen and about == (reference, to)
        return args["text"] if is_open else None

    def drop(self, turn: Turn, reference: str) -> None:
        """Ask nothing."""
        if turn.someone.screen not in (self.write, self.seen):
            turn.toast = turn.tongue("There is nothing to send here any more.")
            return
        turn.leave(reference)
        turn.say(turn.tongue("✖️ Nothing was sent."))

    def _look(self, turn: Turn, args: dict[str, Any], texts: list[list[str]]) -> None:
        text = "\n".join(text for _, text in texts if text)
        if self.longest and len(text) > self.longest:
            turn.say(
                turn.tongue(
                    "That is too long: at most {count} characters. Please write it shorter.",
                    count=self.longest,
                )
            )
            return
        held = {**args, "texts": texts, "text": text}
        if asked := self.draw(turn, **held):
            turn.open(self.seen, held, turn.ask(asked))
