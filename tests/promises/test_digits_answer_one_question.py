"""A digit answers the question that stood last on the screen when it was typed, or none."""

import random
import re
from collections.abc import Sequence
from typing import Any

import pytest
from talk import Talk

from bot import claims, outcomes
from bot.errand import Errand
from handlers import steps
from handlers.turn import Turn
from storage import people
from storage.database import Database

NUMBERED = re.compile(r"[\u2066-\u2069]?(\d+)[\u2066-\u2069]? ")
REPEATED = ("menu", "start")
"""What is done where a digit answers nothing: the open question is asked again, else these."""


class Writer:
    """Somebody with a draft, requests and answers; everything happens in any order."""

    def __init__(self, talk: Talk, who: str, seed: int) -> None:
        self.talk, self.who, self.random = talk, who, random.Random(seed)
        self.acts: list[str] = []
        self.under_way: Errand | None = None

    # what happens around them

    def something_happens(self) -> None:
        """One thing of the world: they write or press, Leyla acts, time passes, or a message arrives."""
        self.random.choice(
            [
                self._arrives,
                self._arrives,
                self._arrives,
                self._writes,
                self._presses,
                self._leyla,
                self._leyla,
                self._time,
            ]
        )()

    def _arrives(self) -> None:
        """Up to three messages arrive, each a second later."""
        for _ in range(self.random.randint(1, 3)):
            self.talk.now = self.talk.now.replace(microsecond=0)
            self._pass(1)
            if self.under_way is None:
                self.talk.deliver(1)

    def _writes(self) -> None:
        self.talk.write(
            self.who, self.random.choice(["one more thing", "/requests", "/menu", "salam"])
        )

    def _presses(self) -> None:
        buttons = [b for b in self.talk.buttons(self.who) if not b.startswith(("delete", "forget"))]
        if buttons:
            self.talk.press(self.who, self.random.choice(buttons))

    def _leyla(self) -> None:
        cases = [
            case for case in self.talk.cases() if case.responsible_id and case.state != "closed"
        ]
        if not cases:
            return
        reference = self.random.choice(cases).reference
        self.talk.press("Leyla", f"{self.random.choice(['answer', 'answer', 'ask'])}:{reference}")
        self.talk.write("Leyla", "It depends on where you live.")
        self.talk.press("Leyla", f"sendit:{reference}")

    def _time(self) -> None:
        self.talk.later(minutes=self.random.choice([1, 16, 300]))

    def _pass(self, seconds: int) -> None:
        self.talk.later(seconds=seconds)

    # what they see and type

    def choices(self) -> dict[int, str]:
        """What each number does in the last numbered question on the screen."""
        for message in reversed(self.talk.chats[self.who].values()):
            found = {
                int(match[1]): choice.does
                for row in message.choices
                for choice in row
                if (match := NUMBERED.match(choice.label))
            }
            if found:
                return found
        return {}

    def types(self) -> None:
        """They look, type a digit, and while it travels other things happen."""
        seen, number, typed_at = self.choices(), self.random.randint(0, 5), self.talk.now
        self._pass(1)
        for _ in range(self.random.choice([0, 0, 1, 2])):
            self.something_happens()
        if self.random.random() < 0.3:
            self._half_arrives()
        self.acts.clear()
        self.talk.write(self.who, str(number), at=typed_at)
        allowed = {seen.get(number), *REPEATED}
        assert set(self.acts) <= allowed, (number, seen, self.acts, self.talk.screen(self.who))
        self._arrives_whole()

    def _half_arrives(self) -> None:
        """The next message left, and nobody knows yet whether it arrived: they do not see it."""
        if self.under_way is None:
            self._pass(1)
            chat = people.chat_hash("telegram", self.talk.addresses[self.who])
            self.under_way = claims.claim(self.talk.ledger, chat)

    def _arrives_whole(self) -> None:
        if self.under_way is not None:
            self._pass(1)
            outcomes.done(self.talk.ledger, self.under_way, self.talk.carry(self.under_way))
            self.under_way = None


@pytest.mark.one_database
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("who", ["Farid", "Samir"])
def test_a_digit_answers_one_question(
    database: Database, who: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Open matters, answers on their way, digits typed before and after: none goes astray.

    Farid is a migrant; Samir sits in the council, and asks it as a migrant too.
    """
    talk = Talk(database)
    talk.seat("Leyla")
    talk.agreed("Farid")
    talk.seat("Samir", agreed=True)
    writer = Writer(talk, who, seed)
    act = steps.act

    def recorded(turn: Turn, verb: str, arguments: Sequence[str]) -> Any:
        if turn.chat.address == talk.addresses[who] and turn.incoming.happened == "message":
            writer.acts.append(":".join([verb, *arguments]))
        return act(turn, verb, arguments)

    monkeypatch.setattr(steps, "act", recorded)
    talk.hand_in("Farid", "How can I learn the language?")
    talk.hand_in("Farid", "Where is the nearest school?")
    talk.hand_in("Samir", "Where is the library?")
    for _ in range(40):
        writer.something_happens()
        writer.types()
