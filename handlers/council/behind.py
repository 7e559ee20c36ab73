"""What waits too long: one message to whoever should act, one to the chair, however many there are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from handlers import assign, dates
from handlers.council import access, card, cards
from handlers.language import Rich
from handlers.messages import Choice, Outgoing
from handlers.told import shown
from handlers.turn import Scene
from storage import audit, cases, members, told
from storage.model import OPEN, PRIVATE, Case, Member, Outbox

LISTED = 8


def remind(scene: Scene, case: Case, member: Member) -> None:
    """Half the time has passed: the reader is reminded of everything that waits, in one message."""
    if members.is_present(member, scene.now):
        _tell(scene, case, member, "reminders")


def tell_chair(scene: Scene, case: Case, silent: Member) -> None:
    """The chair hears who is late with what; of what is private the other focal persons do."""
    for seat in who_hears(scene, case, silent):
        _tell(scene, case, seat, "behind")


def who_hears(scene: Scene, case: Case, silent: Member) -> list[Member]:
    """The chair, or whoever stands in; of what is private the other focal persons."""
    if case.track == PRIVATE:
        there = members.seated(scene.session)  # of them whoever may read what is private
    else:
        concerned = {silent.id, *case.excluded, *case.subjects}
        there = members.chairs(scene.session, scene.now, besides=concerned)
    return [seat for seat in there if seat.id != silent.id and hears_of(scene, seat, case)]


def hears_of(scene: Scene, seat: Member, case: Case) -> bool:
    """Whether they may know that this request is late: not if it is theirs, or about them."""
    return seat.id not in case.excluded and access.allowed(scene.session, seat, case)


def pass_on(scene: Scene, case: Case, silent: Member) -> None:
    """Silent past the reminder: somebody else reads it, if there is anybody but the chair.

    Once: a request that goes round among silent people is for whoever leads them to see to.
    """
    if told.times_late(case, "read"):
        return
    found = assign.choice(scene, case, besides={silent.id})
    if found.member_id is None or "nobody_else" in found.why:
        return
    stage = case.stage
    cards.lose_sight(scene, case, silent)
    assign.move_on(scene, case, OPEN, besides={silent.id})
    case.stage = stage  # one move for each date that was told: the next thing is that it is late
    audit.note(scene.session, "passed_on", scene.now, by=silent, about=case, why="silent")


def _tell(scene: Scene, case: Case, seat: Member, view: str) -> None:
    """One message a person, as soon as they may be disturbed; a newer one takes its place."""
    at = dates.next_quiet_end(scene.charter, case.urgency, scene.now)
    cards.tell(scene, seat, view, None, key=f"{view}:{seat.id}", due_at=at)


def reminders(scene: Scene, row: Outbox, _: Case | None) -> Outgoing | None:
    """Everything of this member's of which half the time has passed, most pressing first."""
    waiting = [
        case
        for case in cases.open_of(scene.session, scene.chat.member_id)
        if dates.is_halfway(case, scene.charter, scene.now)
    ]
    if not waiting:
        return None
    t = scene.tongue
    head = t.plural(
        "⏰ {count} request waits for you:", "⏰ {count} requests wait for you:", len(waiting)
    )
    return _listed(scene, head, waiting, [_waits(scene, case) for case in waiting])


def _waits(scene: Scene, case: Case) -> Rich:
    t, due = scene.tongue, _due(case)
    if case.taken_at:
        return t("{request}: answer by {moment}", request=_line(scene, case), moment=t.moment(due))
    return t("{request}: read by {moment}", request=_line(scene, case), moment=t.moment(due))


def behind(scene: Scene, row: Outbox, _: Case | None) -> Outgoing | None:
    """To the chair: who is late, or nearly, with what. Only numbers, aliases and dates."""
    seat = scene.seat
    assert seat is not None
    late = [case for case in _late_ones(scene, seat) if cards.responsible(scene, case) is not None]
    if not late:
        return None
    t = scene.tongue
    head = t.plural(
        "🔴 {count} request is late or nearly:",
        "🔴 {count} requests are late or nearly:",
        len(late),
    )
    lines = []
    for case in late:
        reader = cards.responsible(scene, case)
        assert reader is not None
        form = (
            t("{request}: {alias}. Late, new date: {moment}", **_told(scene, case, reader))
            if told.is_late(case)
            else t("{request}: {alias}, by {moment}", **_told(scene, case, reader))
        )
        lines.append(form)
    return _listed(scene, head, late, lines, openable=False)


def _told(scene: Scene, case: Case, reader: Member) -> dict[str, Any]:
    moment = scene.tongue.moment(_due(case))
    return {"request": _line(scene, case), "alias": reader.alias, "moment": moment}


def _late_ones(scene: Scene, seat: Member) -> list[Case]:
    """What this chair or focal person may hear of, and is late or has only a fifth of its time left."""
    is_chair = seat in members.chairs(scene.session, scene.now)
    found = []
    for case in scene.session.scalars(
        select(Case).where(Case.state == OPEN).order_by(Case.urgency, Case.id)
    ):
        mine = case.track == PRIVATE or is_chair
        if (
            mine
            and case.responsible_id != seat.id
            and hears_of(scene, seat, case)
            and _is_behind(scene, case)
        ):
            found.append(case)
    return found


def _is_behind(scene: Scene, case: Case) -> bool:
    if told.is_late(case):
        return True
    if case.routed_at is None or case.read_by_at is None or case.answer_by_at is None:
        return False
    return dates.calendar(scene.charter).share(case.routed_at, _due(case), 0.8) <= scene.now


def _due(case: Case) -> datetime:
    due = case.answer_by_at if case.taken_at else case.read_by_at
    assert due is not None
    return due


def _line(scene: Scene, case: Case) -> Rich:
    return scene.tongue.fill(
        "{dot} {reference}", dot=Rich(card.DOTS[case.urgency]), reference=shown(scene, case)
    )


def _listed(
    scene: Scene, head: Rich, found: Sequence[Case], lines: list[Rich], *, openable: bool = True
) -> Outgoing:
    t, more = scene.tongue, len(found) - LISTED
    text = [head, *lines[:LISTED]]
    if more > 0:
        text.append(t.plural("… and {count} more", "… and {count} more", more))
    if not openable:
        choices: tuple[tuple[Choice, ...], ...] = ((Choice(t("See all"), "chair"),),)
    elif len(found) == 1:
        choices = ((Choice(t("Open"), f"open:{found[0].reference}"),),)
    else:
        choices = ((Choice(t("🗂 My desk"), "desk"),),)
    return Outgoing(text="\n".join(text), choices=choices)
