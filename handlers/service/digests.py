"""A week's digest: drafted, sent once to everybody who joined, and never counted again."""

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.charter import Charter, RecipientRule
from handlers.language import Tongue
from handlers.messages import Outgoing
from handlers.rules import digest_days, weeks
from handlers.rules import published as shapes
from handlers.rules.published import Published
from handlers.service import digest_content, digest_figures, places
from handlers.staff import digest as staff
from handlers.staff import message
from handlers.staff.digest import Digest
from handlers.staff.enclosed import Enclosed
from handlers.turn import Scene, Turn
from storage import audit, digests, members, outbox, recipients
from storage.model import Case, DigestRun, Member, Outbox, Recipient
from storage.outbox import Chat

VIEW = "digest"
DRAFT_NOTICE = "digest_draft"
"""A notice that is its own key: one stands in a member's chat."""
ENCLOSED = {"telegram": ("chart", "page", "sheet"), "email": ("page", "chart", "sheet")}
"""What goes with the text, by channel."""


# Its life


def begin(session: Session, charter: Charter, now: datetime) -> DigestRun:
    """The digest that is being made now; where there never was one, that of the present week."""
    made = digests.being_made(session)
    if made is not None:
        return made
    last = digests.last_sent(session)
    week = weeks.after(last.week) if last else weeks.week_of(now, charter.working_time.zone)
    return _plan(session, charter, week)


def _plan(session: Session, charter: Charter, week: str) -> DigestRun:
    return digests.begin(
        session, week, digest_days.drafted_at(week, charter.digest, charter.working_time.zone)
    )


def goes_at(charter: Charter, run: DigestRun) -> datetime:
    """When it is sent: from its draft on that stands, whatever council.toml says meanwhile."""
    if run.stage == "drafted" and run.stage_at is not None:
        return run.stage_at
    return digest_days.sent_at(run.week, charter.digest, charter.working_time.zone)


def stages(session: Session, charter: Charter, now: datetime, upto: datetime) -> None:
    """A draft is due, or a digest is to be sent. Two schedulers at once do it once."""
    for run in digests.due(session, upto):
        if run.stage == "waiting":
            draft(session, charter, run, now)
        elif run.stage == "drafted":
            send(session, charter, run, now)
        else:
            run.stage_at = None


def draft(session: Session, charter: Charter, run: DigestRun, now: datetime) -> None:
    """The council is told that the draft is there: the chair, and who covers what came in."""
    run.stage, run.stage_at = "drafted", goes_at(charter, run)
    audit.note(session, "digest_drafted", now, week=run.week)
    told = {seat.id: seat for seat in members.chairs(session, now)}
    told |= {seat.id: seat for seat in _concerned(session, charter, run, now)}
    for member in told.values():
        tell_of_draft(session, member, now)


def tell_of_draft(session: Session, member: Member, now: datetime) -> None:
    """In their chat it is said once, drawn when it is sent."""
    chat = Chat.of(members.person_of(session, member), member)
    outbox.add(session, chat, DRAFT_NOTICE, now, mode="below", key=DRAFT_NOTICE)


def _concerned(session: Session, charter: Charter, run: DigestRun, now: datetime) -> list[Member]:
    """Members who cover a topic that people wrote about in this week."""
    start, _ = weeks.bounds(run.week, charter.working_time.zone)
    topics = digests.topics(session, start, now)
    seats = members.seated(session, *members.COUNCIL)
    return [one for one in seats if topics and (not one.topics or topics & set(one.topics))]


def send(
    session: Session, charter: Charter, run: DigestRun, now: datetime, by: str = "system"
) -> bool:
    """Count, freeze and send it; false where it was sent before. The row of `run` is locked."""
    if run.stage == digests.SENT:
        return False
    published = digest_figures.of_week(session, charter, run.week, now)
    run.published = shapes.as_json(published)
    run.content = {
        language: staff.as_json(
            digest_content.of_run(session, charter, run, published, language, now)
        )
        for language in charter.digest.languages
    }
    run.stage, run.stage_at, run.sent_at = digests.SENT, None, now
    left = digests.carry_over(session, run.week, weeks.after(run.week))
    session.flush()
    _plan(session, charter, weeks.after(run.week))
    copies = sum(send_to(session, charter, run, one, now) for one in places.taken(session, charter))
    audit.note(
        session,
        "digest_sent",
        now,
        by=audit.OPERATOR if by == "operator" else audit.SYSTEM,
        week=run.week,
        copies=copies,
        approved=run.approved_at is not None,
        carried_over=left,
    )
    return True


# Its copies


def send_to(
    session: Session, charter: Charter, run: DigestRun, recipient: Recipient, now: datetime
) -> bool:
    """Send them this week's digest, as it was published; false where they were sent it before."""
    rule = places.of(charter, recipient)
    if rule is None or run.stage != digests.SENT:
        return False
    copy = digests.copy(session, run.week, recipient, now)
    if copy is None:
        return False
    copy.outbox_id = _queue(session, charter, run.week, recipient, rule, now)
    session.flush()
    return True


def _queue(
    session: Session,
    charter: Charter,
    week: str,
    recipient: Recipient,
    rule: RecipientRule,
    now: datetime,
) -> int:
    chat = recipients.chat_of(session, recipient)
    args = {"week": week, "language": rule.language, "recipient": recipient.id}
    # what nobody saw yet gives way to a correction of it
    return outbox.add(session, chat, VIEW, now, args=args, key=f"digest:{week}").id


def correct(
    session: Session,
    charter: Charter,
    run: DigestRun,
    words: str,
    now: datetime,
    by: Member | None = None,
    language: str = "",
) -> int | None:
    """Send the same digest once more, marked as corrected, with the council's words.

    No figure is counted anew. `language`: only to whoever reads this one. Returns to how many; None
    where it was not sent yet, or was corrected with the same words before. The row is locked.
    """
    if run.stage != digests.SENT or run.content is None:
        return None
    chosen = [language] if language else list(run.content)
    kept = dict(run.content)
    if all(kept[code].get("correction") == words for code in chosen):
        return None
    for code in chosen:
        kept[code] = {**kept[code], "correction": words}
    run.content = kept
    joined = {one.id: one for one in recipients.joined(session)}
    count = 0
    for copy in digests.copies(session, run.week, joined.keys()):
        recipient = joined[copy.recipient_id]
        rule = places.of(charter, recipient)
        if rule is not None and rule.language in chosen:
            copy.outbox_id = _queue(session, charter, run.week, recipient, rule, now)
            count += 1
    actor = by or audit.OPERATOR
    audit.note(session, "digest_corrected", now, by=actor, week=run.week, copies=count)
    return count


# Shown


def published(run: DigestRun, language: str) -> Digest | None:
    """The digest as it was published; None of one that was not, or not in this language."""
    content = (run.content or {}).get(language)
    if run.stage != digests.SENT or content is None:
        return None
    return staff.from_json(content, digest_figures.published(run))


def preview(
    session: Session, charter: Charter, run: DigestRun, language: str, now: datetime
) -> Digest:
    """The digest as it would be sent now; of one that was sent, as it was."""
    sent = published(run, language)
    if sent is not None:
        return sent
    return digest_content.of_run(
        session, charter, run, figures_so_far(session, charter, run, now), language, now
    )


def figures_so_far(session: Session, charter: Charter, run: DigestRun, now: datetime) -> Published:
    """The figures as they would be published now."""
    return digest_figures.of_week(session, charter, run.week, now)


def draw(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """One recipient's copy, drawn when it is sent; nothing for whoever left meanwhile."""
    week, language = str(row.args["week"]), str(row.args["language"])
    recipient = recipients.is_joined(scene.session, row.args["recipient"])
    run = digests.find(scene.session, week)
    if recipient is None or run is None or _is_elsewhere(recipient, row):
        return None
    digest = published(run, language)
    if digest is None:
        return None
    tongue, is_letter = Tongue(language, scene.charter), row.channel == "email"
    return Outgoing(
        text=message.text(digest, tongue, None) if is_letter else message.text(digest, tongue),
        attachments=tuple(
            Enclosed(week, language, form).attachment for form in ENCLOSED[row.channel]
        ),
        language=language,
    )


def _is_elsewhere(recipient: Recipient, row: Outbox) -> bool:
    """Whether they are somewhere else now than where this row goes."""
    if recipient.person_id is not None:
        return recipient.person_id != row.person_id
    return recipient.address is None or recipients.hash_of(recipient.address) != row.chat


def show_again(turn: Turn, week: str) -> None:
    """Show somebody of the Service a digest that was sent, once more in their chat."""
    recipient = recipients.of_person(turn.session, turn.someone)
    rule = places.of(turn.charter, recipient) if recipient is not None else None
    run = digests.find(turn.session, week)
    if recipient is None or rule is None or run is None:
        turn.toast = turn.tongue("This button does not work any more.")
        return
    args = {
        "week": week,
        "language": _kept_in(run, rule.language),
        "recipient": recipient.id,
    }
    outbox.add(turn.session, turn.chat, VIEW, turn.now, args=args, urgent=True)


def _kept_in(run: DigestRun, language: str) -> str:
    """This language, or where the digest was not yet published in it, one in which it was."""
    kept = run.content or {}
    return language if language in kept else next(iter(kept), language)
