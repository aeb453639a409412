"""What the store keeps open in a process, and where its files are."""

from __future__ import annotations

from pathlib import Path

from workbench.core.settings import Settings
from workbench.core.workbench import Workbench
from workbench.domains.store.drivers.duck import Duck
from workbench.domains.store.drivers.sieve import Sieve
from workbench.domains.store.drivers.workers import AT_ONCE, MOST_EACH, Workers
from workbench.domains.store.models import Commit, StagedWrite, Table

SIEVES = 64


def duck(workbench: Workbench) -> Duck:
    """DuckDB in this process, for SQL of our own."""
    settings = workbench.settings
    return workbench.part("store.duck", lambda: Duck(memory=settings.query_bytes, spill=spill(settings)))


def workers(workbench: Workbench) -> Workers:
    """The processes in which people's SQL runs."""
    settings = workbench.settings
    each = MOST_EACH if settings.team else AT_ONCE  # at home all of them are one person's
    made = lambda: Workers(memory=settings.query_bytes, seconds=settings.query_seconds, each=each)  # noqa: E731
    return workbench.part("store.workers", made)


def sieve(workbench: Workbench) -> Sieve:
    """What decodes the rows of one peer who may lie, in processes that are for nothing else."""
    settings = workbench.settings
    made = lambda: Workers(memory=settings.query_bytes, seconds=settings.run_seconds, at_once=SIEVES, nice=0)  # noqa: E731
    return Sieve(workbench.part("store.sieves", made))


def folder(settings: Settings, table: Table) -> Path:
    """Where a table is."""
    return settings.store_dir / table.folder


def spill(settings: Settings) -> Path:
    """Where DuckDB puts what does not fit its memory."""
    return settings.store_dir / ".spill"


def staging(settings: Settings, name: str) -> Path:
    """Where a commit without a run stages its files."""
    return settings.store_dir / ".staging" / name


def lock_path(settings: Settings, table: Table) -> Path:
    """The file whose lock a process holds while it changes a table's log."""
    return settings.store_dir / ".locks" / table.id.hex


def kept(settings: Settings, path: Path) -> str:
    """A path as the database keeps it: relative to the home, which may be moved or copied, where it lies within."""
    return str(path.relative_to(settings.home) if path.is_relative_to(settings.home) else path)


def commit_folder(settings: Settings, commit: Commit) -> Path:
    """Where a commit's files are, in the home of whoever asks."""
    return settings.home / commit.folder  # which leaves an absolute one as it is


def staged_path(settings: Settings, commit: Commit, write: StagedWrite) -> Path:
    """Where a staged file is."""
    if write.path is None:
        raise ValueError("a restore has no file")
    return commit_folder(settings, commit) / "staged" / write.path
