"""People who are there already when a story begins: no link, no code, no question of consent."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from town import Town

from bot.sandbox.phones import Phone
from bot.sandbox.twilio import WhatsAppPhone
from handlers.rules import consent
from storage import people
from storage.model import Case, Member, Person


def seated(town: Town, name: str, role: str = "member", languages: str = "en") -> Phone:
    """Somebody who sits in the council."""
    spoken = languages.split(",")
    phone = _known(town, name, spoken[0])
    town.work(lambda s: _sit(s, phone, name, role, spoken, town))
    return phone


def agreed(town: Town, name: str, language: str = "en") -> Phone:
    """A migrant who has agreed."""
    phone = _known(town, name, language)
    town.work(lambda s: _agree(_person(s, phone), town))
    return phone


def agreed_there(town: Town, name: str, language: str = "en", **ident: Any) -> WhatsAppPhone:
    """A migrant on WhatsApp who has agreed: by number and id, unless said otherwise."""
    phone = town.on_whatsapp(name, language=language, **ident)
    now = town.clock.now()

    def agree(session: Session) -> None:
        address = phone.user_id or phone.number or ""
        person = people.add(session, "whatsapp", address, language, now)
        if phone.user_id:
            people.know_phone(person, phone.number or "")
        _agree(person, town)

    town.work(agree)
    return phone


def _agree(person: Person, town: Town) -> None:
    person.consent_version, person.consented_at = consent.TEXT_VERSION, town.clock.now()


def _known(town: Town, name: str, language: str) -> Phone:
    phone = town.person(name, language)
    phone.started = True
    now = town.clock.now()
    town.work(lambda s: people.add(s, "telegram", str(phone.user_id), language, now))
    return phone


def _person(session: Session, phone: Phone) -> Person:
    person = people.find(session, "telegram", str(phone.user_id))
    assert person is not None
    return person


def _sit(
    session: Session, phone: Phone, name: str, role: str, languages: list[str], town: Town
) -> None:
    person = _person(session, phone)
    session.add(
        Member(
            person_id=person.id,
            alias=name,
            role=role,
            languages=languages,
            joined_at=town.clock.now(),
        )
    )


def cases(town: Town) -> list[Case]:
    """Every request, oldest first."""
    with town.database.read() as session:
        return list(session.scalars(select(Case).order_by(Case.id)))


def shows(phone: Phone) -> str:
    """Everything the bot shows on this screen now, buttons too."""
    return "\n".join(
        "\n".join([bubble.text, *bubble.labels()]) for bubble in phone.chat if not bubble.mine
    )


def was_sent(town: Town, phone: Phone) -> str:
    """Everything that was ever sent to this phone, in whatever form."""
    return "\n".join(
        f"{call.params} {[(u.name, u.content[:200]) for u in call.uploads.values()]}"
        for call in town.telegram.calls
        if str(call.params.get("chat_id")) == str(phone.user_id)
    )
