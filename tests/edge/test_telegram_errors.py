"""What each of Telegram's errors asks for."""

import datetime
from typing import Any

import pytest
from telegram import error as ptb

from bot.telegram_errors import MEANINGS, understand
from bot.telegram_wire import NotSent
from bot.transport import SendError
from handlers.messages import Outgoing

SAID = Outgoing("<b>Salom</b> &amp; xush kelibsiz", reply_to="55")


@pytest.mark.parametrize(
    ("error", "reaction", "code", "maybe_sent"),
    [
        (ptb.RetryAfter(7), "retry", "flood", False),
        (NotSent("ClientConnectorError"), "retry", "not_connected", False),
        (ptb.TimedOut("Pool timeout: All connections are occupied."), "retry", "not_connected", False),
        (ptb.TimedOut(), "retry", "timed_out", True),
        (ptb.NetworkError("ServerDisconnectedError"), "retry", "network", True),
        (ptb.NetworkError("Bad Gateway (502)"), "retry", "network", True),
        (ptb.NetworkError("Too Many Requests (429)"), "retry", "flood", False),
        (ptb.NetworkError("Request Entity Too Large"), "refused", "file_too_big", False),
        (ptb.TelegramError("Invalid server response"), "retry", "garbage", True),
        (KeyError("result"), "refused", "fault_of_ours", False),
        (ptb.PassportDecryptionError("?"), "retry", "garbage", True),
        (ptb.Forbidden("Forbidden: bot was blocked by the user"), "unreachable", "blocked", False),
        (ptb.Forbidden("Forbidden: user is deactivated"), "unreachable", "blocked", False),
        (ptb.InvalidToken("Unauthorized"), "operator", "token", False),
        (ptb.EndPointNotFound("?"), "operator", "unknown_method", False),
        (ptb.Conflict("Conflict: terminated by other getUpdates request"), "operator", "other_poller", False),
        (ptb.ChatMigrated(-100), "refused", "group", False),
        (ptb.BadRequest("Bad Request: message is too long"), "refused", "too_long", False),
        (ptb.BadRequest("Bad Request: message caption is too long"), "refused", "too_long", False),
        (ptb.BadRequest("Bad Request: message can't be edited"), "refused", "not_editable", False),
        (ptb.BadRequest("Bad Request: message to edit not found"), "refused", "not_editable", False),
        (ptb.BadRequest("Bad Request: message can't be deleted for everyone"), "refused", "not_deletable", False),
        (ptb.BadRequest("Bad Request: chat not found"), "refused", "chat_not_found", False),
        (ptb.BadRequest("Bad Request: wrong file identifier/HTTP URL specified"), "refused", "file_unknown", False),
        (ptb.BadRequest("Bad Request: BUTTON_DATA_INVALID"), "refused", "button_data_invalid", False),
        (ptb.BadRequest("Bad Request: Nodira wrote this"), "refused", "bad_request", False),
        (ptb.BadRequest("Bad Request: message to be replied not found"), "otherwise", "reply_gone", False),
        (ptb.BadRequest("Bad Request: message thread not found"), "otherwise", "reply_gone", False),
        (ptb.BadRequest("Bad Request: can't parse entities: unsupported start tag \"nodira\" at byte offset 3"),
         "otherwise", "markup_broken", False),
    ],
)  # fmt: skip
def test_errors(error: Exception, reaction: str, code: str, maybe_sent: bool) -> None:
    """Each error is understood as the table of the platform says."""
    fault = understand(error, SAID)
    assert fault is not None
    assert (fault.reaction, fault.code, fault.maybe_sent) == (reaction, code, maybe_sent)
    assert "odira" not in str(fault)


@pytest.mark.parametrize(
    "words",
    [
        "Bad Request: message is not modified: specified new message content is the same",
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
        "Bad Request: message to delete not found",
    ],
)
def test_what_is_no_error(words: str) -> None:
    """Where all is as it should be, nothing is to be done."""
    assert understand(ptb.BadRequest(words)) is None


def test_every_error_of_the_library_is_understood() -> None:
    """No class of the library falls through."""
    classes = [getattr(ptb, name) for name in ptb.__all__]
    for kind in classes:
        assert any(issubclass(kind, meaning.error) for meaning in MEANINGS)


def test_particular_before_general() -> None:
    """No line of the table hides behind one that takes everything it takes."""
    for index, later in enumerate(MEANINGS):
        hiding = [
            earlier
            for earlier in MEANINGS[:index]
            if issubclass(later.error, earlier.error) and earlier.words in later.words
        ]
        assert not hiding, later


@pytest.mark.parametrize(
    ("after", "seconds"), [(7, 7.0), (datetime.timedelta(minutes=2), 120.0), ("soon", None)]
)
def test_pause_of_a_flood(after: Any, seconds: float | None) -> None:
    """Telegram's own pause is handed on, if it is one."""
    fault = understand(ptb.RetryAfter(after))
    assert fault is not None
    assert fault.after == seconds


def test_without_reply() -> None:
    """A message whose question is gone goes out as a message of its own."""
    gone = ptb.BadRequest("Bad Request: message to be replied not found")
    fault = understand(gone, SAID)
    assert fault is not None
    assert fault.instead == Outgoing("<b>Salom</b> &amp; xush kelibsiz")
    again = understand(gone, fault.instead)
    assert again is not None
    assert again.reaction == "refused"


def test_without_markup() -> None:
    """Broken markup goes out as plain text, once."""
    broken = ptb.BadRequest("Bad Request: can't parse entities: unexpected end tag")
    fault = understand(broken, SAID)
    assert fault is not None
    assert fault.instead == Outgoing("Salom &amp; xush kelibsiz", reply_to="55")
    again = understand(broken, fault.instead)
    assert again is not None
    assert again.reaction == "refused"


def test_our_own_error_stays() -> None:
    """What already says what to do is not asked again."""
    fault = SendError("refused", "bad_address")
    assert understand(fault) is fault
