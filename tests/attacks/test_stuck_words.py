"""What we failed to handle gets, after the mend, to whom it was written, and to nobody else."""

import json
from dataclasses import asdict
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select
from talk import CHANNEL, Talk

from bot.app import App
from bot.clock import JumpingClock
from bot.replay import replay
from handlers import stuck
from handlers.messages import Incoming
from storage.model import Entry, Stuck

SMALL = "How can I learn the language?"
STUCK = "It is about Leyla, who sits in your council."
NUMBERS = count(1)


@pytest.fixture(autouse=True)
def there(talk: Talk) -> None:
    """Two members, one for private words, and a migrant who agreed."""
    talk.seat("Leyla")
    talk.seat("Nigar", "focal")
    talk.agreed("Farid")


def _fails(talk: Talk, who: str, **what: Any) -> None:
    """Something of theirs that we fail to handle."""
    number = next(NUMBERS)
    address = talk.addresses[who]
    what = {"message_id": f"s{number}", "sent_at": talk.now} | what
    incoming = Incoming(CHANNEL, f"stuck:{number}", address, **what)
    raw = json.dumps({"incoming": asdict(incoming)}, default=str)
    talk.work(lambda s: stuck.set_aside(s, incoming, "KeyError", raw, talk.now, talk.charter))
    talk.deliver()


def _replayed(talk: Talk) -> dict[str, int]:
    counts = dict(replay(talk.database, talk.charter, 42, talk.now))
    talk.deliver()
    return counts


def test_private_words(talk: Talk) -> None:
    """Words that failed after Private are private after the mend, whatever is open by then."""
    case = talk.hand_in("Farid", SMALL)
    talk.press("Farid", "private")
    talk.press("Farid", "safe:yes")
    _fails(talk, "Farid", text=STUCK)
    talk.press("Farid", f"add:{case.reference}")
    assert _replayed(talk) == {"added": 1}
    assert STUCK not in talk.ever_said("Leyla")
    draft = talk.case()
    assert (draft.state, draft.track) == ("draft", "private")
    talk.write("Farid", "one thing more")
    assert "one thing more" in talk.work(
        lambda s: list(s.scalars(select(Entry.text).where(Entry.case_id == case.id)))
    )


def test_a_members_words(talk: Talk) -> None:
    """A member's old words get into no answer that they are writing by then."""
    case = talk.hand_in("Farid", SMALL)
    _fails(talk, "Leyla", text="This is for somebody else.")
    talk.press("Leyla", f"answer:{case.reference}")
    talk.write("Leyla", "There are free courses.")
    assert _replayed(talk) == {"still stuck": 1}
    talk.press("Leyla", f"sendit:{case.reference}")
    talk.deliver()
    assert "somebody else" not in talk.ever_said("Farid")
    assert _replayed(talk) == {"added": 1}
    assert "Which request is this for?" in talk.screen("Leyla")


def test_an_edit(talk: Talk) -> None:
    """An edit that failed was said to be safe: it reaches its request."""
    talk.hand_in("Farid", SMALL)
    _fails(
        talk, "Farid", happened="edit", message_id=talk.mine["Farid"][0], text=f"{SMALL} Please."
    )
    assert "is safe" in talk.screen("Farid")
    assert _replayed(talk) == {"added": 1}
    assert f"{SMALL} Please." in talk.screen("Leyla")


@pytest.mark.parametrize(
    "what", [{"happened": "press", "press": "menu"}, {"text": "1"}, {"text": "/requests"}]
)
def test_what_is_never_done_later(talk: Talk, what: dict[str, Any]) -> None:
    """Of a press, a number or a command nobody says that it is safe and will be looked at."""
    _fails(talk, "Farid", **what)
    assert "is safe" not in talk.screen("Farid")
    assert "Please write START again" in talk.screen("Farid")
    assert _replayed(talk) == {"skipped": 1}


def test_nothing_of_who_never_agreed(talk: Talk) -> None:
    """Of a stranger's message that failed not even its chat is kept, however it came."""
    talk.somebody("Rana")
    _fails(talk, "Rana", text=STUCK)
    app = App(talk.database, talk.charter, JumpingClock(talk.now), {})
    body = {"update_id": 1, "message": {"chat": {"id": int(talk.addresses["Rana"])}}}
    app._keep(json.dumps(body).encode(), "Unparsable", CHANNEL)
    kept = talk.work(lambda s: s.scalars(select(Stuck)).all())
    assert [(one.chat, one.raw) for one in kept] == [(None, None)] * 2
