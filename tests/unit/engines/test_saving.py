"""Files are written whole or not at all, and not too often."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from papermill import iorw

from workbench.engines.saving import Saver, WholeFiles, install, notebook_bytes


def test_half_characters_do_not_spoil_a_notebook():
    """A lone surrogate, which UTF-8 cannot hold, becomes a question mark; papermill would leave half a file."""
    cell = new_code_cell("1", outputs=[new_output("stream", text="a\ud800b")])

    found = json.loads(notebook_bytes(new_notebook(cells=[cell])))

    assert found["cells"][0]["outputs"][0]["text"] == ["a?b"]


class Clock:
    """A clock that tests turn."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def saver(path: Path, clock: Clock, cost: float, saved: list[float]) -> Saver:
    """A saver each of whose saves takes `cost` seconds, and is noted."""
    made = Saver(str(path), clock=clock)

    def write(_: object) -> None:
        saved.append(clock.now)
        clock.now += cost

    made._write = write
    return made


def test_saves_take_no_more_than_their_share_of_the_time(tmp_path: Path):
    """Of an hour in which a save is asked for all the time, at most 5 % goes into saving."""
    clock, saved, nb = Clock(), [], new_notebook()
    made = saver(tmp_path / "out.ipynb", clock, 2.0, saved)
    while clock.now < 3700:
        made.save_if_due(nb)
        clock.now += 0.1

    assert 2.0 * len(saved) <= 0.05 * 3600 + 2.0
    assert len(saved) > 80


def test_cheap_saves_are_at_least_a_second_apart(tmp_path: Path):
    """A thousand cells in a second are saved once or twice."""
    clock, saved = Clock(), []
    made = saver(tmp_path / "out.ipynb", clock, 0.0001, saved)
    for _ in range(1000):
        made.save_if_due(new_notebook())
        clock.now += 0.001

    assert len(saved) <= 2


def test_a_failure_on_the_way_is_only_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    """A save that fails while the notebook runs does not end it; the last one does."""
    made = Saver(str(tmp_path / "nowhere" / "out.ipynb"))

    made.save_if_due(new_notebook())

    assert "could not be saved for now" in caplog.text
    with pytest.raises(FileNotFoundError):
        made.save(new_notebook())


def test_without_a_path_nothing_is_written():
    """`papermill --no-request-save-on-cell-execute` gives the engine no path."""
    Saver(None).save(new_notebook())


def test_other_storage_is_reached_by_papermills_handlers(monkeypatch: pytest.MonkeyPatch):
    """A path that is not local goes through the handler that papermill has for it."""
    written = {}

    class Remote:
        def write(self, buf: str, path: str) -> None:
            written[path] = json.loads(buf)

    monkeypatch.setattr(iorw.papermill_io, "_handlers", [*iorw.papermill_io._handlers])
    iorw.papermill_io.register("remote://", Remote())

    Saver("remote://bucket/out.ipynb").save(new_notebook())

    assert written["remote://bucket/out.ipynb"]["cells"] == []


def test_papermills_own_last_write_is_whole_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """After `install`, papermill writes local files by replacing them, relative to the folder it remembers."""
    monkeypatch.setattr(iorw.papermill_io, "_handlers", [("local", iorw.LocalHandler())])
    iorw.papermill_io._handlers[0][1].cwd(str(tmp_path))

    install()
    iorw.write_ipynb(new_notebook(), "out.ipynb")

    assert isinstance(iorw.papermill_io.get_handler("out.ipynb"), WholeFiles)
    assert json.loads((tmp_path / "out.ipynb").read_text())["cells"] == []
