"""What somebody of the Service can see at this moment, read through their window and no other."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from handlers.staff.desk import ProposalSeen, ReleasedSeen, ReplySeen, View
from storage import view
from storage.database import WindowShut, window_of


def by_unit(session: Session, unit: str) -> View:
    """All that this unit can see, as plain values. Raises WindowShut where nothing can be shown."""
    try:
        with window_of(session, "service") as window:
            return _read(window, unit)
    except SQLAlchemyError as error:  # whatever the database refuses there: better nothing
        raise WindowShut from error


def _read(window: Session, unit: str) -> View:
    proposals, released = view.proposals(window, unit), view.released(window, unit)
    said = _by_number(view.replies(window, [one.number for one in proposals]))
    answered = _by_number(view.released_replies(window, [one.number for one in released]))
    return View(
        weeks=tuple(view.weeks(window)),
        proposals=tuple(_proposal(one, said[one.number]) for one in proposals),
        released=tuple(_released(one, answered[one.number]) for one in released),
    )


def _by_number(rows: Iterable[Row[Any]]) -> defaultdict[int, list[Row[Any]]]:
    found: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.number].append(row)
    return found


def _proposal(one: Row[Any], said: list[Row[Any]]) -> ProposalSeen:
    low, high = one.evidence or (0, 0)
    return ProposalSeen(
        number=one.number,
        unit=one.unit,
        state=one.state,
        concerns=dict(one.concerns),
        problem=dict(one.problem),
        asked=dict(one.asked),
        evidence=(low, high),
        wished_on=one.wished_on,
        sent_at=one.sent_at,
        replies=tuple(
            ReplySeen(
                kind=reply.kind,
                text=reply.text,
                at=reply.at,
                by_us=reply.recipient is not None,
                until_on=reply.until_on,
            )
            for reply in said
        ),
    )


def _released(one: Row[Any], answered: list[Row[Any]]) -> ReleasedSeen:
    return ReleasedSeen(
        number=one.number,
        unit=one.unit,
        state=one.state,
        text=one.text,
        sent_at=one.sent_at,
        replies=tuple(
            ReplySeen(
                kind="answer", text=reply.text, at=reply.at, by_us=reply.recipient is not None
            )
            for reply in answered
        ),
    )
