"""Talk without a network: real handlers and a real database, everything said drawn and kept."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session
from town import MORNING, charter

from bot import claims, outcomes
from bot.errand import Done, Errand
from bot.ledger import Ledger
from bot.transport import Sent
from handlers import due, inbound, show
from handlers.charter import Charter
from handlers.messages import Attachment, Incoming, Outgoing
from handlers.rules import consent
from storage import people
from storage.database import Database
from storage.model import Case, Member, Person

Result = TypeVar("Result")

CHANNEL = "telegram"


class Talk:
    """People who talk to the bot one after the other; a second passes with everything they do."""

    def __init__(self, database: Database, council: Charter | None = None) -> None:
        self.database = database
        self.charter = council or charter(settle=timedelta(0))
        self.now: datetime = MORNING
        self.chats: dict[str, dict[str, Outgoing]] = {}
        """What stands on each screen, by message id."""
        self.said: list[tuple[str, Outgoing]] = []
        """Everything that was ever shown, with whose chat it was shown in."""
        self.mine: dict[str, list[str]] = {}
        """The ids of what each wrote."""
        self.addresses: dict[str, str] = {}
        self.ledger = Ledger(database, CHANNEL, self.charter, lambda: self.now, show.draw)
        self._ids = count(1)
        self._accounts = count(7_000_000_001)

    # who is there

    def somebody(self, name: str) -> str:
        """A phone that never wrote; gives its name back."""
        self.addresses[name] = str(next(self._accounts))
        self.chats[name] = {}
        self.mine[name] = []
        return name

    def agreed(self, name: str, language: str = "en") -> str:
        """A migrant who has agreed."""
        self.somebody(name)
        self.work(
            lambda s: _agree(people.add(s, CHANNEL, self.addresses[name], language, self.now))
        )
        return name

    def seat(
        self, name: str, role: str = "member", languages: str = "en", *, agreed: bool = False
    ) -> str:
        """Somebody who sits in the council."""
        self.somebody(name)

        def seated(session: Session) -> None:
            spoken = languages.split(",")
            person = people.add(session, CHANNEL, self.addresses[name], spoken[0], self.now)
            if agreed:
                _agree(person)
            session.add(
                Member(
                    person_id=person.id,
                    alias=name,
                    role=role,
                    languages=spoken,
                    joined_at=self.now,
                )
            )

        self.work(seated)
        return name

    # what they do

    def write(
        self,
        who: str,
        text: str = "",
        *,
        reply_to: str = "",
        attachments: tuple[Attachment, ...] = (),
        at: datetime | None = None,
    ) -> str:
        """They write; gives the message's id."""
        message_id = str(next(self._ids))
        self.mine[who].append(message_id)
        replied = self.chats[who].get(reply_to)
        self._receive(
            who,
            key=f"m:{message_id}",
            message_id=message_id,
            text=text,
            attachments=attachments,
            reply_to=reply_to,
            reply_text=replied.text if replied else "",
            at=at,
        )
        return message_id

    def press(self, who: str, does: str, *, on: str = "") -> str:
        """They press a button, real or forged, on some message; gives what the button says."""
        number = next(self._ids)
        return self._receive(
            who, key=f"c:{number}", happened="press", press=does, press_id="1", message_id=on
        )

    def opens(self, who: str, case: Case | None = None, reason: str = "first") -> None:
        """A reader opens a private request, and says why."""
        reference = (case or self.case()).reference
        self.deliver()
        self.press(who, f"open:{reference}")
        self.deliver()
        self.press(who, f"look:{reference}:{reason}")
        self.deliver()

    def edit(
        self, who: str, message_id: str, text: str, *, attachments: tuple[Attachment, ...] = ()
    ) -> None:
        """They change what they wrote."""
        self._receive(
            who,
            key=f"e:{message_id}:{next(self._ids)}",
            happened="edit",
            message_id=message_id,
            text=text,
            attachments=attachments,
        )

    def _receive(self, who: str, key: str, at: datetime | None = None, **what: Any) -> str:
        self.now += timedelta(seconds=1)
        incoming = Incoming(
            channel=CHANNEL,
            key=f"{key}:{self.addresses[who]}",
            address=self.addresses[who],
            sent_at=(at or self.now).replace(microsecond=0),
            **what,
        )
        toast = self.work(lambda s: inbound.receive(s, incoming, self.now, self.charter))
        self.now += timedelta(seconds=1)
        return toast

    # what follows

    def deliver(self, most: int = 500) -> int:
        """Say what is due, at most so many things; gives how many that were."""
        done = 0
        while done < most:
            waiting, _ = claims.look(self.ledger, (), (), 100)
            if not waiting:
                break
            for chat in waiting:
                errand = claims.claim(self.ledger, chat)
                if errand is not None:
                    outcomes.done(self.ledger, errand, self.carry(errand))
                done += 1
                if done == most:
                    break
        return done

    def carry(self, errand: Errand) -> Done:
        """Show it on the screen it is for."""
        who = next(name for name, address in self.addresses.items() if address == errand.address)
        chat = self.chats[who]
        if errand.mode == "delete":
            assert errand.target is not None
            chat.pop(errand.target.message_id, None)
            return Done("deleted")
        assert errand.message is not None
        self.said.append((who, errand.message))
        if errand.target is not None and not errand.message.attachments:
            chat[errand.target.message_id] = errand.message
            return Done("edited")
        if errand.only_edit:
            return Done("left")
        message_id = str(next(self._ids))
        chat[message_id] = errand.message
        return Done("sent", Sent((message_id,), self.now.replace(microsecond=0)), errand.message)

    def later(self, **span: float) -> None:
        """Time passes, and what fell due is done."""
        self.now += timedelta(**span)
        while self.work(lambda s: due.run_due(s, self.charter, self.now)):
            pass

    def work(self, what: Callable[[Session], Result]) -> Result:
        """One transaction."""
        with self.database.begin() as session:
            return what(session)

    # what can be seen

    def screen(self, who: str) -> str:
        """Everything that stands in a chat."""
        return "\n".join(message.text for message in self.chats[who].values())

    def ever_said(self, who: str) -> str:
        """Everything that was ever shown in a chat, buttons too."""
        return "\n".join(
            "\n".join([message.text, *(c.label for row in message.choices for c in row)])
            for name, message in self.said
            if name == who
        )

    def buttons(self, who: str) -> list[str]:
        """What the buttons on a screen do, oldest first."""
        return [
            choice.does
            for message in self.chats[who].values()
            for row in message.choices
            for choice in row
        ]

    def find(self, who: str, text: str) -> str:
        """The id of the newest message on this screen that holds the text."""
        return next(mid for mid, m in reversed(self.chats[who].items()) if text in m.text)

    def cases(self) -> Iterator[Case]:
        """Every request, as it stands."""
        with self.database.read() as session:
            yield from session.scalars(select(Case).order_by(Case.id))

    def case(self) -> Case:
        """The newest request."""
        return list(self.cases())[-1]

    def opens_here(self, who: str, case: Case, of: str) -> None:
        """They open somebody's request in their own chat, with its secret."""
        said = self.chats[of][self.find(of, "Secret code")].text
        secret = "".join(sign for sign in said[:40] if sign.isdigit())
        self.write(who, f"MC {case.reference} {secret}")

    def hand_in(self, who: str, text: str) -> Case:
        """They write something new and send it; gives the request."""
        self.press(who, "write:question")
        self.write(who, text)
        case = self.case()
        self.press(who, f"send:{case.reference}")
        if self.case().state == "draft":
            self.press(who, f"date:{case.reference}:none")
        self.deliver()
        return self.case()


def _agree(person: Person) -> None:
    person.consent_version, person.consented_at = consent.TEXT_VERSION, person.created_at
