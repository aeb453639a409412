"""The demo's connectors give the sources' rows with proper types."""

import pyarrow as pa
import pytest

from workbench.demo.api import serving
from workbench.demo.connectors import definitions
from workbench.domains.connectors import drivers
from workbench.domains.connectors.drivers.base import Cursor


@pytest.fixture(scope="module")
def driver(sources, tmp_path_factory):
    """Opens the driver of a connector by its name."""
    with serving(sources) as api:
        wanted = {item.name: item for item in definitions(sources, api)}

        def opened(name):
            kind = drivers.driver_class(wanted[name].type)
            return kind(kind.config_model(**wanted[name].config, **wanted[name].secrets))

        yield opened


@pytest.mark.parametrize(
    ("connector", "streams"),
    [
        ("flights_files", ["flights"]),
        ("weather_db", ["weather"]),
        ("airports_csv", ["airports"]),
        ("reference_api", ["airlines", "planes"]),
    ],
)
def test_a_connector_answers_and_offers_its_streams(driver, connector, streams):
    """A test succeeds, and the streams have the names that the notebooks use."""
    assert driver(connector).test().ok
    assert driver(connector).names() == streams


@pytest.mark.parametrize(
    ("connector", "stream", "rows"),
    [
        ("flights_files", "flights", 336_776),
        ("weather_db", "weather", 26_115),
        ("airports_csv", "airports", 1_458),
        ("reference_api", "airlines", 16),
        ("reference_api", "planes", 3_322),
    ],
)
def test_every_row_arrives(driver, connector, stream, rows):
    """Through pages, busy answers, an ugly dialect and loose types, nothing is lost or doubled."""
    assert driver(connector).read(stream).read_all().num_rows == rows


def test_types_are_those_that_a_person_would_expect(driver):
    """Times are times, decimal commas are numbers, and codes stay text."""
    weather = driver("weather_db").read("weather", limit=1).schema
    airports = driver("airports_csv").read("airports").schema
    planes = driver("reference_api").read("planes").schema

    assert (weather.field("time_hour").type, weather.field("temp").type) == (pa.timestamp("us"), pa.float64())
    assert [str(airports.field(name).type) for name in ("iata_code", "latitude", "altitude_ft")] == [
        "string", "double", "int64",
    ]  # fmt: skip
    assert [str(planes.field(name).type) for name in ("tailnum", "seats", "speed")] == ["string", "int64", "int64"]


@pytest.mark.parametrize(("connector", "stream"), [("flights_files", "flights"), ("weather_db", "weather")])
def test_reading_since_december_gives_december_only(driver, connector, stream):
    """The cursor columns make reading incremental: midnight between the months separates them exactly."""
    column = "time_hour"
    reader = driver(connector).read(stream, Cursor(column, "2013-12-01T00:00:00"), [column, "month"])
    found = reader.read_all().to_pandas()

    assert str(found[column].min())[:19] > "2013-12-01 00:00:00"
    assert set(found["month"]) <= {11, 12}  # the last hours of November in New York are December in UTC
    assert (found["month"] == 12).sum() == {"flights": 28_135, "weather": 2_144}[stream]
