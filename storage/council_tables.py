"""The tables of the council's own work: templates, second readings, referrals, offices, elections."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Moment
from storage.secrecy import SecretJson, SecretText


class Told(Base):
    """A date that a request's writer was told, and what became of it."""

    __tablename__ = "told"
    __table_args__ = (Index("ix_told_ended_at", "ended_at", "outcome", "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    what: Mapped[str] = mapped_column(String(8))
    """read or answer."""
    due_at: Mapped[datetime] = mapped_column(Moment)
    told_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    outcome: Mapped[str] = mapped_column(String(12), default="")
    """kept; belated, done after it and before an apology; late, and apologised for; moved by the time the writer was asked; withdrawn, because
    nobody can read it and the writer knows; closed before it was due; empty: it stands."""


class Bundle(Base):
    """Requests that ask the same: linked by a member, answered or closed together."""

    __tablename__ = "bundle"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    at: Mapped[datetime] = mapped_column(Moment)


class Review(Base):
    """A second reading: another member reads an answer before it is sent."""

    __tablename__ = "review"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    reader_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    held: Mapped[Any] = mapped_column(SecretJson("review.held"))
    """The preview as it was when it was asked about: text, attachments, kind."""
    state: Mapped[str] = mapped_column(String(12), default="asked")
    """asked, approved, objected, declined (they cannot), unread (in time), sent, withdrawn."""
    remark: Mapped[str] = mapped_column(SecretText("review.remark"), default="")
    at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class Referral(Base):
    """Passing a request on to an outside body: what is told to it, and whether the writer agreed."""

    __tablename__ = "referral"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    body: Mapped[str] = mapped_column(String(32))
    """The id of a telephone number in council.toml: ombudsman, labour …"""
    text: Mapped[str] = mapped_column(SecretText("referral.text"), default="")
    state: Mapped[str] = mapped_column(String(12), default="asked")
    """asked, allowed, refused, passed_on, withdrawn."""
    at: Mapped[datetime] = mapped_column(Moment)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)


class Conflict(Base):
    """A conflict of interest that a member declared; the chair decides afterwards."""

    __tablename__ = "conflict"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    state: Mapped[str] = mapped_column(String(12), default="declared")
    """declared, upheld, none (the chair sees no conflict)."""
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)


class Ban(Base):
    """Somebody whose messages are not taken for a while: wished by a member, decided by the chair."""

    __tablename__ = "ban"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    wished_by: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    why: Mapped[str] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(12), default="wished")
    """wished, refused, in_force, appealed, confirmed, lifted."""
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    appeal: Mapped[str | None] = mapped_column(SecretText("ban.appeal"))
    at: Mapped[datetime] = mapped_column(Moment)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)


class Template(Base):
    """An answer that may be given many times, checked on a day, in several languages."""

    __tablename__ = "template"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(80))
    topic: Mapped[str] = mapped_column(String(24), default="", index=True)
    source: Mapped[str] = mapped_column(Text, default="")
    checked_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(12), default="draft", index=True)
    """draft, proposed, approved, refused, expired, replaced."""
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("template.id"))
    corrects: Mapped[bool] = mapped_column(default=False)
    """Whether the one it replaces was wrong: everyone who received that is told."""
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    reminded_at: Mapped[datetime | None] = mapped_column(Moment)
    """When it was last said that it waits for approval, or must be checked again soon."""


class TemplateText(Base):
    """A template in one language."""

    __tablename__ = "template_text"
    __table_args__ = (UniqueConstraint("template_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    template_id: Mapped[int] = mapped_column(ForeignKey("template.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)


class Correction(Base):
    """Somebody received a template that was wrong: their member confirms that they are told."""

    __tablename__ = "correction"
    __table_args__ = (UniqueConstraint("template_id", "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    template_id: Mapped[int] = mapped_column(ForeignKey("template.id", ondelete="CASCADE"))
    """The corrected one."""
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    """waiting, sent, declined."""
    at: Mapped[datetime] = mapped_column(Moment)
    """When its member was last asked."""
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class Election(Base):
    """An election of the chair: from the call to the result."""

    __tablename__ = "election"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(12), default="nominating", index=True)
    """nominating, voting, over (somebody was elected), void."""
    round: Mapped[int] = mapped_column(default=1)
    called_by: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    electors: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Members who may vote: whoever sat when it was called."""
    elected_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    why_void: Mapped[str] = mapped_column(String(24), default="")
    called_at: Mapped[datetime] = mapped_column(Moment)
    stage_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    """When nominations, or the round, end."""
    remind_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    """When whoever has not voted in this round is reminded."""
    extended: Mapped[bool] = mapped_column(default=False)
    """Whether this round was given more time, because too few had voted."""
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class Candidate(Base):
    """Who stands in a round of an election, and how many votes they had in it: never whose."""

    __tablename__ = "candidate"
    __table_args__ = (UniqueConstraint("election_id", "round", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    election_id: Mapped[int] = mapped_column(ForeignKey("election.id", ondelete="CASCADE"))
    round: Mapped[int] = mapped_column(default=1)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    nominated_by: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    state: Mapped[str] = mapped_column(String(12), default="nominated")
    """nominated, accepted, declined, withdrawn."""
    votes: Mapped[int] = mapped_column(default=0)


class Voter(Base):
    """Who may vote in a round, and whether they have: no time and no order. Round 0 is nominating.

    All rows of a round are made when it begins, and every vote writes all of them anew, as it does
    with all candidates (`storage.elections.cast`): so neither a hidden row number, nor the place of
    a row, nor the number of the transaction that wrote it last tells who voted for whom.
    """

    __tablename__ = "voter"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  SQLAlchemy reads it so

    election_id: Mapped[int] = mapped_column(
        ForeignKey("election.id", ondelete="CASCADE"), primary_key=True
    )
    round: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    voted: Mapped[bool] = mapped_column(default=False)
