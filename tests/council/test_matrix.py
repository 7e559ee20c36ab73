"""Who may do what with which request: every role, every action, every kind of request, pressed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from talk import Talk

from handlers.council import access
from storage import members, people
from storage.database import Database
from storage.model import Case, Entry, Member, Outbox, Person, Review

WORDS = "the words that others must not see"
DOCS = Path(__file__).parents[2] / "docs/council.md"

ROLES = (
    *("reader", "second", "member", "chair", "acting", "focal", "focal_reader", "outside"),
    *("operator", "suspended", "former", "writer", "subject", "migrant"),
)
"""`reader` is responsible for it, as is `focal_reader` for what is private; `second` was asked to
read an answer; `writer` sits in the council and wrote it; `subject` is complained about in it."""
KINDS = tuple(product(("ordinary", "private"), ("open", "asked", "answered", "closed")))
OF_NOBODY_ELSE = frozenset({"reader", "focal_reader"})


def expected(role: str, action: str, track: str, state: str) -> bool:
    """What the design says, told once more in other words than in `access`."""
    reads = role == ("focal_reader" if track == "private" else "reader")
    if role == "second":
        return track != "private" and action in ("open", "files", "whole", "review")
    if not reads or action == "review":
        return False
    if action in ("link", "bulk", "private", "release"):
        return track != "private" and state != "closed"
    if action == "reopen":
        return state == "closed"
    if action in ("take", "ask", "sort", "hand", "refer", "conflict", "close"):
        return state != "closed"
    return True


@dataclass
class Council:
    """Everybody there is, and one request."""

    talk: Talk
    case: int = 0

    def build(self) -> None:
        """Seat everybody; a migrant's request exists."""
        roles = {"chair": "chair", "focal": "focal", "focal_reader": "focal", "outside": "outside"}
        roles |= {"operator": "operator"}
        for name in ROLES:
            if name == "migrant":
                self.talk.agreed(name)
            else:
                self.talk.seat(name, roles.get(name, "member"), agreed=True)
        self.talk.agreed("Farid")
        self.talk.work(self._offices)
        self.case = self.talk.hand_in("Farid", f"I ask: {WORDS} and 050 123 45 67").id

    def _offices(self, session: Session) -> None:
        def seat(alias: str) -> Member:
            found = members.by_alias(session, alias)
            assert found is not None
            return found

        seat("acting").is_acting = True
        seat("suspended").suspended_at = self.talk.now
        seat("former").left_at = self.talk.now

    def arrange(self, session: Session, role: str, track: str, state: str) -> str:
        """The request as it is to be tried, nothing of former tries left; gives its reference."""
        case = session.get_one(Case, self.case)
        session.execute(delete(Outbox))
        session.execute(delete(Review))
        session.execute(delete(Entry).where(Entry.case_id == case.id, Entry.kind != "message"))
        for person in session.scalars(select(Person)):
            person.screen, person.screen_args, person.screen_row = "", None, None
        seats = {member.alias: member for member in session.scalars(select(Member))}
        case.track, case.state, case.bundle_id = track, state, None
        case.responsible_id = seats["focal_reader" if track == "private" else "reader"].id
        case.subjects, case.excluded = ([seats["subject"].id] if role == "subject" else []), []
        writer = people.find(session, "telegram", self.talk.addresses["Farid"])
        assert writer is not None
        case.person_id = seats["writer"].person_id if role == "writer" else writer.id
        case.closed_at = self.talk.now if state == "closed" else None
        case.taken_at, case.asked_count, case.urgency = None, 0, "P4"
        case.read_by_at = case.answer_by_at = self.talk.now + timedelta(days=3)
        if role == "second":
            session.add(
                Review(
                    case_id=case.id,
                    author_id=case.responsible_id,
                    reader_id=seats["second"].id,
                    held={"reference": case.reference, "kind": "answer", "text": "x"},
                    at=self.talk.now,
                )
            )
        return case.reference

    def picture(self) -> tuple[object, ...]:
        """Everything about the request that a press could change."""
        with self.talk.database.read() as session:
            case = session.get_one(Case, self.case)
            row = tuple(getattr(case, column.key) for column in Case.__table__.columns)
            entries = session.scalars(select(Entry.id).where(Entry.case_id == case.id)).all()
            reviews = session.scalars(select(Review.state)).all()
            return row, tuple(entries), tuple(reviews)


@pytest.fixture(scope="module")
def council(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Council]:
    """One council for the whole matrix."""
    import shutil

    from furnished import ring_of

    from storage import secrecy
    from storage.database import open_database

    path = tmp_path_factory.mktemp("matrix") / "council.db"
    shutil.copy(sqlite_template, path)
    database: Database = open_database(f"sqlite:///{path}")
    secrecy.use(ring_of(database))
    council = Council(Talk(database))
    council.build()
    yield council
    database.close()


VERBS = {"private": "private!", "review": "", "second": "", "bulk": "", "correct": ""}
"""How an action's button begins, where it is not called like it; empty: it has none of its own."""


@pytest.fixture(autouse=True)
def ring(council: Council) -> None:
    """The keys of this database are in use, whatever other tests used."""
    from furnished import ring_of

    from storage import secrecy

    secrecy.use(ring_of(council.talk.database))


@pytest.mark.parametrize("role", ROLES)
def test_the_table(council: Council, role: str) -> None:
    """`access.may` says for every action and kind of request what the design says."""
    wrong = []
    for track, state in KINDS:
        council.talk.work(lambda s, t=track, st=state: council.arrange(s, role, t, st))  # type: ignore[misc]
        with council.talk.database.read() as session:
            seat = session.scalar(select(Member).where(Member.alias == role))
            case = session.get_one(Case, council.case)
            for action in access.ACTIONS:
                may = seat is not None and access.may(session, seat, case, action)
                if may != expected(role, action, track, state):
                    wrong.append((action, track, state, may))
    assert not wrong


@pytest.mark.parametrize("role", [role for role in ROLES if role not in OF_NOBODY_ELSE])
def test_a_forged_button_does_nothing(council: Council, role: str) -> None:
    """Whoever may not: the request stays as it is, and none of its words is shown."""
    talk = council.talk
    for track, state in KINDS:
        reference = talk.work(lambda s, t=track, st=state: council.arrange(s, role, t, st))  # type: ignore[misc]
        for action in access.ACTIONS:
            verb = VERBS.get(action, action)
            if not verb or expected(role, action, track, state):
                continue
            before, said = council.picture(), len(talk.said)
            talk.press(role, f"{verb}:{reference}")
            talk.write(role, "words after it") if role != "migrant" else None
            talk.work(lambda s: s.execute(delete(Case).where(Case.state == "draft")))
            talk.deliver()
            assert council.picture() == before, (role, action, track, state)
            shown = [m.text for who, m in talk.said[said:] if who == role]
            assert not any(WORDS in text for text in shown), (role, action, track, state)
            talk.work(lambda s, t=track, st=state: council.arrange(s, role, t, st))  # type: ignore[misc]


@pytest.mark.parametrize("role", sorted(OF_NOBODY_ELSE))
def test_a_real_button_works(council: Council, role: str) -> None:
    """Whoever may is not refused."""
    talk = council.talk
    for track, state in KINDS:
        for action in access.ACTIONS:
            verb = VERBS.get(action, action)
            if not verb or action == "files" or not expected(role, action, track, state):
                continue  # there are no files
            reference = talk.work(lambda s, t=track, st=state: council.arrange(s, role, t, st))  # type: ignore[misc]
            toast = talk.press(role, f"{verb}:{reference}")
            refused = ("not with you", "not possible any more", "does not work")
            assert not any(text in toast for text in refused), (role, action, track, state, toast)


def test_the_docs_say_the_same() -> None:
    """docs/council.md shows this table."""
    text = DOCS.read_text()
    for line in table():
        assert line in text, line


def table() -> Iterator[str]:
    """The matrix as the docs show it."""
    yield "| action | open | waiting for the writer | answered | closed | private |"
    for action in access.ACTIONS:
        reader = [
            "yes" if expected("reader", action, "ordinary", state) else "–"
            for state in ("open", "asked", "answered", "closed")
        ]
        states = ("open", "closed")
        private = [state for state in states if expected("focal_reader", action, "private", state)]
        also = "also the second reader" if expected("second", action, "ordinary", "open") else ""
        cells = [f"`{action}`", *reader, " and ".join(private) or "–"]
        yield f"| {' | '.join(cells)} | {also} |".replace(" |  |", " |")
