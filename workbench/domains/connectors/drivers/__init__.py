"""Which drivers there are: the built-in ones, and those that other distributions add."""

from __future__ import annotations

import importlib
import logging
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType

from workbench.core.errors import Invalid, Unavailable

from .base import Driver

ENTRY_POINTS = "workbench.connectors"
BUILT_IN = MappingProxyType(
    {
        "files": ".files:FilesDriver",
        "http_json": ".http_json:HttpJsonDriver",
        "postgresql": ".postgresql:PostgresqlDriver",
        "sqlite": ".sqlite:SqliteDriver",
    }
)
log = logging.getLogger(__name__)


def type_names() -> list[str]:
    """The names of all types of connector, sorted."""
    return sorted({*BUILT_IN, *_added()})


@cache
def driver_class(type_name: str) -> type[Driver]:
    """The driver of a type; a built-in one cannot be replaced by another of its name.

    Raises:
        Invalid: there is no such type.
        Unavailable: the distribution that adds it cannot be loaded.
    """
    if type_name in BUILT_IN:
        module, _, name = BUILT_IN[type_name].partition(":")
        found: type[Driver] = getattr(importlib.import_module(module, __name__), name)
        return found
    if type_name not in _added():
        raise Invalid(
            f"There is no type of connector called {type_name!r}.",
            fix=f"Choose one of {', '.join(type_names())}, or install a package that adds it.",
            code="connector_type_unknown",
            errors=[{"pointer": "/type", "message": "unknown type"}],
        )
    return _load(_added()[type_name])


def available() -> list[type[Driver]]:
    """All drivers that can be loaded; one that cannot is logged and left out."""
    found = []
    for name in type_names():
        try:
            found.append(driver_class(name))
        except Unavailable as error:
            log.warning("%s", error)
    return found


@cache
def _added() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=ENTRY_POINTS)}


def _load(entry: EntryPoint) -> type[Driver]:
    source = entry.dist.name if entry.dist else entry.value
    try:
        found = entry.load()
    except Exception as error:
        raise Unavailable(
            f"The connector type {entry.name!r}, which {source} adds, cannot be loaded: {error}",
            fix=f"Mend or remove {source}.",
            code="driver_broken",
        ) from error
    if not (isinstance(found, type) and issubclass(found, Driver)):
        raise Unavailable(f"{source} calls {entry.value} a driver, which it is not.", code="driver_broken")
    return found
