"""What the chair sees: how the whole queue stands, in numbers, references, aliases and dates."""

from sqlalchemy import func, select

from handlers.council import card
from handlers.language import Rich
from handlers.messages import Choice
from handlers.rules.topics import TOPICS
from handlers.screens import Screen
from handlers.told import shown
from handlers.turn import Scene, Turn
from storage import health, members, proposals
from storage.model import Ban, Case, Member, Template

LISTED = 8
LISTS = ("late", "none")


def chairing(scene: Scene) -> Member | None:
    """The member whose chat this is, if they act as the chair now."""
    deciding = members.chairs(scene.session, scene.now)
    return next((seat for seat in deciding if seat.id == scene.chat.member_id), None)


def is_chairing(turn: Turn) -> bool:
    """Whether whoever did this acts as the chair now; everybody else hears a polite no."""
    if chairing(turn) is not None:
        return True
    turn.toast = turn.tongue("This is for the chair only.")
    return False


def show(turn: Turn, part: str = "", page: str = "0") -> None:
    """The queue, or a part of it."""
    if not is_chairing(turn):
        return
    asked = parts(turn, part, page) if part in (*LISTS, "load") else queue(turn)
    if asked is not None:
        turn.ask(asked)


def queue(scene: Scene) -> Screen | None:
    """How the whole queue stands."""
    seat = chairing(scene)
    if seat is None:
        return None
    t = scene.tongue
    counts = health.queue(scene.session, seat, scene.now)
    lines = [
        t("🪑 <b>The whole queue</b>"),
        t("Open: {open} · not read yet: {unread}", open=counts.open, unread=counts.unread),
        t("🔴 Late: {late}", late=counts.late),
        t("Without a reader: {count}", count=counts.without_reader),
        t("Waiting for the writer: {count}", count=counts.asked),
        t("Answered in 7 days: {count}", count=counts.answered),
        t("🔒 Private, seen by focal persons only: {count}", count=counts.private),
    ]
    return Screen(
        name="chair",
        text=Rich("\n".join(lines)),
        choices=(
            Choice(t("🔴 Late ones"), "chair:late"),
            Choice(t("Without a reader"), "chair:none"),
            Choice(t("📊 Load"), "chair:load"),
            Choice(t("⚖️ Conflicts"), "conflicts"),
            Choice(t("👥 Members"), "members"),
            Choice(t("📊 Digest"), "digest"),
            *_waiting_for_the_chair(scene),
        ),
        zero=Choice(t("My desk"), "desk"),
        columns=2,
    )


def _waiting_for_the_chair(scene: Scene) -> list[Choice]:
    """Templates and bans, where there is something to decide."""
    proposed = select(func.count()).where(Template.state == "proposed")
    wished = select(func.count()).where(Ban.state.in_(("wished", "appealed")))
    t, found = scene.tongue, []
    if count := scene.session.scalar(proposed):
        found.append(Choice(t("📋 Templates: {count}", count=count), "approvals"))
    if count := scene.session.scalar(wished):
        found.append(Choice(t("🚫 Bans: {count}", count=count), "bans"))
    if waiting := proposals.to_do(scene.session):
        found.append(Choice(t("📮 Proposals: {count}", count=waiting), "proposals"))
    return found


def parts(scene: Scene, part: str = "late", page: str = "0") -> Screen | None:
    """The late ones, those without a reader, or what waits on whom."""
    seat = chairing(scene)
    if seat is None:
        return None
    if part == "load":
        return load(scene)
    found = (
        health.late(scene.session, seat, scene.now)
        if part == "late"
        else health.without_reader(scene.session, seat)
    )
    return _listed(scene, found, part, int(page) if page.isdecimal() and len(page) < 4 else 0)


def _listed(scene: Scene, found: list[Case], part: str, page: int) -> Screen:
    t = scene.tongue
    here = found[page * LISTED : (page + 1) * LISTED]
    title = t("🔴 <b>Late</b>") if part == "late" else t("<b>Without a reader</b>")
    lines = [title, *(line(scene, case) for case in here)]
    if not here:
        lines.append(t("None."))
    turning = []
    if page:
        turning.append(Choice(t("◀ Back"), f"chair:{part}:{page - 1}"))
    if len(found) > (page + 1) * LISTED:
        turning.append(Choice(t("More ▶"), f"chair:{part}:{page + 1}"))
    return Screen(
        name="chair_list",
        text=Rich("\n".join(lines)),
        choices=(
            *(Choice(card.button(scene, case), f"give:{case.reference}") for case in here),
            *turning,
        ),
        zero=Choice(t("Back"), "chair"),
        args={"part": part, "page": str(page)},
        protect=True,
    )


def line(scene: Scene, case: Case) -> Rich:
    """A request without a word of it: number, class, topic, reader, date."""
    t = scene.tongue
    reader = scene.session.get(Member, case.responsible_id) if case.responsible_id else None
    due = case.answer_by_at if case.taken_at else case.read_by_at
    return t.fill(
        "{dot} {reference} · {urgency} · {topic} · {alias} · {moment}",
        dot=Rich(card.DOTS[case.urgency]),
        reference=shown(scene, case),
        urgency=case.urgency,
        topic=t(TOPICS[case.topic or "other"].label),
        alias=reader.alias if reader is not None else Rich("—"),
        moment=t.moment(due) if due is not None else Rich("—"),
    )


def load(scene: Scene) -> Screen | None:
    """What waits on each member, how much of it is late, and how much they take."""
    seat = chairing(scene)
    if seat is None:
        return None
    t = scene.tongue
    lines = [t("📊 <b>Load</b>: open, late, limit")]
    for one in health.load(scene.session, seat, scene.now):
        away = Rich("") if members.is_there(scene.session, one.member, scene.now) else Rich(" 🌙")
        lines.append(
            t.fill(
                "{alias}{away}: {open} · {late} · {cap}",
                alias=one.member.alias,
                away=away,
                open=one.open,
                late=one.late,
                cap=scene.charter.open_cap if one.member.cap is None else one.member.cap,
            )
        )
    return Screen(
        name="chair_list",
        text=Rich("\n".join(lines)),
        zero=Choice(t("Back"), "chair"),
        args={"part": "load"},
    )
