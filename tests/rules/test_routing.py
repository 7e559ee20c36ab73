"""Who becomes responsible, and never somebody who may not."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.rules.routing import NOBODY, REASONS, Candidate, Choice, Need, choose

NOON = datetime(2026, 11, 23, 8, tzinfo=UTC)
RELATED: Mapping[str, tuple[str, ...]] = {"tr": ("az",), "uk": ("ru",), "az": ("tr",)}
CAP = 15

AYSEL, BORIS, CELINE, DAVUD, ELENA, FARID, GULNARA, HASAN, IVAN = range(1, 10)


def one(member: int, role: str = "member", languages: str = "en", **more: Any) -> Candidate:
    """A candidate with languages written `en ru` and topics written `fines labour`."""
    topics = frozenset(str(more.pop("topics", "")).split())
    return Candidate(member, role, frozenset(languages.split()), topics, **more)


def given_days_ago(days: int) -> datetime:
    """When somebody was last given a request."""
    return NOON - timedelta(days=days)


@pytest.mark.parametrize(
    ("need", "candidates", "member_id", "why"),
    [
        pytest.param(
            Need("ordinary", "ru", "labour"),
            [one(AYSEL, languages="az en", topics="labour"), one(BORIS, languages="ru")],
            BORIS,
            ("speaks_language",),
            id="language before topic",
        ),
        pytest.param(
            Need("ordinary", "tr"),
            [one(AYSEL, languages="az"), one(BORIS, languages="ru")],
            AYSEL,
            ("related_language",),
            id="a related language where nobody speaks it",
        ),
        pytest.param(
            Need("ordinary", "tr"),
            [one(AYSEL, languages="az"), one(BORIS, languages="tr", present=False)],
            AYSEL,
            ("related_language",),
            id="a related language where the speaker is away",
        ),
        pytest.param(
            Need("ordinary", "fa", translated=True),
            [one(AYSEL, languages="az", topics="other"), one(BORIS, languages="ru")],
            AYSEL,
            ("translated", "covers_topic"),
            id="a translation opens it to everyone",
        ),
        pytest.param(
            Need("ordinary", "fa", translated=True),
            [one(AYSEL, languages="az"), one(BORIS, languages="fa", open_cases=9)],
            BORIS,
            ("speaks_language",),
            id="a speaker is better than a translation",
        ),
        pytest.param(
            Need("ordinary", "en", "fines"),
            [one(AYSEL, open_cases=0), one(BORIS, topics="fines housing", open_cases=9)],
            BORIS,
            ("speaks_language", "covers_topic"),
            id="topic before load",
        ),
        pytest.param(
            Need("ordinary", "en", "fines"),
            [one(AYSEL, open_cases=3), one(BORIS, topics="fines", open_cases=15)],
            AYSEL,
            ("speaks_language",),
            id="nobody above their cap",
        ),
        pytest.param(
            Need("ordinary", "en"),
            [one(AYSEL, open_cases=3), one(BORIS, open_cases=2), one(CELINE, open_cases=7)],
            BORIS,
            ("speaks_language", "least_loaded"),
            id="least loaded",
        ),
        pytest.param(
            Need("ordinary", "en"),
            [one(AYSEL, open_cases=3, cap=9), one(BORIS, open_cases=2, cap=2)],
            AYSEL,
            ("speaks_language",),
            id="a cap of one's own",
        ),
        pytest.param(
            Need("ordinary", "en"),
            [
                one(AYSEL, waiting_since=given_days_ago(2)),
                one(BORIS, waiting_since=given_days_ago(5)),
                one(CELINE, open_cases=1),
            ],
            BORIS,
            ("speaks_language", "longest_waiting"),
            id="longest waiting",
        ),
        pytest.param(
            Need("ordinary", "en"),
            [one(AYSEL, waiting_since=given_days_ago(200)), one(BORIS)],
            BORIS,
            ("speaks_language", "longest_waiting"),
            id="never given one waits longest",
        ),
        pytest.param(
            Need("ordinary", "en"),
            [one(FARID, "focal"), one(AYSEL, open_cases=9)],
            AYSEL,
            ("speaks_language",),
            id="focal persons are spared",
        ),
        pytest.param(
            Need("ordinary", "en"),
            [one(FARID, "focal"), one(AYSEL, open_cases=15), one(GULNARA, "chair")],
            FARID,
            ("speaks_language",),
            id="a focal person before the chair",
        ),
        pytest.param(
            Need("ordinary", "ka"),
            [one(AYSEL), one(GULNARA, "chair", present=False)],
            GULNARA,
            ("nobody_else", "chair"),
            id="nobody left: the chair",
        ),
        pytest.param(
            Need("ordinary", "ka"),
            [one(HASAN, "acting"), one(GULNARA, "chair", present=False)],
            HASAN,
            ("nobody_else", "acting_chair"),
            id="the chair away: the acting chair",
        ),
        pytest.param(
            Need("ordinary", "en"),
            [one(GULNARA, "chair", in_conflict=True), one(HASAN, "acting", "az")],
            HASAN,
            ("nobody_else", "acting_chair"),
            id="the chair in conflict: the acting chair",
        ),
        pytest.param(
            Need("ordinary", "en", excluded=frozenset({AYSEL})),
            [one(AYSEL), one(BORIS, is_author=True), one(CELINE, in_conflict=True)],
            None,
            ("nobody_else",),
            id="excluded, author, conflict",
        ),
        pytest.param(
            Need("ordinary", "en"),
            [one(IVAN, "operator"), one(ELENA, "staff")],
            None,
            ("nobody_else",),
            id="operators and staff never read",
        ),
        pytest.param(
            Need("amber", "ru"),
            [one(BORIS, languages="ru"), one(FARID, "focal", "ru", open_cases=9)],
            FARID,
            ("focal", "speaks_language"),
            id="amber: a focal person first",
        ),
        pytest.param(
            Need("amber", "ru"),
            [one(BORIS, languages="ru"), one(FARID, "focal", "az")],
            BORIS,
            ("speaks_language",),
            id="amber: else as ordinary",
        ),
        pytest.param(
            Need("amber", "ru"),
            [one(FARID, "focal", "ru", present=False), one(GULNARA, "chair", "az")],
            GULNARA,
            ("nobody_else", "chair"),
            id="amber: at last the chair",
        ),
        pytest.param(
            Need("private", "en", "labour"),
            [
                one(AYSEL, topics="labour"),
                one(FARID, "focal", open_cases=3),
                one(ELENA, "focal", topics="labour", open_cases=9),
            ],
            ELENA,
            ("focal", "speaks_language", "covers_topic"),
            id="private: focal persons alone",
        ),
        pytest.param(
            Need("private", "en"),
            [one(FARID, "focal", open_cases=15), one(AYSEL)],
            FARID,
            ("focal", "speaks_language", "above_cap"),
            id="private: above the cap rather than unread",
        ),
        pytest.param(
            Need("private", "ur"),
            [one(FARID, "focal", "az ru"), one(AYSEL, languages="ur")],
            FARID,
            ("focal", "other_language"),
            id="private: without a shared language rather than unread",
        ),
        pytest.param(
            Need("no such track", "en"),
            [one(AYSEL), one(GULNARA, "chair")],
            None,
            ("nobody_else",),
            id="an unknown track is as close as private",
        ),
        pytest.param(
            Need("private", "en"),
            [one(FARID, "focal", present=False), one(AYSEL), one(GULNARA, "chair")],
            None,
            ("nobody_else",),
            id="private: never the chair",
        ),
        pytest.param(
            Need("private", "en"),
            [one(AYSEL, is_focal=True), one(ELENA, "outside"), one(BORIS)],
            AYSEL,
            ("focal", "speaks_language"),
            id="private: a member who is a focal person besides",
        ),
        pytest.param(
            Need("private", "en", about_chair=True),
            [one(FARID, "focal"), one(GULNARA, "chair"), one(ELENA, "outside"), one(AYSEL)],
            ELENA,
            ("outside", "speaks_language"),
            id="about the chair: the contact outside",
        ),
        pytest.param(
            Need("private", "ru", about_chair=True),
            [one(ELENA, "outside"), one(HASAN, "acting", "ru"), one(FARID, "focal", "ru")],
            HASAN,
            ("acting_chair", "speaks_language"),
            id="about the chair: whoever stands in",
        ),
        pytest.param(
            Need("private", "en", about_chair=True),
            [one(FARID, "focal"), one(HASAN, "acting", in_conflict=True)],
            None,
            ("nobody_else",),
            id="about the chair: nobody under the chair",
        ),
    ],
)
def test_choose(
    need: Need, candidates: list[Candidate], member_id: int | None, why: tuple[str, ...]
) -> None:
    """Each row of the table is decided as the council's rules say."""
    assert choose(need, candidates, CAP, RELATED) == Choice(member_id, why)


def test_nobody_at_all() -> None:
    """An empty council gives nobody."""
    assert choose(Need("ordinary", "en"), [], CAP, RELATED) == NOBODY


tongues = st.frozensets(st.sampled_from(["en", "az", "ru", "tr", "fa"]), max_size=3)
matters = st.frozensets(st.sampled_from(["fines", "labour", "other"]), max_size=2)
councils = st.lists(
    st.builds(
        Candidate,
        id=st.integers(1, 40),
        role=st.sampled_from(
            ["member", "chair", "acting", "focal", "outside", "operator", "staff"]
        ),
        languages=tongues,
        topics=matters,
        present=st.booleans(),
        open_cases=st.integers(0, 20),
        waiting_since=st.none() | st.integers(0, 90).map(given_days_ago),
        in_conflict=st.booleans(),
        is_author=st.booleans(),
        cap=st.none() | st.integers(0, 5),
        is_focal=st.booleans(),
    ),
    max_size=8,
    unique_by=lambda candidate: candidate.id,
)
needs = st.builds(
    Need,
    track=st.sampled_from(["ordinary", "amber", "private"]),
    language=st.sampled_from(["en", "tr", "uk", "fa", "ka"]),
    topic=st.sampled_from(["fines", "labour", "other"]),
    excluded=st.frozensets(st.integers(1, 40), max_size=3),
    translated=st.booleans(),
    about_chair=st.booleans(),
)


@settings(deadline=None)
@given(needs, councils)
def test_nobody_reads_who_may_not(need: Need, council: list[Candidate]) -> None:
    """The chosen one is never in conflict, the author, excluded, staff, or unfit for private."""
    choice = choose(need, council, CAP, RELATED)
    assert set(choice.why) <= set(REASONS)
    if choice.member_id is None:
        return
    chosen = next(person for person in council if person.id == choice.member_id)
    assert not chosen.in_conflict
    assert not chosen.is_author
    assert chosen.id not in need.excluded
    assert chosen.role not in {"operator", "staff"}
    if need.track == "private" and need.about_chair:
        assert chosen.role in {"acting", "outside"}
    elif need.track == "private":
        assert chosen.role == "focal" or chosen.is_focal
    else:
        assert chosen.role != "outside"


@settings(deadline=None)
@given(needs, councils, st.randoms())
def test_the_order_of_candidates_does_not_matter(
    need: Need, council: list[Candidate], chance: Any
) -> None:
    """The same council in another order gives the same person."""
    shuffled = list(council)
    chance.shuffle(shuffled)
    assert choose(need, council, CAP, RELATED) == choose(need, shuffled, CAP, RELATED)


@settings(deadline=None)
@given(needs, councils)
def test_somebody_is_always_responsible(need: Need, council: list[Candidate]) -> None:
    """With a chair free of conflict, an ordinary or amber request is never left to nobody."""
    free = replace(need, excluded=frozenset())
    chair = one(99, "chair", present=False, open_cases=99)
    choice = choose(free, [*council, chair], CAP, RELATED)
    assert choice.member_id is not None or need.track == "private"
