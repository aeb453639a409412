"""Files and folders as streams: their names, their formats, their schemas made one."""

from __future__ import annotations

import datetime as dt
import json
import os
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.core.errors import Invalid
from workbench.domains.connectors.drivers.base import Cursor, Reach
from workbench.domains.connectors.drivers.config import FilesConfig
from workbench.domains.connectors.drivers.file_source import HIVE_NULL
from workbench.domains.connectors.drivers.files import FilesDriver


def driver_of(folder: Path, **settings: object) -> FilesDriver:
    """A driver of a folder."""
    return FilesDriver(FilesConfig.model_validate({"path": str(folder)} | settings))


def put(path: Path, *rows: dict, schema: pa.Schema | None = None) -> None:
    """Write rows to a file of the format that its name tells."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(list(rows), schema), path)
    elif path.suffix == ".ndjson":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    else:
        path.write_text("\n".join([",".join(rows[0]), *(",".join(map(str, row.values())) for row in rows)]) + "\n")


def test_folders_and_files_are_streams(tmp_path):
    """A sub-folder is one stream of all its files; a file beside it is one by itself; the rest is left alone."""
    for name in ("flights/2013/01.parquet", "flights/2013/02.parquet", "airports.csv", "log.ndjson"):
        put(tmp_path / name, {"a": 1})
    for name in (".hidden.csv", "_temporary/part.csv", "readme.md", "flights/.part.parquet"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("not data")
    driver = driver_of(tmp_path)

    assert driver.names() == ["airports", "flights", "log"]
    assert driver.read("flights").read_all().num_rows == 2


def test_names_that_would_be_alike_keep_their_endings(tmp_path):
    """Two files that differ in their ending only, or share a folder's name, can be told apart."""
    for name in ("a.csv", "a.ndjson", "b.csv", "b/x.csv"):
        put(tmp_path / name, {"v": 1})

    assert driver_of(tmp_path).names() == ["a.csv", "a.ndjson", "b", "b.csv"]


def test_one_file_is_one_stream(tmp_path):
    """A path of a file is a connector with one stream, named as the file without its endings."""
    put(tmp_path / "data.csv", {"v": 1})

    assert driver_of(tmp_path / "data.csv").names() == ["data"]


def test_patterns_name_streams(tmp_path):
    """Streams may be given as patterns; one star stays within a folder, two go through any number."""
    for name in ("x/2013-01.csv", "x/2014-01.csv", "x/deep/2013-02.csv"):
        put(tmp_path / name, {"v": name[-6:-4]})
    driver = driver_of(tmp_path, streams={"flat": "x/2013-*.csv", "all": "**/2013-*.csv"})

    assert [driver.read(name).read_all().num_rows for name in ("flat", "all")] == [1, 2]


def test_a_format_may_be_told(tmp_path):
    """A file without a telling name is read as the settings say, and refused otherwise."""
    (tmp_path / "export").write_text("a,b\n1,2\n")
    with pytest.raises(Invalid, match="format of export cannot be told"):
        driver_of(tmp_path / "export").names()

    assert driver_of(tmp_path / "export", format="csv").read("export").read_all().to_pylist() == [{"a": 1, "b": 2}]


@pytest.mark.parametrize(
    ("first", "second", "kind", "values"),
    [
        (pa.int32(), pa.int64(), pa.int64(), [1, 2]),
        (pa.int64(), pa.float64(), pa.float64(), [1.0, 2.0]),
        (pa.null(), pa.int64(), pa.int64(), [None, 2]),
        (pa.date32(), pa.date32(), pa.date32(), [dt.date(1970, 1, 2), dt.date(1970, 1, 3)]),
    ],
)
def test_parquet_files_are_widened_to_one_type(tmp_path, first, second, kind, values):
    """Files whose types differ without loss are one stream."""
    for number, of in enumerate((first, second), 1):
        column = pa.nulls(1) if pa.types.is_null(of) else pa.array([number]).cast(pa.int32()).cast(of)
        pq.write_table(pa.table({"v": column}), tmp_path / f"{number}.parquet")
    table = driver_of(tmp_path, streams={"all": "*.parquet"}).read("all").read_all()

    assert (table["v"].type, table["v"].to_pylist()) == (kind, values)


def test_parquet_files_that_contradict_each_other_are_refused(tmp_path):
    """A column that is a number here and text there is named with its file; nothing is made text in silence."""
    put(tmp_path / "1.parquet", {"v": 1})
    put(tmp_path / "2.parquet", {"v": "x"})

    with pytest.raises(Invalid, match=r"2.parquet: the column 'v' is of type string, but int64 in the files before it"):
        driver_of(tmp_path, streams={"all": "*.parquet"}).read("all")


def test_csv_files_that_differ_become_text_as_it_is_written(tmp_path):
    """A column of whole numbers here and words there is text everywhere, with the digits as they stand."""
    put(tmp_path / "1.csv", {"v": "1.50"})
    put(tmp_path / "2.csv", {"v": "x"})
    table = driver_of(tmp_path, streams={"all": "*.csv"}).read("all").read_all()

    assert table["v"].to_pylist() == ["1.50", "x"]


def test_a_column_that_a_file_lacks_is_missing_there(tmp_path):
    """Files may have gained columns; older rows have no value for them."""
    put(tmp_path / "1.csv", {"a": 1})
    put(tmp_path / "2.csv", {"a": 2, "b": 5})
    driver = driver_of(tmp_path, streams={"all": "*.csv"})

    assert driver.read("all").read_all().to_pylist() == [{"a": 1, "b": None}, {"a": 2, "b": 5}]
    assert driver.read("all", columns=["b"]).read_all().to_pylist() == [{"b": None}, {"b": 5}]


def test_only_new_files_are_read_by_name_and_by_time(tmp_path):
    """`_file` and `_file_modified` say where rows are from, and as cursors leave older files unread."""
    for day in (1, 2):
        put(tmp_path / f"2013-0{day}.csv", {"v": day})
        os.utime(tmp_path / f"2013-0{day}.csv", ns=(0, day * 10**18))
    driver = driver_of(tmp_path, streams={"all": "*.csv"})
    marks = []
    driver.read("all", Cursor("_file"), done=marks.append).read_all()
    driver.read("all", Cursor("_file_modified"), done=marks.append).read_all()
    (tmp_path / "2013-01.csv").write_text("this is no longer a table\n1,2\n")
    put(tmp_path / "2013-03.csv", {"v": 3})
    (tmp_path / "2013-01.csv").unlink()

    by_name = driver.read("all", Cursor("_file", marks[0]), ["v", "_file"]).read_all().to_pylist()
    by_time = driver.read("all", Cursor("_file_modified", marks[1])).read_all().to_pylist()

    assert marks == ["2013-02.csv", "2033-05-18T03:33:20.000000Z"]
    assert by_name == [{"v": 3, "_file": "2013-03.csv"}]
    assert by_time == []


def test_folders_may_tell_columns(tmp_path):
    """Folders as Hive writes them add columns, numbers where all are; as cursors they leave whole folders out."""
    for name, value in (("year=2013/month=1", 1), ("year=2013/month=12", 2), (f"year={HIVE_NULL}/month=a%2Fb", 3)):
        put(tmp_path / name / "part.parquet", {"v": value})
    (stream,) = driver_of(tmp_path).introspect()
    driver = driver_of(tmp_path)
    (tmp_path / "year=2013" / "month=1" / "part.parquet").rename(tmp_path / "year=2013" / "month=1" / "x.parquet")

    assert stream.name == tmp_path.name
    assert [(column.name, column.type) for column in stream.columns] == [
        ("v", "int64"),
        ("year", "int64"),
        ("month", "string"),
    ]
    assert driver.read(stream.name).read_all().to_pylist() == [
        {"v": 1, "year": 2013, "month": "1"},
        {"v": 2, "year": 2013, "month": "12"},
        {"v": 3, "year": None, "month": "a/b"},
    ]
    assert driver.read(stream.name, Cursor("month", "12"), ["v"]).read_all()["v"].to_pylist() == [3]
    assert driver.read(stream.name, Cursor("year", 2012), ["month"]).read_all()["month"].to_pylist() == ["1", "12"]


def test_a_column_of_the_file_is_not_hidden_by_ours(tmp_path):
    """A file that has a column `_file` of its own keeps it."""
    put(tmp_path / "data.csv", {"_file": "own", "v": 1})

    assert driver_of(tmp_path, csv={"normalise_names": False}).read("data").read_all().to_pylist() == [
        {"_file": "own", "v": 1}
    ]


def test_a_broken_file_does_not_hide_the_others(tmp_path):
    """Introspection lists what can be read and says of the rest why it cannot."""
    put(tmp_path / "good.csv", {"v": 1})
    (tmp_path / "cut.parquet").write_bytes(b"PAR1 half a file")
    found = {stream.name: stream for stream in driver_of(tmp_path).introspect()}

    assert found["good"].problem is None
    assert "cut.parquet is not a whole Parquet file" in found["cut"].problem
    assert found["cut"].columns == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"a": 1}\n{"a": 2\n{"a": 3}\n', r"data.ndjson, line 3: Malformed JSON"),
        ("[1, 2]", r"data.ndjson holds ubigint values, not records"),
        ('{"a": 1, "A": 2}', r"keys 'a' and 'A', which cannot both be columns"),
        ('{"": 1}', r"keys '' and ''"),
        ('{"a": 1, "a": 2}', r"line 1|record 1"),
    ],
)
def test_json_that_is_no_table_is_refused(tmp_path, content, said):
    """Records that cannot be rows are named by line or key."""
    (tmp_path / "data.ndjson").write_text(content)
    with pytest.raises(Invalid, match=said) as raised:
        driver_of(tmp_path).read("data").read_all()

    assert raised.value.fix


def test_keys_of_json_may_hold_anything(tmp_path):
    """Quotes, slashes and dollars in keys are read as they are."""
    row = {"we'ird \" k": 1, "a/b~c": 2, "$.x": 3, "*": 4, "x y": None}
    put(tmp_path / "data.ndjson", row)

    assert driver_of(tmp_path).read("data").read_all().to_pylist() == [row]


def test_nothing_outside_the_allowed_folders_is_read(tmp_path):
    """Where folders are set, neither another path, nor dots, nor a link within leads out of them."""
    put(tmp_path / "private" / "a.csv", {"v": 1})
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "link.csv").symlink_to(tmp_path / "private" / "a.csv")
    reach = Reach((tmp_path / "shared",))

    for path in ("private", "shared/../private", "shared"):
        driver = FilesDriver(FilesConfig(path=str(tmp_path / path)), reach)
        with pytest.raises(Invalid, match="outside the folders"):
            driver.names()


TYPES = st.one_of(
    st.tuples(st.just(pa.int64()), st.integers(-(2**63), 2**63 - 1)),
    st.tuples(st.just(pa.uint8()), st.integers(0, 255)),
    st.tuples(st.just(pa.float32()), st.floats(width=32, allow_nan=False)),
    st.tuples(st.just(pa.string()), st.text(max_size=5)),
    st.tuples(st.just(pa.binary()), st.binary(max_size=5)),
    st.tuples(st.just(pa.bool_()), st.booleans()),
    st.tuples(st.just(pa.date32()), st.dates()),
    st.tuples(st.just(pa.decimal128(10, 2)), st.decimals(-1000, 1000, places=2)),
    st.tuples(st.just(pa.list_(pa.int64())), st.lists(st.integers(0, 9), max_size=3)),
    st.tuples(st.just(pa.struct([("x", pa.int64())])), st.fixed_dictionaries({"x": st.integers(0, 9)})),
    st.tuples(st.just(pa.null()), st.none()),
)


@st.composite
def arrow_tables(draw: st.DrawFn) -> pa.Table:
    """Tables of any schema, with missing values."""
    names = draw(
        st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=6), min_size=1, max_size=4, unique=True)
    )
    rows = draw(st.integers(0, 6))
    columns = []
    for _ in names:
        kind, example = draw(TYPES)
        values = draw(st.lists(st.sampled_from([None, example]), min_size=rows, max_size=rows))
        columns.append(pa.array(values, kind))
    return pa.table(columns, names=names)


@given(arrow_tables(), st.integers(1, 4))
def test_parquet_of_any_schema_is_read_as_it_is(table, batch_rows):
    """Whatever types a Parquet file has, nested ones too, its schema and rows come out unchanged."""
    with tempfile.TemporaryDirectory() as folder:
        pq.write_table(table, Path(folder) / "data.parquet", row_group_size=2)
        found = driver_of(Path(folder)).read("data", batch_rows=batch_rows).read_all()

    assert found.schema.equals(table.schema)
    assert found.to_pylist() == table.to_pylist()
