"""The way of a second reading: asked, approved or objected to, given back to the answer's author."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import dates
from handlers.charter import Charter, Span
from handlers.council import access, cards, desk, preview, second_reader
from handlers.messages import Choice
from handlers.screens import RESTING, Screen
from handlers.told import shown
from handlers.turn import Scene, Turn, scene_of
from storage import audit, members, outbox
from storage.model import Case, Member, Person, Review
from storage.outbox import Chat

IN_TIME = Span(days=2)
"""Working time in which a second reader reads; then its author may send alone."""
BATCH = 100


def second(turn: Turn, reference: str, member_id: str = "") -> None:
    """The preview's button: whom to ask; a member of the list asks them, 0 leads back."""
    person = turn.someone
    args: dict[str, Any] = person.screen_args or {}
    if person.screen != "preview" or args.get("reference") != reference:
        turn.toast = turn.tongue("There is nothing to send here any more.")
        return
    case = desk.mine(turn, reference, "second")
    if case is None:
        return
    args = {key: value for key, value in args.items() if key != "choosing"}
    able = second_reader.readers(turn, case) if args["kind"] == "answer" else []
    reader = next((seat for seat in able if str(seat.id) == member_id), None)
    if reader is not None:
        _ask(turn, case, reader, args)
        return
    if not able or member_id not in ("", "0"):
        turn.toast = turn.tongue("Nobody can read it now.")
    preview.show(turn, args | ({"choosing": True} if able and member_id != "0" else {}))


def _ask(turn: Turn, case: Case, reader: Member, args: dict[str, Any]) -> None:
    for former in _asked(turn.session, case, turn.desk):
        second_reader.end(turn, case, former, "withdrawn")
    review = Review(
        case_id=case.id, author_id=turn.desk.id, reader_id=reader.id, held=args, at=turn.now
    )
    turn.session.add(review)
    turn.session.flush()
    turn.close()
    _note(turn, turn.desk, case, "asked")
    cards.tell(turn, reader, "review", case, key=key(review), review=review.id)
    outbox.add(
        turn.session,
        turn.chat,
        "second_asked",
        turn.now,
        args={"review": review.id},
        case_id=case.id,
        mode="edit",
        key=preview.key(case, turn.desk),
        urgent=True,
    )


def key(review: Review) -> str:
    """What its second reader sees of it stands under one key."""
    return f"review:{review.id}"


def back(turn: Turn, reference: str, review_id: str) -> None:
    """Its author wants the text again, to send or change it; nobody needs to read it meanwhile."""
    case = desk.mine(turn, reference, "answer")
    review = _of_author(turn, case, review_id) if case is not None else None
    if case is None:
        return
    if review is None or not review.held:
        turn.toast = turn.tongue("There is nothing to send here any more.")
        return
    if review.state == "asked":
        second_reader.end(turn, case, review, "withdrawn")
    preview.show(turn, {**review.held, "review": review.id})


def again(turn: Turn, reference: str, review_id: str) -> None:
    """Back from a question about it: the text to read once more."""
    found = _to_read(turn, reference, review_id)
    if found is not None:
        case, review = found
        turn.leave(reference)
        cards.tell(turn, turn.desk, "review", case, key=key(review), review=review.id)


def good(turn: Turn, reference: str, review_id: str) -> None:
    """Good to send, as it is."""
    found = _to_read(turn, reference, review_id)
    if found is not None:
        _over(turn, *found, "approved")


def cannot(turn: Turn, reference: str, review_id: str) -> None:
    """They cannot read it: its author asks somebody else."""
    found = _to_read(turn, reference, review_id)
    if found is not None:
        _over(turn, *found, "declined")


def object_to(turn: Turn, reference: str, review_id: str) -> None:
    """Please change: let them write why."""
    found = _to_read(turn, reference, review_id)
    if found is not None and (asked := remark(turn, reference, review_id)):
        turn.ask(asked)


def remark(scene: Scene, reference: str, review: str) -> Screen | None:
    """What should be changed? The next words are the remark."""
    t = scene.tongue
    case = desk.readable(scene, reference, "review")
    if case is None:
        return None
    return Screen(
        name="second_remark",
        text=t(
            "✏️ What should be changed in the answer to {reference}? Please write it.\n"
            "Only its author reads this.",
            reference=shown(scene, case),
        ),
        zero=Choice(t("Back"), f"review:{reference}:{review}"),
        args={"reference": reference, "review": review},
        protect=True,
        case_id=case.id,
    )


def words(turn: Turn) -> None:
    """The remark was written."""
    args: dict[str, Any] = turn.someone.screen_args or {}
    found = _to_read(turn, args["reference"], args["review"])
    if found is None:
        turn.close()
        return
    if turn.incoming.attachments or not turn.incoming.text:
        turn.say(turn.tongue("Please write it in words, without files."))
        return
    case, review = found
    cards.own_words(turn, case)
    review.remark = turn.incoming.text
    _over(turn, case, review, "objected")


def attached(turn: Turn, reference: str, review_id: str) -> None:
    """The files of the answer that is to be read."""
    found = _to_read(turn, reference, review_id)
    if found is not None:
        case, review = found
        outbox.add(
            turn.session,
            Chat.of(turn.someone, turn.desk),
            "review_files",
            turn.now,
            args={"review": review.id},
            case_id=case.id,
            urgent=True,
        )


def _over(turn: Turn, case: Case, review: Review, state: str) -> None:
    if turn.someone.screen == "second_remark":
        turn.close()
    _note(turn, turn.desk, case, state)
    second_reader.end(turn, case, review, state)
    turn.say(turn.tongue("👍 Thank you. Its author is told."))
    _tell_author(turn, case, review)


def _tell_author(scene: Scene, case: Case, review: Review) -> None:
    """The preview returns, if nothing else is open there; else a note with the way back to it."""
    author = scene.session.get_one(Member, review.author_id)
    person = scene.session.get_one(Person, author.person_id, with_for_update=True)
    may = access.may(scene.session, author, case, "answer")
    if person.screen not in RESTING or not review.held or not may:
        cards.tell(scene, author, "reviewed", case, key=f"reviewed:{case.id}", review=review.id)
        return
    there = scene_of(scene.session, person, scene.charter, scene.now)
    there.chat = Chat.of(person, author)
    preview.show(there, {**review.held, "review": review.id})


def _to_read(turn: Turn, reference: str, review_id: str) -> tuple[Case, Review] | None:
    """The second reading that whoever pressed was asked for; otherwise the button says so."""
    case = desk.readable(turn, reference, "review")
    review = _numbered(turn.session, case, review_id) if case is not None else None
    if case is None or review is None or not is_asked(turn, case, review):
        turn.toast = turn.tongue("This is not with you any more.")
        return None
    return case, review


def is_asked(scene: Scene, case: Case, review: Review | None) -> bool:
    """Whether whose chat this is was asked to read this, and may do so now."""
    return (
        review is not None
        and review.case_id == case.id
        and review.state == "asked"
        and review.reader_id == scene.chat.member_id
        and review.author_id == case.responsible_id
    )


def _of_author(turn: Turn, case: Case, review_id: str) -> Review | None:
    review = _numbered(turn.session, case, review_id)
    return review if review is not None and review.author_id == turn.desk.id else None


def _numbered(session: Session, case: Case, review_id: str) -> Review | None:
    chosen = select(Review).where(Review.case_id == case.id).order_by(Review.id)
    return next((one for one in session.scalars(chosen) if str(one.id) == review_id), None)


def _asked(session: Session, case: Case, author: Member) -> list[Review]:
    chosen = select(Review).where(Review.case_id == case.id, Review.author_id == author.id)
    return list(session.scalars(chosen.where(*second_reader.ASKED)))


def _note(scene: Scene, by: Member, case: Case, step: str) -> None:
    audit.note(scene.session, "second_reading", scene.now, by=by, about=case, step=step)


# what falls due


def in_time(since: datetime, charter: Charter) -> datetime:
    """By when somebody who was asked then should have read it."""
    return dates.calendar(charter).add(since, IN_TIME)


def unread(session: Session, charter: Charter, now: datetime, upto: datetime) -> None:
    """Nobody read it in time: its author hears so, and may send it alone."""
    late = select(Review).where(*second_reader.ASKED, Review.at <= upto).limit(BATCH)
    for review in session.scalars(late).all():
        _ended(session, charter, review, "unread", now)


def lost(session: Session, charter: Charter, now: datetime, upto: datetime) -> None:
    """The request moved, or its second reader may not see it any more: that reading is over."""
    chosen = select(Review).where(*second_reader.LOST, Review.at <= upto).limit(BATCH)
    for review in session.scalars(chosen).all():
        _ended(session, charter, review, "declined", now)


def _ended(session: Session, charter: Charter, review: Review, state: str, now: datetime) -> None:
    case = session.get_one(Case, review.case_id, with_for_update=True)
    author = session.get_one(Member, review.author_id)
    scene = scene_of(session, members.person_of(session, author), charter, now)
    if case.responsible_id != author.id or not members.sits(author):
        second_reader.end(scene, case, review, "withdrawn")
        review.held = {}
        return
    give_back(scene, case, review, state)
    _note(scene, session.get_one(Member, review.reader_id), case, state)


def give_back(scene: Scene, case: Case, review: Review, state: str) -> None:
    """Nobody reads it any more: its author has the text again."""
    second_reader.end(scene, case, review, state)
    _tell_author(scene, case, review)
