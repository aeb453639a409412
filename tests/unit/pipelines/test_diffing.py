"""What changed in a notebook is told cell by cell and line by line."""

from __future__ import annotations

import random
import time

from tests.factories.notebooks import plain
from workbench.domains.pipelines.service.diffing import changes


def told(before, after):
    """Each cell's change with its lines, signed."""
    signs = {"kept": " ", "added": "+", "removed": "-"}
    return [
        (cell.change, [signs[line.change] + line.text for line in cell.lines])
        for cell in changes(plain(*before), plain(*after))
    ]


def test_lines_that_changed_are_told_and_the_others_stay():
    """A cell is recognised though a line of it is another."""
    before = ["import pandas as pd\nframe = pd.read_csv(path)\nprint(frame)"]
    after = ["import pandas as pd\nframe = pd.read_csv(path)\nprint(len(frame))"]

    assert told(before, after) == [
        ("changed", [" import pandas as pd", " frame = pd.read_csv(path)", "-print(frame)", "+print(len(frame))"])
    ]


def test_cells_come_and_go_around_those_that_stay():
    """Before, between and behind them; every cell of both is told once."""
    assert told(["a = 1", "bbbb = 2", "c = 3"], ["new = 0", "a = 1", "c = 3", "last = 4"]) == [
        ("added", ["+new = 0"]), ("kept", [" a = 1"]), ("removed", ["-bbbb = 2"]), ("kept", [" c = 3"]),
        ("added", ["+last = 4"]),
    ]  # fmt: skip


def test_cells_are_numbered_as_runs_number_them():
    """Text has no number and blank code has one; a cell that is new or gone has none in the other version."""
    before, after = plain("a = 1", "", "bbbb = 2", "c = 3"), plain("a = 1", "", "c = 3", "last = 4")
    text = {"cell_type": "markdown", "id": "text", "metadata": {}, "source": "# Words"}
    after["cells"].insert(0, text)

    numbers = [(cell.change, cell.before, cell.number) for cell in changes(before, after)]

    assert numbers == [
        ("added", None, None), ("kept", 1, 1), ("kept", 2, 2), ("removed", 3, None), ("kept", 4, 3), ("added", None, 4),
    ]  # fmt: skip


def test_the_same_notebook_has_no_change():
    """Ids and metadata are nothing that one reads."""
    assert {change for change, _ in told(["a", "b"], ["a", "b"])} == {"kept"}
    assert told([], []) == []
    assert told([], ["a"]) == [("added", ["+a"])]


def test_cells_that_changed_in_a_row_are_recognised_one_by_one():
    """What they have in common tells them apart, also where one between them is gone."""
    before = ["total = price * amount", "import pandas as pd", "print(frame.head())"]
    after = ["total = price * number", "print(frame.tail())"]

    assert [change for change, _ in told(before, after)] == ["changed", "removed", "changed"]


def test_a_notebook_that_was_written_anew_is_compared_in_no_time():
    """Whoever opens its page takes a thread of the server for as long; one of fifty such cells took minutes."""
    words = random.Random(7)

    def line():
        return " ".join(f"w{words.randrange(900)}" for _ in range(6))

    def written(cells, lines):
        return ["\n".join(line() for _ in range(lines)) for _ in range(cells)]

    for cells, lines in ((140, 10), (1_000, 2), (1, 10_000)):
        before, after = written(cells, lines), written(cells, lines)
        begun = time.process_time()

        found = told(before, after)

        assert time.process_time() - begun < 3
        assert sum(line[0] == "-" for _, changed in found for line in changed) == cells * lines
        assert sum(line[0] == "+" for _, changed in found for line in changed) == cells * lines
