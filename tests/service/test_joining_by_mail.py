"""The whole way of somebody who joins by e-mail, over a real mail server on this machine."""

import asyncio
import re
from datetime import timedelta

from mail_kit import SENDER, account, mail_server
from town import charter

from bot.clock import SystemClock
from bot.delivery import Delivery
from bot.mail import MailTransport
from handlers.charter import RecipientRule
from handlers.service import joining
from storage.database import Database
from storage.model import Recipient

ADDRESS = "office@service.example"
ENTRY = RecipientRule("chancellery", "email", "en", "council_contact", ADDRESS)


async def test_in_and_out_by_mail(database: Database) -> None:
    """A code, a welcome and a goodbye: three mails from the council's name, and no address is left."""
    council, clock = charter(recipients=(ENTRY,)), SystemClock()
    async with mail_server() as server:
        transport = MailTransport(account(server.port), council, clock)
        delivery = Delivery(database, {"email": transport}, council, clock)
        running = asyncio.create_task(delivery.run())
        try:
            with database.begin() as session:
                assert joining.invite(session, council, ENTRY.name, clock()) is None
            delivery.wake()
            await delivery.settled(20)
            body = server.box[0].get_body(("plain",))
            assert body is not None
            code = re.search(r"\b\d{6}\b", body.get_content())
            assert code is not None
            assert code[0] not in server.box[0]["Subject"]
            with database.begin() as session:
                recipient = joining.confirm(session, council, code[0], clock()).id
            delivery.wake()
            await delivery.settled(20)
            with database.begin() as session:
                row = session.get_one(Recipient, recipient)
                joining.leave(session, council, row, clock() + timedelta(seconds=1))
            delivery.wake()
            await delivery.settled(20)
        finally:
            running.cancel()
            await asyncio.wait({running})
            transport.close()
    subjects = [mail["Subject"] for mail in server.mails(ADDRESS)]
    assert subjects == [
        "Migrant Council: please confirm this address",
        "Migrant Council: you get the weekly digest now",
        "Migrant Council: you get no more messages",
    ]
    assert {str(mail["From"].addresses[0].addr_spec) for mail in server.box} == {SENDER}
    assert {mail["From"].addresses[0].display_name for mail in server.box} == {"Migrant Council"}
    assert len({mail["Message-ID"] for mail in server.box}) == 3
    with database.read() as session:
        row = session.get_one(Recipient, recipient)
        assert row.address is row.claimed_address is None
