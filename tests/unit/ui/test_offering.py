"""A page's form offers what there is, and waits for no connector far away."""

from __future__ import annotations

import asyncio
import threading
from types import SimpleNamespace

import pytest

from tests.factories.pages import Answers, text, until, visit
from workbench.core.errors import Unavailable
from workbench.ui import offering
from workbench.ui.offering import Offering

COPY = {
    "properties": {
        "source": {"type": "string", "x-names": "connector"},
        "stream": {"type": "string", "x-names": "stream"},
        "key": {"type": "array", "items": {"type": "string", "x-names": "column"}},
    }
}
REPORT = {"properties": {"source": {"type": "string", "x-names": "connector"}, "table": {"x-names": "table"}}}


def named(name, *columns):
    """A table or a stream of some columns."""
    return SimpleNamespace(name=name, columns=[SimpleNamespace(name=one, type="BIGINT") for one in columns])


def holding(*items):
    """A page of a list."""
    return SimpleNamespace(items=list(items))


def learned(caller, *asked, schema=COPY):
    """What is offered after each of some values was learned in turn."""

    async def learn():
        form = Offering(visit(caller), again=lambda: None)
        for values in asked:
            await form.learn(schema, values)
        return form.offered

    return asyncio.run(learn())


def test_what_is_chosen_decides_what_else_is_offered():
    """Streams are those of the connector, and columns those of the stream."""
    caller = Answers(
        connectors_list=holding(SimpleNamespace(name="shop")),
        connectors_introspect=lambda **given: holding(named(f"orders of {given['id']}", "id", "total"), named("items")),
    )
    assert learned(caller, {"source": "shop", "stream": "orders of shop"}) == {
        "connector": ["shop"], "stream": ["orders of shop", "items"], "column": ["id", "total"],
    }  # fmt: skip


def test_a_connector_is_asked_only_for_fields_that_need_it_and_once():
    """Not for a form without streams; again where another is chosen, or where it did not answer before."""
    answers = {"shop": holding(named("orders")), "far": Unavailable("It does not answer.")}

    def introspect(**given):
        if isinstance(answers[given["id"]], Exception):
            raise answers[given["id"]]
        return answers[given["id"]]

    def asked(schema, *values):
        caller = Answers(
            connectors_list=holding(), connectors_introspect=introspect, tables_list=holding(named("sales"))
        )
        learned(caller, *values, schema=schema)
        return [fields["id"] for name, fields in caller.asked if name == "connectors.introspect"]

    shop, far = {"source": "shop"}, {"source": "far"}
    assert asked(REPORT, shop, far) == []
    assert asked(COPY, {}, shop, shop, far, far, shop, far) == ["shop", "far", "far"]


@pytest.mark.parametrize("chosen", ["far", "shop"])
def test_a_page_does_not_wait_for_a_connector_far_away(monkeypatch, chosen):
    """It says whom it asks, and is drawn once more with the answer, unless another was chosen meanwhile."""
    monkeypatch.setattr(offering, "PATIENCE", 0.01)
    answered = {"far": threading.Event(), "shop": threading.Event()}

    def introspect(**given):
        answered[given["id"]].wait(10)
        return holding(named(f"orders of {given['id']}"))

    async def opened():
        again = []
        caller = Answers(connectors_list=holding(SimpleNamespace(name="far")), connectors_introspect=introspect)
        form = Offering(visit(caller), again=lambda: again.append(form.offered["stream"]))
        await form.learn(COPY, {"source": "far"})
        assert text(form.note) == "Asking far what it holds …"
        assert (form.offered["connector"], form.offered["stream"], again) == (["far"], [], [])
        if chosen == "shop":
            learning = asyncio.create_task(form.learn(COPY, {"source": "shop"}))
            await until(lambda: form._sources.connector == "shop")
            answered["far"].set()
            await learning
        for event in answered.values():
            event.set()
        await until(lambda: bool(again))
        assert (form.note, again) == ("", [[f"orders of {chosen}"]])

    asyncio.run(opened())
