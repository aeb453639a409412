"""The secrets of connectors are in no reply, row, record, event, log or error, whatever a connector does."""

from __future__ import annotations

import logging
import traceback

import pytest
from sqlalchemy import inspect, text

from tests.integration.connectors.json_api import Reply, serving
from workbench.core.errors import WorkbenchError
from workbench.domains.connectors import drivers
from workbench.domains.connectors.drivers.base import Driver, DriverConfig, secret
from workbench.domains.connectors.schemas import CreateConnector, UpdateConnector

pytestmark = pytest.mark.usefixtures("any_database")
CANARY = "c4n4ry-7a11"


class OddConfig(DriverConfig):
    """Settings whose secret has a harmless name."""

    pin: str | None = secret("Number")


class OddDriver(Driver):
    """A driver of somebody else that tells its secret in every error."""

    kind = "odd"
    title = "Odd"
    config_model = OddConfig
    config: OddConfig

    def names(self) -> list[str]:
        raise WorkbenchError(f"could not log in with {self.config.pin}", fix=f"do not use {self.config.pin}")

    def open(self, stream, *, cursor=None, limit=None):
        raise {"a": WorkbenchError, "b": ValueError}[stream](f"could not read {stream} with {self.config.pin}")


@pytest.fixture
def odd(monkeypatch):
    """Installs the driver as another distribution would."""
    monkeypatch.setattr(drivers, "_added", lambda: {"odd": None})
    monkeypatch.setattr(drivers, "_load", lambda _: OddDriver)
    drivers.driver_class.cache_clear()
    yield
    drivers.driver_class.cache_clear()


def everything(workbench) -> str:
    """All rows of all tables, as text."""
    with workbench.read() as db:
        names = inspect(db.get_bind()).get_table_names()
        return "\n".join(str(db.execute(text(f'SELECT * FROM "{name}"')).all()) for name in names)


def tried(call) -> str:
    """What a caller sees of a call: the reply, or the error with all that a notebook shows of it."""
    try:
        return call().model_dump_json()
    except WorkbenchError as error:
        return f"{error.problem()} {error!r} {''.join(traceback.format_exception(error))}"


def test_a_secret_of_any_name_leaves_no_trace(workbench, caller, caplog, odd):
    """Also a secret field whose name sounds harmless, in a driver that is careless, is kept out of everything."""
    caplog.set_level(logging.DEBUG)
    told = [
        tried(lambda: caller.call("connectors.create", name="odd", type="odd", config={"pin": CANARY})),
        tried(lambda: caller.call("connectors.update", id="odd", config={"pin": CANARY})),
        tried(lambda: caller.call("connectors.update", id="odd", config={"pin": CANARY, "nonsense": CANARY})),
        tried(lambda: caller.call("connectors.create", name="odd2", type="odd", config={"pin": [CANARY]})),
        tried(lambda: caller.call("connectors.create", name="odd", type="odd", config={"pin": CANARY})),
        tried(lambda: caller.call("connectors.show", id="odd")),
        tried(lambda: caller.call("connectors.test", id="odd")),
        tried(lambda: caller.call("connectors.introspect", id="odd")),
        *(tried(lambda name=name: caller.call("connectors.preview", id="odd", stream=name)) for name in "abc"),
        *(tried(lambda name=name: caller.stream("connectors.read_data", id="odd", stream=name)) for name in "abc"),
        *(tried(lambda n=n: caller.stream("connectors.read_data", id="odd", stream=n, since=1)) for n in "abc"),
        *(tried(lambda n=n: caller.stream("connectors.read_data", id="odd", stream=n, consumer="x")) for n in "abc"),
    ]

    for place in (*told, everything(workbench), caplog.text):
        assert CANARY not in place


@pytest.mark.parametrize("status", [200, 302, 400, 401, 429, 500])
def test_an_api_that_repeats_what_it_was_sent_gives_nothing_away(workbench, caller, caplog, status):
    """An API that answers with the token in body, header or address does not bring it into any message."""
    caplog.set_level(logging.DEBUG)
    reply = Reply({"you_sent": CANARY}, status, {"Location": f"http://{CANARY}.invalid/{CANARY}", "Retry-After": "0"})
    with serving(lambda _: reply) as api:
        config = {
            "base_url": api.url, "auth": "bearer", "token": CANARY, "retries": 1,
            "streams": {"things": {"path": "/", "records": "/data"}},
        }  # fmt: skip
        caller.call("connectors.create", name="api", type="http_json", config=config)
        told = [
            tried(lambda: caller.call("connectors.test", id="api")),
            tried(lambda: caller.call("connectors.introspect", id="api")),
            tried(lambda: caller.call("connectors.preview", id="api", stream="things")),
            tried(lambda: caller.stream("connectors.read_data", id="api", stream="things")),
        ]

    for place in (*told, everything(workbench), caplog.text):
        assert CANARY not in place


@pytest.mark.parametrize("model", [CreateConnector, UpdateConnector])
def test_requests_do_not_show_settings(model):
    """A request that is printed or recorded names the settings that were given, and none of their values."""
    fields = {"name": "a", "type": "files", "id": "a"}
    request = model(config={"pin": CANARY}, **{name: fields[name] for name in fields if name in model.model_fields})

    assert CANARY not in f"{request} {request!r} {request.model_dump()} {request.model_dump_json()}"
    assert request.model_dump(mode="json")["config"] == {"pin": "…"}
    assert request.config == {"pin": CANARY}
