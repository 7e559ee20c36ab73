"""The digest as a civil servant reads it in Telegram."""

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import digests
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot.richtext import plain, units
from handlers.language import Tongue
from handlers.rules.published import Band, Share, Span
from handlers.staff import message, words
from handlers.staff import said as said_of
from handlers.staff.digest import Digest, Line, Outcome

TONGUES = {language: digests.tongue(language) for language in ("az", "en")}
FSI, PDI = "\u2068", "\u2069"


def said(digest: Digest, language: str = "en") -> str:
    """What is read."""
    return plain(message.text(digest, TONGUES[language]))


class Balanced(HTMLParser):
    """Fails where a tag is not of the few, or not closed in its order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        assert tag in ("b", "i", "blockquote"), tag
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def well_formed(rich: str) -> bool:
    """Whether Telegram takes it."""
    parser = Balanced()
    parser.feed(rich)
    parser.close()
    return not parser.open


def test_everything_stands_in_its_order() -> None:
    """The state, what is asked, topics, proposals, answers, … to the note on the figures."""
    text = said(digests.rich())
    order = [
        "Weekly digest of the Migrant Council",
        "Week 48: 23–29 November 2026",
        "Received: 30–34 people ▲ · Answered: 25–29 = · In time: 85% ▲ · Overdue: 5–9 ▼",
        "Mean of the four weeks before: Received 24, Answered 26, In time 78%, Overdue 10.",
        "3 proposals wait for your answer. 1 of them is new.",
        "The earliest is wished by 11 December 2026.",
        "2 answers are awaited; the oldest is 12 working days old.",
        "Top topics, and what people say is wrong (weeks 45–48 of 2026)",
        "Residence permit: 35–39 people",
        "The online form refuses passports",
        "What the council asks of you",
        "New: proposal 14 → Permits",
        "Accept letters in the field",
        "Behind it: 20–24 people · Wished by: 21 December 2026 · No answer yet",
        "Proposal 11",
        "Proposal 9",
        "You asked for more time · Sent 19 working days ago",
        "Answers that are awaited from you",
        "Answer to released request 3 → Fines and appeals: 12 working days old",
        "Answer to proposal 11",
        "Information that is missing, and rumours",
        "Signals: online services, queues, offices",
        "What recent decisions did",
        "What changed because of earlier digests",
        "Proposal 7: you accepted a part of it. The queue tickets",
        "The form in Russian",
        "Dates ahead",
        "31 December 2026: The scheme",
        "Days off: 31 December 2026, 1 January 2027",
        "Safeguarding",
        "Private requests, 3rd quarter 2026: 10–14 people. Read in time: nearly all.",
        "About these figures",
        "Not shown, because too few people stand behind it: Languages.",
        "their speakers are missing here: Urdu, Hindi",
        "not a sample",
    ]
    places = [text.find(one) for one in order]
    assert -1 not in places, [one for one, at in zip(order, places, strict=True) if at < 0]
    assert places == sorted(places)
    assert words.UNAPPROVED not in text
    assert "…" not in text


def test_one_proposal() -> None:
    """What is asked is said of it, not of "1 of them"."""
    digest = digests.rich()
    new = next(one for one in digest.asked if one.is_new)
    text = said(replace(digest, asked=(new,)))
    assert "1 proposal waits for your answer. This proposal is new. It is wished by" in text
    text = said(replace(digest, asked=(replace(new, is_new=False, wished_on=None),)))
    assert "1 proposal waits for your answer. 2 answers are awaited" in text


def test_nobody_looked() -> None:
    """A digest that nobody approved says so before any figure."""
    text = said(replace(digests.rich(), approved=False))
    assert text.index(words.UNAPPROVED) < text.index("Received")


def test_a_correction() -> None:
    """A correction says so at the top, with what the council says about it."""
    text = said(replace(digests.rich(), correction="The <b>office</b> was another one."))
    assert text.index("Correction.") < text.index("The <b>office</b> was") < text.index("Received")


def test_an_empty_week() -> None:
    """A week with nothing says so; whether somebody wrote at all, nobody can tell."""
    digest = digests.empty()
    text = said(digest)
    assert "Week 53: 28 December 2026 – 3 January 2027" in text
    assert "Received: 0–4 people" in text
    assert "A quiet week: fewer than five people wrote." in text
    assert words.NOTHING in text
    somebody = replace(digest, published=replace(digest.published, is_empty=False))
    assert said(somebody) == text


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (Share(Band(40, 44), 95), "In time: 95%"),
        (Share(Band(40, 44), word="nearly_all"), "In time: nearly all"),
        (Share(Band(40, 44), word="hardly_any"), "In time: hardly any"),
        (Share(Band(5, 9)), "In time: not shown"),
        (None, "In time: not shown"),
    ],
)
def test_shares(share: Share | None, shown: str) -> None:
    """A percentage, or in words why there is none."""
    shares = {"in_time": share} if share else {}
    published = replace(digests.PUBLISHED, shares=shares)
    assert shown in said(replace(digests.rich(), published=published))


@pytest.mark.parametrize(
    ("mean", "sign"), [(20.0, " ▲"), (31.0, " ="), (34.4, " ="), (40.0, " ▼"), (None, "")]
)
def test_against_the_weeks_before(mean: float | None, sign: str) -> None:
    """More or less is said where it is half a step or more."""
    means = {} if mean is None else {"received": mean}
    published = replace(digests.PUBLISHED, means=means)
    assert f"Received: 30–34 people{sign} ·" in said(replace(digests.rich(), published=published))


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        (date(2026, 11, 23), date(2026, 11, 29), "23–29 November 2026"),
        (date(2026, 11, 30), date(2026, 12, 6), "30 November – 6 December 2026"),
        (date(2026, 12, 28), date(2027, 1, 3), "28 December 2026 – 3 January 2027"),
    ],
)
def test_days_of_the_week(first: date, last: date, shown: str) -> None:
    """A week is named by its days, across months and years."""
    assert f": {shown}\n" in said(replace(digests.rich(), begins_on=first, ends_on=last))


def test_markup_in_a_line_is_text() -> None:
    """Nothing a member writes becomes markup."""
    line = '<b>bold</b> & <script>alert("x")</script> <a href="https://x.example">x</a>'
    rich = message.text(
        replace(digests.rich(), lines=(Line(section="gap", text=line),)), TONGUES["en"]
    )
    assert well_formed(rich)
    assert line in plain(rich)
    assert "<script" not in rich


def test_other_scripts_are_kept_apart() -> None:
    """A line that runs the other way is isolated and named; its signs of direction turn nothing."""
    lines = (
        Line(section="gap", text="فرم آنلاین کار نمی‌کند", language="fa"),
        Line(section="gap", text="Forma «اقامت»"),
        Line(section="gap", text="evil \u202eeman\u2069 end"),
    )
    rich = message.text(replace(digests.rich("az"), lines=lines), TONGUES["az"])
    assert f"• {FSI}فرم آنلاین کار نمی‌کند{PDI} <i>(fars)</i>" in rich
    assert f"• {FSI}Forma «اقامت»{PDI}\n" in rich
    assert "• evil eman end" in rich
    assert rich.count(FSI) == rich.count(PDI)


def test_a_line_in_another_language_is_named() -> None:
    """A line that stands only in the other language says in which; one in the reader's does not."""
    lines = (Line(section="gap", text="Yalnız burada", language="az"),)
    assert "Yalnız burada (Azerbaijani)" in said(replace(digests.rich(), lines=lines))
    assert "Yalnız burada\n" in said(replace(digests.rich("az"), lines=lines), "az")


def test_a_line_without_end() -> None:
    """A line of 10,000 characters is cut where it shows, and the rest of the digest stands."""
    long = Line(section="signal", text="sözün əsli " * 910)
    text = said(replace(digests.rich(), lines=(long, *digests.rich().lines)))
    assert re.search(r"• (sözün əsli ?)+(sözün ?)?… \(all of it is on the page\)", text)
    assert "The payment page was down" in text
    assert units(text) <= message.LIMIT


def test_too_much_for_a_message() -> None:
    """What gives way is the least important, and how much it is stands in its place."""
    for language in ("az", "en"):
        rich = message.text(digests.overfull(language), TONGUES[language])
        assert units(plain(rich)) <= message.LIMIT
        assert well_formed(rich)
    text = said(digests.overfull())
    assert "20 proposals wait for your answer." in text
    assert "New: proposal 101" in text
    assert re.search(r"What recent decisions did\n… and 20 more on the page", text)
    assert "not a sample" in text


def test_a_letter_holds_all() -> None:
    """Without a limit nothing gives way."""
    text = plain(message.text(digests.overfull(), TONGUES["en"], limit=None))
    assert "more on the page" not in text
    assert all(f"roposal {100 + n} →" in text for n in range(20))


TEXTS = some.text(max_size=3000) | some.sampled_from(
    ["<" * 5000, "&" * 5000, "😀" * 5000, "ə" * 9999]
)


@settings(max_examples=60, deadline=None)
@given(
    lines=some.lists(
        some.builds(
            Line,
            section=some.sampled_from(["topic", "gap", "signal", "decision", "change", "date"]),
            text=TEXTS,
            topic=some.sampled_from(["", "labour", "residence", "nobody_knows"]),
            language=some.sampled_from(["", "fa", "en"]),
        ),
        max_size=40,
    ),
    correction=TEXTS,
    outcome=TEXTS,
)
def test_whatever_is_written_fits(lines: list[Line], correction: str, outcome: str) -> None:
    """One message, always, and Telegram takes it."""
    digest = replace(
        digests.rich("az"),
        lines=tuple(lines),
        correction=correction,
        approved=False,
        outcomes=(Outcome(number=1, state="refused", text=outcome),) * 9,
    )
    rich = message.text(digest, TONGUES["az"])
    assert units(plain(rich)) <= message.LIMIT
    assert message.units(rich) == units(plain(rich))
    assert well_formed(rich)


def test_every_state_has_words() -> None:
    """Whatever the Service answered, the digest can say it."""
    t: Tongue = TONGUES["en"]
    for state in words.OUTCOMES:
        outcome = Outcome(number=5, state=state, text="")
        digest = replace(digests.rich(), outcomes=(outcome,))
        assert "Proposal 5: " in plain(message.text(digest, t))
    for state in words.STANDING:
        asked = replace(digests.rich().asked[0], state=state)
        assert str(t(words.STANDING[state])) in said(replace(digests.rich(), asked=(asked,)))


def test_times_are_said_as_the_language_writes_them() -> None:
    """Hours have the comma of the language, tenths only where they tell something."""
    assert said_of.hours(TONGUES["en"], 3.54) == "3.5 h"
    assert said_of.hours(TONGUES["en"], 33.4) == "33 h"
    assert "too few" in said_of.hours(TONGUES["en"], None)


def test_spans_of_weeks() -> None:
    """Tables name their weeks, across New Year too."""
    for first, last, shown in (
        ("2026-W45", "2026-W48", "weeks 45–48 of 2026"),
        ("2026-W48", "2026-W48", "week 48 of 2026"),
        ("2026-W52", "2027-W02", "from week 52 of 2026 to week 2 of 2027"),
    ):
        span = Span(first=first, last=last, weeks=4)
        assert said_of.weeks(TONGUES["en"], span) == shown
