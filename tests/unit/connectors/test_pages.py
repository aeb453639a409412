"""The pages of connectors say what their operations answer, to whom they answer it."""

from __future__ import annotations

from tests.factories.pages import Answers, opened, text, whole
from workbench.core.clock import now
from workbench.core.errors import Invalid, Unavailable
from workbench.core.ids import new_id
from workbench.core.schemas import SECRET_SET, Page
from workbench.domains.connectors import drivers
from workbench.domains.connectors import schemas as s
from workbench.domains.connectors.view.connect import Connect
from workbench.domains.connectors.view.connector import ConnectorPage
from workbench.domains.connectors.view.connectors import Connectors
from workbench.ui.pages import PageSpec
from workbench.ui.visit import Person

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'
LIST = PageSpec("connectors", "Connectors", "connectors", "m:f", "connectors:list", "Data")
ONE = PageSpec("connectors/{name}", "Connector", "connectors", "m:f", "connectors:read", "Data")
EXECUTOR = Person("eve", ["executor"], {"connectors:list": "W", "me:read": "O"}, ["default"])
SETTINGS = {"properties": {"path": {"type": "string"}, "cursors": {"type": "object"}}}
TYPES = s.TypeList(items=[s.TypeView(name="sqlite", title="SQLite", description="", config_schema=SETTINGS)])


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
        "connectors_show": connector(), "connectors_types": TYPES,
        "connectors_introspect": s.StreamList(items=[stream()]),
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


def test_settings_are_called_as_people_call_them():
    """Short forms are written large, a few values stand in lines, and what is deep folds out."""
    config = {
        "base_url": "https://x.example", "csv": {"delimiter": ";"}, "cursors": {"orders": "changed_at"},
        "streams": {"orders": {"path": "/o"}},
    }  # fmt: skip
    page, _ = page_of(connectors_show=connector(config=config))

    assert "Base URL https://x.example CSV Delimiter: ; Cursors orders : changed_at" in text(page.facts.object)
    assert "<details><summary>Streams</summary>" in page.facts.object


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

    assert "Type SQLite" in text(page.facts.object)
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

    assert text(well.tested.object) == "● It answers in 12 ms, 3.45, 1 stream."
    assert text(bad.tested.object) == "■ It does not answer Refused. What helps: Try."


def test_what_a_failed_test_said_is_not_said_twice():
    """What it offers cannot be seen for the same reason; once it answers, it is looked into again."""
    refused = s.TestReport(ok=False, latency_ms=0, problem="Refused.", fix="Try.")
    looks = iter([Unavailable("Refused.", fix="Try."), s.StreamList(items=[stream()])])

    def introspect(**_):
        if isinstance(answer := next(looks), Exception):
            raise answer
        return answer

    page, _ = page_of(
        [("test", [])], connectors_test=refused, connectors_introspect=Unavailable("Refused.", fix="Try.")
    )
    mended, _ = page_of([("test", [])], connectors_introspect=introspect)

    assert text(page.tested.object).count("Refused.") == 1
    assert not page.streams.object
    assert "orders 9 rows" in text(mended.streams.object)


def test_an_executor_sees_names_types_and_tests_only():
    """No link leads where she may not go; what did not answer last stands out."""
    items = [
        s.ConnectorItem(id=new_id(), name="crm", type="sqlite"),
        s.ConnectorItem(id=new_id(), name="erp", type="sqlite", tested_at=now(), test_problem="not_reachable"),
        s.ConnectorItem(id=new_id(), name="web", type="sqlite", tested_at=now()),
    ]
    caller = Answers(connectors_list=Page[s.ConnectorItem](items=items), connectors_types=TYPES)
    page = opened(Connectors, caller, pages=(LIST, ONE), page=LIST, person=EXECUTOR)

    for said in ("crm SQLite ◇ not tested", "erp SQLite ■ not reachable", "web SQLite ● answered"):
        assert said in text(page.list.object)
    assert "href" not in page.list.object


def test_only_those_whose_last_test_failed_are_asked_for():
    """And where there are none, nobody is sent to make one."""
    caller = Answers(connectors_list=Page[s.ConnectorItem](items=[]), connectors_types=TYPES)
    page = opened(Connectors, caller, [("choose", [["show", "broken"]])], pages=(LIST, ONE), page=LIST)

    assert [fields["broken"] for name, fields in caller.asked if name == "connectors.list"] == [False, True]
    assert "No connector is like that" in text(page.list.object)


def test_an_empty_list_says_what_a_connector_is():
    """Who may not make one is not sent to make one."""
    caller = Answers(connectors_list=Page[s.ConnectorItem](items=[]), connectors_types=TYPES)
    page = opened(Connectors, caller, pages=(LIST, ONE), page=LIST)

    assert "A connector brings data in" in text(page.list.object)


def form(acts=(), query=None, **answers):
    """The page of a new connector's form, with the types that are really there."""
    types = s.TypeList(items=[
        s.TypeView(name=one.kind, title=one.title, description=one.description,
                   config_schema=one.config_model.model_json_schema())
        for one in drivers.available()
    ])  # fmt: skip
    caller = Answers(connectors_types=types, connectors_create=connector(), connectors_update=connector(), **answers)
    return opened(Connect, caller, acts, pages=(LIST, ONE), page=LIST, query=query or {}), caller.asked


def test_one_chooses_a_type_and_then_fills_in_its_form():
    """Each type is a tile; its form has a field for each setting, and a secret's is hidden."""
    assert "PostgreSQL" in text(form()[0].form.object)

    page, _ = form(query={"type": "postgresql"})

    assert '<input type="password" id="f-password"' in page.form.object
    assert 'type="number" id="f-port"' in page.form.object


def test_a_filled_form_makes_a_connector():
    """Numbers are numbers, names have a text on each line, and what was left empty is left out."""
    filled = [
        ["connector name", "crm"], ["database", "sales"], ["user", "reader"], ["port", "5433"], ["password", "s3cret"],
        ["cursors", "orders: id"], ["sslrootcert", ""],
    ]  # fmt: skip
    page, asked = form([("save", filled)], query={"type": "postgresql"})

    config = {"database": "sales", "user": "reader", "port": 5433, "password": "s3cret", "cursors": {"orders": "id"}}
    assert ("connectors.create", {"name": "crm", "type": "postgresql", "description": "", "config": config}) in asked
    assert page.presence.goes == "/workbench/apps/default/connectors/crm"
    assert "s3cret" not in whole(page)


def test_what_is_wrong_stands_beside_its_setting():
    """A line without a name, JSON that is none and a refused setting are told at their fields."""
    page, _ = form([("save", [["connector name", "crm"], ["cursors", "id"]])], query={"type": "sqlite"})
    assert page.wrong == {"cursors": "has one on each line, such as flights: time_hour"}
    page, _ = form([("save", [["connector name", "crm"], ["csv", "{"]])], query={"type": "files"})
    assert page.wrong == {"csv": "is no object, written as JSON"}

    refused = Invalid("No.", errors=[{"pointer": "/config/path", "message": "is required"}])
    caller = Answers(connectors_types=TYPES, connectors_create=refused)
    acts = [("save", [["connector name", "crm"]])]
    page = opened(Connect, caller, acts, pages=(LIST,), page=LIST, query={"type": "sqlite"})
    assert page.wrong == {"path": "is required"}


def test_editing_begins_with_what_is_set():
    """The settings of a connector stand in the form, its secrets do not, and saving changes it."""
    found = connector(config={"path": "/data/crm.db", "password": SECRET_SET})
    acts = [("save", [["connector name", "crm"], ["path", "/data/new.db"]])]
    page, _ = form(query={"name": "crm"}, connectors_show=found)
    _, asked = form(acts, query={"name": "crm"}, connectors_show=found)

    changed = {"id": "crm", "name": "crm", "description": "", "config": {"path": "/data/new.db"}}
    assert 'value="/data/crm.db"' in page.form.object
    assert ("connectors.update", changed) in asked


def test_settings_that_somebody_else_changed_meanwhile_are_not_overwritten():
    """Who saves last is told, and what she filled in stays."""
    etags = iter(range(1, 9))
    acts = [("save", [["connector name", "crm"], ["path", "/data/new.db"]])]
    page, asked = form(acts, query={"name": "crm"}, connectors_show=lambda **_: connector(etag=next(etags)))

    assert "Somebody else changed this" in text(whole(page))
    assert 'value="/data/new.db"' in page.form.object
    assert "connectors.update" not in [name for name, _ in asked]
