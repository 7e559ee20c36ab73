"""Who is responsible for a case: chosen by the rules, told to everyone it concerns."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers import dates
from handlers.charter import Charter
from handlers.council import access, cards
from handlers.language import Rich
from handlers.migrant import safety
from handlers.rules import references
from handlers.rules.routing import Candidate, Choice, Need, choose
from handlers.told import reader, who_reads
from handlers.turn import Scene, scene_of
from storage import audit, bundles, cases, members
from storage.model import CLOSED, OPEN, UNREAD_CHOICE, Case, Entry, Member

URGENT = ("P1", "P2")
"""Classes that wait for nobody who is away."""


def candidates(scene: Scene, case: Case) -> list[Candidate]:
    """Everyone seated, as the routing rules see them."""
    concerned = access.concerned(scene.session, case.subjects)
    return [
        Candidate(
            id=seat.id,
            role=_role(seat),
            languages=frozenset(seat.languages),
            topics=frozenset(seat.topics),
            present=members.is_there(scene.session, seat, scene.now),
            open_cases=members.open_cases(scene.session, seat),
            waiting_since=seat.last_given_at,
            in_conflict=seat.id in case.excluded or seat.id in concerned,
            is_author=seat.person_id == case.person_id,
            cap=seat.cap,
            is_focal=members.is_focal(seat),
        )
        for seat in members.seated(scene.session)
    ]


def _role(seat: Member) -> str:
    return "acting" if seat.is_acting and seat.role in ("member", "focal") else seat.role


def choice(
    scene: Scene,
    case: Case,
    besides: Collection[int] = (),
    prefer: int | None = None,
    more: Mapping[int, int] | None = None,
) -> Choice:
    """Who would become responsible now, and why; `prefer` comes first, if the rules allow it.

    `more` are requests that some would be given before this one.
    """
    need = Need(
        track=case.track,
        language=case.language,
        topic=case.topic,
        excluded=frozenset(case.excluded) | frozenset(besides),
        about_chair=access.about_chair(scene.session, case),
    )
    everyone = [
        replace(one, open_cases=one.open_cases + (more or {}).get(one.id, 0))
        for one in candidates(scene, case)
    ]
    return choose(need, everyone, scene.charter.open_cap, scene.charter.related, prefer)


def assign(
    scene: Scene,
    case: Case,
    *,
    besides: Collection[int] = (),
    prefer: int | None = None,
    state: str = OPEN,
) -> Member | None:
    """Make one person responsible and give them the card; None: nobody may read it.

    A private case then waits for its writer's own choice; an ordinary one for the first member.
    `state` is what the case goes on in: only an open one has a clock.
    """
    chosen = choice(scene, case, besides, prefer)
    case.routed_why = list(chosen.why)
    if chosen.member_id is None:
        bundles.leave(scene.session, case)
        case.responsible_id = None
        case.state = UNREAD_CHOICE if case.track == "private" else OPEN
        dates.withdrawn(case, scene.now)
        cards.alert(scene, "nobody_responsible", case_id=case.id)
        return None
    found = scene.session.get_one(Member, chosen.member_id)
    if not members.still_sits(scene.session, found):  # they just left
        return assign(scene, case, besides=besides, prefer=prefer, state=state)
    return give(scene, case, found, state=state)


def give(scene: Scene, case: Case, member: Member, news: str = "", *, state: str = OPEN) -> Member:
    """Make this member responsible now; they get the card as a new message.

    Whatever its writer was told stays true: the dates do not begin anew.
    """
    if case.responsible_id != member.id:
        bundles.leave(scene.session, case)
    if case.responsible_id not in (None, member.id):
        handed = Entry(case_id=case.id, kind="event", member_id=member.id, text="handed_over")
        handed.at = scene.now
        scene.session.add(handed)
    case.responsible_id, case.state = member.id, state
    member.last_given_at = scene.now
    if state == OPEN:
        dates.given(case, scene.charter, scene.now)
    audit.note(scene.session, "given", scene.now, by=member, about=case, state=state)
    cards.fresh(scene, case, news)
    return member


def move_on(
    scene: Scene,
    case: Case,
    state: str,
    to: Member | None = None,
    *,
    besides: Collection[int] = (),
    prefer: int | None = None,
) -> Member | None:
    """Give a case of somebody who cannot keep it to another; its writer is told who reads it.

    An answered, asked or closed case keeps its state: only its reader changes. Who that is follows
    from the rules, unless one is named.
    """
    if state == CLOSED:
        case.responsible_id = None
        return None
    found = (
        assign(scene, case, besides=besides, prefer=prefer, state=state)
        if to is None
        else give(scene, case, to, state=state)
    )
    if found is None:
        told_nobody(scene, case)
        return None
    scene.say(
        scene.tongue(
            "🔁 <b>{reference}</b>: another council member looks after it now.\n{who}",
            reference=references.shown(case.reference, scene.charter.prefix),
            who=who_reads(scene, case, found),
        ),
        case_id=case.id,
    )
    return found


def keep_apart(session: Session, charter: Charter, now: datetime) -> int:
    """Take complaints from readers whom they have come to concern; returns how many those were.

    To be called when somebody becomes the chair, or stands in for somebody else from now on.
    """
    moved = 0
    for case in cases.about_members(session):
        reader = session.get(Member, case.responsible_id)
        scene = scene_of(session, cases.writer(session, case), charter, now)
        cards.keep_second_readers_apart(scene, case)
        if reader is None or access.allowed(session, reader, case):
            continue
        cards.lose_sight(scene, case, reader)
        move_on(scene, case, case.state)
        moved += 1
    return moved


def instead_of_absent(scene: Scene, case: Case) -> None:
    """Its writer did something: what cannot wait until its reader is back goes to another."""
    absent = cards.responsible(scene, case)
    if absent is None or members.is_present(absent, scene.now) or case.state != OPEN:
        return
    assert absent.away_until is not None
    due = case.answer_by_at is not None and case.answer_by_at < absent.away_until
    if not due and case.urgency not in URGENT:
        return
    besides, prefer = {absent.id}, absent.substitute_id
    if choice(scene, case, besides, prefer).member_id is None:
        return  # nobody else may read it
    cards.lose_sight(scene, case, absent)
    found = move_on(scene, case, OPEN, besides=besides, prefer=prefer)
    to = audit.number(scene.session, found) if found else None
    audit.note(scene.session, "handed_on", scene.now, about=case, why="away", to=to)


def told_nobody(scene: Scene, case: Case) -> bool:
    """Where nobody may read a case any more, tell its writer the truth; true if that was so.

    A private one needs their choice. Whoever did not just write to us may have another question
    open: then theirs has buttons and no numbers.
    """
    if cards.responsible(scene, case) is not None:
        return False
    number = scene.tongue.fill(
        "<b>{reference}</b>", reference=references.shown(case.reference, scene.charter.prefix)
    )
    scene.say(Rich("\n".join([number, *reader(scene, case, None)])), case_id=case.id)
    if case.state != UNREAD_CHOICE:
        return True
    choice = safety.nobody_private(scene, case.reference)
    if scene.direct:
        scene.ask(choice)
    else:
        scene.say(choice.outgoing(scene.tongue, numbers=False), case_id=case.id)
    return True
