"""What invented people wrote to the council in the weeks before the demo, and what they were answered."""

from dataclasses import dataclass

ASKED = (
    {
        "az": "Yaşayış icazəsi üçün elektron növbə",
        "en": "The online queue for residence permits",
    },
    {
        "az": "Səhifə həftələrlə boş gün göstərmir və günün nə vaxt açılacağı bilinmir.",
        "en": "The page shows no free day for weeks, and nobody knows when days are opened.",
    },
    {
        "az": "Boş günlərin açıldığı saatı səhifədə yazın və gözləmə siyahısı yaradın.",
        "en": "Say on the page at what hour days are opened, and keep a waiting list.",
    },
)
"""What the council proposed to the Service: what it is about, what goes wrong, what is asked."""
WISHED_IN = 42
"""Days."""


@dataclass(frozen=True, slots=True)
class Worry:
    """One thing that is asked again and again: how often, by language of the writer."""

    weight: int
    words: dict[str, str]
    answer: dict[str, str]


WORRIES = (
    Worry(
        9,
        {
            "en": "The queue number for my residence permit never comes. What can I do?",
            "az": "Yaşayış icazəsi üçün növbə nömrəsi gəlmir. Nə edim?",
            "ru": "Не могу записаться на вид на жительство, талонов нет. Что делать?",
            "tr": "İkamet izni için randevu bulamıyorum. Ne yapmalıyım?",
            "fa": "برای اجازه اقامت نوبت پیدا نمی‌کنم. چه کار کنم؟",
        },
        {
            "en": "Try the e-service at 8 in the morning: new places open then. Keep a screenshot.",
            "az": "Səhər saat 8-də elektron xidmətə baxın: yeni yerlər o vaxt açılır.",
            "ru": "Попробуйте электронную запись в 8 утра: тогда открываются новые места.",
            "tr": "Sabah 8'de e-hizmeti deneyin: yeni yerler o saatte açılıyor.",
            "fa": "ساعت ۸ صبح خدمات الکترونیکی را ببینید: نوبت‌های تازه آن وقت باز می‌شود.",
        },
    ),
    Worry(
        7,
        {
            "en": "My employer has not paid my wages for two months. Where can I complain?",
            "az": "İşəgötürən iki aydır maaşımı vermir. Hara şikayət edim?",
            "ru": "Работодатель два месяца не платит зарплату. Куда жаловаться?",
            "tr": "İşveren iki aydır maaşımı ödemiyor. Nereye şikayet edebilirim?",
            "fa": "کارفرما دو ماه است حقوقم را نمی‌دهد. کجا شکایت کنم؟",
        },
        {
            "en": "Complain to the Labour Inspectorate. It is free. Bring your contract.",
            "az": "Dövlət Əmək Müfəttişliyinə şikayət edin. Pulsuzdur. Müqaviləni aparın.",
            "ru": "Подайте жалобу в инспекцию труда. Это бесплатно. Возьмите договор.",
            "tr": "İş müfettişliğine başvurun. Ücretsizdir. Sözleşmenizi götürün.",
            "fa": "به بازرسی کار شکایت کنید. رایگان است. قرارداد را ببرید.",
        },
    ),
    Worry(
        4,
        {
            "en": "The school does not take my daughter without a stamp. Is that right?",
            "az": "Məktəb möhürsüz sənədlə qızımı götürmür. Bu düzdür?",
            "ru": "Школа не берёт мою дочь без печати. Это правильно?",
            "tr": "Okul kızımı mühür olmadan almıyor. Bu doğru mu?",
            "fa": "مدرسه دخترم را بدون مهر نمی‌پذیرد. درست است؟",
        },
        {
            "en": "No. Ask the district's education office: school is open to every child.",
            "az": "Xeyr. Rayonun təhsil şöbəsinə müraciət edin: məktəb hər uşağa açıqdır.",
            "ru": "Нет. Обратитесь в отдел образования: школа открыта каждому ребёнку.",
            "tr": "Hayır. İlçe eğitim müdürlüğüne sorun: okul her çocuğa açıktır.",
            "fa": "نه. از اداره آموزش بپرسید: مدرسه برای هر کودک باز است.",
        },
    ),
    Worry(
        3,
        {
            "en": "My landlord does not want to register me at the address. What now?",
            "az": "Ev sahibi məni ünvanda qeydiyyata almır. İndi necə?",
            "ru": "Хозяин не хочет делать регистрацию по адресу. Что теперь?",
            "tr": "Ev sahibi adres kaydımı yapmıyor. Şimdi ne olacak?",
            "fa": "صاحب‌خانه نشانی مرا ثبت نمی‌کند. حالا چه کنم؟",
        },
        {
            "en": "You can register with the rental contract. Go within 15 days.",
            "az": "Kirayə müqaviləsi ilə qeydiyyata düşə bilərsiniz. 15 gün ərzində gedin.",
            "ru": "Можно встать на учёт с договором аренды. Идите в течение 15 дней.",
            "tr": "Kira sözleşmesiyle kayıt olabilirsiniz. 15 gün içinde gidin.",
            "fa": "با قرارداد اجاره می‌توانید ثبت کنید. در ۱۵ روز بروید.",
        },
    ),
    Worry(
        3,
        {
            "en": "The hospital asks for insurance I do not have. Where do I get it?",
            "az": "Xəstəxana sığorta istəyir, məndə yoxdur. Haradan alım?",
            "ru": "Больница требует страховку, у меня её нет. Где её получить?",
            "tr": "Hastane sigorta istiyor, bende yok. Nereden alırım?",
            "fa": "بیمارستان بیمه می‌خواهد و من ندارم. از کجا بگیرم؟",
        },
        {
            "en": "With a residence permit you can pay for the obligatory insurance yourself.",
            "az": "Yaşayış icazəsi ilə icbari sığortanı özünüz ödəyə bilərsiniz.",
            "ru": "С видом на жительство можно самому оплатить обязательную страховку.",
            "tr": "İkamet izniyle zorunlu sigortayı kendiniz ödeyebilirsiniz.",
            "fa": "با اجازه اقامت می‌توانید بیمه اجباری را خودتان بپردازید.",
        },
    ),
    Worry(
        2,
        {
            "en": "I suggest that the forms be in my language too.",
            "az": "Təklif edirəm ki, formalar başqa dillərdə də olsun.",
            "ru": "Предлагаю, чтобы анкеты были и на других языках.",
            "tr": "Formların başka dillerde de olmasını öneriyorum.",
            "fa": "پیشنهاد می‌کنم فرم‌ها به زبان‌های دیگر هم باشد.",
        },
        {
            "en": "Thank you. We put it on the list for the Service.",
            "az": "Təşəkkür edirik. Bunu Xidmət üçün siyahıya yazdıq.",
            "ru": "Спасибо. Мы внесли это в список для Службы.",
            "tr": "Teşekkürler. Bunu Servis için listeye yazdık.",
            "fa": "سپاس. این را در فهرست برای اداره نوشتیم.",
        },
    ),
)
PROPOSED_ABOUT = WORRIES[0]
"""The requests of this kind join the proposal."""
SPEAKERS = {"ru": 8, "en": 6, "fa": 6, "tr": 5, "az": 4}
"""How many of thirty write in which language."""
