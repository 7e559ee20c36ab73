"""The digest as one Telegram message, and as the plain words of a letter."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from handlers.language import Rich, Tongue
from handlers.staff import about, points, said, words
from handlers.staff.council_words import written
from handlers.staff.digest import Digest

LIMIT = 4096
"""UTF-16 units of one Telegram message, as they are read."""
CUTS = (420, 240, 120)
"""Characters that a line of the council's may have, and what it gets when all is too long."""
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
    ("topic", 0),
    ("owed", 0),
    ("asked", 0),
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
        shown = list(part.points)
        if part.left_out:
            shown.append(t(points.MORE, count=part.left_out))
        heading = t.fill("<b>{heading}</b>", heading=part.heading)
        between = "\n\n" if part.id == "asked" else "\n"
        said.append(Rich("\n".join([heading, between.join(shown)])))
    return Rich("\n\n".join(said))


def _head(t: Tongue, digest: Digest, cut: int | None) -> Rich:
    """What comes before all else: whose, of when, how it stands and what is asked."""
    figures = list(said.state(t, digest.published))
    lines = [
        t("<b>Weekly digest of the {council}</b>", council=digest.council),
        said.week(t, digest),
        Rich(""),
    ]
    if digest.correction:
        lines += [
            t.fill("❗ <b>{corrected}</b>", corrected=t(words.CORRECTED)),
            written(t, digest.correction, cut),
            Rich(""),
        ]
    if not digest.approved:
        lines += [t.fill("⚠️ <i>{unapproved}</i>", unapproved=t(words.UNAPPROVED)), Rich("")]
    received = said.people(t, digest.published.counts["received"])
    shown = [figures[0]._replace(value=received), *figures[1:]]
    lines.append(Rich(" · ".join(_figure(t, one) for one in shown)))
    lines.append(t.fill("<i>{means}</i>", means=said.means(t, figures)))
    if digest.published.counts["received"].low == 0:
        lines.append(t(words.QUIET))
    summary = t(words.NOTHING) if about.is_bare(digest) else about.summary(t, digest)
    lines += [Rich(""), t.fill("<b>{summary}</b>", summary=summary)]
    return Rich("\n".join(lines))


def _figure(t: Tongue, one: said.Figure) -> Rich:
    """One figure of the state, in a line of four."""
    form = "{name}: <b>{value}</b> {turn}" if one.turn else "{name}: <b>{value}</b>"
    return t.fill(form, name=one.name, value=one.value, turn=Rich(one.turn))


def _parts(t: Tongue, digest: Digest, cut: int | None) -> Iterator[Part]:
    """Every part that has something to say, in the order of the page."""
    for name, label in words.HEADINGS.items():
        found = list(points.points(t, digest, name, cut))
        if found:
            heading = t(label)
            if name == "topic" and digest.published.tables:
                span = said.weeks(t, digest.published.tables.span)
                heading = t.fill("{heading} ({span})", heading=heading, span=span)
            yield Part(name, heading, found)
