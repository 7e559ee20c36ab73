"""What was wrong: stopped at once, corrected by two people, told after their member confirms."""

from collections.abc import Callable

import answers_kit as kit
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from talk import Talk

from handlers.council import membership
from storage.audit import Audit
from storage.database import Database
from storage.model import PRIVATE, Case, Entry

SORRY = "We must correct what we told you:"


@pytest.fixture
def talk(sqlite_in_use: Database) -> Talk:
    """A council with a chair, two members and two people who ask."""
    return kit.council(Talk(sqlite_in_use))


def _told_wrong(talk: Talk, *who: str, reader: str = "Leyla") -> tuple[int, list[Case]]:
    """These asked and were sent what is wrong; gives the ready answer and the requests."""
    template = kit.ready(talk, kit.WRONG)
    cases = [kit.asked(talk, one, reader) for one in who]
    for case in cases:
        kit.sent(talk, case, template, reader)
    return template, cases


def _change(talk: Talk, case: Case, change: Callable[[Case], None]) -> None:
    talk.work(lambda s: change(s.get_one(Case, case.id)))


def _now(talk: Talk, case: Case) -> Case:
    return talk.work(lambda s: s.get_one(Case, case.id))


def test_everyone_who_received_it_is_told_after_a_confirmation(talk: Talk) -> None:
    """One notice, old and new text, and only what is confirmed goes out."""
    template, (rana, farid) = _told_wrong(talk, "Rana", "Farid")
    kit.stopped(talk, "Leyla", template)
    assert "Leyla stopped the ready answer" in talk.screen("Vusal")
    assert "Leyla stopped the ready answer" in talk.screen("Samir")
    fixed = kit.corrected(talk, template)
    assert kit.known(talk, template).state == "replaced"
    assert "2 of your writers received it" in talk.screen("Leyla")
    assert SORRY not in talk.ever_said("Rana") + talk.ever_said("Farid")
    talk.press("Leyla", "corrections")
    talk.deliver()
    for part in ("correction 1 of 2", kit.WRONG, SORRY, kit.RIGHT):
        assert part in talk.screen("Leyla")
    first, second = kit.corrections(talk)
    talk.press("Leyla", f"fixsend:{first.id}")
    talk.deliver()
    assert f"{SORRY}\n{kit.RIGHT}" in talk.screen("Rana")
    assert SORRY not in talk.ever_said("Farid")
    assert "Source: migration.gov.az" in talk.screen("Rana")
    talk.press("Leyla", f"fixno:{second.id}")
    talk.press("Leyla", f"fixno:{second.id}:knows")
    talk.deliver()
    assert SORRY not in talk.ever_said("Farid")
    assert [fix.state for fix in kit.corrections(talk)] == ["sent", "declined"]
    assert "Nothing more is to be corrected" in talk.screen("Leyla")
    assert [e.template_id for e in kit.answers(talk, rana)] == [template, fixed]
    assert [e.template_id for e in kit.answers(talk, farid)] == [template]
    noted = talk.work(lambda s: list(s.scalars(select(Audit.what))))
    assert noted.count("correction_sent") == noted.count("correction_declined") == 1


def test_the_whole_way_on_both_databases(database: Database) -> None:
    """Proposed, sent, counted, stopped, corrected, told: SQLite and PostgreSQL agree."""
    talk = kit.council(Talk(database))
    template, (case,) = _told_wrong(talk, "Rana")
    talk.press("Leyla", f"ready:{template}")
    talk.deliver()
    assert "Sent 1 time: Leyla 1." in talk.screen("Leyla")
    kit.stopped(talk, "Leyla", template)
    kit.corrected(talk, template)
    talk.press("Leyla", "corrections")
    talk.press("Leyla", f"fixsend:{kit.corrections(talk)[0].id}")
    talk.deliver()
    assert f"{SORRY}\n{kit.RIGHT}" in talk.screen("Rana")
    assert len(kit.answers(talk, case)) == 2
    talk.later(days=100)
    talk.deliver()
    for does in ("delete", "forget:sure", "forget:now"):
        talk.press("Rana", does)
    assert kit.corrections(talk) == []


def test_it_is_not_offered_from_that_moment(talk: Talk) -> None:
    """A preview that is open when it is stopped is not sent either."""
    template, case = kit.ready(talk, kit.WRONG), kit.asked(talk)
    talk.press("Leyla", f"use:{case.reference}:{template}")
    kit.stopped(talk, "Samir", template)
    talk.press("Leyla", f"sendit:{case.reference}")
    talk.deliver()
    assert "not offered any more. Nothing was sent." in talk.screen("Leyla")
    assert kit.answers(talk, case) == []
    talk.press("Leyla", f"template:{case.reference}")
    talk.deliver()
    assert f"use:{case.reference}:{template}" not in talk.buttons("Leyla")


def test_pressed_twice_it_goes_once(talk: Talk) -> None:
    """The same confirmation pressed again, or after all were sent together, tells nobody twice."""
    template, (rana, farid) = _told_wrong(talk, "Rana", "Farid")
    kit.stopped(talk, "Leyla", template)
    fixed = kit.corrected(talk, template)
    first, second = kit.corrections(talk)
    talk.press("Leyla", f"fixsend:{first.id}")
    assert talk.press("Leyla", f"fixsend:{first.id}") == "That was done already."
    assert talk.press("Leyla", f"fixall:{fixed}:2") == "Something has changed. Please look again."
    talk.press("Leyla", f"fixall:{fixed}:1")
    assert talk.press("Leyla", f"fixsend:{second.id}") == "That was done already."
    assert talk.press("Leyla", f"fixno:{second.id}:knows") == "That was done already."
    talk.deliver()
    assert [len(kit.answers(talk, case)) for case in (rana, farid)] == [2, 2]


def test_two_members_one_after_the_other(talk: Talk) -> None:
    """Handed over in between: only who is responsible now confirms, and only once."""
    template, (case,) = _told_wrong(talk, "Rana")
    kit.stopped(talk, "Leyla", template)
    kit.corrected(talk, template)
    (fix,) = kit.corrections(talk)
    samir = talk.work(lambda s: kit.member(s, "Samir").id)
    talk.press("Leyla", f"over:{case.reference}:{samir}:topic")
    assert talk.press("Leyla", f"fixsend:{fix.id}") == "This is not with you any more."
    assert kit.corrections(talk)[0].state == "waiting"
    talk.press("Samir", f"fixsend:{fix.id}")
    talk.press("Samir", f"fixsend:{fix.id}")
    talk.deliver()
    assert talk.screen("Rana").count(SORRY) == 1


def test_send_all_together(talk: Talk) -> None:
    """All of one kind go with one press; who has no text in their language is looked at alone."""
    talk.agreed("Nasrin", "tr")
    template, cases = _told_wrong(talk, "Rana", "Farid")
    nasrin = kit.asked(talk, "Nasrin", text="Vizem bitiyor, nasıl uzatırım?")
    talk.press("Leyla", f"use:{nasrin.reference}:{template}:en")
    talk.press("Leyla", f"sendit:{nasrin.reference}")
    talk.deliver()
    kit.stopped(talk, "Leyla", template)
    fixed = kit.corrected(talk, template)
    talk.press("Leyla", f"fixall:{fixed}:2")
    talk.deliver()
    assert [len(kit.answers(talk, case)) for case in (*cases, nasrin)] == [2, 2, 1]
    assert "There is no text in Turkish. This one is in English." in talk.screen("Leyla")


def test_an_erased_request_is_not_told(talk: Talk) -> None:
    """Whoever deleted everything is asked about no more, also with a screen that is open."""
    template, (case,) = _told_wrong(talk, "Rana")
    kit.stopped(talk, "Leyla", template)
    kit.corrected(talk, template)
    (fix,) = kit.corrections(talk)
    talk.press("Leyla", "corrections")
    talk.deliver()
    for does in ("delete", "forget:sure", "forget:now"):
        talk.press("Rana", does)
    talk.press("Leyla", f"fixsend:{fix.id}")
    talk.deliver()
    assert kit.corrections(talk) == []
    assert SORRY not in talk.ever_said("Rana")
    assert kit.WRONG not in talk.screen("Leyla")
    assert talk.work(lambda s: s.get(Case, case.id)) is None


def test_erased_before_it_is_corrected(talk: Talk) -> None:
    """Then there is nobody to tell."""
    template, _ = _told_wrong(talk, "Rana")
    for does in ("delete", "forget:sure", "forget:now"):
        talk.press("Rana", does)
    kit.stopped(talk, "Leyla", template)
    kit.corrected(talk, template)
    assert kit.corrections(talk) == []


def test_a_closed_request_is_told_and_stays_closed(talk: Talk) -> None:
    """Its dates do not start again."""
    template, (case,) = _told_wrong(talk, "Rana")
    talk.press("Leyla", f"close:{case.reference}")
    talk.press("Leyla", f"closed:{case.reference}:solved")
    kit.stopped(talk, "Leyla", template)
    kit.corrected(talk, template)
    before = _now(talk, case)
    talk.press("Leyla", f"fixsend:{kit.corrections(talk)[0].id}")
    talk.deliver()
    assert SORRY in talk.screen("Rana")
    after = _now(talk, case)
    for name in ("state", "closed_at", "close_reason", "closes_at", "answer_by_at", "stage_at"):
        assert getattr(after, name) == getattr(before, name), name
    assert after.state == "closed"


def test_who_left_hands_the_correction_of_closed_ones_on(talk: Talk) -> None:
    """A closed request without a reader goes to whoever may read it, and stays closed."""
    template, (case,) = _told_wrong(talk, "Rana")
    talk.press("Leyla", f"closed:{case.reference}:solved")
    talk.work(lambda s: membership.leave(s, talk.charter, "Leyla", talk.now))
    assert _now(talk, case).responsible_id is None
    kit.stopped(talk, "Samir", template)
    kit.corrected(talk, template)
    talk.deliver()
    assert "1 of your writers received it" in talk.screen("Samir")
    talk.press("Samir", f"fixsend:{kit.corrections(talk)[0].id}")
    talk.deliver()
    assert "Answer to" in talk.screen("Rana")
    assert SORRY in talk.screen("Rana")
    assert _now(talk, case).state == "closed"


def test_private_ones_are_for_focal_persons(talk: Talk) -> None:
    """A private request of somebody who left waits for a focal person; the chair sees a number."""
    template, (case,) = _told_wrong(talk, "Rana")
    talk.press("Leyla", f"closed:{case.reference}:solved")

    def private(row: Case) -> None:
        row.track, row.responsible_id = PRIVATE, None

    _change(talk, case, private)
    kit.stopped(talk, "Leyla", template)
    kit.corrected(talk, template)
    (fix,) = kit.corrections(talk)
    assert "1 correction waits: nobody may read that request now." in talk.screen("Vusal")
    for who in ("Leyla", "Samir", "Vusal"):
        talk.press(who, "corrections")
        talk.press(who, f"fixsend:{fix.id}")
        talk.press(who, f"fixno:{fix.id}:knows")
        talk.deliver()
        assert SORRY not in talk.ever_said(who)
    assert kit.corrections(talk)[0].state == "waiting"
    talk.seat("Nigar", "focal")
    talk.later(days=4)
    talk.deliver()
    assert "1 of your writers received it" in talk.screen("Nigar")
    talk.press("Nigar", f"fixsend:{fix.id}")
    talk.deliver()
    assert SORRY not in talk.screen("Rana")  # a phone that may be watched: first a notice
    talk.write("Rana", "1")
    talk.deliver()
    assert SORRY in talk.screen("Rana")


def test_nobody_confirms_for_another(talk: Talk) -> None:
    """Forged buttons of others change nothing and show nothing."""
    template, (case,) = _told_wrong(talk, "Rana")
    kit.stopped(talk, "Leyla", template)
    fixed = kit.corrected(talk, template)
    (fix,) = kit.corrections(talk)
    for who in ("Samir", "Vusal", "Rana", "Farid"):
        for does in (
            *(f"fixsend:{fix.id}", f"fixno:{fix.id}", f"fixno:{fix.id}:moot", "corrections"),
            *(f"fixall:{fixed}:1", f"fixall:{fixed}:0", "fixsend:²", "fixsend:"),
        ):
            talk.press(who, does)
        talk.deliver()
        assert SORRY not in talk.ever_said(who)
    assert kit.corrections(talk)[0].state == "waiting"
    assert len(kit.answers(talk, case)) == 1


def test_a_correction_that_is_wrong_itself_waits_for_the_next(talk: Talk) -> None:
    """Nobody is sent a correction that was stopped; they get the next one, once."""
    template, (case,) = _told_wrong(talk, "Rana")
    kit.stopped(talk, "Leyla", template)
    second = kit.corrected(talk, template, right="Apply two days before your visa ends.")
    (fix,) = kit.corrections(talk)
    kit.stopped(talk, "Leyla", second)
    talk.press("Leyla", f"fixsend:{fix.id}")
    assert kit.corrections(talk)[0].state == "waiting"
    third = kit.corrected(talk, second)
    (fix,) = kit.corrections(talk)
    assert fix.template_id == third
    talk.press("Leyla", f"fixsend:{fix.id}")
    talk.deliver()
    assert "two days" not in talk.ever_said("Rana")
    assert talk.screen("Rana").count(SORRY) == 1
    assert kit.RIGHT in talk.screen("Rana")
    assert len(kit.answers(talk, case)) == 2


def test_what_was_checked_again_is_corrected_for_all(talk: Talk) -> None:
    """Whoever received the same text before it was checked again is told, too."""
    template, (case,) = _told_wrong(talk, "Rana")
    talk.press("Samir", f"recheck:{template}")
    again = kit.newest(talk).id
    kit.approve(talk, "Vusal", again)
    kit.stopped(talk, "Leyla", again)
    kit.corrected(talk, again)
    (fix,) = kit.corrections(talk)
    assert fix.case_id == case.id


def test_what_never_arrived_needs_no_correction(talk: Talk) -> None:
    """An answer that failed was read by nobody."""
    template, (case,) = _told_wrong(talk, "Rana")

    (entry,) = kit.answers(talk, case)

    def failed(session: Session) -> None:
        session.get_one(Entry, entry.id).delivery = "failed"

    talk.work(failed)
    kit.stopped(talk, "Leyla", template)
    kit.corrected(talk, template)
    assert kit.corrections(talk) == []


def test_who_does_not_act_is_asked_again(talk: Talk) -> None:
    """Two working days later, in the morning, once more in one message."""
    template, _ = _told_wrong(talk, "Rana")
    kit.stopped(talk, "Leyla", template)
    kit.corrected(talk, template)
    talk.deliver()

    def told() -> int:
        return sum(name == "Leyla" and "received it" in m.text for name, m in talk.said)

    assert told() == 1
    talk.later(days=1)
    talk.deliver()
    assert told() == 1
    talk.later(days=2)
    talk.deliver()
    assert told() == 2
    assert talk.screen("Leyla").count("received it") == 1
