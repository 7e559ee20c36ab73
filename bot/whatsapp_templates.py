"""Which resource at Twilio says a text, or carries buttons, just now."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import monotonic

from twilio.rest import Client  # type: ignore[import-untyped]

from bot.template_table import Table, Wanted, family, filled, form_name, needed
from bot.templates_at_twilio import UNSUBMITTED, Content, read
from bot.transport import SendError
from bot.twilio_faults import TROUBLES, code_of
from bot.whatsapp_client import call
from bot.whatsapp_errors import receipt_fault
from handlers.charter import Charter
from handlers.language import SOURCE

APPROVED = "approved"
MISSING, PENDING, UNREAD = "template_missing", "template_pending", "templates_unread"
CODES = {
    UNSUBMITTED: MISSING,
    "paused": "template_paused",
    "rejected": "template_rejected",
    "disabled": "template_rejected",
}
"""What hinders a text, by Meta's word on it; any other word says that they have not decided."""
FRESH = 600.0
"""Seconds for which what was read at Twilio is believed."""
PATIENCE = 5
"""Readings that fail one after the other before what could not be read counts as hindered."""
REST = 60.0
"""Seconds without a reading after that: choices go out with their numbers and do not wait."""


@dataclass(frozen=True, slots=True)
class Found:
    """An approved text, and the language it is in: not always the one that was asked for."""

    sid: str
    language: str


class Templates:
    """What may be sent of what stands at Twilio, read there again every ten minutes.

    Each question reads first if what is known is old. If that fails, what was known is believed
    on. Where nothing was known it raises SendError: to try again, and when that was in vain a few
    times, as for a text that is not approved; a wrong account is the operator's at once.
    """

    def __init__(
        self, client: Client, charter: Charter, *, passed: Callable[[], float] = monotonic
    ) -> None:
        self._client = client
        self._related = charter.related
        self._table: Table = needed(charter)
        self._passed = passed
        self._contents: Sequence[Content] = ()
        self._known = False
        self._ask_again_at = 0.0
        self._failed = 0
        self._reading = asyncio.Lock()
        self._forms: dict[str, str] = {}

    async def load(self) -> None:
        """Read what stands at Twilio now, also when it was read a moment ago."""
        async with self._reading:
            await self._read()

    async def sid(self, name: str, language: str) -> Found:
        """The approved text of this name, in this language, a related one or English.

        Raises SendError("template", …): template_missing, template_pending, template_paused or
        template_rejected say what hinders it in the language nearest to the one asked for.
        """
        await self._refresh()
        hindrance = MISSING
        for code in _near(language, self._related.get(language, ())):
            found, why = self._text(name, code)
            if found:
                return Found(found, code)
            hindrance = why if hindrance == MISSING else hindrance
        raise SendError("template", hindrance)

    async def form(self, choices: int, lines: int) -> str | None:
        """The form for so many choices under so many lines; None where numbers must do."""
        await self._refresh()
        return self._forms.get(form_name(choices, lines))

    def said(self, name: str, values: Sequence[str]) -> set[str]:
        """What the texts of this name say with these values, in every language."""
        return {
            filled(one, values) for one in self._table.wanted if one.name == name and one.category
        }

    async def _refresh(self) -> None:
        async with self._reading:
            if self._passed() >= self._ask_again_at:
                try:
                    await self._read()
                except SendError:
                    if not self._known:
                        raise
            elif not self._known:
                raise SendError("template", UNREAD)

    async def _read(self) -> None:
        fault: SendError | None = None
        try:
            self._contents = await call(read, self._client)
        except TROUBLES as error:
            self._failed += 1
            in_vain = self._failed >= PATIENCE
            fault = _unread(error, in_vain=in_vain)
            pause = FRESH if self._known else REST * in_vain
            self._ask_again_at = self._passed() + pause
        if fault is not None:
            raise fault  # out here, so that it drags nothing of Twilio's words along
        self._known, self._failed = True, 0
        self._ask_again_at = self._passed() + FRESH
        sids = {one.friendly_name: one.sid for one in reversed(self._contents)}
        forms = [one for one in self._table.wanted if not one.category]
        self._forms = {
            one.name: sids[one.friendly_name] for one in forms if one.friendly_name in sids
        }

    def _text(self, name: str, language: str) -> tuple[str, str]:
        """The SID of what may be sent, or what hinders it.

        Until the newest version is approved the one before it may be sent, if it takes the same
        values.
        """
        wanted = self._wanted(name, language)
        if wanted is None:
            return "", MISSING
        begins, values = family(name, language), frozenset(wanted.samples)
        versions = [
            one
            for one in self._contents
            if one.friendly_name.startswith(begins) and one.variables == values
        ]
        versions.sort(key=lambda one: one.friendly_name != wanted.friendly_name)
        for one in versions:
            if one.status == APPROVED:
                return one.sid, ""
        return "", CODES.get(versions[0].status, PENDING) if versions else MISSING

    def _wanted(self, name: str, language: str) -> Wanted | None:
        for one in self._table.wanted:
            if (one.name, one.language) == (name, language) and one.category:
                return one
        return None


def _unread(error: Exception, *, in_vain: bool) -> SendError:
    """What a failed reading means for what was to be sent: nothing of it was."""
    known = receipt_fault(str(code_of(error)))
    if known.reaction == "operator":
        return known
    return SendError("template" if in_vain else "retry", UNREAD)


def _near(language: str, related: Iterable[str]) -> Iterable[str]:
    """The languages to try, the nearest first, each once."""
    return dict.fromkeys((language, *related, SOURCE))
