"""What somebody of the Service does in their chat, and what follows: values in, decisions out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from handlers.messages import Outgoing
from handlers.screens import Screen


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who it is, as far as this side knows: the entry of council.toml, and its unit's id."""

    recipient_id: int
    name: str
    language: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What they did. `screen` and `args` are the question that is open in their chat."""

    text: str = ""
    press: str = ""
    screen: str = ""
    args: Mapping[str, Any] = field(default_factory=dict)
    has_file: bool = False
    is_edit: bool = False
    """They changed what they wrote before."""
    is_seen: bool = True
    """Whether the open question stood on their screen when they typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalSeen:
    """A proposal that was sent, as this side sees it. Texts are by language."""

    number: int
    unit: str
    state: str
    concerns: Mapping[str, str]
    problem: Mapping[str, str]
    asked: Mapping[str, str]
    evidence: tuple[int, int]
    wished_on: date | None
    sent_at: datetime
    replies: tuple["ReplySeen", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplySeen:
    """What was said to a proposal or a released text; `by_us`: by this recipient's side."""

    kind: str
    text: str
    at: datetime
    by_us: bool
    until_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedSeen:
    """A text that its writer let the Service read. Its number is no request's number."""

    number: int
    unit: str
    state: str
    text: str
    sent_at: datetime
    replies: tuple[ReplySeen, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """All that can be seen from this side at this moment."""

    weeks: tuple[str, ...] = ()
    """Weeks of which a digest was sent, newest first."""
    proposals: tuple[ProposalSeen, ...] = ()
    released: tuple[ReleasedSeen, ...] = ()


# What follows


@dataclass(frozen=True, slots=True)
class Say:
    """Say this in their chat."""

    message: Outgoing


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask this in their chat; `view` is drawn anew when it is sent."""

    screen: Screen


@dataclass(frozen=True, slots=True)
class ShowDigest:
    """Show the digest of that week once more."""

    week: str


@dataclass(frozen=True, slots=True)
class ReplyToProposal:
    """They answer a proposal: accepted, partly, refused, more_time or question."""

    number: int
    kind: str
    text: str = ""
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class AnswerReleased:
    """They answer a released text; the member who reads the request gets it."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Leave:
    """They want no digest any more."""


Decision = Say | Ask | ShowDigest | ReplyToProposal | AnswerReleased | Leave
