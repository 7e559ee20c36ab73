"""Going away and coming back: what is new or urgent is handed on, the rest waits."""

from collections import Counter
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.council import absence, substitute
from handlers.council.absence import is_away as is_away
from handlers.language import Rich
from handlers.messages import Choice
from handlers.migrant import follow
from handlers.rules.days import last_day
from handlers.screens import Screen
from handlers.turn import Scene, Turn
from handlers.words import command_in
from storage import cases
from storage.model import Member

FRIDAY = 4


def command(turn: Turn) -> None:
    """`/away until Friday`, or the question until when."""
    said = (command_in(turn.incoming.text.strip()) or ("", ""))[1]
    if said:
        _understood(turn, said)
    else:
        turn.ask(until(turn))


def words(turn: Turn) -> None:
    """They wrote until when, instead of pressing a button."""
    _understood(turn, turn.incoming.text)


def _understood(turn: Turn, said: str) -> None:
    last = last_day(said, turn.someone.language, absence.today(turn))
    asked = sure(turn, last.isoformat()) if last else None
    turn.ask(asked or until(turn, unclear=True))


def until(scene: Scene, unclear: bool = False) -> Screen:
    """Until when? Buttons for what is said most, and words for the rest."""
    t, now = scene.tongue, absence.today(scene)
    ahead = (FRIDAY - now.weekday() - 1) % 7 + 1
    offered = (
        (t("Only today"), 0),
        (t("Until tomorrow"), 1),
        (t("Until Friday"), ahead),
        (t("One week"), 6),
        (t("Two weeks"), 13),
    )
    asks = t("🏖 <b>Until when are you away?</b>")
    how = t("Press a button, or write a day: 27.11, Friday, 3 days.")
    sorry = [t("I do not know which day that is.")] if unclear else []
    return Screen(
        name="away_until",
        text=Rich("\n".join([*sorry, asks, how])),
        choices=tuple(
            Choice(label, f"awayto:{now + timedelta(days=days)}") for label, days in offered
        ),
        zero=Choice(t("I stay"), "awayno"),
        args={"unclear": unclear},
        columns=2,
    )


def ask_sure(turn: Turn, day: str) -> None:
    """A button with a day: what happens then."""
    asked = sure(turn, day)
    if asked is None:
        turn.toast = follow.stale(turn)
    else:
        turn.ask(asked)


def sure(scene: Scene, day: str) -> Screen | None:
    """The day that was understood, and how many requests would go to whom."""
    member, last = absence.seat(scene), absence.day_of(scene, day)
    if member is None or last is None:
        return None
    t = scene.tongue
    back = absence.back_at(scene.charter, last)
    stand_in = substitute.chosen(scene.session, member)
    noon = datetime.combine(last, time(12), ZoneInfo(scene.charter.working_time.zone))
    lines = [
        t("🏖 <b>Away until {day}</b>, that day too.", day=t.day(noon)),
        t("You are back: {moment}.", moment=t.moment(back)),
        *_what_goes(scene, member, back),
        t("New requests go to others meanwhile."),
    ]
    if stand_in is not None:
        lines.append(t("Your substitute: {alias}", alias=stand_in.alias))
    return Screen(
        name="away_sure",
        text=Rich("\n".join(lines)),
        choices=(
            Choice(t("✅ Go away"), f"awaynow:{day}", "success"),
            Choice(t("👥 Substitute"), f"standins:{day}"),
            Choice(t("📅 Another day"), "awaywhen"),
        ),
        zero=Choice(t("I stay"), "awayno"),
        args={"day": day},
        columns=2,
    )


def ask_until(turn: Turn) -> None:
    """Another day."""
    turn.ask(until(turn))


def choose_substitute(turn: Turn, member_id: str, day: str = "") -> None:
    """A substitute is chosen: back to going away, or all is said."""
    if substitute.choose(turn, member_id, day) is None:
        return
    if day:
        ask_sure(turn, day)
        return
    found = substitute.chosen(turn.session, turn.desk)
    turn.close()
    t = turn.tongue
    turn.say(
        t("👥 Your substitute: {alias}", alias=found.alias)
        if found
        else t("👥 You have no substitute. The rules choose who reads.")
    )


def stay(turn: Turn) -> None:
    """They changed their mind."""
    turn.close()
    turn.say(turn.tongue("OK. Nothing changes."))


def _what_goes(scene: Scene, member: Member, back: datetime) -> list[Rich]:
    """How many requests go to whom, how many stay, and which of those nobody else may read."""
    t = scene.tongue
    mine = cases.on_desk(scene.session, member.id, absence.COUNTED)
    moving = [case for case in mine if absence.cannot_wait(case, back)]
    load: Counter[int] = Counter()
    for case in moving:
        taker = absence.taker_of(scene, case, member, load)
        if taker is not None:
            load[taker] += 1
    lines = []
    for taker, count in load.items():
        alias = t.isolated(scene.session.get_one(Member, taker).alias)
        lines.append(
            t.plural(
                "🔁 {count} request goes to {alias} now.",
                "🔁 {count} requests go to {alias} now.",
                count,
                alias=Rich(alias),
            )
        )
    if stuck := len(moving) - load.total():
        lines.append(
            t.plural(
                "⚠️ {count} urgent or new request stays: nobody else may read it.",
                "⚠️ {count} urgent or new requests stay: nobody else may read them.",
                stuck,
            )
        )
    if rest := len(mine) - len(moving):
        lines.append(
            t.plural("📥 {count} request waits for you.", "📥 {count} requests wait for you.", rest)
        )
    return lines or [t("📥 No request waits with you.")]


def back(turn: Turn) -> None:
    """They are here sooner."""
    member = absence.seat(turn)
    if member is None or member.away_until is None:
        turn.toast = turn.tongue("You are not away.")
        return
    absence.come_back(turn.session, turn.charter, turn.now, member)
    turn.close()
