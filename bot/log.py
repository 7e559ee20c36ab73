"""The log: ids, kinds and counts; never a text, an address, a name or a token.

An allow-list, twice. Of our own lines only the keys below pass, and of their values only what
looks like an id, a count or a name from the code. Of other libraries' lines nothing passes but who
wrote them, where in the code, and the type of the error: their words quote addresses, tokens and
whole messages. The same holds for errors that nobody caught.
"""

import logging
import re
import sys
import threading
from collections.abc import Callable, MutableMapping
from types import TracebackType
from typing import Any, TextIO

import structlog

KEYS = frozenset(
    {
        "attempts",
        "case",
        "channel",
        "code",
        "count",
        "entry",
        "error",
        "job",
        "kind",
        "library",
        "member",
        "port",
        "row",
        "rows",
        "seconds",
        "status",
        "version",
        "where",
    }
)
LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}

# Names from the code: ASCII, no long digits (an address), nothing long without a break (a token).
NAME = re.compile(r"[A-Za-z0-9_ .,:;/<>()+'’“”…=-]{1,200}")
NUMBER = re.compile(r"\d[\d .-]{4,}\d")
TOKEN = re.compile(r"(?=[A-Za-z_+=-]*\d)[A-Za-z0-9_+=-]{25,}")
HIDDEN = "(hidden)"

# A number beyond this is an address rather than a row or a count.
LARGEST_NUMBER = 10**7

Line = MutableMapping[str, Any]


def set_up(level: str = "info", stream: TextIO | None = None) -> None:
    """Log from this level up: for people on a terminal, as JSON anywhere else.

    Takes over the log of every library, warnings, and errors that nobody caught.
    """
    out = stream or sys.stderr
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            safe,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _for_people() if out.isatty() else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=lambda *_: _Writer(out),
        cache_logger_on_first_use=False,
    )
    _take_over_libraries()
    _take_over_uncaught()


def safe(_: Any, __: str, line: Line) -> Line:
    """Let through what may be logged; count what may not; never raise."""
    try:
        return _safe(line)
    except Exception as error:
        return {"event": "log line failed", "level": "error", "error": type(error).__name__}


def _safe(line: Line) -> Line:
    told: dict[str, Any] = {
        "event": safe_value(line.pop("event", "")),
        "level": line.pop("level", "info"),
    }
    failure = _failure(line.pop("exc_info", None))
    if failure is not None:
        told |= failed(failure)
    told |= {key: safe_value(value) for key, value in line.items() if key in KEYS}
    dropped = sum(key not in KEYS for key in line)
    return told | {"dropped": dropped} if dropped else told


def safe_value(value: object) -> object:
    """The value if it can be no text, address or token; else a word saying that it was hidden."""
    if value is None or isinstance(value, bool | float):
        return value
    if type(value) is int:
        return value if abs(value) < LARGEST_NUMBER else HIDDEN
    if type(value) is str:
        right = NAME.fullmatch(value) and not NUMBER.search(value) and not TOKEN.search(value)
        return value if right else HIDDEN
    return HIDDEN


def failed(error: BaseException) -> dict[str, str]:
    """An error as it may be told: its type, what caused it, and where in the code it rose."""
    if isinstance(error, BaseExceptionGroup):
        first = failed(error.exceptions[0])
        return first | {"error": f"{type(error).__name__} of {first['error']}"}
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    kinds = [type(error).__name__] + ([type(cause).__name__] if cause is not None else [])
    return {"error": " from ".join(kinds), "where": _where(error.__traceback__)}


def _where(traceback: TracebackType | None) -> str:
    places = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        module = traceback.tb_frame.f_globals.get("__name__", "?")
        places.append(f"{module}.{code.co_name}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return " < ".join(places[:-5:-1])


def _failure(given: Any) -> BaseException | None:
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        return given[1] if len(given) == 3 else None
    return sys.exc_info()[1] if given else None


def _for_people() -> Callable[[Any, str, Line], str]:
    return structlog.dev.ConsoleRenderer(pad_event_to=28)


class _Writer:
    """Writes lines; a closed or full stream loses the line and nothing else."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def msg(self, line: str) -> None:
        try:
            self._stream.write(f"{line}\n")
            self._stream.flush()
        except (OSError, ValueError):
            pass

    debug = info = warning = error = critical = exception = msg


class _Libraries(logging.Handler):
    """What other libraries log: who, where and which error, and not a word of it."""

    def emit(self, record: logging.LogRecord) -> None:
        failure = _failure(record.exc_info)
        what = {"where": f"{record.module}.{record.funcName}:{record.lineno}"}
        if failure is not None:
            what |= failed(failure)
        log = structlog.get_logger()
        tell = log.error if record.levelno >= logging.ERROR else log.warning
        tell("a library speaks", library=record.name, **what)

    def handleError(self, record: logging.LogRecord) -> None:
        """Say nothing: the usual report quotes the whole record."""


def _take_over_libraries() -> None:
    root = logging.getLogger()
    root.handlers[:] = [_Libraries()]
    root.setLevel(logging.WARNING)
    logging.raiseExceptions = False
    logging.captureWarnings(True)
    for name in list(logging.root.manager.loggerDict):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        if logger.level < logging.WARNING:
            logger.setLevel(logging.NOTSET)
    for name in ("aiohttp.access", "apscheduler"):  # paths of requests; a line for each run
        logging.getLogger(name).setLevel(logging.ERROR)


def _take_over_uncaught() -> None:
    log = structlog.get_logger()

    def uncaught(_: type[BaseException], error: BaseException, __: Any) -> None:
        if isinstance(error, KeyboardInterrupt):
            return
        log.error("stopped by an error", exc_info=error)

    def in_thread(hook: threading.ExceptHookArgs) -> None:
        if hook.exc_value is not None and not isinstance(hook.exc_value, SystemExit):
            log.error("thread stopped by an error", exc_info=hook.exc_value)

    def unraisable(hook: Any) -> None:
        log.error("error while cleaning up", exc_info=hook.exc_value)

    sys.excepthook = uncaught
    threading.excepthook = in_thread
    sys.unraisablehook = unraisable
