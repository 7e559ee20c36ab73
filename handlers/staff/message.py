"""The digest as one Telegram message, and as the plain words of a letter."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from handlers.language import N_, Rich, Tongue
from handlers.rules.published import Band
from handlers.staff import about, council_words, said, words
from handlers.staff.council_words import marked, written
from handlers.staff.digest import Asked, Digest, Line

LIMIT = 4096
"""UTF-16 units of one Telegram message, as they are read."""
CUTS = (420, 240, 120)
"""Characters that a line of the council's may have, and what it gets when all is too long."""
TOP = 5
QUOTED = 2
"""Lines on one topic that a message holds."""
MORE = N_("<i>… and {count} more on the page</i>")
_TAG = re.compile("</?(?:b|i|u|s|code|pre|blockquote)>")

GIVES_WAY = (
    ("figures", 0),
    ("date", 1),
    ("decision", 1),
    ("signal", 1),
    ("gap", 1),
    ("change", 1),
    ("topic", 2),
    ("owed", 3),
    ("asked", 2),
    ("date", 0),
    ("decision", 0),
    ("signal", 0),
    ("gap", 0),
    ("change", 0),
    ("topic", 1),
    ("owed", 1),
    ("asked", 1),
)
"""Where lines are left out first, and how many are left in each round."""


@dataclass(slots=True)
class Part:
    """A heading and what stands under it; `left_out` is how much gave way."""

    id: str
    heading: Rich
    points: list[Rich]
    left_out: int = field(default=0)


def text(digest: Digest, tongue: Tongue, limit: int | None = LIMIT) -> Rich:
    """All of it in one message of at most so many units; what gave way is said and on the page.

    Without a limit nothing is cut: that is for a letter.
    """
    if limit is None:
        return _joined(tongue, _head(tongue, digest, None), list(_parts(tongue, digest, None)))
    for cut in CUTS:
        head, parts = _head(tongue, digest, cut), list(_parts(tongue, digest, cut))
        whole = _joined(tongue, head, parts)
        if units(whole) <= limit:
            return whole
    return _shortened(tongue, head, parts, limit)


def units(rich: str) -> int:
    """The length of rich text as Telegram counts it."""
    return len(unescape(_TAG.sub("", rich)).encode("utf-16-le", "surrogatepass")) // 2


def _shortened(t: Tongue, head: Rich, parts: list[Part], limit: int) -> Rich:
    """With as many points left out as it takes, the least important first."""
    whole = _joined(t, head, parts)
    for name, least in GIVES_WAY:
        for part in (one for one in parts if one.id == name):
            while len(part.points) > least and units(whole) > limit:
                part.points.pop()
                part.left_out += 1
                whole = _joined(t, head, parts)
    return whole


def _joined(t: Tongue, head: Rich, parts: list[Part]) -> Rich:
    said = [head]
    for part in parts:
        points = list(part.points)
        if part.left_out:
            points.append(t(MORE, count=part.left_out))
        heading = t.fill("<b>{heading}</b>", heading=part.heading)
        between = "\n\n" if part.id == "asked" else "\n"
        said.append(Rich("\n".join([heading, between.join(points)])))
    return Rich("\n\n".join(said))


def _head(t: Tongue, digest: Digest, cut: int | None) -> Rich:
    """What comes before all else: whose, of when, how it stands and what is asked."""
    figures = list(said.state(t, digest.published))
    lines = [t("<b>Weekly digest of the {council}</b>"), said.week(t, digest), Rich("")]
    if digest.correction:
        lines += [
            t.fill("❗ <b>{corrected}</b>", corrected=t(words.CORRECTED)),
            written(t, digest.correction, cut),
            Rich(""),
        ]
    if not digest.approved:
        lines += [t.fill("⚠️ <i>{unapproved}</i>", unapproved=t(words.UNAPPROVED)), Rich("")]
    lines.append(Rich(" · ".join(_figure(t, one) for one in figures)))
    lines.append(t.fill("<i>{means}</i>", means=said.means(t, figures)))
    if digest.published.counts["received"].low == 0:
        lines.append(t(words.QUIET))
    summary = t(words.NOTHING) if about.is_bare(digest) else about.summary(t, digest)
    lines += [Rich(""), t.fill("<b>{summary}</b>", summary=summary)]
    return Rich("\n".join(lines))


def _figure(t: Tongue, one: said.Figure) -> Rich:
    form = "{name}: <b>{value}</b> {turn}" if one.turn else "{name}: <b>{value}</b>"
    return t.fill(form, name=one.name, value=one.value, turn=Rich(one.turn))


def _parts(t: Tongue, digest: Digest, cut: int | None) -> Iterator[Part]:
    """Every part that has something to say, in the order of the page."""
    for name, label in words.HEADINGS.items():
        points = list(_points(t, digest, name, cut))
        if points:
            heading = t(label)
            if name == "topic" and digest.published.tables:
                span = said.weeks(t, digest.published.tables.span)
                heading = t.fill("{heading} ({span})", heading=heading, span=span)
            yield Part(name, heading, points)


def _points(t: Tongue, digest: Digest, name: str, cut: int | None) -> Iterator[Rich]:
    match name:
        case "topic":
            yield from _topics(t, digest, cut)
        case "asked":
            yield from (_asked(t, digest, one, cut) for one in council_words.asked(digest))
        case "owed":
            yield from owed(t, digest)
        case "change":
            yield from outcomes(t, digest, cut)
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
    form = N_("New: proposal {number}") if one.is_new else N_("Proposal {number}")
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
        found.append(t("Sent {age} ago", age=said.working_days(t, one.age)))
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
        yield (
            t.fill("• {known} {told}", known=known, told=told)
            if one.text
            else t.fill("• {known}", known=known)
        )


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
