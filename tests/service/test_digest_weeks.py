"""A week's digest: drafted on Friday, sent once after the week, and never counted again."""

import threading
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session
from town import charter
from weekly import Weekly, at

from handlers import due
from handlers.charter import DigestPlan
from handlers.language import Tongue
from handlers.rules import digest_days, weeks
from handlers.service import digest_content, digest_figures, figures
from handlers.service import digests as service
from handlers.staff.words import QUIET
from storage import digests
from storage.database import Database
from storage.model import Recipient

UTC = ZoneInfo("UTC")


@pytest.fixture
def town(database: Database) -> Weekly:
    """A council of three, and somebody of the Service, on a Tuesday."""
    return Weekly.of_three(database)


def asks(town: Weekly, name: str, text: str = "My employer does not pay my wages.") -> None:
    """A migrant hands something in."""
    town.agreed(name)
    town.hand_in(name, text)


class TestDays:
    """When it is drafted and sent."""

    @pytest.mark.parametrize(
        ("plan", "drafted", "sent"),
        [
            (DigestPlan(), "2026-11-27 10:00", "2026-11-30 09:00"),
            (DigestPlan(day=3, at=time(12)), "2026-11-27 10:00", "2026-12-02 12:00"),
            (DigestPlan(draft_day=1, draft_at=time(8)), "2026-11-30 08:00", "2026-11-30 09:00"),
            (DigestPlan(draft_day=1, draft_at=time(9)), "2026-11-23 09:00", "2026-11-30 09:00"),
            (DigestPlan(day=7, draft_day=1), "2026-11-30 10:00", "2026-12-06 09:00"),
        ],
    )
    def test_by_the_council_s_clock(self, plan: DigestPlan, drafted: str, sent: str) -> None:
        """The first day of sending after the week; the last day for drafts before that."""
        assert digest_days.drafted_at("2026-W48", plan, "Asia/Baku") == at(drafted)
        assert digest_days.sent_at("2026-W48", plan, "Asia/Baku") == at(sent)

    def test_the_hour_that_clocks_skip_and_show_twice(self) -> None:
        """At 02:30 on the night of change it is sent once, and the week after at 02:30 again."""
        zone = ZoneInfo("Europe/Berlin")
        plan = DigestPlan(day=7, at=time(2, 30), draft_day=6, draft_at=time(2, 30))
        sent = [
            digest_days.sent_at(week, plan, zone)
            for week in ("2027-W11", "2027-W12", "2026-W42", "2026-W43")
        ]
        assert sent[0] == at("2027-03-28 01:30", UTC)  # there is no 02:30: it is 03:30 by then
        assert sent[1] == at("2027-04-04 00:30", UTC)
        assert sent[2] == at("2026-10-25 00:30", UTC)  # the first of the two
        assert sent[3] == at("2026-11-01 01:30", UTC)

    def test_each_digest_is_after_the_draft_of_it_and_before_the_next(self) -> None:
        """Whatever the days are, drafts and digests follow each other."""
        for day in range(1, 8):
            for draft_day in range(1, 8):
                plan = DigestPlan(day=day, draft_day=draft_day)
                first, second = (
                    (
                        digest_days.drafted_at(week, plan, "Europe/Berlin"),
                        digest_days.sent_at(week, plan, "Europe/Berlin"),
                    )
                    for week in ("2027-W11", "2027-W12")
                )
                assert first[0] < first[1] <= second[0] < second[1]


class TestADraft:
    """Friday."""

    def test_the_chair_and_who_covers_it_are_told_once(self, town: Weekly) -> None:
        """Who covers only what nobody wrote about hears nothing; none chosen is all."""
        town.becomes("Leyla", topics=["labour"])
        town.becomes("Samir", topics=["citizenship"])
        town.seat("Nigar")
        asks(town, "Farid")
        town.until("2026-11-27 09:59")
        assert "The draft" not in town.ever_said("Vusal")
        town.until("2026-11-27 10:00")
        town.until("2026-11-27 18:00")
        for who in ("Vusal", "Leyla", "Nigar"):
            assert town.ever_said(who).count("The draft of the digest") == 1, who
            assert "Mon 30 Nov" in town.ever_said(who), who
        assert "The draft" not in town.ever_said("Samir")
        assert town.run("2026-W48").stage == "drafted"
        assert town.noted() == ["digest_drafted"]

    def test_an_empty_week_is_the_chair_s_alone(self, town: Weekly) -> None:
        """Nobody wrote: only the chair hears of the draft."""
        town.until("2026-11-27 10:00")
        assert "The draft" in town.ever_said("Vusal")
        assert "The draft" not in town.ever_said("Leyla")

    def test_of_a_private_request_nobody_hears(self, town: Weekly) -> None:
        """What is private is no topic of the digest's."""
        town.seat("Nigar", "focal")
        asks(town, "Farid", "My uncle beats me every evening.")
        assert town.case().track == "private"
        town.until("2026-11-27 10:00")
        assert "The draft" not in town.ever_said("Leyla")

    def test_the_chair_is_away(self, town: Weekly) -> None:
        """Whoever stands in for the chair is told, and may approve."""

        town.becomes("Vusal", away_until=at("2026-12-20 09:00"))
        town.becomes("Samir", is_acting=True)
        town.until("2026-11-27 10:00")
        assert "Without your yes" in town.ever_said("Samir")
        town.presses("Samir", "digest")
        town.presses("Samir", town.button("Samir", "digest_yes"))
        assert town.run("2026-W48").approved_by == town.seat_of("Samir").id


class TestSending:
    """Monday."""

    def test_nobody_reacts(self, town: Weekly) -> None:
        """Figures and approved lines go out, and it says that nobody looked at it."""
        asks(town, "Farid")
        town.until("2026-11-30 09:00")
        (message,) = town.digests_to("Gunel")
        run = town.run("2026-W48")
        digest = service.published(run, "az")
        assert digest is not None
        assert not digest.approved
        assert digest.published.counts["received"] == (0, 4)
        assert not digest.lines
        assert [one.file_id for one in message.attachments] == [
            "digest:2026-W48:az:chart",
            "digest:2026-W48:az:page",
            "digest:2026-W48:az:sheet",
        ]
        assert town.noted() == ["digest_drafted", "digest_sent"]
        assert town.weeks() == {"2026-W48": "sent", "2026-W49": "waiting"}

    def test_an_empty_week_is_sent_too(self, town: Weekly) -> None:
        """Nobody wrote, and that is said."""
        town.until("2026-11-30 09:00")
        (message,) = town.digests_to("Gunel")
        assert "0–4" in message.text
        assert Tongue("az", town.charter)(QUIET) in message.text

    def test_nobody_has_joined(self, database: Database) -> None:
        """It is published all the same, and whoever joins later can be sent it."""
        town = Weekly(database)
        town.seat("Vusal", "chair")
        town.begins("2026-11-24 09:00")
        town.until("2026-11-30 09:00")
        assert town.weeks()["2026-W48"] == "sent"
        town.joins("Gunel")

        def send(session: Session) -> bool:
            run = digests.find(session, "2026-W48")
            recipient = session.get_one(Recipient, 1)
            assert run is not None
            return service.send_to(session, town.charter, run, recipient, town.now)

        assert town.work(send)
        assert not town.work(send)
        town.deliver()
        assert len(town.digests_to("Gunel")) == 1

    def test_whoever_left_meanwhile_gets_nothing(self, town: Weekly) -> None:
        """What is on its way is checked again when it leaves."""
        town.later(seconds=(at("2026-11-30 09:00") - town.now).total_seconds())
        assert town.queued() == 1
        town.leaves("Gunel")
        town.deliver()
        assert not town.digests_to("Gunel")

    def test_somebody_whose_entry_is_gone(self, town: Weekly) -> None:
        """Who stands in council.toml no more is sent nothing."""
        town.charter = replace(town.charter, recipients=())
        town.until("2026-11-30 09:00")
        assert not town.copies()

    def test_missed_three_weeks(self, town: Weekly) -> None:
        """Each is sent at the start, in order, with the figures of its own week."""
        asks(town, "Farid")
        town.now = at("2026-12-08 12:00")
        asks(town, "Rana")
        asks(town, "Kamal")
        town.until("2026-12-15 08:00")
        assert [week for week, _ in town.copies()] == ["2026-W48", "2026-W49", "2026-W50"]
        for week, day in (("2026-W48", 30), ("2026-W49", 7), ("2026-W50", 14)):
            sent_at = town.run(week).sent_at
            assert sent_at is not None
            assert sent_at.day == day
        assert "The draft" not in town.ever_said("Vusal")
        assert len(town.digests_to("Gunel")) == 3

    def test_across_new_year(self, town: Weekly) -> None:
        """2026 has a week 53; after it comes the first week of 2027."""
        town.until("2027-01-12 09:00")
        assert list(town.weeks()) == [
            *(f"2026-W{number}" for number in range(48, 54)),
            "2027-W01",
            "2027-W02",
        ]
        run = town.run("2026-W53")
        digest = service.published(run, "en")
        assert digest is not None
        assert (digest.begins_on, digest.ends_on) == (date(2026, 12, 28), date(2027, 1, 3))
        assert run.sent_at == at("2027-01-04 09:00")

    def test_another_day_in_council_toml(self, town: Weekly) -> None:
        """Changed after the draft: this one goes when the chair was told, the next one anew."""
        town.until("2026-11-27 10:00")
        plan = replace(town.charter.digest, day=3, at=time(12))
        town.charter = replace(town.charter, digest=plan)
        town.ledger = replace(town.ledger, charter=town.charter)
        town.presses("Vusal", "digest")
        assert "Mon 30 Nov, 09:00" in town.screen("Vusal")
        assert "Wed 2 Dec" not in town.screen("Vusal")
        town.until("2026-11-30 09:01")
        assert [week for week, _ in town.copies()] == ["2026-W48"]
        town.until("2026-12-04 10:00")
        town.presses("Vusal", "digest")
        assert "Wed 9 Dec, 12:00" in town.screen("Vusal")

    def test_another_country_s_clock(self, database: Database) -> None:
        """Sundays at 02:30 through the night of change: every week once."""
        usual = charter(settle=timedelta(0))
        plan = DigestPlan(
            day=7, at=time(2, 30), draft_day=6, draft_at=time(2, 30), languages=("az", "en")
        )
        working = replace(usual.working_time, zone="Europe/Berlin", holidays="DE")
        town = Weekly(database, replace(usual, digest=plan, working_time=working))
        town.seat("Vusal", "chair")
        town.joins("Gunel")
        zone = ZoneInfo("Europe/Berlin")
        town.begins("2027-03-16 12:00", zone)
        town.until("2027-03-28 03:29", zone)
        assert town.copies() == []
        town.until("2027-03-28 03:31", zone)
        town.until("2027-04-04 02:31", zone)
        assert [week for week, _ in town.copies()] == ["2027-W11", "2027-W12"]


class TestFigures:
    """What is counted, and when."""

    def test_of_exactly_its_week(self, town: Weekly, monkeypatch: pytest.MonkeyPatch) -> None:
        """However late it is counted; of a draft, as far as the week is over."""
        spans = []
        real = figures.exact

        def watched(window: Session, calendar: object, start: datetime, end: datetime) -> object:
            spans.append((start, end))
            return real(window, calendar, start, end)

        monkeypatch.setattr(figures, "exact", watched)
        start, end = weeks.bounds("2026-W48", "Asia/Baku")
        for upto, until in ((at("2026-12-20 09:00"), end), (at("2026-11-25 12:00"), None)):
            moment = upto
            town.work(
                lambda s, m=moment: digest_figures.of_week(s, town.charter, "2026-W48", m)  # type: ignore[misc]
            )
            assert spans[-1] == (start, until or upto)

    def test_each_stands_on_what_was_published_before(
        self, town: Weekly, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The figures of earlier weeks are read as they were published, oldest first."""
        from handlers.rules import small_numbers

        seen: list[list[str]] = []
        real = small_numbers.publish

        def watched(*given: object) -> object:
            seen.append([one.week for one in given[4]])  # type: ignore[attr-defined]
            return real(*given)  # type: ignore[arg-type]

        monkeypatch.setattr(small_numbers, "publish", watched)
        town.until("2026-12-14 09:00")
        assert seen[-1] == ["2026-W48", "2026-W49"]

    def test_what_an_erasure_takes_changes_nothing(self, town: Weekly) -> None:
        """The same figures go out with a correction, though whoever was counted is gone."""
        for name in ("Farid", "Rana", "Kamal", "Omid", "Zara", "Ali"):
            asks(town, name)
        town.until("2026-11-30 09:00")
        before = town.run("2026-W48")
        for name in ("Farid", "Rana", "Kamal"):
            town.presses(name, "forget:sure")
            town.presses(name, "forget:now")
        assert len(list(town.cases())) == 3

        def correct(session: Session) -> int | None:
            run = digests.locked(session, "2026-W48")
            assert run is not None
            words = "The queue in Ganja was open on Tuesday."
            return service.correct(session, town.charter, run, words, town.now)

        assert town.work(correct) == 1
        assert town.work(correct) is None
        town.deliver()
        after = town.run("2026-W48")
        assert after.published == before.published
        assert after.content is not None
        assert before.content is not None
        for language, kept in after.content.items():
            same = {**kept, "correction": ""}
            assert same == before.content[language]
        first, second = town.digests_to("Gunel")
        assert "The queue in Ganja" not in first.text
        assert "The queue in Ganja was open on Tuesday." in second.text
        assert "digest_corrected" in town.noted()
        assert len(town.copies()) == 1

    def test_a_correction_only_for_one_language(self, town: Weekly) -> None:
        """Whoever reads another is sent nothing."""
        town.until("2026-11-30 09:00")

        def correct(session: Session) -> int | None:
            run = digests.locked(session, "2026-W48")
            assert run is not None
            return service.correct(session, town.charter, run, "Wrong.", town.now, language="en")

        assert town.work(correct) == 0
        town.deliver()
        assert len(town.digests_to("Gunel")) == 1


class TestOnce:
    """One digest, whoever sends it."""

    def test_two_schedulers(self, town: Weekly) -> None:
        """Both tick at the same moment: one draft, one digest, one copy."""
        town.now = at("2026-11-30 09:00")

        def ticks() -> None:
            for _ in range(20):
                with town.database.begin() as session:
                    if not due.run_due(session, town.charter, town.now):
                        return

        together(ticks, ticks)
        town.deliver()
        assert town.copies() == [("2026-W48", 1)]
        assert town.queued() == 1
        assert town.noted() == ["digest_drafted", "digest_sent"]
        assert len(town.digests_to("Gunel")) == 1

    def test_by_hand_and_by_schedule(self, town: Weekly) -> None:
        """Two real transactions want to send it at once: one does, the other hears that it went."""
        town.until("2026-11-30 08:59")
        town.now = at("2026-11-30 09:00")
        did: list[bool] = []

        def by_hand() -> None:
            with town.database.begin() as session:
                run = digests.locked(session, "2026-W48")
                assert run is not None
                did.append(service.send(session, town.charter, run, town.now, by="operator"))

        def by_schedule() -> None:
            with town.database.begin() as session:
                due.run_due(session, town.charter, town.now)

        together(by_hand, by_schedule)
        assert town.copies() == [("2026-W48", 1)]
        assert town.noted("digest_sent") == ["digest_sent"]
        assert town.weeks() == {"2026-W48": "sent", "2026-W49": "waiting"}

    def test_the_first_row_is_made_once(self, town: Weekly) -> None:
        """Two processes that start at once."""

        def begins() -> None:
            with town.database.begin() as session:
                digests.begin(session, "2027-W10", town.now)

        together(begins, begins)
        assert town.weeks() == {"2026-W48": "waiting", "2027-W10": "waiting"}


def together(*work: object) -> None:
    """All of it at the same time, each in a thread of its own; what one raises is raised."""
    faults: list[BaseException] = []
    barrier = threading.Barrier(len(work))

    def do(one: object) -> None:
        barrier.wait()
        try:
            one()  # type: ignore[operator]
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=do, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]


def test_days_off_and_languages(town: Weekly) -> None:
    """Days off of the next four weeks stand in it, and the languages that we do not speak."""
    assert digest_content.days_off(town.charter, date(2026, 11, 30)) == ()
    assert date(2027, 1, 1) in digest_content.days_off(town.charter, date(2026, 12, 21))
    town.until("2026-11-30 09:00")
    digest = service.published(town.run("2026-W48"), "az")
    assert digest is not None
    assert "ur" in digest.missing_languages
    assert "az" not in digest.missing_languages
