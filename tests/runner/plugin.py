"""What each pytest session here does: the longest stages first, loud skips, seeded schedules, tests that run alone."""

from __future__ import annotations

import gc
import os
from collections import Counter, defaultdict
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from coverage import Coverage

from .scheduling import ByServer
from .stages import BUILD, ROOT, STAGES, order, stage_of
from .turnstile import pass_through

TRACED = ("unit", "integration")
CI = os.environ.get("WORKBENCH_CI") == "1"
Reports = Generator[None, Any, Any]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Tests that ask for `schedule` run once for each seed, those that ask for `run_schedule` a third as often."""
    parser.addoption("--schedules", type=int, default=3, help="How many seeded schedules of faults to run.")
    parser.addoption("--stages", default=",".join(STAGES), help="The stages that the closing table lists.")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give `schedule` its seeds and `any_database` both databases."""
    if "schedule" in metafunc.fixturenames:
        metafunc.parametrize("schedule", range(metafunc.config.getoption("schedules")))
    if "run_schedule" in metafunc.fixturenames:  # a run takes seconds, where a commit takes milliseconds
        metafunc.parametrize("run_schedule", range(metafunc.config.getoption("schedules") // 3))
    if "any_database" in metafunc.fixturenames:
        metafunc.parametrize("backend", ["sqlite", "postgresql"], indirect=True)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark a test with its stage; figures are taken alone."""
    stage = stage_of(item.path)
    if stage is not None:
        item.add_marker(stage)
    if stage == "performance":
        item.add_marker("alone")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the stages with the longest files first; within a stage the order stays random."""
    items.sort(key=lambda item: order(item.path))


def pytest_collection_finish() -> None:
    """Leave what was collected out of every later search for garbage: it stays, and a search took half a second."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)  # a session may leave xdist out
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByServer | None:
    """Keep together what shares a server, where files are kept together."""
    return ByServer(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Reports:
    """Wait for the others to finish before a test that must run alone, and keep them out meanwhile."""
    with ExitStack() as stack:
        if "PYTEST_XDIST_WORKER" in os.environ:
            BUILD.mkdir(exist_ok=True)
            stack.enter_context(pass_through(BUILD, alone=item.get_closest_marker("alone") is not None))
        if not traced(item):
            stack.enter_context(_untraced())
        return (yield)


def traced(item: pytest.Item) -> bool:
    """Whether coverage looks at a test: tracing makes it take up to twice as long.

    What the other stages run is run by these as well, and PostgreSQL's turn runs what SQLite's did.
    """
    again = getattr(getattr(item, "callspec", None), "params", {}).get("backend") == "postgresql"
    return stage_of(item.path) in TRACED and not again


@contextmanager
def _untraced() -> Iterator[None]:
    tracer = Coverage.current()
    if tracer is None:
        yield
        return
    tracer.stop()
    try:
        yield
    finally:
        tracer.start()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Reports:
    """In CI a skipped test is a failed test: what it would have shown has not been shown."""
    report = yield
    return _no_skip(report) if not hasattr(report, "wasxfail") else report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Reports:
    """In CI a skipped file is a failed file."""
    return _no_skip((yield))


def _no_skip(report: Any) -> Any:
    if CI and report.skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome, report.longrepr = "failed", f"WORKBENCH_CI allows no skipped test. {reason}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what each stage came to, and name the empty ones."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for outcome in ("passed", "failed", "error", "skipped", "xfailed"):
        for report in terminalreporter.stats.get(outcome, []):
            stage = stage_of(ROOT / report.nodeid.partition("::")[0])
            if stage is not None:
                counts[stage][outcome] += 1
    terminalreporter.section("stages")
    for stage in config.getoption("stages").split(","):
        said = ", ".join(f"{number} {outcome}" for outcome, number in counts[stage].items())
        terminalreporter.write_line(f"{stage:<22}{said or 'no tests'}")
    if os.environ.get("WORKBENCH_TEST_PAGE"):
        terminalreporter.write_line(f"summary page          {os.environ['WORKBENCH_TEST_PAGE']}")
