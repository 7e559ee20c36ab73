"""What was just sent can be taken back while nothing of it has left; nothing else is lost by it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from talk import Talk
from town import charter

from bot import claims, outcomes
from handlers.council import membership
from handlers.messages import Attachment
from storage.audit import Audit
from storage.database import Database
from storage.model import Case, Entry, Outbox, Told

QUESTION = "How can I learn the language?"
ANSWER = "There are free courses."
SOON = 11


def town_of(database: Database) -> Talk:
    """Leyla reads what Farid asked; answers wait ten seconds."""
    talk = Talk(database, charter(settle=timedelta(0), undo=timedelta(seconds=10)))
    talk.seat("Leyla")
    talk.agreed("Farid")
    return talk


@pytest.fixture
def talk(sqlite_in_use: Database) -> Talk:
    """A small town."""
    return town_of(sqlite_in_use)


def _answers(talk: Talk, case: Case, text: str = ANSWER, kind: str = "answer", **more: Any) -> str:
    """Leyla writes and sends; gives the id of her message."""
    talk.press("Leyla", f"{kind}:{case.reference}")
    message = talk.write("Leyla", text, **more)
    talk.press("Leyla", f"sendit:{case.reference}")
    talk.deliver()
    return message


def _button(talk: Talk) -> str:
    return next((does for does in talk.buttons("Leyla") if does.startswith("undo:")), "")


def _picture(talk: Talk) -> dict[str, Any]:
    def taken(session: Any) -> dict[str, Any]:
        case = session.scalars(select(Case).order_by(Case.id.desc())).first()
        columns = {c.key: getattr(case, c.key) for c in Case.__mapper__.column_attrs}
        answers = select(Told).where(Told.what == "answer").order_by(Told.id)
        told = [(one.id, one.ended_at, one.outcome) for one in session.scalars(answers)]
        return {**columns, "told": told}

    return talk.work(taken)


def _entries(talk: Talk, *kinds: str) -> list[Entry]:
    chosen = select(Entry).where(Entry.kind.in_(kinds)).order_by(Entry.id)
    return talk.work(lambda s: list(s.scalars(chosen)))


def _recorded(talk: Talk) -> list[str]:
    return talk.work(lambda s: list(s.scalars(select(Audit.what).order_by(Audit.id))))


def _soon(talk: Talk) -> None:
    talk.later(seconds=SOON)
    talk.deliver()


@pytest.mark.parametrize("kind", ["answer", "ask"])
def test_taken_back(talk: Talk, kind: str) -> None:
    """Everything is as before, the text is open again, and an edit of it still counts."""
    case = talk.hand_in("Farid", QUESTION)
    talk.press("Leyla", f"take:{case.reference}")
    before = _picture(talk)
    message = _answers(talk, case, kind=kind)
    assert _picture(talk) != before
    assert talk.press("Leyla", _button(talk)) == "Taken back. Nothing was sent."
    talk.deliver()
    assert _picture(talk) == before
    assert not _entries(talk, "answer", "question")
    assert ANSWER in talk.screen("Leyla")
    talk.edit("Leyla", message, "Courses are free from May.")
    talk.deliver()
    _soon(talk)
    assert ANSWER not in talk.ever_said("Farid")
    talk.press("Leyla", f"sendit:{case.reference}")
    _soon(talk)
    assert "Courses are free from May." in talk.screen("Farid")
    told = ["answered", "taken_back", "answered"]
    assert [what for what in _recorded(talk) if what in told or what == "asked"] == (
        told if kind == "answer" else ["asked", "taken_back", "asked"]
    )


def test_dates_that_ended_wait_again(talk: Talk) -> None:
    """A date that counted as kept by the answer waits again once that is taken back."""
    case = talk.hand_in("Farid", QUESTION)
    _answers(talk, case)
    assert _told(talk) == [("read", "kept"), ("answer", "kept")]
    talk.press("Leyla", _button(talk))
    assert _told(talk) == [("read", "kept"), ("answer", "")]  # she has read it, and that stays


def _told(talk: Talk) -> list[tuple[str, str]]:
    return talk.work(
        lambda s: [(one.what, one.outcome) for one in s.scalars(select(Told).order_by(Told.id))]
    )


def test_an_answer_leaves_in_its_time(talk: Talk) -> None:
    """Nobody takes it back: it goes, the button goes, and no copy of the text is kept."""
    case = talk.hand_in("Farid", QUESTION)
    _answers(talk, case)
    assert ANSWER not in talk.screen("Farid")
    assert _entries(talk, "answer")[0].undo is not None
    button = _button(talk)
    _soon(talk)
    assert ANSWER in talk.screen("Farid")
    assert "Taken for" in talk.screen("Leyla")
    assert not _button(talk)
    assert _entries(talk, "answer")[0].undo is None
    assert "on its way already" in talk.press("Leyla", button)
    assert case.reference in talk.screen("Farid").replace(" ", "")


def test_sent_at_once_without_a_time(sqlite_in_use: Database) -> None:
    """Where a council wants no time to take back, it goes at once and no button is offered."""
    talk = Talk(sqlite_in_use)
    talk.seat("Leyla")
    talk.agreed("Farid")
    _answers(talk, talk.hand_in("Farid", QUESTION))
    assert ANSWER in talk.screen("Farid")
    assert "Take back" not in talk.ever_said("Leyla")
    assert _entries(talk, "answer")[0].undo is None


def test_pressed_twice(talk: Talk) -> None:
    """The second press changes nothing and says so."""
    case = talk.hand_in("Farid", QUESTION)
    _answers(talk, case)
    button = _button(talk)
    talk.press("Leyla", button)
    before = _picture(talk)
    assert "nothing to take back" in talk.press("Leyla", button)
    assert _picture(talk) == before
    talk.press("Leyla", f"sendit:{case.reference}")
    _soon(talk)
    assert "nothing to take back" in talk.press("Leyla", button)
    assert ANSWER in talk.screen("Farid")


def test_the_writer_wrote_meanwhile(talk: Talk) -> None:
    """What they wrote stays, and the request stays open; the answer still does not go."""
    case = talk.hand_in("Farid", QUESTION)
    _answers(talk, case)
    talk.press("Farid", f"add:{case.reference}")
    talk.write("Farid", "I live in Ganja.")
    opened = _picture(talk)
    assert opened["state"] == "open"
    assert talk.press("Leyla", _button(talk)).startswith("Taken back")
    assert _picture(talk) == opened
    assert [e.text for e in _entries(talk, "message")] == [QUESTION, "I live in Ganja."]
    _soon(talk)
    assert ANSWER not in talk.ever_said("Farid")


def test_a_question_taken_back_was_not_asked(talk: Talk) -> None:
    """Even where the writer wrote meanwhile, it counts for none of the two questions."""
    case = talk.hand_in("Farid", QUESTION)
    _answers(talk, case, "Where do you live?", "ask")
    talk.press("Farid", f"add:{case.reference}")
    talk.write("Farid", "I live in Ganja.")
    talk.press("Leyla", _button(talk))
    assert (talk.case().asked_count, talk.case().state) == (0, "open")


def test_its_writer_closed_it(talk: Talk) -> None:
    """An answer on its way to a request that its writer closes still goes."""
    case = talk.hand_in("Farid", QUESTION)
    _answers(talk, case)
    talk.press("Farid", f"done:{case.reference}")
    _soon(talk)
    assert ANSWER in talk.screen("Farid")


def test_closed_and_taken_back(talk: Talk) -> None:
    """Taking it back opens nothing that its writer closed."""
    case = talk.hand_in("Farid", QUESTION)
    _answers(talk, case)
    talk.press("Farid", f"done:{case.reference}")
    talk.press("Leyla", _button(talk))
    assert (talk.case().state, talk.case().close_reason) == ("closed", "writer")


def test_erased_meanwhile(talk: Talk) -> None:
    """Whoever erases everything gets no answer, and nothing of it remains with its author."""
    case = talk.hand_in("Farid", QUESTION)
    _answers(talk, case)
    button = _button(talk)
    for does in ("delete", "forget:sure", "forget:now"):
        talk.press("Farid", does)
    talk.deliver()
    assert "not with you" in talk.press("Leyla", button)
    _soon(talk)
    assert ANSWER not in talk.ever_said("Farid")
    assert ANSWER not in talk.screen("Leyla")
    assert not _button(talk)
    assert not _entries(talk, "answer", "message")


def test_handed_over_meanwhile(talk: Talk) -> None:
    """Whoever handed it over takes nothing back: the answer goes."""
    talk.seat("Samir")
    case = talk.hand_in("Farid", QUESTION)
    _answers(talk, case)
    button = _button(talk)
    talk.press("Leyla", f"over:{case.reference}:2:topic")
    talk.deliver()
    for who in ("Leyla", "Samir"):
        talk.press(who, button)
    _soon(talk)
    assert ANSWER in talk.screen("Farid")
    assert not _button(talk)
    assert "undo:" not in " ".join(talk.buttons("Samir"))


def test_private_meanwhile(talk: Talk) -> None:
    """It became a focal person's: the answer goes, and its author sees nothing more."""
    talk.seat("Nigar", "focal")
    case = talk.hand_in("Farid", QUESTION)
    _answers(talk, case)
    button = _button(talk)
    talk.press("Farid", f"add:{case.reference}")
    talk.write("Farid", "My uncle beats me every evening.")
    talk.deliver()
    assert talk.case().track == "private"
    assert "not with you" in talk.press("Leyla", button)
    _soon(talk)
    talk.write("Farid", "1")
    talk.deliver()
    assert ANSWER in talk.screen("Farid")
    assert ANSWER not in talk.screen("Leyla")


def test_left_meanwhile(talk: Talk) -> None:
    """A member who leaves right after sending: the answer goes, the button does nothing."""
    case = talk.hand_in("Farid", QUESTION)
    _answers(talk, case)
    button = _button(talk)
    talk.work(lambda s: membership.leave(s, talk.charter, "Leyla", talk.now))
    talk.press("Leyla", button)
    _soon(talk)
    assert ANSWER in talk.screen("Farid")
    assert case.reference == talk.case().reference


def test_part_of_it_has_left(talk: Talk) -> None:
    """Where a file of it is out, the rest goes too."""
    case = talk.hand_in("Farid", QUESTION)
    photo = Attachment("photo", file_id="map", mime="image/jpeg", size=5)
    _answers(talk, case, attachments=(photo,))
    button = _button(talk)
    talk.now += timedelta(seconds=SOON)
    talk.deliver(1)
    assert [row.show for row in _carried(talk)] == ["answer"]
    assert "on its way already" in talk.press("Leyla", button)
    talk.deliver()
    assert ANSWER in talk.screen("Farid")


def test_it_is_just_being_sent(database: Database) -> None:
    """Whoever takes it back while a sender has it in hand is too late, and it goes once."""
    talk = town_of(database)
    case = talk.hand_in("Farid", QUESTION)
    _answers(talk, case)
    button = _button(talk)
    talk.now += timedelta(seconds=SOON)
    chats, _ = claims.look(talk.ledger, (), (), 100)
    errands = [errand for chat in chats if (errand := claims.claim(talk.ledger, chat))]
    assert "on its way already" in talk.press("Leyla", button)
    for errand in errands:
        outcomes.done(talk.ledger, errand, talk.carry(errand))
    talk.deliver()
    assert [ANSWER in m.text for who, m in talk.said if who == "Farid"].count(True) == 1


def _carried(talk: Talk) -> list[Outbox]:
    waiting = select(Outbox).where(
        Outbox.entry_id.is_not(None), Outbox.member_id.is_(None), Outbox.ended_at.is_(None)
    )
    return talk.work(lambda s: list(s.scalars(waiting)))


def test_files_come_back_too(talk: Talk) -> None:
    """A photo taken back is in the preview again, and goes once."""
    case = talk.hand_in("Farid", QUESTION)
    photo = Attachment("photo", file_id="map", mime="image/jpeg", size=5)
    _answers(talk, case, attachments=(photo,))
    talk.press("Leyla", _button(talk))
    assert not _entries(talk, "answer", "answer_file")
    talk.deliver()
    assert "With 1 file or voice" in talk.screen("Leyla")
    talk.press("Leyla", f"sendit:{case.reference}")
    _soon(talk)
    shown = [m for who, m in talk.said if who == "Farid" and m.attachments]
    assert len(shown) == 1


def test_not_shown_before_it_goes(talk: Talk) -> None:
    """Its writer does not see what may still be taken back by asking for the answer again."""
    case = talk.hand_in("Farid", QUESTION)
    _answers(talk, case)
    talk.press("Farid", f"status:{case.reference}")
    talk.press("Farid", f"again:{case.reference}")
    talk.deliver()
    assert ANSWER not in talk.ever_said("Farid")
    assert f"again:{case.reference}" not in talk.buttons("Farid")
    _soon(talk)
    talk.press("Farid", f"again:{case.reference}")
    talk.deliver()
    assert talk.screen("Farid").count(ANSWER) == 2


def test_a_second_answer_within_the_time(talk: Talk) -> None:
    """Both go; only the newer one has a button, and an old button hits no other answer."""
    case = talk.hand_in("Farid", QUESTION)
    _answers(talk, case)
    first = _button(talk)
    _answers(talk, case, "Bring a photo.")
    assert _button(talk) != first
    talk.press("Leyla", _button(talk))
    talk.deliver()
    _soon(talk)
    assert ANSWER in talk.screen("Farid")
    assert "Bring a photo." not in talk.ever_said("Farid")
    # what she took back is still on her screen, though the first one has left meanwhile
    assert f"sendit:{case.reference}" in talk.buttons("Leyla")


@pytest.mark.parametrize("who", ["Samir", "Farid"])
def test_pressed_by_somebody_else(talk: Talk, who: str) -> None:
    """Only whoever sent it takes it back."""
    talk.seat("Samir", languages="tr")
    case = talk.hand_in("Farid", QUESTION)
    _answers(talk, case)
    talk.press(who, _button(talk))
    _soon(talk)
    assert ANSWER in talk.screen("Farid")


def test_forged_numbers(talk: Talk) -> None:
    """A number that is none of hers is a stale button."""
    case = talk.hand_in("Farid", QUESTION)
    _answers(talk, case)
    for number in ("", "²", "-1", "9" * 20, str(_entries(talk, "message")[0].id)):
        assert "nothing to take back" in talk.press("Leyla", f"undo:{case.reference}:{number}")
    assert _entries(talk, "answer")


Bad = Callable[[Talk, Case], None]


def _closed(talk: Talk, case: Case) -> None:
    talk.press("Farid", f"done:{case.reference}")


def _erased(talk: Talk, case: Case) -> None:
    for does in ("delete", "forget:sure", "forget:now"):
        talk.press("Farid", does)


def _left(talk: Talk, case: Case) -> None:
    talk.work(lambda s: membership.leave(s, talk.charter, "Leyla", talk.now))


@pytest.mark.parametrize(("happens", "goes"), [(_closed, True), (_erased, False), (_left, False)])
@pytest.mark.parametrize("when", ["compose", "preview"])
def test_in_mid_answer(talk: Talk, happens: Bad, goes: bool, when: str) -> None:
    """Closed by its writer: an answer may still go; erased, or removed from the council: never."""
    case = talk.hand_in("Farid", QUESTION)
    talk.press("Leyla", f"answer:{case.reference}")
    if when == "preview":
        talk.write("Leyla", ANSWER)
    talk.deliver()
    happens(talk, case)
    talk.deliver()
    if when == "compose":
        talk.write("Leyla", ANSWER)
    talk.press("Leyla", f"sendit:{case.reference}")
    _soon(talk)
    assert (ANSWER in talk.ever_said("Farid")) == goes
    if happens is _erased:
        assert QUESTION not in talk.screen("Leyla")
        assert ANSWER not in talk.screen("Leyla")


def test_a_question_to_a_closed_request(talk: Talk) -> None:
    """It is not asked; what was written is not lost."""
    case = talk.hand_in("Farid", QUESTION)
    talk.press("Leyla", f"ask:{case.reference}")
    talk.write("Leyla", "Where do you live?")
    _closed(talk, case)
    assert "closed" in talk.press("Leyla", f"sendit:{case.reference}")
    talk.deliver()
    assert "Where do you live?" in talk.screen("Leyla")
    assert "Where do you live?" not in talk.ever_said("Farid")


def test_the_wrong_reply(talk: Talk) -> None:
    """Words in reply to another request's card show that one's number before anything goes."""
    talk.agreed("Rana")
    first = talk.hand_in("Farid", QUESTION)
    second = talk.hand_in("Rana", "Where is the nearest school?")
    talk.press("Leyla", f"answer:{first.reference}")
    talk.write("Leyla", ANSWER, reply_to=talk.find("Leyla", "nearest school"))
    talk.press("Leyla", f"sendit:{first.reference}")
    _soon(talk)
    assert ANSWER not in talk.ever_said("Farid") + talk.ever_said("Rana")
    assert f"sendit:{second.reference}" in talk.buttons("Leyla")


def test_the_process_dies_between(database: Database) -> None:
    """What waits for its time is in the database: another process sends it."""
    talk = town_of(database)
    case = talk.hand_in("Farid", QUESTION)
    _answers(talk, case)
    # nothing but the rows is left of it; whoever looks at them next sends them
    _soon(talk)
    assert ANSWER in talk.screen("Farid")
    assert not _button(talk)


def test_taken_back_on_both(database: Database) -> None:
    """The whole way on either database."""
    talk = town_of(database)
    case = talk.hand_in("Farid", QUESTION)
    before = _picture(talk)
    _answers(talk, case)
    talk.press("Leyla", _button(talk))
    after = _picture(talk)
    assert {k: v for k, v in after.items() if v != before[k]}.keys() <= {
        "taken_at", "stage", "stage_at"  # she took it by pressing Answer, and that stays
    }  # fmt: skip
    _soon(talk)
    assert ANSWER not in talk.ever_said("Farid")
