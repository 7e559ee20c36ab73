"""Whole elections of a chair, by eight members in their private chats."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from eight import NAMES, Council
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from talk import CHANNEL

from handlers import inbound
from handlers.dates import calendar
from handlers.messages import Incoming
from storage import audit
from storage.audit import Audit
from storage.database import Database
from storage.model import Election, Member, Voter

BAKU = ZoneInfo("Asia/Baku")
FIVE = dict.fromkeys(NAMES[:5], "Rana")
THREE = dict.fromkeys(NAMES[5:], "Samir")
HALF = {name: "Rana" if at < 4 else "Samir" for at, name in enumerate(NAMES)}


@pytest.fixture
def council(sqlite_in_use: Database) -> Council:
    """Eight members without a chair."""
    return Council(sqlite_in_use)


def _begun(council: Council, *stand: str) -> Council:
    council.calls("Leyla")
    council.stand(*(stand or ("Rana", "Samir")))
    assert council.election().state == "voting"
    return council


# the way of an election


def test_elected_in_the_first_round(council: Council) -> None:
    """Five of eight elect; everybody is told the totals, and the record has it."""
    _begun(council).vote(FIVE | THREE)
    assert council.chair() == "Rana"
    assert council.member("Rana").chair_since is not None
    for name in NAMES:
        screen = council.talk.screen(name)
        assert "Rana is elected chair" in screen
        assert "Rana 5 · Samir 3" in screen
        assert "8 of 8 voted" in screen
        assert not council.talk.buttons(name)

    def named(session: Session) -> bool:
        row = session.scalars(select(Audit).where(Audit.what == "elected")).one()
        return row.subject == audit.number(session, session.get_one(Member, rana))

    rana = council.member("Rana").id
    assert council.work(named)


def test_no_totals_before_the_end(council: Council) -> None:
    """While votes are missing, everybody sees who has voted and nobody sees how many for whom."""
    _begun(council).vote(dict.fromkeys(NAMES[:4], "Rana"))
    for name in NAMES:
        council.talk.write(name, "/election")
        council.talk.deliver()
        assert "Voted: Leyla, Nasrin, Samir, Vusal" in council.talk.screen(name)
        assert "4 votes are missing" in council.talk.screen(name)
        assert "Rana 4" not in council.talk.ever_said(name)


def test_a_runoff(council: Council) -> None:
    """Without a majority the two with most votes go on; the third does not."""
    _begun(council, "Rana", "Samir", "Aysu")
    council.vote(HALF | {"Leyla": "Aysu"})
    assert council.election().round == 2
    assert set(council.totals(2)) == {"Rana", "Samir"}
    assert "Round 1: Aysu 1 · Rana 3 · Samir 4" in council.talk.screen("Vusal")
    assert council.chooses("Leyla", "Aysu") == "This button does not work any more."
    council.vote(FIVE | THREE)
    assert council.chair() == "Rana"


def test_a_tie_three_times(council: Council) -> None:
    """Two who have half of the votes each are asked about three times; then nobody is elected."""
    _begun(council)
    for _ in range(3):
        council.vote(HALF)
    assert (council.election().state, council.election().why_void) == ("void", "tie")
    assert "tie" in council.talk.screen("Aysu")
    assert council.chair() == ""
    council.calls("Aysu")
    assert council.election().state == "nominating"


def test_a_tie_at_the_border(council: Council) -> None:
    """Whoever has as many votes as the second goes on as well."""
    _begun(council, "Rana", "Samir", "Aysu", "Murad")
    council.vote(
        dict(zip(NAMES, ("Rana",) * 3 + ("Samir",) * 2 + ("Aysu",) * 2 + ("Murad",), strict=True))
    )
    assert set(council.totals(2)) == {"Rana", "Samir", "Aysu"}


def test_no_quorum(council: Council) -> None:
    """With half of the votes there is more time, once; then it is void, and says why."""
    _begun(council).vote(dict.fromkeys(NAMES[:4], "Rana"))
    first = council.election().stage_at
    council.round_ends()
    again = council.election()
    assert again.state == "voting"
    assert again.extended
    assert again.stage_at > first
    assert "There is more time" in council.talk.screen("Aysu")
    assert "Rana 4" not in council.talk.ever_said("Aysu")
    council.round_ends()
    assert council.election().why_void == "quorum"
    assert "Too few voted" in council.talk.screen("Leyla")
    assert council.chair() == ""


def test_more_time_is_enough(council: Council) -> None:
    """Who votes in the time that was added is counted with the others."""
    _begun(council).vote(dict.fromkeys(NAMES[:4], "Rana"))
    council.round_ends()
    council.votes("Aysu", "Rana")
    council.round_ends()
    assert council.chair() == "Rana"
    assert "5 of 8 voted" in council.talk.screen("Murad")


def test_one_candidate_refused(council: Council) -> None:
    """Where one person stands, votes against them elect nobody."""
    _begun(council, "Rana")
    assert "Not for Rana" in council.talk.ever_said("Aysu")
    council.vote(dict.fromkeys(NAMES[:4], "Rana") | dict.fromkeys(NAMES[4:], "no"))
    assert council.election().why_void == "majority"
    assert council.totals() == {"Rana": 4}


def test_one_candidate_elected(council: Council) -> None:
    """Where one person stands, more than half of all members elect them."""
    _begun(council, "Rana").vote(FIVE)
    council.round_ends()
    assert council.chair() == "Rana"


def test_nobody_stands(council: Council) -> None:
    """Without anybody who stands it ends, and says so."""
    council.calls("Leyla")
    council.press("Leyla", f"nominate:{council.election().id}:{council.member('Rana').id}")
    council.round_ends()
    assert council.election().why_void == "nobody_stands"
    assert "Nobody stood" in council.talk.screen("Rana")


def test_proposing(council: Council) -> None:
    """Who is proposed is asked; only who accepts stands; they can step back until voting begins."""
    council.calls("Leyla")
    election = council.election().id
    rana, samir = council.member("Rana").id, council.member("Samir").id
    assert council.press("Leyla", f"nominate:{election}:{rana}") == "Rana is asked."
    assert council.press("Murad", f"nominate:{election}:{rana}") == "Rana was proposed already."
    council.press("Leyla", f"nominate:{election}:{samir}")
    assert f"stand_not:{election}" in council.talk.buttons("Samir")
    council.press("Samir", f"stand_not:{election}")
    council.press("Rana", f"stand:{election}")
    council.press("Aysu", f"stand:{election}")
    council.press("Aysu", f"stand_down:{election}")
    assert "Rana: stands" in council.talk.screen("Murad")
    assert "Samir: does not stand" in council.talk.screen("Murad")
    council.round_ends()
    assert set(council.talk.buttons("Murad")) == {
        f"vote:{election}:1:{rana}",
        f"vote:{election}:1:no",
    }
    assert council.press("Rana", f"stand_down:{election}") == "This is over."


def test_when_it_is_due(sqlite_in_use: Database) -> None:
    """With a chair it can be called thirty days before the term ends, by any member, not before."""
    council = Council(sqlite_in_use, chair="Vusal")
    council.talk.write("Leyla", "/election")
    council.talk.deliver()
    assert "can be called from Mon 25 Oct" in council.talk.screen("Leyla")
    assert council.press("Leyla", "elect").startswith("The next election can be called from")
    assert council.work(lambda s: s.scalar(select(func.count()).select_from(Election))) == 0
    council.talk.now += timedelta(days=335, hours=1)
    council.calls("Leyla")
    assert council.press("Murad", "elect") == "An election goes on already."
    council.stand("Rana", "Samir")
    council.vote(FIVE | THREE)
    assert council.chair() == "Rana"
    assert council.member("Vusal").role == "member"


@pytest.mark.parametrize("role", ["operator", "outside"])
def test_who_takes_no_part(council: Council, role: str) -> None:
    """Operators and the contact outside neither call, nor see, nor vote."""
    council.talk.seat("Olga", role)
    council.press("Olga", "elect")
    assert council.work(lambda s: s.scalar(select(func.count()).select_from(Election))) == 0
    _begun(council)
    before = council.picture()
    for does in ("election", "stand:1", f"vote:1:1:{council.member('Rana').id}", "cast_vote:1:x"):
        council.press("Olga", does)
    assert council.picture() == before
    assert "Rana" not in council.talk.ever_said("Olga")


def test_nothing_ends_on_a_holiday(council: Council) -> None:
    """Proposals and votes end at closing time of a working day, whatever holidays come between."""
    council.talk.now = datetime(2026, 12, 29, 17, tzinfo=BAKU)
    days = calendar(council.talk.charter)
    council.calls("Leyla")
    ends = [council.election().stage_at]
    council.press("Rana", f"stand:{council.election().id}")
    council.round_ends()
    ends += [council.election().stage_at, council.election().remind_at]
    assert ends[0].astimezone(BAKU).date() > datetime(2027, 1, 4, tzinfo=BAKU).date()
    assert all(days.is_working_day(at.astimezone(BAKU).date()) for at in ends)


def test_a_reminder_at_half_time(council: Council) -> None:
    """Whoever has not voted is reminded once; whoever has is left alone."""
    _begun(council).votes("Leyla", "Rana")
    half = council.election().remind_at
    council.later(seconds=(half - council.talk.now).total_seconds() + 1)
    assert "You have not voted yet" in council.talk.screen("Samir")
    assert "You have not voted yet" not in council.talk.ever_said("Leyla")
    said = len(council.talk.said)
    council.later(hours=2)
    assert len(council.talk.said) == said
    council.votes("Samir", "Rana")
    assert "You have not voted yet" not in council.talk.screen("Samir")


# members come and go


def test_the_chair_resigns_in_mid_election(sqlite_in_use: Database) -> None:
    """The election goes on as it was."""
    council = Council(sqlite_in_use, chair="Vusal")
    council.talk.now += timedelta(days=340)
    _begun(council).vote(dict.fromkeys(NAMES[:3], "Rana"))

    def resigns(session: Session) -> None:
        session.get_one(Member, vusal).role = "member"

    vusal = council.member("Vusal").id
    council.work(resigns)
    council.vote(dict.fromkeys(("Vusal", "Farid"), "Rana"))
    council.round_ends()
    assert council.chair() == "Rana"


def test_a_member_leaves_before_voting(council: Council) -> None:
    """They do not count any more: of seven who sit, four are more than half."""
    _begun(council).vote(dict.fromkeys(NAMES[:4], "Rana"))
    council.leaves("Aysu")
    assert "4 of 7 votes" in council.talk.screen("Murad")
    council.round_ends()
    assert council.chair() == "Rana"
    assert "4 of 7 voted" in council.talk.screen("Murad")


def test_a_member_leaves_after_voting(council: Council) -> None:
    """Their vote stays in the urn, and they in the count, because nobody knows which one it is."""
    _begun(council).vote(dict.fromkeys(NAMES[:4], "Rana"))
    council.leaves("Leyla")
    council.round_ends()
    assert council.election().extended
    council.votes("Aysu", "Rana")
    council.round_ends()
    assert council.chair() == "Rana"
    assert council.totals() == {"Rana": 5, "Samir": 0}


def test_all_who_are_left_have_voted(council: Council) -> None:
    """A round that waited only for somebody who leaves or is suspended ends at once."""
    _begun(council).vote(FIVE | {"Rana": "Samir"})
    council.leaves("Murad")
    assert council.election().state == "voting"
    council.is_suspended("Aysu")
    assert council.chair() == "Rana"


def test_a_suspended_member(council: Council) -> None:
    """They can neither vote nor be elected; who gave them a vote has used it."""
    _begun(council).vote(dict.fromkeys(NAMES[:3], "Rana"))
    council.is_suspended("Rana")
    before = council.picture()
    election = council.election().id
    council.press("Rana", f"vote:{election}:1:{council.member('Samir').id}")
    assert council.chooses("Vusal", "Rana") == "This button does not work any more."
    assert council.picture() == before
    council.vote(dict.fromkeys(("Vusal", "Farid", "Murad", "Aysu"), "Samir"))
    assert council.chair() == "Samir"


def test_a_candidate_leaves(council: Council) -> None:
    """Of two who stood one is left: whoever has not voted can vote for or against that one."""
    _begun(council).vote({"Leyla": "Rana", "Nasrin": "Rana"})
    council.leaves("Rana")
    election = council.election().id
    samir = council.member("Samir").id
    assert set(council.talk.buttons("Aysu")) == {
        f"vote:{election}:1:{samir}",
        f"vote:{election}:1:no",
    }
    council.vote(dict.fromkeys(("Samir", "Vusal", "Farid", "Murad", "Aysu"), "Samir"))
    assert council.chair() == "Samir"


def test_the_last_candidate_leaves(council: Council) -> None:
    """Then there is nobody to vote for, and a new election can be called."""
    _begun(council, "Rana").vote({"Leyla": "Rana"})
    council.leaves("Rana")
    assert council.election().why_void == "nobody_stands"
    council.calls("Leyla")


def test_who_comes_later_looks_on(council: Council) -> None:
    """A new member is told how it stands, cannot vote, and is told the result."""
    council.calls("Leyla")
    council.talk.seat("Tural")
    council.stand("Rana", "Samir")
    council.talk.write("Tural", "/election")
    council.talk.deliver()
    assert "You came after it began" in council.talk.screen("Tural")
    before = council.picture()
    council.press("Tural", f"vote:{council.election().id}:1:{council.member('Rana').id}")
    council.press("Tural", f"cast_vote:{council.election().id}:x")
    assert council.picture() == before
    council.vote(FIVE | THREE)
    assert "Rana is elected chair" in council.talk.screen("Tural")


# votes that do not count


def test_a_second_vote(council: Council) -> None:
    """It counts once and says so: the same button again, or a choice from before."""
    _begun(council).chooses("Leyla", "Rana")
    button = council.sure("Leyla")
    assert council.press("Leyla", button) == "You have voted."
    before = council.picture()
    already = "You have voted already. A vote is final."
    assert council.press("Leyla", button) == already
    assert council.chooses("Leyla", "Samir") == already
    assert council.picture() == before
    assert council.totals() == {"Rana": 1, "Samir": 0}


def test_a_vote_takes_two_steps(council: Council) -> None:
    """One press votes for nobody; the second is for what was asked last."""
    _begun(council).chooses("Leyla", "Rana")
    first = council.sure("Leyla")
    assert council.totals() == {"Rana": 0, "Samir": 0}
    council.chooses("Leyla", "Samir")
    assert "choose once more" in council.press("Leyla", first)
    assert council.totals() == {"Rana": 0, "Samir": 0}
    council.press("Leyla", council.sure("Leyla"))
    assert council.totals() == {"Rana": 0, "Samir": 1}


def test_going_back(council: Council) -> None:
    """Back from the second step, the ballot is there again, and digits answer it."""
    _begun(council).chooses("Leyla", "Rana")
    council.talk.write("Leyla", "0")
    council.talk.deliver()
    assert "You vote for" not in council.talk.screen("Leyla")
    council.talk.write("Leyla", "2")
    council.talk.deliver()
    assert "You vote for <b>Samir</b>" in council.talk.screen("Leyla")
    council.talk.write("Leyla", "1")
    council.talk.deliver()
    assert council.totals() == {"Rana": 0, "Samir": 1}
    assert "Samir" not in council.talk.screen("Leyla")


def test_a_vote_for_a_round_that_is_over(council: Council) -> None:
    """Buttons of the first round do nothing in the second, at either step."""
    _begun(council).vote({name: whom for name, whom in HALF.items() if name != "Aysu"})
    council.chooses("Aysu", "Rana")
    late, old = council.sure("Aysu"), f"vote:{council.election().id}:1:{council.member('Rana').id}"
    council.round_ends()
    assert council.election().round == 2
    before = council.picture()
    assert "This is over" in council.press("Aysu", late)
    assert "This is over" in council.press("Aysu", old)
    assert council.picture() == before


FORGED: list[Callable[[Council], str]] = [
    lambda c: f"vote:{c.election().id}:1:{c.member('Aysu').id}",
    lambda c: f"vote:{c.election().id}:2:{c.member('Rana').id}",
    lambda c: f"vote:{c.election().id}:1:no",
    lambda c: f"vote:{c.election().id}:1:²",
    lambda c: f"vote:{'9' * 30}:1:{c.member('Rana').id}",
    lambda c: f"vote:{c.election().id}:{'9' * 30}:1",
    lambda c: f"vote:{c.election().id + 1}:1:{c.member('Rana').id}",
    lambda c: f"cast_vote:{c.election().id}:",
    lambda c: f"cast_vote:{c.election().id}:0",
    lambda c: "cast_vote:x:y",
    lambda c: f"stand:{c.election().id}",
    lambda c: f"stand_down:{c.election().id}",
    lambda c: f"nominate:{c.election().id}:{c.member('Aysu').id}",
    lambda c: f"nominate_none:{c.election().id}",
    lambda c: "elect",
]


@pytest.mark.parametrize("who", ["Leyla", "Murad", "Mirvari"])
def test_forged_votes(council: Council, who: str) -> None:
    """A member, a former member and a migrant press what is no choice of theirs: nothing changes."""
    council.talk.agreed("Mirvari")
    _begun(council)
    council.leaves("Murad")
    if who == "Leyla":
        council.chooses("Leyla", "Rana")
    before = council.picture()
    for does in (forged(council) for forged in FORGED):
        council.press(who, does)
        assert council.picture() == before, does


def test_a_former_member_with_the_right_button(council: Council) -> None:
    """Whoever leaves between the two steps has not voted."""
    _begun(council).chooses("Leyla", "Rana")
    button = council.sure("Leyla")
    council.leaves("Leyla")
    before = council.picture()
    council.press("Leyla", button)
    assert council.picture() == before
    assert council.totals() == {"Rana": 0, "Samir": 0}


def test_after_the_end(council: Council) -> None:
    """A vote that was missing when somebody was elected does nothing any more."""
    _begun(council).vote(FIVE)
    council.chooses("Aysu", "Samir")
    button = council.sure("Aysu")
    council.round_ends()
    before = council.picture()
    assert council.press("Aysu", button) == "This is over."
    assert council.picture() == before


# at the same moment


def _at_once(council: Council, *presses: tuple[str, str]) -> list[str]:
    """They press in threads; gives what each button said."""
    talk = council.talk

    def take(at: int) -> str:
        who, does = presses[at]
        incoming = Incoming(
            CHANNEL, f"once:{at}", talk.addresses[who], "press", press=does, press_id="1"
        )
        return talk.work(lambda s: inbound.receive(s, incoming, talk.now, talk.charter))

    with ThreadPoolExecutor(len(presses)) as pool:
        said = list(pool.map(take, range(len(presses))))
    talk.deliver()
    return said


def test_one_vote_pressed_by_two_hands(database: Database) -> None:
    """The same vote from two devices at once counts once."""
    council = _begun(Council(database))
    council.chooses("Leyla", "Rana")
    said = _at_once(council, *[("Leyla", council.sure("Leyla"))] * 4)
    assert said.count("You have voted.") == 1
    assert council.totals() == {"Rana": 1, "Samir": 0}


def test_all_vote_at_once(database: Database) -> None:
    """Eight votes in the same second are eight votes, and the last one ends the round, once."""
    council = _begun(Council(database))
    for name, whom in (FIVE | THREE).items():
        council.chooses(name, whom)
    said = _at_once(council, *((name, council.sure(name)) for name in NAMES))
    assert said == ["You have voted."] * 8
    assert council.totals() == {"Rana": 5, "Samir": 3}
    assert council.chair() == "Rana"
    assert council.work(lambda s: s.scalar(select(func.count()).select_from(Voter))) == 16


def test_two_call_at_once(database: Database) -> None:
    """Two members who call in the same second begin one election."""
    council = Council(database)
    said = _at_once(council, ("Leyla", "elect"), ("Samir", "elect"))
    assert sorted(said) == ["An election goes on already.", "Called. All members are told."]
    assert council.work(lambda s: s.scalar(select(func.count()).select_from(Election))) == 1
