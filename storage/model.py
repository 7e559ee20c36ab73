"""The tables: what is remembered, and nothing else.

Texts, addresses and attachment references are encrypted; addresses are found by a keyed hash.
States and kinds are plain strings from the tables of names below, because a check constraint with
a new value goes unnoticed in a migration.
"""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Moment
from storage.council_tables import Ban as Ban
from storage.council_tables import Bundle as Bundle
from storage.council_tables import Candidate as Candidate
from storage.council_tables import Conflict as Conflict
from storage.council_tables import Correction as Correction
from storage.council_tables import Election as Election
from storage.council_tables import Referral as Referral
from storage.council_tables import Review as Review
from storage.council_tables import Template as Template
from storage.council_tables import TemplateText as TemplateText
from storage.council_tables import Told as Told
from storage.council_tables import Voter as Voter
from storage.secrecy import SecretJson, SecretText
from storage.service_tables import DigestCopy as DigestCopy
from storage.service_tables import DigestLine as DigestLine
from storage.service_tables import DigestRun as DigestRun
from storage.service_tables import Milestone as Milestone
from storage.service_tables import Proposal as Proposal
from storage.service_tables import ProposalCase as ProposalCase
from storage.service_tables import ProposalReply as ProposalReply
from storage.service_tables import Recipient as Recipient
from storage.service_tables import Released as Released
from storage.service_tables import ReleasedReply as ReleasedReply

# A case's way: a draft is handed in and becomes open; an answer makes it answered, silence closed.
DRAFT, UNREAD_CHOICE, OPEN, ASKED, ANSWERED, CLOSED = (
    "draft",
    "awaiting_choice",
    "open",
    "asked",
    "answered",
    "closed",
)
LIVE = (UNREAD_CHOICE, OPEN, ASKED, ANSWERED)
RESPONSIBLE = (OPEN, ASKED, ANSWERED)

# Who may read: everyone's queue, focal persons first, focal persons only.
ORDINARY, AMBER, PRIVATE = "ordinary", "amber", "private"

# Who may know, as the migrant chose.
ONLY_MEMBER, PROBLEM_WITHOUT_ME = "only_member", "problem_without_me"

# An outbox row's way.
WAITING, SENDING, UNCERTAIN, LATER, SENT, DROPPED, PARKED, BLOCKED, HELD, TAKEN = (
    "waiting",
    "sending",
    "uncertain",
    "later",
    "sent",
    "dropped",
    "parked",
    "blocked",
    "held",  # until its reader writes: their window is closed, or they wrote STOP
    "taken",  # by a provider that tells later what became of it
)
UNSENT = (WAITING, UNCERTAIN, LATER, BLOCKED, HELD)


class Person(Base):
    """Somebody with one private chat on one channel, who agreed or was invited."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("channel", "address_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    address_hash: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(SecretText("person.address"))
    language: Mapped[str] = mapped_column(String(8))
    consent_version: Mapped[str | None] = mapped_column(String(16))
    consented_at: Mapped[datetime | None] = mapped_column(Moment)
    screen: Mapped[str] = mapped_column(String(32), default="")
    """The one open question; its digits are what a typed number answers."""
    screen_args: Mapped[Any | None] = mapped_column(SecretJson("person.screen_args"))
    screen_row: Mapped[int | None]
    """The outbox row that shows the open question."""
    unreachable_since: Mapped[datetime | None] = mapped_column(Moment)
    phone_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    """Where `address` is the provider's id of the person: the number last seen with it."""
    phone: Mapped[str | None] = mapped_column(SecretText("person.phone"))
    heard_at: Mapped[datetime | None] = mapped_column(Moment)
    """When they last wrote or pressed something; some channels bear no message long after that."""
    stopped_at: Mapped[datetime | None] = mapped_column(Moment)
    """When they wrote STOP."""
    safety: Mapped[Any | None] = mapped_column(SecretJson("person.safety"))
    """When we may write to them about what is private, and the word that shows it is them."""
    counted_since: Mapped[datetime | None] = mapped_column(Moment)
    counted: Mapped[int] = mapped_column(default=0)
    """Messages since then: a flood is collected without an answer to each."""
    warned_at: Mapped[datetime | None] = mapped_column(Moment)
    """When they were last told how to know somebody who only says that they are the council."""
    counted_as: Mapped[int] = mapped_column(BigInteger, default=lambda: secrets.randbits(62))
    """A random number by which the figures tell people apart; it is theirs nowhere else."""
    created_at: Mapped[datetime] = mapped_column(Moment)


class Newcomer(Base):
    """The one encrypted row before consent: the dialogue and what was typed, for one hour."""

    __tablename__ = "newcomer"
    __table_args__ = (UniqueConstraint("channel", "address_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    address_hash: Mapped[str] = mapped_column(String(64))
    phone_hash: Mapped[str | None] = mapped_column(String(64))
    held: Mapped[Any] = mapped_column(SecretJson("newcomer.held"))
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)


class Member(Base):
    """A member of the council, a focal person, or an operator, known to migrants by alias."""

    __tablename__ = "member"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    alias: Mapped[str] = mapped_column(String(40), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    languages: Mapped[list[str]] = mapped_column(JSON)
    topics: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_focal: Mapped[bool] = mapped_column(default=False)
    """Whether they read private requests besides another office; a focal person does anyway."""
    is_acting: Mapped[bool] = mapped_column(default=False)
    """Whether they stand in for the chair."""
    substitute_id: Mapped[int | None]
    """Who is given what is new or urgent while they are away."""
    cap: Mapped[int | None]
    """Open requests they take, where it differs from the council's."""
    away_since: Mapped[datetime | None] = mapped_column(Moment)
    away_until: Mapped[datetime | None] = mapped_column(Moment, index=True)
    suspended_at: Mapped[datetime | None] = mapped_column(Moment)
    chair_since: Mapped[datetime | None] = mapped_column(Moment)
    last_given_at: Mapped[datetime | None] = mapped_column(Moment)
    joined_at: Mapped[datetime] = mapped_column(Moment)
    left_at: Mapped[datetime | None] = mapped_column(Moment)


class Invitation(Base):
    """A one-time link into the council, and the code that its inviter must confirm."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    alias: Mapped[str] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(16))
    languages: Mapped[list[str]] = mapped_column(JSON)
    topics: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    code_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    claimed_at: Mapped[datetime | None] = mapped_column(Moment)
    claimed_channel: Mapped[str | None] = mapped_column(String(16))
    claimed_hash: Mapped[str | None] = mapped_column(String(64))
    claimed_address: Mapped[str | None] = mapped_column(SecretText("invitation.claimed_address"))
    invited_by: Mapped[int | None]
    """The member who made it; none: an operator."""
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)


class Case(Base):
    """A request: what a person wrote, who is responsible for it, and by when."""

    __tablename__ = "case"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(9), unique=True)
    secret_hash: Mapped[str | None] = mapped_column(String(64))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    track: Mapped[str] = mapped_column(String(16), default=ORDINARY)
    kind: Mapped[str] = mapped_column(String(16), default="")
    topic: Mapped[str] = mapped_column(String(24), default="")
    topic_suggested: Mapped[str] = mapped_column(String(24), default="")
    topic_chosen: Mapped[bool] = mapped_column(default=False)
    urgency: Mapped[str] = mapped_column(String(2), default="P4")
    """The class, P1 to P5."""
    date_within_days: Mapped[int | None]
    share: Mapped[str] = mapped_column(String(24), default=ONLY_MEMBER)
    language: Mapped[str] = mapped_column(String(8))
    responsible_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), index=True)
    routed_why: Mapped[list[str]] = mapped_column(JSON, default=list)
    excluded: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Members who may not be given this case: conflict, or handed over by them."""
    about: Mapped[str] = mapped_column(String(16), default="")
    """Whom it complains about: empty, member, official."""
    subjects: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Members it complains about: neither they nor whom they stand in for ever see it."""
    bundle_id: Mapped[int | None] = mapped_column(index=True)
    """Requests that ask the same share one."""
    asked_count: Mapped[int] = mapped_column(default=0)
    rating: Mapped[str | None] = mapped_column(String(8))
    created_at: Mapped[datetime] = mapped_column(Moment)
    touched_at: Mapped[datetime] = mapped_column(Moment)
    """When its writer last did something to it."""
    reminded_at: Mapped[datetime | None] = mapped_column(Moment)
    handed_in_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    routed_at: Mapped[datetime | None] = mapped_column(Moment)
    read_by_at: Mapped[datetime | None] = mapped_column(Moment)
    answer_by_at: Mapped[datetime | None] = mapped_column(Moment)
    taken_at: Mapped[datetime | None] = mapped_column(Moment)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    paused_at: Mapped[datetime | None] = mapped_column(Moment)
    closes_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    close_reason: Mapped[str | None] = mapped_column(String(24))
    stage: Mapped[str] = mapped_column(String(16), default="")
    """What happens to this case next if nobody acts: "read:half", "answer:late" …"""
    stage_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    """When that happens."""


class Entry(Base):
    """One thing in a case's history: a message, an answer, a question back, an event."""

    __tablename__ = "entry"
    __table_args__ = (Index("ix_entry_message", "case_id", "message_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    """message, answer, question, event, note (between members), answer_file, or edit: the former
    text of a message."""
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    text: Mapped[str] = mapped_column(SecretText("entry.text"), default="")
    attachment: Mapped[Any | None] = mapped_column(SecretJson("entry.attachment"))
    message_id: Mapped[str] = mapped_column(String(64), default="")
    """The provider's id of the message in the writer's chat."""
    source: Mapped[str] = mapped_column(String(64), default="", index=True)
    """The provider's id of the message that holds the file, where only that provider has it."""
    edit_of: Mapped[int | None] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"))
    edited_at: Mapped[datetime | None] = mapped_column(Moment)
    template_id: Mapped[int | None] = mapped_column(index=True)
    undo: Mapped[Any | None] = mapped_column(SecretJson("entry.undo"))
    """What was on the screen before it was sent, as long as it can be taken back."""
    delivery: Mapped[str] = mapped_column(String(16), default="")
    """For an answer or question: queued, waiting (for its reader to write), no_template, stopped,
    sent, carried (by a provider that tells more later), delivered, read, unreachable, failed."""
    at: Mapped[datetime] = mapped_column(Moment)


class Attempt(Base):
    """Wrong tries to open a request, per chat and per reference (whether it exists or not)."""

    __tablename__ = "attempt"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime] = mapped_column(Moment, index=True)


class Received(Base):
    """Events already taken, by keyed hash, so that each is taken once."""

    __tablename__ = "received"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)


class Outbox(Base):
    """Something to be shown in one chat: what to show, rendered when it is sent."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_chat_state", "chat", "state", "id"),
        Index("ix_outbox_state_due", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    chat: Mapped[str] = mapped_column(String(64))
    """The keyed hash of the chat's address: the order is kept within it."""
    address: Mapped[str] = mapped_column(SecretText("outbox.address"))
    person_id: Mapped[int | None] = mapped_column(index=True)
    member_id: Mapped[int | None] = mapped_column(index=True)
    case_id: Mapped[int | None] = mapped_column(index=True)
    entry_id: Mapped[int | None]
    show: Mapped[str] = mapped_column(String(24))
    """Which view renders it; `said` carries its text in `body`."""
    args: Mapped[Any] = mapped_column(JSON, default=dict)
    body: Mapped[Any | None] = mapped_column(SecretJson("outbox.body"))
    mode: Mapped[str] = mapped_column(String(8), default="new")
    """new, edit (in place of what `key` last showed), below (new, the former one taken away),
    delete."""
    key: Mapped[str] = mapped_column(String(80), default="", index=True)
    state: Mapped[str] = mapped_column(String(12), default=WAITING)
    urgent: Mapped[bool] = mapped_column(default=False)
    """Safety texts and direct replies pass what waits."""
    attempts: Mapped[int] = mapped_column(default=0)
    parts_sent: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(Moment)
    first_tried_at: Mapped[datetime | None] = mapped_column(Moment)
    error: Mapped[str | None] = mapped_column(String(80))
    was_uncertain: Mapped[bool] = mapped_column(default=False)
    in_doubt_since: Mapped[datetime | None] = mapped_column(Moment)
    """The first try after which nobody knew whether it went out: from there on it is looked for."""
    created_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    shown_at: Mapped[datetime | None] = mapped_column(Moment)
    """By the provider's clock, to the second."""


class Receipt(Base):
    """What a provider told of one part of an outbox row after taking it."""

    __tablename__ = "receipt"
    __table_args__ = (UniqueConstraint("channel", "message_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    message_id: Mapped[str] = mapped_column(String(64))
    chat: Mapped[str] = mapped_column(String(64), index=True)
    outbox_id: Mapped[int] = mapped_column(index=True)
    part: Mapped[int]
    standing: Mapped[str] = mapped_column(String(12))
    """accepted, sent, delivered, read, failed: the furthest so far."""
    code: Mapped[str] = mapped_column(String(40), default="")
    at: Mapped[datetime] = mapped_column(Moment)


class Copy(Base):
    """A message that its provider keeps until we have it deleted there."""

    __tablename__ = "copy"
    __table_args__ = (UniqueConstraint("channel", "message_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    message_id: Mapped[str] = mapped_column(String(64))
    chat: Mapped[str] = mapped_column(String(64), index=True)
    has_files: Mapped[bool] = mapped_column(default=False)
    """Then it stays until the files were passed on, or are wanted by nobody any more."""
    due_at: Mapped[datetime] = mapped_column(Moment, index=True)
    attempts: Mapped[int] = mapped_column(default=0)


class Shown(Base):
    """A message in somebody's chat that we may still edit, take away, or be answered to."""

    __tablename__ = "shown"
    __table_args__ = (
        Index("ix_shown_chat_message", "chat", "message_id"),
        Index("ix_shown_chat_key", "chat", "key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    chat: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int | None] = mapped_column(index=True)
    member_id: Mapped[int | None] = mapped_column(index=True)
    case_id: Mapped[int | None] = mapped_column(index=True)
    entry_id: Mapped[int | None]
    message_id: Mapped[str] = mapped_column(String(64))
    show: Mapped[str] = mapped_column(String(24))
    key: Mapped[str] = mapped_column(String(80), default="")
    state: Mapped[str] = mapped_column(String(12), default="full")
    """full, shrunk, emptied, or left: it could not be taken away."""
    has_media: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(Moment)
    touched_at: Mapped[datetime] = mapped_column(Moment, index=True)


class Stuck(Base):
    """What could not be understood or handled, kept whole and encrypted until it is replayed."""

    __tablename__ = "stuck"
    __table_args__ = (UniqueConstraint("key_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    key_hash: Mapped[str] = mapped_column(String(64))
    chat: Mapped[str | None] = mapped_column(String(64), index=True)
    raw: Mapped[str | None] = mapped_column(SecretText("stuck.raw"))
    error: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)
    replayed_at: Mapped[datetime | None] = mapped_column(Moment)


class Tally(Base):
    """What remains of an erased request: a count without a person."""

    __tablename__ = "tally"

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(String(7))
    kind: Mapped[str] = mapped_column(String(16))
    topic: Mapped[str] = mapped_column(String(24))


class Note(Base):
    """Small facts of the program itself: the last moment the schedule ran, and the like."""

    __tablename__ = "note"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
