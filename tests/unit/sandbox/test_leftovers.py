"""What a sandbox leaves behind is removed, and the doctor says whether there can be one."""

from __future__ import annotations

import os

import pytest

from workbench.core.files import open_beneath, remove_tree
from workbench.core.settings import Settings
from workbench.doctor import house
from workbench.sandbox import bubblewrap


def test_folders_that_were_closed_are_removed(tmp_path):
    """Folders without any right go, and links in them lead nowhere."""
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("x")
    closed = tmp_path / "left" / "a" / "b"
    closed.mkdir(parents=True)
    (closed / "link").symlink_to(kept)
    closed.chmod(0)
    closed.parent.chmod(0)

    remove_tree(tmp_path / "left")

    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept"]
    assert (kept / "file").read_text() == "x"


def test_nothing_but_a_file_below_the_folder_is_opened(tmp_path):
    """Links, pipes, folders and what is not there are refused at once; a file is read."""
    root = tmp_path / "root"
    (root / "in").mkdir(parents=True)
    (root / "in" / "a").write_bytes(b"a")
    (tmp_path / "secret").write_text("s")
    (root / "link").symlink_to(tmp_path / "secret")
    (root / "out").symlink_to(tmp_path)
    os.mkfifo(root / "pipe")

    with open_beneath(root, root.joinpath("in", "a").relative_to(root)) as file:
        assert file.read() == b"a"
    for name in ("link", "out/secret", "pipe", "in", "nothing"):
        with pytest.raises(OSError, match=r"\S"):
            open_beneath(root, root.joinpath(name).relative_to(root))


@pytest.mark.parametrize(
    ("settings", "levels"),
    [({}, []), ({"team": True}, ["ok"]), ({"team": True, "allow_unsandboxed": True}, ["warning"])],
)
def test_the_doctor_looks_for_a_sandbox_where_one_is_needed(monkeypatch, settings, levels):
    """A personal home needs none; in a team home doing without is a warning, and having none an error."""
    monkeypatch.setattr(bubblewrap, "_refusal", lambda _: None)
    monkeypatch.setattr("shutil.which", lambda _: "/usr/bin/bwrap")

    assert [finding.level for finding in house.sandbox(Settings(**settings))] == levels
    monkeypatch.setattr("shutil.which", lambda _: None)
    found = [finding.level for finding in house.sandbox(Settings(**settings))]
    assert found == ["error" if level == "ok" else level for level in levels]
