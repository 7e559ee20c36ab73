"""What people see of the bot before they write: name, description, commands."""

from dataclasses import dataclass
from html import unescape

from handlers.charter import Charter
from handlers.language import Rich, Tongue, named

COMMANDS = ("menu", "requests", "private", "language", "delete", "help")


@dataclass(frozen=True, slots=True)
class Words:
    """Plain texts in one language; commands with what they do."""

    name: str
    description: str
    short_description: str
    commands: tuple[tuple[str, str], ...]


def words(charter: Charter, language: str) -> Words:
    """The bot's own words about itself in this language."""
    t = Tongue(language, charter)
    does = {
        "menu": t("everything you can do"),
        "requests": t("what you sent"),
        "private": t("danger, abuse, officials"),
        "language": t("change the language"),
        "delete": t("delete everything"),
        "help": t("how it works"),
    }
    return Words(
        name=named(charter.council, language)[:64],
        description=_plain(
            t(
                "Write to the {council} in your language: a question, a problem, an idea. "
                "A council member answers. Free. We never ask for money, passwords or passports.\n"
                "Press Start."
            )
        )[:512],
        short_description=_plain(
            t("Write to the {council} in your language. A council member answers.")
        )[:120],
        commands=tuple((name, _plain(does[name])[:256]) for name in COMMANDS),
    )


def _plain(text: Rich) -> str:
    return unescape(text)
