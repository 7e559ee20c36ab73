"""Reads and plays conversations written as plain text; see tests/dialogues/README.md."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from town import Town
from whatsapp_side import choose

from bot.sandbox.bubbles import Bubble
from bot.sandbox.phones import Phone
from bot.sandbox.twilio import WhatsAppPhone

LINE = re.compile(
    r"(?P<who>[\w ]+?)(?: (?P<does>taps|sends|edits|replies to|blocks|unblocks|hears nothing|"
    r"never saw|no longer sees|sees)|(?P<mark>:| <|>))(?: (?P<rest>.*))?$"
)
ONLY = re.compile(r"on (?P<channel>telegram|whatsapp): (?P<line>.*)")
NAMES = {"ref": r"MC \d{4} \d{4} \d", "secret": r"\d{3} \d{3}", "code": r"\d{6}"}
INVISIBLE = re.compile("[\u2066-\u2069\u200e\u200f]")


class Departed(AssertionError):
    """The conversation went another way than the file says."""


@dataclass
class Player:
    """Plays one file in one town, the migrants on one of its channels."""

    town: Town
    channel: str = "telegram"
    known: dict[str, str] = field(default_factory=dict)
    heard: dict[str, int] = field(default_factory=dict)
    ever_shown: dict[str, list[str]] = field(default_factory=dict)

    async def play(self, path: Path) -> None:
        """Play it to its end; raises Departed with the line and a picture of the chat."""
        for number, line in _lines(path):
            only = ONLY.match(line)
            if only and only["channel"] != self.channel:
                continue
            try:
                await self.line(only["line"] if only else line)
            except AssertionError as error:
                chats = "\n\n".join(phone.text() for phone in self.town.people.values())
                raise Departed(f"{path.name}:{number}: {line}\n{error}\n\n{chats}") from None

    async def line(self, line: str) -> None:
        """Play one line."""
        word, _, rest = line.partition(" ")
        if word == "council":
            name, languages, *role = rest.split()
            await self.town.member(name, languages, *role)
            self._all_heard(name)
        elif word == "person":
            name, language = rest.split()
            if self.channel == "whatsapp":
                self.town.on_whatsapp(name)
            else:
                self.town.person(name, None if language == "-" else language)
        elif word == "agreed":
            name, language = rest.split()
            there = {"number": None} if self.channel == "whatsapp" else {}
            await self.town.consented(name, language, **there)
            self._all_heard(name)
        elif word == "now":
            await self._be_at(rest)
        elif word == "later":
            count, unit = rest.split()
            await self.town.later(**{unit if unit.endswith("s") else f"{unit}s": float(count)})
        else:
            await self._person(line)

    async def _be_at(self, when: str) -> None:
        at = datetime.fromisoformat(when).replace(
            tzinfo=ZoneInfo(self.town.charter.working_time.zone)
        )
        await self.town.later(seconds=(at - self.town.clock.now()).total_seconds())

    async def _person(self, line: str) -> None:
        match = LINE.match(line)
        assert match, "this line is no part of the language of dialogues"
        phone = self.town.people[match["who"]]
        rest = self._filled(match["rest"] or "")
        await self._does(phone, match["does"] or match["mark"].strip(), rest)

    async def _does(self, phone: Phone, does: str, rest: str) -> None:
        match does:
            case ":":
                await phone.write(rest.replace("\\n", "\n"))
            case "taps":
                await self._tap(phone, rest)
            case "sends":
                await _send(phone, rest)
            case "edits":
                old, _, new = rest.partition(" → ")
                await phone.edit(_mine(phone, old), new)
            case "replies to":
                about, _, text = rest.partition(" → ")
                await phone.write(text, reply_to=_theirs(phone, about))
            case "blocks":
                await phone.block()
            case "unblocks":
                await phone.unblock()
            case _:
                self._looks(phone, does, rest)
                return
        await self.town.settled()

    async def _tap(self, phone: Phone, rest: str) -> None:
        """`taps Send`, or `taps Send twice`, or `taps Send → what the button says then`."""
        label, _, toast = rest.partition(" → ")
        twice = label.endswith(" twice")
        label = label.removesuffix(" twice")
        if isinstance(phone, WhatsAppPhone):
            for _ in range(1 + twice):
                chosen = await choose(phone, label)  # on Telegram it would have gone
                self.heard[phone.name] = max(self.heard.get(phone.name, 0), chosen.message_id)
            await self.town.settled()
            assert not toast or _has(phone.last().text, toast), f"said {phone.last().text!r}"
            return
        bubble = next(
            (
                b
                for b in reversed(phone.chat)
                if any(_has(x.label, label) for r in b.buttons for x in r)
            ),
            None,
        )
        shown = [x.label for b in phone.chat for r in b.buttons for x in r]
        assert bubble is not None, f"no button {label!r} among {shown}"
        button = next(x for r in bubble.buttons for x in r if _has(x.label, label))
        pressed = await phone.press(f"data={button.data}", on=bubble)
        if twice:
            await phone.press(f"data={button.data}", on=bubble)
        await self.town.settled()
        if toast:
            assert toast in (pressed.text or ""), f"the button said {pressed.text!r}"

    def _looks(self, phone: Phone, does: str, rest: str) -> None:
        match does:
            case "<":
                self._hears(phone, rest)
            case "hears nothing":
                assert not self._unheard(phone), f"heard {[b.text for b in self._unheard(phone)]}"
            case "sees":
                assert any(_has(b.text, rest) for b in phone.chat), f"nobody sees {rest!r}"
            case "no longer sees":
                assert not any(_has(b.text, rest) for b in phone.chat), f"still sees {rest!r}"
            case "never saw":
                assert not any(rest in said for said in _ever_sent(self.town, phone)), (
                    f"was sent {rest!r}"
                )

    def _hears(self, phone: Phone, expected: str) -> None:
        """The next thing the bot said contains each of the parts between `|`."""
        waiting = self._unheard(phone)
        assert waiting, "the bot said nothing more"
        bubble = waiting[0]
        self.heard[phone.name] = bubble.message_id
        said = INVISIBLE.sub("", bubble.text + " " + _labels(bubble))
        for part in (p.strip() for p in expected.split(" | ")):
            self._contains(said, part)

    def _contains(self, said: str, part: str) -> None:
        pattern = re.escape(part)
        for name, form in NAMES.items():
            pattern = pattern.replace(rf"\{{{name}\}}", f"(?P<{name}>{form})", 1)
        match = re.search(pattern, said)
        assert match, f"expected {part!r} in {said!r}"
        self.known |= match.groupdict()

    def _filled(self, text: str) -> str:
        for name, value in self.known.items():
            text = text.replace("{" + name + "}", value)
        return text

    def _unheard(self, phone: Phone) -> list[Bubble]:
        last = self.heard.get(phone.name, 0)
        return [b for b in phone.chat if not b.mine and b.message_id > last]

    def _all_heard(self, name: str) -> None:
        chat = self.town.people[name].chat
        self.heard[name] = max((b.message_id for b in chat), default=0)


def _ever_sent(town: Town, phone: Phone) -> list[str]:
    """Everything that was ever sent to a phone, in whatever form."""
    if isinstance(phone, WhatsAppPhone):
        assert town.whatsapp is not None
        to = {f"whatsapp:{one}" for one in (phone.number, phone.user_id) if one}
        return [str(call.form) for call in town.whatsapp.twilio.calls if call.form.get("To") in to]
    calls = town.telegram.calls
    return [str(c.params) for c in calls if str(c.params.get("chat_id")) == str(phone.user_id)]


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        if line.strip() and not line.startswith(("#", "=")):
            yield number, line.strip()


def _has(text: str, part: str) -> bool:
    return part in INVISIBLE.sub("", text)


def _labels(bubble: Bubble) -> str:
    return " ".join(f"[{button.label}]" for row in bubble.buttons for button in row)


def _mine(phone: Phone, text: str) -> Bubble:
    return next(b for b in reversed(phone.chat) if b.mine and text in b.text)


def _theirs(phone: Phone, text: str) -> Bubble:
    found = next((b for b in reversed(phone.chat) if not b.mine and _has(b.text, text)), None)
    assert found is not None, f"nothing with {text!r} to reply to"
    return found


async def _send(phone: Phone, what: str) -> None:
    kind, _, rest = what.partition(" ")
    if kind == "album":
        await phone.album(int(rest or 3))
    elif kind == "big":
        await phone.document("film.zip", size=30_000_000)
    elif kind == "start":
        await phone.start(rest)
    else:
        await getattr(phone, kind)()
