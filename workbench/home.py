"""Opens a home: creates or upgrades it, and puts the parts of a workbench together."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from workbench.core import row_security
from workbench.core.caller import LocalCaller
from workbench.core.context import Context, Principal
from workbench.core.db import Database
from workbench.core.errors import Unavailable
from workbench.core.operations import registry
from workbench.core.settings import Settings, load
from workbench.core.workbench import Workbench


def open_home(settings: Settings | None = None) -> Workbench:
    """The workbench of a home, which is created, or upgraded after a backup, where need be.

    Raises:
        Unavailable: the home is newer than this code, its database does not answer or keeps a team's workspaces apart
            by nothing, or the folder cannot be written.
    """
    from workbench.domains.access.service import Directory, Shares, ensure_default, has_default
    from workbench.domains.audit.service import Trail
    from workbench.domains.secrets.service import Envelopes
    from workbench.migrations import upgrade

    settings = settings or load()
    try:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Unavailable(
            f"The home {settings.home} cannot be created: {error.strerror}.",
            fix="Choose another with --home DIR or WORKBENCH_HOME.",
            code="home_unwritable",
        ) from error
    if not settings.database_url:
        (settings.home / "workbench.db").touch(mode=0o600)  # SQLite gives its other files the same mode
    database = Database(settings.metadata_url)
    workbench = Workbench(
        settings=settings,
        database=database,
        registry=registry,
        audit=Trail(),
        vault=Envelopes(settings),
        shares=Shares(),
        directory=Directory(),
    )
    with _upgrading(settings.home):
        upgrade(database, settings.home)
        with workbench.read() as db:
            prepared = has_default(db)
            bypassed = row_security.bypassed(db.connection())
        if settings.team and bypassed:
            workbench.close()
            raise Unavailable(row_security.BYPASSED, fix=row_security.ROLE, code="row_security_bypassed")
        if not prepared:  # a new home, or one whose maker was killed in between
            with workbench.unit_of_work() as db:
                ensure_default(db)
    return workbench


@contextmanager
def _upgrading(home: Path) -> Iterator[None]:
    import fcntl

    with (home / ".upgrade.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def local_caller(
    workbench: Workbench,
    workspace: str | None = None,
    *,
    principal: Callable[[Session], Principal] | None = None,
    surface: str = "python",
    **more: Any,
) -> LocalCaller:
    """A caller in this process; by default the operating system's user, who is Admin in personal mode.

    In the kernel of a run the caller acts within the run, as the environment says.
    """
    from workbench.domains.access.service import os_principal
    from workbench.domains.runs.service.scope import scope_of_environment

    identify = principal or os_principal

    def context(db: Session) -> Context:
        made = workbench.context(db, identify(db), workspace, surface=surface, **more)
        made.run = scope_of_environment(workbench, os.environ)
        return made

    return LocalCaller(workbench, context)
