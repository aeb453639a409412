"""A machine without a PostgreSQL server gets one for as long as the tests run."""

from __future__ import annotations

import tempfile
from pathlib import Path

import psycopg
import pytest

from tests.runner import postgresql


@pytest.fixture
def cluster():
    """A private cluster."""
    if postgresql.programs() is None:
        pytest.skip("PostgreSQL's programs are missing (apt-get install postgresql)")
    with postgresql.private_cluster() as url:
        yield url


def test_a_private_cluster_serves_and_its_databases_are_dropped(cluster, monkeypatch):
    """The cluster lets us make and copy databases, and a run's leftovers are dropped even while somebody holds them."""
    monkeypatch.setenv(postgresql.RUN_VARIABLE, "wbt_leftovers")
    first = postgresql.create(cluster)
    with psycopg.connect(first) as connection:
        connection.execute("CREATE TABLE kept (id int)")
    copy = postgresql.create(cluster, postgresql.name_of(first))
    holder = psycopg.connect(copy)
    copied = holder.execute("SELECT count(*) FROM kept").fetchone()
    postgresql.drop_run(cluster)
    holder.close()

    with psycopg.connect(cluster) as connection:
        left = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'wbt_leftovers%'").fetchall()
    assert (copied, postgresql.usable(cluster), left) == ((0,), True, [])


def test_a_private_cluster_leaves_nothing(monkeypatch):
    """After use neither the server nor its folder is there."""
    if postgresql.programs() is None:
        pytest.skip("PostgreSQL's programs are missing (apt-get install postgresql)")
    with tempfile.TemporaryDirectory() as name:  # pytest's folders are too deep for a socket
        folder = Path(name)
        folder.chmod(0o755)
        monkeypatch.setattr("tempfile.tempdir", name)
        with postgresql.private_cluster() as url:
            assert postgresql.usable(url)

        assert (postgresql.usable(url), list(folder.iterdir())) == (False, [])
