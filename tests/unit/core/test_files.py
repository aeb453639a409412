"""Files are written whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from workbench.core import files
from workbench.core.files import sync_folder, whole, write_whole


def names(folder: Path) -> list[str]:
    """What is in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path):
    """The new content is there, under the old mode, and no temporary file."""
    target = tmp_path / "out"
    target.write_text("old")
    target.chmod(0o640)

    write_whole(target, b"new")

    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert names(tmp_path) == ["out"]


def test_a_new_file_has_the_mode_that_any_program_would_give_it(tmp_path: Path):
    """The umask decides, not the mode of a temporary file."""
    old = os.umask(0o027)
    try:
        write_whole(tmp_path / "out", b"new")
    finally:
        os.umask(old)

    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o640


def test_a_failed_write_leaves_the_old_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """When the disk is full, the file is what it was and nothing is left beside it."""
    target = tmp_path / "out"
    target.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(target, b"new")

    assert target.read_text() == "old"
    assert names(tmp_path) == ["out"]


def test_a_link_stays_a_link(tmp_path: Path):
    """What a link points at is replaced, not the link."""
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text("old")
    link.symlink_to(real)

    write_whole(link, b"new")

    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_a_pipe_is_written_into(tmp_path: Path):
    """What is no regular file is not replaced by one."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_whole(pipe, b"through")
        assert os.read(reader, 100) == b"through"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_missing_folder_is_named(tmp_path: Path):
    """The message is the one that papermill has for a folder that does not exist."""
    with pytest.raises(FileNotFoundError, match=r"output folder .*nowhere doesn't exist"):
        write_whole(tmp_path / "nowhere" / "out", b"")


def test_what_breaks_half_way_leaves_the_old_content(tmp_path: Path):
    """Whatever ends the block, the file is what it was, and nothing is left beside it."""
    target = tmp_path / "out"
    target.write_text("old")

    def work() -> None:
        with whole(target) as part:
            part.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()

    assert (target.read_text(), names(tmp_path)) == ("old", ["out"])


def test_two_writers_of_a_file_do_not_meet(tmp_path: Path):
    """Of two that write the same file at once, in one process, the later is there, whole."""
    target = tmp_path / "out"
    with whole(target) as first, whole(target, 0o444) as second:
        first.write_text("first")
        second.write_text("second")

    assert (target.read_text(), names(tmp_path)) == ("first", ["out"])
    assert first != second


@pytest.mark.parametrize(("number", "told"), [(errno.EINVAL, []), (errno.EIO, [errno.EIO])])
def test_a_folder_that_takes_no_sync_is_no_failure_but_a_broken_disk_is(tmp_path, monkeypatch, number, told):
    """Some file systems refuse to sync a folder at all."""

    def refuse(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(files.os, "fsync", refuse)
    found = []
    try:
        sync_folder(tmp_path)
    except OSError as error:
        found.append(error.errno)

    assert found == told
