"""People who write to the council, and what tests ask about them."""

import re

from seats import cases, seated, shows
from sqlalchemy import select
from town import Town

from bot.sandbox.bubbles import Bubble
from bot.sandbox.phones import Phone
from bot.sandbox.twilio import TwilioSandbox, WhatsAppPhone
from storage.model import Member, Newcomer, Person

QUESTION = "How can I learn the language?"
ANSWER = "There are courses in the evening."
NUMBER, OTHER = "+994500000001", "+994500000002"
SIGNS = re.compile("[\u2066-\u2069\u200e\u200f]")


def twilio(town: Town) -> TwilioSandbox:
    """The town's Twilio."""
    assert town.whatsapp is not None
    return town.whatsapp.twilio


async def look(town: Town) -> None:
    """The bot looks through Twilio's list, and all that follows is done."""
    assert town.whatsapp is not None
    await town.whatsapp.channel.list.look()
    await town.settled()


async def writes(town: Town, phone: Phone | WhatsAppPhone, *texts: str) -> None:
    """They write these, each after the answer to the one before."""
    for text in texts:
        await phone.write(text)
        await town.settled()


async def asks(town: Town, phone: Phone | WhatsAppPhone, text: str = QUESTION) -> tuple[str, str]:
    """They send a request; gives its reference and its secret."""
    await writes(town, phone, text, "1")
    reference = cases(town)[-1].reference
    secret = re.search(r"\b(\d{3} ?\d{3})\b[^\d]*$", _with("Secret code", phone).splitlines()[0])
    assert secret, _with("Secret code", phone)
    return reference, secret[1]


def _with(words: str, phone: Phone | WhatsAppPhone) -> str:
    text = next(b.text for b in reversed(phone.chat) if words in b.text and not b.mine)
    return bare(text[text.index(words) :])


async def answers(town: Town, member: Phone, text: str = ANSWER, about: int = -1) -> None:
    """A member answers a request, the newest unless said otherwise."""
    await member.write(text, reply_to=card(town, member, about))
    await town.settled()
    await member.press("Send")
    await town.settled()


def card(town: Town, member: Phone, about: int = -1) -> Bubble:
    """A request's card, whole where it stands so."""
    cards = _cards(town, member, about)
    return next((bubble for bubble in cards if "———" in bubble.text), cards[0])


def _cards(town: Town, member: Phone, about: int) -> list[Bubble]:
    digits = cases(town)[about].reference
    number = f"MC {digits[:4]} {digits[4:8]} {digits[8:]}"
    return [b for b in member.chat if not b.mine and number in bare(b.text)]


async def opened(town: Town, member: Phone, about: int = -1) -> str:
    """What a request's card says once it was opened."""
    if "———" not in card(town, member, about).text:
        await member.press("Open", on=card(town, member, about))
        await town.settled()
    return bare(card(town, member, about).text)


def bare(text: str) -> str:
    """Without the signs that keep directions apart."""
    return SIGNS.sub("", text)


def screen(phone: Phone | WhatsAppPhone) -> str:
    """All that stands on their phone from us."""
    return bare(shows(phone if isinstance(phone, Phone) else phone.seen_as()))


def sent_to(town: Town, address: str) -> list[str]:
    """What Twilio was asked to send to a number or an id."""
    return [
        f"{call.form.get('Body', '')}{call.form.get('ContentVariables', '')}"
        for call in twilio(town).calls
        if call.operation == "CreateMessage" and call.form["To"] == f"whatsapp:{address}"
    ]


def migrants(town: Town) -> list[Person]:
    """Everybody who agreed or was invited, but for the council."""
    with town.database.read() as session:
        seats = select(Member.person_id)
        chosen = select(Person).where(Person.id.not_in(seats)).order_by(Person.id)
        return list(session.scalars(chosen))


def newcomers(town: Town) -> list[Newcomer]:
    """Everybody who is being asked for consent."""
    with town.database.read() as session:
        return list(session.scalars(select(Newcomer).order_by(Newcomer.id)))


def council(town: Town) -> Phone:
    """Leyla sits in the council; Twilio has as much patience with the bot as it really has."""
    twilio(town).hurry = 1.0  # the first words of all are read slowly: word lists are loaded
    return seated(town, "Leyla", languages="en,fa")
