"""What the tests need of the machine, found or installed, and said in one table before they start."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import nodejs, postgresql
from .stages import ROOT

DISK_GIB = 3.0
# The one without windows takes half the time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL_SECONDS = 300


@dataclass(frozen=True)
class Found:
    """One thing that the tests need; `lacking` says what suffers where it is missing."""

    name: str
    what: str
    lacking: str = ""


def browser() -> str | None:
    """The browser that end-to-end tests drive."""
    given = os.environ.get("WORKBENCH_CHROMIUM")
    return given or next((path for name in BROWSERS if (path := shutil.which(name))), None)


def check() -> Iterator[Found]:
    """What the tests need, one after the other; what Debian packages is installed where we may."""
    yield Found("Python", f"{platform.python_version()} at {sys.executable}")
    yield _disk()
    yield _postgresql()
    path = browser() or (_apt("chromium-headless-shell", "fonts-dejavu-core") and browser())
    missing = Found("Chromium", "missing", "tests in a browser are skipped (apt-get install chromium-headless-shell)")
    yield Found("Chromium", path) if path else missing
    yield _node()


def _node() -> Found:
    if nodejs.node() is not None:
        return Found("Node.js", "has built the sidebar")
    return Found("Node.js", "missing", "JupyterLab has no sidebar, and its tests are left out (Node.js 20.19)")


def _postgresql() -> Found:
    named = os.environ.get(postgresql.VARIABLE)
    if not named and (postgresql.programs() or (_apt("postgresql") and postgresql.programs())):
        return Found("PostgreSQL", "a private cluster, for as long as the tests run")
    if postgresql.usable(named or postgresql.USUAL):
        return Found("PostgreSQL", "answers")
    return Found("PostgreSQL", "missing", "tests of the second database are skipped (apt-get install postgresql)")


def _disk() -> Found:
    free = shutil.disk_usage(ROOT).free / 2**30
    lacking = "" if free >= DISK_GIB else f"less than {DISK_GIB:.0f} GiB; tests may fail for want of room"
    return Found("Disk", f"{free:.1f} GiB free", lacking)


def _apt(*packages: str) -> bool:
    """Install Debian packages where we are root on Debian; says whether that went well."""
    if os.geteuid() != 0 or not Path("/usr/bin/apt-get").exists():
        return False
    print(f"  installing {', '.join(packages)} ...", flush=True)
    install = ["install", "-y", "--no-install-recommends", *packages]
    return _succeeds(install) or (_succeeds(["update"]) and _succeeds(install))


def _succeeds(words: list[str]) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            ["apt-get", "-qq", *words],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=INSTALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0
