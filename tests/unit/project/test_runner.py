"""The runner of the tests keeps its own promises."""

from __future__ import annotations

import multiprocessing
import time
from pathlib import Path

import pytest

from tests.runner import summary
from tests.runner.prerequisites import Found
from tests.runner.stages import ROOT, stage_of
from tests.runner.turnstile import pass_through

JUNIT = """<testsuites><testsuite>
<testcase classname="tests.unit.labels.test_service" name="test_good" time="0.5"/>
<testcase classname="tests.unit.labels.test_service" name="test_bad" time="1.5">
<failure message="m">why &lt;b&gt;</failure></testcase>
<testcase classname="tests.e2e.labels.test_page" name="test_away" time="0"><skipped message="no browser"/></testcase>
</testsuite></testsuites>"""


@pytest.mark.parametrize(
    ("path", "stage"),
    [
        ("tests/unit/store/test_a.py", "unit"),
        ("tests/e2e/test_b.py", "e2e"),
        ("tests/conftest.py", None),
        ("README.md", None),
    ],
)
def test_the_folder_is_the_stage(path, stage):
    """A test's stage is the first folder beneath tests, and nothing else has one."""
    assert stage_of(ROOT / path) == stage


def test_junit_becomes_cases(tmp_path):
    """Each test of a JUnit file is read with its stage, outcome and reason."""
    (tmp_path / "junit.xml").write_text(JUNIT)

    assert summary.read(tmp_path / "junit.xml") == [
        summary.Case("unit", "tests.unit.labels.test_service::test_good", 0.5, "passed"),
        summary.Case("unit", "tests.unit.labels.test_service::test_bad", 1.5, "failed", "why <b>"),
        summary.Case("e2e", "tests.e2e.labels.test_page::test_away", 0.0, "skipped", "no browser"),
    ]


def test_the_page_names_failures_skips_and_empty_stages(tmp_path):
    """Whoever opens the page sees what failed, what was skipped and which stage had no test, with text escaped."""
    (tmp_path / "junit.xml").write_text(JUNIT)

    summary.write(tmp_path / "page.html", tmp_path / "junit.xml", tmp_path / "none.json", [Found("Disk", "9 GiB")])

    page = (tmp_path / "page.html").read_text()
    said = ["test_bad", "why &lt;b&gt;", "no browser", "performance (empty)", "Coverage was not measured", "9 GiB"]
    assert [text for text in said if text not in page] == []


def test_a_run_without_a_report_is_not_called_good(tmp_path):
    """A pytest that died before its report leaves a page that says no test ran."""
    summary.write(tmp_path / "page.html", tmp_path / "junit.xml", tmp_path / "none.json", [])

    assert '<p class="bad">no test ran' in (tmp_path / "page.html").read_text()


def _stay(folder: Path, seconds: float, journal: Path) -> None:
    with pass_through(folder, alone=False):
        with journal.open("a") as lines:
            lines.write("in\n")
        time.sleep(seconds)
        with journal.open("a") as lines:
            lines.write("out\n")


def test_who_is_alone_waits_for_the_others_and_keeps_them_out(tmp_path):
    """A measuring test starts only when the room is empty, and others enter only after it left."""
    journal = tmp_path / "journal"
    spawn = multiprocessing.get_context("spawn")
    first = spawn.Process(target=_stay, args=(tmp_path, 0.5, journal))
    first.start()
    while not journal.exists():
        time.sleep(0.01)
    with pass_through(tmp_path, alone=True):
        seen = journal.read_text()
        second = spawn.Process(target=_stay, args=(tmp_path, 0, journal))
        second.start()
        time.sleep(1)
        still = journal.read_text()
    first.join()
    second.join()

    assert (seen, still, journal.read_text()) == ("in\nout\n", "in\nout\n", "in\nout\nin\nout\n")
