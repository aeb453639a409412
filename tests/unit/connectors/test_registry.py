"""The registry of drivers: what is built in, what others add, and what it costs to know of them."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest

from workbench.core.errors import Invalid, Unavailable
from workbench.domains.connectors import drivers
from workbench.domains.connectors.drivers.base import Driver, DriverConfig

HEAVY = {"adbc_driver_manager", "clevercsv", "duckdb", "httpx", "numpy", "pandas", "psycopg", "pyarrow", "tenacity"}


class OtherDriver(Driver):
    """A driver that another distribution adds."""

    kind = "other"
    title = "Other"
    config_model = DriverConfig

    def names(self):
        return []

    def open(self, stream, *, cursor=None, limit=None):
        raise AssertionError


@pytest.fixture
def adding(monkeypatch):
    """Adds entry points as an installed distribution would."""

    def add(**targets: str) -> None:
        group = drivers.ENTRY_POINTS
        monkeypatch.setattr(drivers, "_added", lambda: {n: EntryPoint(n, v, group) for n, v in targets.items()})

    drivers.driver_class.cache_clear()
    yield add
    drivers.driver_class.cache_clear()


def test_the_built_in_types_are_there():
    """Four types come with the workbench, each named as its driver says."""
    assert set(drivers.type_names()) >= {"files", "http_json", "postgresql", "sqlite"}
    assert all(drivers.driver_class(name).kind == name for name in drivers.BUILT_IN)


def test_others_may_add_types(adding):
    """A driver of an installed distribution is found by its entry point."""
    adding(other=f"{__name__}:OtherDriver")
    sys.modules.setdefault(__name__, sys.modules[OtherDriver.__module__])

    assert "other" in drivers.type_names()
    assert drivers.driver_class("other").kind == "other"


def test_a_broken_addition_does_not_take_the_others_along(adding, caplog):
    """A type that cannot be loaded is named where it is asked for and left out of the list."""
    adding(broken="no_such_module:Driver", wrong="pathlib:Path")

    for name in ("broken", "wrong"):
        with pytest.raises(Unavailable) as raised:
            drivers.driver_class(name)
        assert raised.value.code == "driver_broken"
    assert {driver.kind for driver in drivers.available()} >= set(drivers.BUILT_IN)
    assert "no_such_module" in caplog.text


def test_an_unknown_type_is_answered_with_the_known():
    """Who mistypes a type learns which there are."""
    with pytest.raises(Invalid, match=r"no type of connector called 'postgres'.*postgresql"):
        drivers.driver_class("postgres")


def test_a_built_in_type_cannot_be_replaced(adding):
    """A distribution that calls its driver `postgresql` does not get the passwords meant for ours."""
    adding(postgresql=f"{__name__}:OtherDriver")

    assert drivers.driver_class("postgresql").__module__.startswith("workbench.")


def test_declaring_and_listing_load_no_heavy_library():
    """Operations and the forms of all types come without Arrow, DuckDB, pandas or an HTTP client."""
    code = (
        "import sys\n"
        "from workbench.domains.connectors import drivers, operations\n"
        "[driver.config_model.model_json_schema() for driver in drivers.available()]\n"
        f"print(sorted({HEAVY} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
