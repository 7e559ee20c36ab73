"""Stopping a writer: wished by a member, decided by the chair, never where words speak of danger."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.charter import Charter
from handlers.council import cards, chair, desk, history
from handlers.language import N_, Rich
from handlers.messages import Choice, Outgoing
from handlers.migrant import follow
from handlers.migrant.banned import LASTS, WHYS, deciders, tell
from handlers.rules.safety import look
from handlers.screens import Screen
from handlers.told import shown
from handlers.turn import Scene, Turn, scene_of
from storage import audit, bans, cases, members
from storage.model import ORDINARY, Ban, Case, Entry, Member, Outbox, Person

LISTED = 9
ANSWERS: Mapping[str, Mapping[str, str]] = {
    bans.WISHED: {"stop": bans.IN_FORCE, "no": bans.REFUSED},
    bans.APPEALED: {"keep": bans.CONFIRMED, "lift": bans.LIFTED},
}
"""What a decision makes of a wish, and of an appeal."""
DECIDED = {
    bans.REFUSED: N_("🚫 {reference}: the chair does not stop the writer."),
    bans.IN_FORCE: N_("🚫 {reference}: the writer is stopped for {days} days."),
}


def ask(turn: Turn, reference: str) -> None:
    """The button on a card: why?"""
    case = desk.mine(turn, reference, "ban")
    if case and (asked := reasons(turn, reference)):
        turn.ask(asked)


def reasons(scene: Scene, reference: str) -> Screen | None:
    """The reasons for which a writer can be stopped."""
    t = scene.tongue
    case = desk.readable(scene, reference, "ban")
    if case is None:
        return None
    return Screen(
        name="ban_why",
        text=t(
            "🚫 Why should the writer of {reference} be stopped? The chair decides.",
            reference=shown(scene, case),
        ),
        choices=tuple(
            Choice(t(label), f"banwish:{reference}:{why}") for why, label in WHYS.items()
        ),
        zero=Choice(t("Back"), f"open:{reference}"),
        args={"reference": reference},
        case_id=case.id,
    )


def wish(turn: Turn, reference: str, why: str) -> None:
    """A member wishes it: the chair is told, once for all that waits."""
    case = desk.mine(turn, reference, "ban")
    if case is None:
        return
    if why not in WHYS:
        turn.toast = follow.stale(turn)
        return
    turn.leave(reference)
    cases.writer(turn.session, case)  # locked: two members may wish it at once
    if case.track != ORDINARY or speaks_of_danger(turn.session, case.person_id, case):
        turn.say(turn.tongue("⚠️ The writer speaks of danger: they cannot be stopped."))
        return
    if not bans.is_known(turn.session, case.person_id):
        ban = Ban(
            person_id=case.person_id,
            wished_by=turn.desk.id,
            why=why,
            state=bans.WISHED,
            at=turn.now,
        )
        turn.session.add(ban)
        turn.session.flush()
        audit.note(turn.session, "ban_wished", turn.now, by=turn.desk, about=case, why=why)
        tell(turn, ban)
    turn.say(turn.tongue("🚫 The chair is asked to stop the writer."))


def speaks_of_danger(session: Session, person_id: int, case: Case | None = None) -> bool:
    """Whether they ever wrote words of danger, or something private; in one request, or in any."""
    theirs = select(Case).where(Case.person_id == person_id)
    if case is not None:
        theirs = theirs.where(Case.id == case.id)
    for one in session.scalars(theirs):
        texts = select(Entry.text).where(Entry.case_id == one.id)
        wrote = texts.where(Entry.kind.in_(("message", "edit")))
        if one.track != ORDINARY or any(
            look(text, one.language).level for text in session.scalars(wrote)
        ):
            return True
    return False


def mine(scene: Scene) -> list[Ban]:
    """What waits for the decision of the member whose chat this is."""
    return [
        ban
        for ban in bans.waiting(scene.session)
        if scene.chat.member_id in {one.id for one in deciders(scene.session, ban, scene.now)}
    ]


def bans_wait(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """To the chair: how much waits; nothing where it was decided meanwhile."""
    count = len(mine(scene))
    if not count:
        return None
    t = scene.tongue
    return Outgoing(
        text=t.plural(
            "🚫 {count} decision about stopping a writer waits for you.",
            "🚫 {count} decisions about stopping a writer wait for you.",
            count,
        ),
        choices=((Choice(t("Show"), "bans"),),),
    )


def show(turn: Turn) -> None:
    """Everything that waits for their decision."""
    turn.ask(listing(turn))


def listing(scene: Scene) -> Screen:
    """Wishes and appeals, oldest first."""
    t = scene.tongue
    waiting = mine(scene)[:LISTED]
    return Screen(
        name="bans",
        text=t("🚫 <b>Stopping a writer</b>: choose one.")
        if waiting
        else t("🚫 No decision about stopping a writer waits for you."),
        choices=tuple(
            Choice(
                t("Appeal: {reference}", reference=_number(scene, ban))
                if ban.state == bans.APPEALED
                else t("Wish: {reference}", reference=_number(scene, ban)),
                f"banshow:{ban.id}",
            )
            for ban in waiting
        ),
        zero=Choice(t("Back"), "chair" if chair.chairing(scene) else "desk"),
    )


def show_one(turn: Turn, ban_id: str) -> None:
    """One of them."""
    asked = one(turn, ban_id)
    if asked is None:
        turn.toast = follow.stale(turn)
        show(turn)
    else:
        turn.ask(asked)


def one(scene: Scene, ban_id: str) -> Screen | None:
    """What is wished and why, or what the writer says about it; and what can be decided."""
    ban = _decidable(scene, ban_id)
    if ban is None:
        return None
    appealed = ban.state == bans.APPEALED
    return Screen(
        name="ban",
        text=_appeal(scene, ban) if appealed else _wish(scene, ban),
        choices=tuple(
            Choice(label, f"bansay:{ban.id}:{answer}") for label, answer in _answers(scene, ban)
        ),
        zero=Choice(scene.tongue("Back"), "bans"),
        args={"ban_id": ban_id},
        protect=True,
    )


def _answers(scene: Scene, ban: Ban) -> list[tuple[Rich, str]]:
    t = scene.tongue
    if ban.state == bans.APPEALED:
        return [(t("The stop stays"), "keep"), (t("Lift the stop"), "lift")]
    stop = [(t("🚫 Stop for {days} days", days=LASTS.days), "stop")]
    danger = speaks_of_danger(scene.session, ban.person_id)
    return [*([] if danger else stop), (t("No"), "no")]


def _wish(scene: Scene, ban: Ban) -> Rich:
    t = scene.tongue
    lines = [
        t(
            "🚫 <b>{reference}</b>: {alias} asks to stop its writer.",
            reference=_number(scene, ban),
            alias=_alias(scene, ban.wished_by),
        ),
        t("Why: {why}.", why=t(WHYS[ban.why])),
        t("⚠️ The writer speaks of danger: they cannot be stopped.")
        if speaks_of_danger(scene.session, ban.person_id)
        else t("No words of danger were found."),
        t("Words of danger are always taken. The writer is told why and can appeal."),
    ]
    return Rich("\n".join(lines))


def _appeal(scene: Scene, ban: Ban) -> Rich:
    t = scene.tongue
    words = t.written(history.hidden(scene, ban.appeal or ""))
    lines = [
        t(
            "📨 <b>{reference}</b>: its writer was stopped and appeals.",
            reference=_number(scene, ban),
        ),
        t("Why: {why}.", why=t(WHYS[ban.why])),
        t(
            "Wished by {wished}, decided by {decided}.",
            wished=_alias(scene, ban.wished_by),
            decided=_alias(scene, ban.decided_by),
        ),
        Rich(f"<blockquote>{words}</blockquote>"),
    ]
    return Rich("\n".join(lines))


def decide(turn: Turn, ban_id: str, answer: str) -> None:
    """The decision; where words speak of danger the rule decides."""
    ban = _decidable(turn, ban_id)
    state = ANSWERS.get(ban.state, {}).get(answer) if ban else None
    if ban is None or state is None:
        turn.toast = follow.stale(turn)
        return
    t = turn.tongue
    if state == bans.IN_FORCE and speaks_of_danger(turn.session, ban.person_id):
        state = bans.REFUSED
        turn.say(t("⚠️ The writer speaks of danger: they cannot be stopped."))
    appealed = ban.state == bans.APPEALED
    ban.state = state
    if appealed:
        ban.appeal = None  # it was read
    else:
        ban.decided_by, ban.decided_at = turn.desk.id, turn.now
    turn.session.flush()
    person = turn.session.get_one(Person, ban.person_id)
    what = "ban_appeal_decided" if appealed else "ban_decided"
    audit.note(turn.session, what, turn.now, by=turn.desk, about=person, state=state, why=ban.why)
    if appealed:
        _tell_writer(turn, ban, person)
    else:
        _tell_wisher(turn, ban)
    turn.say(t("✔️ Decided."))
    show(turn)


def _tell_writer(turn: Turn, ban: Ban, person: Person) -> None:
    """What became of the appeal that they wrote."""
    there = scene_of(turn.session, person, turn.charter, turn.now)
    t = there.tongue
    if ban.state == bans.LIFTED:
        there.say(t("📨 Your appeal was read. You can write to the council again."))
    else:
        assert ban.decided_at is not None
        day = t.day(ban.decided_at + LASTS)
        there.say(t("📨 Your appeal was read. The stop stays until {day}.", day=day))


def _tell_wisher(turn: Turn, ban: Ban) -> None:
    wisher = turn.session.get(Member, ban.wished_by) if ban.wished_by else None
    if wisher is not None and members.sits(wisher) and wisher.id != turn.desk.id:
        cards.tell(turn, wisher, "ban_decided", ban=ban.id)


def ban_decided(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """To the member who wished it."""
    ban = scene.session.get(Ban, row.args["ban"])
    if ban is None or ban.state not in DECIDED:
        return None
    text = scene.tongue(DECIDED[ban.state], reference=_number(scene, ban), days=LASTS.days)
    return Outgoing(text=text)


def end(session: Session, charter: Charter, now: datetime, upto: datetime) -> None:
    """Its time is over: what they write is taken again."""
    for ban in bans.over(session, upto):
        ban.state = bans.LIFTED
        person = session.get_one(Person, ban.person_id)
        audit.note(session, "ban_over", now, about=person)


def ends_at(since: datetime, charter: Charter) -> datetime:
    """When a ban that was decided then is over."""
    return since + LASTS


def _decidable(scene: Scene, ban_id: str) -> Ban | None:
    """What a button names, if whoever's chat this is decides it now."""
    ban = bans.locked(scene.session, ban_id)
    if ban is None or ban.state not in bans.WAITS:
        return None
    deciding = {one.id for one in deciders(scene.session, ban, scene.now)}
    return ban if scene.chat.member_id in deciding else None


def _number(scene: Scene, ban: Ban) -> str:
    case = bans.about(scene.session, ban)
    return shown(scene, case) if case is not None else "—"


def _alias(scene: Scene, member_id: int | None) -> str:
    member = scene.session.get(Member, member_id) if member_id else None
    return member.alias.split("·")[0] if member else "—"
