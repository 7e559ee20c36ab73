"""Requests in a list: by number, class, state and time; of what is private nothing else."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.council import access, card
from handlers.language import Rich
from handlers.messages import Choice
from handlers.rules.topics import TOPICS
from handlers.screens import Screen
from handlers.told import shown
from handlers.turn import QUESTION, Scene, Turn
from storage import outbox
from storage.model import OPEN, PRIVATE, Case, Member

PAGE = 8
"""So many requests on a page: with what else can be chosen, numbers stay small."""
LISTS = ("desk", "desk_views", "desk_filters", "desk_values", "found")
"""Screens that change where they stand."""


def may_stand(scene: Scene, member: Member, found: Iterable[Case]) -> list[Case]:
    """Those of these requests that this member may open now."""
    return [case for case in found if access.may(scene.session, member, case)]


def lines(scene: Scene, found: Sequence[Case], first: int, total: int) -> list[Rich]:
    """The page in words: each request with how urgent it is, where it stands, and time left."""
    written = [_line(scene, number, case) for number, case in enumerate(found, start=1)]
    if total > PAGE:
        written.append(
            scene.tongue(
                "{first}–{last} of {total}",
                first=first + 1,
                last=min(first + PAGE, total),
                total=total,
            )
        )
    return written


def _line(scene: Scene, number: int, case: Case) -> Rich:
    t = scene.tongue
    state = card.state_word(scene, case)
    has_date = case.state == OPEN and case.answer_by_at is not None
    standing = (
        t.fill("{state} · {time}", state=state, time=card.time_left(scene, case))
        if has_date
        else state
    )
    return t.fill(
        "{number}. {dot} {urgency} {icon}{reference}\n{standing}",
        number=number,
        dot=Rich(card.DOTS[case.urgency]),
        urgency=case.urgency,
        icon=Rich(_icon(case)),
        reference=shown(scene, case),
        standing=standing,
    )


def buttons(scene: Scene, found: Sequence[Case]) -> list[Choice]:
    """One tap opens it."""
    return [
        Choice(
            scene.tongue.fill(
                "{dot} {icon}{reference}",
                dot=Rich(card.DOTS[case.urgency]),
                icon=Rich(_icon(case)),
                reference=shown(scene, case),
            ),
            f"open:{case.reference}",
        )
        for case in found
    ]


def _icon(case: Case) -> str:
    """What it is about, as a sign; what is private does not say."""
    return "" if case.track == PRIVATE else f"{TOPICS[case.topic or 'other'].icon} "


def turning(scene: Scene, first: int, total: int, back: str, on: str) -> list[Choice]:
    """Back and Next, where there is a page to turn to."""
    t = scene.tongue
    turned = [Choice(t("◀ Back"), back)] if first > 0 else []
    return turned + ([Choice(t("Next ▶"), on)] if first + PAGE < total else [])


def first_of(page: str, total: int) -> int:
    """The first request of the page that a button names; one that is gone is the last page."""
    named = int(page) if page.isascii() and page.isdecimal() and len(page) < 6 else 0
    last = max(0, total - 1) // PAGE * PAGE
    return min(named // PAGE * PAGE, last)


def ask(turn: Turn, screen: Screen) -> None:
    """Show it: where the list stands whose button was pressed, else below."""
    pressed = turn.incoming.happened == "press" and turn.someone.screen in LISTS
    stands = pressed and bool(outbox.standing(turn.session, turn.chat, QUESTION))
    turn.ask(screen, in_place=stands)


def midnight(scene: Scene, day: date) -> datetime:
    """When a day of the council's begins."""
    zone = ZoneInfo(scene.charter.working_time.zone)
    return datetime.combine(day, time(), zone).astimezone(UTC)


def today(scene: Scene) -> date:
    """The council's day."""
    return day_of(scene, scene.now)


def day_of(scene: Scene, at: datetime) -> date:
    """On which of the council's days this moment is."""
    return at.astimezone(ZoneInfo(scene.charter.working_time.zone)).date()


def tomorrow(scene: Scene) -> datetime:
    """When the council's next day begins."""
    return midnight(scene, today(scene) + timedelta(days=1))
