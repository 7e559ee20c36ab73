"""The first run: a key where nothing was ever stored, and a full stop where one is missing."""

import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pydantic import SecretStr

from bot.faults import SettingsFault
from bot.settings import Settings
from storage import data_keys, migrate
from storage.database import Database
from storage.masters import KeysMissing, generate_master

COMMENT = "# Opens everything that is stored. Keep a copy in another place; show it to nobody.\n"
LINE = re.compile(r"^[ \t]*(?:export[ \t]+)?COUNCIL_KEYS[ \t]*=.*\n?", re.MULTILINE)


def ensure_keys(
    settings: Settings,
    database: Database,
    say: Callable[[str], None],
    env_file: Path = Path(".env"),
) -> Settings:
    """The settings with keys: those given, or fresh ones where the database is empty.

    Fresh ones are written to `env_file`, readable by its owner alone, and `say` is told so. Raises
    KeysMissing where there is data that they could not open.
    """
    if settings.council_keys is not None:
        return settings
    if migrate.current(database) is not None and data_keys.in_use(database):
        raise KeysMissing
    key = generate_master()
    try:
        _write(env_file, key)
    except OSError as error:
        where = f"{env_file} cannot be written ({type(error).__name__})"
        what = "put a key there yourself, 32 random bytes in base64url"
        raise SettingsFault([f"COUNCIL_KEYS: is missing, and {where}; {what}"]) from None
    say(
        f"Made a key and wrote it to {env_file.absolute()}. Keep a copy in another place: "
        "without it nothing that is stored can ever be read again."
    )
    return replace(settings, council_keys=SecretStr(key))


def _write(env_file: Path, key: str) -> None:
    """Put the key into the file, whole and on the disk, before anything is encrypted with it."""
    before = env_file.read_text(encoding="utf-8") if env_file.exists() else ""
    kept = LINE.sub("", before)
    if kept and not kept.endswith("\n"):
        kept += "\n"
    draft = env_file.with_name(f"{env_file.name}.new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{kept}{COMMENT}COUNCIL_KEYS={key}\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(env_file)
    directory = os.open(env_file.absolute().parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
