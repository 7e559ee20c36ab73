"""The digest's chart: twelve weeks and the top topics, as bands; readable in grey and on a phone."""

from collections.abc import Sequence
from datetime import timedelta
from html import unescape
from io import BytesIO
from threading import Lock
from typing import Any

from handlers.language import Tongue
from handlers.rules.published import STEP, Band
from handlers.staff import said
from handlers.staff.chart_words import WEEK_AXIS, alternative, caption, names
from handlers.staff.digest import Digest
from handlers.staff.points import TOP

INK, SOFT, LINE = "#1d2b36", "#5b6872", "#d5dce1"
DARK, LIGHT = "#1f5673", "#b9711c"
"""Far apart in grey too, and one is hatched besides."""
WIDTH, DOTS = 6.4, 200
"""Inches and dots for each: 1280 pixels, as wide as Telegram shows a photo."""
_drawing = Lock()
"""One at a time: what matplotlib keeps of fonts is shared."""


def png(digest: Digest, tongue: Tongue) -> bytes:
    """The picture; the same bytes for the same digest."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with _drawing:
        topics = _topics(digest)
        height = 3.6 + (0.8 + 0.42 * len(topics) if topics else 0)
        figure = Figure(figsize=(WIDTH, height), dpi=DOTS, facecolor="white")
        FigureCanvasAgg(figure)
        if topics:
            above, below = figure.subplots(
                2, 1, gridspec_kw={"height_ratios": [2.35, 0.42 * len(topics) + 0.2]}
            )
            _bars(below, topics, tongue)
            _head(below, caption(tongue, digest, "topics"), pad=6)
        else:
            above = figure.subplots(1, 1)
        _weeks(above, digest, tongue)
        _head(above, caption(tongue, digest, "weeks"), pad=30)
        figure.tight_layout(pad=1.1, h_pad=2.2)
        drawn = BytesIO()
        figure.savefig(drawn, format="png", dpi=DOTS, metadata={"Software": None})
    return drawn.getvalue()


def alt(digest: Digest, tongue: Tongue) -> str:
    """What the picture shows, in words, for whoever does not see it."""
    return unescape(alternative(tongue, digest))


def _topics(digest: Digest) -> Sequence[tuple[str, Band]]:
    tables = digest.published.tables
    return tables.tables.get("topic", ())[:TOP] if tables else ()


def _head(axes: Any, text: str, *, pad: float) -> None:
    axes.set_title(
        unescape(text),
        loc="left",
        fontsize=13,
        fontweight="bold",
        color=INK,
        pad=pad,
        parse_math=False,
    )


def _quiet(axes: Any) -> None:
    """No frame, small pale marks: the figures speak."""
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(SOFT)
    axes.tick_params(length=0, labelsize=11.5, labelcolor=INK)
    axes.set_axisbelow(True)


def _weeks(axes: Any, digest: Digest, tongue: Tongue) -> None:
    """Received and answered, week by week, each from the lower end of its band to the upper one."""
    received = digest.published.trends.get("received", ())
    answered = digest.published.trends.get("answered", ())
    received_name, answered_name = (unescape(name) for name in names(tongue))
    weeks = range(len(received))
    top = max((*received, *answered, STEP)) + STEP
    least = top / 60  # a band of five is seen on an axis of a thousand, too
    height = max(STEP - 1, least)
    rows: tuple[tuple[Sequence[int], float, str, dict[str, Any]], ...] = (
        (received, -0.2, received_name, {"facecolor": DARK, "edgecolor": DARK}),
        (
            answered,
            0.2,
            answered_name,
            {"facecolor": "white", "edgecolor": LIGHT, "hatch": "/////"},
        ),
    )
    for lows, shift, name, look in rows:
        at = [week + shift for week in range(len(lows))]
        axes.bar(
            at, [height] * len(lows), 0.34, bottom=lows, label=name, linewidth=1.2, zorder=3, **look
        )
    axes.set_ylim(0, top * 1.05)
    axes.set_xlim(-0.7, max(len(received), 4) - 0.3)
    axes.yaxis.get_major_locator().set_params(integer=True, nbins=5)
    axes.grid(axis="y", color=LINE, linewidth=0.8)
    _quiet(axes)
    axes.set_xticks(list(weeks), [str(week) for week in week_numbers(digest, len(received))])
    axes.annotate(
        unescape(tongue(WEEK_AXIS)),
        xy=(0, 0),
        xycoords="axes fraction",
        xytext=(-12, -4),
        textcoords="offset points",
        ha="right",
        va="top",
        fontsize=11.5,
        color=SOFT,
        parse_math=False,
    )
    _legend(axes)


def _legend(axes: Any) -> None:
    legend = axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=2,
        frameon=False,
        fontsize=11.5,
        handlelength=1.5,
        handleheight=0.9,
        borderpad=0,
        borderaxespad=0.3,
        columnspacing=1.8,
        labelcolor=INK,
    )
    for text in legend.get_texts():
        text.set_parse_math(False)


def week_numbers(digest: Digest, count: int) -> list[int]:
    """The ISO numbers of the weeks, the digest's own last."""
    return [
        (digest.begins_on - timedelta(weeks=back)).isocalendar().week
        for back in reversed(range(count))
    ]


def _bars(axes: Any, topics: Sequence[tuple[str, Band]], tongue: Tongue) -> None:
    """The topics of most people: solid to the lower end of the band, hatched to the upper one."""
    rows = range(len(topics))
    lows = [band.low for _, band in topics]
    axes.barh(rows, lows, 0.62, color=DARK, zorder=3)
    axes.barh(
        rows,
        [band.high - band.low for _, band in topics],
        0.62,
        left=lows,
        facecolor="white",
        edgecolor=DARK,
        hatch="//////",
        linewidth=1,
        zorder=3,
    )
    widest = max(band.high for _, band in topics)
    for row, (_, band) in zip(rows, topics, strict=True):
        axes.text(
            band.high + widest * 0.015,
            row,
            str(band),
            va="center",
            fontsize=11.5,
            fontweight="bold",
            color=INK,
        )
    axes.set_yticks(
        list(rows),
        [unescape(said.row(tongue, "topic", topic)) for topic, _ in topics],
    )
    for label in axes.get_yticklabels():
        label.set_parse_math(False)
    axes.invert_yaxis()
    axes.set_xlim(0, widest * 1.17)
    _quiet(axes)
    axes.spines["bottom"].set_visible(False)
    axes.set_xticks([])
