"""Folders for sockets: short, private, and gone when their owner is."""

from __future__ import annotations

import multiprocessing
import os
import stat
from pathlib import Path

import pytest

from workbench.engines.limits import Limits
from workbench.engines.runtime import LONGEST_SOCKET_PATH, RuntimeFolder


@pytest.fixture(autouse=True)
def base(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A short folder of this test's own."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="r-", dir="/tmp") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield Path(folder)


def test_only_its_owner_may_enter(base: Path):
    """The folder of the sockets is closed to others, and short enough for a socket's path."""
    with RuntimeFolder() as folder:
        assert folder.path.parent == base
        assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
        assert len(str(folder.path / "k-ipc-12345")) <= LONGEST_SOCKET_PATH


def test_it_goes_with_its_owner(base: Path):
    """Nothing is left when it is closed."""
    with RuntimeFolder() as folder:
        (folder.path / "k.json").write_text("{}")

    assert list(base.iterdir()) == []


def _die_with_a_folder() -> None:
    folder = RuntimeFolder()
    (folder.path / "k.json").write_text("{}")
    os._exit(1)


def test_folders_of_the_dead_are_removed_and_those_of_the_living_kept(base: Path):
    """A start cleans up after processes that were killed, and after those only."""
    process = multiprocessing.get_context("spawn").Process(target=_die_with_a_folder)
    process.start()
    process.join()
    (left,) = base.iterdir()

    with RuntimeFolder() as living:
        (living.path / "k.json").write_text("{}")
        with RuntimeFolder() as newest:
            assert not left.exists()
            assert living.path.exists()
            assert newest.path.exists()


def test_a_long_base_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Where the runtime folder's path is too long for a socket, a shorter place is taken."""
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(long))

    with RuntimeFolder() as folder:
        assert not folder.path.is_relative_to(long)
        assert len(str(folder.path / "k-ipc-12345")) <= LONGEST_SOCKET_PATH


def test_limits_come_from_the_environment():
    """A shell can raise a limit for `papermill --engine workbench-kernel`; nonsense is passed over."""
    found = Limits.from_environment(
        {"WORKBENCH_CELL_OUTPUT_BYTES": "1000", "WORKBENCH_RUN_SECONDS": "2.5", "WORKBENCH_START_SECONDS": "soon"}
    )

    assert found == Limits(cell_output_bytes=1000, run_seconds=2.5)
