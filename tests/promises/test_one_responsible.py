"""Every request has exactly one responsible person, whatever people do, in whatever order."""

import os
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

from furnished import ring_of
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from talk import CHANNEL, Talk

from handlers.council import membership
from storage import members, people, secrecy
from storage.database import Database, open_database
from storage.model import Case, Member, Person

RED = "My uncle beats me and keeps my passport."
PICK = st.integers(0, 10**6)


class Council(RuleBasedStateMachine):
    """Two migrants and a council that comes and goes."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.talk = Talk(database)
        self.numbers = count(1)
        self.words: dict[str, list[str]] = {}
        """The words of each request, by reference."""

    @initialize()
    def begin(self) -> None:
        """Two members, a chair, and two people who agreed."""
        for name, role in (("Leyla", "member"), ("Samir", "member"), ("Vusal", "chair")):
            self.talk.seat(name, role, agreed=True)
        self.talk.agreed("Farid")
        self.talk.agreed("Rana")

    # migrants

    @rule(who=st.sampled_from(["Farid", "Rana", "Leyla"]), red=st.booleans())
    def hands_in(self, who: str, red: bool) -> None:
        """Somebody sends something; a member too, as a migrant."""
        text = f"{RED if red else 'How can I learn the language?'} {self._mark()}"
        if who == "Leyla":
            self.talk.press(who, "write:question")
        self.talk.write(who, text)
        case = next((c for c in self.talk.cases() if c.state == "draft"), None)
        if case is None:
            return  # it belonged to another request
        self.words.setdefault(case.reference, []).append(text)
        self.talk.press(who, f"send:{case.reference}")
        self.talk.press(who, f"date:{case.reference}:none")

    @rule(pick=PICK, red=st.booleans())
    def adds(self, pick: int, red: bool) -> None:
        """A request grows, or opens again."""
        if (case := self._some(pick)) and (who := self._writer(case)):
            text = f"{RED if red else 'One more thing.'} {self._mark()}"
            self.talk.press(who, f"add:{case.reference}")
            self.talk.write(who, text)

    @rule(pick=PICK, does=st.sampled_from(["rate:{}:not", "rate:{}:helped", "done:{}", "skip:{}"]))
    def says(self, pick: int, does: str) -> None:
        """A rating, or that it is not needed any more."""
        if (case := self._some(pick)) and (who := self._writer(case)):
            self.talk.press(who, does.format(case.reference))

    @rule(pick=PICK, answer=st.sampled_from(["yes", "1", "2", "no"]))
    def chooses(self, pick: int, answer: str) -> None:
        """Whether an ordinary member may read what is private."""
        if (case := self._some(pick, "awaiting_choice")) and (who := self._writer(case)):
            self.talk.press(who, f"ordinary:{answer}:{case.reference}")

    @rule(who=st.sampled_from(["Farid", "Rana"]))
    def erases(self, who: str) -> None:
        """Everything is deleted, and they come back."""
        for does in ("delete", "forget:sure", "forget:now"):
            self.talk.press(who, does)
        self.talk.deliver()
        self.talk.press(who, "lang:en")
        self.talk.press(who, "lang:en")
        self.talk.press(who, "consent:yes")

    # members

    @rule(pick=PICK, kind=st.sampled_from(["answer", "ask"]))
    def answers(self, pick: int, kind: str) -> None:
        """The reader answers or asks back."""
        if (case := self._some(pick)) and (reader := self._reader(case)):
            self.talk.press(reader, f"{kind}:{case.reference}")
            self.talk.write(reader, "Please tell me more.")
            self.talk.press(reader, f"sendit:{case.reference}")

    @rule(
        pick=PICK,
        does=st.sampled_from(["take:{}", "close:{}", "closed:{}:solved", "open:{}", "answer:{}"]),
    )
    def handles(self, pick: int, does: str) -> None:
        """The reader does something with the card."""
        if (case := self._some(pick)) and (reader := self._reader(case)):
            self.talk.press(reader, does.format(case.reference))

    @rule(pick=PICK, to=st.integers(1, 8))
    def hands_over(self, pick: int, to: int) -> None:
        """To another, who may not be one who can read it."""
        if (case := self._some(pick)) and (reader := self._reader(case)):
            self.talk.press(reader, f"over:{case.reference}:{to}:topic")

    # the council

    @rule(role=st.sampled_from(["member", "focal"]))
    def joins(self, role: str) -> None:
        """Somebody comes in by a link."""
        name = f"New{next(self.numbers)}"
        talk = self.talk
        talk.somebody(name)
        token = talk.work(
            lambda s: membership.invite(
                s, talk.charter, talk.now, alias=name, role=role, languages=["en"], topics=[]
            )
        )
        talk.write(name, f"/start {token}")
        talk.deliver()
        code = "".join(c for c in talk.screen(name).split("\n")[0] if c.isdigit())
        talk.work(lambda s: membership.confirm(s, talk.charter, code, talk.now))

    @precondition(lambda self: len(self._seats()) > 1)
    @rule(pick=PICK)
    def leaves(self, pick: int) -> None:
        """Somebody leaves; the last one stays."""
        seats = self._seats()
        alias = seats[pick % len(seats)].alias
        self.talk.work(lambda s: membership.leave(s, self.talk.charter, alias, self.talk.now))

    @rule(minutes=st.sampled_from([1, 20, 600, 6000]))
    def time_passes(self, minutes: int) -> None:
        """Drafts go, dates pass, silence closes."""
        self.talk.later(minutes=minutes)

    # what must hold

    @invariant()
    def everything_is_said(self) -> None:
        """What was decided reaches the chats before anybody looks."""
        if self.talk.addresses:
            self.talk.deliver()

    @invariant()
    def one_reads_each(self) -> None:
        """A seated member who may read it and who did not write it; with dates; or the truth."""
        for case, reader, writer in self.talk.work(self._picture):
            if case.state == "open" and reader is None and not self._could_read(case):
                # the last who could read it was excluded, or wrote it: they were told so
                assert "no council member who can read it" in self.talk.ever_said(writer)
                continue
            if case.state in ("open", "asked", "answered"):
                assert reader is not None, case.reference
                assert reader.left_at is None, case.reference
                assert reader.person_id != case.person_id, case.reference
                assert reader.role in members.READERS, case.reference
                assert reader.id not in case.excluded, case.reference
                assert case.track != "private" or reader.role == "focal", case.reference
                assert case.answer_by_at is not None, case.reference
                assert case.read_by_at is not None, case.reference
            if case.state == "awaiting_choice":
                assert reader is None, case.reference
                assert case.track == "private", case.reference
                assert not self._could_read(case), case.reference
                said = self.talk.ever_said(writer)
                truth = ("tell you the truth", "no council member who can read it")
                assert any(words in said for words in truth), case.reference

    @invariant()
    def one_sees_each(self) -> None:
        """Its card stands in the reader's chat, and not a word of it in any other member's."""
        for case, reader, writer in self.talk.work(self._picture):
            number = f"{case.reference[:4]} {case.reference[4:8]} {case.reference[8:]}"
            for name in self.talk.addresses:
                screen = self.talk.screen(name)
                if reader is not None and name == self._name(reader):
                    assert case.state == "closed" or number in screen, (name, number)
                elif name != writer:
                    for text in self.words.get(case.reference, []):
                        assert text not in screen, (name, number)

    # looking things up

    def _mark(self) -> str:
        return f"({next(self.numbers)} words)"

    def _some(self, pick: int, *states: str) -> Case | None:
        found = [
            c for c in self.talk.cases() if (c.state in states if states else c.state != "draft")
        ]
        return found[pick % len(found)] if found else None

    def _writer(self, case: Case) -> str:
        return next(w for c, _, w in self.talk.work(self._picture) if c.id == case.id)

    def _reader(self, case: Case) -> str | None:
        if case.responsible_id is None:
            return None
        seat_id = case.responsible_id
        return self._name(self.talk.work(lambda s: s.get_one(Member, seat_id)))

    def _name(self, seat: Member) -> str:
        return seat.alias.split("·")[0]

    def _seats(self) -> list[Member]:
        return self.talk.work(members.seated) if self.talk.addresses else []

    def _could_read(self, case: Case) -> bool:
        roles = ("focal",) if case.track == "private" else members.READERS
        return any(
            seat.role in roles and seat.id not in case.excluded and seat.person_id != case.person_id
            for seat in self._seats()
        )

    def _picture(self, session: Any) -> list[tuple[Case, Member | None, str]]:
        names = {
            people.chat_hash(CHANNEL, address): name
            for name, address in self.talk.addresses.items()
        }
        return [
            (
                case,
                session.get(Member, case.responsible_id) if case.responsible_id else None,
                names[session.get_one(Person, case.person_id).address_hash],
            )
            for case in session.scalars(select(Case).where(Case.state != "draft"))
        ]


def _machines(template: Path, folder: Path) -> Iterator[Callable[[], Council]]:
    opened: list[Database] = []

    def fresh() -> Council:
        path = folder / f"{len(opened)}.db"
        shutil.copy(template, path)
        opened.append(open_database(f"sqlite:///{path}"))
        secrecy.use(ring_of(opened[-1]))
        return Council(opened[-1])

    yield fresh
    for database in opened:
        database.close()


def test_one_responsible(sqlite_template: Path, tmp_path: Path) -> None:
    """People, members and time do what they like, and there is always one who answers for it."""
    for fresh in _machines(sqlite_template, tmp_path):
        run_state_machine_as_test(
            fresh,
            settings=settings(
                max_examples=int(os.environ.get("N", 6)),
                stateful_step_count=25,
                phases=(Phase.generate,),
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
