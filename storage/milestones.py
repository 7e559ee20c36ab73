"""What happened to requests and when, for the figures: without a word of it, and without by whom."""

from datetime import datetime
from typing import Literal

from sqlalchemy import delete
from sqlalchemy.orm import Session

from storage.service_tables import Milestone

What = Literal[
    "received",
    "read",
    "asked",
    "resumed",
    "answered",
    "closed",
    "told",
    "reopened",
    "unreachable",
    "helped",
    "partly",
    "not",
]


def note(session: Session, case_id: int, what: What, now: datetime) -> None:
    """This happened to the request now; it is noted each time it happens."""
    session.add(Milestone(case_id=case_id, what=what, at=now))


def take_back(session: Session, case_id: int, what: What, since: datetime) -> None:
    """It did not happen after all: nothing of this kind is noted from that moment on."""
    session.execute(
        delete(Milestone).where(
            Milestone.case_id == case_id, Milestone.what == what, Milestone.at >= since
        )
    )
