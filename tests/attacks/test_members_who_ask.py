"""Members are migrants too: what they write and hear in one part does not spoil the other."""

import pytest
from sqlalchemy import select
from talk import Talk

from storage.model import Case, Outbox

OWN = "How can I learn the language?"
ANSWER = "There are free courses."


@pytest.fixture
def asked(talk: Talk) -> Case:
    """Samir, a member, asked something that Leyla reads; he reads Rana's request."""
    talk.seat("Leyla")
    talk.seat("Samir", agreed=True)
    talk.agreed("Rana")
    talk.press("Samir", "write:question")
    talk.write("Samir", OWN)
    case = talk.case()
    talk.press("Samir", f"send:{case.reference}")
    talk.press("Samir", f"date:{case.reference}:none")
    talk.deliver()
    return case


def _of_rana(talk: Talk) -> Case:
    """A request of Rana's that Samir reads."""
    case = talk.hand_in("Rana", "Where is the nearest school?")
    samir = talk.work(lambda s: s.get_one(Case, case.id)).responsible_id
    assert samir == 2
    return case


def _answered(talk: Talk, case: Case) -> None:
    talk.press("Leyla", f"answer:{case.reference}")
    talk.write("Leyla", ANSWER)
    talk.press("Leyla", f"sendit:{case.reference}")
    talk.deliver()


@pytest.mark.parametrize("screen", ["which", "compose", "preview", "whom", "close_reasons", "why"])
def test_an_answer_comes_while_they_work(talk: Talk, asked: Case, screen: str) -> None:
    """The answer to a member's own request arrives whatever of the council's they are asked."""
    ranas = _of_rana(talk)
    if screen == "which":
        talk.write("Samir", "It is near the park.")
    elif screen in ("compose", "preview"):
        talk.press("Samir", f"answer:{ranas.reference}")
    else:
        does = {"whom": "hand:{}", "close_reasons": "close:{}", "why": "to:{}:1"}[screen]
        talk.press("Samir", does.format(ranas.reference))
    if screen == "preview":
        talk.write("Samir", "It is near the park.")
    talk.deliver()
    _answered(talk, asked)
    assert ANSWER in talk.screen("Samir")
    assert not talk.work(
        lambda s: list(s.scalars(select(Outbox.error).where(Outbox.error.is_not(None))))
    )
    if screen == "preview":
        talk.press("Samir", f"sendit:{ranas.reference}")
        talk.deliver()
        assert "near the park" in talk.screen("Rana")


def test_a_preview_repeated_for_who_lost_the_request(talk: Talk, asked: Case) -> None:
    """A preview that is asked once more is still the request's: it goes when the request goes."""
    ranas = _of_rana(talk)
    talk.press("Samir", f"answer:{ranas.reference}")
    talk.write("Samir", "It is near the park.")
    talk.deliver()
    _answered(talk, asked)
    talk.press("Samir", f"over:{ranas.reference}:1:topic")
    talk.deliver()
    assert "near the park" not in talk.screen("Samir")


def test_words_after_their_own_answer(talk: Talk, asked: Case) -> None:
    """A member who got an answer and then writes without saying to whom is asked."""
    ranas = _of_rana(talk)
    _answered(talk, asked)
    talk.write("Samir", "Dear Rana, the school is near the park.")
    talk.deliver()
    assert "Which request is this for?" in talk.screen("Samir")
    assert "near the park" not in talk.ever_said("Leyla")
    talk.press("Samir", f"which:{ranas.reference}")
    talk.press("Samir", f"sendit:{ranas.reference}")
    talk.deliver()
    assert "near the park" in talk.screen("Rana")


def test_a_new_language_loses_no_answer(talk: Talk, asked: Case) -> None:
    """The answer a member was about to send outlives a change of their language."""
    ranas = _of_rana(talk)
    talk.press("Samir", f"answer:{ranas.reference}")
    talk.write("Samir", "It is near the park.")
    talk.write("Samir", "/language")
    talk.deliver()
    talk.press("Samir", "lang:ru")
    talk.deliver()
    talk.press("Samir", f"sendit:{ranas.reference}")
    talk.deliver()
    assert "near the park" in talk.screen("Rana")


def test_an_old_cancel_drops_nothing_else(talk: Talk, asked: Case) -> None:
    """Cancel under an old preview does not throw away the answer to another request."""
    first = _of_rana(talk)
    talk.seat("Aysu", languages="tr")
    talk.press("Samir", f"answer:{first.reference}")
    talk.write("Samir", "It is near the park.")
    talk.press("Samir", f"sendit:{first.reference}")
    second = talk.hand_in("Rana", "And the nearest library, where is it?")
    talk.press("Leyla", f"over:{second.reference}:2:topic")
    talk.press("Samir", f"answer:{second.reference}")
    talk.write("Samir", "In the old town.")
    talk.press("Samir", f"drop:{first.reference}")
    talk.press("Samir", f"sendit:{second.reference}")
    talk.deliver()
    assert "old town" in talk.screen("Rana")


def test_a_reply_to_what_is_gone(talk: Talk, asked: Case) -> None:
    """Words in reply to an erased request join no other answer."""
    gone, stays = _of_rana(talk), asked
    card = talk.find("Samir", "nearest school")
    talk.agreed("Farid")
    other = talk.hand_in("Farid", "Where is the museum?")
    if talk.work(lambda s: s.get_one(Case, other.id)).responsible_id == 1:
        talk.press("Leyla", f"over:{other.reference}:2:topic")
    for does in ("delete", "forget:sure", "forget:now"):
        talk.press("Rana", does)
    talk.press("Samir", f"answer:{other.reference}")
    talk.write("Samir", "Rana, your landlord is wrong.", reply_to=card)
    talk.press("Samir", f"sendit:{other.reference}")
    talk.deliver()
    assert "landlord" not in talk.ever_said("Farid")
    assert gone.reference != stays.reference
