"""No button, real, old or forged, shows or changes what is not its presser's."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from talk import CHANNEL, Talk

from handlers import steps
from handlers.council import membership
from handlers.rules.topics import TOPICS
from storage import people
from storage.database import Database
from storage.model import Case, Entry

STORY = "Mirvari says the landlord keeps our deposit."
PRIVATE_STORY = "My uncle beats me every evening, says Mirvari."
OWN = "How can I learn the language?"


def _pictures(talk: Talk) -> dict[str, Any]:
    """Every request with its history and its reader, by reference."""

    def taken(session: Any) -> dict[str, Any]:
        return {
            case.reference: (
                _columns(case),
                [_columns(entry) for entry in _entries(session, case)],
            )
            for case in session.scalars(select(Case))
        }

    return talk.work(taken)


def _columns(row: Any) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__mapper__.column_attrs}


def _entries(session: Any, case: Case) -> list[Entry]:
    return list(session.scalars(select(Entry).where(Entry.case_id == case.id).order_by(Entry.id)))


class Street:
    """Requests of several people, and others who press whatever they like."""

    def __init__(self, database: Database) -> None:
        self.talk = talk = Talk(database)
        for name, role in (("Leyla", "member"), ("Nigar", "focal"), ("Samir", "member")):
            talk.seat(name, role, agreed=True)
        for name, role in (("Vusal", "chair"), ("Olga", "operator"), ("Tural", "member")):
            talk.seat(name, role)
        talk.agreed("Farid")
        talk.agreed("Rana")
        talk.somebody("Stranger")
        talk.somebody("Newcomer")
        talk.somebody("Claimant")
        self.ordinary = talk.hand_in("Farid", STORY)
        self.private = talk.hand_in("Farid", PRIVATE_STORY)
        self.ranas = talk.hand_in("Rana", OWN)
        talk.write("Farid", f"{STORY} This is a draft.")
        self.draft = talk.case()
        self.leaves("Tural")
        talk.write("Newcomer", "hello")
        token = talk.work(
            lambda s: membership.invite(
                s, talk.charter, talk.now, alias="Aysu", role="chair", languages=["en"], topics=[]
            )
        )
        talk.write("Claimant", f"/start {token}")
        talk.deliver()
        self.references = [
            case.reference for case in (self.ordinary, self.private, self.ranas, self.draft)
        ]

    def leaves(self, name: str) -> None:
        """Their seat ends."""
        self.talk.work(lambda s: membership.leave(s, self.talk.charter, name, self.talk.now))

    def theirs(self, who: str) -> set[str]:
        """The references of what this person wrote or is responsible for."""

        def found(session: Any) -> set[str]:
            person = people.find(session, CHANNEL, self.talk.addresses[who])
            seat = people.membership(session, person) if person else None
            return {
                case.reference
                for case in session.scalars(select(Case))
                if (person and case.person_id == person.id)
                or (seat and case.responsible_id == seat.id)
            }

        return self.talk.work(found)

    def tries(self, who: str, *presses: str) -> None:
        """They press; nothing of anybody else's is shown to them, and nothing of it changes."""
        allowed = self.theirs(who)
        before = _pictures(self.talk)
        said = len(self.talk.said)
        for does in presses:
            self.talk.press(who, does)
            self.talk.deliver()
        after = _pictures(self.talk)
        for reference in before.keys() - allowed:
            assert after.get(reference) == before[reference], (who, presses, reference)
        shown = "\n".join(m.text for name, m in self.talk.said[said:] if name == who)
        for case, words in ((self.ordinary, STORY), (self.private, PRIVATE_STORY)):
            if case.reference not in allowed:
                assert words not in shown, (who, presses)


@pytest.fixture
def street(database: Database) -> Street:
    """A street full of people."""
    return Street(database)


NOBODYS = ("Stranger", "Newcomer", "Claimant", "Rana", "Tural", "Olga", "Vusal", "Samir")
MORE: dict[str, tuple[str, ...]] = {
    "which": ("",),
    "to": (":1", ":2", ":4"),
    "over": (":1:topic", ":2:topic", ":4:absent"),
    "closed": (":solved", ":silent"),
    "answer": ("", ":question"),
    "sort": ("", ":topic", ":class"),
    "sorted": (":topic:housing", ":kind:thanks", ":class:P1", ":class:P5:misread"),
    "all": (":answer", ":close"),
    "bulk": (":send:0", ":why:solved", ":drop"),
    "refers": (":ombudsman",),
    "go_there": (":ombudsman",),
    "told_there": (":ombudsman",),
    "pass_on": (":ombudsman",),
    "may_we": (":ombudsman",),
    "passed": (":1",),
    "padd": (":1",),
    "paddall": (":1",),
    "ptakeout": (":1",),
}


@pytest.mark.parametrize("who", NOBODYS)
def test_council_buttons_of_others(street: Street, who: str) -> None:
    """With every button of the council, whoever is not responsible does and sees nothing."""
    every = [
        f"{verb}:{case.reference}{more}"
        for verb in steps.COUNCIL
        for case in (street.ordinary, street.private)
        for more in MORE.get(verb, ("",))
    ]
    for one, other in ((street.ordinary, street.private), (street.ranas, street.ordinary)):
        every += [f"{verb}:{one.reference}:{other.reference}" for verb in ("linked", "unlink")]
    street.tries(who, *every, "desk", "which:own", "drop:0")


def test_a_member_who_reads_one_request_reads_no_other(street: Street) -> None:
    """A member's seat opens their own requests and nobody else's, not even by a typed answer."""
    street.tries("Samir", f"answer:{street.ordinary.reference}")
    talk = street.talk
    talk.write("Samir", "I can help you.")
    talk.deliver()
    talk.press("Samir", f"which:{street.ordinary.reference}")
    talk.press("Samir", f"sendit:{street.ordinary.reference}")
    talk.deliver()
    assert "I can help you." not in talk.ever_said("Farid")


VERBS = sorted({*steps.COUNCIL, *steps.MIGRANT, *steps.ALWAYS})
WORDS = st.one_of(
    st.sampled_from(
        [
            *(
                "0",
                "1",
                "2",
                "3",
                "5",
                "-1",
                "²",
                "٣",
                "99999999999999999999",
                "own",
                "now",
                "sure",
            ),
            *(
                "yes",
                "no",
                "except",
                "back",
                "soon",
                "solved",
                "silent",
                "topic",
                "private",
                "only_member",
            ),
            *("question", "complaint", "answer", "helped", "not", "more", "az", "xx", ""),
            *list(TOPICS)[:3],
        ]
    ),
    st.text(max_size=8),
)


def _forged(references: list[str]) -> st.SearchStrategy[str]:
    argument = st.one_of(st.sampled_from(references), st.sampled_from(references), WORDS)
    composed = st.builds(
        lambda verb, arguments: ":".join([verb, *arguments]),
        st.sampled_from(VERBS),
        st.lists(argument, max_size=4),
    )
    return st.one_of(composed, composed, composed, st.text(max_size=64))


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_forged_buttons(street: Street, data: st.DataObject) -> None:
    """Hundreds of invented buttons, pressed by several people: none does harm, none fails."""
    who = data.draw(st.sampled_from((*NOBODYS, "Leyla", "Nigar")))
    street.tries(who, *data.draw(st.lists(_forged(street.references), min_size=12, max_size=12)))


@pytest.mark.parametrize("number", ["²", "⑦", "٩٩", "-1", "9" * 30, "1 "])
def test_numbers_that_are_none(street: Street, number: str) -> None:
    """A forged number of a member is a stale button and no fault, to its owner too."""
    reference = street.ordinary.reference
    reader = next(name for name in ("Leyla", "Samir") if reference in street.theirs(name))
    for does in (f"to:{reference}:{number}", f"over:{reference}:{number}:topic"):
        street.talk.press(reader, does)
    for does in (f"ordinary:{number}:", f"ordinary:{number}:{reference}"):
        street.talk.press("Farid", does)
    street.talk.deliver()
    assert reference in street.theirs(reader)
