"""You said, we did: whoever wrote about it is told what the council asked for and what came of it.

A few people at a time, each in a transaction that remembers that they were: whatever stops half-way
goes on where it stopped, and nobody is told twice.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.charter import Charter
from handlers.council.template_access import notify_about
from handlers.language import N_, Rich, Tongue
from handlers.messages import Outgoing
from handlers.told import shown
from handlers.turn import Scene
from storage import audit, members, outbox, released
from storage import proposals as store
from storage.model import PRIVATE, UNSENT, Case, Member, Outbox, Person, Proposal
from storage.outbox import Chat

TOGETHER = 25
"""So many people are told in one transaction."""
TOLD = "proposal_told"
ANSWERED: Mapping[str, str] = {
    "accepted": N_("The {service} said yes."),
    "partly": N_("The {service} said yes to a part of it."),
    "refused": N_("The {service} said no."),
}


def tell(session: Session, charter: Charter, now: datetime, upto: datetime) -> None:
    """The next people of the first proposal of which the writers are to be told."""
    proposal = store.to_tell(session, upto)
    if proposal is None:
        return
    for person_id in store.untold(session, proposal, TOGETHER):
        _settle(session, proposal, person_id, now)
    session.flush()
    if not store.untold(session, proposal, 1):
        _done(session, proposal, now)


def _settle(session: Session, proposal: Proposal, person_id: int, now: datetime) -> None:
    """One person: told once, however many requests they had; or left out, for good."""
    # the person first, then their requests, as whatever they do themselves
    person = session.scalar(select(Person).where(Person.id == person_id).with_for_update())
    if person is None:
        return
    parts = store.parts_of(session, proposal, person)
    is_new = all(part.told_at is None for part, _ in parts)
    for part, _ in parts:
        part.told_at = part.told_at or now
    case = next((case for _, case in parts if case.track != PRIVATE), None)
    if case is None or person.stopped_at is not None or not is_new:
        return
    send(session, proposal.id, person, case, now)
    audit.note(session, "proposal_outcome_told", now, about=case, proposal=proposal.id)


def send(session: Session, number: int, person: Person, case: Case, now: datetime) -> None:
    """What came of the proposal of this number is on its way to the chat where the request is."""
    outbox.add(
        session,
        Chat.of(person),
        "outcome",
        now,
        args={"number": number},
        case_id=case.id,
        key=f"outcome:{number}",
    )


def on_its_way(session: Session, case: Case) -> list[int]:
    """Of which proposals its writer is just being told something, and has not been yet."""
    waiting = select(Outbox).where(
        Outbox.case_id == case.id, Outbox.show == "outcome", Outbox.state.in_(UNSENT)
    )
    return [row.args["number"] for row in session.scalars(waiting)]


def _done(session: Session, proposal: Proposal, now: datetime) -> None:
    """Everybody is: the chair and its author hear how many that were."""
    proposal.told_at = now
    count = store.told(session, proposal)
    author = session.get(Member, proposal.author_id) if proposal.author_id else None
    concerned = {seat.id: seat for seat in members.chairs(session, now)}
    if author is not None and members.sits(author):
        concerned[author.id] = author
    for member in concerned.values():
        notify_about(session, member, TOLD, proposal.id, now, people=count)


def draw(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """In the language its reader has now; nothing of what is private meanwhile."""
    proposal = store.find(scene.session, row.args["number"])
    if proposal is None or not proposal.outcome or case is None or case.track == PRIVATE:
        return None
    is_known = bool(released.sent_of_person(scene.session, case.person_id))
    number = shown(scene, case)
    return Outgoing(text=text(scene.tongue, scene.charter, proposal, number, is_known=is_known))


def text(
    t: Tongue, charter: Charter, proposal: Proposal, reference: str, *, is_known: bool = False
) -> Rich:
    """What they wrote about, what was asked, what the Service said, and what the council says.

    Of whoever let the Service read a text of theirs it is not said that it does not know them.
    """
    words = proposal.outcome or {}
    return Rich(
        "\n".join(
            [
                t("📣 <b>You said, we did</b> · {reference}", reference=reference),
                t("You wrote to us about: {concerns}", concerns=_in(t, charter, proposal.concerns)),
                t(
                    "The council asked the {service}: {asked}",
                    asked=_in(t, charter, proposal.asked),
                ),
                t(ANSWERED[proposal.state]),
                t("The council says: {words}", words=_in(t, charter, words)),
                *(() if is_known else (t("Nobody told the {service} who you are."),)),
            ]
        )
    )


def _in(t: Tongue, charter: Charter, texts: Mapping[str, str]) -> Rich:
    """In their language; else in a related one, in English, or in whatever there is."""
    near = (t.code, *charter.related.get(t.code, ()), "en")
    found = next((texts[code] for code in near if code in texts), next(iter(texts.values()), ""))
    return t.written(found)
