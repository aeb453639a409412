"""The demo's connectors, as a person would have set them up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from workbench.core.caller import Caller
from workbench.core.errors import NotFound

from .api import Endpoint
from .places import Sources

PAGES = {"style": "next_url", "next": "/next", "size_param": "per_page", "size": 500}
AIRLINES = {"path": "/airlines", "records": "/data", "primary_key": ["carrier"]}
PLANES = {"path": "/planes", "records": "/data", "primary_key": ["tailnum"], "pagination": PAGES}


@dataclass(frozen=True)
class Definition:
    """A connector that the demo wants; `secrets` are shown by nobody, so they cannot be compared."""

    name: str
    type: str
    description: str
    config: dict[str, Any]
    secrets: dict[str, str] = field(default_factory=dict)


def definitions(sources: Sources, api: Endpoint) -> list[Definition]:
    """The connectors, one for each source."""
    streams = {"airlines": AIRLINES, "planes": PLANES}
    return [
        Definition(
            "flights_files", "files", "Flights of 2013, a Parquet file for each month.",
            {"path": str(sources.flights), "cursors": {"flights": "time_hour"}},
        ),
        Definition(
            "weather_db", "sqlite", "Hourly weather at the airports of New York.",
            {"path": str(sources.weather), "cursors": {"weather": "time_hour"}},
        ),
        Definition(
            "airports_csv", "files", "Airports, as a spreadsheet in another country wrote them.",
            {"path": str(sources.airports), "csv": {"delimiter": ";", "decimal": ",", "header": True}},
        ),
        Definition(
            "reference_api", "http_json", "Airlines and planes, from an API that the demo serves while it runs.",
            {"base_url": api.url, "auth": "bearer", "streams": streams}, {"token": api.token},
        ),
    ]  # fmt: skip


def connect(caller: Caller, sources: Sources, api: Endpoint) -> list[str]:
    """Create the connectors that are missing and correct those that differ; answers their names."""
    wanted = definitions(sources, api)
    for item in wanted:
        config = item.config | item.secrets
        try:
            there = caller.call("connectors.show", id=item.name)
        except NotFound:
            caller.call(
                "connectors.create", name=item.name, type=item.type, description=item.description, config=config
            )
            continue
        if item.config != {name: there.config.get(name) for name in item.config} or (item.secrets and api.is_new):
            caller.call("connectors.update", id=item.name, config=config)
    return [item.name for item in wanted]
