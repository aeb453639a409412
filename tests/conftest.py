"""What every domain's tests need: a home, an opened workbench on either database, a caller, a session, a workspace.

Migrating takes a second, so each process migrates once and every test gets a copy. Nothing here is imported or made
before a test asks for it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.runner import postgresql, prerequisites
from tests.runner.stages import BUILD

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workbench.core.caller import LocalCaller
    from workbench.core.context import WorkspaceRef
    from workbench.core.settings import Settings
    from workbench.core.workbench import Workbench

pytest_plugins = ["tests.runner.plugin", "tests.runner.demo", "tests.runner.frontend"]

KEPT = {
    postgresql.VARIABLE,
    postgresql.RUN_VARIABLE,
    "WORKBENCH_CI",
    "WORKBENCH_CHROMIUM",
    "WORKBENCH_TEST_PAGE",
    "WORKBENCH_TEST_DEMO",
}
JUPYTER = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
FOLDERS = (*JUPYTER, "XDG_DATA_HOME", "XDG_CONFIG_HOME", "MPLCONFIGDIR")
# A socket's path may have some 100 characters: the folder is near the root, not within pytest's.
_private = tempfile.TemporaryDirectory(prefix="wbt-", ignore_cleanup_errors=True)


def pytest_configure() -> None:
    """Keep tests away from the person's own home, and Hypothesis from the clock of a busy machine."""
    for name in [name for name in os.environ if name.startswith("WORKBENCH_") and name not in KEPT]:
        del os.environ[name]
    for name in FOLDERS:
        os.environ[name] = str(Path(_private.name) / name.lower())
    os.environ.pop("JPY_PARENT_PID", None)
    calm = hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    hypothesis_settings.register_profile("tests", calm, max_examples=30)
    hypothesis_settings.register_profile("thorough", calm, max_examples=2000)
    hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "tests"))
    BUILD.mkdir(exist_ok=True)


def pytest_unconfigure() -> None:
    """Remove the folder; Python warns about folders that it removes itself."""
    _private.cleanup()


@pytest.fixture(autouse=True)
def no_known_secrets() -> Iterator[None]:
    """Has no test hide the secrets that another opened, which may be words such as `postgres`."""
    yield
    if known := sys.modules.get("workbench.core.secrets"):
        known.KNOWN._forms.clear()


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> str:
    """The kind of metadata database: SQLite, or both in turn where a test asks for `any_database`."""
    kind: str = getattr(request, "param", "sqlite")
    return kind


@pytest.fixture
def any_database(backend: str) -> str:
    """Ask for this (or `pytest.mark.usefixtures("any_database")`) to run a test on SQLite and on PostgreSQL."""
    return backend


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server that lets us make databases."""
    with contextlib.ExitStack() as stack:
        try:
            url = stack.enter_context(postgresql.server())
        except postgresql.NoServer as error:
            pytest.skip(str(error))
        yield url


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database of this test's own, dropped afterwards."""
    url = postgresql.create(postgresql_server)
    yield url
    postgresql.drop(postgresql_server, postgresql.name_of(url))


@pytest.fixture(scope="session")
def migrated_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that was created once; tests get copies of it."""
    folder = tmp_path_factory.mktemp("migrated") / "home"
    _create(folder)
    return folder


@pytest.fixture(scope="session")
def ordinary_role(postgresql_server: str) -> Iterator[str | None]:
    """The role that owns PostgreSQL homes: no superuser, since policies do not bind those."""
    role = postgresql.create_role(postgresql_server)
    yield role
    postgresql.drop_role(postgresql_server, role)


@pytest.fixture(scope="session")
def migrated_database(
    postgresql_server: str, ordinary_role: str | None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, str]]:
    """The home and the PostgreSQL database of a home that was created once; tests get copies of both."""
    url = postgresql.create(postgresql_server, owner=ordinary_role)
    folder = tmp_path_factory.mktemp("migrated-postgresql") / "home"
    try:
        _create(folder, url)
        yield folder, postgresql.name_of(url)
    finally:
        postgresql.drop(postgresql_server, postgresql.name_of(url))


def _create(folder: Path, url: str = "") -> None:
    from workbench.home import open_home

    open_home(_settings(folder, url)).close()


def _settings(folder: Path, url: str = "") -> Settings:
    from workbench.core.settings import load

    sqlalchemy_url = url.replace("postgresql://", "postgresql+psycopg://")
    return load({"home": folder, "database_url": sqlalchemy_url, "root": folder.parent}, environ={})


@pytest.fixture
def settings(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """The settings of a fresh home in `tmp_path/home`; notebooks may be registered from `tmp_path`."""
    folder = tmp_path / "home"
    if backend == "sqlite":
        shutil.copytree(request.getfixturevalue("migrated_home"), folder)
        yield _settings(folder)
        return
    server: str = request.getfixturevalue("postgresql_server")
    template_home, template = request.getfixturevalue("migrated_database")
    shutil.copytree(template_home, folder)
    url = postgresql.create(server, template, owner=request.getfixturevalue("ordinary_role"))
    yield _settings(folder, url)
    postgresql.drop(server, postgresql.name_of(url))


@pytest.fixture
def home(settings: Settings) -> Path:
    """The folder of a fresh home."""
    return settings.home


@pytest.fixture
def workbench(settings: Settings) -> Iterator[Workbench]:
    """A fresh home, opened in this process."""
    from workbench.home import open_home

    opened = open_home(settings)
    yield opened
    opened.close()


@pytest.fixture
def caller(workbench: Workbench) -> LocalCaller:
    """The person whose home it is: Admin of workspace `default`."""
    from workbench.home import local_caller

    return local_caller(workbench)


@pytest.fixture
def workspace(workbench: Workbench, caller: LocalCaller) -> WorkspaceRef:
    """The workspace `default`."""
    return caller.context().workspace


@pytest.fixture
def db(workbench: Workbench) -> Iterator[Session]:
    """A session that may write and is rolled back; on SQLite nobody else can write while the test has it."""
    from workbench.core.row_security import INSTALLATION

    with workbench.database.write(INSTALLATION) as session:
        yield session
        session.rollback()


@pytest.fixture
def environment(home: Path, settings: Settings) -> dict[str, str]:
    """The environment of a subprocess that means this home."""
    return {**os.environ, "WORKBENCH_HOME": str(home), "WORKBENCH_DATABASE_URL": settings.database_url}


@pytest.fixture
def run_cli(environment: dict[str, str], tmp_path: Path) -> Callable[..., object]:
    """Runs `workbench ...` as a shell would, against this home; answers subprocess.CompletedProcess with text."""
    import subprocess
    import sys

    def run(*arguments: str, timeout: float = 60, **options: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "workbench.cli", *arguments]
        given = {"cwd": tmp_path, "env": environment, "timeout": timeout, "capture_output": True, "text": True}
        return subprocess.run(command, check=False, **(given | options))  # type: ignore[call-overload, no-any-return]

    return run


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """How pytest-playwright starts Debian's Chromium."""
    path = prerequisites.browser()
    if path is None:
        pytest.skip("no Chromium (apt-get install chromium-headless-shell)")
    quiet = ["gpu", "quic", "background-networking", "component-update", "sync", "extensions", "default-apps"]
    flags = ["--no-sandbox", "--no-first-run", "--disable-dev-shm-usage", *(f"--disable-{name}" for name in quiet)]
    return {"executable_path": path, "headless": True, "args": flags}
