"""Weeks in which people write and are answered, and the exact figures of them, for small numbers."""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from handlers.rules.figures import Exact, Safeguarding, Times
from handlers.rules.published import Published, band
from handlers.rules.small_numbers import publish, span_to_show
from handlers.rules.topics import KINDS, TOPICS
from handlers.rules.weeks import after

FIRST = "2026-W40"
LANGUAGES = ("az", "ru", "en", "tr", "fa")
CHANNELS = ("telegram", "whatsapp")
HOURS = 3600.0


@dataclass(frozen=True)
class Request:
    """Somebody wrote in a week; the answer was due in it and came `delay` weeks after it."""

    person: int
    week: int
    topic: str = "labour"
    language: str = "az"
    channel: str = "telegram"
    kind: str = "question"
    urgency: str = "P3"
    delay: int = 0
    told: bool = True
    rating: bool | None = None
    reopened: bool = False
    referred: bool = False
    unreachable: bool = False

    @property
    def answered(self) -> int:
        return self.week + self.delay


@dataclass(frozen=True)
class Life:
    """All that was ever asked."""

    requests: Sequence[Request]

    def exact(self, first: int, last: int) -> Exact:
        """The exact figures of the weeks from first to last, numbered from 0."""
        weeks = range(first, last + 1)

        def who(fits: Callable[[Request], bool]) -> set[int]:
            return {each.person for each in self.requests if fits(each)}

        received = who(lambda r: r.week in weeks)
        closed = who(lambda r: r.answered + 1 in weeks)
        late = who(lambda r: r.week in weeks and r.delay > 0)
        rated = who(lambda r: r.answered in weeks and r.rating is not None)
        unhappy = who(lambda r: r.answered in weeks and r.rating is False)
        answered = who(lambda r: r.answered in weeks)
        referred = who(lambda r: r.referred and r.week in weeks)
        untold = who(lambda r: r.answered + 1 in weeks and not r.told)
        unanswered = who(lambda r: r.referred and r.week in weeks and r.answered > last)
        return Exact(
            received=len(received),
            answered=len(answered),
            closed=len(closed),
            told=len(closed - untold),
            reopened=len(who(lambda r: r.reopened and r.answered + 2 in weeks)),
            unreachable=len(who(lambda r: r.unreachable and r.answered in weeks)),
            overdue=len(who(lambda r: r.week <= last < r.answered)),
            promised=len(received),
            in_time=len(received - late),
            rated=len(rated),
            helped=len(rated - unhappy),
            referred=len(referred),
            referral_answered=len(referred - unanswered),
            read_after=_times(len(received)),
            answered_after=_times(len(answered)),
            closed_after=_times(len(closed)),
            tables={
                table: _count(
                    (getattr(r, table), r.person) for r in self.requests if r.week in weeks
                )
                for table in ("topic", "kind", "urgency", "language", "channel")
            },
        )


def _times(people: int) -> Times:
    return Times(people, 4.2 * HOURS, 21 * HOURS) if people else Times()


def _count(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    of: dict[str, set[int]] = {}
    for category, person in pairs:
        of.setdefault(category, set()).add(person)
    return {category: len(people) for category, people in of.items()}


def number(week: str) -> int:
    """Which week it is, from 0."""
    name, n = FIRST, 0
    while name < week:
        name, n = after(name), n + 1
    return n


def series(life: Life, weeks: int) -> list[Published]:
    """The digests of so many weeks, one after the other."""
    digests: list[Published] = []
    for n in range(weeks):
        digests.append(next_digest(life, n, digests))
    return digests


def next_digest(life: Life, n: int, before: Sequence[Published]) -> Published:
    """The digest of the week with this number."""
    week, exact = after(FIRST, n), life.exact(n, n)
    span = span_to_show(week, band(exact.received), before)
    of_span = span and (span, life.exact(number(span.first), n))
    quarter = ("2026-Q3", Safeguarding(people=7, in_time=6)) if n == 0 else None
    return publish(week, exact, of_span, quarter, before, LANGUAGES)


def lived(seed: int, a_month: float, weeks: int) -> Life:
    """A life as it may be: few topics fill it, some people come back, now and then nobody answers."""
    dice = random.Random(seed)
    topics, kinds = list(TOPICS), list(KINDS)
    requests: list[Request] = []
    homes: dict[int, tuple[str, str]] = {}
    for week in range(weeks):
        quiet = 0.3 if dice.random() < 0.15 else 1.0
        slow = dice.choice((0.02, 0.05, 0.3, 0.7))
        for _ in range(_about(dice, a_month / 4.35 * quiet)):
            back = homes and dice.random() < 0.3
            person = dice.choice(list(homes)) if back else len(homes)
            language, channel = homes.setdefault(
                person,
                (
                    dice.choices(LANGUAGES, (12, 9, 4, 3, 1))[0],
                    dice.choices(CHANNELS, (6, 1))[0],
                ),
            )
            requests.append(
                Request(
                    person,
                    week,
                    topic=dice.choices(topics, [2.0 ** -(n / 2) for n in range(len(topics))])[0],
                    language=language,
                    channel=channel,
                    kind=dice.choices(kinds, (6, 9, 5, 2, 1, 1))[0],
                    urgency=dice.choices(("P1", "P2", "P3", "P4", "P5"), (1, 4, 11, 9, 4))[0],
                    delay=dice.choice((1, 1, 2, 3)) if dice.random() < slow else 0,
                    told=dice.random() < 0.9,
                    rating=dice.choice((True, True, True, False, None, None)),
                    reopened=dice.random() < 0.1,
                    referred=dice.random() < 0.15,
                    unreachable=dice.random() < 0.08,
                )
            )
    return Life(requests)


def _about(dice: random.Random, mean: float) -> int:
    return max(0, round(dice.gauss(mean, mean**0.5)))


def thin(dice: random.Random) -> Life:
    """A life in which few people write, so that most bands are small and much is at its border."""
    topics = dice.sample(list(TOPICS), dice.randint(1, len(TOPICS)))
    sizes = [dice.choice((0, 1, 3, 4, 5, 8, 12, 40)) for _ in range(dice.randint(1, 3))]
    back, heavy, slow, often = dice.random(), dice.random(), dice.random(), dice.random()
    homes: dict[int, tuple[str, str]] = {}
    requests: list[Request] = []
    for week in range(dice.randint(1, 10)):
        for _ in range(max(0, round(dice.gauss(dice.choice(sizes), 1.5)))):
            person = dice.randrange(30) if dice.random() < back else 1000 + len(requests)
            home = dice.choices(LANGUAGES, (10, 3, 3, 1, 1))[0], dice.choices(CHANNELS, (3, 1))[0]
            language, channel = homes.setdefault(person, home)
            requests.append(
                Request(
                    person,
                    week,
                    topic=topics[0] if dice.random() < heavy else dice.choice(topics),
                    language=language,
                    channel=channel,
                    kind=dice.choice(KINDS),
                    urgency=dice.choice(("P3", "P3", "P4", "P5")),
                    delay=dice.choice((1, 1, 2, 3)) if dice.random() < slow else 0,
                    told=dice.random() < often,
                    rating=dice.choice((True, False, None)) if dice.random() < often else None,
                    reopened=dice.random() < often,
                    referred=dice.random() < often,
                    unreachable=dice.random() < often,
                )
            )
    return Life(requests)
