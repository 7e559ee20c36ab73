"""Whether a form comes from Twilio: signed over the address we are known by, and every field."""

from collections.abc import Mapping
from urllib.parse import urldefrag

from twilio.request_validator import (  # type: ignore[import-untyped]
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)


def address(public_url: str, path: str, query: str = "") -> str:
    """The address Twilio was given and signs: ours as configured, whatever a proxy made of it.

    The query stands as it was received. What follows a "#" is for Twilio itself and not signed.
    """
    base = urldefrag(public_url).url.rstrip("/")
    return f"{base}{path}?{query}" if query else f"{base}{path}"


def genuine(url: str, form: Mapping[str, str], headers: Mapping[str, str], token: str) -> bool:
    """Whether Twilio signed this form for this address; never raises.

    `form` holds every field, blank and repeated ones too (a MultiDict).
    """
    given = headers.get(SIGNATURE_HEADER)
    if not given or not token:
        return False
    try:
        algorithm = get_signature_algorithm(headers.get(SIGNATURE_SETTINGS_HEADER))
        validator = RequestValidator(token)
        return bool(validator.validate(urldefrag(url).url, form, given, algorithm))
    except Exception:  # an address or a text that cannot be signed was not signed
        return False
