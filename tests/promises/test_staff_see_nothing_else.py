"""A chat of the Service's sees nothing of a request and changes nothing but by its own answers."""

from collections.abc import Iterator

import pytest
from ministry import (
    HIDDEN,
    LET_READ,
    OTHERS_PROPOSAL,
    OTHERS_TEXT,
    Ministry,
)
from talk import Talk

from handlers import steps
from handlers.staff import desk
from handlers.turn import scene_of
from storage import outbox
from storage.database import Database
from storage.model import Person, Proposal, Released
from storage.outbox import Chat

ALIASES = ("Leyla", "Nigar", "Vusal", "Olga", "Farid", "Rana")


@pytest.fixture
def here(database: Database) -> Ministry:
    """A council full of requests, and two units of the Service."""
    return Ministry(database)


@pytest.fixture
def untouched(here: Ministry) -> Iterator[None]:
    """Whatever happens in between, nothing that is kept has changed."""
    before = here.picture()
    yield
    assert here.picture() == before


def _sees_nothing(here: Ministry, *who: str) -> None:
    """Not a word, number, name or address of a request or a member was ever said there."""
    talk = here.talk
    for name in who:
        said = talk.ever_said(name)
        other = OTHERS_TEXT, OTHERS_PROPOSAL
        for words in (*HIDDEN, *(other if name == "Kamran" else ())):
            assert words not in said
        for case in talk.cases():
            digits = case.reference
            for form in (digits, f"{digits[:4]} {digits[4:8]} {digits[8]}"):
                assert form not in said
        for alias in ALIASES:
            assert alias not in said
            assert talk.addresses[alias] not in said


def _numbers(here: Ministry) -> list[str]:
    """Numbers that mean something somewhere: of proposals, texts, a request, and none."""
    rows = {str(one.id) for one in here.rows(Proposal, Released)}
    return sorted({*rows, here.ordinary.reference, "x"})


def _buttons(here: Ministry) -> list[str]:
    """Every button of the council, of migrants, and of this chat, with all that could stand in it."""
    council = [f"{verb}:{here.private.reference}" for verb in (*steps.COUNCIL, *steps.MIGRANT)]
    plain = [*steps.MIGRANT, *steps.ALWAYS, "lang:az", "forget:now", "consent:yes"]
    numbers = _numbers(here)
    own = [f"{verb}:{number}" for verb in desk.VERBS for number in numbers]
    deeper = [
        f"{verb}:{number}:{kind}"
        for verb in ("staff_reply", "staff_send", "staff_wordless", "staff_again", "staff_by")
        for number in numbers
        for kind in ("accepted", "more_time", "withdrawn", "2026-12-24")
    ]
    weeks = ["staff_digest:2026-W48", "staff_digest:x", "staff_weeks:99", "staff_digest:a:b:c"]
    return [*plain, *council, *sorted(desk.VERBS), *own, *deeper, *weeks]


@pytest.mark.one_database
@pytest.mark.usefixtures("untouched")
@pytest.mark.timeout(400)
def test_every_button_there_is(here: Ministry) -> None:
    """Real, forged, of another's chat, of another unit: nothing is seen, nothing is changed."""
    for number, does in enumerate(_buttons(here)):
        here.talk.press("Kamran", does)
        if number % 5 == 0:
            here.talk.deliver()
    here.talk.deliver()
    _sees_nothing(here, "Kamran")


COMMANDS = (
    *(f"/{name}" for name in steps.COMMANDS),
    *(f"/{name} 1" for name in ("find", "record", "proposals", "released", "leave", "start")),
    *("MENU", "DELETE", "STOP", "MANAGER", "SKIP", "SİL", "APPEAL", "yes", "0", "1", "9", "99"),
    *("digest 2026-W48", "' OR 1=1 --", "{reference}", "MC {reference}", "MC {reference} 123456"),
    *("Who is Mirvari?", "WITH service_released AS (SELECT * FROM person) SELECT 1"),
)


@pytest.mark.one_database
@pytest.mark.usefixtures("untouched")
@pytest.mark.timeout(400)
def test_every_command_there_is(here: Ministry) -> None:
    """Written commands, words, numbers and references of requests find nothing and do nothing."""
    for text in COMMANDS:
        here.talk.write("Kamran", "/help")  # no number answers what was asked before
        for reference in (here.ordinary.reference, here.private.reference):
            here.talk.write("Kamran", text.format(reference=reference))
        here.talk.deliver()
    _sees_nothing(here, "Kamran")
    assert "Nobody reads" in here.talk.ever_said("Kamran")


@pytest.mark.one_database
@pytest.mark.usefixtures("untouched")
@pytest.mark.timeout(400)
def test_every_number_on_every_screen(here: Ministry) -> None:
    """Whatever stands on a screen is chosen, two steps deep: nothing goes without its preview."""
    for first in ("/proposals", "/released", "/digest", "/help"):
        for one in range(4):
            for other in (0, 1, 3, 5):
                for text in (first, str(one), str(other)):
                    here.writes("Kamran", text)
    for other in (0, 2, 9):
        for text in ("/leave", str(other), str(other)):
            here.writes("Kamran", text)
    _sees_nothing(here, "Kamran")


def test_replies_to_anything_are_nothing(here: Ministry) -> None:
    """A reply to a message of ours, even one that quotes a number, reaches no request."""
    before = here.picture()
    here.writes("Kamran", "/help")
    for message_id in list(here.talk.chats["Kamran"]):
        here.writes("Kamran", f"About MC {here.ordinary.reference}", reply_to=message_id)
    assert here.picture() == before
    _sees_nothing(here, "Kamran")


def test_what_they_may_say_changes_that_alone(here: Ministry) -> None:
    """An answer to a released text adds one reply, and the migrant hears nothing of it."""
    before = here.picture(besides=("released", "released_reply", "proposal", "proposal_reply"))
    said = here.talk.ever_said("Farid")
    for text in ("/released", "1", "1", "It comes in May.", "1"):
        here.writes("Kamran", text)
    for text in ("/proposals", "1", "3", "No money.", "1"):
        here.writes("Kamran", text)
    assert sorted(here.replies()) == [("answer", "It comes in May."), ("refused", "No money.")]
    assert (
        here.picture(besides=("released", "released_reply", "proposal", "proposal_reply")) == before
    )
    assert here.talk.ever_said("Farid") == said
    _sees_nothing(here, "Kamran")


def test_another_units_numbers(here: Ministry) -> None:
    """Sevda opens, answers and is shown nothing of what Kamran's unit was sent."""
    own = {one.id for one in here.rows(Released) if one.unit == "fines"}
    for one in here.rows(Released):
        for does in (f"staff_text:{one.id}", f"staff_answer:{one.id}"):
            here.presses("Sevda", does)
        here.writes("Sevda", "We know already.")
        here.presses("Sevda", f"staff_answer_send:{one.id}")
    assert LET_READ not in here.talk.ever_said("Sevda")
    assert len(here.replies()) == len(own)
    _sees_nothing(here, "Sevda")


@pytest.mark.one_database
@pytest.mark.parametrize("who", ["Leyla", "Nigar", "Vusal", "Farid"])
def test_nobody_else_is_the_service(here: Ministry, who: str) -> None:
    """Members and migrants press and write what the Service could: no answer is ever taken."""
    for does in _buttons(here):
        if does.startswith("staff_"):
            here.talk.press(who, does)
    for text in ("/released", "/digest", "digest 2026-W47", "1"):
        here.talk.write(who, text)
    here.talk.deliver()
    assert not here.replies()
    assert not here.outbox("digest")
    assert not here.outbox("staff")
    assert OTHERS_TEXT not in here.talk.ever_said(who)


def test_who_left_is_nobody_there(here: Ministry) -> None:
    """After leaving, old buttons and commands of the Service open nothing."""
    for text in ("/released", "1", "/leave", "1"):
        here.writes("Kamran", text)
    said = len(here.talk.said)
    for does in _buttons(here):
        if does.startswith("staff_"):
            here.talk.press("Kamran", does)
    here.talk.deliver()
    after = "".join(m.text for name, m in here.talk.said[said:] if name == "Kamran")
    assert LET_READ not in after
    assert not here.replies()


def test_no_card_of_the_council_reaches_such_a_chat(here: Ministry) -> None:
    """Were a row of the council's ever queued for it, it would not be drawn."""
    talk: Talk = here.talk
    kamran = here.person("Kamran")
    assert kamran is not None

    def queue(session: object) -> None:
        person = session.get(Person, kamran.id)  # type: ignore[attr-defined]
        scene = scene_of(session, person, talk.charter, talk.now)  # type: ignore[arg-type]
        for case in (here.ordinary, here.private):
            for member in (1, 2, 3, None):
                to = Chat(
                    talk.ledger.channel, person.address_hash, person.address, person.id, member
                )
                for show in ("card", "whole"):
                    outbox.add(scene.session, to, show, talk.now, case_id=case.id)

    talk.work(queue)
    talk.deliver()
    _sees_nothing(here, "Kamran")
