"""The members of the council before the chair: offices, limits, suspending, letting go."""

from collections.abc import Callable

from handlers.council import chair, offices
from handlers.language import N_, Rich
from handlers.messages import Choice
from handlers.rules.topics import TOPICS
from handlers.screens import Screen
from handlers.turn import Scene, Turn
from storage import audit, members
from storage.model import Member

ROLES = {
    "member": N_("member"),
    "chair": N_("chair"),
    "focal": N_("focal person"),
    "outside": N_("contact outside"),
}
CAPS = (0, 5, 10, 15, 20, 30)
"""How many open requests somebody takes; the council's own number besides."""


def show(turn: Turn) -> None:
    """Everybody in the council."""
    if chair.is_chairing(turn) and (asked := everybody(turn)):
        turn.ask(asked)


def everybody(scene: Scene) -> Screen | None:
    """Who sits in it, who is suspended, and the way in."""
    if chair.chairing(scene) is None:
        return None
    t = scene.tongue
    seats = [*members.seated(scene.session, *ROLES), *members.suspended(scene.session)]
    seats = [seat for seat in dict.fromkeys(seats) if seat.role in ROLES]
    invited = len(members.pending(scene.session, scene.now))
    return Screen(
        name="members",
        text=t.plural("👥 <b>{count} member</b>", "👥 <b>{count} members</b>", len(seats)),
        choices=(
            *(Choice(_label(scene, seat), f"seat:{seat.id}") for seat in seats),
            Choice(t("➕ Invite"), "invite"),
            Choice(t("🔑 Confirm a code"), "code"),
            *((Choice(t("✉️ Invited: {count}", count=invited), "pending"),) if invited else ()),
        ),
        zero=Choice(t("Back"), "chair"),
    )


def _label(scene: Scene, seat: Member) -> str:
    sign = "⏸ " if seat.suspended_at else "🪑 " if seat.role == "chair" else ""
    t = scene.tongue
    return f"{sign}{t.isolated(seat.alias)} · {t(ROLES[seat.role])}"


def show_seat(turn: Turn, member_id: str) -> None:
    """One of them."""
    if not chair.is_chairing(turn):
        return
    asked = one(turn, member_id)
    if asked is None:
        refuse(turn)
    else:
        turn.ask(asked)


def one(scene: Scene, member_id: str) -> Screen | None:
    """A seat, and what the chair can do with it; nothing with their own."""
    seat = found(scene, member_id)
    if seat is None:
        return None
    t = scene.tongue
    return Screen(
        name="seat",
        text=described(scene, seat),
        choices=tuple(_possible(scene, seat)) if managed(scene, seat) else (),
        zero=Choice(t("Back"), "members"),
        args={"member_id": member_id},
    )


def described(scene: Scene, seat: Member) -> Rich:
    """A seat in a few lines."""
    t = scene.tongue
    offices_held = [t(ROLES.get(seat.role, ROLES["member"]))]
    if seat.is_acting:
        offices_held.append(t("stands in for the chair"))
    if seat.is_focal and seat.role != "focal":
        offices_held.append(t("reads private requests"))
    topics = [t(TOPICS[topic].label) for topic in seat.topics if topic in TOPICS]
    lines = [
        t.fill("🪑 <b>{alias}</b> · {offices}", alias=seat.alias, offices=t.listed(offices_held)),
        t("Languages: {languages}", languages=t.languages(seat.languages)),
        t("Topics: {topics}", topics=t.listed(topics) if topics else t("all")),
        t(
            "Open: {open}, takes at most {cap}",
            open=members.open_cases(scene.session, seat),
            cap=scene.charter.open_cap if seat.cap is None else seat.cap,
        ),
    ]
    if not members.is_present(seat, scene.now) and seat.away_until is not None:
        lines.append(t("🌙 Away until {moment}", moment=t.moment(seat.away_until)))
    if not members.is_reachable(scene.session, seat):
        lines.append(t("⏸ They closed or blocked this chat."))
    if seat.suspended_at is not None:
        lines.append(t("⏸ Suspended since {moment}", moment=t.moment(seat.suspended_at)))
    return Rich("\n".join(lines))


def managed(scene: Scene, seat: Member) -> bool:
    """Whether whoever is here decides about this seat: the chair, never about themselves.

    Whoever stands in does not decide about the chair: that is for an election.
    """
    deciding = chair.chairing(scene)
    return deciding is not None and seat.id != deciding.id and seat.role != "chair"


def _possible(scene: Scene, seat: Member) -> list[Choice]:
    t, number, offered = scene.tongue, seat.id, []
    if seat.suspended_at is not None:
        offered.append(Choice(t("✅ End the suspension"), f"lift:{number}"))
    else:
        if _names_acting(scene, seat):
            offered.append(
                Choice(t("No longer stands in"), f"acting:{number}:no")
                if seat.is_acting
                else Choice(t("Let them stand in for me"), f"acting:{number}:yes")
            )
        if seat.role == "member":
            offered.append(
                Choice(t("🔒 No private ones"), f"focal:{number}:no")
                if seat.is_focal
                else Choice(t("🔒 Let read private ones"), f"focal:{number}:yes")
            )
        offered.append(Choice(t("📊 How many they take"), f"cap:{number}"))
        offered.append(Choice(t("⏸ Suspend"), f"suspend:{number}", "danger"))
    offered.append(Choice(t("🚪 Let them go"), f"letgo:{number}", "danger"))
    return offered


def _names_acting(scene: Scene, seat: Member) -> bool:
    """Only the chair names who stands in for them."""
    deciding = chair.chairing(scene)
    return deciding is not None and deciding.role == "chair" and seat.role in members.COUNCIL


def found(scene: Scene, member_id: str) -> Member | None:
    if chair.chairing(scene) is None:
        return None
    seats = [*members.seated(scene.session), *members.suspended(scene.session)]
    named = (seat for seat in seats if str(seat.id) == member_id and seat.role in ROLES)
    return next(named, None)


def refuse(turn: Turn) -> None:
    turn.toast = turn.tongue("That is not possible now.")


def pressed(turn: Turn, member_id: str, *, suspended: bool | None = False) -> Member | None:
    """The seat, if whoever pressed decides about it now and it is in that state; else the button says no.

    Its row is locked: nobody else ends, rests or gives to it meanwhile.
    """
    if not chair.is_chairing(turn):
        return None
    seat = found(turn, member_id)
    if seat is None or not managed(turn, seat):
        refuse(turn)
        return None
    turn.session.refresh(seat, with_for_update=True)
    is_suspended = seat.suspended_at is not None
    if seat.left_at is not None or (suspended is not None and is_suspended != suspended):
        refuse(turn)
        return None
    return seat


def set_acting(turn: Turn, member_id: str, answer: str) -> None:
    """Who stands in for the chair."""
    seat = pressed(turn, member_id)
    if seat is None or not _names_acting(turn, seat) or answer not in ("yes", "no"):
        return
    change = offices.name_acting if answer == "yes" else offices.revoke_acting
    if seat.is_acting != (answer == "yes"):
        change(turn.session, turn.charter, seat, turn.now, turn.desk)
        offices.settle(turn.session, turn.charter, turn.now)
    again(turn, seat)


def set_focal(turn: Turn, member_id: str, answer: str) -> None:
    """Whether a member reads private requests besides."""
    seat = pressed(turn, member_id)
    if seat is None or seat.role != "member" or answer not in ("yes", "no"):
        return
    if seat.is_focal != (answer == "yes"):
        offices.set_focal(
            turn.session, turn.charter, seat, turn.now, turn.desk, is_focal=answer == "yes"
        )
    again(turn, seat)


def ask_cap(turn: Turn, member_id: str) -> None:
    """How many open requests they take?"""
    ask(turn, caps, member_id)


def caps(scene: Scene, member_id: str) -> Screen | None:
    """The numbers to choose from."""
    seat = found(scene, member_id)
    if seat is None or not managed(scene, seat):
        return None
    t = scene.tongue
    usual = t("As everybody: {count}", count=scene.charter.open_cap)
    return Screen(
        name="cap",
        text=t("📊 How many open requests does {alias} take?", alias=seat.alias),
        choices=(
            Choice(usual, f"capped:{seat.id}:usual"),
            *(Choice(str(number), f"capped:{seat.id}:{number}") for number in CAPS),
        ),
        zero=Choice(t("Back"), f"seat:{seat.id}"),
        args={"member_id": member_id},
    )


def set_cap(turn: Turn, member_id: str, answer: str) -> None:
    """So many."""
    seat = pressed(turn, member_id)
    wanted = next((number for number in CAPS if str(number) == answer), None)
    if seat is None or (wanted is None and answer != "usual"):
        return
    seat.cap = wanted
    audit.note(turn.session, "cap_set", turn.now, by=turn.desk, about=seat, cap=wanted)
    again(turn, seat)


def ask(turn: Turn, screen: Callable[[Scene, str], Screen | None], member_id: str) -> None:
    if not chair.is_chairing(turn):
        return
    asked = screen(turn, member_id)
    if asked is None:
        refuse(turn)
    else:
        turn.ask(asked)


def again(turn: Turn, seat: Member) -> None:
    turn.session.flush()
    turn.toast = turn.tongue("Done.")
    show_seat(turn, str(seat.id))
