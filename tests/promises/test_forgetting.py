"""Forgetting really forgets: every table, the bytes on the disk, members' chats, and what waits."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from remains import bytes_of, places_of, rows
from sqlalchemy import select
from talk import CHANNEL, Talk

from bot import claims
from handlers import stuck
from handlers.council import membership
from handlers.messages import Attachment, Incoming
from storage import people
from storage.database import Database
from storage.model import Outbox, Person, Tally

WORDS = "Mirvari needs a language course"
FILES = tuple(
    Attachment(kind=kind, file_id=f"AgACAgIAAxkBMirvari{kind}", mime="image/jpeg")
    for kind in ("photo", "voice", "document")
)


def _erases(talk: Talk, who: str = "Farid") -> None:
    for does in ("delete", "forget:sure", "forget:now"):
        talk.press(who, does)


def _answers(talk: Talk, reader: str, reference: str, text: str) -> None:
    talk.press(reader, f"answer:{reference}")
    talk.write(reader, text)
    talk.press(reader, f"sendit:{reference}")
    talk.deliver()


def _life(talk: Talk) -> None:
    """Everything that leaves traces: requests in each state, files, edits, faults, other phones."""
    first = talk.hand_in("Farid", f"{WORDS}. How?").reference
    talk.write("Farid", "Mirvari adds a photo", attachments=FILES, reply_to="")
    talk.press("Farid", f"send:{talk.case().reference}")
    talk.press("Farid", f"date:{talk.case().reference}:none")
    talk.press("Leyla", f"take:{talk.case().reference}")
    talk.deliver()
    _answers(talk, "Leyla", first, "Dear Mirvari, there is one.")
    talk.edit("Farid", talk.mine["Farid"][0], f"{WORDS}, please")
    talk.press("Leyla", f"files:{talk.case().reference}")
    talk.press("Leyla", f"whole:{first}")
    talk.deliver()
    talk.press("Leyla", f"closed:{first}:solved")
    talk.deliver()
    talk.later(days=4)  # what was said before cannot be taken out of a chat any more
    talk.deliver()
    third = talk.hand_in("Farid", f"My uncle beats me every day. {WORDS}").reference
    _answers(talk, "Nigar", third, "Dear Mirvari, please call.")
    talk.press("Nigar", f"ask:{third}")
    talk.write("Nigar", "Is Mirvari safe?")
    talk.press("Nigar", f"sendit:{third}")
    talk.deliver()
    talk.press("Leyla", f"answer:{talk.case().reference}")
    talk.press("Leyla", f"answer:{_open_of(talk, 'Leyla')}")
    talk.write("Leyla", "A preview that names Mirvari")
    talk.deliver()
    _stuck(talk)
    token = talk.work(
        lambda s: membership.invite(
            s, talk.charter, talk.now, alias="Aysu", role="member", languages=["en"], topics=[]
        )
    )
    talk.write("Farid", f"/start {token}")
    for code in ("000 001", "000 002"):
        talk.write("Farid", f"MC 1234 5678 2 {code}")
    talk.write("Farid", f"{WORDS}: a draft")


def _open_of(talk: Talk, alias: str) -> str:
    return next(
        does.partition(":")[2]
        for does in reversed(talk.buttons(alias))
        if does.startswith(("answer:", "open:"))
    )


def _stuck(talk: Talk) -> None:
    address = talk.addresses["Farid"]
    incoming = Incoming(CHANNEL, f"m:{address}:stuck", address, text=WORDS, message_id="0")
    talk.work(lambda s: stuck.set_aside(s, incoming, "RuntimeError", WORDS, talk.now, talk.charter))


@pytest.fixture
def talk(database: Database) -> Talk:
    """A council, and two who agreed."""
    talk = Talk(database)
    talk.seat("Leyla")
    talk.seat("Nigar", "focal")
    talk.agreed("Rana")
    talk.agreed("Farid")
    return talk


def test_nothing_remains(talk: Talk) -> None:
    """No table names them, the disk holds nothing of theirs, and what remains is a count."""
    _life(talk)
    address = talk.addresses["Farid"]
    chat = people.chat_hash(CHANNEL, address)
    everywhere = {"entry.text", "entry.attachment", "person.screen_args", "stuck.raw"}
    assert places_of(talk.database, "Mirvari") >= everywhere
    _erases(talk)
    talk.deliver()
    traces = ("Mirvari", address, *(file.file_id for file in FILES))
    assert places_of(talk.database, *traces) == set()
    assert places_of(talk.database, chat) == set()
    for word in traces:
        assert word.encode() not in bytes_of(talk.database)
    with talk.database.read() as session:
        counted = [(t.month, t.kind, t.topic) for t in session.scalars(select(Tally))]
        assert len(list(session.scalars(select(Person)))) == 3
    assert len(counted) == 3
    assert {month for month, *_ in counted} == {"2026-11"}
    assert not {"case", "entry", "stuck"} & rows(talk.database).keys()


def test_nothing_remains_on_screens(talk: Talk) -> None:
    """In members' chats no word and no file of theirs stands any more."""
    _life(talk)
    talk.deliver()
    _erases(talk)
    talk.deliver()
    for name in ("Leyla", "Nigar"):
        assert "Mirvari" not in talk.screen(name)
        assert not any(m.attachments for m in talk.chats[name].values())
    assert "Deleted on our side" in talk.screen("Farid")


def test_nothing_waits(talk: Talk) -> None:
    """Whatever was queued for them or about them is gone before it could leave."""
    _life(talk)
    _answers(talk, "Nigar", _open_of(talk, "Nigar"), "Mirvari, one more thing.")
    _erases(talk)
    with talk.database.read() as session:
        waiting = [
            row
            for row in session.scalars(select(Outbox))
            if row.mode != "delete" and row.state in ("waiting", "later", "uncertain", "blocked")
        ]
        assert [row.show for row in waiting] == ["said"]
        assert waiting[0].address == talk.addresses["Farid"]


def test_a_message_under_way_is_taken_back(talk: Talk) -> None:
    """What was just being sent when they deleted all leaves no row and no mark behind."""
    _life(talk)
    talk.deliver()
    talk.write("Farid", "/help")
    chat = people.chat_hash(CHANNEL, talk.addresses["Farid"])
    errand = claims.claim(talk.ledger, chat)
    assert errand is not None
    _erases(talk)
    talk.deliver()
    with talk.database.read() as session:
        assert session.get(Outbox, errand.row) is None


WAYS: dict[str, Callable[[Talk], None]] = {
    "after years": lambda talk: talk.later(days=400),
    "by themselves": _erases,
}


@pytest.mark.parametrize("way", WAYS)
def test_a_case_is_forgotten_after_its_time(talk: Talk, way: str) -> None:
    """A closed request goes after its months, without anybody asking, as it goes when asked."""
    reference = talk.hand_in("Farid", WORDS).reference
    talk.press("Leyla", f"closed:{reference}:solved")
    talk.deliver()
    WAYS[way](talk)
    talk.deliver()
    assert places_of(talk.database, "Mirvari") == set()
    assert "Mirvari" not in talk.screen("Leyla")


def test_others_stay(talk: Talk) -> None:
    """Somebody else's request, and the member's own seat, are untouched."""
    other = talk.hand_in("Rana", "How can I learn the language, asks Rana?").reference
    talk.press("Leyla", f"take:{other}")
    _life(talk)
    _erases(talk)
    talk.deliver()
    assert [case.reference for case in talk.cases()] == [other]
    assert "asks Rana" in talk.screen("Leyla")
    _answers(talk, "Leyla", other, "There are courses.")
    assert "There are courses." in talk.screen("Rana")


def test_a_member_forgets_what_they_wrote(talk: Talk) -> None:
    """A member who writes as a migrant can delete that, and still works."""
    other = talk.hand_in("Rana", "How can I learn the language?").reference
    talk.seat("Samir", agreed=True)
    talk.press("Samir", "write:question")
    talk.write("Samir", WORDS)
    talk.press("Samir", f"send:{talk.case().reference}")
    talk.deliver()
    talk.press("Rana", f"add:{other}")
    talk.write("Rana", "more words")  # a new card waits for Leyla
    _erases(talk, "Samir")
    talk.deliver()
    assert places_of(talk.database, "Mirvari") == set()
    assert "more words" in talk.screen("Leyla")
    _erases(talk, "Leyla")
    talk.press("Rana", f"add:{other}")
    talk.write("Rana", "even more")
    _erases(talk, "Leyla")
    talk.deliver()
    assert "even more" in talk.screen("Leyla")


def test_coming_back_is_a_new_beginning(talk: Talk) -> None:
    """Who deleted everything and writes again is asked as on the first day."""
    talk.hand_in("Farid", WORDS)
    _erases(talk)
    talk.deliver()
    talk.now += timedelta(days=1)
    talk.write("Farid", "hello")
    talk.deliver()
    assert "Choose your language" in talk.screen("Farid") or "Dil" in talk.screen("Farid")
