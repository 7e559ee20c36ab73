"""Equal requests are linked, and one text goes to each of them, seen for each before it goes."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from talk import Talk

from handlers.council import membership
from storage import bundles
from storage.audit import Audit
from storage.database import Database
from storage.model import Bundle, Case

WORDS = "How can I learn the language?"
TEXT = "There are free courses."
NAMES = ("Farid", "Rana", "Vusal")


@pytest.fixture
def linked(talk: Talk) -> list[Case]:
    """Three people ask Leyla the same; she linked them."""
    talk.seat("Leyla", languages="en,ru")
    made = [talk.hand_in(talk.agreed(name), WORDS) for name in NAMES]
    for other in made[1:]:
        talk.press("Leyla", f"linked:{made[0].reference}:{other.reference}")
    talk.deliver()
    return made


def _preview(talk: Talk, cases: Sequence[Case], text: str = TEXT) -> str:
    """She writes to all; gives the start of every button."""
    of = cases[0].reference
    talk.press("Leyla", f"all:{of}:answer")
    talk.write("Leyla", text)
    talk.deliver()
    return f"bulk:{of}"


def _to_the_end(talk: Talk, cases: Sequence[Case]) -> str:
    button = _preview(talk, cases)
    for page in range(len(cases) - 1):
        talk.press("Leyla", f"{button}:next:{page}")
    talk.deliver()
    return button


def _bundles(talk: Talk) -> list[int | None]:
    return [case.bundle_id for case in talk.cases()]


def test_linked_and_taken_out(talk: Talk, linked: list[Case]) -> None:
    """The card tells how many ask the same; a bundle of one is none."""
    assert len(set(_bundles(talk))) == 1
    assert "🔗 With 2 others" in talk.screen("Leyla")
    first, second, third = (case.reference for case in linked)
    talk.press("Leyla", f"unlink:{first}:{third}")
    assert _bundles(talk)[2] is None
    talk.press("Leyla", f"unlink:{first}:{second}")
    assert _bundles(talk) == [None, None, None]
    assert talk.work(lambda s: list(s.scalars(select(Bundle.id)))) == []
    noted = talk.work(lambda s: list(s.scalars(select(Audit.what))))
    assert (noted.count("linked"), noted.count("unlinked")) == (2, 2)


def test_on_both_databases(database: Database) -> None:
    """Linking, the list of what could be linked, and one text to all: the same on each."""
    talk = Talk(database)
    talk.seat("Leyla")
    made = [talk.hand_in(talk.agreed(name), WORDS) for name in NAMES]
    talk.press("Leyla", f"linked:{made[1].reference}:{made[2].reference}")
    talk.deliver()
    offered = [does for does in talk.buttons("Leyla") if "linked:" in does or "unlink:" in does]
    assert offered[0] == f"unlink:{made[1].reference}:{made[2].reference}"
    button = _to_the_end(talk, made[1:])
    talk.press("Leyla", f"{button}:send:1")
    talk.deliver()
    assert [case.state for case in talk.cases()] == ["open", "answered", "answered"]


def test_linked_from_one_bundle_to_another(talk: Talk, linked: list[Case]) -> None:
    """A request is in one bundle at most, and what it leaves behind alone is none any more."""
    others = [talk.hand_in(talk.agreed(name), WORDS) for name in ("Nasrin", "Samir")]
    talk.press("Leyla", f"linked:{others[0].reference}:{others[1].reference}")
    talk.press("Leyla", f"linked:{linked[0].reference}:{others[0].reference}")
    now = _bundles(talk)
    assert now[3] == now[0]
    assert now[4] is None


def test_never_across_members(talk: Talk, linked: list[Case]) -> None:
    """Nobody links, sees or answers what another member reads."""
    talk.seat("Murad")
    talk.agreed("Nasrin")
    talk.hand_in("Nasrin", WORDS)
    murads = next(case for case in talk.cases() if case.responsible_id == 2)
    talk.press("Leyla", f"linked:{linked[0].reference}:{murads.reference}")
    talk.press("Murad", f"linked:{murads.reference}:{linked[0].reference}")
    talk.press("Murad", f"all:{linked[0].reference}:answer")
    assert talk.case().bundle_id is None
    talk.press("Leyla", f"link:{linked[0].reference}")
    talk.deliver()
    assert murads.reference not in " ".join(talk.buttons("Leyla"))


def test_a_private_one_is_in_no_bundle(talk: Talk, linked: list[Case]) -> None:
    """Not even where one person reads both."""
    talk.seat("Nigar", "focal")
    talk.press("Leyla", f"privately:{linked[1].reference}")
    assert _bundles(talk)[1] is None
    talk.press("Nigar", f"link:{linked[1].reference}")
    talk.press("Nigar", f"linked:{linked[1].reference}:{linked[0].reference}")
    assert _bundles(talk)[1] is None
    assert len(talk.work(lambda s: bundles.together(s, s.get_one(Case, 1)))) == 2


@pytest.mark.parametrize("how", ["handed over", "erased", "dangerous", "left"])
def test_what_goes_leaves_the_bundle(talk: Talk, linked: list[Case], how: str) -> None:
    """Handed over, erased, private by its own words, or its reader gone."""
    talk.seat("Murad", "focal" if how == "dangerous" else "member")
    if how == "handed over":
        talk.press("Leyla", f"over:{linked[1].reference}:2:topic")
    elif how == "erased":
        for does in ("delete", "forget:sure", "forget:now"):
            talk.press("Rana", does)
    elif how == "dangerous":
        talk.press("Rana", f"add:{linked[1].reference}")
        talk.write("Rana", "My uncle beats me every evening.")
    else:
        talk.work(lambda s: membership.leave(s, talk.charter, "Leyla", talk.now))
    left = [case for case in talk.cases() if case.bundle_id is not None]
    assert len(left) == (0 if how == "left" else 2)


def test_the_last_of_a_bundle(talk: Talk, linked: list[Case]) -> None:
    """When the others are erased, nothing is left to be linked with."""
    for who in ("Rana", "Farid"):
        for does in ("delete", "forget:sure", "forget:now"):
            talk.press(who, does)
    assert _bundles(talk) == [None]
    assert "only one" in talk.press("Leyla", f"all:{linked[2].reference}:answer")


def test_answered_together(talk: Talk, linked: list[Case]) -> None:
    """Everybody gets the text under their own number, after each was shown."""
    button = _preview(talk, linked)
    assert "1 of 3" in talk.screen("Leyla")
    assert talk.press("Leyla", f"{button}:send:0") == "Please look at each one first."
    talk.press("Leyla", f"{button}:next:0")
    talk.press("Leyla", f"{button}:next:0")  # a second tap on the same button skips nothing
    talk.press("Leyla", f"{button}:send:1")
    talk.deliver()
    assert all(case.state == "open" for case in talk.cases())
    assert "2 of 3" in talk.screen("Leyla")
    talk.press("Leyla", f"{button}:next:1")
    talk.deliver()
    assert "3 of 3" in talk.screen("Leyla")
    talk.press("Leyla", f"{button}:send:2")
    talk.press("Leyla", f"{button}:send:2")
    talk.deliver()
    assert all(case.state == "answered" for case in talk.cases())
    for name in NAMES:
        assert talk.ever_said(name).count(TEXT) == 1
    assert "Taken for 3 requests" in talk.screen("Leyla")
    assert talk.work(lambda s: list(s.scalars(select(Audit.what)))).count("bulk_answered") == 3


def test_in_each_writers_language(talk: Talk, linked: list[Case]) -> None:
    """The envelope is in the language of whoever reads it, also in the preview."""
    talk.hand_in(talk.agreed("Nasrin", "ru"), WORDS)
    talk.press("Leyla", f"linked:{linked[0].reference}:{talk.case().reference}")
    button = _to_the_end(talk, [*linked, talk.case()])
    assert "Ответ" in talk.screen("Leyla")
    talk.press("Leyla", f"{button}:send:3")
    talk.deliver()
    assert "Ответ" in talk.screen("Nasrin")


def test_one_is_left_out(talk: Talk, linked: list[Case]) -> None:
    """Left out means not sent; it can be taken in again."""
    button = _preview(talk, linked)
    talk.press("Leyla", f"{button}:out:0")
    talk.press("Leyla", f"{button}:out:1")
    talk.press("Leyla", f"{button}:out:2")
    talk.press("Leyla", f"{button}:in:2")
    talk.press("Leyla", f"{button}:send:2")
    talk.deliver()
    assert [case.state for case in talk.cases()] == ["open", "open", "answered"]
    assert TEXT not in talk.ever_said("Farid")


@pytest.mark.parametrize("how", ["moved", "erased", "closed", "answered", "private"])
def test_looked_at_again_when_sent(talk: Talk, linked: list[Case], how: str) -> None:
    """What moved, was erased, closed, answered or made private meanwhile is left out, and said."""
    talk.seat("Murad", "focal" if how == "private" else "member")
    button = _to_the_end(talk, linked)
    reference = linked[0].reference  # it all began at this one
    if how == "moved":
        talk.press("Leyla", f"over:{reference}:2:topic")
    elif how == "erased":
        for does in ("delete", "forget:sure", "forget:now"):
            talk.press("Farid", does)
    elif how == "closed":
        talk.press("Farid", f"done:{reference}")
    elif how == "answered":

        def answered(session: Session) -> None:
            session.get_one(Case, linked[0].id).state = "answered"

        talk.work(answered)
    else:
        talk.press("Farid", f"add:{reference}")
        talk.write("Farid", "My uncle beats me every evening.")
    talk.press("Leyla", f"{button}:send:2")
    talk.deliver()
    assert TEXT not in talk.ever_said("Farid")
    assert TEXT in talk.screen("Rana")
    assert TEXT in talk.screen("Vusal")
    assert "was left out" in talk.screen("Leyla")


def test_a_topic_for_two_readers(talk: Talk, linked: list[Case]) -> None:
    """Where a second member must read an answer, one text to many is not the way."""
    talk.charter = replace(talk.charter, second_reader=("education",))
    button = _to_the_end(talk, linked)
    assert "needs a second reader" in talk.screen("Leyla")
    talk.press("Leyla", f"{button}:send:2")
    talk.deliver()
    assert all(case.state == "open" for case in talk.cases())
    assert "Nothing was sent" in talk.screen("Leyla")


def test_closed_together(talk: Talk, linked: list[Case]) -> None:
    """One reason, shown to each, told to each."""
    of = linked[0].reference
    talk.press("Leyla", f"all:{of}:close")
    talk.press("Leyla", f"bulk:{of}:why:not_ours")
    talk.deliver()
    assert "not a matter for the council" in talk.screen("Leyla")
    for page in (0, 1):
        talk.press("Leyla", f"bulk:{of}:next:{page}")
    talk.press("Leyla", f"bulk:{of}:send:2")
    talk.deliver()
    assert all(case.close_reason == "not_ours" for case in talk.cases())
    for name in NAMES:
        assert talk.screen(name).count("is closed") == 1


def test_more_words_and_a_change(talk: Talk, linked: list[Case]) -> None:
    """What is added or changed begins the previews anew, and cancelling sends nothing."""
    button = _to_the_end(talk, linked)
    talk.write("Leyla", "They begin in May.")
    talk.deliver()
    assert "1 of 3" in talk.screen("Leyla")
    assert f"{TEXT}\nThey begin in May." in talk.screen("Leyla")
    talk.edit("Leyla", talk.mine["Leyla"][-1], "They begin in June.")
    talk.deliver()
    assert "June" in talk.screen("Leyla")
    talk.press("Leyla", f"{button}:change:0")
    talk.write("Leyla", "Ask at the school.")
    talk.deliver()
    assert TEXT not in talk.screen("Leyla")
    talk.press("Leyla", f"{button}:drop")
    talk.press("Leyla", f"{button}:send:0")
    talk.deliver()
    assert "school" not in talk.ever_said("Farid")


def test_typed_digits(talk: Talk, linked: list[Case]) -> None:
    """The previews can be gone through by typed numbers."""
    _preview(talk, linked)
    for number in ("1", "1", "1"):
        talk.write("Leyla", number)
        talk.deliver()
    assert all(case.state == "answered" for case in talk.cases())


def test_nothing_private_in_the_outbox(talk: Talk, linked: list[Case]) -> None:
    """The one text stands in no column that is not encrypted."""
    _preview(talk, linked)
    assert TEXT not in str(talk.work(_plain_rows))


def _plain_rows(session: Session) -> list[object]:
    return [
        *session.execute(text("SELECT screen_args FROM person")),
        *session.execute(text("SELECT args FROM outbox")),
    ]
