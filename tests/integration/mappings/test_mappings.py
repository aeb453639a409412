"""Mappings: made, saved, tried on their source, suggested, and applied to rows."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from tests.factories.boards import member
from tests.factories.mappings import COLUMNS, RULES, document, one, orders
from tests.factories.store import write
from workbench.core.errors import AlreadyExists, Conflict, Invalid, NotFound, NotPermitted
from workbench.core.permissions import Role


@pytest.fixture
def mapping(caller):
    """A mapping over a small table."""
    write(caller, "orders", orders())
    return caller.call("mappings.create", document=document())


def applied(caller, rows=None, name="orders_to_sales", **fields):
    """What a mapping makes of rows."""
    table = orders() if rows is None else rows
    return caller.stream("mappings.apply", table.to_reader(), id=name, **fields).read_all()


def tried(caller, written):
    """How the target columns of a document stand, as their state and its words."""
    found = caller.call("mappings.preview", document=written)
    return [(target.state, target.detail) for target in found.targets]


@pytest.mark.usefixtures("any_database")
def test_a_mapping_is_made_saved_and_restored(caller, mapping):
    """Each change is a version; restoring makes a new one; what is the same adds none; an archived one takes none."""
    caller.call("mappings.save", id="orders_to_sales", document=document(title="Sales"), message="renamed")
    caller.call("mappings.save", id="orders_to_sales", document=document(title="Sales"))
    restored = caller.call("mappings.restore", id="orders_to_sales", version=1)

    assert (mapping.name, mapping.current_version) == ("orders_to_sales", 1)
    assert (restored.title, restored.current_version) == ("Orders to sales", 3)
    found = caller.call("mappings.versions", id="orders_to_sales").items
    assert [(it.number, it.message, it.restores) for it in found] == [
        (3, "Version 1, restored", 1), (2, "renamed", None), (1, "", None),
    ]  # fmt: skip
    assert caller.call("mappings.show_version", id="orders_to_sales", number=2).document.title == "Sales"

    caller.call("mappings.archive", id="orders_to_sales")
    assert caller.call("mappings.list").items == []
    with pytest.raises(Conflict, match="is archived"):
        applied(caller)
    caller.call("mappings.unarchive", id="orders_to_sales")
    assert [it.name for it in caller.call("mappings.list").items] == ["orders_to_sales"]


def test_a_mapping_begins_with_a_source_that_is_there(caller, mapping):
    """Whoever makes one or moves it hears at which field; whose source is put away later can still be saved."""
    for name, fields in (("create", {"name": "new"}), ("save", {"id": "orders_to_sales"})):
        with pytest.raises(Invalid, match="no source 'ordres'") as refused:
            caller.call(f"mappings.{name}", document=document(source="ordres"), **fields)
        [told] = refused.value.errors
        assert (refused.value.code, told["pointer"]) == ("source_not_found", "/document/source")
        assert "orders" in told["message"]

    caller.call("tables.delete", name="orders")
    assert caller.call("mappings.save", id="orders_to_sales", document=document(title="Sales")).current_version == 2


def test_a_document_comes_back_as_text_of_a_line_each(caller, mapping):
    """What is downloaded says each column and each rule in a line, and is the same mapping again."""
    text = caller.stream("mappings.document", id="orders_to_sales", number=1).content.decode()

    assert "\n- {name: order_id, type: BIGINT, required: true}\n" in text
    assert "\n- {target: customer_name, expression: upper(cust_nm)}\n" in text
    assert caller.call("mappings.save", id="orders_to_sales", document=text).current_version == 1


def test_rows_come_out_as_the_target_wants_them(caller, mapping):
    """Every row, in order, with the target's columns and types; what nothing makes is NULL."""
    caller.call("mappings.save", id="orders_to_sales", document=document(columns=[*COLUMNS, {"name": "note"}]))
    found = applied(caller)

    assert found.to_pydict() == {
        "order_id": [1, 2, 3, 4],
        "customer_name": ["ADA LOVELACE", "ALAN TURING", "GRACE HOPPER", None],
        "order_date": [date(2026, 1, day) for day in (1, 2, 3, 4)],
        "note": [None] * 4,
    }
    assert [str(kind) for kind in found.schema.types] == ["int64", "string", "date32[day]", "string"]
    assert applied(caller, version=1).schema.names == ["order_id", "customer_name", "order_date"]


def test_parts_and_several_columns_make_one(caller, mapping):
    """A text is split from either end, and what is combined leaves NULLs out."""
    rules = [
        {"target": "first", "column": "cust_nm", "split": {"by": " ", "part": 1}},
        {"target": "last", "column": "cust_nm", "split": {"by": " ", "part": -1}},
        {"target": "both", "combine": ["cust_nm", "city"], "between": ", "},
    ]
    columns = [{"name": name} for name in ("first", "last", "both")]
    caller.call("mappings.save", id="orders_to_sales", document=document(*rules, columns=columns))

    assert applied(caller).to_pylist()[2:] == [
        {"first": "Grace", "last": "Hopper", "both": "Grace Hopper, Bonn"},
        {"first": None, "last": None, "both": "Kiel"},
    ]


def test_values_that_do_not_cast_stop_it_with_a_count_and_an_example(caller, mapping):
    """Nothing becomes NULL silently and no row is dropped: the refusal says which column, how many, and one of them."""
    rows = orders(OrderId=["1", "two", "three", "4"])

    with pytest.raises(Invalid) as refused:
        applied(caller, rows)

    assert refused.value.code == "mapping_failed"
    assert "order_id: 2 of 4 values are no BIGINT, such as 'three'" in refused.value.detail


def test_missing_columns_are_named(caller, mapping):
    """All that are missing, those within expressions too, and what there is instead."""
    with pytest.raises(Invalid) as refused:
        applied(caller, orders().drop_columns(["OrderId", "cust_nm"]))

    assert refused.value.code == "mapping_columns_missing"
    assert "no column 'OrderId', 'cust_nm'" in refused.value.detail
    assert "order_dt, price, city" in refused.value.fix


def test_a_required_column_is_made_and_never_null(caller, mapping):
    """A required column without a rule, or with NULLs, stops an application."""
    required = [{"name": "name", "required": True}]
    caller.call("mappings.save", id="orders_to_sales", document=document(columns=required) | {"rules": []})
    with pytest.raises(Invalid, match="name: required, and nothing makes it"):
        applied(caller)

    rule = {"target": "name", "column": "cust_nm"}
    caller.call("mappings.save", id="orders_to_sales", document=document(rule, columns=required))
    with pytest.raises(Invalid, match="1 of 4 values are NULL, and it is required"):
        applied(caller)


def test_a_loss_is_accepted_only_where_the_rule_says_so(caller, mapping):
    """Rounding stops an application, until the rule accepts it; what is no number at all stops it still."""
    caller.call("mappings.save", id="orders_to_sales", document=one("INTEGER", column="price"))
    with pytest.raises(Invalid, match=r"1 of 4 values would lose something as INTEGER, such as '2\.5'"):
        applied(caller)

    caller.call("mappings.save", id="orders_to_sales", document=one("INTEGER", column="price", accept_loss=True))
    assert applied(caller)["x"].to_pylist() == [1, 2, 4, None]
    with pytest.raises(Invalid, match="no INTEGER, such as 'x'"):
        applied(caller, orders(price=["x", "1", "2", "3"]))


def test_an_expression_sees_one_row_of_its_source_and_nothing_else(caller, mapping):
    """What is more than an expression is not saved; aggregates, several rows, files and other tables are told."""
    with pytest.raises(Invalid) as refused:
        caller.call("mappings.create", document=one("VARCHAR", expression="(SELECT max(price) FROM orders)"))
    assert refused.value.errors == [
        {"pointer": "/document/rules/0", "message": "This is not one expression: there is a subquery in it."}
    ]

    written = [
        "sum(price)", "geomean(price)", "unnest([price, price])", "read_text('/etc/passwd')", "getenv('HOME')",
        "orders.OrderId", "error('x')",
    ]  # fmt: skip
    columns = [{"name": f"x{place}"} for place in range(len(written))]
    rules = [{"target": f"x{place}", "expression": text} for place, text in enumerate(written)]
    found = tried(caller, document(*rules, columns=columns))
    assert [state for state, _ in found] == ["broken"] * len(written)
    assert ["one value of each row" in detail for _, detail in found] == [True] * 3 + [False] * 4


def test_a_preview_shows_rows_and_what_fails_in_them(caller, mapping):
    """Mapped values, and beside those that fail or lose what they were; one broken rule leaves the others standing."""
    write(caller, "orders", orders(OrderId=["1", "two", "3", "4"]), mode="replace")
    columns = [*COLUMNS, {"name": "whole", "type": "INTEGER"}, {"name": "lost"}, {"name": "must", "required": True}]
    rules = [*RULES, {"target": "whole", "column": "price"}, {"target": "lost", "column": "gone"}]
    found = caller.call("mappings.preview", document=document(*rules, columns=columns), limit=3)

    assert [(it.name, it.state) for it in found.targets] == [
        ("order_id", "failing"), ("customer_name", "ok"), ("order_date", "ok"), ("whole", "lossy"),
        ("lost", "broken"), ("must", "required"),
    ]  # fmt: skip
    assert found.rows[1] == [None, "ALAN TURING", "2026-01-02", 2, None, None]
    assert found.given == [[None] * 6, ["two", None, None, "2.5", None, None], [None] * 6]
    assert [it.uses for it in found.targets[:3]] == [["OrderId"], ["cust_nm"], ["order_dt"]]
    assert (found.looked_at, [it.name for it in found.columns]) == (4, orders().schema.names)


def test_suggestions_have_a_confidence_and_a_reason(caller):
    """Names, types and the values of the target's table speak for a pair, each in words."""
    write(caller, "orders", pa.table({
        "OrderId": list(range(8)), "cust_nm": list("abcdefgh"), "place": [f"p{n}" for n in range(8)],
    }))  # fmt: skip
    write(caller, "sales", pa.table({
        "order_id": [1], "customer_name": ["x"], "town": ["p1"], "unlike": [True],
    }))  # fmt: skip
    write(caller, "sales", pa.table({"town": [f"p{n}" for n in range(2, 8)]}))
    written = {"title": "Sales", "source": "orders", "target": "sales"}
    found = caller.call("mappings.suggest", document=written).items

    assert [(it.target, it.column, it.confidence) for it in found] == [
        ("order_id", "OrderId", 93), ("customer_name", "cust_nm", 72), ("town", "place", 61),
    ]  # fmt: skip
    assert [it.reason for it in found] == [
        "names differ by case or underscore only, both numbers",
        "`cust` may stand for `customer`, `nm` may stand for `name`, both texts",
        "88 % of sampled values are in the target's",
    ]


def test_a_target_table_gives_the_columns(caller):
    """A document that names a table and no columns gets those that the table has."""
    write(caller, "orders", orders())
    write(caller, "sales", pa.table({"order_id": [1], "paid": [True], "tags": [["a"]]}))
    caller.call("mappings.create", document={"title": "Sales", "source": "orders", "target": "sales"})
    found = caller.call("mappings.show", id="sales").document

    assert [(it.name, it.type) for it in found.columns] == [
        ("order_id", "BIGINT"), ("paid", "BOOLEAN"), ("tags", "VARCHAR[]"),
    ]  # fmt: skip


def test_names_that_addresses_need_are_refused(caller, mapping):
    """A mapping called like a route would not be found; a name is taken once."""
    with pytest.raises(Invalid, match="can be called"):
        caller.call("mappings.create", document=document(), name="suggest")
    with pytest.raises(AlreadyExists, match="mapping 'orders_to_sales'"):
        caller.call("mappings.create", document=document())


def test_who_may_not_read_a_source_sees_nothing_of_it(workbench, caller, workspace, mapping):
    """A viewer makes no mapping and finds none that was not shared; what is another's source is not there."""
    _, viewer = member(workbench, workspace.id, "vera", Role.VIEWER)

    assert viewer.call("mappings.list").items == []
    with pytest.raises(NotFound):
        applied(viewer)
    with pytest.raises(NotPermitted):
        viewer.call("mappings.preview", document=document())
    with pytest.raises(NotFound, match="no table 'elsewhere'"):
        caller.call("mappings.preview", document=document(source="elsewhere"))

    caller.call("shares.grant", object_type="mapping", object="orders_to_sales", right="view", role="viewer")
    assert [it.name for it in viewer.call("mappings.list").items] == ["orders_to_sales"]
    assert applied(viewer).num_rows == 4
    assert not viewer.call("mappings.show", id="orders_to_sales").may_edit


def test_a_stream_is_a_source(caller, settings):
    """The first rows of a connector's stream are looked at, and kept for the next step of an edit."""
    (settings.home / "in.csv").write_text("OrderId,city\n1,Bonn\nx,Ulm\n")
    caller.call("connectors.create", name="shop", type="files", config={"path": str(settings.home / "in.csv")})
    streams = caller.call("connectors.introspect", id="shop").items
    written = one("BIGINT", column="OrderId") | {"source": f"shop.{streams[0].name}"}

    assert tried(caller, written) == [("failing", "1 of 2 values are no BIGINT, such as 'x'")]
    (settings.home / "in.csv").unlink()
    assert tried(caller, written) == [("failing", "1 of 2 values are no BIGINT, such as 'x'")]
