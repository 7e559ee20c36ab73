"""Telephone numbers that may be named: the ones a source or somebody's own call stands behind."""

from collections.abc import Iterable
from html import escape

from handlers.charter import Charter, EmergencyNumber
from handlers.language import SOURCE, Spoken, Tongue, named

FORM = "<b>{number}</b> {use}"
IN_A_LINE = 3


def known(charter: Charter, *ids: str) -> list[EmergencyNumber]:
    """The numbers of these uses, in this order, without any that is unverified."""
    by_id = {number.id: number for number in charter.numbers if number.state != "unverified"}
    return [by_id[wanted] for wanted in ids if wanted in by_id]


def digits(charter: Charter) -> frozenset[str]:
    """The digits of every number the council names: they are nobody's own."""
    return frozenset("".join(filter(str.isdigit, one.number)) for one in charter.numbers)


def line(charter: Charter, tongue: Tongue, *ids: str) -> Spoken:
    """Numbers and what they are for: "112 emergency · 102 police"; many stand under each other."""
    numbers = known(charter, *ids)
    return Spoken(
        _joined(
            tongue.fill(FORM, number=number.number, use=named(number.use, tongue.code))
            for number in numbers
        ),
        _joined(
            FORM.format(number=escape(number.number), use=escape(number.use[SOURCE]))
            for number in numbers
        ),
    )


def _joined(texts: Iterable[str]) -> str:
    parts = list(texts)
    if len(parts) <= IN_A_LINE:
        return " · ".join(parts)
    return "".join(f"\n📞 {part}" for part in parts)
