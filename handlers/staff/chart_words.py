"""The words on the digest's chart, and what it shows for whoever cannot see it."""

from handlers.language import N_, Rich, Tongue
from handlers.rules.published import STEP, Band
from handlers.staff import said
from handlers.staff.digest import Digest
from handlers.staff.points import TOP

WEEK_AXIS = N_("week")
CAPTIONS = {
    "weeks": N_("People each week"),
    "topics": N_("Top topics ({span})"),
}


def names(t: Tongue) -> tuple[Rich, Rich]:
    """What the two rows of bars are."""
    return t("wrote to the council"), t("got an answer")


def caption(t: Tongue, digest: Digest, chart: str) -> Rich:
    """What stands above one of the two charts."""
    tables = digest.published.tables
    span = said.weeks(t, tables.span) if tables else ""
    return t(CAPTIONS[chart], span=span)


def alternative(t: Tongue, digest: Digest) -> Rich:
    """The charts in words."""
    told = [t("Chart: people each week who wrote, and who got an answer.")]
    received = digest.published.trends.get("received", ())
    if received:
        bands = [t.fill("{band}", band=Band(low, low + STEP - 1)) for low in received]
        told.append(t("Wrote, oldest week first: {bands}.", bands=t.listed(bands)))
    tables = digest.published.tables
    if tables and tables.tables.get("topic"):
        ranked = [
            t.fill("{topic} {band}", topic=said.row(t, "topic", topic), band=band)
            for topic, band in tables.tables["topic"][:TOP]
        ]
        told.append(t("Top topics: {topics}.", topics=t.listed(ranked)))
    return Rich(" ".join(told))
