"""Twilio's refusals, said to the operator: what is wrong and what to do."""

import json

from requests import RequestException
from twilio.base.exceptions import TwilioException  # type: ignore[import-untyped]

AWAY = "Twilio has a fault of its own: try again later"
REFUSALS = {
    20003: "Twilio does not know TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN, or the account is"
    " suspended: compare both with the first page of Twilio's console",
    20008: "these are test credentials, which cannot do this: take the live ones",
    20404: "Twilio has nothing of this name in this account",
    20500: AWAY,
    20429: "Twilio was asked too much at once: wait a minute, then try again",
}
"""By Twilio's code."""
TROUBLES = (TwilioException, RequestException, json.JSONDecodeError)
"""What Twilio's client raises: refusals, whatever happens to the network, and its own stumbling
over the page of a proxy."""


def said(error: Exception, address: str) -> str:
    """One line about a call that failed; Twilio's own words stay out, for they can quote anything."""
    if isinstance(error, RequestException):
        return f"Twilio is not reached at {address}: check the network ({type(error).__name__})"
    if isinstance(error, json.JSONDecodeError):
        return f"what answers at {address} does not speak as Twilio does: try again later"
    code = code_of(error)
    if code in REFUSALS or 500 <= code < 600:
        return REFUSALS.get(code, AWAY)
    return f"Twilio refuses (code {code}): https://www.twilio.com/docs/api/errors tells why"


def code_of(error: Exception) -> int:
    """Twilio's code of an error, else the status of its answer, else 0.

    Where a page of a list is refused, the client gives the whole answer in place of the code.
    """
    for told in (getattr(error, "code", None), getattr(error, "status", None)):
        if isinstance(told, int) and told:
            return told
    answer = error.args[1] if len(error.args) == 2 else None
    status = getattr(answer, "status_code", 0)
    try:
        code = json.loads(getattr(answer, "text", ""))["code"]
    except (ValueError, TypeError, KeyError):
        return int(status)
    return code if isinstance(code, int) else int(status)
