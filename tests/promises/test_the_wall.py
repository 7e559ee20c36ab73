"""The Service's side is a wall, and no check: from inside it there is no way to what lies outside."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from ministry import LET_READ, Ministry

from handlers.language import Tongue
from handlers.service import seen
from handlers.staff import desk
from handlers.staff.desk import Heard, Visitor
from storage.database import Database, WindowShut

ROOT = Path(__file__).parents[2]
OUTSIDE = (
    *("storage", "bot", "sqlalchemy", "sqlite3", "psycopg", "telegram", "twilio", "aiohttp"),
    *("handlers.turn", "handlers.council", "handlers.migrant", "handlers.service"),
    *("handlers.inbound", "handlers.show", "handlers.steps", "handlers.questions"),
    *("socket", "subprocess", "smtplib", "importlib", "ctypes", "gc", "inspect"),
)
"""What must not be reached from the Service's side, by whatever detour."""
WAYS_OUT = ("eval", "exec", "compile", "__import__", "globals", "open", "vars")


def _file(module: str) -> Path | None:
    place = ROOT.joinpath(*module.split("."))
    for path in (place.with_suffix(".py"), place / "__init__.py"):
        if path.is_file():
            return path
    return None


def _imports(module: str) -> Iterator[str]:
    """Every module that a module imports, also inside its functions, with their packages."""
    path = _file(module)
    assert path is not None
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports from beside itself"
            base = node.module or ""
            named = [base, *(f"{base}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in named:
            parts = name.split(".")
            yield from (".".join(parts[:size]) for size in range(1, len(parts) + 1))


def _reached() -> dict[str, str]:
    """Every module reached from the Service's side, and through which one it was found first."""
    inside = [f"handlers.staff.{p.stem}" for p in (ROOT / "handlers/staff").rglob("*.py")]
    found = dict.fromkeys((name.removesuffix(".__init__") for name in inside), "")
    waiting = list(found)
    while waiting:
        module = waiting.pop()
        for name in _imports(module):
            if name not in found:
                found[name] = module
                if _file(name) is not None:
                    waiting.append(name)
    return found


def test_no_import_leads_out() -> None:
    """Followed through every step: neither a session nor a table nor a turn is reached."""
    found = _reached()
    assert "handlers.language" in found
    for name, through in found.items():
        for outside in OUTSIDE:
            assert name != outside, f"{through} → {name}"
            assert not name.startswith(f"{outside}."), f"{through} → {name}"


def test_nothing_is_fetched_by_name() -> None:
    """No module of that side finds by a text what it may not import."""
    for path in (ROOT / "handlers/staff").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Name):
                assert node.id not in WAYS_OUT, f"{path.name}: {node.id}"
            if isinstance(node, ast.Attribute):
                assert not node.attr.startswith("__"), f"{path.name}: {node.attr}"


PLAIN = (str, int, float, bool, bytes, type(None), datetime, date)


def _parts(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """A value, and everything that can be reached from it."""
    yield path, value
    if is_dataclass(value):
        for one in fields(value):
            yield from _parts(getattr(value, one.name), f"{path}.{one.name}")
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _parts(key, f"{path} key")
            yield from _parts(one, f"{path}[{key!r}]")
    elif isinstance(value, tuple | list):
        for index, one in enumerate(value):
            yield from _parts(one, f"{path}[{index}]")


def test_what_is_handed_in_leads_nowhere(database: Database) -> None:
    """A view, a visitor, what was heard: plain data through and through, nothing to be called."""
    here = Ministry(database)
    view = here.talk.work(lambda s: seen.by_unit(s, "permits"))
    assert len(view.proposals) == 2
    assert [one.text for one in view.released] == [LET_READ]
    visitor = Visitor(recipient_id=1, name="permits", language="en", unit="permits")
    heard = Heard(text="1", screen="staff_proposals", args={"page": "0"})
    for given in (view, visitor, heard):
        for path, value in _parts(given, type(given).__name__):
            kept = type(value) in PLAIN or type(value) in (tuple, list, dict)
            shape = is_dataclass(value) and type(value).__module__ == "handlers.staff.shapes"
            assert kept or shape, f"{path} is {type(value)}"
            if shape:
                assert value.__dataclass_params__.frozen, path


def test_the_tongue_knows_words_only(database: Database) -> None:
    """What speaks there holds catalogues, names of the council, and a time zone."""
    tongue = Tongue("az", Ministry(database).talk.charter)
    for name, value in vars(tongue).items():
        module = type(value).__module__.split(".")[0]
        assert module in ("builtins", "gettext", "zoneinfo"), (name, type(value))


def test_another_unit_is_not_in_the_view(database: Database) -> None:
    """What another unit was sent is not handed in at all."""
    here = Ministry(database)
    for unit in ("permits", "fines", "council_contact"):
        view = here.talk.work(lambda s, unit=unit: seen.by_unit(s, unit))
        assert {one.unit for one in (*view.proposals, *view.released)} <= {unit}
    assert here.talk.work(lambda s: seen.by_unit(s, "council_contact")).weeks


def test_the_shut_window_is_one_error(database: Database) -> None:
    """Whatever the database refuses: nothing is handed in."""
    with database.engine.begin() as connection:
        views = ("service_released_reply", "service_released")
        for one in views if database.dialect == "postgresql" else ():
            connection.exec_driver_sql(f"REVOKE SELECT ON {one} FROM council_service")
        if database.dialect == "sqlite":
            connection.exec_driver_sql("DROP TABLE released_reply")
    with pytest.raises(WindowShut), database.begin() as session:
        seen.by_unit(session, "permits")
    with database.engine.begin() as connection:
        if database.dialect == "postgresql":
            for one in views:
                connection.exec_driver_sql(f"GRANT SELECT ON {one} TO council_service")


def test_every_table_of_the_chat_leads_somewhere() -> None:
    """Commands lead to verbs, questions that take words are questions."""
    assert set(desk.COMMANDS.values()) <= set(desk.VERBS)
    assert set(desk.WORDS) <= set(desk.SCREENS)
