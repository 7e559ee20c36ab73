"""Members come in by link and code from the chair's chat, and go with everything that was theirs."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select
from talk import Talk
from two_hands import until_waiting

from bot import claims, outcomes
from bot.errand import Done, Errand
from bot.transport import SendError
from handlers.council import membership
from storage import members
from storage.audit import Audit
from storage.database import Database
from storage.model import Case, Invitation, Member, Review

WORDS = "My boss Mirvari keeps my wages."


@pytest.fixture
def talk(sqlite_in_use: Database) -> Talk:
    """A chair, Vusal, Leyla who reads Farid's request, and Samir."""
    return council(Talk(sqlite_in_use))


def council(talk: Talk) -> Talk:
    """The same, on any database."""
    talk.seat("Leyla")
    talk.agreed("Farid")
    talk.hand_in("Farid", WORDS)
    talk.seat("Samir")
    talk.seat("Vusal", "chair")
    return talk


def invited(talk: Talk, alias: str = "Aysu") -> str:
    """The link's token, made step by step in the chair's chat."""
    talk.press("Vusal", "invite")
    talk.press("Vusal", "inv_role:member")
    talk.write("Vusal", alias)
    for does in ("inv_lang:az", "inv_topics", "inv_topic:labour", "inv_done"):
        talk.press("Vusal", does)
    talk.deliver()
    found = re.search(r"join_[\w-]+", talk.screen("Vusal"))
    assert found is not None
    return found[0]


def shown_code(talk: Talk, who: str) -> str:
    """The code on a newcomer's screen."""
    found = re.search(r"<b>(\d{6})</b>", talk.screen(who))
    assert found is not None
    return found[1]


def member(talk: Talk, alias: str) -> Member:
    """The seat of that name."""
    return talk.work(lambda s: s.scalars(select(Member).where(Member.alias == alias)).one())


def test_in_by_link_and_code(talk: Talk) -> None:
    """The seat opens with role, languages and topics as chosen, and holds nothing of others."""
    talk.somebody("Aysu")
    token = invited(talk)
    talk.write("Aysu", f"/start {token}")
    talk.deliver()
    talk.press("Vusal", "code")
    talk.write("Vusal", shown_code(talk, "Aysu"))
    talk.deliver()
    seat = member(talk, "Aysu")
    assert (seat.role, seat.languages, seat.topics) == ("member", ["en", "az"], ["labour"])
    assert "Welcome" in talk.screen("Aysu")
    assert "wages" not in talk.ever_said("Aysu")
    assert token not in talk.screen("Vusal"), "the link is taken away once it was used"
    link = next(m for w, m in talk.said if w == "Vusal" and token in m.text)
    assert link.protect


def test_the_link_names_the_bot(talk: Talk) -> None:
    """Where the bot knows what it is called, the link is one that opens by a tap."""
    talk.work(lambda s: members.know_bot(s, "council_bot"))
    token = invited(talk)
    assert f"https://t.me/council_bot?start={token}" in talk.screen("Vusal")


def test_a_wrong_code_opens_nothing(talk: Talk) -> None:
    """A code that nobody was shown, and one of an invitation taken back."""
    talk.somebody("Aysu")
    talk.write("Aysu", f"/start {invited(talk)}")
    talk.deliver()
    code = shown_code(talk, "Aysu")
    invitation = talk.work(lambda s: s.scalars(select(Invitation.id)).one())
    talk.press("Vusal", "pending")
    talk.deliver()
    assert "Aysu" in talk.screen("Vusal")
    talk.press("Vusal", f"revoke:{invitation}")
    talk.press("Vusal", "code")
    talk.write("Vusal", code)
    talk.deliver()
    assert "No newcomer was shown this code" in talk.screen("Vusal")
    assert talk.work(lambda s: members.by_alias(s, "Aysu")) is None


@pytest.mark.parametrize("name", ["LEYLA", "x" * 31, "a·b", " "])
def test_names_that_do_not_go(talk: Talk, name: str) -> None:
    """A name that somebody has, however it is written, or that cannot be shown, is asked anew."""
    talk.press("Vusal", "invite")
    talk.press("Vusal", "inv_role:focal")
    talk.write("Vusal", name)
    talk.press("Vusal", "inv_done")
    talk.deliver()
    assert talk.work(lambda s: s.scalars(select(Invitation)).all()) == []


def test_let_go_in_two_steps(talk: Talk) -> None:
    """It says how much moves; then requests go on, the chat is empty, and who left sees nothing."""
    talk.press("Vusal", "letgo:1")
    talk.deliver()
    assert "1 request goes to others" in talk.screen("Vusal")
    talk.press("Vusal", "gone:1")
    talk.deliver()
    case = talk.case()
    assert case.responsible_id == 2
    assert "wages" not in talk.screen("Leyla")
    assert "Your seat in the council has ended" in talk.screen("Leyla")
    assert "Samir reads it" in talk.screen("Farid")
    talk.press("Leyla", f"open:{case.reference}")
    talk.press("Leyla", "desk")
    talk.deliver()
    assert "wages" not in talk.screen("Leyla")


def test_let_go_without_the_first_step(talk: Talk) -> None:
    """A press that no question came before does nothing."""
    assert talk.press("Vusal", "gone:1") == "That is not possible now."
    talk.press("Vusal", "letgo:2")
    assert talk.press("Vusal", "gone:1") == "That is not possible now."
    assert member(talk, "Leyla").left_at is None


def test_a_member_leaves(talk: Talk) -> None:
    """Whoever goes by themselves is asked once more, and everything goes on with its history."""
    assert talk.press("Leyla", "left") == "That is not possible now."
    talk.write("Leyla", "/leave")
    talk.press("Leyla", "left")
    talk.deliver()
    assert talk.case().responsible_id == 2
    assert "wages" in talk.screen("Samir")
    assert "wages" not in talk.screen("Leyla")
    assert "has ended" in talk.screen("Leyla")


def test_removed_in_mid_answer(talk: Talk) -> None:
    """A preview that is open when its author is let go is sent to nobody, and leaves their screen."""
    case = talk.case()
    card = talk.find("Leyla", "wages")
    talk.press("Leyla", f"answer:{case.reference}")
    talk.write("Leyla", "You can complain about Mirvari.")
    talk.deliver()
    talk.press("Vusal", "letgo:1")
    talk.press("Vusal", "gone:1")
    talk.press("Leyla", f"sendit:{case.reference}")
    talk.write("Leyla", "You can complain about Mirvari.", reply_to=card)
    talk.deliver()
    assert "complain about" not in talk.screen("Leyla")
    assert "complain about" not in talk.ever_said("Farid")
    assert len(list(talk.cases())) == 1, "no draft of a migrant's was made of it"


def test_what_stood_on_them(talk: Talk) -> None:
    """Readings, stand-ins, invitations and offices of somebody who left stand no more."""
    case = talk.case()
    talk.write("Vusal", "/chair")
    invited(talk, "Nasrin")

    def stands(session: Any) -> None:
        held = {"reference": case.reference, "kind": "answer", "text": "Free.", "attachments": []}
        session.add(
            Review(case_id=case.id, author_id=1, reader_id=2, held=held, state="asked", at=talk.now)
        )
        session.get_one(Member, 1).substitute_id = 2
        session.get_one(Member, 2).is_acting = True
        session.scalars(select(Invitation)).one().invited_by = 2

    talk.work(stands)
    talk.press("Vusal", "letgo:2")
    talk.press("Vusal", "gone:2")
    talk.deliver()
    assert talk.work(lambda s: s.scalars(select(Review.state)).one()) == "declined"
    assert talk.work(lambda s: s.scalars(select(Invitation)).all()) == []
    assert member(talk, "Leyla").substitute_id is None
    assert not talk.work(lambda s: s.get_one(Member, 2)).is_acting
    assert "cannot read it" in talk.screen("Leyla")


def test_closed_ones_have_no_reader_then(talk: Talk) -> None:
    """What is closed goes to nobody, and stays closed."""
    case = talk.case()
    talk.press("Leyla", f"close:{case.reference}")
    talk.press("Leyla", f"closed:{case.reference}:solved")
    talk.press("Vusal", "letgo:1")
    talk.press("Vusal", "gone:1")
    assert (talk.case().state, talk.case().responsible_id) == ("closed", None)


def test_handed_to_somebody_who_just_left(postgresql_in_use: Database) -> None:
    """A hand-over waits for whoever is just leaving, and then does not go to them."""
    talk = council(Talk(postgresql_in_use))
    case = talk.case()
    talk.press("Leyla", f"hand:{case.reference}")
    talk.press("Leyla", f"to:{case.reference}:2")
    left, go_on = threading.Event(), threading.Event()

    def leaves(session: Any) -> None:
        membership.leave(session, talk.charter, "Samir", talk.now)
        left.set()
        assert go_on.wait(10)

    with ThreadPoolExecutor(2) as hands:
        going = hands.submit(talk.work, leaves)
        assert left.wait(10)
        handed = hands.submit(talk.press, "Leyla", f"over:{case.reference}:2:topic")
        until_waiting(talk.database, handed)
        go_on.set()
        going.result(20)
        assert handed.result(20) == "This button does not work any more."
    assert talk.case().responsible_id == 1


def test_handed_over_to_somebody_who_left(talk: Talk) -> None:
    """An old button that names somebody who left gives the request to nobody."""
    case = talk.case()
    talk.press("Leyla", f"hand:{case.reference}")
    talk.press("Leyla", f"to:{case.reference}:2")
    talk.work(lambda s: membership.leave(s, talk.charter, "Samir", talk.now))
    said = talk.press("Leyla", f"over:{case.reference}:2:topic")
    assert said == "This button does not work any more."
    assert talk.case().responsible_id == 1


def test_what_could_not_be_taken_away_is_recorded(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Messages that the platform does not let us take back are counted in the record, once."""
    talk.press("Leyla", f"whole:{talk.case().reference}")
    talk.deliver()
    carry = talk.carry

    def old(errand: Errand) -> Done:
        return Done("left") if errand.mode == "delete" else carry(errand)

    monkeypatch.setattr(talk, "carry", old)
    talk.press("Vusal", "letgo:1")
    talk.press("Vusal", "gone:1")
    talk.deliver()
    left = select(Audit.detail).where(Audit.what == "left_in_chat")
    told = talk.work(lambda s: s.scalars(left).all())
    assert len(told) == 1
    assert '"count":2' in told[0]


def test_blocked_by_a_member(talk: Talk) -> None:
    """A member who blocks the bot keeps nothing that waits; the chair hears it once; back is back."""
    talk.seat("Olga", "operator")
    for number in range(2):
        talk._receive("Leyla", key=f"b:{number}", happened="blocked")
    talk.deliver()
    case = talk.case()
    assert case.responsible_id == 2
    assert "Samir reads it" in talk.screen("Farid")
    assert talk.ever_said("Vusal").count("Leyla closed or blocked this chat") == 1
    assert talk.ever_said("Olga").count("member_silent") == 1
    talk.hand_in("Farid", "When does the office open?")
    assert talk.case().responsible_id == 2
    talk._receive("Leyla", key="u:1", happened="unblocked")
    talk.work(lambda s: setattr(s.get_one(Member, 2), "away_until", talk.now.replace(year=2030)))
    talk.hand_in("Farid", "Where is the next school?")
    assert talk.case().responsible_id == 1


def test_the_only_reader_blocks(talk: Talk) -> None:
    """A request never loses its only reader because they closed their chat."""
    for alias in ("Samir", "Vusal"):
        talk.work(lambda s, alias=alias: membership.leave(s, talk.charter, alias, talk.now))
    talk._receive("Leyla", key="b:1", happened="blocked")
    assert talk.work(lambda s: s.scalars(select(Case.responsible_id)).all()) == [1]


def test_a_card_that_does_not_arrive(talk: Talk) -> None:
    """A member whose chat turns out to be closed when a card is sent counts as silent as well."""
    talk.write("Farid", "He also keeps my passport.", reply_to=talk.find("Farid", "We have"))
    waiting, _ = claims.look(talk.ledger, (), (), 100)
    for chat in waiting:
        errand = claims.claim(talk.ledger, chat)
        if errand is not None and errand.address == talk.addresses["Leyla"]:
            outcomes.failed(talk.ledger, errand, SendError("unreachable", "403"))
        elif errand is not None:
            outcomes.done(talk.ledger, errand, talk.carry(errand))
    talk.deliver()
    assert talk.case().responsible_id == 2
    assert "passport" in talk.screen("Samir")
    assert "Leyla closed or blocked this chat" in talk.screen("Vusal")
