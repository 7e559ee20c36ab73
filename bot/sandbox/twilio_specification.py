"""What Twilio's OpenAPI files say: which calls there are, what they take, what they answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

Schema = dict[str, Any]

FILES = (
    "twilio_messages_openapi.json",
    "twilio_content_openapi.json",
    "twilio_messaging_openapi.json",
)
_INTEGER = re.compile(r"[+-]?\d{1,19}\Z")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?\Z")
KINDS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "object": dict,
    "array": list,
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One call: where it is made, what it takes in address, query and body, what it answers."""

    name: str
    method: str
    path: re.Pattern[str]
    named: dict[str, Schema]
    query: dict[str, Schema]
    body: Schema | None
    media_type: str
    answers: dict[int, Schema | None]
    schemas: dict[str, Schema]

    def fault_of_call(self, names: Mapping[str, str], query: Any, body: Any) -> str | None:
        """What is wrong with what was given, or None."""
        of_path = {"type": "object", "properties": self.named}
        of_query = {"type": "object", "properties": self.query}
        text = self.media_type != "application/json"
        return (
            self._fault(dict(names), of_path, "path", strict=True, text=True)
            or self._fault(query, of_query, "query", strict=True, text=True)
            or self._fault(body, self.body or {"type": "object"}, "body", strict=True, text=text)
        )

    def fault_of_answer(self, status: int, value: Any) -> str | None:
        """What is wrong with an answer, or None."""
        if status not in self.answers:
            return f"{self.name} never answers {status}"
        schema = self.answers[status]
        return None if schema is None else self._fault(value, schema, self.name)

    def _fault(
        self, value: Any, schema: Schema, where: str, *, strict: bool = False, text: bool = False
    ) -> str | None:
        if "$ref" in schema:
            schema = self.schemas[schema["$ref"].rpartition("/")[2]]
        if value is None and schema.get("nullable"):
            return None
        kind = schema.get("type", "")
        if text and kind == "array" and not isinstance(value, list):
            value = [value]
        fault = _fault_of_kind(value, kind, where, text) or _fault_of_limits(value, schema, where)
        if fault:
            return fault
        if isinstance(value, dict):
            return self._fault_of_fields(value, schema, where, strict, text)
        for number, one in enumerate(value if isinstance(value, list) else ()):
            fault = self._fault(
                one, schema.get("items", {}), f"{where}.{number}", strict=strict, text=text
            )
            if fault:
                return fault
        return None

    def _fault_of_fields(
        self, value: dict[str, Any], schema: Schema, where: str, strict: bool, text: bool
    ) -> str | None:
        fields = schema.get("properties")
        others = schema.get("additionalProperties", not strict or fields is None)
        fields = fields or {}
        for name in schema.get("required", ()):
            if name not in value:
                return f"{where}.{name} is missing"
        for name, one in value.items():
            of_one = fields.get(name, others)
            if one is None and name not in schema.get("required", ()):
                continue  # the client says null where it means nothing
            if of_one is False:
                return f"{where}.{name} is not a parameter"
            if isinstance(of_one, dict):
                fault = self._fault(one, of_one, f"{where}.{name}", strict=strict, text=text)
                if fault:
                    return fault
        return None


def _fault_of_kind(value: Any, kind: str, where: str, text: bool) -> str | None:
    wanted = KINDS.get(kind)
    if wanted is None:
        return None
    if text and isinstance(value, str) and kind in ("integer", "number", "boolean"):
        fits = {
            "integer": _INTEGER.match(value),
            "number": _NUMBER.match(value),
            "boolean": value.lower() in ("true", "false"),
        }[kind]
        return None if fits else f"{where} must be of type {kind}"
    if not isinstance(value, wanted) or (isinstance(value, bool) and kind != "boolean"):
        return f"{where} must be of type {kind}"
    return None


def _fault_of_limits(value: Any, schema: Schema, where: str) -> str | None:
    if isinstance(value, str):
        if "enum" in schema and value not in schema["enum"]:
            return f"{where} must be one of {', '.join(schema['enum'])}"
        if "pattern" in schema and not re.search(schema["pattern"], value):
            return f"{where} must have the form {schema['pattern']}"
        if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
            return f"{where} has the wrong length"
    if schema.get("type") == "integer":
        number = int(value)
        if not schema.get("minimum", number) <= number <= schema.get("maximum", number):
            return f"{where} is out of range"
    return None


class TwilioSpecification:
    """The calls of all files together."""

    def __init__(self, operations: list[Operation]) -> None:
        self.operations = {operation.name: operation for operation in operations}

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """The call that is made so, and the names its address holds."""
        for operation in self.operations.values():
            match = operation.path.fullmatch(path) if operation.method == method else None
            if match:
                return operation, match.groupdict()
        return None

    def knows(self, path: str) -> bool:
        """Whether some call is made at this address, by whatever method."""
        return any(operation.path.fullmatch(path) for operation in self.operations.values())


@cache
def twilio_api() -> TwilioSpecification:
    """The messages of the API of 2010, the Content API, and what we use of Messaging."""
    return TwilioSpecification([one for name in FILES for one in _operations(name)])


def _operations(file: str) -> Iterator[Operation]:
    raw = json.loads(Path(__file__).with_name(file).read_text(encoding="utf-8"))
    for path, calls in raw["paths"].items():
        pattern = re.escape(path).replace(r"\{", "(?P<").replace(r"\}", ">[^/]+?)")
        for method, call in calls.items():
            slots = call.get("parameters", [])
            bodies = call.get("requestBody", {}).get("content", {})
            media_type: str = next(iter(bodies), "")
            yield Operation(
                call["operationId"],
                method.upper(),
                re.compile(pattern),
                {slot["name"]: slot["schema"] for slot in slots if slot["in"] == "path"},
                {slot["name"]: slot["schema"] for slot in slots if slot["in"] == "query"},
                bodies.get(media_type, {}).get("schema"),
                media_type,
                {int(status): _schema(answer) for status, answer in call["responses"].items()},
                raw["components"]["schemas"],
            )


def _schema(answer: Mapping[str, Any]) -> Schema | None:
    content = answer.get("content", {})
    found: Schema | None = content.get("application/json", {}).get("schema")
    return found
