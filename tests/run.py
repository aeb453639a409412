"""Runs the stages: checks the machine, lends a PostgreSQL, calls pytest once, writes the summary page.

`python -m tests.run` runs all but what is marked `thorough`, with coverage; a stage by itself runs whole. pytest's own
closing line is the last one printed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.runner import postgresql, prerequisites, summary
from tests.runner.stages import BUILD, COVERAGE_WANTED, ROOT, STAGES

WORKERS = 4  # on two processors: tests often wait for processes, locks and disks
MEMORY, ROOM = Path("/dev/shm"), 4 * 2**30
NO_TESTS = 5
PAGE = BUILD / "summary.html"
JUNIT = BUILD / "junit.xml"
COVERAGE = BUILD / "coverage.json"


def main(arguments: list[str] | None = None) -> int:
    """Run what the command line asks for; answers pytest's exit code, where having no test is no failure."""
    asked, rest = _parser().parse_known_args(arguments)
    stages = asked.stage or list(STAGES)
    whole = not (asked.stage or asked.bench or asked.faults or rest)
    shutil.rmtree(BUILD / "coverage", ignore_errors=True)
    for stale in (PAGE, JUNIT, COVERAGE):
        stale.unlink(missing_ok=True)
    BUILD.mkdir(exist_ok=True)
    found = _prerequisites()
    with ExitStack() as stack:
        environment = {**os.environ, "WORKBENCH_TEST_PAGE": str(PAGE.relative_to(ROOT))}
        if not asked.bench:
            environment |= stack.enter_context(_in_memory())
        environment.pop(
            "PYTHONDONTWRITEBYTECODE", None
        )  # hundreds of processes would each compile all that they import
        try:
            url = stack.enter_context(_postgresql(environment.get("TMPDIR")))
            environment |= {postgresql.VARIABLE: url, postgresql.RUN_VARIABLE: postgresql.run_name()}
            stack.callback(postgresql.drop_run, url)
        except postgresql.NoServer as error:
            print(f"  {error}", flush=True)
        if whole:
            _compiled(environment)
        command = _pytest(asked, stages, rest, whole=whole)
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    summary.write(PAGE, JUNIT, COVERAGE, found)
    return 0 if code == NO_TESTS and not rest else code


def _compiled(environment: dict[str, str]) -> None:
    """Have one process compile what all would compile at once where nothing is yet, each for itself, as in a clone.

    To collect a test is to compile it: pytest rewrites what it asserts, which takes longer than all else about it.
    """
    if any((ROOT / "tests").glob("__pycache__/conftest.*")):
        return
    for command in (["compileall", "-q", "workbench", "jupyter_ext"], ["pytest", "--collect-only", "-qq", "tests"]):
        # What is wrong is told by the run itself.
        subprocess.run([sys.executable, "-m", *command], cwd=ROOT, env=environment, check=False, capture_output=True)


@contextmanager
def _postgresql(folder: str | None) -> Iterator[str]:
    """A server of our own in memory, else the one that is named or answers: of one on a disk a database takes a second.

    Raises:
        NoServer: none can be started and none answers.
    """
    own = folder and postgresql.programs() and postgresql.VARIABLE not in os.environ
    with postgresql.private_cluster(folder) if own else postgresql.server() as url:
        yield url


@contextmanager
def _in_memory() -> Iterator[dict[str, str]]:
    """Where tests put their files, as an environment: in memory where there is room, for commits wait for disks.

    What was written when a process is killed is as safe there as in the cache of a disk.
    """
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ROOM:
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="wb-", dir=MEMORY, ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # a PostgreSQL of another user has its place in it
        yield {"TMPDIR": folder}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("tests.run", description=__doc__, epilog="Anything else is passed on to pytest.")
    parser.add_argument("--stage", action="append", choices=STAGES, help="one stage; may be given again")
    parser.add_argument("--bench", action="store_true", help="the figures only, one after the other")
    parser.add_argument("--faults", type=int, metavar="N", help="the tests that kill processes, with N schedules each")
    return parser


def _prerequisites() -> list[prerequisites.Found]:
    print("The tests need:", flush=True)
    found = []
    for item in prerequisites.check():
        said = f"{item.what}; {item.lacking}" if item.lacking else item.what
        print(f"  {item.name:<12}{said}", flush=True)
        found.append(item)
    return found


def _pytest(asked: argparse.Namespace, stages: list[str], rest: list[str], *, whole: bool) -> list[str]:
    command = [sys.executable, "-m", "pytest", f"--junit-xml={JUNIT}"]
    if asked.bench:
        command += ["--stages=performance", "--benchmark-columns=median,ops", "-s"]
        return [*command, *_wanted(["performance"], rest)]
    command += [f"--stages={','.join(stages)}", "--benchmark-disable"]
    command += [f"--numprocesses={WORKERS}", "--dist=loadfile", "--no-loadscope-reorder"]
    if asked.faults:
        return [*command, f"--schedules={asked.faults}", "-m", "faults", *rest]
    if whole:
        command += ["-m", "not thorough"]
        command += ["--cov", f"--cov-report=json:{COVERAGE}"]
        command += [] if os.environ.get("WORKBENCH_CI") else ["--cov-report=html"]  # nobody looks at it there
        command += [f"--cov-fail-under={COVERAGE_WANTED}"]
    return [*command, *_wanted(stages, rest)]


def _wanted(stages: list[str], rest: list[str]) -> list[str]:
    """What pytest is to be given: the folders of the stages, unless files or folders are named."""
    named = any((ROOT / word.partition("::")[0]).exists() for word in rest)
    folders = [f"tests/{stage}" for stage in stages if (ROOT / "tests" / stage).is_dir()]
    return [*([] if named else folders), *rest]


if __name__ == "__main__":
    sys.exit(main())
