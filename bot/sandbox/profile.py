"""What the bot says of itself: name, descriptions and commands, by language and scope."""

from __future__ import annotations

import json
from typing import Any

Scope = dict[str, Any]
DEFAULT: Scope = {"type": "default"}


class Profile:
    """The bot's texts as they were set, and which of them a person sees."""

    def __init__(self, name: str) -> None:
        self.names: dict[str, str] = {"": name}
        self.descriptions: dict[str, str] = {}
        self.short_descriptions: dict[str, str] = {}
        self._commands: dict[tuple[str, str], list[dict[str, str]]] = {}

    def shown_name(self, language: str) -> str:
        """The name in this language, else the one for everybody."""
        return self.names.get(language) or self.names[""]

    def set_commands(self, scope: Scope, language: str, commands: list[dict[str, str]]) -> None:
        """Put these in place; an empty list takes them away."""
        key = (_key(scope), language)
        if commands:
            self._commands[key] = commands
        else:
            self._commands.pop(key, None)

    def commands(self, scope: Scope, language: str) -> list[dict[str, str]]:
        """Exactly what was set for this scope and language."""
        return self._commands.get((_key(scope), language), [])

    def shown_commands(self, chat_id: int, language: str) -> list[dict[str, str]]:
        """What a person in a private chat sees: the narrowest scope wins, then their language."""
        scopes: tuple[Scope, ...] = (
            {"type": "chat", "chat_id": chat_id},
            {"type": "all_private_chats"},
            DEFAULT,
        )
        for scope in scopes:
            for code in (language, ""):
                found = self.commands(scope, code)
                if found:
                    return found
        return []


def _key(scope: Scope) -> str:
    return json.dumps({**scope, "chat_id": str(scope.get("chat_id", ""))}, sort_keys=True)
