"""Offices: one chair at any time, one who stands in, and who reads private requests besides."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select
from talk import Talk

from handlers.council import membership, offices
from storage.database import Database
from storage.model import Case, Invitation, Member


@pytest.fixture
def talk(sqlite_in_use: Database) -> Talk:
    """A council of four, its chair Vusal, and Nigar who reads private requests."""
    return council(Talk(sqlite_in_use))


def council(talk: Talk) -> Talk:
    """The same, on any database."""
    talk.seat("Leyla")
    talk.seat("Samir")
    talk.seat("Vusal", "chair")
    talk.seat("Nigar", "focal")
    return talk


def chair_is(talk: Talk, alias: str) -> None:
    """Who is the chair from now on."""
    talk.work(lambda s: offices.make_chair(s, talk.charter, seat(s, alias), talk.now))
    talk.deliver()


def seat(session: Any, alias: str) -> Member:
    """The seat of that name."""
    found = session.scalars(select(Member).where(Member.alias == alias)).one()
    assert isinstance(found, Member)
    return found


def roles(talk: Talk) -> dict[str, str]:
    """Who is what."""
    return {one.alias: one.role for one in talk.work(lambda s: list(s.scalars(select(Member))))}


def test_one_chair(talk: Talk) -> None:
    """A new chair takes the former's place; both are told, and the buttons go with the office."""
    talk.press("Vusal", "chair")
    chair_is(talk, "Samir")
    assert roles(talk) == {"Leyla": "member", "Samir": "chair", "Vusal": "member", "Nigar": "focal"}
    assert "You are the chair" in talk.screen("Samir")
    assert "Samir is the chair now" in talk.screen("Vusal")
    assert talk.press("Vusal", "members") == "This is for the chair only."
    assert talk.work(lambda s: seat(s, "Vusal").chair_since) is None


def test_a_focal_person_becomes_chair(talk: Talk) -> None:
    """They go on to read private requests as chair, and are a focal person again afterwards."""
    chair_is(talk, "Nigar")
    talk.agreed("Farid")
    talk.hand_in("Farid", "My uncle beats me every evening.")
    assert talk.case().track == "private"
    assert talk.work(lambda s: seat(s, "Nigar").is_focal)
    chair_is(talk, "Leyla")
    assert roles(talk)["Nigar"] == "focal"


def test_chairs_made_at_once(database: Database) -> None:
    """Two results in the same second leave one chair."""
    talk = council(Talk(database))
    with ThreadPoolExecutor(2) as hands:
        for done in [hands.submit(chair_made, talk, alias) for alias in ("Leyla", "Samir")]:
            done.result(20)
    assert sorted(roles(talk).values()) == ["chair", "focal", "member", "member"]


def chair_made(talk: Talk, alias: str) -> None:
    """In a transaction of its own."""
    talk.work(lambda s: offices.make_chair(s, talk.charter, seat(s, alias), talk.now))


def test_invited_as_chair(talk: Talk) -> None:
    """Somebody who comes in as chair from the command line takes the chair; nobody is second."""
    talk.somebody("Aysu")
    token = talk.work(
        lambda s: membership.invite(
            s, talk.charter, talk.now, alias="Aysu", role="chair", languages=["en"], topics=[]
        )
    )
    talk.write("Aysu", f"/start {token}")
    talk.deliver()
    code = talk.screen("Aysu").split("<b>")[1][:6]
    talk.work(lambda s: membership.confirm(s, talk.charter, code, talk.now) and None)
    assert list(roles(talk).values()).count("chair") == 1
    assert roles(talk)["Aysu"] == "chair"


def test_no_chair_is_invited_from_the_chat(talk: Talk) -> None:
    """The chat invites members, focal persons and the contact outside, and nobody else."""
    for role in ("chair", "operator", "staff"):
        talk.press("Vusal", "invite")
        talk.press("Vusal", f"inv_role:{role}")
        talk.write("Vusal", "Aysu")
        talk.press("Vusal", "inv_done")
    assert talk.work(lambda s: s.scalars(select(Invitation)).all()) == []


def test_the_chair_resigns(talk: Talk) -> None:
    """In two steps; whoever stands in goes on, all hear that they can elect, a request stays safe."""
    talk.press("Vusal", "acting:2:yes")
    assert talk.press("Vusal", "resigned") == "That is not possible now."
    talk.write("Vusal", "/me")
    talk.press("Vusal", "resign")
    talk.press("Vusal", "resigned")
    talk.deliver()
    assert roles(talk)["Vusal"] == "member"
    assert "You stand in now" in talk.screen("Samir")
    for alias in ("Leyla", "Nigar"):
        assert "/election" in talk.screen(alias)
    assert talk.press("Vusal", "chair") == "This is for the chair only."
    talk.press("Samir", "chair")
    talk.deliver()
    assert "The whole queue" in talk.screen("Samir")


def test_who_stands_in(talk: Talk) -> None:
    """One at a time, named by the chair alone; it ends when it is taken back."""
    talk.press("Vusal", "acting:1:yes")
    talk.press("Vusal", "acting:2:yes")
    talk.press("Samir", "acting:1:yes")
    talk.deliver()
    acting = select(Member.alias).where(Member.is_acting)
    assert talk.work(lambda s: s.scalars(acting).all()) == ["Samir"]
    assert "do not stand in" in talk.screen("Leyla")
    talk.press("Vusal", "acting:2:no")
    talk.press("Vusal", "acting:3:yes")
    assert talk.work(lambda s: s.scalars(acting).all()) == []


def test_private_ones_go_with_the_office(talk: Talk) -> None:
    """A member who may read private requests no more loses those they have, at once."""
    talk.press("Vusal", "focal:1:yes")
    talk.agreed("Farid")
    talk.hand_in("Farid", "My uncle beats me every evening.")
    case_id = talk.case().id

    def with_leyla(session: Any) -> None:
        session.get_one(Case, case_id).responsible_id = 1

    talk.work(with_leyla)
    talk.press("Vusal", "focal:1:no")
    talk.deliver()
    assert talk.case().responsible_id == 4
    assert talk.press("Vusal", "focal:3:yes") == "That is not possible now.", "not oneself"


def test_limits_languages_topics(talk: Talk) -> None:
    """The chair sets how many somebody takes; what they speak and know is their own to say."""
    talk.press("Vusal", "cap:1")
    talk.press("Vusal", "capped:1:5")
    talk.press("Leyla", "capped:1:30")
    talk.press("Leyla", "my_lang:az")
    talk.press("Leyla", "my_lang:xx")
    talk.press("Leyla", "my_topic:labour")
    leyla = talk.work(lambda s: seat(s, "Leyla"))
    assert (leyla.cap, leyla.languages, leyla.topics) == (5, ["en", "az"], ["labour"])
    talk.press("Leyla", "my_lang:az")
    assert talk.press("Leyla", "my_lang:en") == "One language stays at least."
    talk.press("Vusal", "capped:1:usual")
    assert talk.work(lambda s: seat(s, "Leyla").cap) is None


def test_a_chair_who_leaves(talk: Talk) -> None:
    """The seat and the office end together, and all members hear it."""
    talk.write("Vusal", "/leave")
    talk.press("Vusal", "left")
    talk.deliver()
    assert "Vusal is not the chair any more" in talk.screen("Leyla")
    assert talk.press("Vusal", "chair") == "This button does not work any more."
