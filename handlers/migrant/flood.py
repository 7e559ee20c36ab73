"""Too many messages in a short time: all of it is taken, without an answer to each."""

from datetime import datetime

from handlers.turn import Scene, Turn


def count(turn: Turn) -> None:
    """One more message; the first that is too many is answered with a word about it."""
    person, charter = turn.someone, turn.charter
    since = person.counted_since
    if since is None or turn.now >= since + charter.flood:
        person.counted_since, person.counted = turn.now, 0
    person.counted += 1
    if person.counted == charter.flood_messages + 1:
        turn.say(
            turn.tongue(
                "🙏 Many messages came. We have all of them.\n"
                "You can go on: we collect them without an answer to each. Buttons work as before."
            )
        )


def until(scene: Scene) -> datetime | None:
    """Until when their messages are taken in silence; None where they are answered.

    Buttons are always answered, and so is what was not written by them just now.
    """
    person = scene.person
    if not isinstance(scene, Turn) or person is None or person.counted_since is None:
        return None
    if scene.incoming.happened == "press" or person.counted <= scene.charter.flood_messages:
        return None
    over = person.counted_since + scene.charter.flood
    return over if scene.now < over else None
