"""What leaves, drawn at the moment of sending and only for whoever may see it then."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers import dates, questions
from handlers.charter import Charter
from handlers.council import (
    absence,
    access,
    ballot,
    bans,
    behind,
    card,
    digest_draft,
    election_card,
    history,
    notices,
    office_notices,
    preview,
    private_card,
    proposals_notices,
    refer_send,
    released_answered,
    reveal,
    review_notices,
    substitute,
    template_notices,
)
from handlers.language import Rich, Tongue
from handlers.messages import Attachment, Choice, Outgoing
from handlers.migrant import draft, manager, notice, outcome, rating, referral, released
from handlers.screens import Screen
from handlers.service import digests, joining_notices
from handlers.service import shown as service_shown
from handlers.told import shown
from handlers.turn import Scene, said
from storage import audit, members, people, recipients, templates
from storage.model import DRAFT, OPEN, PRIVATE, Case, Entry, Member, Outbox, Person
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
    """Their language, or the one in which the first parts of this row went out.

    Whoever is sent the digest reads it in the language that council.toml says.
    """
    spoken = person.language if person else charter.languages[0]
    if "recipient" in row.args:
        return str(row.args.get("language", spoken))
    return str(row.args.get("language", spoken)) if row.parts_sent or row.attempts > 1 else spoken


def _may_see(scene: Scene, row: Outbox, case: Case | None) -> bool:
    """The writer in the chat where it is now, or whoever sits in the council and reads it now.

    Rows for the Service are for a recipient who is one now, and recipients see nothing of ours.
    """
    if row.show in service_shown.FOR_RECIPIENTS:
        return service_shown.is_theirs(scene, row)
    if case is not None and case.person_id == row.person_id:
        return True
    if row.member_id is None:
        return row.case_id is None
    member = scene.session.get(Member, row.member_id)
    if member is None or not members.sits(member):
        return False
    if scene.person is not None and recipients.of_person(scene.session, scene.person) is not None:
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


def _referral(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """May we pass it on? Asked with numbers only if nothing else is open."""
    if case is None:
        return None
    screen = referral.screen(scene, case.reference, row.args["referral"])
    if screen is None:
        return None
    return screen.outgoing(scene.tongue, numbers=_opens(scene, row, screen))


def _may_release(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """May the Service read it? Asked with numbers only if nothing else is open."""
    if case is None:
        return None
    screen = released.screen(scene, case.reference, row.args["released"])
    if screen is None:
        return None
    return screen.outgoing(scene.tongue, numbers=_opens(scene, row, screen))


def _answer_file(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    entry = _entry(scene, row)
    if case is None or entry is None or not entry.attachment:
        return None
    text = scene.tongue.fill("📎 {reference}", reference=shown(scene, case))
    return Outgoing(text=text, attachments=(history.attachment(entry),))


def _late(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """A promised date has passed; a new one that has passed as well is not told any more."""
    if case is None or case.state != OPEN or case.answer_by_at is None or case.read_by_at is None:
        return None
    if case.answer_by_at <= scene.now:
        return None
    t = scene.tongue
    lines = [
        t("{reference}: sorry, it takes longer than we said.", reference=shown(scene, case)),
    ]
    if case.taken_at is None and scene.now < case.read_by_at < case.answer_by_at:
        lines.append(t("📖 Read by: {moment}", moment=t.moment(case.read_by_at)))
    lines.append(t("💬 Answer or news by: {moment}", moment=t.moment(case.answer_by_at)))
    if case.track != PRIVATE:
        lines.append(t("To reach the chair of the {council}, write {manager_word}."))
    return Outgoing(text="\n".join(lines))


def _entry(scene: Scene, row: Outbox) -> Entry | None:
    return scene.session.get(Entry, row.entry_id) if row.entry_id else None


def _envelope(scene: Scene, case: Case, entry: Entry) -> Rich:
    member = scene.session.get(Member, entry.member_id)
    alias = member.alias.split("·")[0] if member else ""
    source, checked_on = templates.origin(scene.session, entry.template_id)
    return preview.envelope(
        scene.tongue,
        entry.kind,
        shown(scene, case),
        alias,
        entry.text,
        source=source,
        checked_on=checked_on,
    )


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
    _viewed(scene, case, "whole")
    number = scene.tongue.fill("<b>{reference}</b>", reference=shown(scene, case))
    return Outgoing(text=f"{number}\n{history.whole(scene, case)}", protect=True)


def _files(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    assert case is not None
    entries = [scene.session.get(Entry, entry_id) for entry_id in row.args["entries"]]
    files: tuple[Attachment, ...] = tuple(
        history.attachment(entry) for entry in entries if entry is not None and entry.attachment
    )
    if not files:
        return None
    _viewed(scene, case, "files")
    text = scene.tongue.fill("📎 {reference}", reference=shown(scene, case))
    return Outgoing(text=text, attachments=files, protect=True)


def _card(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    if case is None:
        return None
    if case.track == PRIVATE:
        message = private_card.draw(scene, case, row)
        is_whole = row.args.get("stands") == "full"
    else:
        is_whole = not row.args.get("shrunk")
        message = card.full(scene, case, row.args) if is_whole else card.shrunk(scene, case)
    if is_whole:
        _viewed(scene, case, "card")
    quiet = case.urgency != "P1" and not dates.calendar(scene.charter).is_open(scene.now)
    return replace(message, silent=quiet)


def _viewed(scene: Scene, case: Case, what: str) -> None:
    """A member is about to see what somebody wrote: that stands in the record."""
    member = scene.seat
    if member is not None:
        audit.note(scene.session, "viewed", scene.now, by=member, about=case, part=what)


VIEWS: Mapping[str, Callable[[Scene, Outbox, Case | None], Outgoing | None]] = {
    "said": _said,
    "draft": _draft,
    "answer": _answer,
    "question": _question,
    "referral": _referral,
    "may_release": _may_release,
    "service_answer": released_answered.draw,
    "pass_on": refer_send.text_to_pass_on,
    "answer_file": _answer_file,
    "late": _late,
    "notice": notice.draw,
    "card": _card,
    "files": _files,
    "whole": _whole,
    "sent_note": notices.sent_note,
    "review": review_notices.to_read,
    "review_files": review_notices.its_files,
    "second_asked": review_notices.asked_note,
    "reviewed": review_notices.reviewed,
    "revealed": reveal.draw,
    "emptied": notices.emptied,
    "tidied": notices.tidied,
    "delivery_failed": notices.delivery_failed,
    "reminders": behind.reminders,
    "behind": behind.behind,
    "manager": manager.draw,
    "no_focal": notices.no_focal,
    "seated": notices.seated,
    "alert": notices.alert,
    "office": office_notices.office,
    "silent_member": office_notices.silent_member,
    "conflicts_wait": office_notices.conflicts_wait,
    "returned": absence.returned,
    "stand_in": substitute.stand_in,
    "declined": substitute.declined,
    "bans_wait": bans.bans_wait,
    "ban_decided": bans.ban_decided,
    "answers_wait": template_notices.wait,
    "answers_expire": template_notices.expire,
    "corrections_wait": template_notices.to_correct,
    "corrections_unread": template_notices.unread,
    **service_shown.VIEWS,
    **proposals_notices.NOTICES,
    "outcome": outcome.draw,
    "election": election_card.view,
    ballot.SURE: ballot.view,
    digests.DRAFT_NOTICE: digest_draft.notice,
    digests.VIEW: digests.draw,
    "service_code": joining_notices.code,
    "service_joined": joining_notices.joined,
    "service_left": joining_notices.left,
}
