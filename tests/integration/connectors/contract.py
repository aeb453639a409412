"""What every driver promises, as tests; a driver's own suite is a subclass with a source to read."""

from __future__ import annotations

import datetime as dt
import gc
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from workbench.core.errors import Invalid, NotFound, WorkbenchError
from workbench.domains.connectors.drivers.base import Cursor, Driver

CANARY = "c4n4ry-s3cret"
DROPPED = 5
COLUMNS = ["id", "name", "amount", "seen", "day"]
ITEMS = [
    {"id": 1, "name": "plain", "amount": 1.5, "seen": 10, "day": dt.date(2013, 1, 1)},
    {"id": 2, "name": 'says "quoted"', "amount": -2.25, "seen": 20, "day": dt.date(2013, 1, 2)},
    {"id": 3, "name": "comma, semicolon; tab\t", "amount": None, "seen": 20, "day": dt.date(2013, 1, 2)},
    {"id": 4, "name": "two\nlines", "amount": 0.25, "seen": 30, "day": None},
    {"id": 5, "name": "ünïcode ☃", "amount": 1e10, "seen": None, "day": dt.date(2013, 1, 3)},
    {"id": 6, "name": None, "amount": 3.75, "seen": 40, "day": dt.date(2013, 1, 4)},
    {"id": 7, "name": "zuletzt", "amount": 7.5, "seen": 40, "day": dt.date(2013, 1, 5)},
]
MORE = [
    {"id": 8, "name": "a tie that came late", "amount": 1.25, "seen": 40, "day": dt.date(2013, 1, 5)},
    {"id": 9, "name": "newer", "amount": 2.5, "seen": 50, "day": dt.date(2013, 1, 6)},
]


def ids(table: pa.Table | pa.RecordBatchReader) -> list[int]:
    """The ids of what was read, in order of size."""
    found = table.read_all() if isinstance(table, pa.RecordBatchReader) else table
    return sorted(found["id"].to_pylist())


class DriverContract:
    """Subclasses give `driver`, whose stream `items` holds ITEMS, `add`, which adds rows, and `broken`."""

    @pytest.fixture
    def driver(self) -> Driver:
        """A driver whose source holds ITEMS as the stream `items`."""
        raise AssertionError("the subclass has one")

    @pytest.fixture
    def add(self) -> Callable[[list[dict]], None]:
        """Adds rows to the stream `items`."""
        raise AssertionError("the subclass has one")

    @pytest.fixture
    def broken(self) -> Driver:
        """A driver whose source does not answer or is not there; where it has a secret, that is CANARY."""
        raise AssertionError("the subclass has one")

    def test_a_source_that_answers_is_reported_so(self, driver):
        """A test says that it worked, how long it took and how many streams there are."""
        report = driver.test()

        assert (report.ok, report.problem, report.streams) == (True, None, len(driver.names()))
        assert report.latency_ms >= 0

    def test_what_is_wrong_is_said_with_its_mend_and_without_secrets(self, broken):
        """A source out of order gives a report in words; reading it raises the same, and neither holds the secret."""
        report = broken.test()
        with pytest.raises(WorkbenchError) as raised:
            broken.read("items").read_all()

        assert not report.ok
        assert report.problem
        assert report.fix
        assert report.code == raised.value.code != "internal_error"
        assert raised.value.fix
        told = f"{report} {raised.value!r} {raised.value} {raised.value.problem()} {broken.config!r} {raised.getrepr()}"
        assert CANARY not in told

    def test_streams_are_listed_with_the_columns_that_reading_gives(self, driver):
        """Introspection promises the names and types that a read then has."""
        stream = {stream.name: stream for stream in driver.introspect()}["items"]

        assert [column.name for column in stream.columns] == COLUMNS
        assert driver.read("items").schema.equals(stream.schema)

    def test_every_row_and_value_is_read(self, driver):
        """What was put in comes out: text with quotes, lines and accents, missing values, numbers and dates."""
        rows = driver.read("items").read_all().to_pylist()

        assert sorted(rows, key=lambda row: row["id"]) == ITEMS

    def test_batches_are_no_larger_than_asked(self, driver):
        """A caller that wants small batches gets them, and all rows in them."""
        sizes = [batch.num_rows for batch in driver.read("items", batch_rows=2)]

        assert max(sizes) <= 2
        assert sum(sizes) == len(ITEMS)

    def test_columns_come_in_the_order_asked(self, driver):
        """Only the chosen columns are given, in the caller's order."""
        table = driver.read("items", columns=["amount", "id"]).read_all()

        assert table.column_names == ["amount", "id"]
        assert sorted(zip(table["id"].to_pylist(), table["amount"].to_pylist(), strict=True)) == [
            (row["id"], row["amount"]) for row in ITEMS
        ]

    def test_a_limit_is_kept(self, driver):
        """A read with a limit gives so many rows and no more."""
        assert driver.read("items", limit=3, batch_rows=2).read_all().num_rows == 3

    def test_a_preview_is_the_beginning(self, driver):
        """A preview gives a few whole rows."""
        rows = driver.preview("items", 2).to_pylist()

        assert len(rows) == 2
        assert all(row in ITEMS for row in rows)

    def test_an_unknown_stream_is_answered_with_the_known_ones(self, driver):
        """Who mistypes a stream learns what there is."""
        with pytest.raises(NotFound, match=r"no stream 'itmes'.*items") as raised:
            driver.read("itmes")

        assert raised.value.code == "stream_not_found"

    def test_an_unknown_column_is_answered_with_the_known_ones(self, driver):
        """Who mistypes a column learns what there is."""
        with pytest.raises(Invalid, match=r"no column 'amuont'.*id, name, amount, seen, day"):
            driver.read("items", columns=["id", "amuont"])

    def test_a_column_cannot_be_asked_for_twice(self, driver):
        """Two columns of one name could not be told apart."""
        with pytest.raises(Invalid, match="named twice"):
            driver.read("items", columns=["id", "id"])

    def test_a_first_read_by_a_cursor_gives_all_rows_and_the_mark(self, driver):
        """Without a mark all rows are new, those without a cursor value too."""
        marks = []
        table = driver.read("items", Cursor("seen"), done=marks.append).read_all()

        assert ids(table) == [1, 2, 3, 4, 5, 6, 7]
        assert marks == [40]

    def test_only_strictly_greater_rows_are_newer(self, driver):
        """Rows that tie with the mark, and rows without a cursor value, are not read again."""
        marks = []
        table = driver.read("items", Cursor("seen", 20), done=marks.append).read_all()

        assert ids(table) == [4, 6, 7]
        assert marks == [40]

    def test_the_mark_comes_after_the_last_batch(self, driver):
        """Who stops half-way gets no mark, and so loses nothing."""
        marks = []
        reader = driver.read("items", Cursor("seen"), batch_rows=2, done=marks.append)
        reader.read_next_batch()

        assert marks == []

    def test_reading_from_mark_to_mark_gives_what_is_new(self, driver, add):
        """A second read after the mark gives the newer row; one that tied with the mark came too late."""
        marks = []
        driver.read("items", Cursor("seen"), done=marks.append).read_all()
        add(MORE)

        table = driver.read("items", Cursor("seen", marks[-1]), done=marks.append).read_all()

        assert ids(table) == [9]
        assert marks == [40, 50]

    def test_nothing_new_leaves_the_mark(self, driver):
        """A read that finds nothing has the same columns, and the mark stays where it is."""
        marks = []
        table = driver.read("items", Cursor("seen", 40), done=marks.append).read_all()

        assert table.num_rows == 0
        assert table.column_names in (COLUMNS, [])
        assert marks == [40]

    def test_the_cursor_need_not_be_among_the_columns(self, driver):
        """A cursor cuts also when its column is not asked for."""
        table = driver.read("items", Cursor("seen", 20), ["name", "id"]).read_all()

        assert table.column_names == ["name", "id"]
        assert ids(table) == [4, 6, 7]

    def test_a_limit_counts_newer_rows_only(self, driver):
        """The limit is applied after the cursor."""
        assert driver.read("items", Cursor("seen", 20), limit=2).read_all().num_rows == 2

    @pytest.mark.parametrize(
        ("column", "after", "newer", "mark"),
        [
            ("day", "2013-01-02", [5, 6, 7], "2013-01-05"),
            ("day", dt.date(2013, 1, 2), [5, 6, 7], "2013-01-05"),
            ("name", "says", [2, 4, 5, 7], "ünïcode ☃"),
            ("amount", 1.5, [5, 6, 7], 1e10),
            ("id", "5", [6, 7], 7),
        ],
    )
    def test_dates_texts_and_numbers_may_be_cursors(self, driver, column, after, newer, mark):
        """Text is compared by its code points, on every source alike; values may come as JSON writes them."""
        marks = []
        table = driver.read("items", Cursor(column, after), done=marks.append).read_all()

        assert ids(table) == newer
        assert json.loads(json.dumps(marks)) == [mark]

    @pytest.mark.parametrize(
        ("column", "after"), [("seen", "yesterday"), ("day", "soon"), ("amount", "1,5"), ("day", 5)]
    )
    def test_a_value_that_is_no_cursor_is_refused(self, driver, column, after):
        """A value that cannot be compared with the column is refused with an example or a kind."""
        with pytest.raises(Invalid, match=rf"'{after}' cannot be compared with the column '{column}'") as raised:
            driver.read("items", Cursor(column, after))

        assert raised.value.fix

    def test_reading_leaves_nothing_open(self, driver):
        """Also a reader that is dropped half-way gives its files and connections back."""
        driver.read("items").read_all()
        before = _open_files()
        for _ in range(DROPPED):
            reader = driver.read("items", batch_rows=2)
            reader.read_next_batch()
            del reader
        gc.collect()

        more = _open_files() - before
        assert more.total() < DROPPED, more  # other threads of this process may open a file meanwhile

    def test_the_form_can_be_drawn_from_the_schema(self, driver):
        """Each setting has a title; secrets are marked so that forms hide them and nobody sends them back."""
        schema = driver.config_model.model_json_schema()
        fields = schema["properties"]

        assert all(field.get("title") for field in fields.values())
        for name in driver.config_model.secret_fields():
            assert {key: fields[name][key] for key in ("x-secret", "writeOnly", "format")} == {
                "x-secret": True,
                "writeOnly": True,
                "format": "password",
            }
        json.dumps(schema)

    def test_unknown_settings_are_refused(self, driver):
        """A setting that nobody knows is a mistake, not something to ignore."""
        with pytest.raises(ValueError, match="Extra inputs"):
            driver.config_model.model_validate({**driver.config.model_dump(by_alias=True), "nonsense": 1})


def _open_files() -> Counter[str]:
    """How many descriptors of this process lead to each place."""
    return Counter(_leads_to(each) for each in Path("/proc/self/fd").iterdir())


def _leads_to(descriptor: Path) -> str:
    try:
        return re.sub(r":\[\d+\]$", "", str(descriptor.readlink()))  # sockets and pipes differ by their numbers only
    except FileNotFoundError:  # closed since the folder was listed, as the folder's own is
        return ""
