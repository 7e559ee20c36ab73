"""A second member reads an answer before it goes: who may, when it must be, what came of it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from handlers.council import access, cards
from handlers.language import N_, Rich
from handlers.rules.topics import TOPICS
from handlers.turn import Scene
from storage import members, templates
from storage.model import PRIVATE, Case, Member, Review, Template

OUTCOMES = {
    "approved": N_("👀 Read by {alias}: good to send."),
    "objected": N_("✏️ {alias} asks for a change:\n{remark}"),
    "declined": N_("👀 {alias} cannot read it."),
    "unread": N_("👀 {alias} did not read it in time. You may send it."),
}
"""What its author is told of a second reading, and sees above the text."""
ASKED: tuple[ColumnElement[bool], ...] = (Review.state == "asked",)
LOST: tuple[ColumnElement[bool], ...] = (
    *ASKED,
    (
        select(Case.id)
        .where(Case.id == Review.case_id, Case.responsible_id.is_distinct_from(Review.author_id))
        .exists()
    )
    | (
        select(Member.id)
        .where(
            Member.id == Review.reader_id,
            Member.left_at.is_not(None) | Member.suspended_at.is_not(None),
        )
        .exists()
    )
    | (
        select(Case.id)
        .join(Member, Member.id == Review.reader_id)
        .where(
            Case.id == Review.case_id,
            and_(Case.track == PRIVATE, Member.role != "focal", ~Member.is_focal),
        )
        .exists()
    ),
)
"""Second readings that cannot be: the request moved, or its second reader may not see it now."""


def readers(scene: Scene, case: Case) -> list[Member]:
    """Who may be asked now, whoever speaks the request's language first."""
    declined = select(Review.reader_id).where(
        Review.case_id == case.id,
        Review.author_id == case.responsible_id,
        Review.state == "declined",
    )
    besides = {case.responsible_id, *case.excluded, *scene.session.scalars(declined)}
    able = [
        seat
        for seat in members.seated(scene.session, *members.COUNCIL)
        if seat.id not in besides
        and members.is_present(seat, scene.now)
        and access.allowed(scene.session, seat, case)
        and (case.track != PRIVATE or members.is_focal(seat))
    ]
    return sorted(able, key=lambda seat: case.language not in seat.languages)


def is_needed(scene: Scene, case: Case, args: Mapping[str, Any]) -> bool:
    """Whether this may not be sent before a second member has read it."""
    return (
        args["kind"] == "answer"
        and case.topic in scene.charter.second_reader
        and case.urgency != "P1"
        and not _is_template(scene, args)
        and not _is_read(scene.session, case, args)
        and bool(readers(scene, case))
    )


def why_needed(scene: Scene, case: Case) -> Rich:
    """The one line under a preview that cannot be sent yet."""
    t = scene.tongue
    topic = t(TOPICS[case.topic or "other"].label)
    return t("👀 A second member reads it first ({topic}).", topic=topic)


def outcome(scene: Scene, case: Case, args: Mapping[str, Any]) -> Rich | None:
    """What came of the second reading of this text; an approval is of these words only."""
    review = of(scene.session, case, args)
    if review is None or review.state not in OUTCOMES:
        return None
    if review.state == "approved" and not _is_same(review.held, args):
        return scene.tongue("👀 The text was changed after it was read.")
    return told(scene, review)


def told(scene: Scene, review: Review) -> Rich:
    """What came of a second reading, in words; the second reader is named by alias."""
    reader = scene.session.get_one(Member, review.reader_id)
    t = scene.tongue
    remark = t.written(review.remark)
    return t(OUTCOMES[review.state], alias=reader.alias.split("·")[0], remark=remark)


def of(session: Session, case: Case, args: Mapping[str, Any]) -> Review | None:
    """The second reading that a preview belongs to."""
    review = session.get(Review, args.get("review") or 0)
    if review is None or (review.case_id, review.author_id) != (case.id, case.responsible_id):
        return None
    return review


def sent(scene: Scene, case: Case, args: Mapping[str, Any]) -> None:
    """The answer went: whoever still was to read one of it need not, and no copy is kept."""
    author = case.responsible_id
    chosen = select(Review).where(Review.case_id == case.id, Review.author_id == author)
    for review in scene.session.scalars(chosen):
        if review.state == "asked":
            end(scene, case, review, "withdrawn")
        elif review.id == args.get("review") and review.state == "approved":
            review.state = "sent"
        review.held = {}


def unsent(session: Session, args: Mapping[str, Any]) -> None:
    """The answer was taken back: it still is as it was read."""
    review = session.get(Review, args.get("review") or 0)
    if review is not None:
        review.held = dict(args)
        review.state = "approved" if review.state == "sent" else review.state


def end(scene: Scene, case: Case, review: Review, state: str) -> None:
    """The second reading is over: the second reader sees nothing of the request any more."""
    review.state, review.ended_at = state, scene.now
    scene.session.flush()
    reader = scene.session.get(Member, review.reader_id)
    if reader is not None:
        cards.lose_sight(scene, case, reader)


def _is_read(session: Session, case: Case, args: Mapping[str, Any]) -> bool:
    """These very words were approved, or whoever was asked did not answer in time."""
    review = of(session, case, args)
    if review is None:
        return False
    return review.state == "unread" or (review.state == "approved" and _is_same(review.held, args))


def _is_same(held: Mapping[str, Any], args: Mapping[str, Any]) -> bool:
    return all(held.get(part) == args.get(part) for part in ("kind", "text", "attachments"))


def _is_template(scene: Scene, args: Mapping[str, Any]) -> bool:
    """A ready answer as it is: a second person has read that already."""
    template = scene.session.get(Template, args.get("template_id") or 0)
    return template is not None and templates.is_offered(template, scene.now)
