"""Where nobody may read a request, its writer is told so and asked, and nobody reads it."""

import pytest
from talk import Talk

from handlers.council import membership
from storage.database import Database

TRUTH = "tell you the truth"
RED = "My uncle beats me every evening."


def _leaves(talk: Talk, alias: str) -> None:
    talk.work(lambda s: membership.leave(s, talk.charter, alias, talk.now))
    talk.deliver()


@pytest.fixture
def talk(database: Database) -> Talk:
    """A council of one member and one focal person, and a migrant."""
    talk = Talk(database)
    talk.seat("Leyla")
    talk.seat("Nigar", "focal")
    talk.agreed("Farid")
    return talk


def _answered(talk: Talk, text: str, reader: str) -> str:
    case = talk.hand_in("Farid", text)
    talk.press(reader, f"answer:{case.reference}")
    talk.write(reader, "You can call the helpline.")
    talk.press(reader, f"sendit:{case.reference}")
    talk.deliver()
    return case.reference


def test_the_last_focal_person_leaves(talk: Talk) -> None:
    """The writer hears the truth and chooses; nobody else has read it."""
    talk.hand_in("Farid", RED)
    _leaves(talk, "Nigar")
    assert talk.case().state == "awaiting_choice"
    assert TRUTH not in talk.screen("Farid")  # only that there is news, until they write
    talk.write("Farid", "1")
    talk.deliver()
    assert TRUTH in talk.screen("Farid")
    assert RED not in talk.ever_said("Leyla")
    talk.press("Farid", f"ordinary:yes:{talk.case().reference}")
    talk.deliver()
    assert "Leyla reads it" in talk.screen("Farid")
    assert RED in talk.screen("Leyla")


def test_an_open_question_stays_open(talk: Talk) -> None:
    """The truth comes without numbers where a draft is open, whose digits stay its own."""
    private = talk.hand_in("Farid", RED)
    talk.write("Farid", "How can I learn the language?")
    talk.deliver()
    _leaves(talk, "Nigar")
    for _ in range(2):  # the first one reads the news
        talk.write("Farid", "1")
        talk.deliver()
    states = {case.reference: case.state for case in talk.cases()}
    assert states.pop(private.reference) == "awaiting_choice"
    assert list(states.values()) == ["open"]


@pytest.mark.parametrize("how", ["rate:{}:not", "add:{}"])
def test_reopened_without_a_reader(talk: Talk, how: str) -> None:
    """A closed private request whose reader left: no date is promised that nobody keeps."""
    reference = _answered(talk, RED, "Nigar")
    for _ in range(2):  # what is private is closed by the second tap
        talk.press("Nigar", f"closed:{reference}:solved")
        talk.deliver()
    _leaves(talk, "Nigar")
    talk.deliver()
    assert TRUTH not in talk.screen("Farid")
    said = len(talk.said)
    talk.press("Farid", how.format(reference))
    if how.startswith("add"):
        talk.write("Farid", "It happened again.")
    talk.deliver()
    new = "\n".join(message.text for who, message in talk.said[said:] if who == "Farid")
    assert talk.case().state == "awaiting_choice"
    assert TRUTH in new
    assert "News by" not in new


def test_danger_in_a_request_that_has_no_reader(talk: Talk) -> None:
    """Words of danger in a closed request whose reader left, and nobody for private ones."""
    reference = _answered(talk, "How can I learn the language?", "Leyla")
    talk.press("Leyla", f"closed:{reference}:solved")
    _leaves(talk, "Leyla")
    _leaves(talk, "Nigar")
    message = talk.mine["Farid"][0]
    talk.edit("Farid", message, RED)
    talk.deliver()
    assert talk.case().state == "awaiting_choice"
    assert TRUTH in talk.screen("Farid")


def test_a_private_draft_does_not_slip_into_an_ordinary_request(talk: Talk) -> None:
    """An old button that adds a draft to a request, pressed after the draft became private."""
    first = talk.hand_in("Farid", "How can I learn the language?")
    assert first.responsible_id is not None
    talk.write("Farid", "There is more.")
    talk.deliver()
    button = next(does for does in talk.buttons("Farid") if does.startswith("join:"))
    talk.write("Farid", RED)
    talk.press("Farid", button)
    talk.deliver()
    assert RED not in talk.ever_said("Leyla")
    assert "only a focal person" in talk.screen("Farid")
    talk.press("Farid", next(does for does in talk.buttons("Farid") if does.startswith("send:")))
    talk.deliver()
    talk.opens("Nigar")
    assert RED in talk.screen("Nigar")
    assert RED not in talk.ever_said("Leyla")
