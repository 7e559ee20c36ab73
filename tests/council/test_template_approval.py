"""The second person: never whoever proposed it, and only exactly what they read."""

import answers_kit as kit
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from talk import Talk

from storage.audit import Audit
from storage.database import Database
from storage.model import Member


@pytest.fixture
def talk(sqlite_in_use: Database) -> Talk:
    """A council with a chair, two members and two people who ask."""
    return kit.council(Talk(sqlite_in_use))


def _acting(talk: Talk, name: str, is_acting: bool = True) -> None:
    def change(session: Session) -> None:
        kit.member(session, name).is_acting = is_acting

    talk.work(change)


def test_the_chair_hears_once_however_many_wait(talk: Talk) -> None:
    """Two proposals are one notice; every language is read before approving."""
    first = kit.propose(talk, "Samir", {"en": kit.RIGHT, "ru": "За три дня."})
    kit.propose(talk, "Leyla", title="Visa fees")
    assert talk.screen("Vusal").count("for your approval") == 1
    assert "2 ready answers wait for your approval" in talk.screen("Vusal")
    talk.press("Vusal", "approvals")
    talk.press("Vusal", f"approve:{first}")
    talk.deliver()
    for part in (kit.RIGHT, "За три дня.", "No text in: Azerbaijani", "Proposed by Samir."):
        assert part in talk.screen("Vusal")
    kit.approve(talk, "Vusal", first)
    assert f"“{kit.TITLE}” is approved" in talk.screen("Samir")


def test_nothing_is_offered_before_it_is_approved(talk: Talk) -> None:
    """A proposed one cannot be sent."""
    template, case = kit.propose(talk, "Samir"), kit.asked(talk)
    said = talk.press("Leyla", f"use:{case.reference}:{template}")
    assert said == "This ready answer is not offered any more."
    kit.sent(talk, case, template)
    assert kit.answers(talk, case) == []


@pytest.mark.parametrize("who", ["Leyla", "Samir", "Rana"])
def test_nobody_else_approves(talk: Talk, who: str) -> None:
    """Neither another member nor the proposer nor a migrant, with whatever button."""
    template = kit.propose(talk, "Samir")
    talk.press("Vusal", f"approve:{template}")
    talk.deliver()
    button = next(b for b in talk.buttons("Vusal") if b.startswith("approved:"))
    for does in (button, f"refused:{template}", f"sendback:{template}"):
        talk.press(who, does)
        talk.write(who, "Please change it.")
    talk.deliver()
    assert kit.known(talk, template).state == "proposed"


def test_the_chair_does_not_approve_their_own(talk: Talk) -> None:
    """What the chair proposes waits for whoever stands in; nobody there: it says so and waits."""
    template = kit.propose(talk, "Vusal")
    assert "waits until somebody stands in for the chair" in talk.screen("Vusal")
    said = kit.approve(talk, "Vusal", template)
    assert said == "You proposed it: somebody else must approve it."
    assert kit.approve(talk, "Leyla", template) == "Only the chair approves ready answers."
    assert kit.known(talk, template).state == "proposed"
    _acting(talk, "Leyla")
    kit.approve(talk, "Leyla", template)
    assert kit.known(talk, template).state == "approved"


def test_who_stands_in_approves_while_the_chair_is_away(talk: Talk) -> None:
    """The acting chair decides as long as the chair is away, and not a day longer."""
    _acting(talk, "Leyla")
    template = kit.propose(talk, "Samir")
    assert kit.approve(talk, "Leyla", template) == "Only the chair approves ready answers."

    def away(session: Session) -> None:
        kit.member(session, "Vusal").away_until = talk.now.replace(year=2027)

    talk.work(away)
    kit.approve(talk, "Leyla", template)
    assert kit.known(talk, template).state == "approved"


def test_whoever_stands_in_later_is_asked_then(talk: Talk) -> None:
    """What nobody could approve is brought to whoever may, on a morning some days later."""
    kit.propose(talk, "Vusal")
    _acting(talk, "Leyla")
    talk.later(days=2)
    talk.deliver()
    assert "for your approval" not in talk.ever_said("Leyla")
    talk.later(days=4)
    talk.deliver()
    assert talk.screen("Leyla").count("1 ready answer waits for your approval") == 1
    assert "for your approval" not in talk.ever_said("Vusal")


def test_only_what_was_read_is_approved(talk: Talk) -> None:
    """A button under a text that was sent back and changed approves nothing."""
    template = kit.propose(talk, "Samir", kit.WRONG)
    talk.press("Vusal", f"approve:{template}")
    talk.deliver()
    button = next(b for b in talk.buttons("Vusal") if b.startswith("approved:"))
    talk.press("Vusal", f"sendback:{template}")
    talk.write("Vusal", "It says three days there, not one.")
    talk.deliver()
    assert "It says three days there" in talk.screen("Samir")
    assert kit.known(talk, template).state == "draft"
    assert talk.press("Vusal", button) == "This does not wait for you any more."
    talk.press("Samir", f"rtext:{template}:en")
    talk.write("Samir", kit.RIGHT)
    talk.press("Samir", f"rhand:{template}")
    talk.deliver()
    assert talk.press("Vusal", button) == "It was changed meanwhile. Please read it again."
    assert kit.known(talk, template).state == "proposed"
    kit.approve(talk, "Vusal", template)
    assert kit.known(talk, template).state == "approved"


def test_refused_is_told_and_cannot_be_approved(talk: Talk) -> None:
    """Whoever proposed it hears so."""
    template = kit.propose(talk, "Samir")
    talk.press("Vusal", f"approve:{template}")
    talk.deliver()
    button = next(b for b in talk.buttons("Vusal") if b.startswith("approved:"))
    talk.press("Vusal", f"refused:{template}")
    talk.deliver()
    assert "was not approved" in talk.screen("Samir")
    talk.press("Vusal", button)
    assert kit.known(talk, template).state == "refused"


def test_of_two_changes_the_second_does_not_undo_the_first(talk: Talk) -> None:
    """A change written from the former text is not approved over a newer one."""
    template = kit.ready(talk, kit.WRONG)
    made = []
    for who in ("Samir", "Leyla"):
        talk.press(who, f"redo:{template}:change")
        made.append(kit.newest(talk).id)
        talk.press(who, f"rchecked:{made[-1]}:today")
        talk.press(who, f"rhand:{made[-1]}")
        talk.deliver()
    kit.approve(talk, "Vusal", made[0])
    said = kit.approve(talk, "Vusal", made[1])
    assert said == "Another version was approved meanwhile. Please send it back."
    assert [kit.known(talk, one).state for one in (template, *made)] == [
        "replaced",
        "approved",
        "proposed",
    ]


def test_what_waited_too_long_is_not_approved(talk: Talk) -> None:
    """An answer that would have run out already is looked up again first."""
    template = kit.propose(talk, "Samir")
    talk.later(days=91)
    said = kit.approve(talk, "Vusal", template)
    assert said == "It was looked up too long ago. Please send it back."
    assert kit.known(talk, template).state == "proposed"


def test_a_suspended_member_proposes_and_approves_nothing(talk: Talk) -> None:
    """Whoever is suspended has no ready answers any more."""
    template = kit.propose(talk, "Samir")

    def suspend(session: Session) -> None:
        kit.member(session, "Vusal").suspended_at = talk.now

    talk.work(suspend)
    kit.approve(talk, "Vusal", template)
    assert kit.known(talk, template).state == "proposed"


def test_the_record_holds_numbers_only(talk: Talk) -> None:
    """No title, text, source or alias stands in the record."""
    template, case = kit.ready(talk), kit.asked(talk)
    kit.sent(talk, case, template)
    kit.stopped(talk, "Leyla", template)
    about = Audit.what.startswith("answer_", autoescape=True)
    rows = talk.work(lambda s: list(s.scalars(select(Audit).where(about))))
    assert [row.what for row in rows] == [
        "answer_proposed",
        "answer_approved",
        "answer_used",
        "answer_stopped",
    ]
    names = talk.work(lambda s: list(s.scalars(select(Member.alias))))
    told = " ".join(f"{row.actor} {row.subject} {row.detail}" for row in rows)
    for words in (kit.TITLE, kit.RIGHT, "migration.gov", *names):
        assert words not in told
