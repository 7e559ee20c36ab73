"""The chair reads the record: who did what, never what somebody wrote, nothing of what is private."""

import pytest
from talk import Talk

SMALL = "How can I learn the language?"
RED = "My uncle beats me and keeps my passport."


@pytest.fixture(autouse=True)
def there(talk: Talk) -> None:
    """A member, a focal person, a chair, and a migrant."""
    talk.seat("Leyla")
    talk.seat("Nasrin", "focal")
    talk.seat("Vusal", "chair")
    talk.agreed("Farid")


def test_the_chair_reads_it(talk: Talk) -> None:
    """Aliases and references, without a word of anybody's."""
    case = talk.hand_in("Farid", SMALL)
    talk.press("Leyla", f"answer:{case.reference}")
    talk.write("Leyla", "There are courses.")
    talk.press("Leyla", f"sendit:{case.reference}")
    talk.deliver()
    talk.write("Vusal", "/record")
    talk.deliver()
    seen = talk.screen("Vusal")
    assert "Leyla: saw MC " in seen
    assert SMALL not in seen
    assert "There are courses" not in seen


def test_what_is_private_has_no_number(talk: Talk) -> None:
    """That somebody saw something private is told, and not which."""
    case = talk.hand_in("Farid", RED)
    talk.write("Vusal", "/record")
    talk.deliver()
    digits = f"{case.reference[:4]} {case.reference[4:8]}"
    assert "a private request" in talk.screen("Vusal")
    assert digits not in talk.screen("Vusal")


@pytest.mark.parametrize("who", ["Leyla", "Nasrin"])
def test_nobody_else_does(talk: Talk, who: str) -> None:
    """A member is told so; a migrant's command is no command of theirs."""
    talk.hand_in("Farid", SMALL)
    talk.press(who, "record")
    talk.deliver()
    assert "Only the chair reads the record." in talk.screen(who)


def test_after_erasure(talk: Talk) -> None:
    """Somebody erased stands there as nobody."""
    case = talk.hand_in("Farid", SMALL)
    for does in ("delete", "forget:sure", "forget:now"):
        talk.press("Farid", does)
    talk.deliver()
    talk.write("Vusal", "/record")
    talk.deliver()
    assert case.reference[:4] not in talk.screen("Vusal")
    assert "erased" in talk.screen("Vusal")


def test_it_pages(talk: Talk) -> None:
    """The older lines are behind a button."""
    for _ in range(8):
        talk.hand_in("Farid", SMALL)
    talk.write("Vusal", "/record")
    talk.deliver()
    older = next(does for does in talk.buttons("Vusal") if does.startswith("record:"))
    first = talk.screen("Vusal")
    talk.press("Vusal", older)
    talk.deliver()
    assert talk.screen("Vusal") != first
