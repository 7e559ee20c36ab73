"""Every method and type of the Bot API, and whether a value has the shape it promises."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("telegram_bot_api_10.0.json")
_INTEGER = re.compile(r"[+-]?\d{1,19}\Z")
_ARRAY = "Array of "
PLAIN = {"Integer", "String", "Boolean", "Float", "True", "InputFile"}


@dataclass(frozen=True, slots=True)
class Slot:
    """A parameter or a field: what it may hold and whether it must be there."""

    types: tuple[str, ...]
    required: bool
    constant: str | None


@dataclass(frozen=True, slots=True)
class Method:
    """What a method takes and gives back."""

    parameters: dict[str, Slot]
    returns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Specification:
    """The whole Bot API as data."""

    version: str
    methods: dict[str, Method]
    fields: dict[str, dict[str, Slot]]
    subtypes: dict[str, tuple[str, ...]]

    def fault(self, value: Any, types: tuple[str, ...], where: str) -> str | None:
        """What is wrong with a value that should be one of these types, or None."""
        items = tuple(name.removeprefix(_ARRAY) for name in types if name.startswith(_ARRAY))
        if items and isinstance(value, list):
            # an album may mix what a list of types allows
            return self._fault_of_items(value, items, where)
        faults = [self._fault_of_one(value, name, where) for name in types]
        if None in faults:
            return None
        # the deepest complaint belongs to the type that was meant
        return max((fault for fault in faults if fault), key=lambda fault: fault.count("."))

    def _fault_of_one(self, value: Any, name: str, where: str) -> str | None:
        if name.startswith(_ARRAY):
            return f"{where} must be a JSON array of {name.removeprefix(_ARRAY)}"
        if name in PLAIN:
            return None if _is_plain(value, name) else f"{where} must be of type {name}"
        if not isinstance(value, dict):
            return f"{where} must be a JSON object of type {name}"
        if name in self.subtypes:
            return self._fault_of_subtypes(value, name, where)
        return self._fault_of_object(value, name, where)

    def _fault_of_items(self, value: list[Any], types: tuple[str, ...], where: str) -> str | None:
        for number, one in enumerate(value):
            fault = self.fault(one, types, f"{where}.{number}")
            if fault:
                return fault
        return None

    def _fault_of_subtypes(self, value: dict[str, Any], name: str, where: str) -> str | None:
        names = self.subtypes[name]
        meant = [
            sub
            for sub in names
            if all(
                slot.constant is None or str(value.get(field)) == slot.constant
                for field, slot in self.fields.get(sub, {}).items()
            )
        ]
        if not meant:
            return f"{where} is none of the kinds of {name}"
        return self.fault(value, tuple(meant), where)

    def _fault_of_object(self, value: dict[str, Any], name: str, where: str) -> str | None:
        fields = self.fields[name]
        for field in value:
            if field not in fields:
                return f"{where}.{field} is not a field of {name}"
        for field, slot in fields.items():
            if field not in value:
                if slot.required:
                    return f"{where}.{field} is missing"
                continue
            fault = self.fault(value[field], slot.types, f"{where}.{field}")
            if fault:
                return fault
            if slot.constant is not None and value[field] != slot.constant:
                return f"{where}.{field} must be {slot.constant}"
        return None


def _is_plain(value: Any, name: str) -> bool:
    if name == "Integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if name == "Float":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if name in ("Boolean", "True"):
        return isinstance(value, bool)
    return isinstance(value, str)


def decode(text: str, types: tuple[str, ...]) -> Any:
    """A value from a form, where everything is text; ValueError if it can be none of the types."""
    if "Integer" in types and _INTEGER.match(text):
        return int(text)
    if "String" in types or "InputFile" in types:
        return text
    if "Boolean" in types or "True" in types:
        return {"true": True, "1": True, "false": False, "0": False}[text.lower()]
    if types == ("Float",):
        return float(text)
    return json.loads(text)


def _slot(text: str) -> Slot:
    required = text.startswith("!")
    types, _, constant = text.removeprefix("!").partition("=")
    return Slot(tuple(types.split("|")), required, constant or None)


@cache
def bot_api() -> Specification:
    """Bot API 10.0."""
    raw = json.loads(_FILE.read_text(encoding="utf-8"))
    return Specification(
        version=raw["version"],
        methods={
            name: Method(
                {field: _slot(text) for field, text in method["params"].items()},
                tuple(method["returns"].split("|")),
            )
            for name, method in raw["methods"].items()
        },
        fields={
            name: {field: _slot(text) for field, text in fields.items()}
            for name, fields in raw["types"].items()
            if isinstance(fields, dict)
        },
        subtypes={
            name: tuple(names) for name, names in raw["types"].items() if isinstance(names, list)
        },
    )
