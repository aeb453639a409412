"""What tests are given is what they are promised."""

from __future__ import annotations

import pytest
from sqlalchemy import text


@pytest.mark.usefixtures("any_database")
@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_a_home_of_its_own(workbench, workspace, turn):
    """What one test writes is not there in the next, on either database."""
    with workbench.unit_of_work() as db:
        renamed = db.execute(
            text("UPDATE workspace SET timezone = 'Asia/Tokyo' WHERE name = 'default' AND timezone <> 'Asia/Tokyo'")
        )

    assert (workspace.name, renamed.rowcount) == ("default", 1)


def test_both_databases_are_meant(any_database, workbench):
    """The variants of `any_database` really are two databases."""
    assert workbench.database.engine.dialect.name == any_database


def test_a_subprocess_means_the_same_home(environment, workbench, caller):
    """A program started with `environment` opens the home of the test, not the person's own."""
    import subprocess
    import sys

    ask = "from workbench.core.settings import load; print(load().home)"
    done = subprocess.run([sys.executable, "-c", ask], env=environment, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == str(workbench.settings.home)
