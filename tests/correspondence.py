"""Letters between a migrant on WhatsApp and a member: asked, answered, and what the card says."""

import re

from seats import agreed_there, cases, seated, shows
from sqlalchemy import select
from town import Town

from bot.sandbox.bubbles import Bubble
from bot.sandbox.phones import Phone
from bot.sandbox.twilio import TwilioSandbox
from bot.sandbox.twilio_calls import RestCall
from storage.model import Outbox

NUMBER = "+994500000001"
QUESTION = "How can I learn the language?"
NOTICE = "There is an update for"
SIGNS = re.compile("[\u2066-\u2069\u200e\u200f]")


async def moved_in(town: Town, language: str = "en", number: str = NUMBER) -> Phone:
    """Leyla and an operator sit in the council, and Farid asked something on WhatsApp."""
    twilio_of(town).hurry = 1.0  # nothing here is about a bot that answers slowly
    seated(town, "Leyla", languages=f"en,{language}")
    seated(town, "Watch", "operator")
    farid = agreed_there(town, "Farid", language, number=number).seen_as()
    await asks(town, farid)
    return farid


async def calm(town: Town) -> None:
    """Nothing is under way: not even what follows from what Twilio told last."""
    await town.settled()


async def later(town: Town, **span: float) -> None:
    """Time passes, and all that follows from it is done."""
    await town.later(**span)
    await calm(town)


async def asks(town: Town, phone: Phone, text: str = QUESTION) -> None:
    """They write and send it."""
    await phone.write(text)
    await calm(town)
    await phone.write("1")
    await calm(town)


async def answers(town: Town, text: str, about: int = -1) -> None:
    """Leyla answers a request, the newest unless said otherwise."""
    leyla = town.people["Leyla"]
    await leyla.write(text, reply_to=card(town, about))
    await calm(town)
    await leyla.press("Send")
    await calm(town)


def card(town: Town, about: int = -1) -> Bubble:
    """A request's card in Leyla's chat, whole or shrunk."""
    number, leyla = reference(town, about), town.people["Leyla"]
    found = [b for b in leyla.chat if not b.mine and bare(b.text)[2:].startswith(number)]
    assert found, f"no card of {number}\n{leyla.text()}"
    return next((bubble for bubble in found if "———" in bubble.text), found[0])


async def opened(town: Town, about: int = -1) -> str:
    """What a request's card says once Leyla opened it."""
    if "———" not in card(town, about).text:
        await town.people["Leyla"].press("Open", on=card(town, about))
        await calm(town)
    return bare(card(town, about).text)


def reference(town: Town, about: int = -1) -> str:
    """A request's number as people read it."""
    digits = cases(town)[about].reference
    return f"MC {digits[:4]} {digits[4:8]} {digits[8:]}"


def said(phone: Phone) -> list[str]:
    """What the bot said there, in order, without the signs that keep directions apart."""
    return [bare(bubble.text) for bubble in phone.chat if not bubble.mine]


def since(phone: Phone, count: int) -> list[str]:
    """What the bot said after its first `count` messages."""
    return said(phone)[count:]


def notices(phone: Phone) -> list[str]:
    """Every notice that something waits."""
    return [text for text in said(phone) if NOTICE in text]


def alerts(town: Town) -> list[str]:
    """What the operator was told."""
    return [text for text in said(town.people["Watch"]) if text.startswith("⚠️")]


def told_leyla(town: Town) -> str:
    """Everything on Leyla's screen."""
    return bare(shows(town.people["Leyla"]))


def bare(text: str) -> str:
    """A text without invisible signs."""
    return SIGNS.sub("", text)


def twilio_of(town: Town) -> TwilioSandbox:
    """The Twilio of this town."""
    assert town.whatsapp is not None
    return town.whatsapp.twilio


def sends(town: Town, part: str = "") -> list[RestCall]:
    """Every time Twilio was asked to send something that contains this."""
    calls = twilio_of(town).calls
    return [c for c in calls if c.operation == "CreateMessage" and part in bare(str(c.form))]


def rows(town: Town, show: str) -> list[tuple[str, str | None]]:
    """State and error of every row of one kind, oldest first."""
    with town.database.read() as session:
        found = session.scalars(select(Outbox).where(Outbox.show == show).order_by(Outbox.id))
        return [(row.state, row.error) for row in found]


async def reads(town: Town, phone: Phone, text: str = "1") -> list[str]:
    """They write this; gives what the bot said to it."""
    before = len(said(phone))
    await phone.write(text)
    await calm(town)
    return said(phone)[before:]
