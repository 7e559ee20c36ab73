"""Letters as the tests of the mailbox send them."""

import asyncio
import smtplib
from email.message import EmailMessage

from bot.sandbox.mailbox import Mailbox

OFFICE = "office@service.example"
COUNCIL = "Migrant Council <council@council.example>"
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000020802000000fdd49a7300000010494441"
    "54789c63f8cfc000440c100a001fee03fd8b5f14d40000000049454e44ae426082"
)
"""Two by two dots."""


def letter(
    subject: str = "Weekly digest",
    *,
    html: str = '<h1>Digest</h1><img src="cid:chart@council" alt="">',
    text: str = "Good morning.\nسلام",
    file: str = "digest.xlsx",
) -> EmailMessage:
    """A letter with both texts, a picture inside, a file beside; empty: without it."""
    message = EmailMessage()
    message["From"], message["To"] = COUNCIL, OFFICE
    message["Subject"] = subject
    message["Date"] = "Mon, 30 Nov 2026 09:00:00 +0400"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
        page = message.get_payload()[1]
        page.add_related(PICTURE, "image", "png", cid="<chart@council>", filename="chart.png")
    if file:
        message.add_attachment(b"1,2", maintype="text", subtype="csv", filename=file)
    return message


async def post(mailbox: Mailbox, message: EmailMessage, patience: float = 5) -> object:
    """Send it with the standard library's client, as any program would."""

    def sends() -> object:
        with smtplib.SMTP("127.0.0.1", mailbox.port, timeout=patience) as smtp:
            return smtp.send_message(message)

    return await asyncio.to_thread(sends)
