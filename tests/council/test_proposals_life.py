"""A proposal from its first word to what its writers are told."""

import proposals_kit as kit
import pytest
from talk import Talk

from storage import proposals
from storage.database import Database

DONE = "The unit opened two more days a week."


@pytest.fixture
def talk(database: Database, monkeypatch: pytest.MonkeyPatch) -> Talk:
    """A council and five people who ask."""
    return kit.council(Talk(database), monkeypatch)


def test_the_whole_life(talk: Talk) -> None:
    """Written, gathered, approved by a second person, sent, answered, and told to all its writers."""
    clerk = kit.clerk(talk)
    number = kit.proposed(talk)
    assert "1 proposal waits for your approval" in talk.screen("Vusal")
    kit.approve(talk, number)
    stands = kit.known(talk, number)
    assert (stands.state, stands.evidence) == ("sent", [5, 9])
    assert f"proposal {number} False" in talk.screen("Clerk")
    assert "Your proposal 1: sent, no reply yet" in talk.screen("Samir")
    assert kit.reply(talk, clerk, number, "accepted", "From Monday on.") == "taken"
    for who in ("Vusal", "Samir"):
        assert "From Monday on." in talk.screen(who)
    assert "From Monday on." not in talk.ever_said("Leyla")
    kit.worded(talk, number, {"en": DONE})
    assert "It goes to 5 people." in talk.screen("Vusal")
    kit.tell(talk, number)
    talk.later(minutes=1)
    talk.deliver()
    for who in kit.WRITERS:
        said = talk.screen(who)
        for words in (
            "You said, we did",
            "You wrote to us about: The queue page",
            "Please open more days.",
            "said yes.",
            DONE,
            "who you are.",
        ):
            assert words in said, (who, words)
    assert "5 writers are told what came of it." in talk.screen("Vusal")
    assert kit.known(talk, number).told_at is not None
    noted = kit.noted(talk)
    for what in (
        "proposal_made",
        "proposal_case_added",
        "proposal_handed_in",
        "proposal_sent",
        "proposal_reply",
        "proposal_outcome",
        "proposal_outcome_told",
    ):
        assert what in noted
    assert noted.count("proposal_outcome_told") == 5


def test_nobody_of_the_unit_has_joined(talk: Talk) -> None:
    """It is said before it is sent; the digest shows it all the same."""
    number = kit.proposed(talk)
    talk.press("Vusal", f"papprove:{number}")
    talk.deliver()
    assert "It goes with the next digest only." in talk.screen("Vusal")
    kit.approve(talk, number)
    assert kit.rows(talk, "proposal") == []
    begun = kit.known(talk, number).created_at
    assert talk.work(lambda s: proposals.for_digest(s, begun, begun)) == []
    seen = talk.work(lambda s: proposals.for_digest(s, begun, talk.now))
    assert [(one.number, one.evidence, one.is_new) for one in seen] == [(number, (5, 9), True)]


def test_another_units_chat_gets_nothing(talk: Talk) -> None:
    """Only the unit that is asked is shown it."""
    kit.clerk(talk, "Other", "contact")
    kit.clerk(talk, "Clerk")
    kit.sent(talk)
    assert "proposal" not in talk.screen("Other")
    assert "proposal" in talk.screen("Clerk")


def test_the_digest_and_what_is_owed(talk: Talk) -> None:
    """What is open is shown every week, what ended in the week of its end; owed is what has no reply."""
    clerk = kit.clerk(talk)
    number = kit.sent(talk)
    monday = talk.now
    owed = talk.work(proposals.owed)
    assert [(one.number, one.unit) for one in owed] == [(number, kit.UNIT)]
    talk.later(days=8)
    week = talk.now
    shown = talk.work(lambda s: proposals.for_digest(s, monday, week))
    assert [(one.state, one.is_new) for one in shown] == [("sent", False)]
    kit.reply(talk, clerk, number, "refused", "There is no staff for it.")
    assert talk.work(proposals.owed) == []
    again = talk.work(lambda s: proposals.for_digest(s, monday, week))
    assert [(one.state, one.answer) for one in again] == [("sent", "")]
    talk.later(days=1)
    shown = talk.work(lambda s: proposals.for_digest(s, week, talk.now))
    assert [(one.state, one.answer) for one in shown] == [("refused", "There is no staff for it.")]
    talk.later(days=7)
    assert talk.work(lambda s: proposals.for_digest(s, talk.now, talk.now)) == []
