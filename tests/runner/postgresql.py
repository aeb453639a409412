"""A PostgreSQL server for tests: one that answers, or a private cluster that vanishes afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

VARIABLE = "WORKBENCH_TEST_POSTGRESQL"
RUN_VARIABLE = "WORKBENCH_TEST_RUN"
USUAL = "postgresql://postgres@127.0.0.1:5432/postgres"
START_SECONDS = 60
CARELESS = "-c fsync=off -c full_page_writes=off"
MAY_CREATE = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
BYPASSES = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
OURS = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
OUR_ROLES = "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)"


class NoServer(Exception):
    """No PostgreSQL answers and none can be started; the text says what is missing."""


def usable(url: str) -> bool:
    """Whether a server answers at a URL and lets us make databases."""
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            row = connection.execute(MAY_CREATE).fetchone()
    except psycopg.Error:
        return False
    return bool(row and row[0])


def programs() -> Path | None:
    """The folder of the newest PostgreSQL programs on this machine."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    found = shutil.which("initdb")
    return next((path for path in debian if (path / "initdb").exists()), Path(found).parent if found else None)


@contextmanager
def server() -> Iterator[str]:
    """The URL of a server for as long as the context lasts.

    Raises:
        NoServer: none answers and none can be started.
    """
    given = os.environ.get(VARIABLE)
    if given or usable(USUAL):
        yield given or USUAL
        return
    with private_cluster() as url:
        yield url


@contextmanager
def private_cluster(within: str | None = None) -> Iterator[str]:
    """A fresh cluster in a folder (of `within`) on a free port of the loopback, without durability, removed at the end.

    Raises:
        NoServer: the programs are missing or the cluster did not start.
    """
    found = programs()
    if found is None:
        raise NoServer("no PostgreSQL answers and its programs are missing (apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="wb-pg-", dir=within))
    folder.chmod(0o755)
    data, port = folder / "data", _free_port()
    user = _unprivileged()
    if user:
        shutil.chown(folder, user.pw_name)
    try:
        create = ["-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        _run(user, folder, str(found / "initdb"), *create)
        options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c max_connections=200 {CARELESS}"
        control = (str(found / "pg_ctl"), "-D", str(data), "-w", "-t", str(START_SECONDS))
        _run(user, folder, *control, "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            _run(user, folder, *control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _unprivileged() -> pwd.struct_passwd | None:
    """Whom to run PostgreSQL as: it refuses root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _run(user: pwd.struct_passwd | None, folder: Path, *command: str) -> None:
    prefix = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"] if user else []
    # pg_ctl's child keeps the streams open, so they must not be pipes that somebody reads to the end.
    with (folder / "setup").open("w+") as output:
        words = [*prefix, *command]
        done = subprocess.run(words, cwd=folder, env=_environment(), stdout=output, stderr=output, check=False)
        if done.returncode:
            output.seek(0)
            raise NoServer(f"{Path(command[0]).name} failed: {output.read().strip()[-2000:]}")


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def run_name() -> str:
    """What the names of this run's databases begin with, so that all of them can be dropped at the end."""
    return os.environ.setdefault(RUN_VARIABLE, f"wbt_{uuid.uuid4().hex[:10]}")


def create(server_url: str, template: str | None = None, owner: str | None = None) -> str:
    """Make a database, as a copy of another and of another owner where these are named; answers its URL."""
    import psycopg
    from psycopg import sql

    name = f"{run_name()}_{uuid.uuid4().hex[:8]}"
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
        sql.Identifier(name), sql.Identifier(template or "template0")
    )
    if owner:
        statement += sql.SQL(" OWNER {}").format(sql.Identifier(owner))
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(statement)
    url = urlsplit(server_url)._replace(path=f"/{name}")
    if owner:
        url = url._replace(netloc=f"{owner}:{owner}@{url.netloc.rpartition('@')[2]}")
    return url.geturl()


def create_role(server_url: str) -> str | None:
    """Make a role whom policies bind, as they bind a team's; None where they bind the server's own user already."""
    import psycopg
    from psycopg import sql

    role = f"{run_name()}_{uuid.uuid4().hex[:8]}"
    statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), sql.Literal(role))
    with psycopg.connect(server_url, autocommit=True) as connection:
        if connection.execute(BYPASSES).fetchone() != (True,):
            return None
        connection.execute(statement)
    return role


def drop_role(server_url: str, role: str | None) -> None:
    """Drop a role that owns nothing any more."""
    import psycopg
    from psycopg import sql

    if role is not None:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))


def name_of(url: str) -> str:
    """The database that a URL names."""
    return url.rpartition("/")[2]


def drop(server_url: str, name: str) -> None:
    """Drop a database, and whoever is still connected to it."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def drop_run(server_url: str) -> None:
    """Drop every database and role that this run made and did not drop, such as those of a killed process."""
    import psycopg

    with psycopg.connect(server_url, autocommit=True) as connection:
        rows = connection.execute(OURS, (run_name(),)).fetchall()
        roles = connection.execute(OUR_ROLES, (run_name(),)).fetchall()
    for (name,) in rows:
        drop(server_url, name)
    for (role,) in roles:
        drop_role(server_url, role)
