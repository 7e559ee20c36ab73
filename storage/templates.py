"""Ready answers: proposed, approved, used, run out, corrected."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from storage.model import Case, Correction, Entry, Member, Template, TemplateText

LISTED = 200
"""More than that no list shows."""
LONGEST_NUMBER = 9


def number(words: str) -> int | None:
    """The row that a button names; None where it was forged into something else."""
    plain = words.isascii() and words.isdecimal() and len(words) <= LONGEST_NUMBER
    return int(words) if plain else None


def find(session: Session, words: str | int) -> Template | None:
    """The ready answer that a button names, its row locked."""
    wanted = number(str(words))
    if wanted is None:
        return None
    chosen = select(Template).where(Template.id == wanted).with_for_update()
    return session.scalar(chosen.execution_options(populate_existing=True))


def texts(session: Session, template: Template) -> dict[str, str]:
    """Its text in every language in which it has one."""
    chosen = select(TemplateText).where(TemplateText.template_id == template.id)
    return {one.language: one.text for one in session.scalars(chosen.order_by(TemplateText.id))}


def write(session: Session, template: Template, language: str, text: str) -> None:
    """Keep its text in a language; an empty one goes."""
    chosen = select(TemplateText).where(
        TemplateText.template_id == template.id, TemplateText.language == language
    )
    kept = session.scalar(chosen)
    if kept is not None and text:
        kept.text = text
    elif kept is not None:
        session.delete(kept)
    elif text:
        session.add(TemplateText(template_id=template.id, language=language, text=text))
    session.flush()


def copy(session: Session, former: Template, by: Member, now: datetime) -> Template:
    """A draft of the next version, with everything but the day on which it was checked."""
    draft = Template(
        title=former.title,
        topic=former.topic,
        source=former.source,
        replaces_id=former.id,
        proposed_by=by.id,
        created_at=now,
    )
    session.add(draft)
    session.flush()
    for language, text in texts(session, former).items():
        write(session, draft, language, text)
    return draft


def is_offered(template: Template, now: datetime) -> bool:
    """Whether it may be sent now."""
    return (
        template.state == "approved"
        and template.expires_at is not None
        and template.expires_at > now
    )


def offered(session: Session, now: datetime) -> list[Template]:
    """Every ready answer that may be sent now."""
    chosen = select(Template).where(Template.state == "approved", Template.expires_at > now)
    return list(session.scalars(chosen.order_by(Template.title, Template.id).limit(LISTED)))


def run_out(session: Session, now: datetime) -> list[Template]:
    """What was approved once, may not be sent any more, and has no newer version; newest first."""
    over = or_(
        Template.state == "expired", (Template.state == "approved") & (Template.expires_at <= now)
    )
    return list(
        session.scalars(select(Template).where(over).order_by(Template.id.desc()).limit(50))
    )


def drafts(session: Session, member: Member) -> list[Template]:
    """What this member is writing."""
    chosen = select(Template).where(Template.state == "draft", Template.proposed_by == member.id)
    return list(session.scalars(chosen.order_by(Template.id)))


def proposed(session: Session) -> list[Template]:
    """What waits for a second person, the oldest first."""
    chosen = select(Template).where(Template.state == "proposed")
    return list(session.scalars(chosen.order_by(Template.id)))


def newer(session: Session, template: Template) -> Template | None:
    """The version of it that waits for approval."""
    chosen = select(Template).where(
        Template.replaces_id == template.id, Template.state == "proposed"
    )
    return session.scalar(chosen.order_by(Template.id).limit(1))


def newest(session: Session, template: Template) -> Template:
    """The version of it that was approved last."""
    while True:
        chosen = select(Template).where(
            Template.replaces_id == template.id,
            Template.state.in_(("approved", "expired", "replaced")),
        )
        following = session.scalar(chosen.order_by(Template.id.desc()).limit(1))
        if following is None:
            return template
        template = following


def family(session: Session, template: Template) -> list[int]:
    """It and every version before it."""
    ids = [template.id]
    while template.replaces_id is not None and template.replaces_id not in ids:
        template = session.get_one(Template, template.replaces_id)
        ids.append(template.id)
    return ids


def origin(session: Session, template_id: int | None) -> tuple[str, date | None]:
    """From where an answer is, and when that was checked; nothing where it is a member's own."""
    template = session.get(Template, template_id) if template_id else None
    return (template.source, template.checked_on) if template is not None else ("", None)


def used_by(session: Session, template: Template) -> list[tuple[str, int]]:
    """Who sent it or a version before it, by alias, and how often."""
    count = func.count()
    chosen = (
        select(Member.alias, count)
        .join(Entry, Entry.member_id == Member.id)
        .where(Entry.template_id.in_(family(session, template)), Entry.kind == "answer")
        .group_by(Member.id, Member.alias)
        .order_by(count.desc(), Member.id)
    )
    return [(alias.split("·")[0], number) for alias, number in session.execute(chosen)]


def receivers(session: Session, template: Template) -> list[int]:
    """The requests whose writers were sent a version before this one."""
    chosen = select(Entry.case_id).where(
        Entry.template_id.in_(family(session, template)[1:]),
        Entry.kind == "answer",
        Entry.delivery != "failed",
    )
    return list(session.scalars(chosen.distinct().order_by(Entry.case_id)))


def received(session: Session, case: Case, template: Template) -> Entry | None:
    """What a request's writer was told by it or a version before it, the last time."""
    chosen = select(Entry).where(
        Entry.case_id == case.id,
        Entry.template_id.in_(family(session, template)),
        Entry.kind == "answer",
        Entry.delivery != "failed",
    )
    return session.scalar(chosen.order_by(Entry.id.desc()).limit(1))


def correct(session: Session, template: Template, now: datetime) -> list[Correction]:
    """Everyone who received a version before this one is to be told; once for each request.

    Who still waited for the correction before it waits for this one.
    """
    carry_over(session, template)
    known = select(Correction.case_id).where(Correction.template_id == template.id)
    have = set(session.scalars(known))
    for case_id in receivers(session, template):
        if case_id not in have:
            session.add(Correction(template_id=template.id, case_id=case_id, at=now))
    session.flush()
    return waiting(session, template_id=template.id)


def carry_over(session: Session, template: Template) -> None:
    """What waited to be sent of the version before is sent as this one."""
    session.execute(
        update(Correction)
        .where(Correction.template_id == template.replaces_id, Correction.state == "waiting")
        .values(template_id=template.id)
    )


def waiting(
    session: Session,
    *,
    template_id: int | None = None,
    readers: Collection[int] | None = None,
    upto: datetime | None = None,
) -> list[Correction]:
    """Corrections that nobody has confirmed yet, the oldest first."""
    chosen = (
        select(Correction)
        .join(Case, Case.id == Correction.case_id)
        .where(Correction.state == "waiting")
        .order_by(Correction.template_id, Correction.id)
    )
    if template_id is not None:
        chosen = chosen.where(Correction.template_id == template_id)
    if readers is not None:
        chosen = chosen.where(Case.responsible_id.in_(readers))
    if upto is not None:
        chosen = chosen.where(Correction.at <= upto)
    return list(session.scalars(chosen))


def correction(session: Session, words: str) -> Correction | None:
    """The correction that a button names."""
    wanted = number(words)
    return session.get(Correction, wanted) if wanted is not None else None


def locked(session: Session, fix: Correction) -> Correction:
    """The same as it stands now; nobody else touches it until the transaction ends."""
    session.refresh(fix, with_for_update=True)
    return fix


def first_in(languages: Sequence[str], have: Collection[str]) -> str | None:
    """The first of these languages in which there is a text."""
    return next((code for code in languages if code in have), None)


def ending(session: Session, upto: datetime) -> list[Template]:
    """What ends by then and nobody was reminded of, locked."""
    chosen = select(Template).where(
        Template.state == "approved", Template.reminded_at.is_(None), Template.expires_at <= upto
    )
    return list(session.scalars(chosen.order_by(Template.id).with_for_update()))


def ended(session: Session, upto: datetime) -> list[Template]:
    """What ended by then and still counts as approved, locked."""
    chosen = select(Template).where(Template.state == "approved", Template.expires_at <= upto)
    return list(session.scalars(chosen.order_by(Template.id).with_for_update()))


def unread(session: Session) -> int:
    """How many corrections wait for somebody who may read the request."""
    count = (
        select(func.count())
        .select_from(Correction)
        .join(Case, Case.id == Correction.case_id)
        .where(Correction.state == "waiting", Case.responsible_id.is_(None))
    )
    return session.scalar(count) or 0
