"""A world for delivery: a channel of its own, a time of its own, and people with chats."""

import asyncio
import heapq
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from town import charter

from bot.delivery import Delivery
from bot.transport import SendError, Sent, Transport
from handlers.charter import Charter
from handlers.messages import Attachment, Outgoing
from storage import outbox, people
from storage.database import Database
from storage.model import Case, Entry, Member, Outbox, Person, Shown
from storage.outbox import Chat

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CHARTER = charter()
"""These tests draw for themselves; only what follows from a member's silence asks the charter."""


class FakeTempo:
    """Time that passes only when a test says so."""

    def __init__(self) -> None:
        self._now = 1000.0
        self._order = count()
        self._alarms: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        alarm = asyncio.get_running_loop().create_future()
        heapq.heappush(self._alarms, (self._now + seconds, next(self._order), alarm))
        await alarm

    async def wait(self, for_: asyncio.Event, seconds: float) -> None:
        either = [asyncio.ensure_future(self.sleep(seconds)), asyncio.ensure_future(for_.wait())]
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in either:
                one.cancel()

    def ring(self, until: float) -> bool:
        """Go on to the next alarm, if one rings by then."""
        while self._alarms and self._alarms[0][0] <= until:
            at, _, alarm = heapq.heappop(self._alarms)
            if not alarm.done():
                self._now = max(self._now, at)
                alarm.set_result(None)
                return True
        self._now = max(self._now, until)
        return False


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the channel."""

    what: str
    address: str
    text: str
    message_id: str
    at: float


@dataclass(slots=True)
class Fault:
    """The next `times` calls like this fail."""

    error: Callable[[], BaseException]
    what: str
    address: str
    text: str | None
    times: int

    def fits(self, call: Call) -> bool:
        """Whether this call goes wrong."""
        return (
            self.times > 0
            and self.what == call.what
            and self.address in ("", call.address)
            and self.text in (None, call.text)
        )


@dataclass
class StandIn:
    """A channel in memory. "one|two" is a message of two parts; whatever is asked for goes wrong."""

    tempo: FakeTempo
    channel: str = "telegram"
    window: timedelta | None = None
    changes: bool = True
    keeps: bool = False
    calls: list[Call] = field(default_factory=list)
    chats: dict[str, dict[str, Outgoing]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    before: Callable[[Call], Awaitable[None]] | None = None
    at_once: int = 0
    most_at_once: int = 0
    own_files: bool = False
    _ids: Any = field(default_factory=lambda: count(1))

    def fail(
        self,
        reaction: Any,
        *,
        what: str = "send",
        address: str = "",
        text: str | None = None,
        times: int = 1,
        **more: Any,
    ) -> None:
        """Let calls fail with a SendError."""
        code = more.pop("code", reaction)

        def error() -> SendError:
            return SendError(reaction, code, **more)

        self.faults.append(Fault(error, what, address, text, times))

    def parts(self, message: Outgoing) -> tuple[Outgoing, ...]:
        texts = message.text.split("|")
        pieces = [Outgoing(text=text) for text in texts[:-1]]
        return (
            *pieces,
            Outgoing(texts[-1], choices=message.choices, attachments=message.attachments),
        )

    async def find(self, address: str, part: Outgoing, since: datetime) -> tuple[str, ...]:
        """This provider has no list."""
        return ()

    def meaning(self, code: str) -> Any:
        """Every failure told afterwards is final."""
        return "refused"

    async def seen(self, message_id: str) -> None:
        """Nothing to show."""

    async def send(self, address: str, part: Outgoing, *, label: str = "") -> Sent:
        message_id = str(next(self._ids))
        await self._called("send", address, part.text, message_id)
        self.chats.setdefault(address, {})[message_id] = part
        files = tuple(f"own-{one.file_id}" for one in part.attachments) if self.own_files else ()
        return Sent((message_id,), START + timedelta(seconds=self.tempo.now() - 1000), files)

    async def edit(self, address: str, message_id: str, message: Outgoing) -> None:
        await self._called("edit", address, message.text, message_id)
        standing = self.chats.get(address, {})
        if message_id not in standing:
            raise SendError("refused", "message_to_edit_not_found")
        text = message.text or standing[message_id].text
        standing[message_id] = Outgoing(text=text, choices=message.choices)

    async def delete(self, address: str, message_id: str) -> None:
        await self._called("delete", address, "", message_id)
        self.chats.get(address, {}).pop(message_id, None)

    async def answer_press(self, press_id: str, text: str = "") -> None:
        await self._called("press", press_id, text, "")

    def said(self, address: str) -> list[str]:
        """What stands in a chat, from the oldest to the newest."""
        return [one.text for one in self.chats.get(address, {}).values()]

    def texts(self, what: str = "send") -> list[str]:
        """The texts of all calls of a kind, as they came."""
        return [call.text for call in self.calls if call.what == what]

    async def _called(self, what: str, address: str, text: str, message_id: str) -> None:
        call = Call(what, address, text, message_id, self.tempo.now())
        self.calls.append(call)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.before is not None:
                await self.before(call)
            await asyncio.sleep(0)
            self._raise_fault(call)
        finally:
            self.at_once -= 1

    def _raise_fault(self, call: Call) -> None:
        for fault in self.faults:
            if fault.fits(call):
                fault.times -= 1
                raise fault.error()


class World:
    """People, an outbox and a delivery that runs between `start` and `stop`."""

    def __init__(self, database: Database, transport: Transport | None = None) -> None:
        self.database = database
        self.tempo = FakeTempo()
        self.channel = StandIn(self.tempo)
        self.transport = transport or self.channel
        self.unseen: set[str] = set()
        """Views that may not be seen any more."""
        self.drawn: list[int] = []
        self.chats: dict[str, Chat] = {}
        self.wound_forward = timedelta()
        self.logs: list[Any] = []
        self.faults_expected: set[str] = set()
        self.delivery = self.deliver()
        self._running: asyncio.Task[None] | None = None
        self._working = 0

    def deliver(self, **more: Any) -> Delivery:
        """A new delivery, as after a start of the program."""
        self._working = 0
        self.delivery = Delivery(
            self.database,
            {"telegram": self.transport},
            CHARTER,
            self.now,
            self.draw,
            tempo=self.tempo,
            **{"looks_every": 600.0, **more},
        )
        for lane in self.delivery._lanes:
            lane.carrier.do = self._counted(lane.carrier.do)  # type: ignore[method-assign]
            lane.carrier._transport = self._watched(lane.carrier._transport)
        return self.delivery

    def now(self) -> datetime:
        """The clock on the wall."""
        return START + timedelta(seconds=self.tempo.now() - 1000) + self.wound_forward

    def draw(self, session: Session, row: Outbox, charter: Charter, now: datetime) -> Any:
        """What the row's body says, else the view's name."""
        if row.show in self.unseen:
            return None
        if row.show == "broken":
            raise KeyError("a text that must not be logged")
        self.drawn.append(row.id)
        body = row.body or {"text": row.args.get("text", row.show)}
        files = tuple(Attachment("photo", file_id=one) for one in body.get("files", ()))
        return Outgoing(text=body["text"], attachments=files)

    # --- people

    def person(self, name: str, *, role: str = "", address: str = "") -> Chat:
        """Somebody with a chat; with a role, a member of the council."""
        with self.database.begin() as session:
            person = people.add(session, "telegram", address or name, "az", START)
            member = None
            if role:
                member = Member(
                    person_id=person.id,
                    alias=name,
                    role=role,
                    languages=["az"],
                    joined_at=START,
                )
                session.add(member)
                session.flush()
            self.chats[name] = Chat.of(person, member)
        return self.chats[name]

    def case(self, of: Chat, responsible: Chat | None = None) -> int:
        """A request of somebody, answered by somebody."""
        with self.database.begin() as session:
            case = Case(
                reference=f"{of.person_id:09}",
                person_id=of.person_id,
                state="answered",
                language="az",
                responsible_id=responsible.member_id if responsible else None,
                created_at=START,
                touched_at=START,
            )
            session.add(case)
            session.flush()
            return case.id

    def entry(self, case_id: int, **more: Any) -> int:
        """An answer on its way."""
        with self.database.begin() as session:
            entry = Entry(case_id=case_id, kind="answer", delivery="queued", at=START, **more)
            session.add(entry)
            session.flush()
            return entry.id

    # --- the outbox

    def put(self, to: str | Chat, text: str = "", show: str = "said", **more: Any) -> int:
        """Put something into a chat's outbox."""
        chat = to if isinstance(to, Chat) else self.chats.get(to) or self.person(to)
        body = {"text": text, **more.pop("body", {})} if text else None
        with self.database.begin() as session:
            row = outbox.add(session, chat, show, self.now(), body=body, **more)
        self.delivery.wake()
        return row.id

    def put_many(self, texts: dict[str, list[str]]) -> None:
        """Put texts into many chats at once."""
        for name in texts:
            if name not in self.chats:
                self.person(name)
        with self.database.begin() as session:
            for name, said in texts.items():
                for text in said:
                    outbox.add(session, self.chats[name], "said", self.now(), body={"text": text})
        self.delivery.wake()

    def row(self, row_id: int) -> Outbox | None:
        """A row as it stands."""
        with self.database.read() as session:
            return session.get(Outbox, row_id)

    def the(self, row_id: int) -> Outbox:
        """A row that must be there."""
        row = self.row(row_id)
        assert row is not None
        return row

    def rows(self, show: str = "") -> list[Outbox]:
        """All rows, or those of one view."""
        with self.database.read() as session:
            every = session.scalars(select(Outbox).order_by(Outbox.id)).all()
        return [row for row in every if show in ("", row.show)]

    def shown(self) -> list[Shown]:
        """Every message that is remembered."""
        with self.database.read() as session:
            return list(session.scalars(select(Shown).order_by(Shown.id)))

    def of(self, table: Any, row_id: int | None) -> Any:
        """Any row of any table."""
        with self.database.read() as session:
            return session.get(table, row_id)

    # --- running

    def start(self) -> None:
        """Let the delivery run."""
        self._running = asyncio.create_task(self.delivery.run())

    async def stop(self) -> None:
        """Let it end in good order."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait({self._running})
            self._running = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The delivery runs meanwhile, and everything due has been sent at the beginning."""
        self.start()
        try:
            await self.rest()
            yield
        finally:
            await self.stop()

    async def rest(self) -> None:
        """Come back when nothing more happens unless time passes."""
        calm = 0
        while calm < 30:
            await asyncio.sleep(0 if not self._working else 0.001)
            calm = 0 if self._working else calm + 1
            if self._running is not None and self._running.done():
                self._running.result()

    async def advance(self, seconds: float) -> None:
        """Let time pass, and everything happen that happens then."""
        until = self.tempo.now() + seconds
        await self.rest()
        while self.tempo.ring(until):
            await self.rest()

    def person_of(self, name: str) -> Person:
        """A person as they stand."""
        person: Person = self.of(Person, self.chats[name].person_id)
        return person

    def _watched(self, transport: Transport) -> Transport:
        """A real transport, of which `rest` knows when it is waiting for an answer."""
        if transport is not self.channel:
            watched: Any = transport
            for name in ("send", "edit", "delete"):
                setattr(watched, name, self._counted(getattr(type(transport), name), transport))
        return transport

    def _counted(
        self, do: Callable[..., Awaitable[Any]], *first: Any
    ) -> Callable[..., Awaitable[Any]]:
        async def counted(*args: Any, **more: Any) -> Any:
            self._working += 1
            try:
                return await do(*first, *args, **more)
            finally:
                self._working -= 1

        return counted
