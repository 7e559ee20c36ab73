"""Stopping a writer: wished by a member, decided by the chair, never where words speak of danger."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from talk import Talk

from handlers.council import membership
from storage import members
from storage.audit import Audit
from storage.model import Ban, Case, Entry

RUDE = "You are all useless people"
DANGER = "Help, he wants to kill me"


@pytest.fixture
def case(talk: Talk) -> Case:
    """Farid wrote to Leyla; Aysu is the chair, and Samir stands in for her."""
    talk.seat("Aysu", "chair")
    talk.seat("Leyla")
    talk.agreed("Farid")
    case = talk.hand_in("Farid", RUDE)
    talk.seat("Samir")
    talk.work(lambda s: _acts(s, "Samir"))
    return case


def _acts(session: Session, alias: str) -> None:
    seat = members.by_alias(session, alias)
    assert seat is not None
    seat.is_acting = True


def bans(talk: Talk) -> list[Ban]:
    """All of them."""
    return talk.work(lambda s: list(s.scalars(select(Ban).order_by(Ban.id))))


def wished(talk: Talk, case: Case, who: str = "Leyla", why: str = "insults") -> None:
    """A member wishes it."""
    talk.press(who, f"ban:{case.reference}")
    talk.press(who, f"banwish:{case.reference}:{why}")
    talk.deliver()


def stopped(talk: Talk, case: Case) -> None:
    """The chair has decided."""
    wished(talk, case)
    talk.press("Aysu", f"bansay:{bans(talk)[-1].id}:stop")
    talk.deliver()
    assert bans(talk)[-1].state == "in_force"


def texts(talk: Talk) -> list[str]:
    """Everything that was taken from Farid."""
    wrote = select(Entry.text).where(Entry.kind == "message").order_by(Entry.id)
    return talk.work(lambda s: list(s.scalars(wrote)))


def test_the_way_of_a_wish(talk: Talk, case: Case) -> None:
    """One notice, the reason and who wishes it; the wisher hears what was decided."""
    talk.press("Leyla", f"ban:{case.reference}")
    talk.deliver()
    talk.write("Leyla", "1")
    talk.deliver()
    assert "1 decision about stopping a writer waits for you." in talk.screen("Aysu")
    assert "stopping a writer" not in talk.screen("Samir")
    talk.write("Aysu", "/bans")
    talk.deliver()
    talk.write("Aysu", "1")
    talk.deliver()
    shown = talk.screen("Aysu")
    assert "Leyla asks to stop its writer." in shown
    assert "insults or threats to members" in shown
    assert "No words of danger were found." in shown
    assert RUDE not in talk.ever_said("Aysu")
    talk.write("Aysu", "1")
    talk.deliver()
    assert bans(talk)[0].state == "in_force"
    assert "the writer is stopped for 30 days" in talk.screen("Leyla")
    assert "does not take" not in talk.ever_said("Farid")


def test_what_they_write_is_not_taken(talk: Talk, case: Case) -> None:
    """They are told why, until when, where help is and how to appeal: once a day."""
    stopped(talk, case)
    talk.write("Farid", "Useless!")
    talk.deliver()
    told = talk.screen("Farid")
    assert "does not take your messages until Thu 24 Dec" in told
    assert "Why: insults or threats to members." in told
    assert "Or call: " in told
    assert "APPEAL" in told
    for _ in range(3):
        talk.write("Farid", f"{case.reference} useless, all of you!")
        talk.deliver()
    assert talk.ever_said("Farid").count("does not take your messages") == 1
    talk.now += timedelta(days=1)
    talk.write("Farid", "Useless!")
    talk.deliver()
    assert talk.ever_said("Farid").count("does not take your messages") == 2
    assert texts(talk) == [RUDE]


def test_edits_are_not_taken(talk: Talk, case: Case) -> None:
    """Nor is what they change; danger written into it is."""
    stopped(talk, case)
    talk.edit("Farid", talk.mine["Farid"][0], "You thieves")
    assert texts(talk) == [RUDE]
    talk.edit("Farid", talk.mine["Farid"][0], DANGER)
    assert texts(talk) == [DANGER]


def test_danger_always_passes(talk: Talk, case: Case) -> None:
    """Words of danger are taken, with the help at once, and what follows them too."""
    stopped(talk, case)
    talk.write("Farid", DANGER)
    talk.deliver()
    assert "If you are in danger now" in talk.screen("Farid")
    talk.write("Farid", "He comes at five.")
    assert texts(talk) == [RUDE, DANGER, "He comes at five."]


def test_commands_pass(talk: Talk, case: Case) -> None:
    """The language, what is private, STOP and DELETE work as before."""
    stopped(talk, case)
    talk.write("Farid", "/private")
    talk.deliver()
    assert "Is it safe to write here?" in talk.screen("Farid")
    talk.write("Farid", "1")
    talk.write("Farid", "It is about somebody at home.")
    assert talk.case().track == "private"
    talk.write("Farid", "/language")
    talk.deliver()
    assert "Русский" in talk.ever_said("Farid")
    talk.write("Farid", "STOP")
    talk.deliver()
    assert "We send you no more messages." in talk.screen("Farid")
    talk.write("Farid", "DELETE")
    talk.press("Farid", "forget:sure")
    talk.press("Farid", "forget:now")
    talk.deliver()
    assert "Deleted on our side" in talk.screen("Farid")
    assert not bans(talk)


def test_an_answer_to_a_question_passes(talk: Talk, case: Case) -> None:
    """Whom the council asks, it hears."""
    stopped(talk, case)
    talk.press("Leyla", f"ask:{case.reference}")
    talk.write("Leyla", "What happened?")
    talk.press("Leyla", f"sendit:{case.reference}")
    talk.deliver()
    talk.write("Farid", "Nobody answered me.")
    assert texts(talk) == [RUDE, "Nobody answered me."]


class TestDanger:
    """Never a ban for somebody with words of danger, whoever wishes it."""

    def test_in_this_request(self, talk: Talk, case: Case) -> None:
        """The member is told at once."""
        talk.write("Farid", f"{case.reference} I am afraid of my boss, he threatens me")
        talk.deliver()
        wished(talk, case)
        assert not bans(talk)
        assert "speaks of danger" in talk.screen("Leyla")

    def test_in_another_one(self, talk: Talk, case: Case) -> None:
        """What a member may not know they do not learn; the chair cannot stop anybody there."""
        talk.seat("Nigar", "focal")
        talk.press("Farid", "safe:yes")
        talk.write("Farid", "It is about somebody at home.")
        talk.press("Farid", f"send:{talk.case().reference}")
        wished(talk, case)
        assert "danger" not in talk.screen("Leyla")
        talk.press("Aysu", f"banshow:{bans(talk)[0].id}")
        talk.deliver()
        assert "speaks of danger: they cannot be stopped" in talk.screen("Aysu")
        assert f"bansay:{bans(talk)[0].id}:stop" not in talk.buttons("Aysu")
        talk.press("Aysu", f"bansay:{bans(talk)[0].id}:stop")
        assert bans(talk)[0].state == "refused"
        talk.write("Farid", "Hello again, it is me.")
        assert "Hello again, it is me." in texts(talk)


class TestAppeal:
    """One message, read by somebody who did not decide."""

    @pytest.fixture
    def appealed(self, talk: Talk, case: Case) -> Ban:
        """Farid says why it is wrong."""
        stopped(talk, case)
        talk.write("Farid", "Useless!")
        talk.deliver()
        talk.write("Farid", "1")
        talk.deliver()
        talk.write("Farid", "I was angry because nobody answered.")
        talk.deliver()
        return bans(talk)[0]

    def test_it_goes_to_another(self, talk: Talk, appealed: Ban) -> None:
        """To who stands in, and not to the chair who decided."""
        assert appealed.state == "appealed"
        assert "Your appeal is sent." in talk.screen("Farid")
        talk.press("Aysu", f"bansay:{appealed.id}:keep")
        assert bans(talk)[0].state == "appealed"
        talk.press("Samir", f"banshow:{appealed.id}")
        talk.deliver()
        assert "nobody answered" in talk.screen("Samir")
        assert "nobody answered" not in talk.ever_said("Aysu")

    def test_lifted(self, talk: Talk, appealed: Ban) -> None:
        """They can write again; the words of the appeal are not kept."""
        talk.press("Samir", f"bansay:{appealed.id}:lift")
        talk.deliver()
        assert "You can write to the council again." in talk.screen("Farid")
        assert bans(talk)[0].appeal is None
        talk.write("Farid", "Thank you.")
        assert "Thank you." in texts(talk)

    def test_confirmed(self, talk: Talk, appealed: Ban) -> None:
        """It stays until the day that was said; there is no second appeal."""
        talk.press("Samir", f"bansay:{appealed.id}:keep")
        talk.deliver()
        assert "The stop stays until Thu 24 Dec." in talk.screen("Farid")
        talk.write("Farid", "APPEAL")
        talk.deliver()
        assert "You have appealed already." in talk.screen("Farid")
        assert texts(talk) == [RUDE]

    def test_nobody_else_is_there(self, talk: Talk, case: Case) -> None:
        """Where there is only the chair, the chair looks once more."""
        talk.work(lambda s: membership.leave(s, talk.charter, "Samir", talk.now))
        stopped(talk, case)
        talk.write("Farid", "APPEAL")
        talk.write("Farid", "I was angry.")
        talk.deliver()
        assert "waits for you" in talk.screen("Aysu")
        talk.press("Aysu", f"bansay:{bans(talk)[0].id}:lift")
        assert bans(talk)[0].state == "lifted"

    def test_the_word_means_nothing_to_others(self, talk: Talk, case: Case) -> None:
        """Whoever is not stopped writes it as any other word."""
        talk.write("Farid", "APPEAL")
        assert texts(talk) == [RUDE, "APPEAL"]
        assert talk.press("Farid", "appeal")


def test_it_ends_by_itself(talk: Talk, case: Case) -> None:
    """After 30 days, to the second, whether or not the clock of the program ran."""
    stopped(talk, case)
    decided = bans(talk)[0].decided_at
    assert decided is not None
    talk.now = decided + timedelta(days=30)
    talk.write("Farid", "May I write again?")
    assert "May I write again?" in texts(talk)
    talk.later(minutes=1)
    assert bans(talk)[0].state == "lifted"


def test_the_chair_is_away(talk: Talk, case: Case) -> None:
    """Then who stands in is asked and decides; the chair does not."""
    talk.write("Aysu", "/away a week")
    talk.press("Aysu", f"awaynow:{(talk.now + timedelta(days=6)).date()}")
    wished(talk, case)
    assert "waits for you" in talk.screen("Samir")
    assert "waits for you" not in talk.screen("Aysu")
    talk.press("Aysu", f"bansay:{bans(talk)[0].id}:stop")
    assert bans(talk)[0].state == "wished"
    talk.press("Samir", f"bansay:{bans(talk)[0].id}:no")
    assert bans(talk)[0].state == "refused"


def test_who_wishes_it_does_not_decide_it(talk: Talk, case: Case) -> None:
    """The chair's own wish goes to who stands in."""
    talk.work(lambda s: setattr(s.get_one(Case, case.id), "responsible_id", 1))
    wished(talk, case, "Aysu")
    assert "waits for you" in talk.screen("Samir")
    talk.press("Aysu", f"bansay:{bans(talk)[0].id}:stop")
    assert bans(talk)[0].state == "wished"


@pytest.mark.parametrize("who", ["Leyla", "Farid", "Samir"])
def test_nobody_else_decides(talk: Talk, case: Case, who: str) -> None:
    """Forged buttons of whoever is not the chair do nothing; nor do those of other states."""
    wished(talk, case)
    talk.press(who, f"bansay:{bans(talk)[0].id}:stop")
    talk.press(who, f"banshow:{bans(talk)[0].id}")
    for answer in ("lift", "keep", "", "in_force"):
        talk.press("Aysu", f"bansay:{bans(talk)[0].id}:{answer}")
    for number in ("0", "-1", "٣", "99999999999999"):
        talk.press("Aysu", f"bansay:{number}:stop")
    assert [ban.state for ban in bans(talk)] == ["wished"]


def test_wished_twice(talk: Talk, case: Case) -> None:
    """One wish for one writer; a reason that is none, or a request of another's, is no wish."""
    wished(talk, case, why="because")
    wished(talk, case, "Samir")
    assert not bans(talk)
    wished(talk, case)
    wished(talk, case, why="repeats")
    assert [ban.why for ban in bans(talk)] == ["insults"]


def test_erased_before_the_decision(talk: Talk, case: Case) -> None:
    """Whoever erases everything is known no more: nothing waits, and the old button says so."""
    wished(talk, case)
    number = bans(talk)[0].id
    talk.write("Farid", "/delete")
    talk.press("Farid", "forget:sure")
    talk.press("Farid", "forget:now")
    assert not bans(talk)
    assert talk.press("Aysu", f"bansay:{number}:stop")


def test_it_is_written_down(talk: Talk, case: Case) -> None:
    """Wish, decision, appeal and what became of it; never a word of the appeal."""
    stopped(talk, case)
    talk.write("Farid", "APPEAL")
    talk.write("Farid", "I was angry.")
    talk.press("Samir", f"bansay:{bans(talk)[0].id}:lift")
    noted = talk.work(lambda s: list(s.scalars(select(Audit).order_by(Audit.id))))
    assert [row.what for row in noted if row.what.startswith("ban")] == [
        "ban_wished",
        "ban_decided",
        "ban_appealed",
        "ban_appeal_decided",
    ]
    assert not any("angry" in row.detail for row in noted)
