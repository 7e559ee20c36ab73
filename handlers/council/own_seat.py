"""A member's own seat: what they speak and know, laying down the chair, leaving."""

from handlers.council import membership, offices, seats
from handlers.council.invitations import toggled, toggles
from handlers.language import OWN_NAMES
from handlers.messages import Choice
from handlers.rules.topics import TOPICS
from handlers.screens import Screen
from handlers.turn import Scene, Turn
from storage import audit, members
from storage.model import Member


def _own(scene: Scene) -> Member | None:
    seat = scene.seat
    return seat if seat is not None and seat.role != "operator" and members.sits(seat) else None


def show(turn: Turn) -> None:
    """One's own seat."""
    asked = mine(turn)
    if asked is None:
        turn.toast = turn.tongue("That is not possible now.")
    else:
        turn.ask(asked)


def mine(scene: Scene) -> Screen | None:
    """What the council knows of one's own seat, and what can be changed."""
    seat = _own(scene)
    if seat is None:
        return None
    t = scene.tongue
    return Screen(
        name="me",
        text=seats.described(scene, seat),
        choices=(
            Choice(t("🌐 My languages"), "my_langs"),
            Choice(t("🏷 My topics"), "my_topics"),
            *((Choice(t("Lay down the chair"), "resign"),) if seat.role == "chair" else ()),
            Choice(t("🚪 Leave the council"), "leave"),
        ),
        zero=Choice(t("My desk"), "desk"),
    )


def show_languages(turn: Turn) -> None:
    """What do I speak?"""
    if asked := languages(turn):
        turn.ask(asked)


def languages(scene: Scene) -> Screen | None:
    """Each can be put in and taken out; one stays."""
    seat = _own(scene)
    if seat is None:
        return None
    t = scene.tongue
    return Screen(
        name="my_langs",
        text=t("🌐 Which languages do you speak?\nOne stays at least."),
        choices=tuple(toggles(OWN_NAMES, seat.languages, "my_lang")),
        zero=Choice(t("Ready"), "me"),
        columns=2,
    )


def toggle_language(turn: Turn, code: str) -> None:
    """In or out."""
    seat = _own(turn)
    wanted = toggled(seat.languages, code) if seat is not None and code in OWN_NAMES else []
    if seat is None or not wanted:
        turn.toast = turn.tongue("One language stays at least.")
        return
    seat.languages = wanted
    audit.note(turn.session, "seat_changed", turn.now, by=seat, languages=",".join(wanted))
    show_languages(turn)


def show_topics(turn: Turn) -> None:
    """What do I know about?"""
    if asked := topics(turn):
        turn.ask(asked)


def topics(scene: Scene) -> Screen | None:
    """Each can be put in and taken out; none chosen is everything."""
    seat = _own(scene)
    if seat is None:
        return None
    t = scene.tongue
    labels = {name: f"{topic.icon} {t(topic.label)}" for name, topic in TOPICS.items()}
    return Screen(
        name="my_topics",
        text=t("🏷 Which topics do you know?\nNone chosen: all."),
        choices=tuple(toggles(labels, seat.topics, "my_topic")),
        zero=Choice(t("Ready"), "me"),
        columns=2,
    )


def toggle_topic(turn: Turn, name: str) -> None:
    """In or out."""
    seat = _own(turn)
    if seat is None or name not in TOPICS:
        return
    seat.topics = toggled(seat.topics, name)
    audit.note(turn.session, "seat_changed", turn.now, by=seat, topics=len(seat.topics))
    show_topics(turn)


def ask_leave(turn: Turn) -> None:
    """Sure?"""
    if asked := leaving(turn):
        turn.ask(asked)


def leaving(scene: Scene) -> Screen | None:
    """How much moves, and that it is for good."""
    seat = _own(scene)
    if seat is None:
        return None
    t = scene.tongue
    return Screen(
        name="leave",
        text=t.plural(
            "🚪 Leave the council? Your seat ends, for good.\n{count} request goes to others.",
            "🚪 Leave the council? Your seat ends, for good.\n{count} requests go to others.",
            members.held_cases(scene.session, seat),
        ),
        choices=(Choice(t("Yes, I leave"), "left", "danger"),),
        zero=Choice(t("No, I stay"), "me"),
    )


def leave(turn: Turn) -> None:
    """Their seat ends, by their own wish."""
    seat = _own(turn)
    if seat is None or turn.someone.screen != "leave":
        turn.toast = turn.tongue("That is not possible now.")
        return
    turn.session.refresh(seat, with_for_update=True)
    if not members.sits(seat):
        turn.toast = turn.tongue("That is not possible now.")
        return
    turn.close()
    membership.end_seat(turn.session, turn.charter, seat, turn.now, seat)
    turn.member = None


def ask_resign(turn: Turn) -> None:
    """Sure?"""
    asked = resigning(turn)
    if asked is None:
        turn.toast = turn.tongue("This is for the chair only.")
    else:
        turn.ask(asked)


def resigning(scene: Scene) -> Screen | None:
    """What follows when the chair lays down the office."""
    seat = _own(scene)
    if seat is None or seat.role != "chair":
        return None
    t = scene.tongue
    return Screen(
        name="resign",
        text=t(
            "🪑 Lay down the chair? You stay a member.\n"
            "Whoever stands in goes on. All members are told."
        ),
        choices=(Choice(t("Yes, lay it down"), "resigned", "danger"),),
        zero=Choice(t("No"), "me"),
    )


def resign(turn: Turn) -> None:
    """Done: they are a member as the others."""
    seat = _own(turn)
    if seat is None or seat.role != "chair" or turn.someone.screen != "resign":
        turn.toast = turn.tongue("That is not possible now.")
        return
    turn.close()
    offices.resign(turn.session, seat, turn.now)
    offices.settle(turn.session, turn.charter, turn.now)
    turn.say(turn.tongue("🪑 You laid down the chair. Thank you for your work."))
