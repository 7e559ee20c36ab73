"""No number that identifies somebody is left, and what a request lives by stays."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.rules.digits import western
from handlers.rules.masking import HIDDEN, holds_numbers, mask
from handlers.rules.references import new_reference, shown

REFERENCE = shown(new_reference(lambda _: 48271935), "MC")


@pytest.mark.parametrize(
    "number",
    [
        "AZE12345678",
        "AZE 12345678",
        "aze12345678",
        "AA1234567",
        "aa 1234567",
        "AB 1234567",
        "C01234567",
        "P1234567A",
        "C01X00T47",
        "12AB34567",
        "АВ123456",
        "АВ 123456",
        "4509 123456",
        "U12345678",
        "10987654321",
        "5ABC12D",
        "5abc1d2",
        "MYI1234567",
        "MYİ 123456",
        "myi 12345",
        "DYİ-123456",
        "4169 7388 1234 5678",
        "4169-7388-1234-5678",
        "4169738812345678",
        "4169 7388 1234 5678 12/26",
        "3782 822463 10005",
        "+994 50 123 45 67",
        "+994501234567",
        "00994501234567",
        "050 123 45 67",
        "(050) 123-45-67",
        "050.123.45.67",
        "050/123/45/67",
        "0501234567",
        "404 12 34",
        "+90 (532) 123 45 67",
        "8 (999) 123-45-67",
        "+98 912 345 6789",
        "0 5 0 1 2 3 4 5 6 7",
        "0501234567yə",
        "1234-12-05-2026",
        "12.05.2026.123",
        "AZ21NABZ00000000137010001944",
        "AZ21 NABZ 0000 0000 1370 1000 1944",
        "TR33 0006 1005 1978 6457 8413 26",
        "۰۵۰۱۲۳۴۵۶۷",
        "٤١٦٩ ٧٣٨٨ ١٢٣٤ ٥٦٧٨",
        "०५०१२३४५६७",
        "050\u200e123\u200f45\u206967",
        "0️⃣5️⃣0️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣",
        "somebody@mail.example",
        "a.b+c@sub.mail.example",
    ],
)
def test_what_identifies_is_hidden(number: str) -> None:
    """Nothing of the number is left, wherever it stands in a sentence."""
    assert mask(number) == HIDDEN
    assert mask(f"my number is {number}, please") == f"my number is {HIDDEN}, please"
    assert mask(f"مدرک من {number} است") == f"مدرک من {HIDDEN} است"
    assert mask(f"({number})") == f"({HIDDEN})"
    assert holds_numbers(f"here: {number}") is ("@" not in number)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("FIN 5ABC12D", "FIN •••"),
        ("fin kodum: 7xyzabc", "fin kodum: •••"),
        ("фин код 1abcdef", "фин код •••"),
        ("passport12345678", "passport•••"),
        ("0501234567-yə zəng", "•••-yə zəng"),
        ("wa.me/994501234567", "wa.me/•••"),
        ("ya 0501234567, ya 0552345678", "ya •••, ya •••"),
        ("card 4169738812345678, 350 AZN", "card •••, 350 AZN"),
        ("born 12.05.1990, AA1234567", "born 12.05.1990, •••"),
        (f"{REFERENCE} 0501234567", f"{REFERENCE} •••"),
    ],
)
def test_only_the_number_is_hidden(text: str, left: str) -> None:
    """What stands around a number stays."""
    assert mask(text) == left


@pytest.mark.parametrize(
    "text",
    [
        REFERENCE,
        REFERENCE.replace(" ", ""),
        f"{REFERENCE}?",
        "12.05.2026",
        "2026-05-12",
        "12/05/2026",
        "12.05.26",
        "۱۴۰۵/۰۲/۱۲",
        "12.05.2026-15.06.2026",
        "12-15.05.2026",
        "12.05.2026 18:30",
        "12.05.2026dan",
        "01.2026-12.2026",
        "09:00-18:00",
        "09.00-18.00",
        "350 AZN",
        "350 manat",
        "1 200 manat",
        "1 200 000 AZN",
        "350/600/1000 AZN",
        "AZN 350000",
        "$1,200,000",
        "2500000 تومان",
        "٣٥٠ منات",
        "10manat",
        "112",
        "112, 102, 103",
        "112 102 103",
        "919",
        "012 919",
        "116111",
        "in 2025 2026",
        "2019-2024",
        "Law 1308-IVQ (30.09.2015)",
        "Decision 99 of 03.04.2025",
        "Nizami 12/34 apt 56",
        "202 Binagadi, AZ1114",
        "room 123456",
        "covid19",
        "COVID19",
        "2months",
        "15 days, 90 days in 180",
        "qeydiyyat@migration.gov.az",
        "У меня двое детей, 5 и 7 лет",
        "",
    ],
)
def test_what_a_request_lives_by_stays(text: str) -> None:
    """Dates, times, sums, laws, houses, numbers of help and our references are not touched."""
    assert mask(text) == text
    assert mask(f"so {text} ok") == f"so {text} ok"
    assert not holds_numbers(text)


def test_a_council_names_its_own_public_numbers() -> None:
    """A helpline of the council's file may be written out."""
    helpline = "012 480 22 80"
    assert mask(helpline) == HIDDEN
    assert mask(helpline, public={"0124802280"}) == helpline
    assert not holds_numbers(helpline, public={"0124802280"})


def test_a_phone_that_looks_like_a_reference_is_hidden() -> None:
    """Nine right digits without the prefix may be a phone, and another council's are not ours."""
    nine = new_reference(lambda _: 50123456)
    assert mask(nine) == HIDDEN
    assert mask(f"MC {nine}", prefix="RC") == HIDDEN
    assert mask(f"RC {nine}", prefix="RC") == f"RC {nine}"


separators = st.sampled_from(["", " ", "-", ".", " - ", "\u00a0", "/", "\u200e", "_"])
zeros = st.sampled_from("0٠۰०০\uff10")
around = st.sampled_from(["{}", "nömrəm {} dir", "tel: {}.", "({})", "«{}»", "\n{}\n", "а {} б"])


@settings(deadline=None)
@given(
    st.text("0123456789", min_size=7, max_size=19),
    st.lists(separators, min_size=19, max_size=19),
    zeros,
    around,
)
def test_no_long_number_gets_through(
    digits: str, between: list[str], zero: str, sentence: str
) -> None:
    """Seven digits or more are hidden in any script and any grouping, or they were a date or time."""
    grouped = "".join(
        digit + (gap if place % 3 == 2 else "")
        for place, (digit, gap) in enumerate(zip(digits, between, strict=False))
    )
    scripted = "".join(
        chr(ord(zero) + int(sign)) if "0" <= sign <= "9" else sign for sign in grouped
    )
    left = western(mask(sentence.format(scripted)))
    harmless = any(mark in grouped for mark in ".-/") or digits[:2] in {"19", "20"}
    assert harmless or not any("0" <= sign <= "9" for sign in left)


@settings(deadline=None)
@given(st.from_regex(r"\A(?:[A-Z]{1,2}[0-9]{7,8}|AZE[0-9]{8}|[0-9]{2}[A-Z]{2}[0-9]{5})\Z"), around)
def test_no_passport_gets_through(number: str, sentence: str) -> None:
    """Series and number go together."""
    assert mask(sentence.format(number)) == sentence.format(HIDDEN)


signs = st.sampled_from([*"0123456789", *"  ..--//:,()+", *"ABazə@٣\u2068\n$•", " AZN", "MC "])


@settings(deadline=None, max_examples=300)
@given(st.lists(signs, max_size=60).map("".join) | st.text())
def test_masking_twice_changes_nothing(text: str) -> None:
    """What is masked stays as it is, and holds no number any more."""
    masked = mask(text)
    assert mask(masked) == masked
    assert not holds_numbers(masked)
    assert (masked != text) or not holds_numbers(text)
