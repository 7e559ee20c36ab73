"""What stands under each heading of a digest, point by point."""

from collections.abc import Iterator

from handlers.language import N_, Rich, Tongue
from handlers.rules.published import Band
from handlers.staff import about, council_words, said, words
from handlers.staff.council_words import marked, written
from handlers.staff.digest import Asked, Digest, Line

TOP = 5
"""So many topics are shown."""
QUOTED = 2
"""Lines on one topic that a message holds."""
NUMBERED = N_("Proposal {number}")
MORE = N_("<i>… and {count} more on the page</i>")


def points(t: Tongue, digest: Digest, name: str, cut: int | None) -> Iterator[Rich]:
    """What stands under one heading; lines of the council with at most `cut` characters."""
    match name:
        case "topic":
            yield from _topics(t, digest, cut)
        case "asked":
            yield from (_asked(t, digest, one, cut) for one in council_words.asked(digest))
        case "owed":
            yield from owed(t, digest)
        case "change":
            yield from (t.fill("• {told}", told=one) for one in outcomes(t, digest, cut))
            yield from _lines(t, digest, name, cut)
        case "date":
            yield from _dates(t, digest, cut)
        case "safeguarding":
            yield from filter(None, [about.safeguarding(t, digest.published)])
        case "note":
            yield t.fill("<i>{note}</i>", note=Rich(" ".join(about.note(t, digest))))
        case "figures":
            return
        case _:
            yield from _lines(t, digest, name, cut)


def _line(t: Tongue, digest: Digest, line: Line, cut: int | None) -> Rich:
    return marked(t, written(t, line.text, cut), council_words.foreign(digest, line))


def _lines(t: Tongue, digest: Digest, name: str, cut: int | None) -> Iterator[Rich]:
    for line in council_words.lines(digest, name):
        yield t.fill("• {line}", line=_line(t, digest, line, cut))


def _topics(t: Tongue, digest: Digest, cut: int | None) -> Iterator[Rich]:
    """The five topics of most people, each with what is wrong; then lines of other topics."""
    for topic, band, lines in topics(digest):
        name = t.fill("<b>{name}</b>", name=said.row(t, "topic", topic)) if topic else None
        if name and band:
            name = t.fill("{name}: {people}", name=name, people=said.people(t, band))
        yield Rich("\n".join(filter(None, [name, *_quoted(t, digest, lines, cut)])))


def _quoted(t: Tongue, digest: Digest, lines: list[Line], cut: int | None) -> Iterator[Rich]:
    """The council's lines on a topic; of many, a message holds the first ones."""
    shown = lines if cut is None else lines[:QUOTED]
    for line in shown:
        yield t.fill("<blockquote>{line}</blockquote>", line=_line(t, digest, line, cut))
    if len(shown) < len(lines):
        yield t(MORE, count=len(lines) - len(shown))


def topics(digest: Digest) -> list[tuple[str, Band | None, list[Line]]]:
    """The top topics with their bands and the council's lines; topics with lines only come last."""
    tables = digest.published.tables
    ranked = list(tables.tables.get("topic", ()))[:TOP] if tables else []
    by_topic: dict[str, list[Line]] = {}
    for line in council_words.lines(digest, "topic"):
        by_topic.setdefault(line.topic, []).append(line)
    found: list[tuple[str, Band | None, list[Line]]] = [
        (topic, band, by_topic.pop(topic, [])) for topic, band in ranked
    ]
    return found + [(topic, None, lines) for topic, lines in by_topic.items()]


def _asked(t: Tongue, digest: Digest, one: Asked, cut: int | None) -> Rich:
    language = council_words.foreign(digest, one)
    form = N_("New: proposal {number}") if one.is_new else NUMBERED
    head = t(form, number=one.number)
    lines = [
        t.fill("<b>{head}</b> → {unit}", head=head, unit=one.unit),
        t("Concerns: {concerns}", concerns=written(t, one.concerns, cut)),
        t("Problem: {problem}", problem=written(t, one.problem, cut)),
        t.fill(
            "<blockquote>{asked}</blockquote>",
            asked=marked(t, written(t, one.asked, cut), language),
        ),
        Rich(" · ".join(facts(t, one))),
    ]
    return Rich("\n".join(lines))


def facts(t: Tongue, one: Asked) -> list[Rich]:
    """What it rests on, by when it is wished, where it stands and for how long."""
    found = [t("Behind it: {people}", people=said.people(t, one.evidence))]
    if one.wished_on:
        found.append(t("Wished by: <b>{day}</b>", day=said.on(t, one.wished_on)))
    found.append(t(words.STANDING.get(one.state, words.STANDING["sent"])))
    if not one.is_new:
        found.append(
            t.plural("Sent {count} working day ago", "Sent {count} working days ago", one.age)
        )
    return found


def owed(t: Tongue, digest: Digest) -> Iterator[Rich]:
    """Answers owed, the oldest first."""
    for one in sorted(digest.owed, key=lambda one: -one.age):
        yield t.fill(
            "• {what} → {unit}: <b>{age}</b>",
            what=t(words.OWED[one.what], number=one.number),
            unit=one.unit,
            age=said.working_days(t, one.age),
        )


def outcomes(t: Tongue, digest: Digest, cut: int | None) -> Iterator[Rich]:
    """What became of earlier proposals."""
    for one in digest.outcomes:
        known = t(words.OUTCOMES[one.state], number=one.number)
        told = marked(t, written(t, one.text, cut), council_words.foreign(digest, one))
        yield t.fill("{known} {told}", known=known, told=told) if one.text else known


def _dates(t: Tongue, digest: Digest, cut: int | None) -> Iterator[Rich]:
    for line in council_words.lines(digest, "date"):
        said_line = _line(t, digest, line, cut)
        if line.on:
            yield t.fill("• <b>{day}</b>: {line}", day=said.on(t, line.on), line=said_line)
        else:
            yield t.fill("• {line}", line=said_line)
    if digest.holidays:
        yield t.fill("• {days_off}", days_off=days_off(t, digest))


def days_off(t: Tongue, digest: Digest) -> Rich:
    """Days off in the weeks ahead."""
    return t("Days off: {days}", days=t.listed([said.on(t, day) for day in digest.holidays]))
