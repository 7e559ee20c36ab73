"""What people see of the bot before they write: name, description, commands."""

from dataclasses import dataclass
from html import unescape

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.charter import Charter
from handlers.language import Rich, Tongue, named
from storage import members, people, recipients
from storage.model import Member, Person

COMMANDS = ("menu", "requests", "private", "language", "delete", "help")

MEMBERS_COMMANDS = (
    *("desk", "find", "away", "templates", "proposals", "digest", "chair", "election"),
    *("language", "menu", "help"),
)


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


def commands_of_members(
    session: Session, charter: Charter, channel: str
) -> dict[str, tuple[tuple[str, str], ...]]:
    """The commands of everyone who sits or sat in the council, by address: none for the latter."""
    chats = select(Member, Person).join(Person, Member.person_id == Person.id)
    known = chats.where(Person.channel == channel, ~Person.address_hash.startswith(people.NOWHERE))
    return {
        person.address: _of_a_member(charter, person.language)
        if members.sits(member) and member.role != "operator"
        else ()
        for member, person in session.execute(known)
    }


def commands_of_recipients(
    session: Session, charter: Charter, channel: str
) -> dict[str, tuple[tuple[str, str], ...]]:
    """The commands of the Service's chats, by address: only what such a chat can do."""
    languages = {one.name: one.language for one in charter.recipients}
    return {
        chat.address: _of_a_recipient(charter, languages[one.name])
        for one in recipients.joined(session, languages.keys())
        if (chat := recipients.chat_of(session, one)).channel == channel
    }


def _of_a_recipient(charter: Charter, language: str) -> tuple[tuple[str, str], ...]:
    t = Tongue(language, charter)
    does = {
        "digest": t("the weekly digest"),
        "proposals": t("what the council proposes to your unit"),
        "released": t("what people let your unit read"),
        "help": t("what you can do here"),
        "leave": t("receive nothing here any more"),
    }
    return tuple((name, _plain(does[name])[:256]) for name in does)


def _of_a_member(charter: Charter, language: str) -> tuple[tuple[str, str], ...]:
    t = Tongue(language, charter)
    does = {
        "desk": t("your requests"),
        "find": t("find a request again"),
        "away": t("say when you are not there"),
        "templates": t("ready answers"),
        "proposals": t("what we ask of the {service}"),
        "digest": t("what the {service} is told each week"),
        "chair": t("for the chair: the whole queue"),
        "election": t("choose a chair"),
        "language": t("change the language"),
        "menu": t("write as a migrant yourself"),
        "help": t("what you can do here"),
    }
    return tuple((name, _plain(does[name])[:256]) for name in MEMBERS_COMMANDS)


def _plain(text: Rich) -> str:
    return unescape(text)
