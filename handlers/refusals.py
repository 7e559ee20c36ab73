"""What is not taken, and the kind word about it."""

from handlers.language import Rich
from handlers.turn import Turn


def refuse(turn: Turn) -> None:
    """A kind word about what we do not take, if it is that; nothing of it was kept."""
    t = turn.tongue
    words: dict[str, Rich] = {
        "contact": t(
            "🙂 Thank you, but we do not take contact cards. They name people, and we do not keep "
            "names. We have not kept it. Please write in your own words."
        ),
        "too_big": t(
            "📦 This file is too big for us (more than 20 MB). We have not kept it. "
            "Please send a smaller one, or a photo."
        ),
        "unsupported": t(
            "🙂 We cannot read this kind of message. "
            "Please write, or send voice, a photo or a file."
        ),
    }
    if turn.incoming.refused == "incomplete":
        ask_again(turn)
    if turn.incoming.refused in words:
        turn.say(words[turn.incoming.refused])


def ask_again(turn: Turn) -> None:
    """Something arrived late and not whole, as a press or a place in a provider's list."""
    turn.say(
        turn.tongue(
            "🙏 Something you sent did not reach us whole: perhaps a button or a place. "
            "Please send it again."
        )
    )
