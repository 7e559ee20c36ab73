"""Proposals on bad days: too few people, bad words, wrong hands, and requests that change."""

import threading
from concurrent.futures import ThreadPoolExecutor

import proposals_kit as kit
import pytest
from answers_kit import member
from sqlalchemy.orm import Session
from talk import Talk

from handlers.council import membership
from storage import bundles
from storage import proposals as store
from storage.database import Database
from storage.model import ONLY_MEMBER, Case


@pytest.fixture
def talk(sqlite_in_use: Database, monkeypatch: pytest.MonkeyPatch) -> Talk:
    """A council and five people who ask."""
    return kit.council(Talk(sqlite_in_use), monkeypatch)


def test_four_people_are_not_enough(talk: Talk) -> None:
    """It is not handed in, and says how many are missing; nor sent, if one leaves later."""
    number = kit.draft(talk)
    kit.gathered(talk, number, *kit.WRITERS[:4])
    assert "1 more person is needed" in talk.press("Samir", f"phand:{number}")
    assert kit.known(talk, number).state == "draft"
    last = kit.gathered(talk, number, "Zahra")[0]
    talk.press("Samir", f"phand:{number}")
    talk.press("Leyla", f"ptakeout:{last.reference}:{number}")
    assert "1 more person is needed" in kit.approve(talk, number)
    assert kit.known(talk, number).state == "proposed"


def test_five_requests_of_one_person_are_not_enough(talk: Talk) -> None:
    """People are counted, not what they wrote."""
    number = kit.draft(talk)
    kit.gathered(talk, number, *["Rana"] * 5)
    assert len(kit.parts(talk, number)) == 5
    assert "4 more people are needed" in talk.press("Samir", f"phand:{number}")


def test_the_author_alone_sends_nothing(talk: Talk) -> None:
    """A chair who wrote it waits for whoever stands in; no other member approves."""
    number = kit.proposed(talk, "Vusal")
    assert "Nobody but you can approve it now" in talk.screen("Vusal")
    assert kit.approve(talk, number) == "You wrote it: somebody else must approve it."
    assert kit.approve(talk, number, "Leyla") == "Only the chair approves proposals."

    def stand_in(session: Session) -> None:
        member(session, "Leyla").is_acting = True

    talk.work(stand_in)
    kit.approve(talk, number, "Leyla")
    assert kit.known(talk, number).state == "sent"


def test_only_what_was_read_is_approved(talk: Talk) -> None:
    """A button of a former page approves nothing that was changed since."""
    number = kit.proposed(talk)
    talk.press("Vusal", f"papprove:{number}")
    talk.deliver()
    button = next(b for b in talk.buttons("Vusal") if b.startswith("papproved"))
    talk.press("Vusal", f"psendback:{number}")
    talk.write("Vusal", "Please say which page.")
    talk.deliver()
    assert "Please say which page." in talk.screen("Samir")
    talk.press("Samir", f"ptext:{number}:asked:en")
    talk.write("Samir", "Please open every day.")
    talk.press("Samir", f"phand:{number}")
    assert talk.press("Vusal", button) == "It was changed meanwhile. Please read it again."
    assert kit.known(talk, number).state == "proposed"


def test_two_approve_in_the_same_second(
    postgresql_in_use: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is sent once: whoever is second hears that it does not wait any more."""
    talk = kit.council(Talk(postgresql_in_use), monkeypatch)
    kit.clerk(talk)

    def chairs(session: Session) -> None:
        member(session, "Leyla").role = "chair"  # as after an election in the same moment

    talk.work(chairs)
    number = kit.proposed(talk)
    stamp = ""
    for who in ("Vusal", "Leyla"):
        talk.press(who, f"papprove:{number}")
        talk.deliver()
        stamp = next(b for b in talk.buttons(who) if b.startswith("papproved"))
    both = threading.Barrier(2)

    def press(who: str) -> str:
        both.wait(10)
        return talk.press(who, stamp)

    with ThreadPoolExecutor(2) as hands:
        said = list(hands.map(press, ("Vusal", "Leyla")))
    talk.deliver()
    assert "This does not wait for you any more." in said
    assert kit.noted(talk).count("proposal_sent") == 1
    assert len(kit.rows(talk, "proposal")) == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("x" * 10_000, "That is too long: 10000 letters."),
        ("Ask Rana: 050 123 45 67", "somebody's own"),
        ("As in MC 4827 1935 6 and others", ""),
        ("write to rana@example.org", "somebody's own"),
        ("ask @rana_baku about it", "somebody's own"),
        ("see https://t.me/rana", "somebody's own"),
        ("her FIN is 5ABC123", "somebody's own"),
    ],
)
def test_words_that_are_not_taken(talk: Talk, words: str, says: str) -> None:
    """Too long, or something in it leads to a person: it is said, and nothing of it is kept."""
    if not says:  # a real reference
        case = kit.asked(talk, "Rana")
        words = words.replace("4827 1935 6", case.reference)
        says = "somebody's own"
    talk.press("Samir", "newprop")
    number = kit.newest(talk).id
    talk.press("Samir", f"punit:{number}:{kit.UNIT}")
    talk.press("Samir", f"ptopic:{number}:visa_entry")
    talk.write("Samir", words)
    talk.deliver()
    assert says in talk.screen("Samir")
    assert kit.known(talk, number).concerns == {}


def test_signs_of_html_and_of_other_directions(talk: Talk) -> None:
    """They are text, and turn nothing of ours around."""
    texts = {
        "concerns": {"en": "<b>The</b> page & \u202eform"},
        "problem": {"en": "صفحه کار نمی‌کند"},
        "asked": {"en": "</blockquote>"},
    }
    number = kit.draft(talk, texts=texts)
    assert kit.known(talk, number).concerns == {"en": "<b>The</b> page & form"}
    said = talk.screen("Samir")
    assert "&lt;b&gt;The&lt;/b&gt; page &amp; form" in said
    assert "\u2068صفحه کار نمی‌کند\u2069" in said
    assert "&lt;/blockquote&gt;" in said


@pytest.mark.parametrize("day", ["01.01.2020", "24.11.2026", "31.02.2027", "soon", "01.01.2099"])
def test_days_that_are_not_taken(talk: Talk, day: str) -> None:
    """A day that is over, none, or very far away."""
    number = kit.draft(talk, wish=day)
    assert kit.known(talk, number).wished_on is None
    assert "Hand it in?" not in talk.screen("Samir")
    talk.press("Samir", f"pnowish:{number}")
    talk.deliver()
    assert "Hand it in?" in talk.screen("Samir")


def test_no_text_in_one_language_throughout(talk: Talk) -> None:
    """All three texts stand in one language at least; skipping all of them asks again."""
    texts = {
        "concerns": {"en": "The page"},
        "problem": {"az": "Səhifə işləmir"},
        "asked": {"en": "Mend it"},
    }
    number = kit.draft(talk, texts=texts)
    said = talk.press("Samir", f"phand:{number}")
    assert said == "All three texts must be written in one language at least."
    talk.press("Samir", f"pwithout:{number}:problem:az")
    talk.deliver()
    assert "What goes wrong?" in talk.screen("Samir")


def test_no_unit_is_known(talk: Talk) -> None:
    """Where council.toml names no unit, it is said."""
    from dataclasses import replace

    talk.charter = replace(talk.charter, units={})
    assert "No unit" in talk.press("Samir", "newprop")


def test_others_buttons_change_nothing(talk: Talk) -> None:
    """Neither writers, nor members who did not write it, nor operators and the contact outside."""
    number = kit.draft(talk)
    talk.seat("Olga", "operator")
    talk.seat("Tom", "outside")
    case = kit.asked(talk, "Rana")
    presses = [
        *(f"{verb}:{number}" for verb in ("pdraft", "phand", "pdrop", "papprove", "pwithdraw")),
        *(f"{verb}:{number}" for verb in ("panswer", "ptell", "psendback", "pnowish")),
        f"punit:{number}:asylum",
        f"ptext:{number}:asked:en",
        f"papproved:{number}:12345678",
        f"ptold:{number}:12345678",
        f"padd:{case.reference}:{number}",
    ]
    for who in ("Nigar", "Rana", "Olga", "Tom", "Vusal"):
        for does in presses:
            talk.press(who, does)
        talk.deliver()
    stands = kit.known(talk, number)
    assert (stands.state, stands.unit) == ("draft", kit.UNIT)
    assert stands.asked == kit.TEXTS["asked"]
    assert kit.parts(talk, number) == []
    for who in ("Rana", "Olga", "Tom"):
        talk.press(who, "proposals")
        talk.press(who, f"proposal:{number}")
        talk.deliver()
        assert "Please open more days." not in talk.ever_said(who)


def test_a_proposal_shows_nobodys_request(talk: Talk) -> None:
    """Whoever looks at it sees how many people, and neither a number nor a word of a request."""
    number = kit.draft(talk)
    cases = kit.gathered(talk, number)
    for who in ("Samir", "Vusal"):
        talk.press(who, f"proposal:{number}")
        talk.deliver()
        assert "5 people stand behind it." in talk.screen(who)
        said = talk.chats[who][talk.find(who, "stand behind it.")].text
        assert "asks why no day is free" not in said
        assert not any(case.reference[:4] in said for case in cases)


def test_only_who_is_responsible_adds(talk: Talk) -> None:
    """Another member's button does nothing; after a hand-over the new reader may take it out."""
    number = kit.draft(talk)
    case = kit.asked(talk, "Rana")
    assert (
        talk.press("Samir", f"padd:{case.reference}:{number}") == "This is not with you any more."
    )
    kit.add(talk, case, number)
    assert len(kit.parts(talk, number)) == 1

    def give(session: Session) -> None:
        session.get_one(Case, case.id).responsible_id = member(session, "Samir").id

    talk.work(give)
    talk.press("Leyla", f"ptakeout:{case.reference}:{number}")
    assert len(kit.parts(talk, number)) == 1
    talk.press("Samir", f"ptakeout:{case.reference}:{number}")
    assert kit.parts(talk, number) == []


def test_told_to_one_member_only(talk: Talk) -> None:
    """What its writer lets only the reader know is part of no proposal."""
    number = kit.draft(talk)
    case = kit.asked(talk, "Rana", share=ONLY_MEMBER)
    said = "Its writer wants only you to know of it. It cannot be part of this."
    assert talk.press("Leyla", f"ppart:{case.reference}") == said
    assert talk.press("Leyla", f"padd:{case.reference}:{number}") == said
    assert kit.parts(talk, number) == []


def test_private_ones(talk: Talk) -> None:
    """A private request is no part of it, and one made private leaves it, and is not counted."""
    number = kit.draft(talk)
    case = kit.gathered(talk, number, "Rana", "Farid")[0]
    talk.press("Leyla", f"privately:{case.reference}")
    talk.deliver()
    assert len(kit.parts(talk, number)) == 1
    talk.press("Nigar", f"padd:{case.reference}:{number}")
    assert len(kit.parts(talk, number)) == 1


def test_linked_ones_at_once(talk: Talk) -> None:
    """What asks the same is added with one press, without what may not be."""
    number = kit.draft(talk)
    cases = [kit.asked(talk, who) for who in kit.WRITERS]

    def link(session: Session) -> None:
        first, *others = [session.get_one(Case, case.id) for case in cases]
        for other in others:
            bundles.link(session, first, other, member(session, "Leyla"), talk.now)
        others[-1].share = ONLY_MEMBER

    talk.work(link)
    kit.add(talk, cases[0], number)
    talk.deliver()
    assert "3 that ask the same too" in talk.ever_said("Leyla")
    said = talk.press("Leyla", f"paddall:{cases[0].reference}:{number}")
    assert said == "📎 4 people stand behind it now."


def test_closed_ones_count(talk: Talk) -> None:
    """A request that is closed after it was added stays part of it."""
    number = kit.draft(talk)
    cases = kit.gathered(talk, number)
    for case in cases:
        talk.press("Leyla", f"closed:{case.reference}:solved")
    talk.press("Samir", f"phand:{number}")
    assert kit.known(talk, number).state == "proposed"


def test_a_draft_of_somebody_who_left(talk: Talk) -> None:
    """Another member goes on with it; nobody else's name stands on it then."""
    number = kit.draft(talk)
    talk.press("Leyla", f"pdraft:{number}")
    assert "Hand it in?" not in talk.ever_said("Leyla")
    talk.work(lambda s: membership.leave(s, talk.charter, "Samir", talk.now))
    talk.press("Leyla", f"pdraft:{number}")
    talk.deliver()
    assert "Hand it in?" in talk.screen("Leyla")
    kit.gathered(talk, number)
    talk.press("Leyla", f"phand:{number}")
    kit.approve(talk, number)
    assert kit.known(talk, number).state == "sent"


def test_withdrawn_with_words(talk: Talk) -> None:
    """Only the chair takes it back; the unit sees the words, nobody is reminded any more."""
    clerk = kit.clerk(talk)
    number = kit.sent(talk)
    talk.press("Samir", f"pwithdraw:{number}")
    talk.write("Samir", "We do not want it.")
    assert kit.known(talk, number).state == "sent"
    talk.press("Vusal", f"pwithdraw:{number}")
    talk.write("Vusal", "The page works again.")
    talk.deliver()
    stands = kit.known(talk, number)
    assert (stands.state, stands.remind_at) == ("withdrawn", None)
    assert kit.replies(talk, number) == ["withdrawn"]
    assert kit.reply(talk, clerk, number, "accepted") == "gone"
    assert len(kit.rows(talk, "proposal")) == 2


def test_decided_ones_gather_nothing(talk: Talk) -> None:
    """After a decision no request is added and none taken out."""
    clerk = kit.clerk(talk)
    number = kit.sent(talk)
    kit.reply(talk, clerk, number, "accepted")
    case = kit.asked(talk, "Rana")
    talk.press("Leyla", f"padd:{case.reference}:{number}")
    assert len(kit.parts(talk, number)) == 5
    assert store.COLLECTING == ("draft", "proposed", "sent", "question", "more_time")
