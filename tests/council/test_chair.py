"""The chair: the whole queue in numbers, requests given on without a word of them, and nobody else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from talk import Talk

from handlers import steps
from storage import audit
from storage.audit import Audit
from storage.database import Database
from storage.model import Case, Member

WORDS = "My boss Mirvari keeps my wages."
CHAIRS = sorted(
    {"chair", "give", "giveto", "given", "conflicts", "judge", "judged", "members", "seat"}
    | {"acting", "focal", "cap", "capped", "suspend", "suspended", "lift", "letgo", "gone"}
    | {"invite", "inv_role", "inv_done", "code", "pending", "revoke", "resign", "resigned"}
)
"""Buttons that only the chair's chat has."""


@pytest.fixture
def talk(sqlite_in_use: Database) -> Talk:
    """A council of three, its chair Vusal, and Farid, whose request Leyla reads."""
    return council(Talk(sqlite_in_use))


def council(talk: Talk) -> Talk:
    """The same, on any database."""
    talk.seat("Leyla")
    talk.agreed("Farid")
    talk.hand_in("Farid", WORDS)
    talk.seat("Samir")
    talk.seat("Vusal", "chair")
    return talk


def noted(talk: Talk, what: str) -> int:
    """How often this stands in the record."""
    found = select(Audit.id).where(Audit.what == what)
    return len(talk.work(lambda s: s.scalars(found).all()))


def reader(talk: Talk) -> str | None:
    """Who is responsible for the newest request."""
    responsible = talk.case().responsible_id
    return talk.work(lambda s: s.get_one(Member, responsible).alias) if responsible else None


def test_the_queue_in_numbers(talk: Talk) -> None:
    """The chair sees how many wait and how late they are, and never what they say."""
    talk.seat("Nigar", "focal")
    talk.hand_in("Farid", "My uncle beats me every evening.")
    private = talk.case()
    assert private.track == "private"
    talk.later(days=3)
    talk.deliver()
    talk.write("Vusal", "/chair")
    talk.deliver()
    shown = talk.screen("Vusal")
    assert "Open: 1 · not read yet: 1" in shown
    assert "focal persons only: 1" in shown
    for part in ("late", "none", "load"):
        talk.press("Vusal", f"chair:{part}")
        talk.deliver()
    ever = talk.ever_said("Vusal")
    assert "Samir: 1" in ever  # Leyla was silent, and it went on once
    assert "wages" not in ever
    assert "uncle" not in ever
    assert private.reference[:4] not in ever.replace(" ", "")


def test_late_ones_are_given_on(talk: Talk) -> None:
    """A late request goes to another reader: the former loses sight, the writer is told who and why."""
    case = talk.case()
    talk.work(lambda s: setattr(s.get_one(Case, case.id), "read_by_at", talk.now))
    talk.press("Vusal", "chair:late")
    talk.deliver()
    assert f"give:{case.reference}" in talk.buttons("Vusal")
    talk.press("Vusal", f"give:{case.reference}")
    talk.press("Vusal", f"giveto:{case.reference}:2")
    talk.press("Vusal", f"given:{case.reference}:2:absent")
    talk.deliver()
    assert reader(talk) == "Samir"
    assert "wages" in talk.screen("Samir")
    assert "wages" not in talk.screen("Leyla")
    assert "The chair gave" in talk.screen("Leyla")
    assert "Samir reads it" in talk.screen("Farid")
    assert "the first member cannot answer now" in talk.screen("Farid")
    assert "wages" not in talk.ever_said("Vusal")
    assert noted(talk, "reassigned") == 1


def test_the_second_step_follows_the_first(talk: Talk) -> None:
    """Giving on needs its question open, and the reader it asked about."""
    case = talk.case()
    assert talk.press("Vusal", f"given:{case.reference}:2:absent") == "That is not possible now."
    talk.press("Vusal", f"give:{case.reference}")
    talk.press("Vusal", f"giveto:{case.reference}:2")
    talk.press("Leyla", f"over:{case.reference}:3:topic")  # Leyla was faster
    assert talk.press("Vusal", f"given:{case.reference}:2:absent") == "That is not possible now."
    talk.deliver()
    assert reader(talk) == "Vusal"


def test_without_a_reader_the_chair_takes_it(talk: Talk) -> None:
    """What nobody could be given is given by the chair, to themselves too; the writer hears so."""
    case = talk.case()

    def orphaned(session: Any) -> None:
        found = session.get_one(Case, case.id)
        found.responsible_id, found.stage_at = None, None

    talk.work(orphaned)
    talk.press("Vusal", "chair:none")
    talk.press("Vusal", f"give:{case.reference}")
    talk.press("Vusal", f"giveto:{case.reference}:3")
    talk.deliver()
    assert reader(talk) == "Vusal"
    assert "has a reader now" in talk.screen("Farid")
    assert "wages" in talk.screen("Vusal")


@pytest.mark.parametrize("concerned", ["writer", "subject", "private"])
def test_what_concerns_the_chair_is_out_of_sight(talk: Talk, concerned: str) -> None:
    """The chair counts, lists and gives on nothing that they wrote, that is about them, or private."""
    case = talk.case()

    def concerns(session: Any) -> None:
        found, chair = session.get_one(Case, case.id), session.get_one(Member, 3)
        found.read_by_at = talk.now
        if concerned == "writer":
            found.person_id = chair.person_id
        elif concerned == "subject":
            found.subjects = [3]
        else:
            found.track = "private"

    talk.work(concerns)
    talk.write("Vusal", "/chair")
    talk.deliver()
    assert "Open: 0 · not read yet: 0" in talk.screen("Vusal")
    talk.press("Vusal", "chair:late")
    talk.deliver()
    assert f"give:{case.reference}" not in talk.buttons("Vusal")
    assert talk.press("Vusal", f"give:{case.reference}") == "That is not possible now."


def test_whoever_stands_in(talk: Talk) -> None:
    """The acting chair sees the queue while the chair is away, and not otherwise."""
    talk.work(lambda s: setattr(s.get_one(Member, 2), "is_acting", True))
    assert talk.press("Samir", "chair") == "This is for the chair only."
    until = talk.now + timedelta(days=3)
    talk.work(lambda s: setattr(s.get_one(Member, 3), "away_until", until))
    talk.press("Samir", "chair")
    talk.deliver()
    assert "The whole queue" in talk.screen("Samir")
    talk.press("Samir", "seat:3")
    talk.deliver()
    assert "suspend:3" not in talk.buttons("Samir"), "whoever stands in does not unseat the chair"
    assert talk.press("Samir", "suspend:3") == "That is not possible now."
    assert talk.press("Samir", "suspend:2") == "That is not possible now.", "nor themselves"


def picture(talk: Talk) -> list[Any]:
    """Seats, requests and invitations as they are."""
    tables = (Member, Case)
    return [
        [{c.key: getattr(row, c.key) for c in row.__mapper__.column_attrs} for row in rows]
        for rows in talk.work(lambda s: [list(s.scalars(select(table))) for table in tables])
    ]


@pytest.mark.parametrize("who", ["Samir", "Rana", "Nasrin"])
def test_forged_buttons(talk: Talk, who: str) -> None:
    """The chair's buttons do nothing for members, migrants and a former chair."""
    talk.agreed("Rana")
    talk.seat("Nasrin", "chair")
    talk.press("Nasrin", "chair")
    talk.work(lambda s: setattr(s.get_one(Member, 4), "role", "member"))
    before, case = picture(talk), talk.case()
    for verb in CHAIRS:
        assert verb in steps.COUNCIL
        for rest in ("", ":1", ":2:yes", ":1:none", ":3:5", ":member", f":{case.reference}"):
            talk.press(who, f"{verb}{rest}")
    talk.press(who, f"given:{case.reference}:2:absent")
    talk.deliver()
    assert picture(talk) == before
    assert "wages" not in talk.ever_said(who)
    assert talk.press("Samir", "chair") == "This is for the chair only."


def test_given_and_handed_over_at_once(database: Database) -> None:
    """A member hands a request over while the chair gives it on: one of both, and one reader."""
    talk = council(Talk(database))
    case = talk.case()
    talk.seat("Aysu")
    talk.press("Vusal", f"give:{case.reference}")
    talk.press("Vusal", f"giveto:{case.reference}:2")
    with ThreadPoolExecutor(2) as hands:
        given = hands.submit(talk.press, "Vusal", f"given:{case.reference}:2:absent")
        handed = hands.submit(talk.press, "Leyla", f"over:{case.reference}:4:topic")
        said = [given.result(20), handed.result(20)]
    talk.deliver()
    assert sum(bool(toast) for toast in said) == 1, said
    sees = [name for name in ("Leyla", "Samir", "Aysu") if "wages" in talk.screen(name)]
    assert sees == [reader(talk)]
    assert len([m for w, m in talk.said if w == "Farid" and "looks after it now" in m.text]) == 1


def test_taken_twice_at_once(database: Database) -> None:
    """Two people who may take the same request in the same second: one has it, once."""
    talk = council(Talk(database))
    case = talk.case()
    talk.work(lambda s: setattr(s.get_one(Case, case.id), "responsible_id", None))
    talk.press("Vusal", f"give:{case.reference}")
    with ThreadPoolExecutor(2) as hands:
        presses = [f"giveto:{case.reference}:{number}" for number in (2, 3)]
        done = [hands.submit(talk.press, "Vusal", does) for does in presses]
        said = sorted(one.result(20) for one in done)
    talk.deliver()
    assert said == ["", "That is not possible now."]
    assert noted(talk, "reassigned") == 1
    sees = [name for name in ("Samir", "Vusal") if "wages" in talk.screen(name)]
    assert sees == [reader(talk)]


def test_the_record_stays_whole(talk: Talk) -> None:
    """What the chair decides is in the record, and the record follows from itself."""
    case = talk.case()
    talk.press("Vusal", f"give:{case.reference}")
    talk.press("Vusal", f"giveto:{case.reference}:2")
    talk.press("Vusal", f"given:{case.reference}:2:topic")
    talk.press("Vusal", "capped:1:5")
    assert noted(talk, "reassigned") == noted(talk, "cap_set") == 1
    assert talk.work(lambda s: list(audit.verify(s))) == []
