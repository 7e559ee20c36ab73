"""Opening what every command needs: settings, keys and a migrated database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot import log
from bot.clock import SystemClock
from bot.first_keys import ensure_keys
from bot.settings import Settings, load
from storage import data_keys, migrate, secrecy
from storage.database import Database, open_database


@dataclass(frozen=True)
class Opened:
    """Settings, and the database they name, with its keys in use."""

    settings: Settings
    database: Database
    ring: secrecy.Keyring


class NotMigrated(Exception):
    """The database was made by an older version of this program: run `council-bot migrate` first,
    while no bot runs on it."""

    def __init__(self) -> None:
        super().__init__(" ".join((self.__doc__ or "").split()))


@contextmanager
def opened(say: Callable[[str], None], *, telegram: bool = False) -> Iterator[Opened]:
    """Read the settings and open the database, making keys and tables on the very first run.

    Raises SettingsFault, KeysMissing, WrongKeys, NotMigrated or NewerDatabase.
    """
    settings = load(telegram=telegram)
    log.set_up(settings.log_level)
    service = settings.service_database_url
    database = open_database(
        settings.database_url.get_secret_value(),
        service_url=service.get_secret_value() if service is not None else None,
    )
    try:
        settings = ensure_keys(settings, database, say)
        if migrate.current(database) is None:
            migrate.upgrade(database)
        if migrate.needs_migration(database):
            raise NotMigrated
        ring = data_keys.open_ring(database, settings.masters, SystemClock().now())
        secrecy.use(ring)
        yield Opened(settings, database, ring)
    finally:
        database.close()
