"""The tables of what the council says to the Service: figures, digests, proposals, released texts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Moment
from storage.secrecy import SecretJson, SecretText


class Milestone(Base):
    """What happened to a request and when: without a word of it, and without by whom.

    One row each time it happens; the first of its kind is the oldest one.
    """

    __tablename__ = "milestone"
    __table_args__ = (
        Index("ix_milestone_what_at", "what", "at", "case_id"),
        Index("ix_milestone_case_what_at", "case_id", "what", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"))
    what: Mapped[str] = mapped_column(String(12))
    """received; read, by a person; asked, its writer, so that the clock stands still until it is
    resumed; answered, and it arrived; closed; told, that it is closed; reopened; unreachable;
    helped, partly or not (what its writer said of the answer)."""
    at: Mapped[datetime] = mapped_column(Moment)


class Recipient(Base):
    """Somebody of the Service who is sent the digest: a Telegram chat or an e-mail address.

    `name` is the entry of council.toml that says language, channel and unit.
    """

    __tablename__ = "recipient"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(32), index=True)
    channel: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """Whose Telegram chat it is; none for e-mail."""
    address: Mapped[str | None] = mapped_column(SecretText("recipient.address"))
    """The verified e-mail address; none for Telegram."""
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    code_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    claimed_hash: Mapped[str | None] = mapped_column(String(64))
    claimed_address: Mapped[str | None] = mapped_column(SecretText("recipient.claimed_address"))
    invited_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    """When the invitation ends; none once it was taken."""
    joined_at: Mapped[datetime | None] = mapped_column(Moment)
    left_at: Mapped[datetime | None] = mapped_column(Moment)


class DigestRun(Base):
    """One week's digest, from the draft on Friday to what was published for ever."""

    __tablename__ = "digest_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    week: Mapped[str] = mapped_column(String(8), unique=True)
    """ISO year and week, "2026-W48"."""
    stage: Mapped[str] = mapped_column(String(12), default="waiting")
    """waiting (for the draft), drafted, sent."""
    stage_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    """When the next stage is due; none once it was sent."""
    published: Mapped[Any | None] = mapped_column(JSON)
    """The figures as they were published (`handlers.rules.published`), never computed again."""
    content: Mapped[Any | None] = mapped_column(JSON)
    """Everything else that was published, by language (`handlers.staff.digest`)."""
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)


class DigestLine(Base):
    """One line of a digest in the council's words, by language, until it is approved or held."""

    __tablename__ = "digest_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    week: Mapped[str] = mapped_column(String(8), index=True)
    section: Mapped[str] = mapped_column(String(12))
    """topic, gap (information that is missing, a rumour), signal, decision, change, date."""
    topic: Mapped[str] = mapped_column(String(24), default="")
    on: Mapped[date | None]
    """The day, of a date ahead."""
    texts: Mapped[Any] = mapped_column(SecretJson("digest_line.texts"))
    """The same line in each language it was written in: {"az": …, "en": …}."""
    state: Mapped[str] = mapped_column(String(12), default="proposed")
    """proposed, approved, held."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)


class DigestCopy(Base):
    """One recipient's copy of one digest: there is never a second one."""

    __tablename__ = "digest_copy"
    __table_args__ = (UniqueConstraint("week", "recipient_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    week: Mapped[str] = mapped_column(String(8))
    recipient_id: Mapped[int] = mapped_column(ForeignKey("recipient.id"), index=True)
    outbox_id: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(Moment)


class Proposal(Base):
    """What the council asks the Service to do, and what became of it. Its number is its id."""

    __tablename__ = "proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(String(32))
    """The unit asked, as council.toml names it."""
    topic: Mapped[str] = mapped_column(String(24), default="")
    concerns: Mapped[Any] = mapped_column(SecretJson("proposal.concerns"))
    """The procedure, page, office or form, by language."""
    problem: Mapped[Any] = mapped_column(SecretJson("proposal.problem"))
    """What goes wrong, by language."""
    asked: Mapped[Any] = mapped_column(SecretJson("proposal.asked"))
    """What the council proposes, by language."""
    wished_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(12), default="draft", index=True)
    """draft, proposed (to the chair), sent, then the Service's answer: accepted, partly, refused,
    more_time, question; withdrawn."""
    evidence: Mapped[Any | None] = mapped_column(JSON)
    """How many people it rests on, as a band: fixed when it is sent."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    """When the Service accepted or refused it, or the council took it back."""
    remind_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    """When the unit is reminded next."""
    outcome: Mapped[Any | None] = mapped_column(SecretJson("proposal.outcome"))
    """What the council says to the writers about what came of it, by language."""
    outcome_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    """From when on they are told so; none as long as the chair has not said it."""
    told_at: Mapped[datetime | None] = mapped_column(Moment)
    """When everybody whose request was part of it was told what came of it."""


class ProposalCase(Base):
    """A request that is part of a proposal; it goes with its writer."""

    __tablename__ = "proposal_case"
    __table_args__ = (UniqueConstraint("proposal_id", "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    told_at: Mapped[datetime | None] = mapped_column(Moment)


class ProposalReply(Base):
    """What the Service said to a proposal, or the council to a question of theirs."""

    __tablename__ = "proposal_reply"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(
        ForeignKey("proposal.id", ondelete="CASCADE"), index=True
    )
    recipient_id: Mapped[int | None] = mapped_column(ForeignKey("recipient.id"))
    """Who of the Service said it; none: the council."""
    kind: Mapped[str] = mapped_column(String(12))
    """accepted, partly, refused, more_time, question; answer (of the council)."""
    text: Mapped[str] = mapped_column(SecretText("proposal_reply.text"), default="")
    until_on: Mapped[date | None]
    """By when, where they need more time."""
    at: Mapped[datetime] = mapped_column(Moment)


class Released(Base):
    """Exactly what a writer lets the Service read about a request, and whether it was sent."""

    __tablename__ = "released"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    unit: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(SecretText("released.text"))
    state: Mapped[str] = mapped_column(String(12), default="asked", index=True)
    """asked, agreed, refused, withdrawn, sent, answered."""
    asked_at: Mapped[datetime] = mapped_column(Moment)
    agreed_at: Mapped[datetime | None] = mapped_column(Moment)
    sends_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    """When it goes out, after a yes: until then it can be taken back."""
    sent_at: Mapped[datetime | None] = mapped_column(Moment, index=True)


class ReleasedReply(Base):
    """What the unit answered; the council's member reads it and answers the writer."""

    __tablename__ = "released_reply"

    id: Mapped[int] = mapped_column(primary_key=True)
    released_id: Mapped[int] = mapped_column(
        ForeignKey("released.id", ondelete="CASCADE"), index=True
    )
    recipient_id: Mapped[int | None] = mapped_column(ForeignKey("recipient.id"))
    text: Mapped[str] = mapped_column(SecretText("released_reply.text"))
    at: Mapped[datetime] = mapped_column(Moment)
