"""Private!: a member saw that only focal persons should read this."""

from typing import Any

from handlers import assign, dates
from handlers.council import access, cards, desk, sort
from handlers.language import Rich
from handlers.messages import Choice
from handlers.migrant import not_released
from handlers.screens import Screen
from handlers.told import only_focal, shown
from handlers.turn import Scene, Turn, scene_of
from storage import audit, bundles, cases, members
from storage.model import ANSWERED, ONLY_MEMBER, PRIVATE, Case, Member


def ask(turn: Turn, reference: str) -> None:
    """What happens then, before it happens."""
    if desk.mine(turn, reference, "private") and (asked := screen(turn, reference)):
        turn.ask(asked)


def screen(scene: Scene, reference: str) -> Screen | None:
    """Only a focal person reads it then, and whoever asks for this may not be one."""
    t = scene.tongue
    case = desk.readable(scene, reference, "private")
    reader = cards.responsible(scene, case) if case is not None else None
    if case is None or reader is None:
        return None
    lines = [t("🔒 <b>Make {reference} private?</b>", reference=shown(scene, case))]
    if access.may_read_private(scene.session, reader, case):
        lines.append(t("It stays with you. No other member can be given it."))
    else:
        lines.append(t("A focal person reads it then. It leaves your chat at once."))
    lines.append(t("The writer is told who reads it."))
    return Screen(
        name="make_private",
        text=Rich("\n".join(lines)),
        choices=(
            Choice(t("🔒 Yes, make it private"), f"privately:{reference}", "danger"),
            Choice(t("No, leave it"), f"back:{reference}"),
        ),
        args={"reference": reference},
        case_id=case.id,
    )


def make_private(turn: Turn, reference: str) -> None:
    """Private from now on, with whoever may read it; where nobody may, it stays and is told."""
    case = desk.mine(turn, reference, "private")
    if case is None:
        return
    former, track = turn.desk, case.track
    case.track = PRIVATE
    if access.may_read_private(turn.session, former, case):
        _narrow(turn, case)
        reader = former
        turn.toast = turn.tongue("🔒 Private now. It stays with you.")
        cards.keep_second_readers_apart(turn, case)
        cards.refresh(turn, case)
    else:
        found = assign.choice(turn, case, besides=(former.id,)).member_id
        if found is None:
            case.track = track
            _nobody(turn, case)
            return
        reader = turn.session.get_one(Member, found)
        _move(turn, case, former, reader)
    turn.leave(reference)
    _tell_writer(turn, case, reader)
    kept = reader.id == former.id
    audit.note(turn.session, "made_private", turn.now, by=former, about=case, kept=kept)


def _narrow(turn: Turn, case: Case) -> None:
    """Nobody else may know, nothing links it, silence never closes it, and it is pressing."""
    case.share = ONLY_MEMBER
    bundles.leave(turn.session, case)
    there = scene_of(turn.session, cases.writer(turn.session, case), turn.charter, turn.now)
    not_released.stop(there, case)
    if case.state == ANSWERED:
        case.closes_at = None
    if case.urgency not in sort.PRESSING:
        case.urgency = sort.PRESSING[-1]
        dates.sooner(case, turn.charter, turn.now)


def _move(turn: Turn, case: Case, former: Member, reader: Member) -> None:
    """The focal person gets the card; everybody else's chat is emptied of it."""
    _narrow(turn, case)
    case.routed_why = list(assign.choice(turn, case, besides=(former.id,)).why)
    case.excluded = sorted({*case.excluded, former.id})
    for member in {former, *members.who_saw(turn.session, case.id)} - {reader}:
        cards.lose_sight(turn, case, member)
    assign.give(turn, case, reader, "made_private", state=case.state)
    turn.say(
        turn.tongue(
            "🔒 {reference} is private now. A focal person reads it. You do not see it any more.",
            reference=shown(turn, case),
        )
    )


def _nobody(turn: Turn, case: Case) -> None:
    """The truth, and a word to those who can name a focal person: the number only."""
    reference = shown(turn, case)
    turn.leave(case.reference)
    turn.say(
        turn.tongue(
            "⚠️ No focal person can read {reference} now. It stays with you. "
            "Please show it to nobody. The chair and the operator are told.",
            reference=reference,
        ),
        case_id=case.id,
    )
    cards.alert(turn, "no_focal_person", reference=reference)
    besides = {*case.excluded, *case.subjects, turn.desk.id}
    for chair in members.chairs(turn.session, turn.now, besides):
        if chair.person_id != case.person_id:
            args: dict[str, Any] = {"reference": reference, "alias": turn.desk.alias}
            cards.tell(turn, chair, "no_focal", key=f"no_focal:{case.id}", **args)


def _tell_writer(turn: Turn, case: Case, reader: Member) -> None:
    """Who reads it now: not where they said when we may write, for a notice may betray them."""
    writer = cases.writer(turn.session, case)
    if writer.safety is None:
        there = scene_of(turn.session, writer, turn.charter, turn.now)
        there.say(only_focal(there, case, reader), case_id=case.id)
