"""First contact: language, welcome, consent. Before consent one encrypted row holds all of it."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from handlers import numbers, refusals
from handlers.language import OWN_NAMES, Rich, Tongue, offered
from handlers.messages import Attachment, Choice, Incoming
from handlers.migrant import draft, forget, menu, safety
from handlers.rules import consent
from handlers.rules.digits import typed_number
from handlers.screens import Screen
from handlers.turn import Scene, Turn
from handlers.words import command, is_greeting, meaning_of
from storage import people
from storage.model import Newcomer, Person
from storage.outbox import Chat

HELD_MESSAGES = 30


def first_contact(turn: Turn) -> None:
    """Somebody new: hold what they wrote, ask for their language."""
    language = offered(turn.incoming.language_hint, turn.charter) or turn.charter.languages[0]
    turn.tongue = Tongue(language, turn.charter)
    turn.newcomer = _room(turn)
    hold(turn, turn.incoming)
    refusals.refuse(turn)
    turn.ask(languages(turn))


def hold(turn: Turn, incoming: Incoming) -> bool:
    """Keep what was typed for the hour, or replace what was edited; true if it is kept.

    Words and numbers that are meant for the bot are no message to anybody.
    """
    if not incoming.attachments and _is_for_the_bot(incoming.text, turn.tongue.code):
        return False
    safety.help_at_once(turn, incoming.text)
    message = {
        "text": incoming.text,
        "attachments": [asdict(a) for a in incoming.attachments],
        "message_id": incoming.message_id,
    }
    return _keep(turn, [message])


def _is_for_the_bot(text: str, language: str) -> bool:
    meant = typed_number(text) is not None or meaning_of(text, language) is not None
    return meant or command(text) is not None or is_greeting(text) or not text


def _keep(turn: Turn, messages: list[dict[str, Any]]) -> bool:
    """Put these into the one row that is kept without consent; false where there is no room."""
    assert turn.newcomer is not None
    new = {message["message_id"] for message in messages}
    former = [m for m in turn.newcomer.held["messages"] if m["message_id"] not in new]
    if len(former) + len(messages) > HELD_MESSAGES:
        return False
    turn.newcomer.held = {**turn.newcomer.held, "messages": [*former, *messages]}
    return True


def languages(scene: Scene) -> Screen:
    """The choice of language, the present or suggested one first."""
    t = scene.tongue
    order = sorted(scene.charter.languages, key=lambda code: code != t.code)
    text = t("🌐 Choose your language")
    english = Tongue("en", scene.charter)("🌐 Choose your language")
    return Screen(
        name="languages",
        text=text if text == english else Rich(f"{text}\n{english}"),
        choices=tuple(Choice(OWN_NAMES[code], f"lang:{code}") for code in order),
        columns=2,
        resting=scene.person is not None,
    )


def privacy(scene: Scene) -> Screen:
    """What is kept, who reads it, who may have to know; and the question of consent."""
    t = scene.tongue
    text = t(
        "🔒 <b>Before you write</b>\n"
        "• We keep your messages, your language and the number of this chat. "
        "Not your name, unless you write it.\n"
        "• One member of the {council} reads your message, not all of them. "
        "Sometimes a second member checks the answer. "
        "{service} staff see only rounded counts and topics. "
        "More only if you say yes: the problem without you, or a text that you have read.\n"
        "• The companies that carry the messages can see them too: Telegram, or WhatsApp and "
        "Twilio. Their servers are in other countries.\n"
        "• If a life is in danger, or a law orders us, we may have to tell the police. "
        "We will try to tell you first.\n"
        "• We delete your messages {months} months after your request is closed. "
        "You can delete them earlier: write {delete_word}.\n"
        "Responsible for your data: {controller}.",
        months=scene.charter.keep_months,
    )
    choices = (
        Choice(t("I agree"), "consent:yes", "success"),
        Choice(t("I do not agree"), "consent:no"),
        Choice(t("Tell me more"), "consent:more"),
    )
    return Screen(name="privacy", text=text, choices=choices, stays=True)


def choose_language(turn: Turn, code: str) -> None:
    """Speak this language from now on; a newcomer is then welcomed."""
    if code not in turn.charter.languages:
        return
    turn.tongue = Tongue(code, turn.charter)
    if turn.person is not None:
        menu.changed_language(turn, code)
    elif turn.newcomer is not None:
        turn.newcomer.held = {**turn.newcomer.held, "language": code}
        turn.say(greeting(turn))
        turn.ask(privacy(turn))


def greeting(scene: Scene) -> Rich:
    """What the council is and is not, and whom to call in danger."""
    t = scene.tongue
    return t(
        "👋 <b>{council}</b>: this is where you can write to us.\n"
        "We are {members} migrants who advise the {service}. We answer questions, "
        "pass on problems and tell you what happened.\n"
        "We cannot decide your case, stop a fine or give legal orders.\n"
        "It is free. We never ask for money, passwords or photos of passports.\n"
        "🚨 In danger now? Call: {numbers}",
        numbers=numbers.line(scene.charter, t, "emergency", "police", "ambulance"),
    )


def answer_consent(turn: Turn, answer: str) -> None:
    """The three answers to the question of consent."""
    {"yes": _agree, "no": _decline, "more": _tell_more}.get(answer, _ask_again)(turn)


def _ask_again(turn: Turn) -> None:
    turn.ask(privacy(turn))


def _tell_more(turn: Turn) -> None:
    """Say more, and ask under it: the text they are asked about stands above."""
    t = turn.tongue
    lines = [
        t(
            "<b>More about your data</b>\n"
            "• Your messages are stored encrypted. Files stay with the companies that carry "
            "them: we keep only the way to them.\n"
            "• Each request gets a number. The member sees the number and your text, "
            "not your name, phone, photo or user name.\n"
            "• We hide numbers that look like a passport, ID card, bank card or phone "
            "before anyone reads them.\n"
            "• Something private? Choose Private. Then only a focal person for private "
            "messages reads it.\n"
            "• The {service} gets rounded counts and topics. "
            "No names, no numbers of requests, nothing that you wrote.\n"
            "• If you let the council tell the problem without you, it can ask the {service} to "
            "change something, in its own words and for five people or more.\n"
            "• A text about you goes there only after you have read it and said yes.\n"
            "• We write down which member opened what and when, without your words and "
            "without your name. We keep that for 3 years.\n"
            "• You can say no. You can delete everything at any time. You do not have to "
            "give a reason."
        )
    ]
    if _held(turn) is not None:
        lines.append(
            t(
                "• If you do not answer now, what you wrote is deleted after {minutes} minutes.",
                minutes=_minutes(turn),
            )
        )
    more = Rich("\n".join(lines))
    if turn.person is None or consent.needs_asking(turn.person.consent_version):
        turn.ask(replace(privacy(turn), text=more))
    else:
        turn.say(more)


def _minutes(scene: Scene) -> int:
    return int(scene.charter.consent_held.total_seconds() // 60)


def _decline(turn: Turn) -> None:
    t = turn.tongue
    helpers = numbers.line(turn.charter, t, "service", "ombudsman", "emergency")
    if turn.newcomer is not None:
        turn.session.delete(turn.newcomer)
        turn.newcomer = None
        turn.say(
            t(
                "OK. We keep nothing. What you wrote here is deleted on our side.\n"
                "You can still call: {numbers}\n"
                "If you change your mind, write {start_word}.",
                numbers=helpers,
            )
        )
    elif turn.person is not None:
        _declines_again(turn, turn.person)


def _declines_again(turn: Turn, person: Person) -> None:
    """No to a text that has changed, or a consent taken back; a member may have given none."""
    t = turn.tongue
    if not consent.needs_asking(person.consent_version):
        turn.ask(forget.first_step(turn))
        return
    held = _held(turn)
    if held is not None:
        turn.session.delete(held)
    turn.close()
    if person.consent_version is None:
        turn.say(t("OK. We stop here. You can come back at any time."))
    else:
        turn.say(
            t(
                "OK. We will not take new messages from you. "
                "What you sent before stays as we agreed then. To delete it, write {delete_word}."
            )
        )


def _agree(turn: Turn) -> None:
    if turn.person is not None:
        if consent.needs_asking(turn.person.consent_version):
            held_now = _held(turn)
            messages = held_now.held["messages"] if held_now is not None else []
            if held_now is not None:
                turn.session.delete(held_now)
            _agreed_now(turn, messages)
        elif turn.person.screen == "privacy":
            turn.close()
            menu.start(turn)
        else:
            turn.toast = turn.tongue("Thank you, we know.")
        return
    if turn.newcomer is None:
        first_contact(turn)
        return
    held = turn.newcomer.held
    if turn.newcomer.held.get("screen") != "privacy":
        turn.ask(privacy(turn))
        return
    turn.session.delete(turn.newcomer)
    turn.newcomer = None
    turn.person = people.add(
        turn.session, turn.chat.channel, turn.chat.address, held["language"], turn.now
    )
    if turn.incoming.phone:
        people.know_phone(turn.person, turn.incoming.phone)
    turn.chat = Chat.of(turn.person)
    _agreed_now(turn, held["messages"])


def _agreed_now(turn: Turn, messages: list[dict[str, Any]]) -> None:
    person = turn.someone
    person.consent_version, person.consented_at = consent.TEXT_VERSION, turn.now
    turn.say(turn.tongue("✅ Thank you. You can write now in your language, or send voice."))
    turn.close()
    for message in messages:
        attachments = tuple(Attachment(**a) for a in message["attachments"])
        draft.add(turn, message["text"], attachments, message["message_id"])
    if not messages:
        menu.start(turn)


def go_on(turn: Turn) -> None:
    """A newcomer said something else than an answer: hold it and ask again, in few words."""
    if hold(turn, turn.incoming):
        ask_again(turn, lambda t: _kept(turn, t))
    elif typed_number(turn.incoming.text) is not None:
        ask_again(turn, lambda t: t("Please choose one of the numbers:"))
    else:
        ask_again(turn)


def _kept(turn: Turn, t: Tongue) -> Rich:
    return t(
        "We keep what you wrote for {minutes} minutes. Nobody reads it yet. "
        "Please answer the question first:",
        minutes=_minutes(turn),
    )


def ask_again(turn: Turn, why: Callable[[Tongue], Rich] | None = None) -> None:
    """The question that a newcomer has not answered yet; the long one is not said twice.

    Who has not chosen a language yet is told in English too.
    """
    assert turn.newcomer is not None
    if turn.newcomer.held.get("screen") != "languages":
        asked = privacy(turn)
        turn.ask(replace(asked, text=why(turn.tongue)) if why else asked)
        return
    asked = languages(turn)
    if why:
        tongues = (turn.tongue, Tongue("en", turn.charter))
        said = "\n".join(dict.fromkeys(why(tongue) for tongue in tongues))
        asked = replace(asked, text=Rich(f"{said}\n\n{asked.text}"))
    turn.ask(asked)


def consent_again(turn: Turn) -> None:
    """The text has changed since this person agreed: ask again, and hold what they wrote now.

    What they wrote stands in the row of those who have not agreed, and goes after the hour as well.
    """
    if turn.someone.consent_version is not None:
        turn.say(turn.tongue("The text about your data has changed. Please read it again."))
    turn.newcomer = _held(turn) or _room(turn)
    if hold(turn, turn.incoming):
        turn.say(_kept(turn, turn.tongue))
    turn.ask(privacy(turn))


def ask_consent(turn: Turn, messages: list[dict[str, Any]]) -> None:
    """A member wrote as a migrant and never agreed: hold their words while they are asked."""
    turn.newcomer = _held(turn) or _room(turn)
    if _keep(turn, messages):
        turn.say(_kept(turn, turn.tongue))
    turn.ask(privacy(turn))


def is_held(turn: Turn) -> bool:
    """Whether this message is among what is kept without consent."""
    held = _held(turn)
    messages = held.held["messages"] if held is not None else []
    return any(message["message_id"] == turn.incoming.message_id for message in messages)


def _held(turn: Turn) -> Newcomer | None:
    """What is kept of this chat without consent."""
    if turn.newcomer is not None:
        return turn.newcomer
    return people.find_newcomer(turn.session, turn.chat.channel, turn.chat.address, turn.now)


def _room(turn: Turn) -> Newcomer:
    """A row for what is kept without consent, empty, for the hour."""
    newcomer = Newcomer(
        channel=turn.chat.channel,
        address_hash=turn.chat.chat,
        held={"language": turn.tongue.code, "messages": []},
        expires_at=turn.now + turn.charter.consent_held,
    )
    turn.session.add(newcomer)
    return newcomer


def ask_language(turn: Turn) -> None:
    """Let them change the language."""
    turn.ask(languages(turn))


def ask_privacy(turn: Turn) -> None:
    """Consent is needed for what they want to do."""
    turn.ask(privacy(turn))
