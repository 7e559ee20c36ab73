"""Content with its variables filled in: the words and the buttons a phone shows."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.sandbox.entities import utf16_length
from bot.sandbox.twilio_refusals import RestRefusal

if TYPE_CHECKING:
    from bot.sandbox.twilio_contents import Content

VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
BAD_IN_TEMPLATES = re.compile(r"[\n\t]| {5}")
LONGEST_VARIABLE = 1600
LONGEST_BODY = {"twilio/text": 1600, "twilio/quick-reply": 1024, "twilio/list-picker": 1024}
SESSION_BUTTONS = 3
# of several types a phone shows the first of these
SHOWN = ("twilio/list-picker", "twilio/quick-reply", "twilio/media", "twilio/text")


@dataclass(frozen=True, slots=True)
class Choice:
    """One quick reply or one row of a list."""

    title: str
    id: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """What a phone will show; `fault` is the code for what it will not."""

    body: str
    choices: tuple[Choice, ...] = ()
    menu: str = ""
    template: bool = False
    media: tuple[str, ...] = ()
    fault: int = 0


def fill(content: Content, given: str | None, *, template: bool, strict: bool) -> Filled:
    """The content with these variables; RestRefusal where Twilio says no at once."""
    values = _values(content, given)
    kind, parts = content.kind, content.parts
    if kind not in SHOWN:
        raise RestRefusal(20001, f"{kind} is not simulated")

    def put(text: Any) -> str:
        return VARIABLE.sub(lambda match: values[match[1]], str(text or ""))

    try:
        body = put(parts.get("body"))
        choices = tuple(_choice(one, put) for one in _rows(kind, parts))
        media = tuple(put(url) for url in parts.get("media") or ())
        menu = put(parts.get("button")) if kind == "twilio/list-picker" else ""
    except KeyError as missing:
        raise RestRefusal(21656, f"variable {missing.args[0]} has no value") from None
    used = [values[name] for name in VARIABLE.findall(str(parts.get("body", "")))]
    if (template or strict) and any(BAD_IN_TEMPLATES.search(value) for value in used):
        raise RestRefusal(21656, "a variable holds a line break, a tab or five spaces")
    if kind == "twilio/text" and utf16_length(body) > LONGEST_BODY[kind]:
        raise RestRefusal(21617)
    return Filled(body, choices, menu, template, media, _fault(kind, body, choices, menu, template))


def _values(content: Content, given: str | None) -> dict[str, str]:
    try:
        variables = json.loads(given) if given else {}
    except ValueError:
        raise RestRefusal(21656, "not JSON") from None
    if not isinstance(variables, dict):
        raise RestRefusal(21656, "not an object")
    for name, value in variables.items():
        if not isinstance(value, str) or not value.strip():
            raise RestRefusal(21656, f"variable {name} has no text")
        if utf16_length(value) > LONGEST_VARIABLE:
            raise RestRefusal(21658, f"variable {name}")
    return content.variables | variables


def _rows(kind: str, parts: dict[str, Any]) -> list[dict[str, Any]]:
    return list(parts.get("items" if kind == "twilio/list-picker" else "actions") or ())


def _choice(one: dict[str, Any], put: Any) -> Choice:
    title = put(one.get("title") or one.get("item"))
    return Choice(title, put(one.get("id")) or title, put(one.get("description")))


def _fault(kind: str, body: str, choices: tuple[Choice, ...], menu: str, template: bool) -> int:
    """What WhatsApp finds wrong with what Twilio let pass."""
    if utf16_length(body) > LONGEST_BODY.get(kind, 1024):
        return 63021
    if kind == "twilio/quick-reply" and not template and len(choices) > SESSION_BUTTONS:
        return 63021
    longest = 24 if kind == "twilio/list-picker" else 20
    ids = [choice.id for choice in choices]
    titles = [choice.title for choice in choices]
    wrong = (
        len(set(ids)) < len(ids)
        or len(set(titles)) < len(titles)
        or utf16_length(menu) > 20
        or any(utf16_length(title) > longest for title in titles)
        or any(utf16_length(name) > 200 for name in ids)
        or any(utf16_length(choice.description) > 72 for choice in choices)
    )
    return 63021 if wrong else 0
