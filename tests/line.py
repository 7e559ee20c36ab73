"""One line from end to end: Farid on WhatsApp, the bot, Leyla in the council on Telegram."""

from dataclasses import dataclass

from seats import agreed_there, cases, seated
from town import Town

from bot.sandbox.bubbles import Bubble
from bot.sandbox.phones import Phone
from bot.sandbox.twilio import TwilioSandbox, WhatsAppPhone

NUMBER, ANOTHER = "+994500000001", "+994500000002"
QUESTION = "How can I learn the language?"


@dataclass
class Line:
    """The town, and the two who talk."""

    town: Town
    farid: WhatsAppPhone
    leyla: Phone

    @property
    def twilio(self) -> TwilioSandbox:
        """The town's Twilio."""
        assert self.town.whatsapp is not None
        return self.town.whatsapp.twilio

    @property
    def card(self) -> Bubble:
        """Farid's question in Leyla's chat."""
        return next(b for b in reversed(self.leyla.chat) if QUESTION in b.text and not b.mine)

    async def hands_in(self) -> str:
        """What Farid wrote goes to Leyla; gives its reference."""
        await self.town.settled()
        await self.farid.write("1")
        await self.town.settled()
        return cases(self.town)[-1].reference

    async def opens(self, phone: Phone | None = None) -> list[Bubble]:
        """A member looks at the files of the request, Leyla unless said otherwise; gives them."""
        phone = phone or self.leyla
        await phone.press("Voice and files")
        await self.town.settled()
        return [bubble for bubble in phone.chat if bubble.media and not bubble.mine]


def ends(town: Town) -> tuple[WhatsAppPhone, Phone]:
    """Farid, who has agreed to everything, and Leyla."""
    leyla = seated(town, "Leyla")
    return agreed_there(town, "Farid", number=NUMBER), leyla
