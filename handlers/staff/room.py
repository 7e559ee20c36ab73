"""What every screen of the Service's chat is drawn from, and the words they share."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from handlers.language import N_, SOURCE, Rich, Spoken, Tongue
from handlers.messages import Choice, Outgoing
from handlers.screens import Screen
from handlers.staff.shapes import Ask, Decision, ProposalSeen, ReleasedSeen, Say, View, Visitor

VIEW = "staff"
"""The view that draws every question here when it is sent: no row on its way holds its words."""
LONGEST = 2000
"""So many letters make an answer."""
NOTES: Mapping[str, str] = {
    "not_read": N_("🙂 Nobody reads what is written in this chat."),
    "words_only": N_("🙂 Please write it in words, without files."),
    "edited": N_("🙂 A changed message changes nothing here. Please write it once more."),
    "choose": N_("🙂 Please choose one of these:"),
    "old_button": N_("🙂 This button does not work any more."),
    "too_long": N_("✂️ That is too long. Please use 2,000 letters at most."),
    "which_day": N_("🙂 I do not know which day that is. It must be a day to come."),
    "no_such_week": N_("🙂 There is no digest of that week."),
}
"""What may stand above a question."""


class Room(NamedTuple):
    """Who is here, what can be seen, in which language, and when."""

    visitor: Visitor
    view: View
    t: Tongue
    now: datetime

    def proposals(self) -> list[ProposalSeen]:
        """Those that their unit was sent: what waits for it first, then the newest."""
        own = [one for one in self.view.proposals if one.unit == self.visitor.unit]
        return sorted(own, key=lambda one: (one.state not in WAITS, -one.number))

    def proposal(self, number: str) -> ProposalSeen | None:
        """The proposal of this number, if their unit was sent it."""
        return next((one for one in self.proposals() if str(one.number) == number), None)

    def texts(self) -> list[ReleasedSeen]:
        """The released texts that their unit was sent: what waits first, then the newest."""
        own = [one for one in self.view.released if one.unit == self.visitor.unit]
        return sorted(own, key=lambda one: (one.state != "sent", -one.number))

    def released(self, number: str) -> ReleasedSeen | None:
        """The released text of this number, if their unit was sent it."""
        return next((one for one in self.texts() if str(one.number) == number), None)


WAITS = ("sent", "more_time", "question")
"""States of a proposal that the unit still owes an answer to."""


def asked(screen: Screen) -> tuple[Decision, ...]:
    """Ask this one."""
    return (Ask(replace(screen, view=VIEW)),)


def said(text: Rich) -> Say:
    """Say this."""
    return Say(Outgoing(text=text))


def noted(room: Room, screen: Screen, note: str) -> Screen:
    """The same question with a note above it."""
    if note not in NOTES:
        return screen
    text = Rich(f"{room.t(NOTES[note])}\n\n{screen.text}")
    return replace(screen, text=text, args={**screen.args, "note": note})


def of(room: Room, texts: Mapping[str, str]) -> str:
    """A text in their language, else in English, else in whichever it was written."""
    return texts.get(room.t.code) or texts.get(SOURCE) or next(iter(texts.values()), "")


def day(room: Room, on: date) -> Spoken:
    """A day as people say it, with the year where it is not this one."""
    spoken = room.t.date(on)
    if on.year == room.t.day_of(room.now).year:
        return spoken
    return Spoken(f"{spoken} {on.year}", f"{spoken.english} {on.year}")


def back(room: Room, does: str) -> Choice:
    """Number 0."""
    return Choice(room.t("Back"), does)


def way_home(room: Room) -> Choice:
    """The way to what this chat can do."""
    return back(room, "staff_home")
