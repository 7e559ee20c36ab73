"""Faults of the settings, collected until all are known and then told at once."""

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

Value = TypeVar("Value")


class SettingsFault(Exception):
    """The settings cannot be used; `lines` say every reason, and show no secret."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


class Faults:
    """The faults found so far."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, where: str, what: str) -> None:
        """Note one: where it stands, and what to write instead."""
        self.lines.append(f"{where}: {what}")

    def settle(self) -> None:
        """Raise SettingsFault if there are any."""
        if self.lines:
            raise SettingsFault(self.lines)


def suggestion(word: str, known: Iterable[str], how_alike: float = 0.6) -> str:
    """“; did you mean …?”, where something known looks alike."""
    alike = difflib.get_close_matches(word, list(known), n=1, cutoff=how_alike)
    return f"; did you mean {alike[0]}?" if alike else ""


class Section:
    """One table of a settings file: gives values of the kinds asked for, and notes what is not.

    Whatever is wrong or missing gives a stand-in, so that reading goes on to the next fault; the
    stand-ins are never used, because `Faults.settle` raises first.
    """

    def __init__(self, faults: Faults, source: str, path: str, values: Mapping[str, Any]) -> None:
        self.faults = faults
        self._source = source
        self._path = path
        self._values = values
        self._asked: set[str] = set()

    def place(self, key: str = "") -> str:
        """How a fault names this key: “council.toml: deadlines.P2.read”."""
        path = ".".join(part for part in (self._path, key) if part)
        return f"{self._source}: {path}"

    def fault(self, key: str, what: str) -> None:
        self.faults.add(self.place(key), what)

    def has(self, key: str) -> bool:
        self._asked.add(key)
        return key in self._values

    def keys(self) -> tuple[str, ...]:
        return tuple(self._values)

    def value(self, key: str, kind: type[Value], stand_in: Value, meant: str) -> Value:
        """The value of this key, which must be there and of this kind."""
        if not self.has(key):
            self.fault(key, f"is missing; write {meant}")
            return stand_in
        value = self._values[key]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.fault(key, f"{value!r} is not {meant}")
            return stand_in
        return value

    def section(self, key: str) -> "Section":
        """A table inside this one."""
        values: dict[str, Any] = self.value(key, dict, {}, f"a table [{key}]")
        return Section(self.faults, self._source, f"{self._path}.{key}".lstrip("."), values)

    def sections(self, key: str) -> list["Section"]:
        """A list of tables; faults name them by position."""
        listed: list[Any] = self.value(key, list, [], f"tables [[{key}]]")
        tables = []
        for position, values in enumerate(listed, start=1):
            if isinstance(values, dict):
                path = f"{self._path}.{key}[{position}]".lstrip(".")
                tables.append(Section(self.faults, self._source, path, values))
            else:
                self.fault(f"{key}[{position}]", f"{values!r} is not a table")
        return tables

    def close(self) -> None:
        """Note every key that nobody asked for."""
        for key in self._values:
            if key not in self._asked:
                self.fault(key, f"is not a setting{suggestion(key, self._asked)}")
