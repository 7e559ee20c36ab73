"""Somebody who keeps every digest, knows the program, and wants to know about one person.

Each figure that a digest could show, and each that lies behind one, is a cell: a number of people
between two ends. What is shown sets ends; that people are the same people binds cells together; and
the ends are moved inwards until nothing moves any more.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from math import inf

from life import LANGUAGES, Life, number

from handlers.rules.published import Band, Published, Share
from handlers.rules.small_rooms import share as said_share
from handlers.rules.small_tables import CATEGORIES, LONGEST
from handlers.rules.weeks import after

Cell = tuple[str, ...]
FEW = range(1, 5)
ALONE = ("language", "channel")
"""In these tables everybody stands once; in the others perhaps more often."""


class Attacker:
    """What can be concluded from a series of digests, and from totals known from elsewhere."""

    def __init__(
        self, digests: Sequence[Published], totals: Mapping[Cell, int] | None = None
    ) -> None:
        self.ends: dict[Cell, list[float]] = {}
        self.bound: list[tuple[tuple[Cell, ...], tuple[Cell, ...]]] = []
        self.known = set(totals or ())
        if totals:  # what follows from them alone
            self.known |= {("so_far", digest.week) for digest in digests}
        self.digests = digests
        for n, digest in enumerate(digests):
            self._read_week(n, digest)
            if digest.tables:
                self._read_tables(digest)
        self._compare_spans()
        for cell, people in (totals or {}).items():
            self._between(cell, people, people)
        self._conclude()

    def small(self) -> dict[Cell, tuple[float, float]]:
        """The cells that this attacker knows to be one to four people."""
        return {
            cell: (low, high)
            for cell, (low, high) in self.ends.items()
            if cell not in self.known and low >= 1 and high in FEW
        }

    def there(self) -> set[Cell]:
        """The categories that no digest lists and that are known to be somebody's."""
        return {
            cell
            for cell, (low, _) in self.ends.items()
            if cell[0] == "unlisted" and cell not in self.known and low >= 1
        }

    def _read_week(self, n: int, digest: Published) -> None:
        week = digest.week
        for name, people in digest.counts.items():
            self._band((name, week), people)
        self._share(digest.shares["in_time"], "promised", "in_time", "late", week)
        earlier = self.digests[n - 1].week if n else ""
        so_far = ("so_far", week)
        weeks = [each.week for each in self.digests[: n + 1]]
        self._at_most([so_far], self._blocks(n))
        self._at_most([("received", week)], [so_far])
        if earlier:
            self._at_most([("so_far", earlier)], [so_far])
            self._at_most([so_far], [("so_far", earlier), ("received", week)])
            self._at_most([("overdue", week)], [("overdue", earlier), ("late", week)])
        else:
            self._at_most([("overdue", week)], [("late", week)])
        for name in ("answered", "closed", "overdue", "promised"):
            self._at_most([(name, week)], [so_far])
        for name in ("answered", "closed"):
            ever = (f"ever {name}", week)
            self._at_most([ever], [(name, each) for each in weeks])
            self._at_most([ever], [so_far])
            if earlier:
                self._at_most([ever], [(f"ever {name}", earlier), (name, week)])

    def _blocks(self, n: int) -> list[Cell]:
        """Everybody received so far, by spans as far as there are, else by weeks."""
        spans = [each.tables.span for each in self.digests[:n] if each.tables]
        covered = {w for span in spans for w in _weeks(span.first, span.last)}
        return [("people", span.first, span.last) for span in spans] + [
            ("received", each.week) for each in self.digests[: n + 1] if each.week not in covered
        ]

    def _read_tables(self, digest: Published) -> None:
        tables = digest.tables
        assert tables is not None
        span = (tables.span.first, tables.span.last)
        weeks = [w for w in _weeks(*span) if ("received", w) in self.ends]
        people, so_far = ("people", *span), ("so_far", span[1])
        self._over(people, "received", weeks)
        self._at_most([people], [so_far])
        for name, shown in tables.tables.items():
            self._read_table(name, dict(shown), span, weeks)
        for name in ("answered", "closed"):
            self._over((name, *span), name, weeks)
            self._at_most([(name, *span)], [so_far])
            self._at_most([(name, *span)], [(f"ever {name}", span[1])])
        for name, shown in tables.counts.items():
            self._band((name, *span), shown)
        for name, among in (
            ("reopened", "ever closed"),
            ("rated", "ever answered"),
            ("unreachable", "so_far"),
            ("referred", "so_far"),
        ):
            self._at_most([(name, *span)], [(among, span[1])])
        for name, of in (
            ("told", "closed"),
            ("helped", "rated"),
            ("referral_answered", "referred"),
        ):
            if name in tables.shares:
                self._share(tables.shares[name], of, name, f"not {name}", *span)
        for name, cell in (
            ("read", so_far),
            ("answered", ("answered", *span)),
            ("closed", ("closed", *span)),
        ):
            if name in tables.times:
                self._between(cell, 50 if tables.times[name][1] is not None else 10, inf)

    def _read_table(
        self, name: str, shown: Mapping[str, Band], span: tuple[str, str], weeks: Sequence[str]
    ) -> None:
        every = CATEGORIES.get(name, LANGUAGES)
        cells = {c: ("cell" if c in shown else "unlisted", name, c, *span) for c in every}
        is_cut = len(shown) == LONGEST.get(name)
        most = min((each.high for each in shown.values()), default=0) if is_cut else 4
        people: Cell = ("people", *span)
        for category, cell in cells.items():
            if category in shown:
                self._band(cell, shown[category])
            else:
                self._between(cell, 0, most)
            self._at_most([cell], [people])
            in_weeks: list[Cell] = [("in week", name, category, week) for week in weeks]
            self._at_most([cell], in_weeks)
            for week, in_week in zip(weeks, in_weeks, strict=True):
                self._at_most([in_week], [cell])
                self._at_most([in_week], [("received", week)])
        self._at_most([people], list(cells.values()))
        if name in ALONE:
            self._at_most(list(cells.values()), [people])
            for category, cell in cells.items():
                for week in weeks:  # whoever wrote in the week and is of it wrote in it as such
                    in_week = ("in week", name, category, week)
                    self._at_most([("received", week), cell], [people, in_week])
        for week in weeks:
            self._at_most([("received", week)], [("in week", name, c, week) for c in every])

    def _compare_spans(self) -> None:
        """A category of one span has no more people than that of another and of the weeks beyond."""
        spans = {(d.tables.span.first, d.tables.span.last) for d in self.digests if d.tables}
        seen = {cell[1:]: cell for cell in self.ends if cell[0] in ("cell", "unlisted")}
        for one, other in product(spans, spans):
            beyond = set(_weeks(*one)) - set(_weeks(*other))
            if one == other or len(beyond) == len(_weeks(*one)):
                continue
            for (table, category, *span), cell in seen.items():
                theirs = seen.get((table, category, *other))
                if tuple(span) == one and theirs:
                    weeks: list[Cell] = [("in week", table, category, w) for w in beyond]
                    self._at_most([cell], [theirs, *weeks])

    def _over(self, whole: Cell, name: str, weeks: Iterable[str]) -> None:
        """A span's people are those of its weeks."""
        parts: list[Cell] = [(name, week) for week in weeks]
        self._at_most([whole], parts)
        for part in parts:
            self._at_most([part], [whole])

    def _share(self, share: Share, of: str, part: str, rest: str, *when: str) -> None:
        """All pairs of numbers of which just this would be said."""
        whole, some, others = (of, *when), (part, *when), (rest, *when)
        self._band(whole, share.of)
        self._at_most([whole], [some, others])
        self._at_most([some, others], [whole])
        if share.percent is None and not share.word:
            return
        pairs = [
            (n, k)
            for n in range(share.of.low, share.of.high + 1)
            for k in range(n + 1)
            if said_share(k, n) == share
        ]
        self._between(whole, min(n for n, _ in pairs), max(n for n, _ in pairs))
        self._between(some, min(k for _, k in pairs), max(k for _, k in pairs))
        self._between(others, min(n - k for n, k in pairs), max(n - k for n, k in pairs))

    def _band(self, cell: Cell, people: Band) -> None:
        self._between(cell, people.low, people.high)

    def _between(self, cell: Cell, low: float, high: float) -> None:
        ends = self.ends.setdefault(cell, [0, inf])
        ends[:] = max(ends[0], low), min(ends[1], high)

    def _at_most(self, some: Sequence[Cell], others: Sequence[Cell]) -> None:
        """Some together are no more than others together."""
        for cell in (*some, *others):
            self.ends.setdefault(cell, [0, inf])
        self.bound.append((tuple(some), tuple(others)))

    def _conclude(self) -> None:
        moved = True
        while moved:
            moved = False
            for some, others in self.bound:
                lows = sum(self.ends[cell][0] for cell in some)
                for cell in some:
                    high = sum(self.ends[o][1] for o in others) - (lows - self.ends[cell][0])
                    if high < self.ends[cell][1]:
                        self.ends[cell][1], moved = high, True
                for cell in others:
                    low = lows - sum(self.ends[o][1] for o in others if o != cell)
                    if low > self.ends[cell][0]:
                        self.ends[cell][0], moved = low, True
        for cell, (low, high) in self.ends.items():
            assert low <= high, f"what was said of {cell} is not true: {low} to {high}"


def _weeks(first: str, last: str) -> list[str]:
    weeks = [first]
    while weeks[-1] < last:
        weeks.append(after(weeks[-1]))
    return weeks


def totals(life: Life, digests: Sequence[Published]) -> dict[Cell, int]:
    """How many people wrote in each week and in each span: known from elsewhere."""
    known: dict[Cell, int] = {}
    for digest in digests:
        n = number(digest.week)
        known["received", digest.week] = life.exact(n, n).received
        if digest.tables:
            first = number(digest.tables.span.first)
            whole = life.exact(first, n).received
            known["people", digest.tables.span.first, digest.tables.span.last] = whole
    return known
