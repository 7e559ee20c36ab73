"""Where something is said: a scene with one person; a turn is a scene that they began."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from handlers.charter import Charter
from handlers.language import Rich, Tongue
from handlers.messages import Attachment, Choice, Incoming, Outgoing
from handlers.screens import RESTING, Screen
from storage import outbox
from storage.model import Member, Newcomer, Outbox, Person
from storage.outbox import Chat

QUESTION = "question"
"""The key under which a chat's last question stands."""


@dataclass(slots=True, kw_only=True)
class Scene:
    """One person's chat at one moment, and the ways to speak there."""

    session: Session
    charter: Charter
    now: datetime
    tongue: Tongue
    chat: Chat
    person: Person | None = None
    newcomer: Newcomer | None = None
    direct: bool = False
    """Whether we answer somebody who is waiting for it; such answers pass what waits."""

    @property
    def someone(self) -> Person:
        """The person, where there must be one."""
        assert self.person is not None
        return self.person

    @property
    def seat(self) -> Member | None:
        """Whose chat this is as somebody of the council; none where it is a migrant's."""
        return self.session.get(Member, self.chat.member_id) if self.chat.member_id else None

    def say(self, message: Outgoing | Rich, **options: Any) -> Outbox:
        """Speak in this chat."""
        outgoing = message if isinstance(message, Outgoing) else Outgoing(text=message)
        options.setdefault("urgent", self.direct)
        return say(self.session, self.chat, outgoing, self.now, **options)

    def ask(self, screen: Screen, *, in_place: bool = False, **options: Any) -> Outbox:
        """Ask a question here; from now on a digit answers this one.

        The question before it is taken out of the chat, so that no stale buttons pile up; or this
        one stands in its place, where they turn its pages.
        """
        options.setdefault("case_id", screen.case_id)
        if self.person is None or screen.stays or screen.key:
            self.tidy()
        if screen.key:
            options |= {"key": screen.key, "mode": "below"}
        elif self.person is not None and not screen.stays:
            options |= {"key": QUESTION, "mode": "edit" if in_place else "below"}
        if screen.view:
            options.setdefault("urgent", self.direct)
            row = outbox.add(self.session, self.chat, screen.view, self.now, **options)
        else:
            row = self.say(screen.outgoing(self.tongue), **options)
        self.open(screen.name, screen.args, row)
        return row

    def tidy(self, key: str = QUESTION) -> None:
        """Take the last question out of the chat, or what else stands there under a key."""
        if self.person is None:
            return
        outbox.withdraw(self.session, self.chat, key)
        for shown_id in outbox.standing(self.session, self.chat, key):
            args = {"shown": shown_id}
            outbox.add(
                self.session,
                self.chat,
                "tidied",
                self.now,
                args=args,
                mode="delete",
                urgent=self.direct,
            )

    def open(self, name: str, args: Mapping[str, Any], row: Outbox | None = None) -> None:
        """Remember which question is open, and the row that shows it."""
        row_id = row.id if row is not None else None
        if self.person is not None:
            open_question(self.person, name, args, row_id)
        elif self.newcomer is not None:
            asked = {"screen": name, "screen_args": dict(args), "screen_row": row_id}
            self.newcomer.held = {**self.newcomer.held, **asked}

    def close(self) -> None:
        """No question is open any more, and none stands in the chat."""
        self.tidy()
        self.open("", {})

    def leave(self, reference: str) -> None:
        """No question about this request is open any more; one about anything else stays open."""
        person = self.someone
        about = (person.screen_args or {}).get("reference")
        if person.screen in RESTING or about == reference:
            self.close()


@dataclass(slots=True, kw_only=True)
class Turn(Scene):
    """What came in, from whom. `toast` is shown on the button that was pressed."""

    incoming: Incoming
    member: Member | None = None
    toast: str = ""

    @property
    def desk(self) -> Member:
        """The member, where there must be one."""
        assert self.member is not None
        return self.member


def scene_of(session: Session, person: Person, charter: Charter, now: datetime) -> Scene:
    """A person's chat, entered by us and not by them."""
    return Scene(
        session=session,
        charter=charter,
        now=now,
        tongue=Tongue(person.language, charter),
        chat=Chat.of(person),
        person=person,
    )


def open_question(person: Person, name: str, args: Mapping[str, Any], row_id: int | None) -> None:
    """Make this the one open question of a person."""
    person.screen, person.screen_args, person.screen_row = name, dict(args), row_id


def say(session: Session, chat: Chat, message: Outgoing, now: datetime, **options: Any) -> Outbox:
    """Put a finished message into a chat's outbox."""
    body = {
        "text": str(message.text),
        "choices": [[[c.label, c.does, c.style] for c in row] for row in message.choices],
        "attachments": [asdict(a) for a in message.attachments],
        "reply_to": message.reply_to,
        "protect": message.protect,
        "silent": message.silent,
    }
    return outbox.add(session, chat, "said", now, body=body, **options)


def said(body: Mapping[str, Any]) -> Outgoing:
    """The message that `say` put away."""
    return Outgoing(
        text=body["text"],
        choices=tuple(tuple(Choice(*choice) for choice in row) for row in body["choices"]),
        attachments=tuple(Attachment(**a) for a in body["attachments"]),
        reply_to=body["reply_to"],
        protect=body["protect"],
        silent=body["silent"],
    )
