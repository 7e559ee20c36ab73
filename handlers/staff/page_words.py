"""The words that only the digest's page needs."""

from collections.abc import Mapping

from handlers.language import N_, Rich, Tongue
from handlers.staff.said import Figure

TITLE = N_("Weekly digest of the {council}")

LABELS: Mapping[str, str] = {
    "title": TITLE,
    "for": N_("For the {service}"),
    "sent": N_("Sent"),
    "new": N_("New"),
    "concerns": N_("Concerns"),
    "problem": N_("Problem"),
    "asked": N_("The council proposes"),
    "unit": N_("Unit"),
    "shares": N_("Percentages"),
    "counts": N_("Numbers of people"),
    "times": N_("How long it took, in hours of working time"),
}


def against(t: Tongue, figure: Figure) -> Rich:
    """How a figure is against the four weeks before."""
    if not figure.mean:
        return Rich("")
    if not figure.turn:
        return t("four-week mean: {mean}", mean=figure.mean)
    return t("{turn} four-week mean: {mean}", turn=Rich(figure.turn), mean=figure.mean)
