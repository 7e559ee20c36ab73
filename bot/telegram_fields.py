"""Read the fields of a JSON object that anybody may have filled."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

from bot.richtext import storable
from bot.transport import Unparsable

Json = Mapping[str, object]

_LAST_SECOND = 253_402_300_799  # 31 December 9999, the last day a datetime can hold
_MIME = re.compile(r"[a-z0-9][a-z0-9.+-]{0,40}/[a-z0-9][a-z0-9.+-]{0,80}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}")


def thing(holder: Json, name: str) -> Json:
    """The object in this field; raises Unparsable where there is none."""
    value = holder.get(name)
    if not isinstance(value, dict):
        raise Unparsable(name)
    return cast(Json, value)


def maybe_thing(holder: Json, name: str) -> Json:
    """The object in this field, empty where there is none or something else."""
    value = holder.get(name)
    return cast(Json, value) if isinstance(value, dict) else {}


def whole(holder: Json, name: str, low: int = -(2**63), high: int = 2**63 - 1) -> int:
    """The whole number in this field; raises Unparsable for anything else."""
    value = holder.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise Unparsable(name)
    return value


def maybe_whole(holder: Json, name: str) -> int | None:
    """The number in this field if it is one that a size or a length can have."""
    try:
        return whole(holder, name, 0, 2**53)
    except Unparsable:
        return None


def degrees(holder: Json, name: str, limit: float) -> float:
    """The angle in this field; raises Unparsable for what is not on the globe."""
    value = holder.get(name)
    if (
        not isinstance(value, int | float)
        or isinstance(value, bool)
        or not -limit <= value <= limit
    ):
        raise Unparsable(name)
    return float(value)


def text(holder: Json, name: str) -> str:
    """The text in this field ("" where there is none), without characters nobody can store."""
    value = holder.get(name, "")
    if not isinstance(value, str):
        raise Unparsable(name)
    return storable(value)


def maybe_text(holder: Json, name: str) -> str:
    """The text in this field, "" where there is something else."""
    value = holder.get(name)
    return storable(value) if isinstance(value, str) else ""


def handle(holder: Json, name: str, longest: int = 256) -> str:
    """The provider's id in this field; raises Unparsable where it is missing or far too long."""
    value = text(holder, name)
    if not 0 < len(value) <= longest:
        raise Unparsable(name)
    return value


def moment(holder: Json, name: str) -> datetime:
    """The instant in this field, given in seconds since 1970."""
    return datetime.fromtimestamp(whole(holder, name, 0, _LAST_SECOND), UTC)


def mime(holder: Json) -> str:
    """The media type, "" where it is missing or does not look like one."""
    value = maybe_text(holder, "mime_type").lower()
    return value if _MIME.fullmatch(value) else ""


def language(user: Json) -> str:
    """The language tag of the person's app, "" where there is none."""
    value = maybe_text(user, "language_code").lower()
    return value if _LANGUAGE.fullmatch(value) else ""
