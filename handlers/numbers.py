"""Telephone numbers that may be named: the ones a source or somebody's own call stands behind."""

from handlers.charter import Charter, EmergencyNumber
from handlers.language import Rich, Tongue, named


def known(charter: Charter, *ids: str) -> list[EmergencyNumber]:
    """The numbers of these uses, in this order, without any that is unverified."""
    by_id = {number.id: number for number in charter.numbers if number.state != "unverified"}
    return [by_id[wanted] for wanted in ids if wanted in by_id]


def line(charter: Charter, tongue: Tongue, *ids: str) -> Rich:
    """One line of numbers and what they are for: "112 emergency · 102 police"."""
    return Rich(
        " · ".join(
            tongue.fill(
                "<b>{number}</b> {use}", number=number.number, use=named(number.use, tongue.code)
            )
            for number in known(charter, *ids)
        )
    )
