"""Finding a request again: by its number, by a day, by what it is about."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement

from handlers.council import desk, lists
from handlers.council.meant import Meant, days_of, meant
from handlers.language import Rich
from handlers.messages import Choice
from handlers.rules.topics import TOPICS
from handlers.screens import Screen
from handlers.turn import Scene, Turn
from handlers.words import command_in
from storage import desks
from storage.members import is_focal


def begin(turn: Turn) -> None:
    """`/find` alone asks for what; with words behind it, it looks at once."""
    _, behind = command_in(turn.incoming.text.strip()) or ("", "")
    if behind and turn.incoming.happened == "message":
        _look(turn, behind)
    else:
        turn.ask(screen(turn))


def screen(scene: Scene) -> Screen:
    """What can be looked for; whatever comes next is looked for."""
    t = scene.tongue
    return Screen(
        name="find",
        text=t(
            "🔎 Write a number, a day or a topic.\n"
            "For example: MC 4827 1935 6 · 27.11 · last week · housing"
        ),
        zero=Choice(t("Back"), "desk"),
    )


def words(turn: Turn) -> None:
    """They wrote what they look for."""
    if turn.incoming.attachments or not turn.incoming.text.strip():
        turn.say(turn.tongue("Please write it in words, without files."))
        return
    _look(turn, turn.incoming.text)


def _look(turn: Turn, text: str) -> None:
    """Show what is found, and what was understood."""
    sought = meant(turn, text)
    if sought is None:
        turn.say(turn.tongue("I did not understand: number, day or topic?"))
        turn.ask(screen(turn))
    elif sought.by == "reference":
        _by_reference(turn, sought.value)
    else:
        _show(turn, sought, "0")


def _by_reference(turn: Turn, reference: str) -> None:
    """The card itself; what they may not open is not there, whether it exists or not."""
    if desk.readable(turn, reference) is None:
        turn.say(turn.tongue("🔎 No request of this number is with you."))
        turn.ask(screen(turn))
        return
    turn.close()
    desk.open_card(turn, reference)


def show(turn: Turn, by: str, value: str, page: str = "0") -> None:
    """Another page of what was found."""
    if by == "topic":
        _show(turn, Meant("topic", value), page)
    elif by == "days":
        _show(turn, Meant("days", value), page)
    else:
        turn.ask(screen(turn))


def _show(turn: Turn, sought: Meant, page: str) -> None:
    found = results(turn, sought.by, sought.value, page)
    if found is None:
        turn.ask(screen(turn))
    else:
        lists.ask(turn, found)


def results(scene: Scene, by: str, value: str, page: str = "0") -> Screen | None:
    """One page of what is found now, newest first; None if nobody can look for that."""
    t, member = scene.tongue, scene.seat
    condition, said = _condition(scene, by, value)
    if member is None or condition is None:
        return None
    total = desks.count_found(scene.session, member, condition)
    first = lists.first_of(page, total)
    rows = desks.found(scene.session, member, first, lists.PAGE, condition)
    here = lists.may_stand(scene, member, rows)
    turned = lists.turning(
        scene,
        first,
        total,
        f"found:{by}:{value}:{first - lists.PAGE}",
        f"found:{by}:{value}:{first + lists.PAGE}",
    )
    lines = [
        t.plural("🔎 {what}: {count} request", "🔎 {what}: {count} requests", total, what=said)
    ]
    if by == "topic" and is_focal(member):
        lines.append(t("Private requests are found by number or day only."))
    ways = (*turned, Choice(t("🔎 Look again"), "find"))
    return Screen(
        name="found",
        text=Rich("\n".join([*lines, *lists.lines(scene, here, first, total)])),
        choices=(*lists.buttons(scene, here), *ways),
        zero=Choice(t("My desk"), "desk"),
        args={"by": by, "value": value, "page": str(first)},
        resting=True,
        columns=2,
        last_row=len(ways),
        protect=True,
    )


def _condition(scene: Scene, by: str, value: str) -> tuple[ColumnElement[bool] | None, Rich]:
    """What to look for, and how it is said."""
    t = scene.tongue
    if by == "topic" and value in TOPICS:
        topic = TOPICS[value]
        return desks.about(value), Rich(f"{topic.icon} {t(topic.label)}")
    days = days_of(value) if by == "days" else None
    if days is None:
        return None, Rich("")
    since, before = lists.midnight(scene, days[0]), lists.midnight(scene, days[1] + timedelta(1))
    first, last = _said(scene, since), _said(scene, before - timedelta(hours=1))
    said = first if days[0] == days[1] else t.fill("{first} – {last}", first=first, last=last)
    return desks.handed_in(since, before), said


def _said(scene: Scene, at: datetime) -> Rich:
    """A day in words; of another year with the year."""
    t, day = scene.tongue, lists.day_of(scene, at)
    if day.year == lists.today(scene).year:
        return t.day(at)
    return t.fill("{day} {year}", day=t.day(at), year=day.year)
