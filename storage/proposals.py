"""Stand-in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class ForDigest:
    """Stand-in."""

    number: int
    unit: str
    topic: str
    concerns: Mapping[str, str]
    problem: Mapping[str, str]
    asked: Mapping[str, str]
    evidence: tuple[int, int]
    wished_on: date | None
    state: str
    sent_at: datetime
    ended_at: datetime | None
    answer: str
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """Stand-in."""

    number: int
    unit: str
    sent_at: datetime
    until_on: date | None = None


def for_digest(session: Session, start: datetime, end: datetime) -> list[ForDigest]:
    """Stand-in."""
    return []


def owed(session: Session, on: date | None = None) -> list[Owed]:
    """Stand-in."""
    return []
