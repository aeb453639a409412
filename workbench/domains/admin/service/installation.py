"""What is configured, and how the home is kept."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from workbench.core.context import Context
from workbench.core.errors import Conflict
from workbench.core.operations import External
from workbench.core.settings import Settings, told
from workbench.domains.admin import schemas as s

from . import chores, rounds


def settings(found: Settings) -> s.SettingsView:
    """The settings in force."""
    return s.SettingsView(
        file=str(found.home / "config.toml"), items=[s.SettingView(**setting) for setting in told(found)]
    )


def maintenance(ctx: Context) -> s.MaintenanceView:
    """The chores, the latest rounds of them, and the backups."""
    home = ctx.workbench.settings.home
    folder = home / "backups"
    return s.MaintenanceView(
        chores=chores.listed(ctx), rounds=rounds.latest(home), folder=str(folder),
        backups=[_backup(path) for path in sorted(folder.glob("*.db"), reverse=True)],
    )  # fmt: skip


def _backup(path: Path) -> s.BackupView:
    held = path.stat()
    return s.BackupView(name=path.name, bytes=held.st_size, made_at=datetime.fromtimestamp(held.st_mtime, UTC))


def round_of(ctx: Context) -> External[s.Round]:
    """A round of all chores, in which no transaction waits.

    Raises:
        Conflict: another process of the home is at it.
    """
    workbench = ctx.workbench

    def work() -> s.Round:
        if not chores.tidy(workbench):
            raise Conflict("A round of chores is under way.", fix="Wait for its end.", code="round_under_way")
        return rounds.latest(workbench.settings.home)[0]

    return External(work)
