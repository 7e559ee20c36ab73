"""What was seen and decided, by whom: append-only, each row sealed with the one before it.

People, members and requests stand in it as random numbers. Erasing somebody deletes what leads from
the number to them; the chain stays whole. Nothing here ever holds a text.
"""

import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal

from sqlalchemy import DDL, BigInteger, String, UniqueConstraint, delete, event, func, select
from sqlalchemy import text as statement
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from storage.base import Base, Moment
from storage.model import Case, Member, Note, Person

Kind = Literal["person", "member", "case", "template", "election"]

PENDING = "audit"
"""Where a transaction keeps what it will write: the chain is locked last, so nobody waits for more."""
MARKS = "audit marks"
"""How much was pending when each savepoint began: what it takes back is not written either."""
FIRST = "0" * 64
ANCHOR, HEAD = "audit anchor", "audit head"
"""The notes that name the last row that was let go, and the newest one, each with its seal."""
LOCK = 6_201_834_477_016
Itself = Literal["system", "operator"]
SYSTEM: Itself = "system"
OPERATOR: Itself = "operator"


class Audit(Base):
    """One thing that was done. It is never changed, and goes only with its time."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(16), index=True)
    """A member's or person's number; system, or operator."""
    what: Mapped[str] = mapped_column(String(32), index=True)
    subject: Mapped[str] = mapped_column(String(16), index=True)
    """The number of the request, member or person it was done to; empty where there is none."""
    detail: Mapped[str] = mapped_column(String(400), default="{}")
    """Kinds, states and numbers as JSON: never a word that somebody wrote."""
    seal: Mapped[str] = mapped_column(String(64))


class Pseudonym(Base):
    """The random number under which somebody or something stands in the record."""

    __tablename__ = "pseudonym"
    __table_args__ = (UniqueConstraint("kind", "row"),)

    number: Mapped[str] = mapped_column(String(16), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    row: Mapped[int] = mapped_column(BigInteger)


@dataclass(frozen=True, slots=True)
class Broken:
    """Where the record is not as it was written."""

    row: int
    why: Literal["changed", "missing"]


def note(
    session: Session,
    what: str,
    now: datetime,
    *,
    by: Member | Person | Itself = SYSTEM,
    about: Case | Member | Person | None = None,
    **detail: str | int | bool | None,
) -> None:
    """Have this written into the record when the transaction ends, and never without it.

    `detail` are names of our own tables (kinds, states, reasons) and counts; members and cases in
    it are given as `number(...)`.
    """
    actor = by if isinstance(by, str) else number(session, by)
    subject = number(session, about) if about is not None else ""
    plain = json.dumps(detail, sort_keys=True, separators=(",", ":"))
    session.info.setdefault(PENDING, []).append((now, actor, what, subject, plain))


def seal(session: Session) -> None:
    """Write what this transaction noted, as its last step."""
    pending = session.info.pop(PENDING, None)
    if not pending:
        return
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(statement("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    _, last = _noted(session, HEAD) or _noted(session, ANCHOR) or (0, FIRST)
    for at, actor, what, subject, detail in pending:
        row = Audit(at=at, actor=actor, what=what, subject=subject, detail=detail)
        last = row.seal = _sealed(last, row)
        session.add(row)
        session.flush()
    session.merge(Note(name=HEAD, value=f"{row.id} {last}"))
    session.flush()


@event.listens_for(Session, "after_transaction_create")
def _savepoint_begins(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        marks = session.info.setdefault(MARKS, {})
        marks[transaction] = len(session.info.get(PENDING, ()))


@event.listens_for(Session, "after_soft_rollback")
def _savepoint_taken_back(session: Session, transaction: SessionTransaction) -> None:
    mark = session.info.get(MARKS, {}).get(transaction)
    if mark is not None and PENDING in session.info:
        del session.info[PENDING][mark:]


def number(session: Session, of: Case | Member | Person) -> str:
    """The random number of somebody or something, made at its first mention."""
    kind, row = of.__tablename__, of.id
    known = session.scalar(
        select(Pseudonym.number).where(Pseudonym.kind == kind, Pseudonym.row == row)
    )
    if known is not None:
        return known
    made = secrets.token_hex(5)
    try:
        with session.begin_nested():
            session.add(Pseudonym(number=made, kind=kind, row=row))
    except IntegrityError:  # somebody else just made it
        return number(session, of)
    return made


def forget(session: Session, kind: Kind, *rows: int) -> None:
    """Nothing leads any more from the record to these."""
    session.execute(delete(Pseudonym).where(Pseudonym.kind == kind, Pseudonym.row.in_(rows)))


def found(session: Session, kind: Kind, numbers: Sequence[str]) -> dict[str, int]:
    """Which rows these numbers are, those that were not erased."""
    known = select(Pseudonym).where(Pseudonym.kind == kind, Pseudonym.number.in_(numbers))
    return {one.number: one.row for one in session.scalars(known)}


def newest(session: Session, limit: int, before: int | None = None) -> list[Audit]:
    """The last things that were done, the newest first."""
    chosen = select(Audit).order_by(Audit.id.desc()).limit(limit)
    return list(session.scalars(chosen.where(Audit.id < before) if before else chosen))


def verify(session: Session) -> Iterator[Broken]:
    """Every row that does not follow from the one before it; none where the record is whole."""
    before, last = _noted(session, ANCHOR) or (0, FIRST)
    for row in session.scalars(select(Audit).order_by(Audit.id).execution_options(yield_per=1000)):
        if row.seal != _sealed(last, row):
            yield Broken(row.id, "missing" if row.id > before + 1 else "changed")
        before, last = row.id, row.seal
    if (head := _noted(session, HEAD)) and head != (before, last):
        yield Broken(head[0], "missing")


def head(session: Session) -> tuple[int, str] | None:
    """The newest row and its seal, to be kept elsewhere and compared one day."""
    return _noted(session, HEAD)


def count(session: Session) -> int:
    """How many rows the record holds."""
    return session.scalar(select(func.count()).select_from(Audit)) or 0


def let_go(session: Session, before: datetime) -> int:
    """Take rows past their time out at the beginning; the chain then begins at what is noted of them."""
    old = select(Audit).where(Audit.at < before).order_by(Audit.id.desc()).limit(1)
    last = session.scalar(old)
    if last is None:
        return 0
    session.merge(Note(name=ANCHOR, value=f"{last.id} {last.seal}"))
    session.flush()
    gone = session.execute(delete(Audit).where(Audit.id <= last.id).returning(Audit.id)).all()
    return len(gone)


def _noted(session: Session, name: str) -> tuple[int, str] | None:
    kept = session.get(Note, name, populate_existing=True)
    if kept is None:
        return None
    row, _, sealed = kept.value.partition(" ")
    return int(row), sealed


def _sealed(last: str, row: Audit) -> str:
    # to the second: databases keep moments with different fractions
    at = row.at.astimezone(UTC).isoformat(timespec="seconds")
    told = "\n".join((last, at, row.actor, row.what, row.subject, row.detail))
    return sha256(told.encode()).hexdigest()


# The database itself refuses to change a row, and to delete one that was not let go by `let_go`.
_GUARDS = {
    "sqlite": (
        "CREATE TRIGGER audit_stays BEFORE UPDATE ON audit "
        "BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END",
        "CREATE TRIGGER audit_keeps BEFORE DELETE ON audit WHEN OLD.id > COALESCE("
        "(SELECT CAST(value AS INTEGER) FROM note WHERE name = 'audit anchor'), 0) "
        "BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'DELETE' AND OLD.id <= COALESCE((SELECT split_part(value, ' ', 1)::bigint "
        "FROM note WHERE name = 'audit anchor'), 0) THEN RETURN OLD; END IF; "
        "RAISE EXCEPTION 'the record is append-only'; END $$",
        "CREATE TRIGGER audit_guard BEFORE UPDATE OR DELETE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION audit_guard()",
    ),
}
for _dialect, _statements in _GUARDS.items():
    for _one in _statements:
        _guard = DDL(_one).execute_if(dialect=_dialect)  # type: ignore[no-untyped-call]
        event.listen(Audit.__table__, "after_create", _guard)
