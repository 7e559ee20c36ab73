"""What stands in the Service's window, read through it."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from storage import windows


def weeks(window: Session) -> list[str]:
    """The weeks of which a digest was sent, newest first."""
    return list(
        window.scalars(select(windows.digests.c.week).order_by(windows.digests.c.week.desc()))
    )


def proposals(window: Session, unit: str) -> list[Row[Any]]:
    """What this unit was sent of proposals, newest first."""
    sent = windows.proposals
    chosen = select(sent).where(sent.c.unit == unit).order_by(sent.c.number.desc())
    return list(window.execute(chosen))


def replies(window: Session, numbers: Collection[int]) -> list[Row[Any]]:
    """What was said to these proposals, by either side, oldest first."""
    said = windows.replies
    return list(window.execute(select(said).where(said.c.number.in_(numbers)).order_by(said.c.at)))


def released(window: Session, unit: str) -> list[Row[Any]]:
    """What this unit was let read, newest first."""
    sent = windows.released
    chosen = select(sent).where(sent.c.unit == unit).order_by(sent.c.number.desc())
    return list(window.execute(chosen))


def released_replies(window: Session, numbers: Collection[int]) -> list[Row[Any]]:
    """What was answered to these released texts, oldest first."""
    said = windows.released_replies
    return list(window.execute(select(said).where(said.c.number.in_(numbers)).order_by(said.c.at)))
