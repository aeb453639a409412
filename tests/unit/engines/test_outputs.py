"""What is kept of what a cell writes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_output

from workbench.engines.limits import Limits
from workbench.engines.outputs import Meter, join_last, join_streams, size_of

SMALL = Limits(cell_output_bytes=100, run_output_bytes=250)


def stream(text: str, name: str = "stdout") -> dict:
    """A message that a cell printed `text`."""
    return {"msg_type": "stream", "content": {"name": name, "text": text}}


def display(data: dict) -> dict:
    """A message that a cell displayed something."""
    return {"msg_type": "display_data", "content": {"data": data, "metadata": {}}}


def printed(text: str, name: str = "stdout") -> object:
    """The output that a printed text becomes."""
    return new_output("stream", name=name, text=text)


def test_what_fits_is_kept_as_it_is():
    """Output within the limits passes unchanged and stops nothing."""
    meter, message = Meter(SMALL), stream("x" * 100)

    assert meter.admit(message)
    assert message["content"]["text"] == "x" * 100
    assert not meter.truncated
    assert not meter.overrun


def test_a_text_that_is_too_long_is_cut_with_a_marker_and_stops_the_cell():
    """Of a text that does not fit, the part that does is kept, followed by the reason; later text is dropped."""
    meter, message = Meter(SMALL), stream("x" * 60)
    meter.admit(message)
    second = stream("y" * 60)

    assert meter.admit(second)
    assert (
        second["content"]["text"]
        == "y" * 40 + "\n[… the rest was cut: a cell keeps at most 9.53674e-05 MiB of output]\n"
    )
    assert meter.overrun == "a cell keeps at most 9.53674e-05 MiB of output"
    assert not meter.admit(stream("more"))


def test_a_cut_never_splits_a_character():
    """Bytes are counted, characters are kept whole."""
    meter, message = Meter(SMALL), stream("é" * 99)
    meter.admit(message)

    assert message["content"]["text"].startswith("é" * 50 + "\n[")


def test_a_display_that_is_too_large_is_left_out_but_does_not_stop_the_cell():
    """One oversized plot costs only itself: the cell goes on."""
    meter, message = Meter(SMALL), display({"text/html": "x" * 200})

    assert meter.admit(message)
    assert list(message["content"]["data"]) == ["text/plain"]
    assert "was left out" in message["content"]["data"]["text/plain"]
    assert not meter.overrun


def test_a_cell_that_keeps_offering_displays_is_stopped():
    """A loop of displays ends once it has offered several times what may be kept."""
    meter = Meter(SMALL)
    offered = 0
    while not meter.overrun:
        meter.admit(display({"text/html": "x" * 150}))
        offered += 1

    assert offered == 3


def test_an_error_is_shortened_and_never_left_out():
    """A traceback of megabytes still arrives, with its beginning and its end."""
    meter = Meter(SMALL)
    message = {
        "msg_type": "error",
        "content": {"ename": "E", "evalue": "a" * 50_000 + "z", "traceback": ["b" * 50_000, "last line"]},
    }

    assert meter.admit(message)
    assert message["content"]["evalue"].startswith("aaa")
    assert message["content"]["evalue"].endswith("z")
    assert message["content"]["traceback"][0].endswith("last line")
    assert size_of(message["content"]) < 40_000
    assert not meter.overrun


def test_cells_share_what_a_run_may_keep():
    """The limit of the run counts over cells, each of which stays within its own."""
    meter = Meter(SMALL)
    for _ in range(2):
        meter.begin_cell()
        assert meter.admit(stream("x" * 100))
    meter.begin_cell()
    third = stream("x" * 100)
    meter.admit(third)

    assert third["content"]["text"].startswith("x" * 50 + "\n[")
    assert "a run keeps" in meter.overrun


def test_what_was_cleared_does_not_count():
    """A progress display that clears itself may go on for ever."""
    meter = Meter(SMALL)
    for _ in range(50):
        meter.cleared()
        assert meter.admit(stream("x" * 90))

    assert not meter.truncated


def test_tiny_prints_become_one_output():
    """Pieces of one stream that follow each other are joined, as frontends show them."""
    outputs: list = []
    for text in ("a", "b", "c"):
        outputs.append(printed(text))
        join_last(outputs)
    outputs.append(printed("!", "stderr"))
    join_last(outputs)

    assert outputs == [printed("abc"), printed("!", "stderr")]


def test_displays_are_found_after_streams_were_joined():
    """The new place of each output is told, since a display may be updated later."""
    shown = new_output("display_data", data={"text/plain": "1"})
    outputs = [printed("a"), printed("b"), shown, printed("c"), printed("d", "stderr")]

    assert join_streams(outputs) == [0, 0, 1, 2, 3]
    assert outputs == [printed("ab"), shown, printed("c"), printed("d", "stderr")]


@given(st.lists(st.tuples(st.sampled_from(["stdout", "stderr"]), st.text(max_size=30)), max_size=60))
def test_joining_loses_nothing(pieces: list[tuple[str, str]]):
    """Each stream reads the same after joining, and no two neighbours are of one stream."""
    outputs: list = []
    for name, text in pieces:
        outputs.append(printed(text, name))
        join_last(outputs)
    join_streams(outputs)

    for name in ("stdout", "stderr"):
        assert "".join(o.text for o in outputs if o.name == name) == "".join(t for n, t in pieces if n == name)
    assert all(one.name != other.name for one, other in pairwise(outputs))


@given(st.lists(st.text(max_size=80), max_size=40), st.integers(1, 300), st.integers(1, 900))
def test_no_more_than_the_limit_is_ever_kept(texts: list[str], cell: int, run: int):
    """Whatever a cell prints, the text kept of it fits the smaller of the two limits, its marker aside."""
    meter = Meter(Limits(cell_output_bytes=cell, run_output_bytes=run))
    kept = ""
    for text in texts:
        message = stream(text)
        if meter.admit(message):
            kept += message["content"]["text"].partition("\n[… the rest was cut")[0]

    assert len(kept.encode()) <= min(cell, run)


@pytest.mark.parametrize(
    ("content", "size"),
    [
        ({"text": "abc"}, 3),
        ({"text": "é"}, 2),
        ({"data": {"text/plain": "ab", "application/json": {"a": 1}}}, 10),
        ({"ename": "E", "evalue": "ab", "traceback": ["c", "d"]}, 4),
    ],
)
def test_sizes_are_bytes(content: dict, size: int):
    """Texts count their bytes, structured data what they take as JSON."""
    assert size_of(content) == size
