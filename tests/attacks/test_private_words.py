"""What somebody wanted to be private is read by nobody else, whatever was on the screen before."""

import pytest
from talk import Talk

from storage.model import Case

SMALL = "How can I learn the language?"
ABOUT_LEYLA = "It is about Leyla, who sits in your council."


@pytest.fixture(autouse=True)
def there(talk: Talk) -> None:
    """An ordinary member, and a migrant who agreed."""
    talk.seat("Leyla", languages="en,az")
    talk.agreed("Farid")


def _goes(talk: Talk, who: str, case: Case) -> Case:
    """They press Send and whatever is asked then."""
    talk.press(who, f"send:{case.reference}")
    talk.press(who, f"date:{case.reference}:none")
    talk.deliver()
    return talk.case()


def test_private_after_a_draft_was_begun(talk: Talk) -> None:
    """ "Only a focal person reads what you write next" holds though a message waits unsent."""
    talk.seat("Nigar", "focal")
    talk.write("Farid", SMALL)
    talk.press("Farid", "private")
    talk.press("Farid", "safe:yes")
    talk.press("Farid", "about:none:")
    talk.write("Farid", ABOUT_LEYLA)
    talk.deliver()
    assert "Only a focal person" in talk.ever_said("Farid")
    _goes(talk, "Farid", talk.case())
    talk.opens("Nigar")
    assert ABOUT_LEYLA in talk.screen("Nigar")
    assert ABOUT_LEYLA not in talk.ever_said("Leyla")


@pytest.mark.parametrize("agreed_member", [False, True])
def test_words_instead_of_a_number(talk: Talk, agreed_member: bool) -> None:
    """Who pressed Private and writes at once, before any number, has written privately."""
    talk.seat("Nigar", "focal")
    who = talk.seat("Samir", agreed=True) if agreed_member else "Farid"
    talk.press(who, "private")
    talk.deliver()
    talk.write(who, ABOUT_LEYLA)
    _goes(talk, who, talk.case())
    talk.opens("Nigar")
    assert ABOUT_LEYLA in talk.screen("Nigar")
    assert ABOUT_LEYLA not in talk.ever_said("Leyla")


@pytest.mark.parametrize(
    "screen",
    [
        ("safe:yes",),
        ("safe:yes", "about:none:"),
        ("safe:yes", "about:none:", "ordinary:except:"),
    ],
)
def test_words_instead_of_a_choice(talk: Talk, screen: tuple[str, ...]) -> None:
    """Where nobody can read privately, words written before the choice wait for it."""
    for does in ("private", *screen):
        talk.press("Farid", does)
    talk.deliver()
    talk.write("Farid", ABOUT_LEYLA)
    case = _goes(talk, "Farid", talk.case())
    assert case.state == "awaiting_choice"
    assert ABOUT_LEYLA not in talk.ever_said("Leyla")


def test_whoever_must_not_see_it_does_not_get_it_added(talk: Talk) -> None:
    """ "Who must not see it?" holds for the button that adds to an older request too."""
    older = talk.hand_in("Farid", SMALL)
    talk.seat("Samir")
    for does in ("private", "safe:yes", "ordinary:except:", f"ordinary:{older.responsible_id}:"):
        talk.press("Farid", does)
    talk.write("Farid", ABOUT_LEYLA)
    talk.deliver()
    assert not [does for does in talk.buttons("Farid") if does.startswith("join")]
    talk.press("Farid", f"join:{talk.case().reference}:{older.reference}")
    talk.deliver()
    assert ABOUT_LEYLA not in talk.ever_said("Leyla")


def test_whoever_must_not_see_it_does_not_get_the_older_draft(talk: Talk) -> None:
    """An exception made after a draft was begun holds for the whole of it."""
    talk.seat("Samir")
    talk.write("Farid", SMALL)
    for does in ("private", "safe:yes", "ordinary:except:", "ordinary:1:"):
        talk.press("Farid", does)
    talk.write("Farid", ABOUT_LEYLA)
    _goes(talk, "Farid", talk.case())
    assert ABOUT_LEYLA not in talk.ever_said("Leyla")
    assert ABOUT_LEYLA in talk.screen("Samir")


@pytest.mark.parametrize("focal", [True, False])
def test_a_button_older_than_the_words(talk: Talk, focal: bool) -> None:
    """ "Add to …" pressed a moment after words of danger does not carry them to an open request."""
    if focal:
        talk.seat("Nigar", "focal")
    older = talk.hand_in("Farid", SMALL)
    talk.write("Farid", "one more thing")
    talk.deliver()
    (join,) = (does for does in talk.buttons("Farid") if does.startswith("join"))
    talk.write("Farid", "my uncle beats me")
    assert talk.press("Farid", join)
    talk.deliver()
    assert "beats me" not in talk.ever_said("Leyla")
    assert talk.case().state == "draft"
    assert older.reference != talk.case().reference


def test_earlier_private_requests_are_not_counted(talk: Talk) -> None:
    """A member is not told that the same person wrote to a focal person before."""
    talk.seat("Nigar", "focal")
    talk.hand_in("Farid", "my uncle beats me")
    talk.hand_in("Farid", SMALL)
    assert SMALL in talk.screen("Leyla")
    assert "before" not in talk.screen("Leyla")
    talk.hand_in("Farid", "my uncle beats me again")
    talk.opens("Nigar")
    assert "2 requests before" in talk.screen("Nigar")


def test_the_language_changes_between(talk: Talk) -> None:
    """Who changes the language after Private still writes privately, and is told so again."""
    talk.seat("Nigar", "focal", "en,az")
    talk.press("Farid", "private")
    talk.press("Farid", "safe:yes")
    talk.press("Farid", "about:none:")
    talk.press("Farid", "languages")
    talk.press("Farid", "lang:az")
    talk.write("Farid", ABOUT_LEYLA)
    _goes(talk, "Farid", talk.case())
    talk.opens("Nigar")
    assert ABOUT_LEYLA in talk.screen("Nigar")
    assert ABOUT_LEYLA not in talk.ever_said("Leyla")


def test_help_between(talk: Talk) -> None:
    """Who asks how it works after Private still writes privately."""
    talk.seat("Nigar", "focal")
    talk.press("Farid", "private")
    talk.press("Farid", "safe:yes")
    talk.press("Farid", "about:none:")
    talk.write("Farid", "/help")
    talk.deliver()
    talk.write("Farid", ABOUT_LEYLA)
    _goes(talk, "Farid", talk.case())
    assert ABOUT_LEYLA not in talk.ever_said("Leyla")


def test_a_draft_that_nobody_could_read_promises_nothing(talk: Talk) -> None:
    """Where no focal person could read it, an unsent cry is not said to go to somebody."""
    talk.write("Farid", "my uncle beats me")
    talk.deliver()
    assert "it goes to one person" not in talk.ever_said("Farid")
    assert "no council member who can read it" in talk.screen("Farid")
    talk.seat("Nigar", "focal")
    talk.write("Farid", "every day")
    talk.deliver()
    assert "it goes to one person" in talk.screen("Farid")
