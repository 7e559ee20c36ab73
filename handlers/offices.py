"""Outside bodies that a request can be sent on to: those whose number may be named."""

from handlers import numbers
from handlers.charter import Charter, EmergencyNumber
from handlers.language import SOURCE, Spoken, Tongue, named
from storage.model import PRIVATE, Case

OFFICES = (
    "ombudsman",
    "corruption",
    "labour",
    "service",
    "citizens_office",
    "violence",
    "child",
    "trafficking",
)
"""Never an embassy: some people fled from theirs."""
NOT_FOR_PRIVATE = ("service",)
"""What is private goes to nobody who fines or expels, not even with a yes."""


def for_case(charter: Charter, case: Case) -> list[EmergencyNumber]:
    """Where this request could be sent on to."""
    shown = numbers.known(charter, *OFFICES)
    return [one for one in shown if case.track != PRIVATE or one.id not in NOT_FOR_PRIVATE]


def by_id(charter: Charter, case: Case, office: str) -> EmergencyNumber | None:
    """The office of that name, if this request could be sent on to it."""
    return next((one for one in for_case(charter, case) if one.id == office), None)


def called(t: Tongue, office: EmergencyNumber) -> Spoken:
    """Its name and number in a language."""
    name, english = named(office.use, t.code), office.use[SOURCE]
    form = "{name}, ☎ {number}"
    own = t.fill(form, name=name, number=office.number)
    return Spoken(own, t.fill(form, name=english, number=office.number))
