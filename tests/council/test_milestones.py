"""What is noted of a request for the figures is what really happened to it, each thing once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from talk import Talk
from town import charter

from bot import afterwards, claims, outcomes
from bot.transport import Receipt, SendError, Sent
from storage.database import Database
from storage.model import Case, Outbox
from storage.service_tables import Milestone

QUESTION = "How can I learn the language?"
ANSWER = "There are free courses."


@pytest.fixture
def talk(sqlite_in_use: Database) -> Talk:
    """Leyla reads what Farid asks; what she sends can be taken back for ten seconds."""
    talk = Talk(sqlite_in_use, charter(settle=timedelta(0), undo=timedelta(seconds=10)))
    talk.seat("Leyla")
    talk.agreed("Farid")
    return talk


def noted(talk: Talk, case: Case | None = None) -> list[str]:
    """What is noted of a request, else of all, in its order."""
    rows = select(Milestone).order_by(Milestone.id)
    if case is not None:
        rows = rows.where(Milestone.case_id == case.id)
    return talk.work(lambda s: [one.what for one in s.scalars(rows)])


def sends(talk: Talk, case: Case, kind: str = "answer", text: str = ANSWER) -> None:
    """Leyla writes and sends; nothing has left yet."""
    talk.press("Leyla", f"{kind}:{case.reference}")
    talk.write("Leyla", text)
    talk.press("Leyla", f"sendit:{case.reference}")
    talk.deliver()


def passes(talk: Talk) -> None:
    """The time in which it can be taken back is over, and it goes."""
    talk.later(seconds=11)
    talk.deliver()


def takes_back(talk: Talk) -> None:
    """Leyla presses the button under what she sent last."""
    talk.press("Leyla", [does for does in talk.buttons("Leyla") if does.startswith("undo:")][-1])
    talk.deliver()


def answered(talk: Talk) -> Case:
    """A request whose answer arrived."""
    case = talk.hand_in("Farid", QUESTION)
    sends(talk, case)
    passes(talk)
    return case


def test_received_and_read(talk: Talk) -> None:
    """Handed in, and taken by a person; pressing twice is one reading."""
    case = talk.hand_in("Farid", QUESTION)
    assert noted(talk) == ["received"]
    talk.press("Leyla", f"take:{case.reference}")
    talk.press("Leyla", f"take:{case.reference}")
    assert noted(talk) == ["received", "read"]


def test_each_reader_reads(talk: Talk) -> None:
    """Whoever has it next takes it, too."""
    case = talk.hand_in("Farid", QUESTION)
    talk.seat("Samir")
    talk.press("Leyla", f"take:{case.reference}")
    talk.press("Leyla", f"over:{case.reference}:2:topic")
    talk.press("Samir", f"take:{case.reference}")
    assert noted(talk) == ["received", "read", "read"]


def test_a_draft_is_nothing(talk: Talk) -> None:
    """What was not handed in is not noted."""
    talk.press("Farid", "write:question")
    talk.write("Farid", QUESTION)
    assert noted(talk) == []


def test_answered_when_it_arrives(talk: Talk) -> None:
    """Not when it is written, and not while it can be taken back."""
    case = talk.hand_in("Farid", QUESTION)
    sends(talk, case)
    assert noted(talk) == ["received", "read"]
    passes(talk)
    assert noted(talk) == ["received", "read", "answered"]
    talk.later(hours=1)
    talk.deliver()
    assert noted(talk).count("answered") == 1


def test_taken_back(talk: Talk) -> None:
    """What was taken back never answered anything; that she read it stays."""
    case = talk.hand_in("Farid", QUESTION)
    sends(talk, case)
    takes_back(talk)
    passes(talk)
    assert noted(talk) == ["received", "read"]
    talk.press("Leyla", f"sendit:{case.reference}")
    passes(talk)
    assert noted(talk) == ["received", "read", "answered"]


def test_each_answer_once(talk: Talk) -> None:
    """A second answer is noted as well; showing the first one again is not."""
    case = answered(talk)
    sends(talk, case, text="And they begin in May.")
    passes(talk)
    talk.press("Farid", f"show:{case.reference}")
    talk.deliver()
    assert noted(talk).count("answered") == 2


def test_a_question_back_is_no_answer(talk: Talk) -> None:
    """The clock stands still until the writer wrote."""
    case = talk.hand_in("Farid", QUESTION)
    sends(talk, case, "ask", "In which city?")
    passes(talk)
    assert noted(talk) == ["received", "read", "asked"]
    talk.write("Farid", "In Ganja")
    talk.deliver()
    assert noted(talk) == ["received", "read", "asked", "resumed"]


def test_a_question_taken_back(talk: Talk) -> None:
    """Then nobody was asked."""
    case = talk.hand_in("Farid", QUESTION)
    sends(talk, case, "ask", "In which city?")
    takes_back(talk)
    assert noted(talk) == ["received", "read"]


def test_an_answer_to_whoever_was_asked_taken_back(talk: Talk) -> None:
    """They are asked again, as before."""
    case = talk.hand_in("Farid", QUESTION)
    sends(talk, case, "ask", "In which city?")
    passes(talk)
    sends(talk, case)
    assert noted(talk)[2:] == ["asked", "resumed"]
    takes_back(talk)
    assert noted(talk)[2:] == ["asked"]


@pytest.mark.parametrize("how", ["helped", "partly"])
def test_what_they_say_of_it(talk: Talk, how: str) -> None:
    """Each word of theirs, and nothing by the same word again."""
    case = answered(talk)
    talk.press("Farid", f"rate:{case.reference}:{how}")
    assert noted(talk)[3:] == [how]


def test_it_did_not_help(talk: Talk) -> None:
    """An answered request goes on; it was never closed, so it is not reopened."""
    case = answered(talk)
    talk.press("Farid", f"rate:{case.reference}:not")
    assert noted(talk)[3:] == ["not"]


def test_closed_by_a_member(talk: Talk) -> None:
    """Its writer is told when the message has gone."""
    case = talk.hand_in("Farid", QUESTION)
    talk.press("Leyla", f"closed:{case.reference}:not_ours")
    assert noted(talk) == ["received", "closed"]
    talk.deliver()
    assert noted(talk) == ["received", "closed", "told"]


def test_closed_by_its_writer(talk: Talk) -> None:
    """They know."""
    case = talk.hand_in("Farid", QUESTION)
    talk.press("Farid", f"done:{case.reference}")
    talk.deliver()
    assert noted(talk) == ["received", "closed", "told"]


def test_closed_by_silence(talk: Talk) -> None:
    """After an answer, and after a question that was never answered."""
    first = answered(talk)
    second = talk.hand_in("Farid", "Where is the school?")
    sends(talk, second, "ask", "In which city?")
    passes(talk)
    talk.later(days=30)
    talk.deliver()
    assert noted(talk, first)[3:] == ["closed", "told"]
    assert noted(talk, second)[2:] == ["asked", "resumed", "closed", "told"]


def test_closed_together(talk: Talk) -> None:
    """Each of them, and each writer is told."""
    talk.agreed("Dilara")
    first = talk.hand_in("Farid", QUESTION)
    second = talk.hand_in("Dilara", QUESTION)
    of = first.reference
    talk.press("Leyla", f"linked:{of}:{second.reference}")
    talk.press("Leyla", f"all:{of}:close")
    for does in (f"bulk:{of}:why:solved", f"bulk:{of}:next:0", f"bulk:{of}:send:1"):
        talk.press("Leyla", does)
        talk.deliver()
    assert noted(talk, first) == ["received", "closed", "told"]
    assert noted(talk, second) == ["received", "closed", "told"]


def test_reopened_twice(talk: Talk) -> None:
    """By its writer, and by a member; each time it is read, answered and closed anew."""
    case = answered(talk)
    for opens in ("Farid", "Leyla"):
        talk.press("Leyla", f"closed:{case.reference}:solved")
        talk.deliver()
        if opens == "Farid":
            talk.press("Farid", f"add:{case.reference}")
            talk.write("Farid", "It is still so.")
        else:
            talk.press("Leyla", f"reopen:{case.reference}")
        talk.deliver()
    assert noted(talk)[3:] == [*("closed", "told", "reopened") * 2]


def test_an_answer_opens_what_is_closed(talk: Talk) -> None:
    """It waits for its writer again; taken back, it is closed as it was."""
    case = talk.hand_in("Farid", QUESTION)
    talk.press("Leyla", f"closed:{case.reference}:solved")
    talk.deliver()
    before = noted(talk)
    sends(talk, case)
    assert noted(talk) == [*before, "read", "reopened"]
    takes_back(talk)
    assert noted(talk) == [*before, "read"]


def fails(talk: Talk, show: str, reaction: str) -> None:
    """The next message of this kind cannot be sent."""
    row = talk.work(
        lambda s: s.scalars(
            select(Outbox.chat).where(Outbox.show == show).order_by(Outbox.id.desc())
        ).first()
    )
    assert row is not None
    while (errand := claims.claim(talk.ledger, row)) is not None:
        is_it = talk.work(lambda s, at=errand.row: s.get_one(Outbox, at).show == show)  # type: ignore[misc]
        if is_it:
            outcomes.failed(talk.ledger, errand, SendError(reaction, "test"))  # type: ignore[arg-type]
            return
        outcomes.done(talk.ledger, errand, talk.carry(errand))
    raise AssertionError("nothing to send")


@pytest.mark.parametrize("reaction", ["unreachable", "refused"])
def test_unreachable(talk: Talk, reaction: str) -> None:
    """They blocked us, or the message can never go: then the answer did not arrive."""
    case = talk.hand_in("Farid", QUESTION)
    sends(talk, case)
    talk.later(seconds=11)
    fails(talk, "answer", reaction)
    assert noted(talk) == ["received", "read", "unreachable"]


def test_they_come_back(talk: Talk) -> None:
    """What waited arrives then."""
    case = talk.hand_in("Farid", QUESTION)
    sends(talk, case)
    talk.later(seconds=11)
    fails(talk, "answer", "unreachable")
    talk.write("Farid", "/start")
    talk.deliver()
    assert noted(talk)[2:] == ["unreachable", "answered"]


def test_a_member_who_is_away_is_nobody_s_writer(talk: Talk) -> None:
    """A card that a member cannot be sent says nothing of the writer."""
    talk.press("Farid", "write:question")
    talk.write("Farid", QUESTION)
    talk.press("Farid", f"send:{talk.case().reference}")
    fails(talk, "card", "unreachable")
    assert noted(talk) == ["received"]


def tells(talk: Talk, standing: str) -> None:
    """The provider tells what became of the answer."""
    told = Receipt("telegram", "SM1", standing)  # type: ignore[arg-type]
    afterwards.told(talk.ledger, told)


@pytest.fixture
def window(talk: Talk) -> Talk:
    """A channel as WhatsApp is: it tells later, and takes nothing after a day of silence."""
    talk.ledger = replace(talk.ledger, window=timedelta(hours=24))
    return talk


def sent_later(talk: Talk) -> None:
    """The answer is given to the provider."""
    chat = talk.work(lambda s: s.scalars(select(Outbox.chat).where(Outbox.show == "answer")).one())
    while (errand := claims.claim(talk.ledger, chat)) is not None:
        is_it = talk.work(lambda s, at=errand.row: s.get_one(Outbox, at).show == "answer")  # type: ignore[misc]
        done = talk.carry(errand)
        outcomes.done(
            talk.ledger, errand, replace(done, sent=Sent(("SM1",)), parts=1) if is_it else done
        )


def test_answered_when_the_provider_says_so(window: Talk) -> None:
    """Taken and carried is not arrived; delivered is, and read is the same answer."""
    talk = window
    case = talk.hand_in("Farid", QUESTION)
    sends(talk, case)
    talk.later(seconds=11)
    sent_later(talk)
    tells(talk, "sent")
    assert noted(talk) == ["received", "read"]
    tells(talk, "delivered")
    tells(talk, "read")
    assert noted(talk) == ["received", "read", "answered"]


def test_waiting_for_its_reader(window: Talk) -> None:
    """After a day of silence the answer waits, which is not unreachable; a notice without a template is."""
    talk = window
    case = talk.hand_in("Farid", QUESTION)
    talk.later(days=1, hours=1)
    sends(talk, case)
    talk.later(seconds=11)
    held = select(Outbox.error).where(Outbox.show == "answer")
    claims.claim(
        talk.ledger,
        talk.work(lambda s: s.scalars(select(Outbox.chat).where(Outbox.show == "answer")).one()),
    )
    assert talk.work(lambda s: s.scalars(held).one()) == "window"
    assert noted(talk)[1:] == ["read"]
    for _ in range(2):
        fails(talk, "notice", "template")
        talk.later(minutes=31)
    assert set(noted(talk)[2:]) == {"unreachable"}
    assert len(noted(talk)) == 4, "the notice and the answer, once each"


def test_forgotten(talk: Talk) -> None:
    """Nothing is left of somebody who deleted everything."""
    answered(talk)
    talk.press("Farid", "forget")
    talk.press("Farid", "forget:sure")
    talk.press("Farid", "forget:now")
    talk.deliver()
    assert noted(talk) == []
