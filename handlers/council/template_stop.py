"""A ready answer that is wrong is not offered from that moment; one that is old, from its day."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from handlers import dates
from handlers.charter import Charter
from handlers.council.template_access import EXPIRE, deciders, notify, proposer, their_scene
from handlers.council.template_dates import SOON
from handlers.council.templates import whole
from handlers.language import N_
from handlers.messages import Choice
from handlers.migrant import follow
from handlers.screens import Screen
from handlers.turn import Scene, Turn
from storage import audit, members, templates
from storage.model import Member, Template

WRONG: Mapping[str, str] = {
    "changed": N_("The rule has changed"),
    "never": N_("It was never right"),
    "words": N_("The words are wrong or unclear"),
}


def stop(turn: Turn, template_id: str, why: str = "") -> None:
    """A member says that it is wrong: nobody sends it any more; the chair and its author hear so."""
    template = templates.find(turn.session, template_id)
    offered = template is not None and templates.is_offered(template, turn.now)
    if template is None or not offered or proposer(turn) is None:
        turn.toast = follow.stale(turn)
        return
    if why not in WRONG:
        asked = reasons(turn, template_id)
        assert asked is not None
        turn.ask(asked)
        return
    template.state, template.expires_at = "expired", turn.now
    turn.session.flush()
    audit.note(
        turn.session, "answer_stopped", turn.now, by=turn.desk, template=template.id, why=why
    )
    concerned = {seat.id for seat in members.chairs(turn.session, turn.now)}
    for member_id in sorted(concerned | {template.proposed_by or 0}):
        there = their_scene(turn, member_id) if member_id != turn.desk.id else None
        if there is not None:
            t = there.tongue
            there.say(
                t(
                    "⛔ {alias} stopped the ready answer “{title}”: {why}.\n"
                    "Nobody sends it now. /templates",
                    alias=turn.desk.alias,
                    title=template.title,
                    why=t(WRONG[why]),
                )
            )
    turn.toast = turn.tongue("⛔ It is not sent any more.")
    shown = whole(turn, template_id)
    assert shown is not None
    turn.ask(shown)


def reasons(scene: Scene, template: str) -> Screen | None:
    """Why is it wrong?"""
    t, found = scene.tongue, templates.find(scene.session, template)
    if found is None or not templates.is_offered(found, scene.now) or proposer(scene) is None:
        return None
    return Screen(
        name="ready_wrong",
        text=t(
            "⛔ What is wrong with “{title}”? Nobody can send it from then on.",
            title=found.title,
        ),
        choices=tuple(Choice(t(text), f"wrong:{template}:{why}") for why, text in WRONG.items()),
        zero=Choice(t("Back"), f"ready:{template}"),
        args={"template": template},
    )


def remind_at(since: datetime, charter: Charter) -> datetime:
    """When it is said that what ends then must be checked again: in working time."""
    return dates.calendar(charter).next_open(since - SOON)


def remind(session: Session, charter: Charter, now: datetime, upto: datetime) -> None:
    """Soon to be checked again: one notice to whoever proposed them, and one to the chair."""
    concerned: dict[int, Member] = {seat.id: seat for seat in members.chairs(session, now)}
    for template in templates.ending(session, max(now + SOON, upto)):
        template.reminded_at = now
        author = session.get(Member, template.proposed_by) if template.proposed_by else None
        if author is not None and members.sits(author):
            concerned[author.id] = author
    for member in concerned.values():
        notify(session, member, EXPIRE, now)


def expire(session: Session, charter: Charter, now: datetime, upto: datetime) -> None:
    """Its day is over: it is not offered any more, and remains as a record."""
    for template in templates.ended(session, upto):
        template.state = "expired"
        audit.note(session, "answer_expired", now, template=template.id)


def ends_soon(scene: Scene, member: Member) -> list[Template]:
    """What this member proposed or decides about, and must be checked again soon."""
    return [
        one
        for one in templates.offered(scene.session, scene.now)
        if one.expires_at is not None
        and one.expires_at <= scene.now + SOON
        and (
            one.proposed_by == member.id
            or member.id in [seat.id for seat in deciders(scene.session, one, scene.now)]
        )
    ]
