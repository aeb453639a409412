"""Ugly CSV files: what is found out about them, and what is refused, by line and with a mend."""

from __future__ import annotations

import datetime as dt
import gzip

import pyarrow as pa
import pytest

from workbench.core.errors import Invalid
from workbench.domains.connectors.drivers.config import CsvOptions, FilesConfig
from workbench.domains.connectors.drivers.files import FilesDriver

moment = dt.datetime.fromisoformat


@pytest.fixture
def read(tmp_path):
    """Reads bytes or text as a CSV file, with options of the dialect."""

    def reading(content: str | bytes, types: dict[str, str] | None = None, name: str = "data.csv", **options):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        config = FilesConfig(path=str(path), csv=CsvOptions.model_validate(options), types=types or {})
        return FilesDriver(config).read("data").read_all()

    return reading


def test_an_export_of_a_spreadsheet_in_another_country(read):
    """A BOM, semicolons, decimal commas, NA, spaces in the header and Windows line ends are all understood."""
    table = read(
        "\ufeffIATA code;Airport name;Latitude (°);Altitude (ft)\r\n"
        "04G;Lansdowne Airport;41,1304722;1044\r\n"
        '06A;"Moton; Field";32,4605722;NA\r\n'
    )

    assert table.schema == pa.schema(
        [
            ("iata_code", pa.string()),
            ("airport_name", pa.string()),
            ("latitude", pa.float64()),
            ("altitude_ft", pa.int64()),
        ]
    )
    assert table.to_pylist() == [
        {"iata_code": "04G", "airport_name": "Lansdowne Airport", "latitude": 41.1304722, "altitude_ft": 1044},
        {"iata_code": "06A", "airport_name": "Moton; Field", "latitude": 32.4605722, "altitude_ft": None},
    ]


@pytest.mark.parametrize(
    ("cells", "kind", "values"),
    [
        (["1", "2"], pa.int64(), [1, 2]),
        (["1", "2.5"], pa.float64(), [1.0, 2.5]),
        (["007", "123"], pa.string(), ["007", "123"]),
        (["0x10", "1"], pa.string(), ["0x10", "1"]),
        (["1,5", "2"], pa.float64(), [1.5, 2.0]),
        (["1,234", "5,678"], pa.string(), ["1,234", "5,678"]),
        (["1,234,567", "1,5"], pa.string(), ["1,234,567", "1,5"]),
        (["1,5", "2.5"], pa.string(), ["1,5", "2.5"]),
        (["99999999999999999999", "1.5"], pa.string(), ["99999999999999999999", "1.5"]),
        (["true", "FALSE"], pa.bool_(), [True, False]),
        (["0", "1"], pa.int64(), [0, 1]),
        (["2013-01-02", "NA"], pa.date32(), [dt.date(2013, 1, 2), None]),
        (["01/02/2013", "03/04/2013"], pa.string(), ["01/02/2013", "03/04/2013"]),
        (
            ["2013-01-02", "2013-01-02 03:04"],
            pa.timestamp("us"),
            [moment("2013-01-02"), moment("2013-01-02 03:04")],
        ),
        (["2013-01-02T03:04:05+02:00"], pa.timestamp("us", "UTC"), [moment("2013-01-02T01:04:05Z")]),
        (["2013-01-02T03:04:05Z", "2013-01-02"], pa.string(), ["2013-01-02T03:04:05Z", "2013-01-02"]),
        (["NA", ""], pa.null(), [None, None]),
        (["1", "x"], pa.string(), ["1", "x"]),
    ],
)
def test_types_are_the_narrowest_that_lose_nothing(read, cells, kind, values):
    """Codes keep their zeros, days and months are not guessed, and a comma is a decimal mark only where it must be."""
    column = read("".join(f"{cell};x\n" for cell in ["value", *cells]), delimiter=";", header=True)["value"]

    assert (column.type, column.to_pylist()) == (kind, values)


def test_a_type_found_at_the_end_holds_from_the_beginning(read):
    """All of a file is looked at: one fraction or word in the last of many rows decides the type of all."""
    rows = "".join(f"{n},{n}\n" for n in range(200_000))
    table = read(f"a,b\n{rows}0.5,x\n")

    assert table.schema == pa.schema([("a", pa.float64()), ("b", pa.string())])
    assert (table["a"][0].as_py(), table["a"][-1].as_py(), table["b"][7].as_py()) == (0.0, 0.5, "7")


def test_stated_types_win(read):
    """What the settings say of a column is not found out again."""
    table = read("zip,price\n12345,1.5\n", types={"zip": "text", "price": "decimal(6,2)"})

    assert table.schema == pa.schema([("zip", pa.string()), ("price", pa.decimal128(6, 2))])


def test_a_decimal_comma_that_is_told_is_believed(read):
    """With the mark given, 1,234 is no riddle."""
    assert read("a;b\n1,234;1\n", decimal=",")["a"].to_pylist() == [1.234]


def test_namibia_is_kept_where_quotes_mean_text(read):
    """A quoted NA is missing by default and a value where the settings say so."""
    content = 'country,code\n"Namibia","NA"\nnone,NA\n'

    assert read(content)["code"].to_pylist() == [None, None]
    assert read(content, quoted_nulls=False)["code"].to_pylist() == ["NA", None]


@pytest.mark.parametrize(
    ("name", "pack"),
    [("data.csv.gz", gzip.compress), ("data.csv", bytes), ("data.tsv", lambda raw: raw.replace(b",", b"\t"))],
)
def test_compressed_files_and_tabs_are_read_alike(read, name, pack):
    """The end of the name tells how a file is packed."""
    assert read(pack(b"a,b\n1,2\n"), name=name).to_pylist() == [{"a": 1, "b": 2}]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_byte_order_mark_tells_the_encoding(read, encoding):
    """Files that say how they are encoded need no setting."""
    assert read("name,n\nJosé,1\n".encode(encoding))["name"].to_pylist() == ["José"]


def test_an_encoding_that_is_told_is_used(read):
    """A file from Windows is read when its encoding is set."""
    assert read("name,n\nJosé €,1\n".encode("cp1252"), encoding="cp1252")["name"].to_pylist() == ["José €"]


MANY = "".join(f"{n},x{n},y\n" for n in range(60_000))


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        ("a,b,c\n1,2,3\n1,2,3,4\n", {}, r"data.csv, line 3: 4 fields, but the header names 3"),
        ("a,b,c\n1,2,3\n1,2\n", {}, r"line 3: 2 fields, but the header names 3"),
        ("a,b,c\n1,2,3,\n4,5,6,\n", {}, r"line 2 and most others have 4|line 2: 4 fields"),
        (f"a,b,c\n{MANY}1,2\n", {}, r"line 60002: 2 fields, but the header names 3"),
        (f'a,b,c\n{MANY}1,"2\n3,4\n', {}, r"line 60002: the quotes .* not balanced"),
        ('a,b,c\n1,2,"abc\n3,4,5\n6,7,"x\n7,8,9\n', {}, r"line [12]: the quotes"),
        ('a,b\n1,"x"y\n2,z\n', {}, r"line [12]: the quotes"),
        ("a;b\n1;2\n", {"delimiter": ","}, r"line 1: there is no ',', which csv.delimiter says .* number of ';'"),
        (f"a,b,c\n{MANY}".encode() + b"1,\xe9,y\n", {}, r"line 60002: the text is not in utf-8"),
        (
            "a,b\n1,é\n".encode("utf-8-sig"),
            {"encoding": "cp1252"},
            r"byte order mark of utf-8, but csv.encoding says cp1252",
        ),
        ("a,b\n1,2\n".encode("utf-16-le"), {}, r"not text in UTF-8: line 1 has NUL"),
        ("a,b\n1,2\n", {"encoding": "klingon"}, r"no encoding 'klingon'"),
        ("name,2013\nx,1\n", {}, r"line 1: '2013' may be the name of a column or a value"),
        ("Report of today\n\na,b,c\n1,2,3\n4,5,6\n7,8,9\n", {}, r"line 1: 1 field, but line \d and most others have 3"),
        ("a,b;c,d\ne,f;g,h\n", {}, r"can be read with .*between the columns"),
        ("", {}, r"data.csv is empty"),
        ("\n\n", {}, r"data.csv is empty"),
    ],
)
def test_a_file_that_lies_is_refused_by_line(read, content, options, said):
    """A file that breaks its own dialect, or the one it is said to have, gives the line and the mend."""
    with pytest.raises(Invalid, match=said) as raised:
        read(content, **options)

    assert raised.value.fix


def test_a_value_that_breaks_a_stated_type_is_named_with_its_line(read):
    """A column that is said to be whole numbers but holds a word is refused by column, value and line."""
    with pytest.raises(
        Invalid, match=r"data.csv, line 4: the column 'b' has a value that is no int64: .*many"
    ) as raised:
        read('a,b\n"two\nlines",1\nx,many\n', types={"b": "integer"})

    assert "types" in raised.value.fix


def test_lines_before_the_header_are_skipped_when_told(read):
    """A title above the table is no trouble once the settings say how long it is."""
    assert read("Report, of today\n\na,b\n1,2\n", skip_rows=2).to_pylist() == [{"a": 1, "b": 2}]


def test_a_file_without_header_has_numbered_columns(read):
    """Where there is no header the columns are called by their places."""
    assert read("1,x\n2,y\n", header=False).to_pylist() == [
        {"column_1": 1, "column_2": "x"},
        {"column_1": 2, "column_2": "y"},
    ]


def test_a_header_alone_is_an_empty_table(read):
    """A file without rows still has its columns."""
    assert read("a,b\n").to_pydict() == {"a": [], "b": []}


def test_a_changed_file_is_looked_at_again(read):
    """What was found out about a file does not outlive the file."""
    assert read("a,b\n1,2\n").schema.field("a").type == pa.int64()
    assert read("a,b\nx,2\n").schema.field("a").type == pa.string()
