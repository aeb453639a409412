"""The one linear history of the metadata database."""

from __future__ import annotations

import importlib.util
import pkgutil
import shutil
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.core.db import Database, unavailable
from workbench.core.errors import Unavailable

if TYPE_CHECKING:
    from sqlalchemy import MetaData

FOLDER = Path(__file__).parent
_ALEMBIC = threading.Lock()  # its context is the process's: two databases cannot be brought on at once


def configuration(database: Database) -> Any:
    """Alembic's configuration for a database."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["engine"] = database.engine
    return config


def metadata() -> MetaData:
    """All tables: those of core and those of every domain."""
    from workbench import domains
    from workbench.core import events, idempotency  # noqa: F401 - they declare tables
    from workbench.core.db import Base

    for domain in pkgutil.iter_modules(domains.__path__):
        name = f"workbench.domains.{domain.name}.models"
        if importlib.util.find_spec(name):
            importlib.import_module(name)
    return Base.metadata


def heads() -> tuple[str, list[str]]:
    """The newest revision that this code knows, and all of them."""
    names = sorted(path.stem for path in (FOLDER / "versions").glob("[0-9]*.py"))
    revisions = [name.partition("_")[0] for name in names]
    return revisions[-1], revisions


def current(database: Database) -> str | None:
    """The revision that a database is at; None where it is empty.

    Raises:
        Unavailable: the database does not answer.
    """
    from sqlalchemy import inspect, text
    from sqlalchemy.exc import OperationalError

    try:
        with database.engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    except OperationalError as error:
        raise unavailable(error) from error


def upgrade(database: Database, home: Path) -> bool:
    """Bring a database to the newest revision, after a backup of a SQLite one; says whether there was work.

    Raises:
        Unavailable: the database was made by newer code.
    """
    newest, known = heads()
    found = current(database)
    if found == newest:
        return False
    if found is not None and found not in known:
        raise Unavailable(
            f"The home {home} is at revision {found}, which is newer than this code ({newest}).",
            fix="Upgrade jupyter-workbench (`pip install -U jupyter-workbench`) or choose another --home.",
            code="home_newer",
        )
    if found is not None and database.is_sqlite:
        _back_up(Path(str(database.url.database)), home / "backups")
    from alembic import command

    with _ALEMBIC:
        command.upgrade(configuration(database), "head")
    return True


def _back_up(source: Path, folder: Path) -> Path:
    folder.mkdir(exist_ok=True, mode=0o700)
    target = folder / f"before-upgrade-{datetime.now(UTC):%Y%m%dT%H%M%S}.db"
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
    shutil.copymode(source, target)
    return target
