"""To an outside office: told where to go, or passed on after a yes to every word of it."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select
from talk import Talk

from handlers import delivered
from storage.audit import Audit
from storage.model import Case, Outbox, Referral

WORDS = "How can I learn the language?"
TOLD = "Somebody asks for a language course."


@pytest.fixture
def case(talk: Talk) -> Case:
    """Farid's question, read by Leyla."""
    talk.seat("Leyla")
    talk.agreed("Farid")
    return talk.hand_in("Farid", WORDS)


def _asked(talk: Talk, case: Case, office: str = "ombudsman") -> None:
    talk.press("Leyla", f"pass_on:{case.reference}:{office}")
    talk.write("Leyla", TOLD)
    talk.deliver()
    talk.press("Leyla", f"may_we:{case.reference}:{office}")
    talk.deliver()


def _state(talk: Talk) -> str:
    return talk.work(lambda s: s.scalars(select(Referral.state)).all())[-1]


def _noted(talk: Talk) -> list[str]:
    return talk.work(lambda s: list(s.scalars(select(Audit.what))))


def test_offices_with_a_checked_number(talk: Talk, case: Case) -> None:
    """Only those whose number may be named, and never an embassy."""
    talk.press("Leyla", f"refer:{case.reference}")
    talk.deliver()
    offered = [does for does in talk.buttons("Leyla") if does.startswith("refers:")]
    assert f"refers:{case.reference}:ombudsman" in offered
    assert f"refers:{case.reference}:labour" not in offered  # unverified
    for office in ("labour", "police", "embassy", ""):
        talk.press("Leyla", f"refers:{case.reference}:{office}")
        talk.press("Leyla", f"go_there:{case.reference}:{office}")
        talk.press("Leyla", f"told_there:{case.reference}:{office}")
    talk.deliver()
    assert talk.case().state == "open"


def test_no_office_at_all(talk: Talk, case: Case) -> None:
    """Where no number was checked, it says so."""
    talk.charter = replace(talk.charter, numbers=())
    assert "No office" in talk.press("Leyla", f"refer:{case.reference}")


def test_told_where_to_go(talk: Talk, case: Case) -> None:
    """The writer gets name and number after a preview; that is an answer, and nobody is told."""
    talk.press("Leyla", f"told_there:{case.reference}:ombudsman")
    assert talk.case().state == "open"
    talk.press("Leyla", f"go_there:{case.reference}:ombudsman")
    talk.deliver()
    assert "916" in talk.screen("Leyla")
    talk.press("Leyla", f"told_there:{case.reference}:ombudsman")
    talk.press("Leyla", f"told_there:{case.reference}:ombudsman")
    talk.deliver()
    assert talk.case().state == "answered"
    assert talk.ever_said("Farid").count("Ombudsman, ☎ 916") == 1
    assert "told them nothing about you" in talk.screen("Farid")
    assert "referred" in _noted(talk)


def test_asked_exactly(talk: Talk, case: Case) -> None:
    """The writer sees to whom and every word; the clock goes on; a typed 1 says yes."""
    due = case.answer_by_at
    _asked(talk, case)
    assert "Ombudsman, ☎ 916" in talk.screen("Farid")
    assert TOLD in talk.screen("Farid")
    assert "Done, passed on" not in talk.ever_said("Leyla")
    assert (talk.case().state, talk.case().answer_by_at) == ("open", due)
    talk.write("Farid", "1")
    talk.deliver()
    assert _state(talk) == "allowed"
    assert "the writer says yes" in talk.screen("Leyla")
    assert TOLD in talk.screen("Leyla")
    done = next(does for does in talk.buttons("Leyla") if does.startswith("passed:"))
    talk.press("Leyla", done)
    talk.press("Leyla", done)
    talk.deliver()
    assert talk.ever_said("Farid").count("was passed on to") == 1
    assert TOLD not in talk.screen("Leyla")
    assert _noted(talk).count("referral_passed_on") == 1


def test_no(talk: Talk, case: Case) -> None:
    """After a no the member gets nothing to pass on, and cannot say it was."""
    _asked(talk, case)
    talk.write("Farid", "2")
    talk.press("Farid", "agree:1:yes")
    talk.press("Leyla", f"passed:{case.reference}:1")
    talk.deliver()
    assert _state(talk) == "refused"
    assert "pass nothing on" in talk.screen("Leyla")
    assert "916" in talk.screen("Farid")
    assert "was passed on" not in talk.ever_said("Farid")


def test_taken_back(talk: Talk, case: Case) -> None:
    """A yes can be taken back until it is passed on: the text then leaves the member's chat."""
    _asked(talk, case)
    talk.press("Farid", "agree:1:yes")
    talk.deliver()
    talk.press("Farid", "agree:1:no")
    talk.deliver()
    assert _state(talk) == "withdrawn"
    assert TOLD not in talk.screen("Leyla")
    assert "please pass nothing on" in talk.screen("Leyla")
    assert "Please pass nothing on" in talk.press("Leyla", f"passed:{case.reference}:1")
    assert _state(talk) == "withdrawn"


def test_too_late_is_said(talk: Talk, case: Case) -> None:
    """After it was passed on nobody pretends that it can be taken back."""
    _asked(talk, case)
    talk.press("Farid", "agree:1:yes")
    talk.press("Leyla", f"passed:{case.reference}:1")
    talk.press("Farid", "agree:1:no")
    talk.deliver()
    assert _state(talk) == "passed_on"
    assert "cannot take that back" in talk.screen("Farid")


def test_only_the_writer_says_yes(talk: Talk, case: Case) -> None:
    """Neither another migrant nor the member agrees for them."""
    talk.agreed("Rana")
    _asked(talk, case)
    for who in ("Rana", "Leyla"):
        for number in ("1", "²", "99999999999", "-1", "x"):
            talk.press(who, f"agree:{number}:yes")
    assert _state(talk) == "asked"
    talk.press("Farid", "agree:1:maybe")
    assert _state(talk) == "asked"


def test_another_question_is_open(talk: Talk, case: Case) -> None:
    """A digit goes to the question that was open, never to the one that came between."""
    talk.press("Farid", "delete")
    talk.deliver()
    _asked(talk, case)
    assert TOLD in talk.screen("Farid")
    talk.write("Farid", "1")  # No, keep it
    talk.deliver()
    assert _state(talk) == "asked"
    talk.press("Farid", "agree:1:yes")
    assert _state(talk) == "allowed"


def test_words_instead_of_a_number(talk: Talk, case: Case) -> None:
    """What they write then is theirs to add, and no yes."""
    _asked(talk, case)
    talk.write("Farid", "Yes, but please do not name the town.")
    talk.deliver()
    assert _state(talk) == "asked"
    assert "do not name the town" in talk.screen("Leyla")


def test_asked_once_at_a_time(talk: Talk, case: Case) -> None:
    """While the writer thinks, nobody asks again."""
    _asked(talk, case)
    assert "asked already" in talk.press("Leyla", f"refer:{case.reference}")
    _asked(talk, case, "corruption")
    assert len(talk.work(lambda s: s.scalars(select(Referral.id)).all())) == 1


def test_handed_over_meanwhile(talk: Talk, case: Case) -> None:
    """The yes goes to whoever reads it now; the former one sees and does nothing more."""
    talk.seat("Murad")
    _asked(talk, case)
    talk.press("Leyla", f"over:{case.reference}:2:topic")
    talk.press("Farid", "agree:1:yes")
    talk.press("Leyla", f"passed:{case.reference}:1")
    talk.deliver()
    assert TOLD in talk.screen("Murad")
    assert TOLD not in talk.screen("Leyla")
    assert _state(talk) == "allowed"
    talk.press("Murad", f"refer:{case.reference}")
    talk.press("Murad", f"passed:{case.reference}:1")
    assert _state(talk) == "passed_on"


def test_erased_meanwhile(talk: Talk, case: Case) -> None:
    """With the request everything goes that was to be passed on."""
    _asked(talk, case)
    talk.press("Farid", "agree:1:yes")
    talk.deliver()
    for does in ("delete", "forget:sure", "forget:now"):
        talk.press("Farid", does)
    talk.deliver()
    talk.press("Leyla", f"passed:{case.reference}:1")
    talk.deliver()
    assert talk.work(lambda s: s.scalars(select(Referral.id)).all()) == []
    assert TOLD not in talk.screen("Leyla")


def test_closed_meanwhile(talk: Talk, case: Case) -> None:
    """Of a closed request nothing is passed on."""
    _asked(talk, case)
    talk.press("Leyla", f"closed:{case.reference}:solved")
    talk.press("Farid", "agree:1:yes")
    talk.deliver()
    assert _state(talk) == "asked"
    assert "the writer says yes" not in talk.ever_said("Leyla")


def test_private_and_the_service(talk: Talk) -> None:
    """What is private is passed on by a focal person only, and never to who fines and expels."""
    talk.seat("Leyla")
    talk.seat("Nigar", "focal")
    talk.agreed("Rana")
    case = talk.hand_in("Rana", "My uncle beats me every evening.")
    talk.press("Leyla", f"pass_on:{case.reference}:violence")
    talk.press("Nigar", f"refer:{case.reference}")
    talk.deliver()
    offered = " ".join(talk.buttons("Nigar"))
    assert f"refers:{case.reference}:violence" in offered
    assert f"refers:{case.reference}:service" not in offered
    assert talk.press("Nigar", f"pass_on:{case.reference}:service")
    assert "refer" not in " ".join(talk.buttons("Leyla"))


def test_cancelled(talk: Talk, case: Case) -> None:
    """Cancelling asks nobody, and the next words are no part of it."""
    talk.press("Leyla", f"pass_on:{case.reference}:ombudsman")
    talk.write("Leyla", TOLD)
    talk.press("Leyla", f"not_there:{case.reference}")
    talk.press("Leyla", f"may_we:{case.reference}:ombudsman")
    talk.write("Leyla", "Something else.")
    talk.deliver()
    assert TOLD not in talk.ever_said("Farid")
    assert "Which request is this for?" in talk.screen("Leyla")


def test_the_text_is_theirs_until_asked(talk: Talk, case: Case) -> None:
    """It can be changed, is kept encrypted, and a file is no text."""
    talk.press("Leyla", f"pass_on:{case.reference}:ombudsman")
    first = talk.write("Leyla", "Farid asks.")
    talk.edit("Leyla", first, TOLD)
    talk.write("Leyla", "It is <urgent>.")
    talk.deliver()
    talk.press("Leyla", f"may_we:{case.reference}:ombudsman")
    talk.deliver()
    assert f"{TOLD}\nIt is &lt;urgent&gt;." in talk.screen("Farid")
    assert "Farid asks" not in talk.screen("Farid")


def test_a_number_in_reply_to_it(talk: Talk, case: Case) -> None:
    """Said in reply to a question that is not the open one, a number answers neither."""
    talk.press("Farid", "delete")
    talk.deliver()
    _asked(talk, case)
    talk.write("Farid", "2", reply_to=talk.find("Farid", "may we tell"))
    talk.deliver()
    assert _state(talk) == "asked"
    assert "Are you sure" not in talk.screen("Farid")


@pytest.mark.parametrize("way", ["told where to go", "passed on"])
def test_whoever_refers_it_has_read_it(talk: Talk, case: Case, way: str) -> None:
    """That date is kept: it is not taken for forgotten."""
    if way == "passed on":
        _asked(talk, case)
    else:
        talk.press("Leyla", f"go_there:{case.reference}:ombudsman")
        talk.deliver()
        talk.press("Leyla", f"told_there:{case.reference}:ombudsman")
    assert talk.case().taken_at is not None


def test_on_another_phone(talk: Talk, case: Case) -> None:
    """Where the request is opened anew the question is asked again, and only there."""
    secret = re.search(r"(\d{3}) ?(\d{3})</b>", talk.ever_said("Farid"))
    assert secret is not None
    _asked(talk, case)
    talk.agreed("Nasrin")
    talk.write("Nasrin", f"{case.reference} {secret.group(1)}{secret.group(2)}")
    talk.deliver()
    assert TOLD in talk.screen("Nasrin")
    talk.press("Farid", "agree:1:yes")
    assert _state(talk) == "asked"
    talk.write("Nasrin", "1")
    assert _state(talk) == "allowed"


def test_their_chat_is_closed(talk: Talk, case: Case) -> None:
    """Where the question cannot arrive the member hears so."""
    row = Outbox(show="referral", case_id=case.id, person_id=case.person_id, args={})
    row.channel, row.chat, row.address = "telegram", "", ""
    talk.work(lambda s: delivered.unreachable(s, row, "blocked", talk.now, talk.charter))
    talk.deliver()
    assert "cannot be reached now" in talk.screen("Leyla")
