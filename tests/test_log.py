"""The log holds no text, address or token, whatever happens to be said."""

import ast
import io
import json
import logging
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot import log as council_log

ROOT = Path(__file__).parents[1]
TOKEN = "7301946582:AAHk3v9Lq-x0RzTnB_wEoYpUiMaSdFgHjK8"
TEXT = "my employer keeps my passport"
CHAT = 6091234567
NAME = "Aygün Məmmədova"
HOSTILE = f"https://api.telegram.org/bot{TOKEN}/sendMessage chat_id={CHAT} text={TEXT} {NAME}"
SECRETS = (TOKEN, "AAHk3v9Lq", TEXT, "passport", str(CHAT), NAME, "Aygün", "sendMessage")


class Stream(io.StringIO):
    """What was logged, on a terminal or elsewhere."""

    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]

    def holds_nothing(self) -> bool:
        assert self.getvalue()
        assert not any(secret in self.getvalue() for secret in SECRETS), self.getvalue()
        return True


@pytest.fixture
def taken_over() -> Iterator[None]:
    """Everything that logging takes over is given back afterwards."""
    root = logging.getLogger()
    before = root.handlers[:], root.level, logging.raiseExceptions
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    shown = warnings.showwarning
    yield
    logging.captureWarnings(False)
    warnings.showwarning = shown
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    root.handlers[:], root.level, logging.raiseExceptions = before
    structlog.reset_defaults()


@pytest.fixture(params=["terminal", "file"])
def stream(request: pytest.FixtureRequest, taken_over: None) -> Stream:
    """A log set up for a terminal, and one set up for anything else."""
    stream = Stream(request.param == "terminal")
    council_log.set_up("debug", stream)
    return stream


@pytest.fixture
def written(taken_over: None) -> Stream:
    """A log set up for machines."""
    stream = Stream(terminal=False)
    council_log.set_up("info", stream)
    return stream


def raise_hostile() -> None:
    try:
        raise KeyError(HOSTILE)
    except KeyError as error:
        raise ValueError(HOSTILE) from error


def caught_by(tell: Callable[[], None]) -> None:
    try:
        raise_hostile()
    except ValueError:
        tell()


def test_a_line_says_what_happened(written: Stream) -> None:
    """Ids, kinds and counts come through."""
    structlog.get_logger().info("sent", row=12, kind="card", channel="telegram", seconds=0.25)
    (line,) = written.lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "sent",
        "level": "info",
        "row": 12,
        "kind": "card",
        "channel": "telegram",
        "seconds": 0.25,
    }


def test_unknown_keys_are_dropped_and_counted(stream: Stream) -> None:
    """A key that is not on the list does not pass, nor does its name."""
    structlog.get_logger().warning("sent", row=1, text=TEXT, chat=CHAT, **{NAME: 1})
    assert stream.holds_nothing()
    assert "dropped" in stream.getvalue()


@pytest.mark.parametrize(
    "value",
    [HOSTILE, TOKEN, CHAT, str(CHAT), NAME, f"+994 50 123 45 67 {NAME}", TEXT.encode(), [TEXT], {1: TEXT}, ValueError(TEXT), "a" * 300, "0" * 6],
)  # fmt: skip
def test_allowed_keys_hide_what_is_no_name_or_count(stream: Stream, value: object) -> None:
    """A value that could be an address, a token or somebody's words is hidden."""
    structlog.get_logger().error("failed", error=value, row=value)
    assert stream.holds_nothing()
    assert stream.getvalue().count("(hidden)") == 2


@pytest.mark.parametrize(
    "value",
    ["TimedOut", "sqlalchemy.exc.OperationalError", "63016", 0, -5, 9_999_999, None, True, 1.5],
)
def test_names_and_counts_pass(written: Stream, value: object) -> None:
    """What the operator needs is not hidden."""
    structlog.get_logger().error("failed", code=value)
    assert written.lines()[0]["code"] == value


def test_a_hostile_error_tells_type_and_place_only(stream: Stream) -> None:
    """An error whose message holds a token and a text is logged without its message."""
    log = structlog.get_logger()
    caught_by(lambda: log.exception("handler failed", row=3))
    caught_by(lambda: log.error("handler failed", exc_info=True))
    assert stream.holds_nothing()
    assert stream.getvalue().count("ValueError from KeyError") == 2
    assert "test_log.raise_hostile:" in stream.getvalue()


def test_errors_of_many_tasks_are_told_by_the_first(written: Stream) -> None:
    """A group of errors is named, and where its first one rose."""
    try:
        raise_hostile()
    except ValueError as error:
        group = ExceptionGroup(HOSTILE, [error])
    structlog.get_logger().error("failed", exc_info=group)
    (line,) = written.lines()
    assert line["error"] == "ExceptionGroup of ValueError from KeyError"
    assert "raise_hostile" in line["where"]
    assert written.holds_nothing()


@pytest.mark.parametrize(
    "library",
    ["httpx", "httpcore.http11", "telegram", "telegram.ext.Application", "aiohttp.access", "aiohttp.server", "aiohttp.client", "sqlalchemy.engine.Engine", "asyncio", "apscheduler.executors.default", "a.library.nobody.heard.of"],
)  # fmt: skip
def test_libraries_say_not_a_word(stream: Stream, library: str) -> None:
    """Whatever a library logs, at any level, only who and where comes through."""
    structlog.get_logger().info("begin")
    logger = logging.getLogger(library)
    for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL):
        logger.log(level, "HTTP Request: POST %s", HOSTILE, extra={"update": TEXT})
        logger.log(level, HOSTILE)
    caught_by(lambda: logger.exception("while handling %s", HOSTILE))
    assert stream.holds_nothing()
    assert library in stream.getvalue()
    assert "ValueError" in stream.getvalue()


def test_a_library_that_was_there_before_is_silenced_too(taken_over: None) -> None:
    """A logger with a handler of its own and no way up loses both."""
    own, early = io.StringIO(), logging.getLogger("early.bird")
    early.addHandler(logging.StreamHandler(own))
    early.propagate, early.level = False, logging.DEBUG
    stream = Stream(terminal=False)
    council_log.set_up("info", stream)
    early.warning(HOSTILE)
    early.debug(HOSTILE)
    assert own.getvalue() == ""
    assert len(stream.lines()) == 1
    assert stream.holds_nothing()


def test_a_broken_library_record_is_lost_in_silence(
    written: Stream, capsys: pytest.CaptureFixture[str]
) -> None:
    """A record that cannot be formatted neither crashes nor prints its arguments."""
    logging.getLogger("httpx").warning("%d %d", HOSTILE)
    assert written.holds_nothing()
    assert capsys.readouterr() == ("", "")


def test_warnings_are_told_by_place_only(written: Stream) -> None:
    """A warning may quote anything, too."""
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn(HOSTILE, stacklevel=1)
    assert written.holds_nothing()
    assert written.lines()[0]["library"] == "py.warnings"


def test_uncaught_errors_are_told_by_type(
    written: Stream, capsys: pytest.CaptureFixture[str]
) -> None:
    """Errors that end the program or a thread quote nothing."""
    try:
        raise_hostile()
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
        threading.excepthook(
            threading.ExceptHookArgs((type(error), error, error.__traceback__, None))
        )
    assert [line["event"] for line in written.lines()] == [
        "stopped by an error",
        "thread stopped by an error",
    ]
    assert written.holds_nothing()
    assert capsys.readouterr() == ("", "")


PROGRAM = """
import asyncio, sys, threading
sys.path.insert(0, {root!r})
from bot import log
log.set_up("debug")
class Untidy:
    def __del__(self):
        raise OSError({hostile!r})
Untidy()
thread = threading.Thread(target=lambda: 1 / len({hostile!r}[:0]))
thread.start(); thread.join()
async def forgotten():
    asyncio.get_running_loop().create_task(fails())
    await asyncio.sleep(0)
    asyncio.get_running_loop().call_exception_handler({{"message": {hostile!r}}})
async def fails():
    raise RuntimeError({hostile!r})
asyncio.run(forgotten())
raise ValueError({hostile!r})
"""


def test_a_program_that_fails_in_every_way_prints_nothing(tmp_path: Path) -> None:
    """A real process whose errors nobody catches leaves only types and places behind."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM.format(root=str(ROOT), hostile=HOSTILE), encoding="utf-8")
    done = subprocess.run([sys.executable, str(program)], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stdout == ""
    assert not any(secret in done.stderr for secret in SECRETS), done.stderr
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    told = " ".join(str(line.get("error")) for line in lines)
    for error in ("OSError", "ZeroDivisionError", "RuntimeError", "ValueError"):
        assert error in told


class Poison:
    """A value that fails whenever it is looked at."""

    def __repr__(self) -> str:
        raise RuntimeError(HOSTILE)

    __str__ = __hash__ = __bool__ = __repr__  # type: ignore[assignment]


def test_the_log_never_fails(stream: Stream) -> None:
    """Neither values that cannot be shown nor a line that is no line stop the program."""
    structlog.get_logger().info("sent", row=Poison(), text=Poison(), exc_info=(None, None, None))
    assert council_log.safe(None, "", None)["event"] == "log line failed"  # type: ignore[arg-type]
    assert stream.holds_nothing()


def test_a_closed_stream_loses_the_line_only(written: Stream) -> None:
    """A log that can no longer be written to does not stop the bot."""
    written.close()
    structlog.get_logger().error("sent", row=1)


def test_the_level_is_obeyed(taken_over: None) -> None:
    """Below the level nothing is written, of ours or of libraries."""
    stream = Stream(terminal=False)
    council_log.set_up("error", stream)
    structlog.get_logger().warning("not this")
    logging.getLogger("telegram").warning("nor this")
    structlog.get_logger().error("this")
    assert [line["event"] for line in stream.lines()] == ["this"]


@given(st.text() | st.integers() | st.binary() | st.lists(st.text()))
def test_hidden_or_harmless(value: object) -> None:
    """What passes is short and plain, and holds no long digits."""
    passed = council_log.safe_value(value)
    assert passed == council_log.HIDDEN or len(str(passed)) <= 200
    assert passed == council_log.HIDDEN or str(passed).isprintable()


def logging_calls() -> Iterator[tuple[Path, ast.Call]]:
    """Every call in the program like `log.info(…)`."""
    for package in ("bot", "handlers", "storage"):
        for path in (ROOT / package).rglob("*.py"):
            if "sandbox" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                match node:
                    case ast.Call(func=ast.Attribute(value=ast.Name(id="log"), attr=level)) if (
                        level in {*council_log.LEVELS, "exception", "critical"}
                    ):
                        yield path, node


def test_the_program_logs_by_the_list() -> None:
    """Every line in the code uses keys of the list and puts no value into its words."""
    for path, call in logging_calls():
        where = f"{path.relative_to(ROOT)}:{call.lineno}"
        assert len(call.args) == 1, f"{where}: words and keys only"
        assert not isinstance(call.args[0], ast.JoinedStr | ast.BinOp), f"{where}: value in words"
        for keyword in call.keywords:
            allowed = council_log.KEYS | {"exc_info"}
            assert keyword.arg is None or keyword.arg in allowed, f"{where}: {keyword.arg}"
