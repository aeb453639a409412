"""Forms and pickers of a notebook, against a home, and a front end that answers or does not."""

from __future__ import annotations

from typing import ClassVar

import comm
import ipywidgets as widgets
import pytest
from comm.base_comm import BaseComm

import workbench as wb
from tests.factories.notebooks import notebook
from tests.factories.queries import LEAST, document
from workbench import sdk
from workbench.core.errors import Invalid, NotFound, NotPermitted
from workbench.sdk import forms, picker
from workbench.sdk import notebook as talking

CELL = """from datetime import date
from typing import Annotated, Literal
from annotated_types import Ge, Le

month: Annotated[int, Ge(1), Le(12)] = 1  # of 2013
day: date = date(2013, 1, 1)
carrier: Literal["UA", "AA"] = "UA"
airports: list[str] = ["JFK"]
"""

NAMING = """from workbench.names import Column, Connector, NewTable, Stream, Table

table: Table = "orders"
keys: list[Column] = []
into: NewTable = "report"
connector: Connector = ""
stream: Stream = ""
"""


@pytest.fixture(autouse=True)
def in_a_home(caller, monkeypatch):
    """The verbs mean the test's home."""
    monkeypatch.setattr(sdk, "caller", lambda: caller)


@pytest.fixture
def delays(caller, tmp_path, monkeypatch):
    """A pipeline with parameters of many types."""
    made = notebook("print(month)", parameters=CELL)
    caller.call("pipelines.register", notebook=made, name="delays")
    return "delays"


class Wire(BaseComm):
    """A comm whose other end is the test."""

    made: ClassVar[list[Wire]] = []

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **more):
        if msg_type == "comm_open":
            self.said = []
            if self.target_name == talking.TARGET:  # widgets have comms too
                Wire.made.append(self)
        if msg_type in ("comm_open", "comm_msg"):
            self.said.append(data)

    def answer(self, **data):
        """What the front end says."""
        self.handle_msg({"content": {"data": data}})


@pytest.fixture
def wires(monkeypatch):
    """The comms that were opened; nobody answers but the test."""
    monkeypatch.setattr(comm, "create_comm", Wire)
    monkeypatch.setattr(talking, "SECONDS", 60.0)
    Wire.made = []
    yield Wire.made
    for wire in Wire.made:
        wire.handle_close({})


def shown(form, name):
    """The widget of a parameter."""
    return next(one.widget for one in form.fields if one.name == name)


def test_a_form_starts_a_run_and_remembers(delays, caller):
    """The run has the values as the pipeline declares them, and the next form begins with those."""
    form = wb.form(delays)
    shown(form, "month").value = 3
    shown(form, "airports").children[1].value = ["JFK", "LGA"]
    sheet = forms.Sheet(form)
    sheet.run.click()
    run = caller.call("runs.show", id=form.last_run.id)
    form.last_run.cancel()
    form.last_run.wait(20)

    wanted = {"month": 3, "day": "2013-01-01", "carrier": "UA", "airports": ["JFK", "LGA"]}
    assert run.parameters == wanted
    assert len(sheet.below.children) == 1
    assert wb.form(delays).values == wanted


def test_what_is_refused_is_said_below_the_fields(delays):
    """The sentence names the parameter and what would fit, and nothing is started."""
    form = wb.form(delays)
    shown(form, "day").value = None
    form.fields[0] = forms.field("month", {"type": "object"}, "many")
    sheet = forms.Sheet(form)
    sheet.run.click()

    assert "&#x27;month&#x27; must be a whole number" in sheet.said.value
    assert form.last_run is None
    with pytest.raises(Invalid, match="month"):
        _ = form.values


def test_the_parameters_cell_is_written_as_it_is_spelled(delays, wires):
    """The front end gives the cell, gets it back with the values, and what comes of it is said."""
    form = wb.form(delays)
    shown(form, "month").value = 12
    shown(form, "day").value = shown(form, "day").value.replace(month=12)
    sheet = forms.Sheet(form)
    sheet.write.click()
    (wire,) = wires
    wire.answer(source=CELL)
    asked, written = wire.said

    assert asked == {"asks": "parameters"}
    expected = (
        CELL.rstrip().replace("= 1  # of 2013", "= 12  # of 2013").replace("date(2013, 1, 1)", "date(2013, 12, 1)")
    )
    assert written == {"source": expected}
    assert sheet.said.value == "Writing…"
    wire.answer(written=True)
    assert "has these values now" in sheet.said.value


@pytest.mark.parametrize(
    ("source", "then", "said"),
    [
        ("month = 1", "month = 2", "It does not declare day, carrier, airports"),
        ("threshold = 1", "threshold = 1", "declares none of these"),
    ],
)
def test_a_cell_of_another_notebook_keeps_its_own_parameters(delays, wires, source, then, said):
    """What it does not declare is not written into it, and the form says so."""
    form = wb.form(delays)
    shown(form, "month").value = 2
    sheet = forms.Sheet(form)
    sheet.write.click()
    wires[0].answer(source=source)
    wires[0].answer(written=True)

    assert wires[0].said[1] == {"source": then}
    assert said in sheet.said.value


def test_a_form_says_what_its_parameters_mean(delays):
    """What the notebook says of a parameter stands below its widget, and nothing where it says nothing."""
    rows = forms.Sheet(wb.form(delays)).widget.children[1:-3]

    assert [("of 2013" in getattr(row, "value", "") if isinstance(row, widgets.HTML) else None) for row in rows] == [
        None, True, None, None, None,
    ]  # fmt: skip


def test_a_notebook_without_a_parameters_cell_gets_one(delays, wires):
    """All values are in it."""
    forms.Sheet(wb.form(delays)).write.click()
    wires[0].answer(source=None)

    assert wires[0].said[1]["source"] == "month = 1\nday = '2013-01-01'\ncarrier = 'UA'\nairports = ['JFK']"


@pytest.mark.parametrize("how", ["closed", "silent", "refused", "other language"])
def test_without_an_answer_there_is_text_to_copy(delays, wires, monkeypatch, how):
    """A front end without the workbench, a cell that may not be edited, and one in another language."""
    monkeypatch.setattr(talking, "SECONDS", 0.01 if how == "silent" else 60.0)
    sheet = forms.Sheet(wb.form(delays))
    sheet.write.click()
    if how == "closed":
        wires[0].handle_close({})
    if how == "refused":
        wires[0].answer(written=False)
    if how == "other language":
        wires[0].answer(source="let month = 1")
    for thread in [each for each in talking.threading.enumerate() if isinstance(each, talking.threading.Timer)]:
        if how == "silent":
            thread.join(20)

    assert "copy this" in sheet.said.value
    assert sheet.below.children[0].value.startswith("month = 1\nday = '2013-01-01'\n")


def test_a_form_is_code_where_there_are_no_widgets(delays, capsys):
    """What a plain shell prints can be run as it is."""
    form = wb.form(delays)
    form._ipython_display_()

    assert repr(form) == "wb.run('delays', month=1, day='2013-01-01', carrier='UA', airports=['JFK'])"
    assert repr(form) in capsys.readouterr().out


def test_a_form_offers_what_its_parameters_name(caller, tmp_path):
    """Columns follow the table that is chosen, streams the connector; what is not there can be typed all the same."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "customers.csv").write_text("id,name\n1,a\n")
    caller.call("connectors.create", name="shop", type="files", config={"path": str(tmp_path / "shop")})
    wb.write([{"id": 1, "day": 2}], "orders")
    wb.write([{"carrier": "UA"}], "flights")
    caller.call("pipelines.register", notebook=notebook("print(table)", parameters=NAMING), name="copy")
    form = wb.form("copy")
    _, tags, more = shown(form, "keys").children
    assert shown(form, "table").options == shown(form, "into").options == ("flights", "orders")
    assert [value for _, value in more.options] == ["", "id", "day"]
    assert (shown(form, "connector").options, shown(form, "stream").options) == (("shop",), ())

    shown(form, "table").value = "flights"
    shown(form, "connector").value = "shop"
    more.value = "carrier"
    more.value = "carrier"
    shown(form, "into").value = "new"
    assert shown(form, "stream").options == ("customers",)
    assert (tags.value, more.label) == (["carrier"], "Add…")
    assert form.values == {"table": "flights", "keys": ["carrier"], "into": "new", "connector": "shop", "stream": ""}
    shown(form, "connector").value = "nowhere"
    assert shown(form, "stream").options == ()


def test_a_form_suggests_nothing_where_one_may_not_look(caller, monkeypatch):
    """It is there all the same."""
    caller.call("pipelines.register", notebook=notebook("print(table)", parameters=NAMING), name="copy")
    call = caller.call

    def refusing(operation, **fields):
        if operation in ("tables.list", "connectors.list"):
            raise NotPermitted("You may not.")
        return call(operation, **fields)

    monkeypatch.setattr(caller, "call", refusing)
    form = wb.form("copy")

    assert (shown(form, "table").value, shown(form, "table").options) == ("orders", ())
    assert shown(form, "keys").children[2].layout.display == "none"


def test_a_pipeline_that_is_not_there_is_not_found():
    """Not an empty form."""
    with pytest.raises(NotFound):
        wb.form("nothing")


def test_a_table_is_picked_by_name_and_columns(wires):
    """The code reads just that, and the front end gets it; what is not found is said."""
    wb.write([{"day": 1, "late": 2}], "daily_delays")
    wb.write([{"x": 1}], "other")
    sheet = picker.Sheet(wb.pick())
    sheet.search.value = "delays"
    assert [label for label, _ in sheet.source.options] == ["daily_delays  (table)"]
    assert sheet.snippet == 'daily_delays = wb.read("daily_delays").to_pandas()'
    sheet.columns.value = ("late",)
    sheet.insert.click()
    code = 'daily_delays = wb.read("daily_delays", columns=["late"]).to_pandas()'
    assert wires[0].said == [{"asks": "insert", "source": code}]
    wires[0].answer(inserted=True)
    assert "next cell" in sheet.said.value

    sheet.search.value = "nowhere"
    assert (sheet.insert.disabled, sheet.snippet) == (True, "")
    assert "nowhere" in sheet.said.value


def test_what_a_connector_offers_is_picked(caller, tmp_path, wires):
    """Its streams and their columns; and a connector that cannot be asked says why in the place of a traceback."""
    (tmp_path / "orders.csv").write_text("id,total\n1,2\n")
    caller.call("connectors.create", name="shop", type="files", config={"path": str(tmp_path)})
    caller.call("connectors.create", name="gone", type="files", config={"path": str(tmp_path / "gone")})
    sheet = picker.Sheet(wb.pick())
    sheet.source.value = (picker.CONNECTOR, "shop")
    assert (sheet.said.value, sheet.stream.options) == ("", ("orders",))
    sheet.columns.value = ("total",)
    sheet.insert.click()
    wires[0].handle_close({})

    assert sheet.below.children[0].value == 'orders = wb.read("shop.orders", columns=["total"]).to_pandas()'
    sheet.source.value = (picker.CONNECTOR, "gone")
    assert "gone" in sheet.said.value
    assert sheet.insert.disabled


def test_a_saved_query_is_picked_with_what_it_asks_for(caller, wires):
    """Its values are those that count anyway, as in the sidebar, and `...` where one must be given."""
    wb.write([{"carrier": "UA", "flights": 3}], "delays")
    parameters = [LEAST, {"name": "only", "type": "text"}, {"name": "sure", "type": "boolean", "default": True}]
    sql = "SELECT * FROM delays WHERE flights >= $least AND carrier = $only AND $sure"
    caller.call("queries.create", document=document(sql, parameters=parameters))
    sheet = picker.Sheet(wb.pick())
    sheet.search.value = "busy"
    assert [label for label, _ in sheet.source.options] == ["busy_carriers  (saved query)"]
    assert (sheet.columns.layout.display, sheet.stream.layout.display) == ("none", "none")
    sheet.insert.click()

    code = 'busy_carriers = wb.query("busy_carriers", least=0, only=..., sure=True).to_pandas()'
    assert wires[0].said == [{"asks": "insert", "source": code}]


@pytest.mark.parametrize(
    ("name", "variable"), [("crm.Order Items", "order_items"), ("class", "class_"), ("2024", "_2024"), ("wb", "wb_")]
)
def test_a_name_for_what_is_read_is_one_in_python(name, variable):
    """Whatever a stream is called."""
    assert picker.variable(name) == variable
