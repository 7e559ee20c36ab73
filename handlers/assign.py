"""Who is responsible for a case: chosen by the rules, told to everyone it concerns."""

from collections.abc import Collection

from handlers import dates
from handlers.council import cards
from handlers.language import Rich
from handlers.migrant import safety
from handlers.rules import references
from handlers.rules.routing import Candidate, Choice, Need, choose
from handlers.told import reader, who_reads
from handlers.turn import Scene
from storage import members
from storage.model import CLOSED, OPEN, UNREAD_CHOICE, Case, Entry, Member

KEPT_BESIDES_OPEN = ("state", "answered_at", "closes_at", "paused_at", "taken_at", "answer_by_at")


def candidates(scene: Scene, case: Case) -> list[Candidate]:
    """Everyone seated, as the routing rules see them."""
    return [
        Candidate(
            id=seat.id,
            role=seat.role,
            languages=frozenset(seat.languages),
            topics=frozenset(seat.topics),
            present=seat.away_until is None or seat.away_until <= scene.now,
            open_cases=members.open_cases(scene.session, seat),
            waiting_since=seat.last_given_at,
            in_conflict=seat.id in case.excluded,
            is_author=seat.person_id == case.person_id,
        )
        for seat in members.seated(scene.session)
    ]


def choice(scene: Scene, case: Case, besides: Collection[int] = ()) -> Choice:
    """Who would become responsible now, and why."""
    need = Need(
        track=case.track,
        language=case.language,
        topic=case.topic,
        excluded=frozenset(case.excluded) | frozenset(besides),
    )
    return choose(need, candidates(scene, case), scene.charter.open_cap, scene.charter.related)


def assign(scene: Scene, case: Case, *, besides: Collection[int] = ()) -> Member | None:
    """Make one person responsible and give them the card; None: nobody may read it.

    A private case then waits for its writer's own choice; an ordinary one for the first member.
    """
    chosen = choice(scene, case, besides)
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
    if case.responsible_id not in (None, member.id):
        handed = Entry(case_id=case.id, kind="event", member_id=member.id, text="handed_over")
        handed.at = scene.now
        scene.session.add(handed)
    case.responsible_id, case.state = member.id, OPEN
    member.last_given_at = scene.now
    dates.promise(case, scene.charter, scene.now)
    cards.fresh(scene, case, news)
    return member


def move_on(scene: Scene, case: Case, state: str) -> Member | None:
    """Give a case of somebody who cannot keep it to another; its writer is told who reads it.

    An answered, asked or closed case keeps its state: only its reader changes.
    """
    if state == CLOSED:
        case.responsible_id = None
        return None
    kept = {name: getattr(case, name) for name in KEPT_BESIDES_OPEN}
    found = assign(scene, case)
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
