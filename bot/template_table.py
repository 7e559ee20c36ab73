"""What must stand at Twilio before it can be sent: the approved text, and the forms with buttons.

WhatsApp takes buttons and lists only by a form that was made beforehand. Ours hold no words of
their own, so they serve every language and need nobody's approval. No value may hold a line break
(error 21656), so there is one form for each number of lines, and each line is a value.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from bot.richtext import plain
from handlers.charter import Charter
from handlers.language import SOURCE, Rich, Tongue, catalogue
from handlers.migrant.notice import TEMPLATE as UPDATE
from handlers.migrant.notice import TEXT

META_LANGUAGES = {
    "ar": "ar",
    "az": "az",
    "bn": "bn",
    "en": "en",
    "fa": "fa",
    "fr": "fr",
    "hi": "hi",
    "ka": "ka",
    "ru": "ru",
    "tr": "tr",
    "uk": "uk",
    "ur": "ur",
    "uz": "uz",
    "zh": "zh_CN",
}
"""Our codes and those of the languages in which Meta approves texts; Turkmen is not among them,
and Pashto is not on every list of theirs."""

UTILITY = "UTILITY"
TEXTS = {UPDATE: (TEXT, ("reference",), ("MC 4827 1935 6",))}
"""By name: the text, its values in order, and a sample of each for whoever approves it."""

BUTTONS = range(1, 4)
ROWS = range(4, 11)
"""How many buttons, and how many rows of a list, WhatsApp shows at most; fewer rows are buttons."""
MOST_LINES = 10
"""Of the words above buttons; above a list its rows stand with their numbers besides."""
OURS = "council_"
_EDGE = re.compile(r"^\s*\{\{|\}\}\s*$")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One resource that we need at Twilio: `types` is its content, as the Content API takes it.

    `language` is a code of ours; `category` is empty for what needs no approval.
    """

    name: str
    language: str
    types: Mapping[str, Any]
    samples: Mapping[str, str]
    category: str = ""
    friendly_name: str = field(init=False)
    """Its name at Twilio, which is another one as soon as the content is another."""

    def __post_init__(self) -> None:
        content = json.dumps(self.types, sort_keys=True)
        version = sha256(content.encode()).hexdigest()[:8]
        begins = family(self.name, self.language if self.category else "")
        object.__setattr__(self, "friendly_name", f"{begins}{version}")

    @property
    def request(self) -> dict[str, Any]:
        """What the Content API is given to make it."""
        return {
            "friendly_name": self.friendly_name,
            "language": META_LANGUAGES[self.language],
            "variables": dict(self.samples),
            "types": dict(self.types),
        }


@dataclass(frozen=True, slots=True)
class Table:
    """Everything we need, and why a language offered to people has no text of its own."""

    wanted: tuple[Wanted, ...]
    without: Mapping[str, str] = field(default_factory=dict)


def family(name: str, language: str = "") -> str:
    """How the names of all versions of one resource begin."""
    return f"{OURS}{name}_{language}_v" if language else f"{OURS}{name}_v"


def filled(wanted: Wanted, values: Iterable[str]) -> str:
    """What a text says with these values in their places."""
    body = str(wanted.types["twilio/text"]["body"])
    for number, value in enumerate(values, start=1):
        body = body.replace(_place(number), value)
    return body


def needed(charter: Charter) -> Table:
    """What this council needs, in the languages it offers."""
    without: dict[str, str] = {}
    texts = tuple(_texts(charter, without))
    buttons = [_buttons(count, lines) for count in BUTTONS for lines in lines_of(count)]
    lists = [_list(count, lines) for count in ROWS for lines in lines_of(count)]
    return Table((*texts, *buttons, *lists), without)


def lines_of(choices: int) -> range:
    """How many lines there may be above so many choices."""
    return range(1, MOST_LINES + 1) if choices in BUTTONS else range(choices + 1, choices + 11)


def form_name(choices: int, lines: int) -> str:
    """The form for so many choices under so many lines."""
    return f"{'buttons' if choices in BUTTONS else 'list'}_{choices}_{lines}"


def _texts(charter: Charter, without: dict[str, str]) -> Iterator[Wanted]:
    for name, (text, values, samples) in TEXTS.items():
        for language in charter.languages:
            body = _body(text, values, Tongue(language, charter))
            if language not in META_LANGUAGES:
                without[language] = "WhatsApp approves no texts in it"
            elif language != SOURCE and catalogue(language).gettext(text) == text:
                without[language] = "the text is not translated"
            elif _EDGE.search(body):
                without[language] = "the translation begins or ends with its value"
            else:
                numbered = {str(at): sample for at, sample in enumerate(samples, 1)}
                yield Wanted(name, language, {"twilio/text": {"body": body}}, numbered, UTILITY)


def _body(text: str, values: Iterable[str], tongue: Tongue) -> str:
    """The text in this language with numbered variables for its values."""
    filled = {name: Rich(f"{{{{{at}}}}}") for at, name in enumerate(values, 1)}
    return plain(tongue(text, **filled))


def _buttons(count: int, lines: int) -> Wanted:
    actions = [
        {"type": "QUICK_REPLY", "title": _place(at), "id": _place(at + 1)}
        for at in range(lines + 1, lines + 1 + 2 * count, 2)
    ]
    form = {"body": _lines(lines), "actions": actions}
    choices = [("Yes", f"yes:{number}") for number in range(count)]
    samples = button_variables(["Yes?"] * lines, choices)
    return Wanted(form_name(count, lines), SOURCE, {"twilio/quick-reply": form}, samples)


def _list(count: int, lines: int) -> Wanted:
    items = [
        {"item": _place(at), "id": _place(at + 1)}
        for at in range(lines + 2, lines + 2 + 2 * count, 2)
    ]
    form = {"body": _lines(lines), "button": _place(lines + 1), "items": items}
    choices = [("One", f"one:{row}") for row in range(count)]
    samples = list_variables(["Which?"] * lines, "Choose", choices)
    return Wanted(form_name(count, lines), SOURCE, {"twilio/list-picker": form}, samples)


def _lines(count: int) -> str:
    return "\n".join(map(_place, range(1, count + 1)))


def _place(at: int) -> str:
    return f"{{{{{at}}}}}"


def button_variables(lines: Iterable[str], choices: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What fills a form with buttons: its lines, and each button's title and id."""
    return _numbered([*lines, *_flat(choices)])


def list_variables(
    lines: Iterable[str], opens: str, choices: Iterable[tuple[str, str]]
) -> dict[str, str]:
    """What fills a form with a list: its lines, the button that opens it, each row's title and id."""
    return _numbered([*lines, opens, *_flat(choices)])


def _flat(choices: Iterable[tuple[str, str]]) -> list[str]:
    return [part for choice in choices for part in choice]


def _numbered(values: Iterable[str]) -> dict[str, str]:
    return {str(at): value for at, value in enumerate(values, 1)}
