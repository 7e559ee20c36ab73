"""Notes between members: read by whoever is responsible, never by the request's writer."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from talk import Talk

from handlers.council import membership
from handlers.messages import Attachment
from storage.audit import Audit
from storage.database import Database
from storage.model import Case, Entry

QUESTION = "How can I learn the language?"
NOTE = "I asked the library, they call on Monday."


@pytest.fixture
def talk(sqlite_in_use: Database) -> Talk:
    """Leyla reads what Farid asks."""
    talk = Talk(sqlite_in_use)
    talk.seat("Leyla")
    talk.agreed("Farid")
    return talk


def _notes(talk: Talk, case: Case, text: str = NOTE, **more: Any) -> str:
    talk.press("Leyla", f"note:{case.reference}")
    talk.deliver()
    message = talk.write("Leyla", text, **more)
    talk.deliver()
    return message


def _kept(talk: Talk) -> list[str]:
    chosen = select(Entry).where(Entry.kind == "note").order_by(Entry.id)
    return [entry.text for entry in talk.work(lambda s: list(s.scalars(chosen)))]


def test_a_note(talk: Talk) -> None:
    """It stands on the card with its author, and on the record without a word of it."""
    case = talk.hand_in("Farid", QUESTION)
    _notes(talk, case)
    card = talk.chats["Leyla"][talk.find("Leyla", QUESTION)].text
    assert f"📝 <i>For members only</i> · <b>Leyla</b>: {NOTE}" in card
    assert talk.case().taken_at is None
    rows = talk.work(lambda s: list(s.scalars(select(Audit).where(Audit.what == "note"))))
    assert [row.detail for row in rows] == ["{}"]


def test_never_to_its_writer(talk: Talk) -> None:
    """Whatever the writer does, and whatever is answered, the note stays inside."""
    case = talk.hand_in("Farid", QUESTION)
    _notes(talk, case)
    talk.press("Leyla", f"answer:{case.reference}")
    talk.write("Leyla", "There are free courses.")
    talk.press("Leyla", f"sendit:{case.reference}")
    talk.deliver()
    for does in ("requests", f"status:{case.reference}", f"again:{case.reference}",
                 f"add:{case.reference}", f"note:{case.reference}", f"done:{case.reference}"):  # fmt: skip
        talk.press("Farid", does)
        talk.deliver()
    talk.write("Farid", "And where?")
    talk.deliver()
    assert "free courses" in talk.ever_said("Farid")
    assert NOTE not in talk.ever_said("Farid")
    talk.agreed("Phone")
    talk.deliver()
    assert NOTE not in talk.ever_said("Phone")


def test_after_a_hand_over(talk: Talk) -> None:
    """The next member reads what the one before noted, the former one nothing more."""
    talk.seat("Samir")
    case = talk.hand_in("Farid", QUESTION)
    message = _notes(talk, case)
    talk.press("Leyla", f"over:{case.reference}:2:topic")
    talk.deliver()
    assert NOTE in talk.screen("Samir")
    assert NOTE not in talk.screen("Leyla")
    assert message not in talk.chats["Leyla"]
    talk.edit("Leyla", message, "Something else.")
    talk.deliver()
    assert _kept(talk) == [NOTE]


def test_words_only(talk: Talk) -> None:
    """A photo is no note; the question stays open."""
    case = talk.hand_in("Farid", QUESTION)
    _notes(talk, case, "", attachments=(Attachment("photo", file_id="map"),))
    assert "in words, without files" in talk.screen("Leyla")
    talk.write("Leyla", NOTE)
    assert _kept(talk) == [NOTE]


def test_a_number_is_a_note(talk: Talk) -> None:
    """A number alone is words here, as in an answer."""
    case = talk.hand_in("Farid", QUESTION)
    _notes(talk, case, "12")
    assert _kept(talk) == ["12"]


def test_in_reply_to_the_card(talk: Talk) -> None:
    """Words in reply to the very card are the note that was asked for, and no answer."""
    case = talk.hand_in("Farid", QUESTION)
    _notes(talk, case, reply_to=talk.find("Leyla", QUESTION))
    assert _kept(talk) == [NOTE]
    assert f"sendit:{case.reference}" not in talk.buttons("Leyla")


def test_in_reply_to_another(talk: Talk) -> None:
    """Words in reply to another request's card are no note on this one."""
    talk.agreed("Rana")
    case = talk.hand_in("Farid", QUESTION)
    other = talk.hand_in("Rana", "Where is the nearest school?")
    _notes(talk, case, reply_to=talk.find("Leyla", "nearest school"))
    assert _kept(talk) == []
    assert f"sendit:{other.reference}" in talk.buttons("Leyla")


def test_changed(talk: Talk) -> None:
    """Whoever corrects their message corrects the note."""
    case = talk.hand_in("Farid", QUESTION)
    message = _notes(talk, case)
    talk.edit("Leyla", message, "They call on Tuesday.")
    talk.deliver()
    assert "on Tuesday" in talk.screen("Leyla")
    assert _kept(talk) == ["They call on Tuesday."]


def test_cancelled(talk: Talk) -> None:
    """After Cancel the next words are no note."""
    case = talk.hand_in("Farid", QUESTION)
    talk.press("Leyla", f"note:{case.reference}")
    talk.press("Leyla", f"drop:{case.reference}")
    talk.write("Leyla", NOTE)
    talk.deliver()
    assert _kept(talk) == []


def _erased(talk: Talk, case: Case) -> None:
    for does in ("delete", "forget:sure", "forget:now"):
        talk.press("Farid", does)


def _left(talk: Talk, case: Case) -> None:
    talk.work(lambda s: membership.leave(s, talk.charter, "Leyla", talk.now))


def _handed_over(talk: Talk, case: Case) -> None:
    talk.press("Leyla", f"over:{case.reference}:2:topic")


@pytest.mark.parametrize("happens", [_erased, _left, _handed_over])
def test_lost_while_writing(talk: Talk, happens: Callable[[Talk, Case], None]) -> None:
    """Erased, left or handed over in the middle: nothing is kept, nothing goes anywhere."""
    talk.seat("Samir")
    case = talk.hand_in("Farid", QUESTION)
    talk.press("Leyla", f"note:{case.reference}")
    happens(talk, case)
    talk.write("Leyla", NOTE)
    talk.deliver()
    assert _kept(talk) == []
    assert NOTE not in talk.ever_said("Samir") + talk.ever_said("Farid")


def test_skipped_is_told(talk: Talk) -> None:
    """That the writer did not want to say stands in the history."""
    case = talk.hand_in("Farid", QUESTION)
    talk.press("Leyla", f"ask:{case.reference}")
    talk.write("Leyla", "Which city?")
    talk.press("Leyla", f"sendit:{case.reference}")
    talk.deliver()
    talk.press("Farid", f"skip:{case.reference}")
    talk.deliver()
    talk.press("Leyla", f"open:{case.reference}")
    talk.deliver()
    card = talk.chats["Leyla"][talk.find("Leyla", QUESTION)].text
    assert "did not want to answer" in card
