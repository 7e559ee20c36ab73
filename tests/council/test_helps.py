"""Help: what it names exists, every screen of a member's has its own, and only the newest stands."""

import re

import pytest
from talk import Talk

from handlers import steps
from handlers.council import helps


@pytest.fixture(autouse=True)
def there(talk: Talk) -> None:
    """A member and the chair."""
    talk.seat("Leyla")
    talk.seat("Vusal", "chair")


def test_commands_exist() -> None:
    """No help names a command that leads nowhere."""
    texts = [*helps.SCREENS.values(), *helps.BEGINNINGS.values(), helps.CARDS, helps.COMMANDS]
    named = {
        name for text in [*texts, helps.MORE_COMMANDS] for name in re.findall(r"(?<!<)/(\w+)", text)
    }
    assert named
    assert named <= set(steps.COMMANDS)
    assert not re.search(r"/away back", " ".join(texts))


@pytest.mark.parametrize(
    ("who", "does", "says"),
    [
        ("Leyla", "me", helps.OWN_SEAT),
        ("Leyla", "leave", helps.OWN_SEAT),
        ("Leyla", "my_topics", helps.OWN_SEAT),
        ("Leyla", "standins", helps.AWAY),
        ("Leyla", "templates", helps.TEMPLATES),
        ("Leyla", "propose", helps.PROPOSING),
        ("Vusal", "members", helps.MEMBERS),
        ("Vusal", "invite", helps.MEMBERS),
        ("Vusal", "conflicts", helps.CONFLICT),
        ("Vusal", "bans", helps.BANNING),
        ("Vusal", "record", helps.RECORD),
    ],
)
def test_for_the_screen(talk: Talk, who: str, does: str, says: str) -> None:
    """Help speaks of the screen somebody is on, and not of cards."""
    talk.press(who, does)
    talk.write(who, "/help")
    talk.deliver()
    assert says in talk.screen(who)


def test_only_the_newest_stands(talk: Talk) -> None:
    """Asked for again, help takes the place of the one before."""
    for _ in range(3):
        talk.write("Leyla", "/help")
        talk.deliver()
    assert talk.screen("Leyla").count("/desk your requests") == 1


def test_back_to_the_chair(talk: Talk) -> None:
    """What the chair opened from the queue leads back to it."""
    for does in ("bans", "approvals"):
        talk.press("Vusal", does)
        talk.deliver()
        assert talk.buttons("Vusal")[-1] == "chair"
