"""Time goes on: one kind of work that fails stops no other, and nothing falls due for ever."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from talk import Talk

from bot.app import App
from bot.charter_file import read_charter
from bot.clock import JumpingClock
from bot.faults import SettingsFault
from handlers import due
from storage.model import Newcomer, Outbox

SMALL = "How can I learn the language?"
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def there(talk: Talk) -> None:
    """A member, a chair and a migrant who agreed."""
    talk.seat("Leyla")
    talk.seat("Vusal", "chair")
    talk.seat("Olga", "operator")
    talk.agreed("Farid")


async def test_one_kind_fails(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Consent still runs out, and everything else goes on; the operators hear of it once."""

    def broken(*_: Any) -> None:
        raise KeyError(SMALL)

    jobs = tuple(
        replace(job, run=broken) if job.name == "quiet drafts" else job for job in due.JOBS
    )
    talk.write("Farid", SMALL)
    talk.somebody("Rana")
    talk.write("Rana", "hello")
    clock = JumpingClock(talk.now)
    app = App(talk.database, talk.charter, clock, {})
    monkeypatch.setattr(due, "JOBS", jobs)
    for _ in range(3):
        clock.jump(timedelta(hours=25))
        await app.tick()
    assert not talk.work(lambda s: s.scalars(select(Newcomer)).all())
    assert talk.case().state == "open"
    alerts = talk.work(lambda s: s.scalars(select(Outbox).where(Outbox.show == "alert")).all())
    assert [a.args for a in alerts] == [
        {"what": "job_failed", "job": "quiet drafts", "error": "KeyError"}
    ]


def test_a_request_that_nobody_reads(talk: Talk) -> None:
    """Each date that passes is apologised for with a new one: of the reading, and of the answer."""
    case = talk.hand_in("Farid", SMALL)
    assert case.read_by_at is not None
    assert case.answer_by_at is not None
    talk.now = case.read_by_at - timedelta(minutes=1)
    talk.later(minutes=0)
    talk.deliver()
    assert "sorry" not in talk.ever_said("Farid")
    talk.later(minutes=2)
    talk.deliver()
    assert "sorry, it takes longer than we said" in talk.screen("Farid")
    assert talk.case().answer_by_at == case.answer_by_at  # that one still stands
    talk.later(seconds=(case.answer_by_at - talk.now).total_seconds() + 1)
    talk.deliver()
    assert talk.case().answer_by_at > talk.now  # type: ignore[operator]


@pytest.mark.parametrize("promise", ["0h", "0d", "0.0h", "0m"])
def test_no_promise_of_no_time(tmp_path: Path, promise: str) -> None:
    """A promise that is over when it is given would be broken for ever: it stops the start."""
    text = (ROOT / "council.toml").read_text()
    assert 'read = "1h"' in text
    (tmp_path / "council.toml").write_text(text.replace('read = "1h"', f'read = "{promise}"'))
    with pytest.raises(SettingsFault):
        read_charter(tmp_path / "council.toml")


def test_weeks_asleep(talk: Talk) -> None:
    """After weeks without power everything due is done in a bounded number of steps."""
    talk.hand_in("Farid", SMALL)
    talk.hand_in("Farid", "My employer keeps my wages")
    talk.write("Farid", "an unsent word")
    talk.now += timedelta(days=40)
    steps = 0
    while talk.work(lambda s: due.run_due(s, talk.charter, talk.now)):
        steps += 1
        assert steps < 700
    talk.deliver()
    assert talk.ever_said("Farid").count("sorry") <= 3
    assert talk.ever_said("Leyla").count("wait") <= 9
    assert talk.ever_said("Vusal").count("late or nearly") <= 3
