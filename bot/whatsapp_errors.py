"""What Twilio's errors mean: told at once or hours later by a callback, one table for both."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from json import JSONDecodeError

from requests.exceptions import ConnectTimeout, RequestException, Timeout
from twilio.base.exceptions import (  # type: ignore[import-untyped]
    TwilioException,
    TwilioRestException,
    TwilioServiceException,
)
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from bot.transport import Reaction, SendError
from bot.whatsapp_text import with_numbers
from handlers.messages import Outgoing


@dataclass(frozen=True, slots=True)
class Meaning:
    """What to do about an error, and our own name for it.

    "template" blames what was made beforehand: a message that can go without is sent without.
    """

    reaction: Reaction
    name: str


MEANINGS: dict[int, Meaning] = {
    20429: Meaning("retry", "flood"),
    20500: Meaning("retry", "twilio_away"),
    20009: Meaning("retry", "not_final"),
    30001: Meaning("retry", "queue_full"),
    30008: Meaning("retry", "unknown_error"),
    63009: Meaning("retry", "whatsapp_away"),
    63010: Meaning("retry", "whatsapp_away"),
    63012: Meaning("retry", "whatsapp_away"),
    63017: Meaning("retry", "flood"),
    63018: Meaning("retry", "flood"),
    63019: Meaning("retry", "media_not_fetched"),
    63016: Meaning("window", "window_closed"),
    21617: Meaning("template", "too_long"),
    21655: Meaning("template", "template_unknown"),
    21656: Meaning("template", "template_values"),
    63005: Meaning("template", "content_refused"),
    63013: Meaning("template", "content_against_policy"),
    63021: Meaning("template", "content_invalid"),
    63027: Meaning("template", "template_language"),
    63028: Meaning("template", "template_values"),
    63030: Meaning("template", "content_unsupported"),
    63040: Meaning("template", "template_rejected"),
    63041: Meaning("template", "template_paused"),
    63042: Meaning("template", "template_disabled"),
    21211: Meaning("unreachable", "no_such_number"),
    21610: Meaning("unreachable", "opted_out"),
    21614: Meaning("unreachable", "no_such_number"),
    63003: Meaning("unreachable", "not_on_whatsapp"),
    63014: Meaning("unreachable", "blocked"),
    63024: Meaning("unreachable", "not_on_whatsapp"),
    63032: Meaning("unreachable", "not_reached_by_whatsapp"),
    63033: Meaning("unreachable", "blocked"),
    12300: Meaning("refused", "media_type"),
    20404: Meaning("refused", "not_found"),
    21619: Meaning("refused", "empty"),
    21620: Meaning("refused", "media_address"),
    63031: Meaning("refused", "to_ourselves"),
    20003: Meaning("operator", "account"),
    20005: Meaning("operator", "account_suspended"),
    30002: Meaning("operator", "account_suspended"),
    63001: Meaning("operator", "channel_account"),
    63007: Meaning("operator", "sender_unknown"),
    63015: Meaning("operator", "only_sandbox"),
    63020: Meaning("operator", "business_account"),
    63022: Meaning("operator", "sender_certificate"),
    63038: Meaning("operator", "daily_limit"),
    63051: Meaning("operator", "business_account_locked"),
}
"""By Twilio's number. What is not here is refused under that number."""

STATUSES: dict[int, Meaning] = {
    401: Meaning("operator", "account"),
    403: Meaning("operator", "account"),
    404: Meaning("refused", "not_found"),
    429: Meaning("retry", "flood"),
}
"""By HTTP status, where Twilio names no number of its own; from 500 it is tried again."""

AWAY = Meaning("retry", "twilio_away")

# The particular stands before the general; the last part says whether it may have been sent.
FAULTS: tuple[tuple[type[Exception], Meaning, bool], ...] = (
    (ConnectTimeout, Meaning("retry", "not_connected"), False),
    (Timeout, Meaning("retry", "timed_out"), True),
    (TimeoutError, Meaning("retry", "timed_out"), True),
    (RequestException, Meaning("retry", "network"), True),
    (TwilioException, Meaning("retry", "garbage"), True),
    (JSONDecodeError, Meaning("retry", "garbage"), True),
    (Exception, Meaning("refused", "fault_of_ours"), False),
)
"""What is no answer of Twilio's, or one that the library could not read."""

NEVER_CONNECTED = (ConnectTimeoutError, NewConnectionError)


def understand(
    error: Exception, message: Outgoing | None = None, *, after: float | None = None
) -> SendError:
    """What to do about an error.

    `message` is what was being sent: some errors ask for another form of it. `after` is the pause
    in seconds that Twilio asked for, if it did and the error does not say so itself.
    """
    if isinstance(error, SendError):
        return error
    if isinstance(error, TwilioRestException | TwilioServiceException):
        meaning, maybe_sent = _answered(_whole(error.status), _whole(error.code))
    else:
        meaning, maybe_sent = _unanswered(error)
    fault = _fault(meaning, message)
    fault.maybe_sent = maybe_sent
    if fault.reaction == "retry":
        fault.after = getattr(error, "retry_after", None) if after is None else after
    return fault


def receipt_fault(code: str, message: Outgoing | None = None) -> SendError:
    """What to do about a failure that a callback told, by Twilio's number for it."""
    return _fault(_meaning(code), message)


def receipt_meaning(code: str) -> Reaction:
    """What a failure told by a callback asks for; "template" blames what was made beforehand."""
    return _meaning(code).reaction


def _meaning(code: str) -> Meaning:
    number = int(code) if code.isascii() and code.isdigit() and len(code) <= 8 else 0
    return MEANINGS.get(number) or _unknown(number)


def _unknown(number: int) -> Meaning:
    return Meaning("refused", f"whatsapp_{number}" if number else "whatsapp_unknown")


def _answered(status: int, code: int) -> tuple[Meaning, bool]:
    """What Twilio's answer means; after one of 500 or more it may have sent the message."""
    if status == 429:
        return STATUSES[status], False
    if code in MEANINGS:
        return MEANINGS[code], status >= 500
    if status >= 500:
        return AWAY, True
    # the library puts the status where Twilio names no number
    return STATUSES.get(status) or _unknown(code), False


def _unanswered(error: Exception) -> tuple[Meaning, bool]:
    kind, meaning, maybe_sent = next(row for row in FAULTS if isinstance(error, row[0]))
    if kind is RequestException and any(isinstance(one, NEVER_CONNECTED) for one in _within(error)):
        return Meaning("retry", "not_connected"), False
    return meaning, maybe_sent


def _within(error: BaseException) -> Iterator[object]:
    """What a network error carries inside, where the reason of it stands."""
    for inner in error.args:
        yield inner
        yield getattr(inner, "reason", None)


def _fault(meaning: Meaning, message: Outgoing | None) -> SendError:
    if message is not None and message.template and meaning.reaction == "window":
        return SendError("template", meaning.name)  # a template is what is sent then
    if meaning.reaction != "template":
        return SendError(meaning.reaction, meaning.name)
    if message is not None and message.template:
        return SendError("template", meaning.name)
    if message is None or not message.choices:
        return SendError("refused", meaning.name)
    return SendError("otherwise", meaning.name, instead=without_buttons(message))


def without_buttons(message: Outgoing) -> Outgoing:
    """The same with its numbers to type, and nothing to press."""
    return replace(message, text=with_numbers(message), choices=())


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
