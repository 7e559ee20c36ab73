"""How a number of people is said so that nothing small can be concluded from it.

What lies in the band 0–4 must be able to be 0 whatever else is said. Nobody is answered who has not
written: where weeks of 0–4 and 5–9 people are all that was received, twelve who wait for an answer
would prove that somebody wrote in the first. So a figure that counts some of others is said in its
band only as far as those others hold it without one small band among them; this is its room. From
there on two bands are said as one: "10–19". How much room there is depends on what was published,
and on nothing that is not said; so that it is reached tells nothing either.
"""

from collections.abc import Sequence
from math import inf

from handlers.rules.published import BASE, STEP, Band, Counts, Published, Share, Span, band

SMALL = STEP - 1
"""The most that is small."""
WORDS_FROM = 20
"""Of fewer people, five or fewer are not "hardly any"."""


def shown(people: int, room: float = inf) -> Band:
    """The band that is said of them; from the end of the room on, two bands as one."""
    if room == inf or people < (top := band(int(room)).low):
        return band(people)
    return Band(top, max(top + 2 * STEP - 1, band(people).high))


def share(part: int, of: int, room: float = inf) -> Share:
    """The percentage that is said, if any.

    Each side of it has six people or more: "five or fewer" is what a word says, because where five
    more are late than the week before, "four or fewer were not in time" would be too much.
    """
    base = shown(of, room)
    if base.low < BASE:  # 5–9 is not told from 0–4, so that who is late could always be five
        return Share(Band(0, max(BASE - 1, base.high)))
    are_few = min(part, of - part) <= STEP
    if base != band(of) or (are_few and base.low < WORDS_FROM):
        return Share(base)
    if are_few:
        return Share(base, word="hardly_any" if part <= STEP else "nearly_all")
    return Share(base, percent=min(95, max(5, STEP * int(100 / STEP * part / of + 0.5))))


def others_at_least(share: Share) -> int:
    """How many may stand on the other side of a share, by all that it says; rather too few."""
    if share.percent is not None:
        return max(STEP, int(share.of.low * (97.5 - share.percent) / 100))
    return STEP if share.word == "nearly_all" else max(STEP, share.of.low - STEP)


def is_small(people: Band) -> bool:
    """Whether it may be nobody: also what is said as two bands, "0–9", can be."""
    return people.low == 0


class Among:
    """The people that a figure counts some of, as far as published digests tell about them.

    `before` are the earlier digests; `pending` the counts of the weeks whose tables none of them
    showed, this one last.
    """

    def __init__(self, before: Sequence[Published], pending: Sequence[Counts]) -> None:
        self.pending = pending
        self.every = [*(old.counts for old in before), pending[-1]]
        self.is_any_small = any(is_small(each["received"]) for each in self.every)
        # the tables of a span may say that it was the same people who wrote in each of its weeks
        self.earlier = sum(_busiest(each.tables.span, before) for each in before if each.tables)

    def received(self) -> float:
        """The room for a figure of people who wrote in any week so far."""
        return self._without_one(self.earlier + self._most("received"), self.is_any_small)

    def in_span(self, name: str) -> float:
        """The room for a figure of people who were answered, or closed, in the pending weeks."""
        is_any_small = self.is_any_small or any(is_small(each[name]) for each in self.pending)
        return self._without_one(self._fewest(name), is_any_small)

    def ever(self, name: str) -> float:
        """The room for a figure of people who were answered, or closed, in any week so far.

        It may be those of the pending weeks, or of any one week, and nobody else.
        """
        is_any_small = self.is_any_small or any(is_small(each[name]) for each in self.every)
        busiest = max(each[name].low for each in self.every)
        return self._without_one(max(self._fewest(name), busiest + SMALL), is_any_small)

    def received_in_span(self) -> float:
        """The room for how many people wrote in the pending weeks."""
        return self._without_one(self._most("received"), self._is_one_small())

    def alike(self, people: Band) -> float:
        """The room for those in one category among the people of the pending weeks.

        One small week had none of these, even for a reader who knows how many wrote in each week:
        neither are the other weeks too few for them, nor all people too few for them and it.
        """
        if not self._is_one_small():
            return inf
        return min(self._least(len(self.pending)), people.low - SMALL)

    def _is_one_small(self) -> bool:
        return any(is_small(each["received"]) for each in self.pending)

    def _fewest(self, name: str) -> int:
        """Who was answered up to some week had written by then: whichever of the two is fewer.

        Of how many wrote the least is taken, for readers who know each week's number.
        """
        return min(
            (self.earlier + self._least(week) if week else 0) + self._most(name, start=week)
            for week in range(len(self.pending) + 1)
        )

    def _least(self, weeks: int) -> int:
        return sum(each["received"].low for each in self.pending[:weeks])

    def _most(self, name: str, start: int = 0) -> int:
        return sum(each[name].low + SMALL for each in self.pending[start:])

    def _without_one(self, most: int, is_any_small: bool) -> float:
        return max(0, most - SMALL) if is_any_small else inf


def _busiest(span: Span, before: Sequence[Published]) -> int:
    weeks = (each for each in before if span.first <= each.week <= span.last)
    return max((each.counts["received"].low for each in weeks), default=0)


def room_to_be_overdue(before: Sequence[Published], in_time: Share) -> float:
    """The room for who is overdue: those whose date passed since last hardly anybody was.

    `in_time` is the share of this week. Who was not in time in a week may always be five.
    """
    late = others_at_least(in_time)
    for each in reversed(before):
        if is_small(each.counts["overdue"]):
            return late
        late += others_at_least(each.shares["in_time"])
    return inf
