"""How to keep this chat from the eyes of others."""

from handlers.language import N_
from handlers.turn import Turn

HOW = {
    "telegram": N_(
        "🙈 <b>If someone looks into your phone</b>\n"
        "• Hold a message, press Delete, and choose “Also delete for” this chat.\n"
        "• Delete only these messages. An empty chat can look strange.\n"
        "• Hold the chat in the list: Mute, then Archive.\n"
        "• Settings → Privacy → Passcode Lock closes the app with a code."
    ),
    "whatsapp": N_(
        "🙈 <b>If someone looks into your phone</b>\n"
        "• Hold a message and press Delete. It goes from this phone.\n"
        "• Delete only these messages. An empty chat can look strange.\n"
        "• Hold the chat in the list: Mute, then Archive.\n"
        "• Chat info → Lock chat hides it behind your finger or face."
    ),
}


def how(turn: Turn) -> None:
    """In a few lines, for the app they use; what is open stays open."""
    t = turn.tongue
    turn.say(t(HOW.get(turn.chat.channel, HOW["telegram"])))
    turn.say(t("To come back, write any word. To delete everything here, write {delete_word}."))
