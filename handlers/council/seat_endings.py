"""A seat rests or ends by the chair's word: in two steps, and everything goes on at once."""

from handlers.council import membership, seats, suspend
from handlers.language import N_, Rich
from handlers.messages import Choice
from handlers.screens import Screen
from handlers.turn import Scene, Turn
from storage import members


def ask_suspend(turn: Turn, member_id: str) -> None:
    """Sure?"""
    seats.ask(turn, suspending, member_id)


def suspending(scene: Scene, member_id: str) -> Screen | None:
    """What a suspension does."""
    return _step(
        *(scene, member_id, "suspend", "suspended"),
        N_("⏸ Suspend {alias}? They see nothing any more, at once."),
        N_("Yes, suspend"),
    )


def do_suspend(turn: Turn, member_id: str) -> None:
    """At once."""
    if not _was_asked(turn, "suspend", member_id):
        return
    seat = seats.pressed(turn, member_id)
    if seat is not None:
        moved, unread = suspend.begin(turn.session, turn.charter, seat, turn.now, turn.desk)
        _done(turn, turn.tongue("⏸ {alias} is suspended.", alias=seat.alias), moved, unread)


def lift(turn: Turn, member_id: str) -> None:
    """They are back, at an empty desk."""
    seat = seats.pressed(turn, member_id, suspended=True)
    if seat is not None:
        suspend.end(turn.session, turn.charter, seat, turn.now, turn.desk)
        seats.again(turn, seat)


def ask_let_go(turn: Turn, member_id: str) -> None:
    """Sure?"""
    seats.ask(turn, letting_go, member_id)


def letting_go(scene: Scene, member_id: str) -> Screen | None:
    """How much moves, and that it is for good."""
    return _step(
        *(scene, member_id, "letgo", "gone"),
        N_("🚪 Let {alias} go? Their seat ends, for good."),
        N_("Yes, let them go"),
    )


def let_go(turn: Turn, member_id: str) -> None:
    """Their seat ends."""
    if not _was_asked(turn, "letgo", member_id):
        return
    seat = seats.pressed(turn, member_id, suspended=None)
    if seat is not None:
        said = turn.tongue("🚪 {alias} has left the council.", alias=seat.alias)
        counts = membership.end_seat(turn.session, turn.charter, seat, turn.now, turn.desk)
        _done(turn, said, *counts)


def _step(
    scene: Scene, member_id: str, name: str, verb: str, question: str, yes: str
) -> Screen | None:
    seat = seats.found(scene, member_id)
    if seat is None or not seats.managed(scene, seat):
        return None
    t = scene.tongue
    moves = t.plural(
        "{count} request goes to others.",
        "{count} requests go to others.",
        members.held_cases(scene.session, seat),
    )
    return Screen(
        name=name,
        text=Rich("\n".join([t(question, alias=seat.alias), moves])),
        choices=(Choice(t(yes), f"{verb}:{seat.id}", "danger"),),
        zero=Choice(t("Back"), f"seat:{seat.id}"),
        args={"member_id": member_id},
    )


def _was_asked(turn: Turn, name: str, member_id: str) -> bool:
    """The second step follows the first and nothing else."""
    args = turn.someone.screen_args or {}
    if turn.someone.screen == name and args.get("member_id") == member_id:
        return True
    seats.refuse(turn)
    return False


def _done(turn: Turn, said: Rich, moved: int, unread: int) -> None:
    t, lines = turn.tongue, [said]
    lines.append(t.plural("{count} request moved on.", "{count} requests moved on.", moved))
    if unread:
        lines.append(
            t.plural(
                "⚠️ {count} can be read by nobody now.",
                "⚠️ {count} can be read by nobody now.",
                unread,
            )
        )
    turn.close()
    turn.say(Rich("\n".join(lines)))
