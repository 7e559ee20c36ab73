"""Words of members that go outside: text, not too much of it, and nothing that leads to somebody."""

from handlers import numbers
from handlers.council.template_words import cleaned, too_long
from handlers.language import Rich
from handlers.rules.personal import fault
from handlers.turn import Turn


def text_of(turn: Turn) -> str | None:
    """What was written; where nothing was, they are asked for text."""
    said = cleaned(turn.incoming.text)
    if turn.incoming.attachments or not any(sign.isalnum() for sign in said):
        turn.say(turn.tongue("Please write it as text."))
        return None
    return said


def unfit(turn: Turn, said: str, most: int) -> Rich | None:
    """Why these words cannot be taken: too many, or something in them leads to a person."""
    t = turn.tongue
    match fault(said, most, turn.charter.prefix, numbers.digits(turn.charter)):
        case "empty":
            return t("Please write it as text.")
        case "long":
            return too_long(t, said, most)
        case "personal":
            return t(
                "There is a number, an address or a @name in it that may be somebody's own. "
                "Please leave it out. It was not kept."
            )
    return None
