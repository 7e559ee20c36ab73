"""Lists of resources, page by page, in the two forms Twilio has for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from bot.sandbox.twilio_calls import RestCall
from bot.sandbox.twilio_refusals import RestRefusal, words

if TYPE_CHECKING:
    from bot.sandbox.twilio_resources import Message
    from bot.sandbox.twilio_world import TwilioWorld

PAGE_SIZE = 50


def page_of_messages(
    world: TwilioWorld, call: RestCall, messages: Sequence[Message]
) -> dict[str, Any]:
    """One page of ListMessage."""
    found = [message for message in messages if _wanted(message, call.query)]
    # those of one instant in the order they came, the newest first
    found = sorted(found, key=lambda message: message.created_at)[::-1]
    shown = [
        m.resource(world.account_sid, words(m.error_code) if m.error_code else None) for m in found
    ]
    return page(call, "messages", shown)


def _wanted(message: Message, query: dict[str, Any]) -> bool:
    at = message.sent_at
    if query.get("To", message.to) != message.to:
        return False
    if query.get("From", message.from_) != message.from_:
        return False
    if not any(name.startswith("DateSent") for name in query):
        return True
    if at is None:
        return False
    begin, end = _span(query.get("DateSent"))
    after, before = _span(query.get("DateSent>"))[0], _span(query.get("DateSent<"))[0]
    return begin <= at < end and at >= after and (before is _FIRST or at <= before)


_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


def _span(text: str | None) -> tuple[datetime, datetime]:
    """The instant, or the whole day, that a filter names."""
    if text is None:
        return _FIRST, _LAST
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise RestRefusal(20001, "a date is expected") from None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    # the library writes a day as its midnight
    day = (at.hour, at.minute, at.second) == (0, 0, 0)
    return at, at + (timedelta(days=1) if day else timedelta(seconds=1))


def page(call: RestCall, key: str, resources: list[dict[str, Any]]) -> dict[str, Any]:
    """A page as the API of 2010 gives it."""
    size, number, rest = _cut(call, resources)

    def uri(page: int) -> str:
        query = {**call.query, "PageSize": size, "Page": page}
        return f"{call.path}?{urlencode(query, doseq=True)}"

    start = number * size
    return {
        "end": start + len(rest) - 1 if rest else 0,
        "first_page_uri": uri(0),
        "next_page_uri": uri(number + 1) if start + size < len(resources) else None,
        "page": number,
        "page_size": size,
        "previous_page_uri": uri(number - 1) if number else None,
        key: rest,
        "start": start,
        "uri": uri(number),
    }


def page_with_meta(
    call: RestCall, origin: str, key: str, resources: list[dict[str, Any]]
) -> dict[str, Any]:
    """A page as the newer APIs give it."""
    size, number, rest = _cut(call, resources)

    def url(page: int) -> str:
        query = {**call.query, "PageSize": size, "Page": page}
        return f"{origin}{call.path}?{urlencode(query, doseq=True)}"

    more = (number + 1) * size < len(resources)
    return {
        "meta": {
            "key": key,
            "page": number,
            "page_size": size,
            "first_page_url": url(0),
            "previous_page_url": url(number - 1) if number else None,
            "next_page_url": url(number + 1) if more else None,
            "url": url(number),
        },
        key: rest,
    }


def _cut(call: RestCall, resources: list[dict[str, Any]]) -> tuple[int, int, list[dict[str, Any]]]:
    size = int(call.query.get("PageSize", PAGE_SIZE))
    number = int(call.query.get("Page", 0))
    return size, number, resources[number * size : (number + 1) * size]
