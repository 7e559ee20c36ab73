"""What everybody may read leads to nobody."""

from datetime import date

import pytest

from handlers.rules.personal import leads_to_somebody
from handlers.rules.references import new_reference, shown
from handlers.rules.typed_dates import coming_day

REFERENCE = new_reference(lambda below: 48_271_935)


@pytest.mark.parametrize(
    "text",
    [
        "+994 50 123 45 67",
        "٠٥٠ ١٢٣ ٤٥ ٦٧",
        "rana@example.org",
        "@rana_baku",
        "＠rana_baku",
        "@\u200brana_baku",
        "https://t.me/rana",
        "wa.me/rana",
        "passport C01234567",
        shown(REFERENCE, "MC"),
        REFERENCE,
    ],
)
def test_it_does(text: str) -> None:
    """Numbers, references, addresses and @names, however they are dressed up."""
    assert leads_to_somebody(f"please see {text} again", "MC")


@pytest.mark.parametrize(
    "text",
    [
        "Open the office on 27.11.2026 from 9:00 to 18:00.",
        "The form costs 20 AZN @ the counter, see info@migration.gov.az",
        "Law 713-IVQ, article 45, since 2013.",
    ],
)
def test_it_does_not(text: str) -> None:
    """Days, sums, laws and public addresses stay."""
    assert not leads_to_somebody(text, "MC")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31.12.", date(2026, 12, 31)),
        ("1/3", date(2027, 3, 1)),
        ("2027-02-29", None),
        ("01.02.2027", date(2027, 2, 1)),
        ("29.02.", None),
        ("soon", None),
    ],
)
def test_a_day_to_come(text: str, day: date | None) -> None:
    """Without a year the next such day is meant."""
    assert coming_day(text, date(2026, 11, 24)) == day
