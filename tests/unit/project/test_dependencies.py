"""What is imported is declared, and what is declared is locked: with hashes, and without any host."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.runner.stages import ROOT

LOCK = (ROOT / "requirements.lock").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PACKAGES = ("workbench", "jupyter_ext")
OPTIONAL = ("demo", "kubernetes", "polars", "postgresql", "vault")
PARTS = {"pydantic-core": "pydantic"}
# One entry: `name==1.2.3 ; marker \` and then its hashes.
ENTRY = re.compile(
    r"^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>\S+)[^\n]*\\\n(?P<hashes>(?:    --hash=sha256:[0-9a-f]{64}.*\n)+)",
    re.MULTILINE,
)


def canonical(requirement: str) -> str:
    """The name of a requirement as the lock writes it."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name is not None, requirement
    return re.sub(r"[-_.]+", "-", name.group()).lower()


def test_lock_names_no_host():
    """Nobody's registry, mirror or folder is in the lock, so it installs from anyone's."""
    assert re.findall(r"https?://|file:|--index|--find-links|--extra-index|--trusted-host", LOCK) == []


def test_every_locked_file_has_hashes():
    """Each pinned version carries at least one SHA-256, so a changed file is refused."""
    pinned = re.findall(r"^([a-z0-9][a-z0-9._-]*)==", LOCK, re.MULTILINE)

    assert [entry["name"] for entry in ENTRY.finditer(LOCK)] == pinned


@pytest.mark.parametrize("extra", [None, *PROJECT["optional-dependencies"]])
def test_every_declared_dependency_is_locked(extra):
    """A dependency added to pyproject.toml without `make lock` is noticed."""
    declared = PROJECT["dependencies"] if extra is None else PROJECT["optional-dependencies"][extra]
    locked = {entry["name"] for entry in ENTRY.finditer(LOCK)} | {"jupyter-workbench"}

    assert {canonical(requirement) for requirement in declared} <= locked


@pytest.mark.parametrize(
    ("name", "floor"),
    [
        ("jupyter-server", (2, 21)),
        ("jupyterlab", (4, 6, 2)),
        ("tornado", (6, 5, 5)),
        ("bokeh", (3, 8, 2)),
        ("nbconvert", (7, 17, 1)),
    ],
)
def test_security_floors_hold(name, floor):
    """No locked version is older than the first that mended a known hole."""
    versions = [entry["version"] for entry in ENTRY.finditer(LOCK) if entry["name"] == name]

    assert versions
    assert all(tuple(map(int, version.split("."))) >= floor for version in versions)


def third_party(path: Path) -> set[str]:
    """The packages that a file imports, other than Python's and ours."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.partition(".")[0])
    return names - set(sys.stdlib_module_names) - set(PACKAGES)


def test_every_import_is_declared():
    """Whatever the packages import is a dependency of pyproject.toml, not one that another package happens to bring."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    requirements = project["dependencies"] + [
        name for extra in OPTIONAL for name in project["optional-dependencies"][extra]
    ]
    declared = {canonical(requirement) for requirement in requirements}
    distributions = packages_distributions()
    files = [
        path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "node_modules" not in path.parts
    ]

    undeclared = {
        f"{name} ({path.relative_to(ROOT)})"
        for path in files
        for name in third_party(path)
        if not declared & {PARTS.get(part, part) for part in map(canonical, distributions.get(name, [name]))}
    }

    assert not undeclared, "\n".join(sorted(undeclared))
