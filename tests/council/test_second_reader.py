"""A second member reads an answer before it goes: by wish, and where a wrong word costs much."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from talk import Talk
from town import charter

from handlers.council import cards, membership, preview
from handlers.messages import Attachment
from handlers.turn import scene_of
from storage import members
from storage.audit import Audit
from storage.database import Database
from storage.model import Case, Entry, Member, Person, Review, Template

QUESTION = "How can I learn the language? My card is 4169 7388 1234 5670."
FINE = "I got a fine. How much is it and how can I pay the fine?"
ANSWER = "There are free courses."
FINES = {"second_reader": ("fines",)}


def town_of(database: Database, **more: Any) -> Talk:
    """Leyla reads what Farid asks; Samir sits in the council too."""
    talk = Talk(database, charter(settle=timedelta(0), **more))
    talk.seat("Leyla")
    talk.agreed("Farid")
    return talk


@pytest.fixture
def talk(sqlite_in_use: Database) -> Talk:
    """Nothing needs to be read twice."""
    return town_of(sqlite_in_use)


@pytest.fixture
def strict(sqlite_in_use: Database) -> Talk:
    """What is said about fines is read twice."""
    return town_of(sqlite_in_use, **FINES)


def _asked(talk: Talk, text: str = QUESTION, topic: str = "") -> Case:
    """A request of Farid's, before Samir comes."""
    case = talk.hand_in("Farid", text)
    if topic:
        _change(talk, topic=topic)
    talk.seat("Samir", languages="en")
    return case


def _change(talk: Talk, **what: Any) -> None:
    def changed(session: Any) -> None:
        for name, value in what.items():
            setattr(session.scalars(select(Case)).one(), name, value)

    talk.work(changed)


def _writes(talk: Talk, case: Case, text: str = ANSWER, **more: Any) -> str:
    talk.press("Leyla", f"answer:{case.reference}")
    message = talk.write("Leyla", text, **more)
    talk.deliver()
    return message


def _reads(talk: Talk, case: Case, reader: int = 2) -> None:
    """Leyla asks for a second reader."""
    talk.press("Leyla", f"second:{case.reference}")
    talk.deliver()
    talk.press("Leyla", f"second:{case.reference}:{reader}")
    talk.deliver()


def _button(talk: Talk, who: str, verb: str) -> str:
    return next((d for d in talk.buttons(who) if d.split(":")[0] == verb), "")


def _presses(talk: Talk, who: str, verb: str) -> str:
    said = talk.press(who, _button(talk, who, verb))
    talk.deliver()
    return said


def _reviews(talk: Talk) -> list[Review]:
    return talk.work(lambda s: list(s.scalars(select(Review).order_by(Review.id))))


def _steps(talk: Talk) -> list[str]:
    chosen = select(Audit.detail).where(Audit.what == "second_reading").order_by(Audit.id)
    return [detail.split('"')[3] for detail in talk.work(lambda s: list(s.scalars(chosen)))]


def test_good_to_send(talk: Talk) -> None:
    """They see the request with numbers hidden and the answer; approved, it can be sent."""
    case = _asked(talk)
    _writes(talk, case)
    _reads(talk, case)
    assert "Samir reads your answer" in talk.screen("Leyla")
    assert not _button(talk, "Leyla", "sendit")
    seen = talk.screen("Samir")
    assert "learn the language" in seen
    assert ANSWER in seen
    assert "5670" not in seen
    assert "from council member Leyla" in seen
    _presses(talk, "Samir", "good")
    assert "Read by Samir" in talk.screen("Leyla")
    assert "language" not in talk.screen("Samir")
    assert ANSWER not in talk.screen("Samir")
    _presses(talk, "Leyla", "sendit")
    assert ANSWER in talk.screen("Farid")
    assert "Samir" not in talk.ever_said("Farid")
    assert [(r.state, r.held) for r in _reviews(talk)] == [("sent", {})]
    assert _steps(talk) == ["asked", "approved"]


def test_please_change(talk: Talk) -> None:
    """The remark stands with the text, also while it is written anew."""
    case = _asked(talk)
    _writes(talk, case)
    _reads(talk, case)
    _presses(talk, "Samir", "object")
    talk.write("Samir", "Say <where> they are.")
    talk.deliver()
    assert "Say &lt;where&gt; they are." in talk.screen("Leyla")
    assert ANSWER in talk.screen("Leyla")
    assert "where" not in talk.screen("Samir")
    assert talk.mine["Samir"][-1] not in talk.chats["Samir"]
    _presses(talk, "Leyla", "change")
    assert "they are." in talk.screen("Leyla")
    talk.write("Leyla", "Courses are in the library.")
    talk.deliver()
    _presses(talk, "Leyla", "sendit")
    assert "in the library" in talk.screen("Farid")
    assert "they are." not in talk.ever_said("Farid")
    assert _steps(talk) == ["asked", "objected"]


def test_a_remark_by_reply(talk: Talk) -> None:
    """In reply to what they read, words are a remark once they pressed; never an answer."""
    case = _asked(talk)
    _writes(talk, case)
    _reads(talk, case)
    read = talk.find("Samir", ANSWER)
    talk.write("Samir", "Say where.", reply_to=read)
    talk.deliver()
    assert "press a button" in talk.screen("Samir")
    assert _reviews(talk)[0].state == "asked"
    _presses(talk, "Samir", "object")
    talk.write("Samir", "Say where.", reply_to=read)
    talk.deliver()
    assert _reviews(talk)[0].state == "objected"
    assert "Say where." not in talk.ever_said("Farid")


def test_cannot(strict: Talk) -> None:
    """Who cannot read it is not asked again; where nobody else is, it may be sent alone."""
    case = _asked(strict, FINE, "fines")
    _writes(strict, case)
    assert not _button(strict, "Leyla", "sendit")
    _reads(strict, case)
    _presses(strict, "Samir", "cannot")
    assert "Samir cannot read it" in strict.screen("Leyla")
    if not _button(strict, "Leyla", "sendit"):
        _presses(strict, "Leyla", "reviewed")
    assert FINE not in strict.screen("Samir")
    assert not _button(strict, "Leyla", "second")
    _presses(strict, "Leyla", "sendit")
    assert ANSWER in strict.screen("Farid")


def test_needed(strict: Talk) -> None:
    """Sending alone is neither offered nor possible where a second member must read it."""
    case = _asked(strict, FINE, "fines")
    _writes(strict, case)
    assert not _button(strict, "Leyla", "sendit")
    assert "A second member reads it first" in strict.screen("Leyla")
    assert "second member must" in strict.press("Leyla", f"sendit:{case.reference}")
    strict.deliver()
    assert ANSWER not in strict.ever_said("Farid")
    assert ANSWER in strict.screen("Leyla")
    _reads(strict, case)
    strict.press("Leyla", f"sendit:{case.reference}")
    _presses(strict, "Samir", "good")
    _presses(strict, "Leyla", "sendit")
    assert ANSWER in strict.screen("Farid")


@pytest.mark.parametrize("how", ["edit", "join"])
def test_a_changed_text_is_unread(strict: Talk, how: str) -> None:
    """An approval is of the very words: a word more, and somebody reads it again."""
    case = _asked(strict, FINE, "fines")
    message = _writes(strict, case)
    _reads(strict, case)
    _presses(strict, "Samir", "good")
    assert _button(strict, "Leyla", "sendit")
    if how == "edit":
        strict.edit("Leyla", message, "Pay 300 manat.")
    else:
        strict.write("Leyla", "Pay 300 manat.")
    strict.deliver()
    assert not _button(strict, "Leyla", "sendit")
    strict.press("Leyla", f"sendit:{case.reference}")
    strict.deliver()
    assert "300 manat" not in strict.ever_said("Farid")


@pytest.mark.parametrize(
    ("what", "may"),
    [
        ({"urgency": "P1"}, True),
        ({"topic": "work"}, True),
        ({"topic": "fines"}, False),
    ],
)
def test_what_needs_it(strict: Talk, what: dict[str, Any], may: bool) -> None:
    """Only topics that the council named, and never what cannot wait."""
    case = _asked(strict, FINE, "fines")
    _change(strict, **what)
    _writes(strict, case)
    assert bool(_button(strict, "Leyla", "sendit")) == may


def test_questions_need_none(strict: Talk) -> None:
    """A question back is nobody's advice."""
    case = _asked(strict, FINE, "fines")
    strict.press("Leyla", f"ask:{case.reference}")
    strict.write("Leyla", "When did you get it?")
    strict.deliver()
    assert not _button(strict, "Leyla", "second")
    _presses(strict, "Leyla", "sendit")
    assert "When did you get it?" in strict.screen("Farid")


@pytest.mark.parametrize(
    ("state", "changed", "may"),
    [("approved", False, True), ("approved", True, False), ("proposed", False, False)],
)
def test_templates(strict: Talk, state: str, changed: bool, may: bool) -> None:
    """An approved template as it is was read by a second person already."""
    case = _asked(strict, FINE, "fines")

    def opened(session: Any) -> None:
        ends = strict.now + timedelta(days=9)
        template = Template(title="Fines", state=state, created_at=strict.now, expires_at=ends)
        session.add(template)
        session.flush()
        seat = session.get_one(Member, 1)
        scene = scene_of(session, members.person_of(session, seat), strict.charter, strict.now)
        scene.chat = type(scene.chat).of(scene.someone, seat)
        args = {"reference": case.reference, "kind": "answer", "text": ANSWER, "attachments": []}
        more = {"message_ids": [], "texts": [], "template_id": template.id}
        preview.show(scene, args | more)

    strict.work(opened)
    if changed:
        strict.write("Leyla", "And 300 manat.")
    strict.deliver()
    assert bool(_button(strict, "Leyla", "sendit")) == may
    strict.press("Leyla", f"sendit:{case.reference}")
    strict.deliver()
    assert (ANSWER in strict.ever_said("Farid")) == may
    if may:
        answer = strict.work(lambda s: s.scalars(select(Entry).where(Entry.kind == "answer")).one())
        assert answer.template_id == 1


def test_unread_in_time(strict: Talk) -> None:
    """Two working days of silence: the author hears so, may send it, and the reader sees nothing."""
    case = _asked(strict, FINE, "fines")
    _writes(strict, case)
    _reads(strict, case)
    strict.later(hours=20)
    strict.deliver()
    assert FINE in strict.screen("Samir")
    strict.later(days=4)
    strict.deliver()
    assert "Samir did not read it in time" in strict.screen("Leyla")
    assert FINE not in strict.screen("Samir")
    assert ANSWER not in strict.screen("Samir")
    _presses(strict, "Leyla", "sendit")
    assert ANSWER in strict.screen("Farid")


def test_its_author_is_busy(talk: Talk) -> None:
    """What they write meanwhile is not lost: they hear of it and get the text by a button."""
    case = _asked(talk)
    _writes(talk, case)
    _reads(talk, case)
    talk.agreed("Rana")
    other = talk.hand_in("Rana", "Where is the nearest school?")
    if other.responsible_id != 1:
        talk.press("Samir", f"over:{other.reference}:1:topic")
    talk.press("Leyla", f"answer:{other.reference}")
    talk.write("Leyla", "Near the park.")
    talk.deliver()
    _presses(talk, "Samir", "good")
    talk.press("Leyla", f"sendit:{other.reference}")
    talk.deliver()
    assert "Near the park." in talk.screen("Rana")
    _presses(talk, "Leyla", "reviewed")
    assert "Read by Samir" in talk.screen("Leyla")
    _presses(talk, "Leyla", "sendit")
    assert ANSWER in talk.screen("Farid")


def test_withdrawn(talk: Talk) -> None:
    """Its author takes the text back: nobody reads it any more, and it is as it was."""
    case = _asked(talk)
    message = _writes(talk, case)
    _reads(talk, case)
    button = _button(talk, "Samir", "good")
    _presses(talk, "Leyla", "reviewed")
    assert ANSWER not in talk.screen("Samir")
    assert "not with you" in talk.press("Samir", button)
    talk.edit("Leyla", message, "From May.")
    talk.deliver()
    _presses(talk, "Leyla", "sendit")
    assert "From May." in talk.screen("Farid")


def test_another_is_asked(talk: Talk) -> None:
    """Only one reads at a time."""
    case = _asked(talk)
    talk.seat("Vusal")
    _writes(talk, case)
    _reads(talk, case)
    _writes(talk, case, "Another answer.")
    _reads(talk, case, 3)
    assert ANSWER not in talk.screen("Samir")
    assert "Another answer." in talk.screen("Vusal")
    assert [review.state for review in _reviews(talk)] == ["withdrawn", "asked"]


def _erased(talk: Talk, case: Case) -> None:
    for does in ("delete", "forget:sure", "forget:now"):
        talk.press("Farid", does)


def _handed_over(talk: Talk, case: Case) -> None:
    talk.press("Leyla", f"over:{case.reference}:3:topic")


def _private(talk: Talk, case: Case) -> None:
    talk.press("Farid", f"add:{case.reference}")
    talk.write("Farid", "My uncle beats me every evening.")


def _private_of_a_focal_author(talk: Talk, case: Case) -> None:
    def changed(session: Any) -> None:
        session.get_one(Member, 1).is_focal = True
        session.scalars(select(Case)).one().track = "private"

    talk.work(changed)
    talk.later(seconds=1)


def _reader_left(talk: Talk, case: Case) -> None:
    talk.work(lambda s: membership.leave(s, talk.charter, "Samir", talk.now))
    talk.later(seconds=1)


def _reader_suspended(talk: Talk, case: Case) -> None:
    def changed(session: Any) -> None:
        session.get_one(Member, 2).suspended_at = talk.now

    talk.work(changed)
    talk.later(seconds=1)


def _author_left(talk: Talk, case: Case) -> None:
    talk.work(lambda s: membership.leave(s, talk.charter, "Leyla", talk.now))


ENDS: tuple[Callable[[Talk, Case], None], ...] = (
    *(_erased, _handed_over, _private, _private_of_a_focal_author),
    *(_reader_left, _reader_suspended, _author_left),
)


@pytest.mark.parametrize("happens", ENDS)
def test_sight_ends(talk: Talk, happens: Callable[[Talk, Case], None]) -> None:
    """Whatever ends the second reading, its reader's chat is emptied and no button works."""
    case = _asked(talk, "How can I learn the language?")
    talk.seat("Vusal", languages="tr")
    talk.seat("Nigar", "focal", languages="tr")
    _writes(talk, case)
    _reads(talk, case)
    good, files = _button(talk, "Samir", "good"), f"whole:{case.reference}"
    assert ANSWER in talk.screen("Samir")
    talk.later(seconds=1)  # nothing of it ends by itself
    assert _reviews(talk)[0].state == "asked"
    happens(talk, case)
    talk.deliver()
    if happens is not _author_left:  # then Samir may be the one who reads it now
        assert "learn the language" not in talk.screen("Samir")
    assert ANSWER not in talk.screen("Samir")
    before = len(talk.said)
    for does in (good, files):
        talk.press("Samir", does)
        talk.deliver()
    assert ANSWER not in "".join(m.text for who, m in talk.said[before:] if who == "Samir")
    assert not any(review.state in ("asked", "approved") for review in _reviews(talk))
    assert ANSWER not in talk.ever_said("Farid")


@pytest.mark.parametrize("happens", [_reader_left, _reader_suspended])
def test_a_reader_who_is_gone(strict: Talk, happens: Callable[[Talk, Case], None]) -> None:
    """Its author gets the text back and may choose again."""
    case = _asked(strict, FINE, "fines")
    _writes(strict, case)
    _reads(strict, case)
    happens(strict, case)
    strict.deliver()
    assert "Samir cannot read it" in strict.screen("Leyla")
    if not _button(strict, "Leyla", "sendit"):
        _presses(strict, "Leyla", "reviewed")
    _presses(strict, "Leyla", "sendit")
    assert ANSWER in strict.screen("Farid")


def test_a_reader_who_loses_sight_otherwise(talk: Talk) -> None:
    """However their sight ends, its author hears of it and is not left waiting."""
    case = _asked(talk)
    _writes(talk, case)
    _reads(talk, case)

    def loses(session: Any) -> None:
        row, seat = session.get_one(Case, case.id), session.get_one(Member, 2)
        person = members.person_of(session, seat)
        cards.lose_sight(scene_of(session, person, talk.charter, talk.now), row, seat)

    talk.work(loses)
    talk.deliver()
    assert ANSWER not in talk.screen("Samir")
    assert "Samir cannot read it" in talk.screen("Leyla")
    _presses(talk, "Leyla", "reviewed")
    _presses(talk, "Leyla", "sendit")
    assert ANSWER in talk.screen("Farid")


def test_who_may_be_asked(talk: Talk) -> None:
    """Present members who may see it, speakers first; never its writer or who has a conflict."""
    talk.seat("Rana", agreed=True, languages="en")
    for name, role, languages in (
        ("Tural", "member", "tr"),
        ("Samir", "member", "en"),
        ("Vusal", "chair", "en"),
        ("Nigar", "focal", "en"),
        ("Away", "member", "en"),
        ("Conflict", "member", "en"),
        ("Subject", "member", "en"),
        ("Gone", "member", "en"),
        ("Outside", "outside", "en"),
        ("Olga", "operator", "en"),
    ):
        talk.seat(name, role, languages)
    case = talk.hand_in("Rana", "How can I learn the language?")

    def changed(session: Any) -> None:
        named = {m.alias: m for m in session.scalars(select(Member))}
        named["Away"].away_until = talk.now + timedelta(days=1)
        named["Gone"].suspended_at = talk.now
        row = session.get_one(Case, case.id)
        row.responsible_id = named["Leyla"].id
        row.excluded, row.subjects = [named["Conflict"].id], [named["Subject"].id]

    talk.work(changed)
    _writes(talk, case)
    talk.press("Leyla", f"second:{case.reference}")
    talk.deliver()
    offered = [c.label for m in talk.chats["Leyla"].values() for row in m.choices for c in row
               if c.does.startswith(f"second:{case.reference}:")]  # fmt: skip
    assert [label.split(" ")[1] for label in offered[:-1]] == ["Samir", "Vusal", "Nigar", "Tural"]
    refused = {m.id for m in talk.work(lambda s: list(s.scalars(select(Member))))
               if m.alias not in ("Samir", "Vusal", "Nigar", "Tural")}  # fmt: skip
    for number in refused:
        talk.press("Leyla", f"second:{case.reference}:{number}")
    assert not _reviews(talk)


def test_private_requests(talk: Talk) -> None:
    """Only focal persons read what is private."""
    talk.seat("Nigar", "focal")
    talk.seat("Samir")
    case = talk.hand_in("Farid", "My uncle beats me every evening.")
    assert talk.case().track == "private"
    talk.press("Nigar", f"answer:{case.reference}")
    talk.write("Nigar", ANSWER)
    talk.deliver()
    assert not _button(talk, "Nigar", "second")
    talk.press("Nigar", f"second:{case.reference}:1")
    assert not _reviews(talk)


def test_files_on_demand(talk: Talk) -> None:
    """What the answer carries comes on a tap, and goes with the sight."""
    case = _asked(talk)
    photo = Attachment("photo", file_id="map", mime="image/jpeg", size=5)
    _writes(talk, case, attachments=(photo,))
    _reads(talk, case)
    _presses(talk, "Samir", "attached")
    assert any(m.attachments for m in talk.chats["Samir"].values())
    _presses(talk, "Samir", "good")
    assert not any(m.attachments for m in talk.chats["Samir"].values())


def test_a_second_reader_does_nothing_else(talk: Talk) -> None:
    """They read it: they do not answer, hand over, note or close it."""
    case = _asked(talk)
    _writes(talk, case)
    _reads(talk, case)
    for does in ("answer:{}", "ask:{}", "note:{}", "reveal:{}", "revealed:{}:check", "take:{}",
                 "hand:{}", "over:{}:2:topic", "closed:{}:solved", "sendit:{}", "second:{}"):  # fmt: skip
        talk.press("Samir", does.format(case.reference))
        talk.deliver()
    assert "5670" not in talk.ever_said("Samir")
    assert (talk.case().responsible_id, talk.case().state) == (1, "open")
    talk.write("Samir", "My own words.")
    talk.deliver()
    assert "My own words." not in talk.ever_said("Farid") + talk.ever_said("Leyla")


def test_taken_back_after_reading(sqlite_in_use: Database) -> None:
    """A text that was read and taken back still counts as read; once it left, no copy is kept."""
    talk = town_of(sqlite_in_use, undo=timedelta(seconds=10), **FINES)
    case = _asked(talk, FINE, "fines")
    _writes(talk, case)
    _reads(talk, case)
    _presses(talk, "Samir", "good")
    _presses(talk, "Leyla", "sendit")
    _presses(talk, "Leyla", "undo")
    assert "Read by Samir" in talk.screen("Leyla")
    _presses(talk, "Leyla", "sendit")
    talk.later(seconds=11)
    talk.deliver()
    assert ANSWER in talk.screen("Farid")
    assert [(r.state, r.held) for r in _reviews(talk)] == [("sent", {})]


def test_forged(talk: Talk) -> None:
    """Numbers of other second readings, and of none, do nothing."""
    case = _asked(talk)
    talk.seat("Vusal")
    _writes(talk, case)
    _reads(talk, case)
    for who in ("Leyla", "Vusal", "Farid"):
        for verb in ("good", "object", "cannot", "attached", "review"):
            for number in ("1", "²", "", "9" * 20):
                talk.press(who, f"{verb}:{case.reference}:{number}")
    talk.press("Vusal", f"reviewed:{case.reference}:1")
    talk.deliver()
    assert _reviews(talk)[0].state == "asked"
    assert ANSWER not in talk.screen("Vusal")


def test_on_both_databases(database: Database) -> None:
    """The whole way on either database."""
    talk = town_of(database, **FINES)
    case = _asked(talk, FINE, "fines")
    _writes(talk, case)
    _reads(talk, case)
    talk.later(seconds=1)
    _presses(talk, "Samir", "object")
    talk.write("Samir", "Say where.")
    talk.deliver()
    assert "Say where." in talk.screen("Leyla")
    assert talk.work(lambda s: s.get_one(Person, 1).screen) == "preview"
    _reads(talk, case)
    talk.later(days=5)
    talk.deliver()
    _presses(talk, "Leyla", "sendit")
    assert ANSWER in talk.screen("Farid")
