"""Twilio's client on our terms: in threads, with a deadline, and nothing sent twice."""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from twilio.base.exceptions import TwilioException  # type: ignore[import-untyped]
from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from bot.whatsapp_account import WhatsAppAccount

TIMEOUT = 15.0
"""Seconds for connecting, and again for each silence in the answer."""
THREADS = 16
NOTHING = {"TWILIO_REGION": "", "TWILIO_EDGE": ""}
"""What the client reads of the environment: nothing, for it would call another host than we set."""

TOO_MANY = 429
LONGEST_PAUSE = 3600.0

Answer = TypeVar("Answer")

_asked = threading.local()
"""The pause that Twilio asked for in this thread, in its last answer."""
_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="twilio")


class Wires:
    """As many of the library's wires as there are calls at once, each used by one call at a time.

    A single one, shared by threads, can give a thread the answer that another waits for: it keeps
    the newest in a field before it returns it.
    """

    is_async = False

    def __init__(self) -> None:
        self._free: deque[TwilioHttpClient] = deque()

    def request(self, *given: Any, **named: Any) -> Any:
        """Make one call on a wire of its own."""
        try:
            wire = self._free.pop()
        except IndexError:
            wire = TwilioHttpClient(timeout=TIMEOUT, max_retries=0)
        try:
            answer = wire.request(*given, **named)
        finally:
            self._free.append(wire)
        if answer.status_code == TOO_MANY:
            _asked.pause = _seconds(answer.headers.get("Retry-After", ""))
        return answer

    def close(self) -> None:
        """Close the connections that no call uses now."""
        while self._free:
            self._free.pop().session.close()


def make_client(account: WhatsAppAccount) -> Client:
    """Twilio's client for this account; close it with `close`.

    It calls the addresses of the account and no other, repeats nothing by itself, and waits at
    most `TIMEOUT`. Errors are TwilioException, and those of `requests` where the network failed.
    """
    for name in ("twilio", "urllib3"):  # they log addresses of people, as parts of URLs
        logging.getLogger(name).setLevel(logging.ERROR)
    client = Client(
        account.account_sid,
        account.auth_token.get_secret_value(),
        http_client=Wires(),
        environment=NOTHING,
    )
    client.api.base_url = account.api_base_url
    client.content.base_url = account.content_base_url
    client.messaging.base_url = account.messaging_base_url
    return client


def close(client: Client) -> None:
    """Close the client's connections; it can be used again."""
    client.http_client.close()


async def call(function: Callable[..., Answer], *given: Any, **named: Any) -> Answer:
    """Call one of the client's methods in a thread: `await call(client.messages.create, to=…)`.

    Whoever waits may be cancelled; the call goes on to its end. An error tells in `retry_after`
    for how many seconds Twilio wants no more calls, which the library itself does not pass on.
    """
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_threads, _called, partial(function, *given, **named))


def _called(function: Callable[[], Answer]) -> Answer:
    _asked.pause = None
    try:
        return function()
    except TwilioException as error:
        error.retry_after = _asked.pause
        raise


def _seconds(told: str) -> float | None:
    """A pause in seconds, None where a date or nothing sensible is told."""
    pause = float(told) if told.isascii() and told.isdigit() else None
    return None if pause is None else min(pause, LONGEST_PAUSE)
