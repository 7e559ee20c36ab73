"""The digest as one page of HTML: for mail, for a browser, and for paper."""

from base64 import b64encode
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from bot import digest_chart
from handlers.language import Rich, Tongue
from handlers.staff import about, council_words, figures_told, page_words, points, said, words
from handlers.staff.digest import Digest

TEMPLATE = "digest_page.html.jinja"


class Block(NamedTuple):
    """A small table; `is_long`: its values are sentences."""

    label: Rich
    rows: list[figures_told.Row]
    is_long: bool = False


def html(digest: Digest, tongue: Tongue, *, chart: str = "") -> str:
    """The whole page, which needs nothing from anywhere.

    `chart` is where the picture is: `cid:…` in a letter, `as_data` in a file; without it there is
    none.
    """
    return _template().render(_values(digest, tongue), chart=chart)


def as_data(picture: bytes) -> str:
    """A picture as an address that holds all of it."""
    return f"data:image/png;base64,{b64encode(picture).decode()}"


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finished,
    )
    return environment.get_template(TEMPLATE)


def _finished(value: Any) -> Any:
    """Rich text is markup already; all else is escaped."""
    return Markup(value) if isinstance(value, Rich) else value  # noqa: S704


def _values(digest: Digest, t: Tongue) -> dict[str, Any]:
    """All that the template shows, in words."""
    tables = digest.published.tables
    figures = list(said.state(t, digest.published))
    return {
        "digest": digest,
        "t": {
            name: t(text, council=digest.council, service=digest.service)
            for name, text in page_words.LABELS.items()
        },
        "language": t.code,
        "direction": "rtl" if t.rtl else "ltr",
        "title": unescape(f"{t(page_words.TITLE, council=digest.council)}, {said.week(t, digest)}"),
        "alt": digest_chart.alt(digest, t),
        "week": said.week(t, digest),
        "sent": said.on(t, digest.sent_on) if digest.sent_on else "",
        "corrected": t(words.CORRECTED),
        "unapproved": t(words.UNAPPROVED),
        "figures": [(one, page_words.against(t, one)) for one in figures],
        "quiet": t(words.QUIET) if digest.published.counts["received"].low == 0 else "",
        "summary": t(words.NOTHING) if about.is_bare(digest) else about.summary(t, digest),
        "headings": [(name, t(label)) for name, label in words.HEADINGS.items()],
        "span": said.weeks(t, tables.span) if tables else "",
        "topics": _topics(digest, t),
        "lines": {name: _lines(digest, t, name) for name in words.HEADINGS},
        "asked": [_asked(digest, t, one) for one in council_words.asked(digest)],
        "owed": _owed(digest, t),
        "outcomes": list(points.outcomes(t, digest, None)),
        "days_off": points.days_off(t, digest) if digest.holidays else "",
        "blocks": _blocks(digest, t),
        "safeguarding": about.safeguarding(t, digest.published),
        "note": about.note(t, digest),
        "written": lambda text: council_words.written(t, text),
    }


def _lines(digest: Digest, t: Tongue, section: str) -> list[dict[str, Any]]:
    return [_line(digest, t, line) for line in council_words.lines(digest, section)]


def _line(digest: Digest, t: Tongue, line: Any) -> dict[str, Any]:
    foreign = council_words.foreign(digest, line)
    return {
        "text": council_words.written(t, line.text),
        "language": foreign,
        "named": t.language(foreign) if foreign else "",
        "day": said.on(t, line.on) if line.on else "",
    }


def _topics(digest: Digest, t: Tongue) -> list[dict[str, Any]]:
    return [
        {
            "name": said.row(t, "topic", topic) if topic else "",
            "people": said.people(t, band) if band else "",
            "lines": [_line(digest, t, line) for line in lines],
        }
        for topic, band, lines in points.topics(digest)
    ]


def _asked(digest: Digest, t: Tongue, one: Any) -> dict[str, Any]:
    foreign = council_words.foreign(digest, one)
    return {
        "head": t(points.NUMBERED, number=one.number),
        "is_new": one.is_new,
        "unit": one.unit,
        "language": foreign,
        "named": t.language(foreign) if foreign else "",
        "concerns": council_words.written(t, one.concerns),
        "problem": council_words.written(t, one.problem),
        "asked": council_words.written(t, one.asked),
        "facts": Rich(" · ".join(points.facts(t, one))),
    }


def _owed(digest: Digest, t: Tongue) -> list[tuple[Rich, str, Rich]]:
    return [
        (t(words.OWED[one.what], number=one.number), one.unit, said.working_days(t, one.age))
        for one in sorted(digest.owed, key=lambda one: -one.age)
    ]


def _blocks(digest: Digest, t: Tongue) -> list[Block]:
    """Small tables that stand side by side; the topics stand above, with what people say."""
    labels, tables = page_words.LABELS, digest.published.tables
    found = [Block(t(labels["counts"]), figures_told.counts(t, digest))]
    if tables is not None:
        found.append(Block(t(labels["shares"]), figures_told.shares(t, tables)))
        found.append(Block(t(labels["times"]), figures_told.times(t, tables), is_long=True))
        found += [
            Block(t(label), figures_told.table(t, tables, name))
            for name, label in words.TABLES.items()
            if name != "topic"
        ]
    return [block for block in found if block.rows]
