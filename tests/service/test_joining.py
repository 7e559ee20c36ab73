"""Somebody of the Service comes in by link or mail and a code, and goes without a trace."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from talk import Talk
from town import charter

from bot import claims, outcomes
from bot.errand import Done
from bot.ledger import Ledger
from bot.transport import Sent
from handlers import show
from handlers.charter import RecipientRule
from handlers.council import membership
from handlers.messages import Outgoing
from handlers.service import joining
from handlers.service.joining import NotPossible
from storage import audit, people, recipients
from storage.audit import Audit
from storage.database import Database
from storage.model import Newcomer, Outbox, Person, Recipient, Shown
from storage.outbox import Chat

ADDRESS = "office@service.example"
ENTRIES = (
    RecipientRule("contact", "telegram", "en", "council_contact"),
    RecipientRule("permits", "telegram", "az", "permits"),
    RecipientRule("chancellery", "email", "en", "council_contact", ADDRESS),
)
NOT_WORKING = "This link does not work. Please ask for a new one."


@pytest.fixture
def talk(database: Database) -> Talk:
    """A council with two entries on Telegram and one by e-mail, and Rauf of the Service."""
    talk = Talk(database, charter(settle=timedelta(0), recipients=ENTRIES, languages=("en", "az")))
    talk.somebody("Rauf")
    return talk


def invite(talk: Talk, name: str = "contact") -> str:
    """The token of a fresh link; nothing for e-mail."""
    return talk.work(lambda s: joining.invite(s, talk.charter, name, talk.now)) or ""


def opens(talk: Talk, who: str, token: str) -> str:
    """They open the link; gives the code they see, if they see one."""
    talk.write(who, f"/start {token}")
    talk.deliver()
    found = re.search(r"<b>(\d{6})</b>", talk.screen(who))
    return found[1] if found else ""


def confirm(talk: Talk, code: str) -> str:
    """The operator says the code; gives who joined. What was counted stays, as on the command line."""
    problem: NotPossible | None = None
    joined = ""
    with talk.database.begin() as session:
        try:
            joined = joining.confirm(session, talk.charter, code, talk.now).name
        except NotPossible as fault:
            problem = fault
    if problem is not None:
        raise problem
    return joined


def join(talk: Talk, who: str = "Rauf", name: str = "contact") -> Recipient:
    """They came in."""
    confirm(talk, opens(talk, who, invite(talk, name)))
    talk.deliver()
    return of(talk, name)


def of(talk: Talk, name: str) -> Recipient:
    """The newest row of an entry."""
    newest = select(Recipient).where(Recipient.name == name).order_by(Recipient.id.desc())
    return talk.work(lambda s: s.scalars(newest.limit(1)).one())


def leave(talk: Talk, name: str) -> None:
    talk.work(
        lambda s: joining.leave(
            s, talk.charter, joining.called(s, name, talk.now), talk.now, by=audit.OPERATOR
        )
    )


def letters(talk: Talk) -> list[tuple[str, Outgoing]]:
    """What goes out by e-mail now, to whom."""
    ledger = Ledger(talk.database, "email", talk.charter, lambda: talk.now, show.draw)
    sent = []
    while waiting := claims.look(ledger, (), (), 100)[0]:
        for chat in waiting:
            errand = claims.claim(ledger, chat)
            if errand is not None and errand.message is not None:
                sent.append((errand.address, errand.message))
                outcomes.done(ledger, errand, Done("sent", Sent(("m",)), errand.message, 1))
    return sent


def rows(talk: Talk, table: Any) -> list[Any]:
    return talk.work(lambda s: list(s.scalars(select(table))))


def recorded(talk: Talk) -> list[tuple[str, str, dict[str, Any]]]:
    """What the record says of the Service's people."""
    return [
        (row.what, row.actor, json.loads(row.detail))
        for row in rows(talk, Audit)
        if row.what.startswith("service_")
    ]


class TestByLink:
    """On Telegram."""

    def test_in_by_link_and_code(self, talk: Talk) -> None:
        """The link shows a code and nothing else; confirmed, they are told what comes and how to leave."""
        code = opens(talk, "Rauf", invite(talk))
        assert "Nothing else is shown here until they confirm it" in talk.screen("Rauf")
        assert talk.buttons("Rauf") == []
        assert rows(talk, Person) == []
        assert confirm(talk, f" {code[:3]} {code[3:]} ") == "contact"
        talk.deliver()
        said = talk.screen("Rauf")
        for part in ("weekly digest", "Every Monday at 09:00", "/proposals", "/released", "/leave"):
            assert part in said
        recipient = of(talk, "contact")
        (person,) = rows(talk, Person)
        assert (recipient.person_id, recipient.joined_at) == (person.id, talk.now)
        assert (person.language, person.consented_at) == ("en", None)
        assert recipient.token_hash is recipient.code_hash is recipient.claimed_address is None
        assert [one.name for one in talk.work(lambda s: recipients.joined(s))] == ["contact"]

    def test_in_the_language_of_the_entry(self, talk: Talk) -> None:
        """Whatever their phone speaks."""
        join(talk, name="permits")
        assert rows(talk, Person)[0].language == "az"

    def test_it_is_recorded_by_the_entry(self, talk: Talk) -> None:
        """Invited, joined and left stand in the record: the entry's name, and nobody's."""
        join(talk)
        leave(talk, "contact")
        entry = {"channel": "telegram", "entry": "contact"}
        assert recorded(talk) == [
            ("service_invited", "operator", entry),
            ("service_joined", "operator", entry),
            ("service_left", "operator", entry),
        ]
        assert talk.work(lambda s: list(audit.verify(s))) == []

    def test_a_second_claim(self, talk: Talk) -> None:
        """Whoever opens the link after somebody else sees no code; the first one's counts."""
        talk.somebody("Elnur")
        token = invite(talk)
        code = opens(talk, "Rauf", token)
        assert opens(talk, "Elnur", token) == ""
        assert NOT_WORKING in talk.screen("Elnur")
        confirm(talk, code)
        talk.deliver()
        assert "weekly digest" in talk.screen("Rauf")
        assert "weekly digest" not in talk.screen("Elnur")

    @pytest.mark.parametrize("token", ["service_", "service_x", "service_" + "A" * 32])
    def test_a_forged_link(self, talk: Talk, token: str) -> None:
        """It says what any other says that does not work."""
        invite(talk)
        assert opens(talk, "Rauf", token) == ""
        assert talk.screen("Rauf") == NOT_WORKING

    def test_a_link_of_the_council_is_no_link_of_this(self, talk: Talk) -> None:
        """Neither opens the other."""
        seat = talk.work(
            lambda s: membership.invite(
                s, talk.charter, talk.now, alias="A", role="member", languages=["en"], topics=[]
            )
        )
        assert opens(talk, "Rauf", seat.replace("join_", "service_")) == ""
        assert opens(talk, "Rauf", invite(talk).replace("service_", "join_")) == ""

    def test_too_late(self, talk: Talk) -> None:
        """After its time neither link nor code opens anything, and the invitation is gone."""
        token, other = invite(talk), invite(talk, "permits")
        code = opens(talk, "Rauf", token)
        talk.now += talk.charter.invitation_valid
        assert opens(talk, "Rauf", other) == code
        assert NOT_WORKING in talk.screen("Rauf")
        with pytest.raises(NotPossible, match="expired"):
            confirm(talk, code)
        talk.later(minutes=1)
        assert rows(talk, Recipient) == []

    def test_invited_anew(self, talk: Talk) -> None:
        """The newest link is the one that opens; the one before and its code do not."""
        former = opens(talk, "Rauf", invite(talk))
        token = invite(talk)
        with pytest.raises(NotPossible):
            confirm(talk, former)
        talk.somebody("Elnur")
        assert confirm(talk, opens(talk, "Elnur", token)) == "contact"

    def test_wrong_codes(self, talk: Talk) -> None:
        """After five wrong codes not even a right one is heard for an hour."""
        code = opens(talk, "Rauf", invite(talk))
        wrong = f"{(int(code) + 1) % 10**6:06}"
        for one in (wrong, "", "abc", "12345678901", "١٢٣"):
            with pytest.raises(NotPossible, match="nobody was shown this code"):
                confirm(talk, one)
        with pytest.raises(NotPossible, match="too many"):
            confirm(talk, code)
        talk.now += joining.TRIES_WITHIN
        assert confirm(talk, code) == "contact"

    def test_a_code_is_good_once(self, talk: Talk) -> None:
        """Said again it is a wrong one."""
        code = opens(talk, "Rauf", invite(talk))
        confirm(talk, code)
        with pytest.raises(NotPossible):
            confirm(talk, code)

    def test_one_under_each_entry(self, talk: Talk) -> None:
        """Another one comes in only after the former has left."""
        join(talk)
        with pytest.raises(NotPossible, match="leave contact"):
            invite(talk)
        leave(talk, "contact")
        talk.somebody("Elnur")
        join(talk, "Elnur")
        assert len(talk.work(lambda s: recipients.joined(s))) == 1

    @pytest.mark.parametrize(
        ("name", "hint"), [("contakt", "did you mean contact"), ("x", "no entry")]
    )
    def test_an_entry_that_is_not_there(self, talk: Talk, name: str, hint: str) -> None:
        """It is named, with what was perhaps meant."""
        with pytest.raises(NotPossible, match=hint):
            invite(talk, name)

    def test_an_entry_that_was_taken_out(self, talk: Talk) -> None:
        """Taken out of council.toml meanwhile, neither link nor code opens anything."""
        code, token = opens(talk, "Rauf", invite(talk)), invite(talk, "permits")
        talk.charter = replace(talk.charter, recipients=())
        with pytest.raises(NotPossible, match=r"council\.toml"):
            confirm(talk, code)
        assert opens(talk, "Rauf", token) == code
        assert NOT_WORKING in talk.screen("Rauf")

    def test_asked_as_a_stranger_before(self, talk: Talk) -> None:
        """Who pressed Start first and was asked about consent may join; what was held is gone."""
        talk.write("Rauf", "/start")
        talk.deliver()
        assert len(rows(talk, Newcomer)) == 1
        join(talk)
        assert rows(talk, Newcomer) == []


def _consented(talk: Talk) -> None:
    talk.agreed("Farid")


def _wrote(talk: Talk) -> None:
    talk.agreed("Farid")
    talk.hand_in("Farid", "My boss keeps my wages.")
    talk.work(lambda s: s.execute(text("UPDATE person SET consented_at = NULL")))


def _sits(talk: Talk) -> None:
    talk.seat("Farid")


def _suspended(talk: Talk) -> None:
    talk.seat("Farid")
    talk.work(lambda s: s.execute(text("UPDATE member SET suspended_at = joined_at")))


def _left(talk: Talk) -> None:
    talk.seat("Farid")
    talk.work(lambda s: s.execute(text("UPDATE member SET left_at = joined_at")))


def _other_entry(talk: Talk) -> None:
    talk.somebody("Farid")
    join(talk, "Farid", "permits")


USED = (_consented, _wrote, _sits, _suspended, _left, _other_entry)


class TestOneChatIsOneThing:
    """A migrant's, a member's or another recipient's chat never becomes the Service's."""

    @pytest.mark.parametrize("used", USED)
    def test_its_link_does_not_work(self, talk: Talk, used: Callable[[Talk], None]) -> None:
        """It says what any link says that does not work, and stays good for the right chat."""
        used(talk)
        token = invite(talk)
        talk.write("Farid", f"/start {token}")
        talk.deliver()
        last = [message.text for who, message in talk.said if who == "Farid"]
        assert any(NOT_WORKING in one for one in last) or used is _other_entry
        assert of(talk, "contact").claimed_hash is None
        assert confirm(talk, opens(talk, "Rauf", token)) == "contact"

    def test_agreed_between_link_and_code(self, talk: Talk) -> None:
        """Whoever became a migrant meanwhile does not join."""
        code = opens(talk, "Rauf", invite(talk))
        talk.work(
            lambda s: setattr(
                people.add(s, "telegram", talk.addresses["Rauf"], "en", talk.now),
                "consented_at",
                talk.now,
            )
        )
        with pytest.raises(NotPossible, match="something else"):
            confirm(talk, code)
        assert of(talk, "contact").joined_at is None

    def test_no_seat_for_the_service(self, talk: Talk) -> None:
        """A code for a seat that was shown before does not seat somebody who joined meanwhile."""
        seat = talk.work(
            lambda s: membership.invite(
                s, talk.charter, talk.now, alias="R", role="member", languages=["en"], topics=[]
            )
        )
        code = opens(talk, "Rauf", seat)
        talk.chats["Rauf"].clear()
        join(talk)
        with pytest.raises(membership.NotPossible, match="Service"):
            talk.work(lambda s: membership.confirm(s, talk.charter, code, talk.now))


class TestByMail:
    """The code goes to the address in council.toml."""

    def test_in_by_code(self, talk: Talk) -> None:
        """A mail with a code, then a mail that says what comes; one address, and nothing kept besides."""
        assert invite(talk, "chancellery") == ""
        ((to, mail),) = letters(talk)
        assert (to, mail.language) == (ADDRESS, "en")
        found = re.search(r"\b\d{6}\b", mail.text)
        assert found is not None
        assert found[0] not in mail.text.splitlines()[0], "a subject shows on locked screens"
        assert rows(talk, Outbox) == []
        confirm(talk, found[0])
        ((to, mail),) = letters(talk)
        assert to == ADDRESS
        assert "Every Monday at 09:00 the digest comes to this address" in mail.text
        recipient = of(talk, "chancellery")
        assert (recipient.address, recipient.person_id) == (ADDRESS, None)
        assert talk.work(lambda s: recipients.chat_of(s, recipient)).address == ADDRESS

    def test_in_its_language(self, talk: Talk) -> None:
        """Rows without a person are drawn in the entry's language, as the row names it."""
        az = replace(ENTRIES[2], language="az")
        talk.charter = replace(talk.charter, recipients=(az,))
        invite(talk, "chancellery")
        ((_, mail),) = letters(talk)
        assert mail.language == "az"
        assert "Miqrant Şurası" in mail.text or "Migrant Council" in mail.text

    def test_taken_back_before_it_went(self, talk: Talk) -> None:
        """No code goes out for an invitation that is none any more, and the address is gone."""
        invite(talk, "chancellery")
        leave(talk, "chancellery")
        assert letters(talk) == []
        assert rows(talk, Recipient) == rows(talk, Outbox) == []
        assert recorded(talk)[-1][0] == "service_invitation_revoked"

    def test_too_late_to_go(self, talk: Talk) -> None:
        """A mail that could not go for two days does not go with a code that opens nothing."""
        invite(talk, "chancellery")
        talk.now += talk.charter.invitation_valid
        assert letters(talk) == []
        talk.later(minutes=1)
        assert rows(talk, Recipient) == rows(talk, Outbox) == []

    def test_another_address_meanwhile(self, talk: Talk) -> None:
        """The code proves one address; another in council.toml is to be proved anew."""
        invite(talk, "chancellery")
        ((_, mail),) = letters(talk)
        other = replace(ENTRIES[2], address="other@service.example")
        talk.charter = replace(talk.charter, recipients=(other,))
        code = re.search(r"\b\d{6}\b", mail.text)
        assert code is not None
        with pytest.raises(NotPossible, match="another address"):
            confirm(talk, code[0])

    def test_forgotten_after_leaving(self, talk: Talk) -> None:
        """What waited does not go, one last mail says that it is over, and the address is nowhere."""
        invite(talk, "chancellery")
        ((_, mail),) = letters(talk)
        code = re.search(r"\b\d{6}\b", mail.text)
        assert code is not None
        confirm(talk, code[0])
        leave(talk, "chancellery")
        ((to, mail),) = letters(talk)
        assert to == ADDRESS
        assert "you get no more messages" in mail.text
        recipient = of(talk, "chancellery")
        assert recipient.address is recipient.claimed_address is recipient.claimed_hash is None
        assert rows(talk, Outbox) == []
        assert talk.work(lambda s: recipients.joined(s)) == []


class TestLeaving:
    """They are strangers again."""

    def test_nothing_remains(self, talk: Talk) -> None:
        """No person, no message, no address: a row with the entry's name and when that was."""
        recipient = join(talk)
        talk.work(
            lambda s: show_later(s, recipients.chat_of(s, s.get_one(Recipient, recipient.id)), talk)
        )
        assert rows(talk, Shown) != []
        leave(talk, "contact")
        talk.deliver()
        assert "you get no more messages" in talk.screen("Rauf")
        assert "still to come" not in talk.screen("Rauf")
        assert rows(talk, Person) == rows(talk, Shown) == rows(talk, Outbox) == []
        gone = of(talk, "contact")
        assert (gone.left_at is not None, gone.person_id, gone.address) == (True, None, None)

    def test_a_stranger_afterwards(self, talk: Talk) -> None:
        """What they write then is what anybody writes who comes for the first time."""
        join(talk)
        leave(talk, "contact")
        talk.write("Rauf", "Salam")
        talk.deliver()
        assert len(rows(talk, Newcomer)) == 1

    def test_twice(self, talk: Talk) -> None:
        """The second time there is nobody, and nothing is said or recorded once more."""
        recipient = join(talk)
        leave(talk, "contact")
        with pytest.raises(NotPossible, match="nobody joined"):
            leave(talk, "contact")
        talk.work(
            lambda s: joining.leave(s, talk.charter, s.get_one(Recipient, recipient.id), talk.now)
        )
        assert [what for what, _, _ in recorded(talk)].count("service_left") == 1

    def test_from_an_entry_that_was_taken_out(self, talk: Talk) -> None:
        """They are sent nothing any more, and can still be let go."""
        join(talk)
        talk.charter = replace(talk.charter, recipients=())
        names = [rule.name for rule in talk.charter.recipients]
        assert talk.work(lambda s: recipients.joined(s, names)) == []
        leave(talk, "contact")
        talk.deliver()
        assert rows(talk, Person) == []


class TestKept:
    """A recipient has no request, and is kept all the same."""

    def test_for_years(self, talk: Talk) -> None:
        """What purges people without a request leaves them alone; strangers' rows go."""
        join(talk)
        talk.agreed("Farid")
        talk.later(days=500)
        (person,) = rows(talk, Person)
        assert person.id == of(talk, "contact").person_id


def show_later(session: Any, chat: Chat, talk: Talk) -> None:
    """Something for them that has not gone yet."""
    from handlers.turn import say

    say(
        session, chat, Outgoing(text="still to come"), talk.now, due_at=talk.now + timedelta(days=1)
    )
