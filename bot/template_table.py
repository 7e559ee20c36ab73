"""What must stand at Twilio before it can be sent: the approved text, and the forms with buttons.

WhatsApp takes buttons and lists only by a form that was made beforehand. Ours hold no words of
their own, so one of each size serves every language and needs nobody's approval.
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

    @property
    def friendly_name(self) -> str:
        """Its name at Twilio, which is another one as soon as the content is another."""
        content = json.dumps(self.types, sort_keys=True)
        version = sha256(content.encode()).hexdigest()[:8]
        return f"{family(self.name, self.language if self.category else '')}{version}"

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


def needed(charter: Charter) -> Table:
    """What this council needs, in the languages it offers."""
    without: dict[str, str] = {}
    texts = tuple(_texts(charter, without))
    forms = [_buttons(count) for count in BUTTONS] + [_list(count) for count in ROWS]
    return Table((*texts, *forms), without)


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


def _buttons(count: int) -> Wanted:
    actions = [
        {"type": "QUICK_REPLY", "title": f"{{{{{at}}}}}", "id": f"{{{{{at + 1}}}}}"}
        for at in range(2, 2 + 2 * count, 2)
    ]
    form = {"body": "{{1}}", "actions": actions}
    samples = button_variables("Yes?", [("Yes", f"yes:{number}") for number in range(count)])
    return Wanted(f"buttons_{count}", SOURCE, {"twilio/quick-reply": form}, samples)


def _list(count: int) -> Wanted:
    items = [
        {"item": f"{{{{{at}}}}}", "id": f"{{{{{at + 1}}}}}"} for at in range(3, 3 + 2 * count, 2)
    ]
    form = {"body": "{{1}}", "button": "{{2}}", "items": items}
    samples = list_variables("Which?", "Choose", [("One", f"one:{row}") for row in range(count)])
    return Wanted(f"list_{count}", SOURCE, {"twilio/list-picker": form}, samples)


def button_variables(body: str, choices: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What fills a form with buttons: its text, and each button's title and id."""
    return _numbered([body, *_flat(choices)])


def list_variables(body: str, opens: str, choices: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What fills a form with a list: its text, the button that opens it, each row's title and id."""
    return _numbered([body, opens, *_flat(choices)])


def _flat(choices: Iterable[tuple[str, str]]) -> list[str]:
    return [part for choice in choices for part in choice]


def _numbered(values: Iterable[str]) -> dict[str, str]:
    return {str(at): value for at, value in enumerate(values, 1)}
