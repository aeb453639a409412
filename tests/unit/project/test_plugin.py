"""What every pytest session of this project does."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.runner.stages import ROOT

SKIPS = "import pytest\ndef test_away():\n    pytest.skip('no browser here')\n"
FILE_SKIPS = "import pytest\npytest.skip('no browser here', allow_module_level=True)\n"
XFAILS = "import pytest\n@pytest.mark.xfail\ndef test_known():\n    assert False\n"
SEEDS = "def test_seed(schedule):\n    assert schedule < 3\n"


def session(folder, text, *arguments, ci="0"):
    """What a pytest session with our plugin says about one file, and its exit code."""
    (folder / "test_it.py").write_text(text)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.runner.plugin",
        "-p",
        "no:cacheprovider",
        "-c",
        os.devnull,
        "-ra",
    ]
    given = {**os.environ, "WORKBENCH_CI": ci, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    given.pop("PYTEST_XDIST_WORKER", None)
    done = subprocess.run(
        [*command, *arguments, str(folder)], env=given, capture_output=True, text=True, cwd=folder, timeout=60
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("text", [SKIPS, FILE_SKIPS])
def test_a_skip_fails_in_ci(tmp_path, text):
    """With WORKBENCH_CI=1 what was skipped is a failure that names its reason."""
    code, said = session(tmp_path, text, ci="1")

    assert code != 0
    assert "WORKBENCH_CI allows no skipped test. Skipped: no browser here" in said


@pytest.mark.parametrize("text", [SKIPS, FILE_SKIPS])
def test_a_skip_elsewhere_is_named(tmp_path, text):
    """On a person's machine a skip is no failure, but its reason is in the closing lines."""
    code, said = session(tmp_path, text)

    assert code in (0, 5)
    assert "no browser here" in said


def test_an_expected_failure_is_no_skip(tmp_path):
    """A test that is known to fail stays what it is in CI."""
    code, said = session(tmp_path, XFAILS, ci="1")

    assert (code, "1 xfailed" in said) == (0, True)


def test_schedules_are_counted(tmp_path):
    """A test that asks for a schedule runs once for each seed."""
    code, said = session(tmp_path, SEEDS, "--schedules=3")

    assert (code, "3 passed" in said) == (0, True)


def test_the_closing_table_names_empty_stages(tmp_path):
    """Stages without tests are said to have none."""
    _, said = session(tmp_path, SEEDS, "--schedules=1", "--stages=unit,e2e")

    assert [line.split() for line in said.splitlines() if line.startswith(("unit", "e2e"))] == [
        ["unit", "no", "tests"],
        ["e2e", "no", "tests"],
    ]
