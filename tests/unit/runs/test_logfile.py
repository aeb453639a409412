"""The log of a run has whole lines, of bounded length and number."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from workbench.domains.runs.service import logfile
from workbench.domains.runs.service.logfile import LogFile


def written(path) -> list[str]:
    """The lines of a log."""
    return [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]


@given(pieces=st.lists(st.text(alphabet="ab\n ☃", max_size=20), max_size=20))
def test_lines_are_whole_however_the_text_arrives(tmp_path_factory, pieces):
    """Splitting the same text into other pieces gives the same lines."""
    path = tmp_path_factory.mktemp("log") / "log.jsonl"
    with LogFile(path) as log:
        for piece in pieces:
            log.write(piece)

    text = "".join(pieces)
    assert written(path) == (text.removesuffix("\n").split("\n") if text else [])


def test_a_line_that_never_ends_is_cut(tmp_path):
    """A megabyte without a newline neither grows in memory nor becomes one line."""
    with LogFile(tmp_path / "log.jsonl") as log:
        for _ in range(100):
            log.write("x" * 10_001)

    assert max(map(len, written(tmp_path / "log.jsonl"))) == logfile.LINE_CHARACTERS


def test_a_full_log_says_so_and_stops(tmp_path, monkeypatch):
    """What is beyond the file's size is left out, with a line that says it."""
    monkeypatch.setattr(logfile, "FILE_BYTES", 1000)
    with LogFile(tmp_path / "log.jsonl") as log:
        log.write("some text\n" * 1000)

    assert written(tmp_path / "log.jsonl")[-1].startswith("… the log is full")
    assert (tmp_path / "log.jsonl").stat().st_size < 1300


def test_a_log_has_what_a_terminal_would_leave(tmp_path):
    """Neither colours nor each state of a progress bar: who reads or searches the log meets words."""
    with LogFile(tmp_path / "log.jsonl") as log:
        log.write("\x1b[31mKeyError\x1b[39m: \x1b[38;5;28mgate\x1b[0m\x1b[K\r\n")
        log.write("\r  0%|   |\r 50%|\x1b[32m# \x1b[0m |\r100%|###|\n")

    assert written(tmp_path / "log.jsonl") == ["KeyError: gate", "100%|###|"]


def test_a_long_progress_bar_is_one_line(tmp_path):
    """It is longer than a line may be before its end comes, and still only how it stood last is kept."""
    with LogFile(tmp_path / "log.jsonl") as log:
        for done in range(1000):
            log.write(f"\r{done:4} of 1000 {'#' * (done // 20):50}\x1b[0m")
        log.write("\r1000 of 1000\x1b[0m\n")
        for done in range(1000):
            log.write(f"{done:4} of 1000 {'#' * (done // 20):50}\r")
        log.write("done\n")

    assert written(tmp_path / "log.jsonl") == ["1000 of 1000", "done"]


def test_a_token_that_is_printed_is_masked(tmp_path):
    """The log is a net for what a notebook prints by mistake."""
    with LogFile(tmp_path / "log.jsonl") as log:
        log.write("using wbt_abcdefghijklmnop now\n")

    assert written(tmp_path / "log.jsonl") == ["using wbt_*** now"]


def test_a_log_is_closed_with_a_whole_line_also_where_it_is_full(tmp_path, monkeypatch):
    """What was begun ends before it, and a log that takes nothing more takes the last word."""
    monkeypatch.setattr(logfile, "FILE_BYTES", 150)
    with LogFile(tmp_path / "log.jsonl") as log:
        log.write("begun")
        log.close_with("Ended.")
        log.write("more\n" * 9)
        log.close_with("Ended.")

    lines = written(tmp_path / "log.jsonl")
    assert (lines[:2], lines[-1]) == (["begun", "Ended."], "Ended.")
