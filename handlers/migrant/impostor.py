"""How to know somebody who only says that they are the council.

Said only in answer to what the person just wrote, and never where the phone may be watched.
"""

from datetime import timedelta

from handlers.language import Rich
from handlers.migrant import flood
from handlers.rules.impostors import asks_for_money
from handlers.turn import Scene, Turn
from storage import cases
from storage.model import PRIVATE, Case

AGAIN = timedelta(days=30)
AFTER_MONEY = timedelta(days=1)
LOOKED_AT = 100


def after_words(turn: Turn, case: Case, text: str) -> None:
    """They wrote of money or codes that somebody wants: once a day for that."""
    if _may(turn, case, AFTER_MONEY) and not flood.until(turn) and asks_for_money(text):
        turn.say(warning(turn))
        turn.someone.warned_at = turn.now


def after_acknowledgement(scene: Scene, case: Case) -> list[Rich]:
    """One line below the number of a request, once in 30 days."""
    if not scene.direct or not _may(scene, case, AGAIN):
        return []
    scene.someone.warned_at = scene.now
    return [
        scene.tongue(
            "🛡 We write only in this chat. We never ask for money, codes or documents. "
            "Whoever does is not from the council."
        )
    ]


def warning(scene: Scene) -> Rich:
    """Who we are not, and what to do."""
    return scene.tongue(
        "🛡 <b>Help here is free.</b>\n"
        "Members write only in this chat. They never ask for money, codes or documents.\n"
        "Did somebody ask you for that? Pay nothing. Send no code and no document.\n"
        "Write here what happened. With {private_word} only a focal person reads it.",
        private_word="/private",
    )


def _may(scene: Scene, case: Case, again: timedelta) -> bool:
    """Whether it is time to say it, and nothing of theirs is private."""
    person = scene.someone
    if person.warned_at is not None and scene.now < person.warned_at + again:
        return False
    sent = cases.of_person(scene.session, person, LOOKED_AT)
    return all(one.track != PRIVATE for one in (case, *sent))
