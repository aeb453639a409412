"""The pages of connectors say what their operations answer, to whom they answer it."""

from __future__ import annotations

from tests.factories.pages import Answers, opened, text, whole
from workbench.core.clock import now
from workbench.core.errors import Unavailable
from workbench.core.ids import new_id
from workbench.core.schemas import SECRET_SET, Page
from workbench.domains.connectors import schemas as s
from workbench.domains.connectors.view.connector import ConnectorPage
from workbench.domains.connectors.view.connectors import Connectors
from workbench.ui.pages import PageSpec
from workbench.ui.visit import Person

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'
LIST = PageSpec("connectors", "Connectors", "connectors", "m:f", "connectors:list", "Data")
ONE = PageSpec("connectors/{name}", "Connector", "connectors", "m:f", "connectors:read", "Data")
EXECUTOR = Person("eve", ["executor"], {"connectors:list": "W", "me:read": "O"}, ["default"])
TYPES = s.TypeList(items=[s.TypeView(name="sqlite", title="SQLite", description="", config_schema={})])


def connector(**fields):
    """A connector with a secret."""
    given = {
        "id": new_id(), "name": "crm", "type": "sqlite", "description": "Customers",
        "config": {"path": HOSTILE, "password": SECRET_SET, "ports": [1]}, "created_at": now(), "etag": 1,
    }  # fmt: skip
    return s.ConnectorView(**(given | fields))


def stream(**fields):
    """A stream of two columns."""
    given = {"name": "orders", "columns": [s.ColumnView(name="id", type="int64")], "primary_key": ["id"], "rows": 9}
    return s.StreamView(**(given | fields))


def page_of(acts=(), person=None, query=None, **answers):
    """The page of the connector, and what it asked."""
    given = {
        "connectors_show": connector(), "connectors_introspect": s.StreamList(items=[stream()]),
        "connectors_test": s.TestReport(ok=True, latency_ms=12.3, server_version="3.45", streams=1),
        "connectors_preview": s.PreviewView(columns=[s.ColumnView(name="id", type="int64")], rows=[{"id": HOSTILE}]),
    }  # fmt: skip
    caller = Answers(**(given | answers))
    more = {"person": person} if person else {}
    page = opened(ConnectorPage, caller, acts, pages=(LIST, ONE), page=ONE, subject="crm", query=query or {}, **more)
    return page, [name for name, _ in caller.asked]


def test_settings_are_shown_and_secrets_are_not():
    """Of a secret it is said that it is set; a value is never markup."""
    page, asked = page_of()

    assert "Password ● set, and never shown" in text(page.facts.object)
    assert "Customers" in text(page.facts.object)
    assert "<script" not in whole(page)
    assert "connectors.preview" not in asked


def test_what_it_offers_is_a_tree():
    """Streams with their rows, columns and keys; one that cannot be read says why."""
    found = s.StreamList(items=[stream(), stream(name="broken", problem="No such file.")])
    page, _ = page_of(connectors_introspect=found)

    assert "orders 9 rows" in text(page.streams.object)
    assert "id int64, key" in text(page.streams.object)
    assert "▲ No such file." in text(page.streams.object)


def test_a_source_that_does_not_answer_leaves_the_rest_of_the_page():
    """The settings are there, and what is wrong is told with a way out."""
    page, _ = page_of(connectors_introspect=Unavailable("crm does not answer.", fix="Start it."))

    assert "Type sqlite" in text(page.facts.object)
    assert "crm does not answer. Start it." in text(page.streams.object)


def test_rows_of_a_stream_are_shown_as_values():
    """The chosen stream is open and its first rows stand below."""
    page, asked = page_of(query={"stream": "orders"})

    assert "First rows of orders" in text(page.rows.object)
    assert "<script" not in whole(page)
    assert asked.count("connectors.preview") == 1


def test_a_test_is_answered_in_words():
    """What came of it, and what helps where it failed."""
    well, _ = page_of([("test", [])])
    bad, _ = page_of(
        [("test", [])], connectors_test=s.TestReport(ok=False, latency_ms=0, problem="Refused.", fix="Try.")
    )

    assert text(well.tested.object) == "● It answers in 12 ms, 3.45, 1 streams."
    assert text(bad.tested.object) == "■ It does not answer Refused. What helps: Try."


def test_an_executor_sees_names_and_types_only():
    """No link leads where she may not go."""
    item = s.ConnectorItem(id=new_id(), name="crm", type="sqlite")
    caller = Answers(connectors_list=Page[s.ConnectorItem](items=[item]), connectors_types=TYPES)
    page = opened(Connectors, caller, pages=(LIST, ONE), page=LIST, person=EXECUTOR)

    assert "crm SQLite" in text(page.list.object)
    assert "href" not in page.list.object


def test_an_empty_list_says_what_a_connector_is():
    """Who may not make one is not sent to make one."""
    caller = Answers(connectors_list=Page[s.ConnectorItem](items=[]), connectors_types=TYPES)
    page = opened(Connectors, caller, pages=(LIST, ONE), page=LIST)

    assert "A connector brings data in" in text(page.list.object)
