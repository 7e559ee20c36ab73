"""What leaves, drawn at the moment of sending and only for whoever may see it then."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers import questions
from handlers.charter import Charter
from handlers.council import access, ballot, card, election_card, notices, preview
from handlers.language import Rich, Tongue
from handlers.messages import Attachment, Choice, Outgoing
from handlers.migrant import draft, notice, rating
from handlers.screens import Screen
from handlers.told import shown
from handlers.turn import Scene, said
from storage import members, people
from storage.model import DRAFT, OPEN, Case, Entry, Member, Outbox, Person
from storage.outbox import Chat

CLEANING = ("emptied", "tidied")
"""Views in place of what is taken away; they tell nothing of a case but its number."""


def draw(session: Session, row: Outbox, charter: Charter, now: datetime) -> Outgoing | None:
    """The message of an outbox row; None if it may not, or need not, be seen any more."""
    person = session.get(Person, row.person_id, with_for_update=True) if row.person_id else None
    if row.person_id is not None and person is None:
        return None
    scene = Scene(
        session=session,
        charter=charter,
        now=now,
        tongue=Tongue(_language(row, person, charter), charter),
        chat=Chat(row.channel, row.chat, row.address, row.person_id, row.member_id),
        person=person,
    )
    case = session.get(Case, row.case_id) if row.case_id else None
    if row.show not in CLEANING and not _may_see(scene, row, case):
        return None
    return VIEWS[row.show](scene, row, case)


def _language(row: Outbox, person: Person | None, charter: Charter) -> str:
    """Their language, or the one in which the first parts of this row went out."""
    spoken = person.language if person else charter.languages[0]
    return str(row.args.get("language", spoken)) if row.parts_sent or row.attempts > 1 else spoken


def _may_see(scene: Scene, row: Outbox, case: Case | None) -> bool:
    """The writer in the chat where it is now, or whoever sits in the council and reads it now."""
    if case is not None and case.person_id == row.person_id:
        return True
    if row.member_id is None:
        return row.case_id is None
    member = scene.session.get(Member, row.member_id)
    if member is None or not members.sits(member):
        return False
    return row.case_id is None or (case is not None and access.may(scene.session, member, case))


def _said(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    return said(row.body) if row.body else None


def _draft(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    if case is None or case.state != DRAFT:
        return None
    screen = draft.screen(scene, case.reference)
    if screen is None:
        return None
    is_open = scene.someone.screen == "draft"
    if is_open:
        scene.someone.screen_row = row.id
    return screen.outgoing(scene.tongue, numbers=is_open)


def _answer(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """An answer with the question whether it helped, which is asked only if none is open."""
    entry = _entry(scene, row)
    if case is None or entry is None:
        return None
    text = _envelope(scene, case, entry)
    screen = Screen(
        name="answered",
        text=text,
        choices=rating.choices(scene, case.reference),
        args={"reference": case.reference},
        columns=2,
    )
    return screen.outgoing(scene.tongue, numbers=_opens(scene, row, screen))


def _question(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    entry = _entry(scene, row)
    if case is None or entry is None:
        return None
    t, reference = scene.tongue, case.reference
    screen = Screen(name="asked", text=_envelope(scene, case, entry), args={"reference": reference})
    _opens(scene, row, screen)
    choices = (
        Choice(t("✍️ Answer"), f"add:{reference}"),
        Choice(t("Skip"), f"skip:{reference}"),
    )
    return Outgoing(text=screen.text, choices=(choices,))


def _answer_file(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    entry = _entry(scene, row)
    if case is None or entry is None or not entry.attachment:
        return None
    text = scene.tongue.fill("📎 {reference}", reference=shown(scene, case))
    return Outgoing(text=text, attachments=(card.attachment(entry),))


def _late(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """A promised date has passed; a new one that has passed as well is not told any more."""
    if case is None or case.state != OPEN or case.answer_by_at is None:
        return None
    if case.answer_by_at <= scene.now:
        return None
    t = scene.tongue
    return Outgoing(
        text=t(
            "{reference}: sorry, it takes longer than we said. New date: {moment}.",
            reference=shown(scene, case),
            moment=t.moment(case.answer_by_at),
        )
    )


def _entry(scene: Scene, row: Outbox) -> Entry | None:
    return scene.session.get(Entry, row.entry_id) if row.entry_id else None


def _envelope(scene: Scene, case: Case, entry: Entry) -> Rich:
    member = scene.session.get(Member, entry.member_id)
    alias = member.alias.split("·")[0] if member else ""
    return preview.envelope(scene.tongue, entry.kind, shown(scene, case), alias, entry.text)


def _opens(scene: Scene, row: Outbox, screen: Screen) -> bool:
    """Whether this question becomes the open one.

    While another is open it does not: it is shown without numbers, and the open one is repeated
    after it, so that a digit can only ever answer one question.
    """
    person = scene.someone
    if person.screen in questions.RESTING:
        scene.open(screen.name, screen.args, row)
        return True
    same = person.screen == screen.name and person.screen_args == dict(screen.args)
    # what they are asked may be a member's question, though this row is for a migrant
    there = replace(scene, chat=Chat.of(person, people.membership(scene.session, person)))
    still = None if same else questions.still_open(there)
    if still is not None:
        questions.repeat(there, still, person.screen_args or {})
    return same


def _whole(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    assert case is not None
    number = scene.tongue.fill("<b>{reference}</b>", reference=shown(scene, case))
    return Outgoing(text=f"{number}\n{card.history(scene, case)}", protect=True)


def _files(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    assert case is not None
    entries = [scene.session.get(Entry, entry_id) for entry_id in row.args["entries"]]
    files: tuple[Attachment, ...] = tuple(
        card.attachment(entry) for entry in entries if entry is not None and entry.attachment
    )
    if not files:
        return None
    text = scene.tongue.fill("📎 {reference}", reference=shown(scene, case))
    return Outgoing(text=text, attachments=files, protect=True)


def _card(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    if case is None:
        return None
    return card.shrunk(scene, case) if row.args.get("shrunk") else card.full(scene, case, row.args)


VIEWS: Mapping[str, Callable[[Scene, Outbox, Case | None], Outgoing | None]] = {
    "said": _said,
    "draft": _draft,
    "answer": _answer,
    "question": _question,
    "answer_file": _answer_file,
    "late": _late,
    "notice": notice.draw,
    "card": _card,
    "files": _files,
    "whole": _whole,
    "sent_note": notices.sent_note,
    "emptied": notices.emptied,
    "tidied": notices.tidied,
    "delivery_failed": notices.delivery_failed,
    "reminder": notices.reminder,
    "overdue": notices.overdue,
    "seated": notices.seated,
    "alert": notices.alert,
    "election": election_card.view,
    ballot.SURE: ballot.view,
}
