"""Who becomes responsible for a request, and why, in words that others can turn into sentences.

Never by nationality: language, topic, presence and load are all that counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

READING_ROLES = frozenset({"member", "acting", "focal", "chair"})
"""Operators and staff never read, whatever else they are; the contact outside the council reads
only what is about its chair."""

TONGUES = ("speaks_language", "translated", "related_language", "other_language")
"""How a reader understands the writer, the best first."""

REASONS = (
    "focal",
    *TONGUES,
    "covers_topic",
    "least_loaded",
    "longest_waiting",
    "above_cap",
    "nobody_else",
    "chair",
    "acting_chair",
    "outside",
    "substitute",
)
"""Every key that `Choice.why` can hold."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who might become responsible.

    `role` is member, chair, acting, focal, outside, operator or staff; `is_focal` says that they
    read private requests besides. `waiting_since` is when they were last given a request, None when
    never. `cap` overrides the council's cap for this person.
    """

    id: int
    role: str
    languages: frozenset[str]
    topics: frozenset[str] = frozenset()
    present: bool = True
    open_cases: int = 0
    waiting_since: datetime | None = None
    in_conflict: bool = False
    is_author: bool = False
    cap: int | None = None
    is_focal: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """What a request asks of its reader; `translated` says that a machine can translate it.

    `track` is ordinary, amber or private; any other name is kept as close as private. `about_chair`
    says that it complains about the chair: then nobody under the chair reads what is private.
    """

    track: str
    language: str
    topic: str = "other"
    excluded: frozenset[int] = frozenset()
    translated: bool = False
    about_chair: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """The one responsible (None: nobody may be), and the reasons by key."""

    member_id: int | None
    why: tuple[str, ...]


NOBODY = Choice(None, ("nobody_else",))


def choose(
    need: Need,
    candidates: Iterable[Candidate],
    cap: int,
    related: Mapping[str, tuple[str, ...]],
    prefer: int | None = None,
) -> Choice:
    """The person who becomes responsible.

    Private requests go to focal persons alone, even above their cap or without a shared language,
    because the alternative is that nobody reads; about the chair, to whoever stands in for the chair
    or the contact outside. Amber ones go to a focal person who understands
    them, else like ordinary ones. Ordinary ones spare the focal persons while a member can take
    them, and end at the chair. `prefer` is who stands in for a member who is away: the chair too,
    and before all others who may read it, if they are present, below their cap and understand it.
    """
    allowed = [one for one in candidates if _allowed(one, need)]
    if need.track not in {"ordinary", "amber"}:
        return _private(need, allowed, cap, related, prefer)
    free = [one for one in allowed if one.present and _below_cap(one, cap)]
    if need.track == "amber":
        focal = _understanding(need, [one for one in free if _reads_private(one)], related)
        if focal:
            return _preferred(need, focal, related, prefer) or _best(need, focal, related)
    if found := _preferred(need, _understanding(need, free, related), related, prefer):
        return found
    readers = _understanding(need, _with_role(free, "member", "acting", "focal"), related)
    return _best(need, readers, related) if readers else _chair(allowed)


def _private(
    need: Need,
    allowed: list[Candidate],
    cap: int,
    related: Mapping[str, tuple[str, ...]],
    prefer: int | None,
) -> Choice:
    readers = [one for one in allowed if one.present and _may_read(one, need)]
    if not readers:
        return NOBODY
    understanding = _understanding(need, readers, related) or readers
    free = [one for one in understanding if _below_cap(one, cap)]
    if found := _preferred(need, free, related, prefer):
        return found
    choice = _best(need, free or understanding, related)
    return choice if free else Choice(choice.member_id, (*choice.why, "above_cap"))


def _may_read(one: Candidate, need: Need) -> bool:
    """Whether they read private requests of this kind."""
    if need.about_chair:
        return one.role in ("acting", "outside")
    return _reads_private(one)


def _reads_private(one: Candidate) -> bool:
    return one.role == "focal" or one.is_focal


def _preferred(
    need: Need,
    candidates: list[Candidate],
    related: Mapping[str, tuple[str, ...]],
    prefer: int | None,
) -> Choice | None:
    """Whoever stands in for the former reader, if they are among these."""
    found = [one for one in candidates if one.id == prefer]
    return Choice(found[0].id, ("substitute", _tongue(found[0], need, related))) if found else None


def _allowed(one: Candidate, need: Need) -> bool:
    outside = one.role == "outside" and need.about_chair and need.track not in {"ordinary", "amber"}
    return (
        (one.role in READING_ROLES or outside)
        and not one.in_conflict
        and not one.is_author
        and one.id not in need.excluded
    )


def _with_role(candidates: list[Candidate], *roles: str) -> list[Candidate]:
    return [one for one in candidates if one.role in roles]


def _below_cap(one: Candidate, cap: int) -> bool:
    return one.open_cases < (cap if one.cap is None else one.cap)


def _understanding(
    need: Need, candidates: list[Candidate], related: Mapping[str, tuple[str, ...]]
) -> list[Candidate]:
    return [one for one in candidates if _tongue(one, need, related) != "other_language"]


def _best(
    need: Need, candidates: list[Candidate], related: Mapping[str, tuple[str, ...]]
) -> Choice:
    """The first by language, by role, by topic, by load, by waiting; `candidates` is not empty."""

    def fit(one: Candidate) -> tuple[int, bool, bool]:
        spared = one.role == "focal" and need.track == "ordinary"
        return TONGUES.index(_tongue(one, need, related)), spared, need.topic not in one.topics

    fitting = min(map(fit, candidates))
    rivals = [one for one in candidates if fit(one) == fitting]
    least = min(one.open_cases for one in rivals)
    tied = [one for one in rivals if one.open_cases == least]
    chosen = min(tied, key=lambda one: (_since(one), one.id))
    why = [_tongue(chosen, need, related)]
    if need.track != "ordinary" and (office := _office(chosen, need)):
        why.insert(0, office)
    if need.topic in chosen.topics:
        why.append("covers_topic")
    if len(rivals) > 1:
        why.append("least_loaded" if len(tied) == 1 else "longest_waiting")
    return Choice(chosen.id, tuple(why))


def _office(one: Candidate, need: Need) -> str:
    """The office for which somebody reads what not everybody may read; empty where it is none."""
    if need.about_chair and one.role in ("acting", "outside"):
        return "acting_chair" if one.role == "acting" else "outside"
    return "focal" if _reads_private(one) else ""


def _tongue(one: Candidate, need: Need, related: Mapping[str, tuple[str, ...]]) -> str:
    if need.language in one.languages:
        return "speaks_language"
    if need.translated:
        return "translated"
    near = related.get(need.language, ())
    return "other_language" if one.languages.isdisjoint(near) else "related_language"


def _since(one: Candidate) -> float:
    return float("-inf") if one.waiting_since is None else one.waiting_since.timestamp()


def _chair(allowed: list[Candidate]) -> Choice:
    """The chair, else the acting chair; one who is present first, however much they have."""
    leading = _with_role(allowed, "chair", "acting")
    if not leading:
        return NOBODY
    chosen = min(leading, key=lambda one: (not one.present, one.role != "chair", one.id))
    return Choice(chosen.id, ("nobody_else", "chair" if chosen.role == "chair" else "acting_chair"))
