"""To the Service: exactly what the writer saw and let go, to the named unit, and never unasked."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from talk import Talk

from handlers.council import released_answered
from storage import recipients
from storage.audit import Audit
from storage.model import Case, Outbox, Person, Recipient, Released, Shown

WORDS = "My card was not made for 9 weeks. The officer Rustam knows me."
TEXT = "A residence card is not ready after 9 weeks. Please say when it will be."
REPLY = "The card can be taken from Thursday on."


def join(session: Session, name: str, now: object) -> int:
    """Somebody of the Service is there, by e-mail."""
    recipient = Recipient(
        name=name,
        channel="email",
        address=f"{name}@service.example",
        invited_at=now,
        joined_at=now,
    )
    session.add(recipient)
    session.flush()
    return recipient.id


@pytest.fixture
def case(talk: Talk) -> Case:
    """Farid's request, read by Leyla; two units of the Service are there."""
    places = tuple(
        replace(rule, channel="email", address=f"{rule.name}@service.example")
        for rule in talk.charter.recipients
    )
    talk.charter = replace(talk.charter, recipients=places)
    talk.ledger = replace(talk.ledger, charter=talk.charter)
    talk.seat("Leyla")
    talk.agreed("Farid")
    for name in ("contact", "permits"):
        talk.work(lambda s, n=name: join(s, n, talk.now))  # type: ignore[misc]
    return talk.hand_in("Farid", WORDS)


def asked(talk: Talk, case: Case, text: str = TEXT) -> None:
    """Leyla wrote a text for the unit of permits, and Farid is asked."""
    talk.press("Leyla", f"releases:{case.reference}:permits")
    talk.write("Leyla", text)
    talk.deliver()
    talk.press("Leyla", f"let_go:{case.reference}:permits")
    talk.deliver()


def states(talk: Talk) -> list[str]:
    return talk.work(lambda s: list(s.scalars(select(Released.state).order_by(Released.id))))


def sent(talk: Talk) -> list[str]:
    """Whom something was queued for at the Service."""
    rows = select(Outbox.address).where(Outbox.channel == "email").order_by(Outbox.id)
    return talk.work(lambda s: list(s.scalars(rows)))


def answers(talk: Talk, name: str, text: str = REPLY, number: int = 1) -> bool:
    def take(session: Session) -> bool:
        who = session.scalars(select(Recipient).where(Recipient.name == name)).one()
        return released_answered.take(session, talk.charter, who, number, text, talk.now)

    return talk.work(take)


def test_the_whole_way(talk: Talk, case: Case) -> None:
    """The member writes, the writer sees every word and says yes, an hour later the unit has it."""
    talk.press("Leyla", f"release:{case.reference}")
    talk.deliver()
    assert f"releases:{case.reference}:permits" in talk.buttons("Leyla")
    asked(talk, case)
    for part in (TEXT, "Permits", "cannot take it back", "permits and fines"):
        assert part in talk.screen("Farid")
    assert not sent(talk)
    talk.write("Farid", "1")
    talk.deliver()
    assert states(talk) == ["agreed"]
    talk.later(minutes=59)
    assert not sent(talk)
    talk.later(minutes=2)
    assert states(talk) == ["sent"]
    assert sent(talk) == ["permits@service.example"]
    talk.deliver()
    assert "was sent to the" in talk.screen("Farid")
    assert "was sent to the Service" in talk.screen("Leyla")


def test_whoever_prepares_a_text_has_read_it(talk: Talk, case: Case) -> None:
    """The date of the reading is kept, and the request is not taken for forgotten and moved."""
    talk.seat("Samir")
    assert talk.case().taken_at is None
    asked(talk, case)
    assert talk.case().taken_at is not None
    talk.write("Farid", "1")
    talk.later(days=2)
    talk.deliver()
    assert WORDS not in talk.ever_said("Samir")


def test_their_answer_goes_to_the_member(talk: Talk, case: Case) -> None:
    """The writer hears nothing of it until a member has put it into words."""
    asked(talk, case)
    talk.press("Farid", "releasing:1:yes")
    talk.later(hours=2)
    assert answers(talk, "permits")
    talk.deliver()
    assert REPLY in talk.screen("Leyla")
    assert REPLY not in talk.ever_said("Farid")
    assert states(talk) == ["answered"]
    assert answers(talk, "permits", "One more word.")
    talk.deliver()
    assert "One more word." in talk.screen("Leyla")


def test_only_that_unit_answers(talk: Talk, case: Case) -> None:
    """Another unit, a forged number, and what was not sent: nothing happens."""
    asked(talk, case)
    assert not answers(talk, "permits")
    talk.press("Farid", "releasing:1:yes")
    assert not answers(talk, "permits")
    talk.later(hours=2)
    assert not answers(talk, "contact")
    assert not answers(talk, "permits", number=2)
    talk.deliver()
    assert REPLY not in talk.ever_said("Leyla")


def test_no(talk: Talk, case: Case) -> None:
    """After a no nothing goes, and a later yes on the old button changes nothing."""
    asked(talk, case)
    talk.write("Farid", "2")
    talk.press("Farid", "releasing:1:yes")
    talk.later(days=2)
    assert states(talk) == ["refused"]
    assert not sent(talk)
    talk.deliver()
    assert "Nothing is sent to the" in talk.screen("Farid")


def test_taken_back_in_time(talk: Talk, case: Case) -> None:
    """A yes is taken back before it goes: it does not go."""
    asked(talk, case)
    talk.press("Farid", "releasing:1:yes")
    talk.later(minutes=30)
    talk.press("Farid", "releasing:1:no")
    talk.later(days=1)
    assert (states(talk), sent(talk)) == (["withdrawn"], [])


def test_taken_back_on_another_phone(talk: Talk, case: Case) -> None:
    """Where the request is opened meanwhile, it says when the text goes, and takes a no."""
    asked(talk, case)
    talk.press("Farid", "releasing:1:yes")
    talk.agreed("Ilgar")
    talk.opens_here("Ilgar", case, "Farid")
    talk.deliver()
    assert "releasing:1:no" in talk.buttons("Ilgar")
    talk.press("Farid", "releasing:1:no")
    assert states(talk) == ["agreed"]
    talk.press("Ilgar", "releasing:1:no")
    talk.later(hours=2)
    assert (states(talk), sent(talk)) == (["withdrawn"], [])


def test_too_late_is_said(talk: Talk, case: Case) -> None:
    """Once it is sent nobody pretends that it can be taken back."""
    asked(talk, case)
    talk.press("Farid", "releasing:1:yes")
    talk.later(hours=2)
    talk.press("Farid", "releasing:1:no")
    talk.deliver()
    assert states(talk) == ["sent"]
    assert "We cannot take it back. The" in talk.screen("Farid")


def test_only_the_writer_says_yes(talk: Talk, case: Case) -> None:
    """Neither another migrant nor the member agrees for them."""
    talk.agreed("Rana")
    asked(talk, case)
    for who in ("Rana", "Leyla"):
        for number in ("1", "²", "99999999999", "-1", "x"):
            talk.press(who, f"releasing:{number}:yes")
    talk.press("Farid", "releasing:1:maybe")
    assert states(talk) == ["asked"]


def test_what_is_sent_is_what_was_seen(talk: Talk, case: Case) -> None:
    """A text that the member changes after asking is another one: the asked one stands."""
    talk.press("Leyla", f"releases:{case.reference}:permits")
    first = talk.write("Leyla", TEXT)
    talk.deliver()
    talk.press("Leyla", f"let_go:{case.reference}:permits")
    talk.edit("Leyla", first, "Something else")
    talk.press("Leyla", f"releases:{case.reference}:permits")
    talk.write("Leyla", "Something else again")
    talk.press("Leyla", f"let_go:{case.reference}:permits")
    talk.press("Farid", "releasing:1:yes")
    talk.later(hours=2)
    assert states(talk) == ["sent"]
    assert talk.work(lambda s: s.scalars(select(Released.text)).all()) == [TEXT]


def test_nobody_there(talk: Talk, case: Case) -> None:
    """Where nobody of the Service receives it, nothing is promised."""
    talk.work(lambda s: [s.delete(one) for one in recipients.joined(s)])
    assert "Nobody at the Service" in talk.press("Leyla", f"release:{case.reference}")
    talk.press("Leyla", f"releases:{case.reference}:permits")
    talk.write("Leyla", TEXT)
    talk.press("Leyla", f"let_go:{case.reference}:permits")
    assert states(talk) == []


def test_the_unit_left_meanwhile(talk: Talk, case: Case) -> None:
    """Nobody receives it any more when it is to go: writer and member hear that it did not go."""
    asked(talk, case)
    talk.press("Farid", "releasing:1:yes")
    talk.work(lambda s: [setattr(one, "left_at", talk.now) for one in recipients.joined(s)])
    talk.later(hours=2)
    talk.deliver()
    assert (states(talk), sent(talk)) == (["withdrawn"], [])
    assert "<b>not</b> sent" in talk.screen("Farid")
    assert "Nothing was sent to the Service" in talk.screen("Leyla")


@pytest.mark.parametrize(
    "now", [{"address": "new@service.example"}, {"channel": "telegram", "address": ""}]
)
def test_somebody_elses_place_meanwhile(talk: Talk, case: Case, now: dict[str, str]) -> None:
    """Whoever joined by another address than council.toml names is not sent it: the writer hears."""
    asked(talk, case)
    talk.press("Farid", "releasing:1:yes")
    places = tuple(replace(rule, **now) for rule in talk.charter.recipients)  # type: ignore[arg-type]
    talk.charter = replace(talk.charter, recipients=places)
    talk.later(hours=2)
    talk.deliver()
    assert (states(talk), sent(talk)) == (["withdrawn"], [])
    assert "<b>not</b> sent" in talk.screen("Farid")
    talk.press("Leyla", f"release:{case.reference}")
    talk.deliver()
    assert f"releases:{case.reference}:permits" not in talk.buttons("Leyla")


def test_private_meanwhile(talk: Talk, case: Case) -> None:
    """What becomes private goes nowhere, whatever was said before."""
    talk.seat("Nasrin", "focal")
    asked(talk, case)
    talk.press("Farid", "releasing:1:yes")
    talk.press("Leyla", f"private!:{case.reference}")
    talk.deliver()
    talk.press("Leyla", f"private!:{case.reference}:yes")
    if talk.case().track != "private":
        pressed = [does for does in talk.buttons("Leyla") if does.startswith("privately")]
        talk.press("Leyla", pressed[-1])
    assert talk.case().track == "private"
    talk.later(hours=2)
    assert (states(talk), sent(talk)) == (["withdrawn"], [])


def test_closed_meanwhile(talk: Talk, case: Case) -> None:
    """Its writer does not need it any more: it is not sent, and they hear so."""
    asked(talk, case)
    talk.press("Farid", "releasing:1:yes")
    talk.press("Farid", f"done:{case.reference}")
    talk.later(hours=2)
    assert (states(talk), sent(talk)) == (["withdrawn"], [])


def test_deleted_before(talk: Talk, case: Case) -> None:
    """Whoever deletes everything leaves nothing to send."""
    asked(talk, case)
    talk.press("Farid", "releasing:1:yes")
    for step in ("forget:ask", "forget:sure", "forget:now"):
        talk.press("Farid", step)
    talk.later(hours=2)
    assert (states(talk), sent(talk)) == ([], [])


def test_deleted_afterwards(talk: Talk, case: Case) -> None:
    """It leaves the Service's chat as far as it can, and the writer hears what remains."""
    asked(talk, case)
    talk.press("Farid", "releasing:1:yes")
    talk.later(hours=2)

    def it_stands(session: Session) -> None:
        row = session.scalars(select(Outbox).where(Outbox.show == "released")).one()
        session.add(
            Shown(
                channel=row.channel,
                chat=row.chat,
                message_id="77",
                show="released",
                key=row.key,
                at=talk.now,
                touched_at=talk.now,
            )
        )
        row.state, row.parts_sent, row.ended_at = "sent", 1, talk.now

    talk.work(it_stands)
    for step in ("forget:ask", "forget:sure", "forget:now"):
        talk.press("Farid", step)
    away = talk.work(
        lambda s: s.scalars(
            select(Outbox.mode).where(Outbox.channel == "email", Outbox.show == "emptied")
        ).all()
    )
    assert away == ["delete"]
    assert talk.work(lambda s: s.scalars(select(Person.id)).all())
    talk.deliver()
    assert "keeps what you let us send there" in talk.screen("Farid")


@pytest.mark.parametrize("text", ["<b>bold</b> & =1+1", "سلام دنیا", "x" * 1500])
def test_any_text(talk: Talk, case: Case, text: str) -> None:
    """What is written is text, in any script."""
    asked(talk, case, text)
    talk.press("Farid", "releasing:1:yes")
    talk.later(hours=2)
    assert talk.work(lambda s: s.scalars(select(Released.text)).all()) == [text]


def test_too_long(talk: Talk, case: Case) -> None:
    """Ten thousand characters are refused with the limit."""
    talk.press("Leyla", f"releases:{case.reference}:permits")
    talk.write("Leyla", "x" * 10_000)
    talk.deliver()
    assert "at most 1500" in talk.screen("Leyla")
    talk.press("Leyla", f"let_go:{case.reference}:permits")
    assert states(talk) == []


def test_the_record_knows(talk: Talk, case: Case) -> None:
    """Each step stands in the record, and not a word of the text."""
    asked(talk, case)
    talk.press("Farid", "releasing:1:yes")
    talk.later(hours=2)
    answers(talk, "permits")
    rows = talk.work(lambda s: s.execute(select(Audit.what, Audit.detail)).all())
    noted = [what for what, _ in rows]
    for step in ("release_asked", "release_allowed", "released", "service_answered"):
        assert noted.count(step) == 1
    assert not any("residence" in detail for _, detail in rows)
