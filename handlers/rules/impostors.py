"""Words about money or codes that somebody asked for the council's help: that is never one of us."""

from collections.abc import Mapping
from functools import cache

from handlers.rules.folding import fold
from handlers.rules.lists import BY_SOUND, by_sound, plain_of
from handlers.rules.phrases import Phrases

ASKED: Mapping[str, tuple[str, ...]] = {
    "en": (
        "pay|paid|money|fee|bribe ~ for ~ answer|help|request|application|council",
        "asks|asked|asking|wants|wanted|demands|demanded ~ money|fee|payment|bribe|manat|dollars",
        "send|sent|give|gave|tell|told|asks|asked|wants ~ code|password|pin|cvv",
        "council|member|bot|operator ~ money|pay|payment|bribe|card",
        "bribe|bribes",
    ),
    "az": (
        "pul*|manat*|rüşvət* ~ istəy*|istədi*|istədilər|tələb*|deyir*",
        "cavab*|kömək*|müraciət* ~ pul*|manat*|ödə*|rüşvət*",
        "pul*|ödə*|ödəniş* ~ cavab*|kömək*|müraciət*",
        "kod*|şifrə*|parol* ~ istəy*|istədi*|göndər*|deyim|soruş*",
        "göndər* ~ kod*|şifrə*|parol*",
        "rüşvət*|hörmət pulu",
    ),
    "ru": (
        "деньги|денег|взятк*|рубл*|манат*|плат* ~ прос*|треб*|хот*|хоч*|вымога*",
        "прос*|треб*|хот*|хоч*|вымога* ~ деньги|денег|взятк*|оплат*|заплат*|манат*",
        "заплат*|плат*|деньги|оплат* ~ за ~ ответ*|помощ*|обращени*|заявлени*",
        "код|кода|парол*|пинкод ~ прос*|треб*|отправ*|присла*|сказать|назвать",
        "прос*|треб*|отправ*|пришл*|присла*|скаж*|назов* ~ код|парол*|пинкод",
        "взятк*",
    ),
    "tr": (
        "para|parayı|ücret*|rüşvet* ~ istiyor*|istedi*|talep*",
        "cevap|cevabı|yardım|yardımı|başvuru* ~ para|ödeme*|ücret*|rüşvet*",
        "para|ödeme*|ücret* ~ cevap*|yardım*|başvuru*",
        "kod|kodu|şifre*|parola* ~ istiyor*|istedi*|gönder*|söyle*",
        "gönder* ~ kod|kodu|şifre*|parola*",
        "rüşvet*",
    ),
    "fa": (
        "پول*|منات|رشوه* ~ خواست*|میخواه*|میخاد|میخواد|طلب*",
        "جواب*|پاسخ*|کمک*|درخواست* ~ پول*|رشوه*|پرداخت*",
        "پول*|پرداخت* ~ جواب*|پاسخ*|کمک*|درخواست*",
        "کد|کدی|رمز* ~ خواست*|میخواه*|بفرست*|فرستاد*|بگو*",
        "بفرست*|فرستاد* ~ کد|رمز*",
        "رشوه*",
    ),
}
"""As in the lists of `words/`: * takes any ending, ~ lets up to three words stand between."""


def asks_for_money(text: str) -> bool:
    """Whether somebody may have asked this person for money, a code or a bribe for our help."""
    plain = fold(text)
    return bool(
        _lists(sounded=False).found(plain.split())
        or _lists(sounded=True).found(by_sound(text).split())
    )


@cache
def _lists(*, sounded: bool) -> Phrases[str]:
    return Phrases(
        [
            (pattern, language)
            for language, patterns in ASKED.items()
            for pattern in patterns
            if (language in BY_SOUND) is sounded
        ],
        plain_of("ru" if sounded else "en"),
    )
