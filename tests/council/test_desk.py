"""The desk: every request once, in the right order; cards that are old show how things stand."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from full_desk import fill, request
from furnished import ring_of
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session
from talk import CHANNEL, Talk

from handlers.council import desk_list
from handlers.messages import Outgoing
from handlers.steps import COUNCIL
from storage import audit, people, secrecy
from storage.audit import Audit
from storage.database import Database
from storage.model import (
    ANSWERED,
    ASKED,
    CLOSED,
    OPEN,
    SENDING,
    Case,
    Entry,
    Member,
    Outbox,
    Person,
    Shown,
)

OPENS = re.compile(r"open:(\d{9})")


@pytest.fixture
def talk(sqlite: Database) -> Talk:
    """Leyla sits in the council, Farid is a migrant."""
    return _peopled(sqlite)


def _peopled(database: Database) -> Talk:
    secrecy.use(ring_of(database))
    talk = Talk(database)
    talk.seat("Leyla")
    talk.agreed("Farid")
    return talk


def _opens(screen: Outgoing) -> list[str]:
    return [m[1] for row in screen.choices for c in row if (m := OPENS.match(c.does))]


def _button(screen: Outgoing, label: str) -> str:
    return next(c.does for row in screen.choices for c in row if label in c.label)


def _desk(talk: Talk, who: str = "Leyla") -> Outgoing:
    """The one list that stands in a chat."""
    talk.deliver()
    (screen,) = [m for m in talk.chats[who].values() if "Your desk" in m.text]
    return screen


def _urgency(case: Case) -> tuple[int, str, datetime, int]:
    due = case.answer_by_at if case.taken_at else case.read_by_at
    assert due is not None
    return ({OPEN: 0, ASKED: 1, ANSWERED: 2}[case.state], case.urgency, due, case.id)


def _full(database: Database, count: int) -> Talk:
    talk = _peopled(database)
    talk.work(lambda s: fill(s, count, talk.now))
    return talk


def test_two_hundred_requests(database: Database) -> None:
    """Turning the pages shows each of 200 requests once, the most urgent first, in one message."""
    talk = _full(database, 200)
    expected = [case.reference for case in sorted(talk.cases(), key=_urgency)]
    talk.write("Leyla", "/desk")
    seen: list[str] = []
    for page in range(25):
        screen = _desk(talk)
        assert f"{8 * page + 1}–{8 * page + 8} of 200" in screen.text
        assert sum(len(row) for row in screen.choices) <= 12
        seen += _opens(screen)
        if page < 24:
            talk.press("Leyla", _button(screen, "Next"))
    assert seen == expected
    assert "Next" not in "".join(c.label for row in screen.choices for c in row)
    talk.press("Leyla", _button(screen, "Back"))
    assert _opens(_desk(talk)) == expected[184:192]


def test_pages_turn_in_place(talk: Talk) -> None:
    """A page that is turned stands where the one before it stood."""
    talk.work(lambda s: fill(s, 20, talk.now))
    talk.write("Leyla", "/desk")
    _desk(talk)
    (place,) = talk.chats["Leyla"]
    talk.press("Leyla", _button(_desk(talk), "Next"))
    talk.press("Leyla", _button(_desk(talk), "Show only"))
    talk.deliver()
    assert list(talk.chats["Leyla"]) == [place]
    talk.write("Leyla", "/desk")
    _desk(talk)
    assert list(talk.chats["Leyla"]) != [place]


def test_typed_numbers(talk: Talk) -> None:
    """A number opens the request that stands beside it, on a later page too."""
    talk.work(lambda s: fill(s, 20, talk.now))
    talk.write("Leyla", "/desk")
    screen = _desk(talk)
    talk.write("Leyla", "9")
    second = _desk(talk)
    assert _opens(second) != _opens(screen)
    talk.write("Leyla", "2")
    talk.deliver()
    reference = _opens(second)[1]
    assert f"take:{reference}" in talk.buttons("Leyla") or f"answer:{reference}" in talk.buttons(
        "Leyla"
    )


def _questions(talk: Talk, count: int) -> int:
    """How many statements one page of a desk of so many requests takes."""
    talk.work(lambda s: fill(s, count, talk.now))
    asked: list[str] = []

    def heard(connection: object, cursor: object, statement: str, *rest: object) -> None:
        asked.append(statement)

    engine = talk.database.engine
    event.listen(engine, "before_cursor_execute", heard)
    talk.press("Leyla", "desk")
    event.remove(engine, "before_cursor_execute", heard)
    talk.deliver()
    return len(asked)


def test_questions_do_not_grow(sqlite: Database) -> None:
    """A page of 200 requests asks the database no more than a page of two."""
    talk = _full(sqlite, 0)
    first = _questions(talk, 2)
    talk.work(lambda s: [s.delete(case) for case in s.scalars(select(Case))])
    talk.press("Leyla", "desk")
    talk.deliver()
    assert _questions(talk, 200) <= first + 2


def test_views(database: Database) -> None:
    """Each view holds what it says, and the desk says how many that are."""
    talk = _peopled(database)
    now = talk.now
    day = timedelta(days=1)
    due = {"read_by_at": now + day, "answer_by_at": now + 3 * day, "taken_at": None}

    def placed(s: Session) -> dict[str, str]:
        many = {
            "later": {**due, "state": OPEN},
            "writer": {**due, "state": ASKED},
            "today": {**due, "state": OPEN, "read_by_at": now + timedelta(hours=2)},
            "taken": {**due, "state": OPEN, "taken_at": now, "answer_by_at": now - day},
            "answered": {**due, "state": ANSWERED, "read_by_at": now - day},
        }
        return {
            name: request(s, now, number, **more)
            for number, (name, more) in enumerate(many.items())
        }

    stand = talk.work(placed)
    talk.write("Leyla", "/desk")
    screen = _desk(talk)
    for line in ("for me: 3", "for the writer: 1", "Due today: 1", "Overdue: 1", "Answered: 1"):
        assert line in screen.text
    for view, names in {
        "mine": {"later", "today", "taken"},
        "writer": {"writer"},
        "today": {"today"},
        "late": {"taken"},
        "answered": {"answered"},
    }.items():
        talk.press("Leyla", f"desk:{view}:::")
        assert set(_opens(_desk(talk))) == {stand[name] for name in names}, view
    talk.press("Leyla", "desk:late:::")
    assert "· late" in _desk(talk).text


def test_filters_join_views(database: Database) -> None:
    """Topic, class and language narrow a view; all of it is one tap away again."""
    talk = _full(database, 200)
    talk.press("Leyla", "desk:writer:::")
    talk.press("Leyla", _button(_desk(talk), "Filter"))
    talk.deliver()
    for label in ("Topic", "Housing"):
        talk.press("Leyla", _press(talk, label))
    talk.press("Leyla", _press(talk, "Filter"))
    for label in ("Language", "Persian"):
        talk.press("Leyla", _press(talk, label))
    screen = _desk(talk)
    assert "Waiting for the writer, 🏠 Housing, Persian" in screen.text
    wanted = {
        case.reference
        for case in talk.cases()
        if (case.state, case.topic, case.language) == (ASKED, "housing", "fa")
    }
    assert wanted
    assert set(_opens(screen)) == wanted
    talk.press("Leyla", _button(screen, "Show all again"))
    assert "of 200" in _desk(talk).text


def _press(talk: Talk, label: str) -> str:
    """What the newest button of this label does, turning pages until there is one."""
    for _ in range(4):
        talk.deliver()
        (screen,) = talk.chats["Leyla"].values()
        labels = {c.label: c.does for row in screen.choices for c in row}
        for text, does in labels.items():
            if label in text:
                return does
        talk.press("Leyla", next(does for text, does in labels.items() if "Next" in text))
    raise AssertionError(label)


def test_every_button_is_short(talk: Talk) -> None:
    """The whole state of the longest view fits in a button."""
    chosen = desk_list.Chosen("answered", "discrimination", "P5", "az")
    longest = desk_list.does("deskvalues:urgency", chosen, 99_992)
    assert len(longest.encode()) <= 64
    talk.press("Leyla", "desk:answered:discrimination:P5:az:88888")
    assert "Nothing is here." in _desk(talk).text


@pytest.mark.parametrize(
    "does",
    [
        "desk:nothing:nothing:P9:xx:-1",
        "desk:all::::²",
        "desk:all::::99999999999",
        "deskvalues:secret:all:::",
        "deskviews:x:x:x:x",
        "found:topic:nothing:0",
        "found:days:2026-13-01_2026-11-01:0",
        "found:days:0001-01-01_9999-12-31:0",
        "found:reference:1:0",
    ],
)
def test_forged_lists(talk: Talk, does: str) -> None:
    """An invented view shows the desk, or asks again; it never fails."""
    talk.work(lambda s: fill(s, 9, talk.now))
    talk.press("Leyla", does)
    talk.deliver()
    assert talk.screen("Leyla")


def test_private_lines_tell_no_topic(talk: Talk) -> None:
    """Of a private request a list says number, class, state and time, and no filter its topic."""
    talk.seat("Nigar", "focal")
    reference = talk.work(
        lambda s: request(s, talk.now, 1, alias="Nigar", track="private", topic="housing")
    )
    talk.press("Nigar", "desk")
    screen = _desk(talk, "Nigar")
    assert _opens(screen) == [reference]
    labels = "".join(c.label for row in screen.choices for c in row)
    assert "🏠" not in screen.text + labels
    talk.press("Nigar", "desk:all:housing::")
    assert not _opens(_desk(talk, "Nigar"))
    talk.press("Nigar", "deskvalues:topic:all:::")
    talk.deliver()
    assert "Housing" not in talk.ever_said("Nigar").partition("Show only these")[2]


@pytest.mark.parametrize("why", ["private", "own", "about_them"])
def test_no_line_of_what_may_not_be_opened(talk: Talk, why: str) -> None:
    """Private ones of an ordinary member, one's own, and complaints about oneself: on no desk."""
    talk.seat("Samir", agreed=True)

    def placed(session: Session) -> None:
        samir = session.scalars(select(Member).where(Member.alias == "Samir")).one()
        more = {
            "private": {"track": "private"},
            "own": {"person_id": samir.person_id},
            "about_them": {"subjects": [samir.id]},
        }[why]
        request(session, talk.now, 1, alias="Samir", **more)

    talk.work(placed)
    talk.press("Samir", "desk")
    assert not _opens(_desk(talk, "Samir"))
    if why != "about_them":
        assert "is empty" in _desk(talk, "Samir").text


def _whole_card(talk: Talk, who: str = "Leyla") -> tuple[Case, str]:
    """A request with its card; where that stands."""
    case = talk.hand_in("Farid", "Where is the nearest school?")
    return case, talk.find(who, "nearest school")


def test_a_copy_of_a_card(talk: Talk) -> None:
    """A button on a card we lost sight of takes that away and shows how things stand below."""
    case, place = _whole_card(talk)
    talk.work(lambda s: s.execute(update(Shown).values(key="", state="left")))
    talk.press("Leyla", f"more:{case.reference}", on=place)
    talk.deliver()
    assert place not in talk.chats["Leyla"]
    assert f"less:{case.reference}" in talk.buttons("Leyla")
    assert len([b for b in talk.buttons("Leyla") if b == f"less:{case.reference}"]) == 1


def test_a_card_nobody_remembers(talk: Talk) -> None:
    """A card whose number was never stored gives way to the present one, too."""
    case, place = _whole_card(talk)
    talk.work(lambda s: [s.delete(one) for one in s.scalars(select(Shown))])
    talk.press("Leyla", f"take:{case.reference}", on=place)
    talk.deliver()
    assert place not in talk.chats["Leyla"]
    assert "nearest school" in talk.screen("Leyla")


EVERY = sorted(
    verb
    for verb in COUNCIL
    if verb in ("open", "more", "less", "take", "files", "whole", "close", "answer", "ask", "hand")
)


@pytest.mark.parametrize("verb", EVERY)
def test_a_card_of_somebody_elses(talk: Talk, verb: str) -> None:
    """Any button on a card that stayed behind says so, and the card is emptied."""
    case, place = _whole_card(talk)
    talk.seat("Samir")
    samir = talk.work(lambda s: s.scalars(select(Member.id).where(Member.alias == "Samir")).one())
    talk.work(
        lambda s: s.execute(update(Case).where(Case.id == case.id).values(responsible_id=samir))
    )
    assert talk.press("Leyla", f"{verb}:{case.reference}", on=place) == (
        "This is not with you any more."
    )
    talk.deliver()
    assert "nearest school" not in talk.screen("Leyla")


@pytest.mark.parametrize("verb", ["take", "close", "hand", "ask"])
def test_a_card_of_a_closed_request(talk: Talk, verb: str) -> None:
    """What is not possible any more says why, and the card shows how things stand."""
    case, place = _whole_card(talk)
    talk.work(
        lambda s: s.execute(
            update(Case).where(Case.id == case.id).values(state=CLOSED, closed_at=talk.now)
        )
    )
    said = talk.press("Leyla", f"{verb}:{case.reference}", on=place)
    assert "not possible any more" in said
    talk.deliver()
    assert "· closed" in talk.chats["Leyla"][place].text


def test_a_list_with_a_line_too_many(talk: Talk) -> None:
    """A request that is not theirs any more leaves the list when they press it."""
    case, _ = _whole_card(talk)
    talk.press("Leyla", "desk")
    assert _opens(_desk(talk)) == [case.reference]
    talk.work(lambda s: s.execute(update(Case).values(responsible_id=None)))
    said = talk.press("Leyla", f"open:{case.reference}")
    assert said == "This is not with you any more."
    assert not _opens(_desk(talk))


def test_a_press_while_the_card_is_on_its_way(talk: Talk) -> None:
    """A card pressed before its number is stored is left alone: it is no old one."""
    case, place = _whole_card(talk)

    def sending(session: Session) -> None:
        session.execute(update(Shown).values(message_id="0"))
        session.execute(update(Outbox).values(state=SENDING).where(Outbox.show == "card"))

    talk.work(sending)
    talk.press("Leyla", f"take:{case.reference}", on=place)
    leaving = talk.work(lambda s: list(s.scalars(select(Outbox).where(Outbox.mode == "delete"))))
    assert not [row for row in leaving if row.chat == _chat(talk, "Leyla") and not row.ended_at]


def _chat(talk: Talk, who: str) -> str:
    """Their chat, as rows name it."""
    return people.chat_hash(CHANNEL, talk.addresses[who])


def test_the_whole_history(talk: Talk) -> None:
    """The card tells of both sides, of notes as internal, of hand-overs, and of former texts."""
    case, _ = _whole_card(talk)
    talk.edit("Farid", talk.mine["Farid"][0], "Where is the nearest Georgian school?")
    talk.press("Leyla", f"answer:{case.reference}")
    talk.write("Leyla", "Near the park.")
    talk.press("Leyla", f"sendit:{case.reference}")
    talk.seat("Samir")

    def noted(s: Session) -> None:
        s.add(Entry(case_id=case.id, kind="note", member_id=1, text="Ask the office.", at=talk.now))

    talk.work(noted)
    talk.press("Leyla", f"over:{case.reference}:2:topic")
    talk.deliver()
    card = talk.screen("Samir")
    for part in (
        "<s>Where is the nearest school?</s>",
        "Georgian school? (changed)",
        "<b>Leyla</b>: Near the park.",
        "For members only</i> · <b>Leyla</b>: Ask the office.",
        "Handed over to Samir.",
    ):
        assert part in card
    assert "Ask the office" not in talk.ever_said("Farid")


def test_times_of_the_day(talk: Talk) -> None:
    """Due today ends at the council's midnight, not at that of another clock."""
    baku_evening = datetime(2026, 11, 24, 19, 59, tzinfo=UTC)
    for number, minutes in enumerate((0, 2)):
        due = baku_evening + timedelta(minutes=minutes)
        talk.work(
            lambda s, n=number, d=due: request(
                s, talk.now, n, state=OPEN, taken_at=None, read_by_at=d, answer_by_at=d
            )
        )
    talk.press("Leyla", "desk:today:::")
    assert len(_opens(_desk(talk))) == 1


def test_help_for_every_screen(talk: Talk) -> None:
    """Help says what can be done where they are, and what they were doing goes on."""
    case, _ = _whole_card(talk)
    talk.seat("Samir")
    talk.press("Leyla", f"hand:{case.reference}")
    talk.write("Leyla", "/help")
    talk.deliver()
    assert "who looks after the request now" in talk.screen("Leyla")
    person = talk.work(lambda s: s.scalars(select(Person.screen)).first())
    assert person == "whom"
    talk.press("Leyla", "desk")
    talk.write("Leyla", "/help")
    talk.deliver()
    assert "what is most urgent stands first" in talk.screen("Leyla")
    assert "/find" in talk.screen("Leyla")


def test_who_looked_is_recorded(talk: Talk) -> None:
    """Seeing the card and the whole text, and taking it, stand in the record, by whom and of what."""
    case, _ = _whole_card(talk)
    for verb in ("open", "take", "whole", "files"):
        talk.press("Leyla", f"{verb}:{case.reference}")
        talk.deliver()
    rows = talk.work(lambda s: [(r.what, r.actor, r.subject) for r in s.scalars(select(Audit))])
    leyla, of = talk.work(
        lambda s: (audit.number(s, s.get_one(Member, 1)), audit.number(s, s.get_one(Case, case.id)))
    )
    told = [what for what, actor, subject in rows if (actor, subject) == (leyla, of)]
    assert told[0] == "given"
    assert told.count("taken") == 1
    assert told.count("viewed") >= 4
