"""The limits of content, and the rules by which WhatsApp rejects templates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bot.sandbox.entities import utf16_length
from bot.sandbox.twilio_filling import LONGEST_BODY, VARIABLE

if TYPE_CHECKING:
    from bot.sandbox.twilio_contents import Content

LIMITS = {
    # a part of a button or a row: the most units it may have
    "title": 20,
    "item": 24,
    "description": 72,
    "button": 20,
    "id": 200,
}
MOST_CHOICES = 10  # three of them in a session
REJECTED_KINDS = ("twilio/list-picker", "twilio/location")
_BROKEN = re.compile(r"\{\{\s*\}\}|(?<!\{)\{\w+\}\}|\{\{\w+\}(?!\})")
_ADJACENT = re.compile(r"\}\}\s*\{\{")
_CODES = (
    "af sq ar ar_EG ar_AE ar_LB ar_MA ar_QA az be_BY bn bn_IN bg ca zh_CN zh_HK zh_TW hr cs "
    "da prs_AF nl nl_BE en en_GB en_US en_AE en_AU en_CA en_GH en_IE en_IN en_JM en_MY en_NZ "
    "en_QA en_SG en_UG en_ZA et fil fi fr fr_BE fr_CA fr_CH fr_CI fr_MA ka de de_AT de_CH el "
    "gu ha he hi hu id ga it ja kn kk rw_RW ko ky_KG lo lv lt mk ms ml mr nb ps_AF fa pl "
    "pt_BR pt_PT pa ro ru sr si_LK sk sl es es_AR es_CL es_CO es_CR es_DO es_EC es_HN es_MX "
    "es_PA es_PE es_ES es_UY sw sv ta te th tr uk ur uz vi zu "
)
LANGUAGES = frozenset(_CODES.split())


def fault_of_types(types: dict[str, Any]) -> str:
    """What is too long or too many in content to be made, or an empty text."""
    if not types:
        return "types holds no type"
    for kind, parts in types.items():
        if utf16_length(parts.get("body") or "") > LONGEST_BODY.get(kind, 1600):
            return f"{kind}: body is too long"
        choices = parts.get("items") if kind == "twilio/list-picker" else parts.get("actions")
        if kind in ("twilio/list-picker", "twilio/quick-reply") and not (
            1 <= len(choices or ()) <= MOST_CHOICES
        ):
            return f"{kind}: between 1 and {MOST_CHOICES} choices are possible"
        for where, text in _texts(parts):
            if _BROKEN.search(text):
                return f"{kind}: a variable in {where} is malformed"
            if not VARIABLE.search(text) and utf16_length(text) > LIMITS.get(where, 1600):
                return f"{kind}: {where} is longer than {LIMITS[where]}"
    return ""


def _texts(parts: Any, where: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(parts, str):
        yield where, parts
    elif isinstance(parts, dict):
        for name, one in parts.items():
            yield from _texts(one, name)
    elif isinstance(parts, list):
        for one in parts:
            yield from _texts(one, where)


def fault_of_template(content: Content) -> str:
    """Why WhatsApp rejects a template, or an empty text."""
    body = str(content.parts.get("body") or "").strip()
    names = VARIABLE.findall(body)
    if content.language not in LANGUAGES:
        return "The language is not one of WhatsApp's."
    if body.startswith("{{") or body.endswith("}}"):
        return "Variables can't be at the start or the end of the template."
    if _ADJACENT.search(body):
        return "Two variables stand next to each other."
    numbers = [int(name) for name in dict.fromkeys(names) if name.isdecimal()]
    if sorted(numbers) != list(range(1, len(numbers) + 1)):
        return "The variables are not numbered one after the other."
    missing = [name for name in names if not content.variables.get(name, "").strip()]
    if missing:
        return f"Variable {missing[0]} has no sample."
    if len(names) * 2 + 1 > len(VARIABLE.sub("", body).split()):
        return "There are too many variables for so few words."
    if utf16_length(body) > LONGEST_BODY["twilio/quick-reply"]:
        return "The body is too long."
    return ""
