"""The home: its folder, keys, database, disk, and what runs in it."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.core.clock import now
from workbench.core.errors import WorkbenchError

from .findings import Finding, error, info, ok, warning

if TYPE_CHECKING:
    from workbench.core.db import Database
    from workbench.core.settings import Settings

GIB = 1024**3
REMOTE = ("nfs", "cifs", "smb", "fuse.sshfs", "9p", "afs", "lustre")
SKEW = timedelta(seconds=2)
LOCK_MILLISECONDS = 2000


def folder(settings: Settings) -> Iterator[Finding]:
    """Whether the folder exists, is ours alone, and can be written."""
    home = settings.home
    if not home.exists():
        yield info("home", f"{home} does not exist yet; it is made on first use.")
        return
    status = home.stat()
    if status.st_uid != os.getuid():
        yield error("home", f"{home} belongs to user {status.st_uid}, not to you.", "Choose another with --home DIR.")
    elif not os.access(home, os.W_OK | os.X_OK):
        yield error("home", f"{home} cannot be written.", f"Run `chmod u+rwx {home}`.")
    elif stat.S_IMODE(status.st_mode) & 0o077:
        mode = f"{stat.S_IMODE(status.st_mode):04o}"
        yield warning("home", f"{home} has mode {mode}: others may look in.", f"Run `chmod 700 {home}`.")
    else:
        yield ok("home", str(home))


def keys(settings: Settings) -> Iterator[Finding]:
    """Whether nobody else can read the keys."""
    if not settings.keys_dir.exists():
        return
    for path in [settings.keys_dir, *sorted(settings.keys_dir.iterdir())]:
        wanted = 0o700 if path.is_dir() else 0o600
        found = stat.S_IMODE(path.lstat().st_mode)
        if found & 0o077:
            yield error("keys", f"{path} has mode {found:04o}: others may read it.", f"Run `chmod {wanted:o} {path}`.")
            return
    yield ok("keys", "Only you can read them.")


def sandbox(settings: Settings) -> Iterator[Finding]:
    """Whether people's code can be put into a sandbox, where it has to be."""
    from workbench.sandbox import bubblewrap

    if not settings.team:
        return
    if not settings.sandboxed:
        yield warning("sandbox", "People's code runs with all rights of the server.", "Unset allow_unsandboxed.")
        return
    try:
        yield ok("sandbox", f"{bubblewrap.path()} makes sandboxes.")
    except WorkbenchError as failure:
        yield error("sandbox", failure.detail, failure.fix)


def filesystem(settings: Settings) -> Iterator[Finding]:
    """Whether SQLite's write-ahead log works where the home is."""
    kind = _filesystem_of(settings.home)
    if kind.startswith(REMOTE) and settings.metadata_url.startswith("sqlite"):
        yield error(
            "filesystem",
            f"The home is on {kind}, where SQLite's write-ahead log loses data when two machines open it.",
            "Move the home to a local disk, or set database_url to a PostgreSQL database.",
        )
    elif kind:
        yield ok("filesystem", kind)


def _filesystem_of(path: Path) -> str:
    mounts = Path("/proc/self/mountinfo")
    if not mounts.exists():
        return ""
    longest, kind = "", ""
    for line in mounts.read_text().splitlines():
        before, _, after = line.partition(" - ")
        point = before.split()[4].encode().decode("unicode_escape")
        if path.is_relative_to(point) and len(point) >= len(longest):
            longest, kind = point, after.split()[0]
    return kind


def disk(settings: Settings) -> Iterator[Finding]:
    """Whether there is space left."""
    place = next(parent for parent in [settings.home, *settings.home.parents] if parent.exists())
    usage = shutil.disk_usage(place)
    text = f"{usage.free / GIB:.1f} GiB of {usage.total / GIB:.0f} GiB are free."
    if usage.free < GIB:
        yield error("disk", text, "Free some space: runs and tables stop when the disk is full.")
    elif usage.free < 5 * GIB and usage.free < usage.total * 0.05:
        yield warning("disk", text, "Free some space, or shorten retain_runs_days.")
    else:
        yield ok("disk", text)


def database(settings: Settings, held: Database | None) -> Iterator[Finding]:
    """Whether the metadata database answers, can be written, and is of this code's age."""
    from workbench.core.db import Database
    from workbench.migrations import current, heads

    opened = held or Database(settings.metadata_url)
    try:
        if not _is_there(opened):
            yield info("database", "There is none yet; it is made on first use.")
            return
        found, (newest, known) = current(opened), heads()
        if found is None:
            yield info("database", "It is empty; the tables are made on first use.")
        elif found not in known:
            fix = "Run `pip install -U jupyter-workbench`, or choose another --home."
            yield error("database", f"It is at revision {found}, newer than this code ({newest}).", fix)
        elif found != newest:
            yield info(
                "database", f"It is at revision {found}; it is upgraded to {newest} on next use, after a backup."
            )
        else:
            yield ok("database", f"Revision {found}.")
        yield from _lock(opened)
        yield from _clock(opened)
        yield from _row_security(opened, team=settings.team)
    except WorkbenchError as refused:
        yield error("database", refused.detail, refused.fix or "Check database_url and that the database runs.")
    finally:
        if held is None:
            opened.close()


def _is_there(opened: Database) -> bool:
    """Whether there is a database to look at; opening SQLite's would make it."""
    return not opened.is_sqlite or Path(str(opened.url.database)).exists()


def integrity(settings: Settings) -> Iterator[Finding]:
    """Whether SQLite's file is whole and every reference in it leads somewhere."""
    import sqlite3

    path = settings.home / "workbench.db"
    if settings.database_url or not path.exists():
        return
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        torn = [row[0] for row in connection.execute("PRAGMA quick_check(5)") if row[0] != "ok"]
        loose = connection.execute("PRAGMA foreign_key_check").fetchmany(5)
    if torn or loose:
        text = "; ".join(torn) or f"{len(loose)} or more references lead nowhere, the first in {loose[0][0]}"
        fix = f"Stop everything that uses the home and copy a file of {settings.home / 'backups'} over {path.name}."
        yield error("integrity", f"The database is damaged: {text}.", fix)
    else:
        yield ok("integrity", "The file is whole.")


def _lock(opened: Database) -> Iterator[Finding]:
    """Whether somebody holds SQLite's write lock for long."""
    import sqlite3

    if not opened.is_sqlite:
        return
    path = Path(str(opened.url.database))
    with closing(sqlite3.connect(path, timeout=LOCK_MILLISECONDS / 1000, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError as refused:
            fix = f"Look for the process that holds it: `fuser {path}`."
            yield error("database lock", f"It cannot be written for now: {refused}.", fix)


def _clock(opened: Database) -> Iterator[Finding]:
    """Whether this machine's time is the database's, and is possible at all."""
    from sqlalchemy import text

    if not opened.is_sqlite:
        with opened.read() as db:
            theirs: datetime = db.execute(text("SELECT clock_timestamp()")).scalar_one()
        skew = abs(theirs.astimezone(UTC) - now())
        if skew > SKEW:
            fix = "Let both machines keep time by NTP."
            yield warning("clock", f"This machine and the database differ by {skew.total_seconds():.0f} s.", fix)
            return
    if now().year < 2024:
        yield error("clock", f"This machine believes that it is {now():%Y-%m-%d}.", "Set the clock.")


def _row_security(opened: Database, *, team: bool) -> Iterator[Finding]:
    """Whether PostgreSQL keeps workspaces apart, which one person may do without."""
    from workbench.core.row_security import BYPASSED, ROLE, bypassed

    if opened.is_sqlite:
        return
    with opened.read() as db:
        past = bypassed(db.connection())
    if past:
        yield error("row security", BYPASSED, ROLE) if team else info("row security", BYPASSED)
    else:
        yield ok("row security", "The database keeps workspaces apart.")


def runs(settings: Settings, held: Database | None) -> Iterator[Finding]:
    """Whether runs or commits are stuck, and whether anybody takes queued runs."""
    from sqlalchemy import func, select

    from workbench.core.db import Database
    from workbench.core.row_security import INSTALLATION
    from workbench.domains.runs.models import EXECUTING, Run, Status
    from workbench.domains.runs.service.executor import executing
    from workbench.migrations import current, heads

    opened = held or Database(settings.metadata_url)
    try:
        if not _is_there(opened) or current(opened) != heads()[0]:
            return  # the look at the database says so
        with opened.read(INSTALLATION) as db:
            counted = db.execute(select(Run.status, func.count()).group_by(Run.status))
            counts: dict[str, int] = {row[0]: row[1] for row in counted}
            late = Run.lease_until < now() - timedelta(seconds=settings.lease_seconds)
            stale = db.scalar(select(func.count()).where(Run.status.in_(EXECUTING), late)) or 0
    finally:
        if held is None:
            opened.close()
    if stale:
        fix = "They are picked up again as soon as a server or `workbench run` works in this home."
        yield warning("runs", f"{stale} runs lost their process.", fix)
    if counts.get(Status.QUEUED) and not executing(settings):
        fix = "Start `jupyter lab` in this home: it takes them. `workbench runs cancel RUN` removes one."
        number = counts[Status.QUEUED]
        text = f"{number} run{' is' if number == 1 else 's are'} queued, and no server of this home runs to take them."
        yield warning("executor", text, fix)
    elif not stale:
        yield ok("runs", ", ".join(f"{number} {status}" for status, number in sorted(counts.items())) or "None yet.")
