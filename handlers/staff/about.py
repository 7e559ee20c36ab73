"""What a digest says about itself: what is asked in sum, and how its figures are to be read."""

from handlers.language import N_, Rich, Tongue
from handlers.rules.published import Band, Published
from handlers.staff import words
from handlers.staff.digest import Digest
from handlers.staff.said import on, people, quarter, share, working_days

WAITING = frozenset({"sent", "more_time", "question"})
"""States of a proposal that the Service has not decided on."""


def summary(t: Tongue, digest: Digest) -> Rich:
    """What is asked of the reader, and by when, in one or two sentences."""
    waiting = [one for one in digest.asked if one.state in WAITING]
    said: list[Rich] = []
    if waiting:
        said.append(
            t.plural(
                "{count} proposal waits for your answer.",
                "{count} proposals wait for your answer.",
                len(waiting),
            )
        )
        new = sum(one.is_new for one in waiting)
        wished = [one.wished_on for one in waiting if one.wished_on]
        is_one = len(waiting) == 1
        if new and is_one:
            said.append(t("This proposal is new."))
        elif new:
            said.append(t.plural("{count} of them is new.", "{count} of them are new.", new))
        if wished:
            by = N_("It is wished by {day}.") if is_one else N_("The earliest is wished by {day}.")
            said.append(t(by, day=on(t, min(wished))))
    if digest.owed:
        oldest = working_days(t, max(one.age for one in digest.owed))
        said.append(
            t.plural(
                "{count} answer is awaited; it is {age}.",
                "{count} answers are awaited; the oldest is {age}.",
                len(digest.owed),
                age=oldest,
            )
        )
    return Rich(" ".join(said)) if said else t("Nothing is asked of you this week.")


def is_bare(digest: Digest) -> bool:
    """Whether there is nothing but the week's own figures."""
    words = digest.lines or digest.asked or digest.owed or digest.outcomes
    return not (words or digest.published.tables or digest.holidays)


def note(t: Tongue, digest: Digest) -> list[Rich]:
    """What a reader must know of the figures: what is hidden, who is missing, what they are not."""
    said = [
        t("People are counted, not messages, in steps of five; so nobody can be picked out."),
        t(
            "A percentage is shown of ten people or more, and where it tells of nobody alone. "
            "Means are of published figures."
        ),
        t("Private requests are in none of these figures."),
    ]
    tables = digest.published.tables
    if tables is None:
        said.append(
            t("Tables by topic and language come again when enough people stand behind them.")
        )
    elif tables.withheld:
        names = t.listed(
            [t(words.TABLES[name]) for name in tables.withheld if name in words.TABLES]
        )
        said.append(t("Not shown, because too few people stand behind it: {tables}.", tables=names))
    if digest.missing_languages:
        said.append(
            t(
                "The bot does not speak these languages yet, so their speakers are missing here: {languages}.",
                languages=t.languages(digest.missing_languages),
            )
        )
    said.append(t("Those who write are not a sample: the figures do not stand for all migrants."))
    return said


def safeguarding(t: Tongue, published: Published) -> Rich:
    """Private requests of a quarter: how many people, and whether they were read in time."""
    kept = published.safeguarding
    if kept is None:
        return Rich("")
    return t(
        "Private requests, {quarter}: {people}. Read in time: {share}.",
        quarter=quarter(t, kept["quarter"]),
        people=people(t, Band(*kept["people"])),
        share=share(t, kept["in_time"]),
    )
