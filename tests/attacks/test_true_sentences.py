"""Every sentence that a person is shown is true in the state in which it is shown."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from talk import Talk

from handlers.messages import Attachment
from storage.model import Case, Outbox

SMALL = "How can I learn the language?"
PHOTO = Attachment(kind="photo", file_id="photo-1")


@pytest.fixture(autouse=True)
def there(talk: Talk) -> None:
    """A member, and a migrant who agreed."""
    talk.seat("Leyla")
    talk.agreed("Farid")


def _answer(talk: Talk, who: str, case: Case, text: str) -> None:
    talk.press(who, f"answer:{case.reference}")
    talk.write(who, text)
    talk.press(who, f"sendit:{case.reference}")
    talk.deliver()


def test_languages_of_the_reader(talk: Talk) -> None:
    """A writer is not told that nobody speaks their language where somebody does."""
    talk.seat("Samir", languages="ru")
    case = talk.hand_in("Farid", SMALL)
    talk.press("Leyla", f"over:{case.reference}:2:topic")
    talk.deliver()
    assert "Samir reads it. Languages: Russian" in talk.screen("Farid")
    assert "Nobody here speaks" not in talk.screen("Farid")


def test_the_reason_of_a_hand_over(talk: Talk) -> None:
    """ "They speak your language" can be said only of who does."""
    talk.seat("Samir", languages="ru")
    talk.seat("Aysu", languages="en")
    case = talk.hand_in("Farid", SMALL)
    holder, speaker = ("Leyla", 3) if case.responsible_id == 1 else ("Aysu", 1)
    talk.press(holder, f"to:{case.reference}:2")
    talk.deliver()
    assert f"over:{case.reference}:2:language" not in talk.buttons(holder)
    talk.press(holder, f"over:{case.reference}:2:language")
    assert talk.case().responsible_id == case.responsible_id
    talk.press(holder, f"over:{case.reference}:{speaker}:language")
    talk.deliver()
    assert talk.case().responsible_id == speaker


def test_why_it_is_with_whom_it_was_given(talk: Talk) -> None:
    """Whoever is handed a request is not told why the first one was chosen, nor of their answer."""
    talk.seat("Samir", languages="ru")
    case = talk.hand_in("Farid", SMALL)
    _answer(talk, "Leyla", case, "There are free courses.")
    assert "Your last answer was delivered" in talk.screen("Leyla")
    talk.press("Leyla", f"over:{case.reference}:2:topic")
    talk.deliver()
    assert "free courses" in talk.screen("Samir")
    assert "Why you" not in talk.screen("Samir")
    assert "Your last answer" not in talk.screen("Samir")


def test_what_stands_where_a_card_was(talk: Talk) -> None:
    """A request that another reads now is not said to exist no more."""
    talk.seat("Samir")
    case = talk.hand_in("Farid", SMALL)
    holder, other = ("Leyla", 2) if case.responsible_id == 1 else ("Samir", 1)
    talk.press(holder, f"over:{case.reference}:{other}:topic")
    emptied = select(Outbox).where(
        Outbox.show == "emptied", Outbox.member_id == case.responsible_id
    )
    rows = talk.work(lambda s: s.scalars(emptied).all())
    texts = [
        talk.work(lambda s, row=row: talk.ledger.draw(s, row, talk.charter, talk.now))
        for row in rows
    ]
    assert texts
    assert all(message is not None and "not with you" in message.text for message in texts)


def test_words_of_the_bot_that_fail(talk: Talk) -> None:
    """A member is told of their own words that failed, not of the bot's."""
    from handlers import delivered

    case = talk.hand_in("Farid", SMALL)

    def fails(session: object) -> None:
        row = session.scalars(  # type: ignore[attr-defined]
            select(Outbox).where(Outbox.case_id == case.id, Outbox.member_id.is_(None))
        ).first()
        delivered.refused(session, row, "too_long", talk.now, talk.charter)  # type: ignore[arg-type]

    talk.work(fails)
    talk.deliver()
    assert "your message could not be sent" not in talk.ever_said("Leyla")


def test_no_new_date_that_is_over(talk: Talk) -> None:
    """After a week without power one apology arrives, with a date that lies ahead."""
    talk.charter = replace(
        talk.charter, promises={**talk.charter.promises, "P4": talk.charter.promises["P1"]}
    )
    case = talk.hand_in("Farid", SMALL)
    talk.press("Leyla", f"take:{case.reference}")
    talk.deliver()
    before = talk.ever_said("Farid").count("sorry")
    talk.later(days=7)
    talk.deliver()
    assert talk.ever_said("Farid").count("sorry") - before == 1
    case = talk.case()
    assert case.answer_by_at is not None
    assert case.answer_by_at > talk.now
    assert talk.ever_said("Leyla").count("waits for an answer") <= 1


def test_an_operator_is_offered_no_desk(talk: Talk) -> None:
    """Who only receives alerts is not told that requests come, nor to choose or just write."""
    talk.seat("Olga", "operator")
    for text in ("/start", "/desk", "/help", "/menu", "5"):
        talk.write("Olga", text)
        talk.deliver()
    said = talk.ever_said("Olga")
    assert "Requests come" not in said
    assert "New requests come" not in said
    assert "just write" not in said
    assert "alerts only" in said


def test_stopped_means_stopped(talk: Talk) -> None:
    """After "We do not write first about this" no reminder of an unsent message follows."""
    talk.write("Farid", SMALL)
    talk.press("Farid", "private")
    talk.press("Farid", "safe:no")
    talk.deliver()
    said = len(talk.said)
    talk.later(hours=2)
    talk.deliver()
    assert [message.text for who, message in talk.said[said:] if who == "Farid"] == []
