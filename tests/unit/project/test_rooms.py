"""A newcomer finds a room by its name, and the room is small."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from tests.runner.stages import ROOT, STAGES, stage_of

FILE_LINES, TEST_LINES = 300, 450
FUNCTION_LINES = 50
SOURCES = (".py", ".ts", ".tsx")
GENERATED = ("docs/reference/", "workbench/migrations/versions/", "jupyter_ext/frontend/src/api/operations.ts")


def tracked() -> list[Path]:
    """The files of the project, as git knows them; a source archive without git has the same folders."""
    done = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
    names = done.stdout.splitlines() or [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.is_file()]
    return [
        ROOT / name for name in sorted(names) if (ROOT / name).is_file() and not name.startswith((".venv/", "build/"))
    ]


FILES = tracked()
CODE = [path for path in FILES if path.suffix in SOURCES and not str(path.relative_to(ROOT)).startswith(GENERATED)]
TESTS = [path for path in CODE if stage_of(path) and path.name.startswith("test_")]


def test_files_are_small():
    """No file has outgrown one sitting; tables of cases may be longer, and generated files do not count."""
    large = {
        str(path.relative_to(ROOT)): count
        for path in CODE
        if (count := len(path.read_text().splitlines())) > (TEST_LINES if path.name.startswith("test_") else FILE_LINES)
    }

    assert large == {}


def test_functions_are_small():
    """No function is longer than a screen."""
    large = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}": length
        for path in CODE
        if path.suffix == ".py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    }

    assert large == {}


def test_every_test_says_what_it_proves():
    """Each test has a sentence that can be false."""
    silent = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in TESTS
        if path.suffix == ".py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]

    assert silent == []


def test_every_test_lies_in_a_stage():
    """A test outside the seven folders would never be run by a stage."""
    outside = [
        str(path.relative_to(ROOT))
        for path in FILES
        if path.is_relative_to(ROOT / "tests") and path.name.startswith("test_") and stage_of(path) not in STAGES
    ]

    assert outside == []


def test_no_path_of_one_machine():
    """Nothing in the tree points into somebody's own folders."""
    place = re.compile(r"(?<![\w.])/(?:home|Users|work|tmp|root)/[a-z][\w.-]*/")
    said = {
        f"{path.relative_to(ROOT)}:{number}"
        for path in FILES
        if path.suffix in {*SOURCES, ".md", ".toml", ".yaml", ".yml", ".json", ".ipynb", ".cfg"}
        and path != Path(__file__)
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if place.search(line)
    }

    assert said == set()


@pytest.mark.parametrize(
    "name", ["pyproject.toml", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "binder"]
)
def test_the_usual_files_are_where_one_looks(name):
    """The files that every project has are at the top."""
    assert (ROOT / name).exists()
