"""Who is responsible for a case: chosen by the rules, told to everyone it concerns."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from handlers import dates
from handlers.council import cards
from handlers.language import Rich
from handlers.migrant import safety
from handlers.rules import references
from handlers.rules.routing import Candidate, Choice, Need, choose
from handlers.told import reader, who_reads
from handlers.turn import Scene
from storage import audit, members
from storage.model import CLOSED, OPEN, UNREAD_CHOICE, Case, Member

URGENT = ("P1", "P2")
"""Classes that wait for nobody who is away."""
KEPT_BESIDES_OPEN = ("state", "answered_at", "closes_at", "paused_at", "taken_at", "answer_by_at")


def candidates(scene: Scene, case: Case) -> list[Candidate]:
    """Everyone seated, as the routing rules see them."""
    return [
        Candidate(
            id=seat.id,
            role=_role(seat),
            languages=frozenset(seat.languages),
            topics=frozenset(seat.topics),
            present=seat.away_until is None or seat.away_until <= scene.now,
            open_cases=members.open_cases(scene.session, seat),
            waiting_since=seat.last_given_at,
            in_conflict=seat.id in case.excluded or seat.id in case.subjects,
            is_author=seat.person_id == case.person_id,
            cap=seat.cap,
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
    )
    everyone = [
        replace(one, open_cases=one.open_cases + (more or {}).get(one.id, 0))
        for one in candidates(scene, case)
    ]
    return choose(need, everyone, scene.charter.open_cap, scene.charter.related, prefer)


def assign(
    scene: Scene, case: Case, *, besides: Collection[int] = (), prefer: int | None = None
) -> Member | None:
    """Make one person responsible and give them the card; None: nobody may read it.

    A private case then waits for its writer's own choice; an ordinary one for the first member.
    """
    chosen = choice(scene, case, besides, prefer)
    case.routed_why = list(chosen.why)
    if chosen.member_id is None:
        case.responsible_id = None
        case.state = UNREAD_CHOICE if case.track == "private" else OPEN
        dates.next_stage(case, scene.charter)
        cards.alert(scene, "nobody_responsible", case_id=case.id)
        return None
    return give(scene, case, scene.session.get_one(Member, chosen.member_id))


def give(scene: Scene, case: Case, member: Member, news: str = "") -> Member:
    """Make this member responsible now; they get the card as a new message."""
    case.responsible_id, case.state = member.id, OPEN
    member.last_given_at = scene.now
    dates.promise(case, scene.charter, scene.now)
    cards.fresh(scene, case, news)
    return member


def move_on(
    scene: Scene,
    case: Case,
    state: str,
    *,
    besides: Collection[int] = (),
    prefer: int | None = None,
) -> Member | None:
    """Give a case of somebody who cannot keep it to another; its writer is told who reads it.

    An answered, asked or closed case keeps its state: only its reader changes.
    """
    if state == CLOSED:
        case.responsible_id = None
        return None
    kept = {name: getattr(case, name) for name in KEPT_BESIDES_OPEN}
    found = assign(scene, case, besides=besides, prefer=prefer)
    if found is not None and state != OPEN:
        for name, value in kept.items():
            setattr(case, name, value)
        dates.next_stage(case, scene.charter)
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
