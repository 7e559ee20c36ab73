"""Invented digests: a rich week, an empty one, and one that is too much for a message."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.charter_file import read_charter
from handlers.charter import Charter
from handlers.language import Tongue
from handlers.rules.published import Band, Published, Share, Span, Tables
from handlers.staff.digest import Asked, Digest, Line, Outcome, Owed

COUNCIL_TOML = Path(__file__).parent.parent / "council.toml"

TABLES = Tables(
    span=Span(first="2026-W45", last="2026-W48", weeks=4),
    tables={
        "topic": (
            ("residence", Band(35, 39)),
            ("labour", Band(20, 24)),
            ("registration", Band(15, 19)),
            ("documents", Band(10, 14)),
            ("fines", Band(5, 9)),
            ("housing", Band(5, 9)),
        ),
        "kind": (("question", Band(45, 49)), ("complaint", Band(30, 34)), ("help", Band(10, 14))),
        "urgency": (("P4", Band(45, 49)), ("P3", Band(40, 44)), ("P2", Band(5, 9))),
        "channel": (("telegram", Band(60, 64)), ("whatsapp", Band(30, 34))),
    },
    withheld=("language",),
    shares={
        "told": Share(Band(60, 64), word="nearly_all"),
        "helped": Share(Band(35, 39), 75),
        "referral_answered": Share(Band(5, 9)),
    },
    counts={
        "reopened": Band(5, 9),
        "unreachable": Band(0, 4),
        "rated": Band(35, 39),
        "referred": Band(5, 9),
    },
    times={"read": (3.5, 12.0), "answered": (14.0, 33.0), "closed": (41.0, None)},
)

PUBLISHED = Published(
    week="2026-W48",
    counts={
        "received": Band(30, 34),
        "answered": Band(25, 29),
        "closed": Band(20, 24),
        "overdue": Band(5, 9),
    },
    shares={"in_time": Share(Band(25, 29), 85)},
    means={"received": 24.5, "answered": 25.8, "overdue": 10.2, "in_time": 78.0},
    trends={
        "received": (15, 20, 20, 25, 15, 20, 25, 20, 25, 20, 25, 30),
        "answered": (10, 15, 20, 20, 15, 15, 20, 20, 25, 20, 25, 25),
    },
    tables=TABLES,
    safeguarding={
        "quarter": "2026-Q3",
        "people": Band(10, 14),
        "in_time": Share(Band(10, 14), word="nearly_all"),
    },
)

QUIET = Published(
    week="2026-W53",
    counts={name: Band(0, 4) for name in ("received", "answered", "closed", "overdue")},
    trends={"received": (0,), "answered": (0,)},
    is_empty=True,
)

WORDS = {
    "en": {
        "residence": "The online form refuses passports whose number begins with a letter. People "
        "come back to the office three times for the same paper.",
        "labour": "Employers keep the work permit card; workers believe that they may not leave.",
        "registration": "Landlords refuse to confirm the address, and nobody tells people what to "
        "do then.",
        "gap": "Rumour: “whoever leaves the country loses the residence permit at once.” Draft: "
        "A trip abroad of up to 90 days does not end a valid permit.",
        "gap2": "Nowhere in Urdu or Hindi is it said which documents a student needs.",
        "signal": "The payment page was down on Tuesday from 10:00 to 15:00.",
        "signal2": "Waiting at the Sumqayit office: two hours and more.",
        "decision": "Rule of 1 November on extensions: mostly questions, few problems; most ask "
        "whether it holds for students.",
        "change": "The form in Russian is online since 20 November: questions about it ended.",
        "date": "The scheme for lost migration cards ends",
        "concerns": "Online form “Temporary residence, extension”, page 2",
        "problem": "Passports of four countries have letters in their number; the form takes "
        "digits only.",
        "asked": "Accept letters in the field “passport number”, and say under the field what an "
        "example looks like.",
        "concerns2": "Rule for employers on the work permit card",
        "problem2": "Cards are kept by employers as a pledge.",
        "asked2": "Send every permit holder one message: the card is yours and stays with you.",
        "concerns3": "Confirmation of the place of stay",
        "problem3": "Without the landlord’s word there is no registration.",
        "asked3": "Take the rent contract or two neighbours’ statements in its place.",
        "outcome": "The queue tickets can be booked by telephone from January.",
    },
    "az": {
        "residence": "Onlayn forma nömrəsi hərflə başlayan pasportları qəbul etmir. İnsanlar eyni "
        "sənəd üçün idarəyə üç dəfə gəlir.",
        "labour": "İşəgötürənlər iş icazəsi kartını özlərində saxlayır; işçilər getməyə haqqı "
        "olmadığını düşünür.",
        "registration": "Ev sahibləri ünvanı təsdiqləmək istəmir, bu halda nə edəcəyini heç kim "
        "demir.",
        "gap": "Şayiə: “ölkədən çıxan yaşama icazəsini dərhal itirir”. Layihə: 90 günədək xaricdə "
        "olmaq qüvvədə olan icazəni ləğv etmir.",
        "gap2": "Tələbəyə hansı sənədlərin lazım olduğu urdu və hind dillərində heç yerdə yazılmayıb.",
        "signal": "Ödəniş səhifəsi çərşənbə axşamı 10:00–15:00 arası işləmirdi.",
        "signal2": "Sumqayıt idarəsində gözləmə: iki saat və daha çox.",
        "decision": "1 noyabr qaydası (müddətin uzadılması): əsasən suallar, az problem; çoxu "
        "tələbələrə aid olub-olmadığını soruşur.",
        "change": "Rusca forma 20 noyabrdan saytdadır: bu barədə suallar kəsildi.",
        "date": "İtirilmiş miqrasiya kartları üzrə güzəşt müddəti bitir",
        "concerns": "“Müvəqqəti yaşama, müddətin uzadılması” onlayn forması, 2-ci səhifə",
        "problem": "Dörd ölkənin pasport nömrəsində hərf var; forma yalnız rəqəm qəbul edir.",
        "asked": "“Pasport nömrəsi” xanasında hərflər qəbul edilsin, xananın altında nümunə "
        "göstərilsin.",
        "concerns2": "İş icazəsi kartı barədə işəgötürənlər üçün qayda",
        "problem2": "İşəgötürənlər kartları girov kimi saxlayır.",
        "asked2": "İcazəsi olan hər kəsə bir mesaj göndərilsin: kart sizindir və sizdə qalır.",
        "concerns3": "Olduğu yerin təsdiqi",
        "problem3": "Ev sahibinin sözü olmadan qeydiyyat yoxdur.",
        "asked3": "Onun yerinə icarə müqaviləsi və ya iki qonşunun ərizəsi qəbul edilsin.",
        "outcome": "Növbə talonunu yanvardan telefonla götürmək olacaq.",
    },
}
UNITS = {
    "en": ("Permits (residence, work, citizenship)", "Fines and appeals"),
    "az": ("İcazələr (yaşama, iş, vətəndaşlıq)", "Cərimələr və şikayətlər"),
}


def charter() -> Charter:
    """The council's, as it stands."""
    return read_charter(COUNCIL_TOML)


def tongue(language: str = "en") -> Tongue:
    """How that council speaks."""
    return Tongue(language, charter())


def rich(language: str = "en") -> Digest:
    """A week in which there is something to say in every part."""
    w, (permits, fines) = WORDS[language], UNITS[language]
    sent = date(2026, 11, 30)
    return Digest(
        week="2026-W48",
        language=language,
        council={"en": "Migrant Council", "az": "Miqrant Şurası"}[language],
        service={"en": "State Migration Service", "az": "Dövlət Miqrasiya Xidməti (DMX)"}[language],
        begins_on=date(2026, 11, 23),
        ends_on=date(2026, 11, 29),
        published=PUBLISHED,
        lines=(
            *(
                Line(section="topic", topic=topic, text=w[topic])
                for topic in ("residence", "labour", "registration")
            ),
            Line(section="gap", text=w["gap"]),
            Line(section="gap", text=w["gap2"]),
            Line(section="signal", text=w["signal"]),
            Line(section="signal", text=w["signal2"]),
            Line(section="decision", text=w["decision"]),
            Line(section="change", text=w["change"]),
            Line(section="date", text=w["date"], on=date(2026, 12, 31)),
        ),
        asked=(
            Asked(
                number=11,
                unit=permits,
                concerns=w["concerns2"],
                problem=w["problem2"],
                asked=w["asked2"],
                evidence=Band(15, 19),
                wished_on=date(2026, 12, 11),
                state="sent",
                sent_on=date(2026, 11, 16),
                age=10,
            ),
            Asked(
                number=14,
                unit=permits,
                concerns=w["concerns"],
                problem=w["problem"],
                asked=w["asked"],
                evidence=Band(20, 24),
                wished_on=date(2026, 12, 21),
                state="sent",
                sent_on=sent,
                age=0,
                is_new=True,
            ),
            Asked(
                number=9,
                unit=fines,
                concerns=w["concerns3"],
                problem=w["problem3"],
                asked=w["asked3"],
                evidence=Band(10, 14),
                wished_on=None,
                state="more_time",
                sent_on=date(2026, 11, 2),
                age=19,
            ),
        ),
        owed=(
            Owed(what="proposal", number=11, unit=permits, age=10),
            Owed(what="released", number=3, unit=fines, age=12),
        ),
        outcomes=(Outcome(number=7, state="partly", text=w["outcome"]),),
        holidays=(date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 4)),
        missing_languages=("ur", "hi", "ar", "ka", "zh", "bn", "fr"),
        approved=True,
        sent_on=sent,
    )


def empty(language: str = "en") -> Digest:
    """The week across New Year, in which nobody wrote and nobody looked."""
    return replace(
        rich(language),
        week="2026-W53",
        begins_on=date(2026, 12, 28),
        ends_on=date(2027, 1, 3),
        published=QUIET,
        lines=(),
        asked=(),
        owed=(),
        outcomes=(),
        holidays=(),
        missing_languages=(),
        approved=False,
        sent_on=date(2027, 1, 4),
    )


def overfull(language: str = "en") -> Digest:
    """So much that no message holds it: twenty of everything, with lines of 10,000 characters."""
    usual = rich(language)
    long = "Words that do not end. " * 435
    return replace(
        usual,
        lines=tuple(replace(line, text=long) for line in usual.lines * 20),
        asked=tuple(
            replace(usual.asked[n % 3], number=100 + n, asked=long, problem=long, concerns=long)
            for n in range(20)
        ),
        owed=tuple(replace(usual.owed[0], number=100 + n, age=n) for n in range(20)),
        outcomes=tuple(replace(usual.outcomes[0], number=50 + n, text=long) for n in range(20)),
    )
