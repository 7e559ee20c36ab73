"""What Telegram's errors mean: one table, read from the top, the first line that fits decides."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.richtext import escape, plain
from bot.telegram_wire import NotSent
from bot.transport import Reaction, SendError
from handlers.messages import Outgoing


@dataclass(frozen=True, slots=True)
class Meaning:
    """What to do about an error of this type whose description holds these words.

    `reaction` "done" says that what was wanted is already so. `maybe_sent` is true where Telegram
    may have acted before the answer was lost.
    """

    error: type[Exception]
    words: str
    reaction: Reaction | Literal["done"]
    code: str
    maybe_sent: bool = False


# BadRequest and TimedOut are NetworkErrors to python-telegram-bot, and NetworkError a
# TelegramError: the particular stands before the general.
MEANINGS: tuple[Meaning, ...] = (
    Meaning(RetryAfter, "", "retry", "flood"),
    Meaning(NotSent, "", "retry", "not_connected"),
    Meaning(TimedOut, "pool timeout", "retry", "not_connected"),
    Meaning(TimedOut, "", "retry", "timed_out", maybe_sent=True),
    Meaning(Forbidden, "", "unreachable", "blocked"),
    Meaning(BadRequest, "message is not modified", "done", "not_modified"),
    Meaning(BadRequest, "query is too old", "done", "press_too_old"),
    Meaning(BadRequest, "query_id_invalid", "done", "press_too_old"),
    Meaning(BadRequest, "message to delete not found", "done", "already_gone"),
    Meaning(BadRequest, "message to be replied not found", "otherwise", "reply_gone"),
    Meaning(BadRequest, "replied message not found", "otherwise", "reply_gone"),
    Meaning(BadRequest, "message thread not found", "otherwise", "reply_gone"),
    Meaning(BadRequest, "can't parse entities", "otherwise", "markup_broken"),
    Meaning(BadRequest, "message is too long", "refused", "too_long"),
    Meaning(BadRequest, "caption is too long", "refused", "too_long"),
    Meaning(BadRequest, "message text is empty", "refused", "empty"),
    Meaning(BadRequest, "message can't be edited", "refused", "not_editable"),
    Meaning(BadRequest, "message to edit not found", "refused", "not_editable"),
    Meaning(BadRequest, "message can't be deleted", "refused", "not_deletable"),
    Meaning(BadRequest, "there is no text in the message", "refused", "no_text"),
    Meaning(BadRequest, "chat not found", "refused", "chat_not_found"),
    Meaning(BadRequest, "file is too big", "refused", "file_too_big"),
    Meaning(BadRequest, "file must be non-empty", "refused", "file_empty"),
    Meaning(BadRequest, "temporarily unavailable", "refused", "file_unavailable"),
    Meaning(BadRequest, "wrong file", "refused", "file_unknown"),
    Meaning(BadRequest, "wrong remote file", "refused", "file_unknown"),
    Meaning(BadRequest, "invalid file_id", "refused", "file_unknown"),
    Meaning(BadRequest, "", "refused", "bad_request"),
    Meaning(ChatMigrated, "", "refused", "group"),
    Meaning(InvalidToken, "", "operator", "token"),
    Meaning(EndPointNotFound, "", "operator", "unknown_method"),
    Meaning(Conflict, "", "operator", "other_poller"),
    Meaning(NetworkError, "too many requests", "retry", "flood"),
    Meaning(NetworkError, "request entity too large", "refused", "file_too_big"),
    Meaning(NetworkError, "", "retry", "network", maybe_sent=True),
    Meaning(TelegramError, "", "retry", "garbage", maybe_sent=True),
    Meaning(Exception, "", "refused", "fault_of_ours"),
)

OTHER_FORMS: dict[str, Callable[[Outgoing], Outgoing]] = {
    "reply_gone": lambda message: replace(message, reply_to=""),
    "markup_broken": lambda message: replace(message, text=escape(plain(message.text))),
}
"""What to send instead, by code."""

_TELEGRAMS_OWN_NAME = re.compile(r"[A-Za-z]+(_[A-Za-z0-9]+)+")


def understand(error: Exception, message: Outgoing | None = None) -> SendError | None:
    """What to do about an error; None where what was wanted is already so.

    `message` is what was being sent: some errors ask for another form of it.
    """
    if isinstance(error, SendError):
        return error
    meaning = _meaning(error)
    if meaning.reaction == "done":
        return None
    if meaning.reaction == "otherwise":
        return _otherwise(meaning.code, message)
    return SendError(
        meaning.reaction,
        _code(meaning, error),
        after=_seconds(error),
        maybe_sent=meaning.maybe_sent,
    )


def _meaning(error: Exception) -> Meaning:
    described = error.message.lower() if isinstance(error, TelegramError) else ""
    return next(
        meaning
        for meaning in MEANINGS
        if isinstance(error, meaning.error) and meaning.words in described
    )


def _otherwise(code: str, message: Outgoing | None) -> SendError:
    """The same in another form; refused where it has that form already."""
    instead = OTHER_FORMS[code](message) if message is not None else None
    if instead is None or instead == message:
        return SendError("refused", code)
    return SendError("otherwise", code, instead=instead)


def _code(meaning: Meaning, error: Exception) -> str:
    """The fault's name; Telegram's descriptions can quote a message, its own constants cannot."""
    if not isinstance(error, BadRequest) or meaning.words:
        return meaning.code
    named = _TELEGRAMS_OWN_NAME.fullmatch(error.message)
    return error.message.lower()[:60] if named else meaning.code


def _seconds(error: Exception) -> float | None:
    if not isinstance(error, RetryAfter):
        return None
    # python-telegram-bot gives a number or a timedelta, as its environment says
    after: object = error.retry_after
    if isinstance(after, timedelta):
        return after.total_seconds()
    return float(after) if isinstance(after, int | float) else None
