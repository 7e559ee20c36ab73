"""Whoever a complaint is about never sees it, nor whoever stands in for them, whatever changes."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from talk import Talk

from handlers import assign
from handlers.council import access
from storage import members
from storage.database import Database
from storage.model import Case, Member

WORDS = "They asked me for money to answer."
TRUTH = "tell you the truth"


@pytest.fixture
def talk(sqlite_in_use: Database) -> Talk:
    """A council with a chair, members and focal persons, and a migrant."""
    talk = Talk(sqlite_in_use)
    talk.seat("Vusal", "chair")
    for name, role in (("Nigar", "focal"), ("Rana", "focal"), ("Leyla", "member")):
        talk.seat(name, role)
    talk.agreed("Farid")
    return talk


def _id(talk: Talk, alias: str) -> int:
    found = talk.work(lambda s: members.by_alias(s, alias))
    assert found is not None
    return found.id


def _change(talk: Talk, alias: str, **values: object) -> None:
    def change(session: Session) -> None:
        member = members.by_alias(session, alias)
        for name, value in values.items():
            setattr(member, name, value)

    talk.work(change)


def _complains(talk: Talk, *about: str, send: bool = True) -> Case:
    talk.press("Farid", "private")
    talk.press("Farid", "safe:yes")
    talk.press("Farid", "about:member:")
    for alias in about:
        talk.press("Farid", f"subject:{_id(talk, alias)}:")
    talk.press("Farid", "subjects:")
    talk.deliver()
    talk.write("Farid", WORDS)
    if send:
        talk.press("Farid", f"send:{talk.case().reference}")
    talk.deliver()
    return talk.case()


def _reader(talk: Talk) -> str:
    with talk.database.read() as session:
        member = session.get(Member, talk.case().responsible_id or 0)
        return member.alias if member is not None else ""


def _could(talk: Talk) -> set[str]:
    """Everyone who could be given it now."""
    with talk.database.read() as session:
        case = session.scalars(select(Case).order_by(Case.id.desc())).first()
        assert case is not None
        return {m.alias for m in members.seated(session) if access.allowed(session, m, case)}


@pytest.mark.parametrize(("about", "reader"), [("Nigar", "Rana"), ("Rana", "Nigar")])
def test_never_the_subject(talk: Talk, about: str, reader: str) -> None:
    """It goes to the other focal person; the subject is told nothing and cannot be given it."""
    case = _complains(talk, about)
    assert (case.about, case.subjects, case.track) == ("member", [_id(talk, about)], "private")
    assert _reader(talk) == reader
    assert _could(talk) == {reader}
    talk.later(days=9)  # late, and nobody acts: the others hear of it, never the subject
    talk.deliver()
    assert talk.ever_said(about) == ""


@pytest.mark.parametrize(("who", "for_whom"), [("Nigar", "Leyla"), ("Leyla", "Nigar")])
def test_nor_who_stands_in(talk: Talk, who: str, for_whom: str) -> None:
    """Neither the subject's substitute nor whom the subject stands in for."""
    _change(talk, who, substitute_id=_id(talk, for_whom))
    _complains(talk, "Leyla")
    assert _reader(talk) == "Rana"
    assert _could(talk) == {"Rana"}


def test_who_stands_in_later(talk: Talk) -> None:
    """Made a substitute while reading it: at once they see nothing, and another reads on."""
    _complains(talk, "Leyla")
    first = _reader(talk)
    talk.opens(first)
    assert WORDS in talk.screen(first)
    _change(talk, "Leyla", substitute_id=_id(talk, first))
    talk.opens(first)
    assert talk.work(lambda s: assign.keep_apart(s, talk.charter, talk.now)) == 1
    talk.deliver()
    assert WORDS not in talk.screen(first)
    assert {first, _reader(talk)} == {"Nigar", "Rana"}
    assert talk.work(lambda s: assign.keep_apart(s, talk.charter, talk.now)) == 0


def test_about_the_chair(talk: Talk) -> None:
    """Only whoever stands in, or the contact outside; not the focal persons under the chair."""
    _change(talk, "Leyla", is_acting=True)
    case = _complains(talk, "Vusal")
    assert _reader(talk) == "Leyla"
    assert _could(talk) == {"Leyla"}
    talk.seat("Samir", "outside")
    assert _could(talk) == {"Leyla", "Samir"}
    assert case.routed_why[0] == "acting_chair"


def test_about_the_chair_and_nobody(talk: Talk) -> None:
    """Nobody stands in: the truth before a word is written, and never the chair by choice."""
    talk.press("Farid", "private")
    talk.press("Farid", "safe:yes")
    talk.press("Farid", "about:member:")
    talk.press("Farid", f"subject:{_id(talk, 'Vusal')}:")
    talk.press("Farid", "subjects:")
    talk.deliver()
    assert TRUTH in talk.screen("Farid")
    assert "Never one it is about" in talk.screen("Farid")
    talk.press("Farid", "ordinary:except:")
    talk.deliver()
    offered = [does for does in talk.buttons("Farid") if does.startswith("ordinary:")]
    assert f"ordinary:{_id(talk, 'Vusal')}:" not in offered
    talk.press("Farid", f"ordinary:{_id(talk, 'Leyla')}:")
    talk.write("Farid", WORDS)
    talk.press("Farid", f"send:{talk.case().reference}")
    talk.press("Farid", f"date:{talk.case().reference}:none")
    talk.deliver()
    assert talk.case().subjects == [_id(talk, "Vusal")]
    assert _reader(talk) in {"Nigar", "Rana"}
    assert "Vusal" not in _could(talk)


def test_the_only_focal_person_is_the_subject(talk: Talk) -> None:
    """The truth and the choice; an ordinary member may read it, the subject never."""
    _change(talk, "Rana", left_at=talk.now)
    _complains(talk, "Nigar", send=False)
    assert TRUTH in talk.ever_said("Farid")
    reference = talk.case().reference
    talk.press("Farid", f"send:{reference}")
    talk.deliver()
    assert talk.case().state == "awaiting_choice"
    talk.press("Farid", f"ordinary:yes:{reference}")
    talk.deliver()
    assert _reader(talk) == "Leyla"
    assert "Nigar" not in _could(talk)
    assert talk.ever_said("Nigar") == ""


def test_several(talk: Talk) -> None:
    """More than one can be named; one chosen twice is taken back."""
    talk.press("Farid", "about:member:")
    for alias in ("Nigar", "Leyla", "Nigar"):
        talk.press("Farid", f"subject:{_id(talk, alias)}:")
    talk.press("Farid", "subjects:")
    talk.write("Farid", WORDS)
    assert talk.case().subjects == [_id(talk, "Leyla")]


def test_words_before_a_name(talk: Talk) -> None:
    """Who writes at once is asked whom it is about before it goes to anybody."""
    talk.press("Farid", "about:member:")
    talk.write("Farid", WORDS)
    reference = talk.case().reference
    talk.press("Farid", f"send:{reference}")
    talk.press("Farid", f"date:{reference}:none")
    talk.deliver()
    assert talk.case().state == "draft"
    assert "Which council member" in talk.screen("Farid")
    talk.press("Farid", f"subject:{_id(talk, 'Nigar')}:{reference}")
    talk.press("Farid", f"subjects:{reference}")
    talk.press("Farid", f"send:{reference}")
    talk.deliver()
    assert _reader(talk) == "Rana"


def test_about_an_official(talk: Talk) -> None:
    """The ways outside are named; the reader is told that nothing identifiable leaves."""
    talk.press("Farid", "private")
    talk.press("Farid", "safe:yes")
    talk.press("Farid", "about:official:")
    talk.deliver()
    assert "916" in talk.screen("Farid")
    assert "161" in talk.screen("Farid")
    talk.write("Farid", WORDS)
    talk.press("Farid", f"send:{talk.case().reference}")
    talk.opens("Nigar")
    assert "About an official" in talk.screen("Nigar")
    assert talk.case().about == "official"


def test_not_handed_to_the_subject(talk: Talk) -> None:
    """A forged hand-over gives it to nobody whom it concerns."""
    case = _complains(talk, "Nigar")
    for alias in ("Nigar", "Vusal", "Leyla"):
        talk.press("Rana", f"over:{case.reference}:{_id(talk, alias)}:absent")
    talk.deliver()
    assert _reader(talk) == "Rana"
