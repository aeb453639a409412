"""The pages of tables and of SQL say what their operations answer, to whom they answer it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.factories.pages import Answers, opened, text, whole
from workbench.core.clock import now
from workbench.core.ids import new_id
from workbench.core.schemas import Page
from workbench.domains.store import schemas as s
from workbench.domains.store.view.table import TablePage
from workbench.domains.store.view.tables import Tables
from workbench.ui.pages import PageSpec
from workbench.ui.visit import Person

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'
TABLE = PageSpec("tables/{name}", "Table", "tables", "m:f", "tables:read", "Data")
PAGES = (TABLE, PageSpec("tables", "Tables", "tables", "m:f", "tables:read", "Data"))
PROFILE = s.ColumnProfile(name="id", type="BIGINT", minimum="1", maximum="9", mean=4.5, distinct=9, null_percent=12.5)
VIEWER = Person("vic", ["viewer"], {"tables:read": "S", "me:read": "O"}, ["default"])


def table(**fields):
    """A table of two columns."""
    given = {
        "id": new_id(), "name": "orders", "description": "", "owner_id": None, "etag": 1, "current_version": 3,
        "rows": 1200, "bytes": 4096, "columns": columns("id", "note"), "updated_at": now(), "created_at": now(),
        "archived_at": None, "may_restore": True, "may_delete": True,
    }  # fmt: skip
    return s.TableDetail(**(given | fields))


def columns(*names):
    """Columns of numbers."""
    return [s.ColumnView(name=name, type="BIGINT") for name in names]


def preview(rows, *names):
    """Some rows of the table."""
    return s.PreviewView(name="orders", version=3, columns=columns(*names), rows=rows, total=1200)


def version(number):
    """A version that a person appended."""
    return s.VersionView(
        version=number, mode="append", rows=10 * number, rows_written=10, bytes=1, columns=columns("id"),
        run_id=new_id(), author="ada", message="more", created_at=now(),
    )  # fmt: skip


def page_of(asked=None, acts=(), found=None, **fields):
    """The page of the table, and what it asked."""
    caller = Answers(
        tables_show=found or table(), tables_unarchive=table(),
        tables_preview=preview([[1, None], [123456, HOSTILE]], "id", "note"),
        tables_versions=Page[s.VersionView](items=[version(3), version(2)]),
        tables_lineage=s.LineageView(name="orders", written_by=None, upstream=[], downstream=[]),
        tables_profile=s.ProfileView(name="orders", version=3, rows=1200, columns=[PROFILE]),
        tables_restore=table(), tables_delete=None,
    )  # fmt: skip
    page = opened(TablePage, caller, acts, pages=PAGES, page=TABLE, subject="orders", query=asked or {}, **fields)
    return page, caller.asked


def test_the_list_says_how_much_there_is():
    """Rows, size and version of each table; a name is a name whatever it is."""
    caller = Answers(tables_list=Page[s.TableView](items=[table(), table(name=HOSTILE)]))
    page = opened(Tables, caller, pages=PAGES, page=PAGES[-1])

    assert "orders 4.0 KiB 1,200 2 4.0 KiB v3 just now" in text(page.list.object)
    assert "<script" not in whole(page)


def test_an_empty_list_says_what_to_do():
    """Without tables it says how one is made; narrowed down it says so."""
    caller = Answers(tables_list=Page[s.TableView](items=[]))

    assert "wb.write" in text(opened(Tables, caller, pages=PAGES, page=PAGES[-1]).list.object)
    assert "No table is like that" in text(
        opened(Tables, caller, pages=PAGES, page=PAGES[-1], query={"q": "x"}).list.object
    )


def test_a_viewer_without_tables_reads_that_none_is_shared_with_her():
    """There may be tables, and she has no notebooks to write one in; an Executor has none either."""
    executor = Person("eve", ["executor"], {"tables:read": "W"}, ["default"])

    def said(person):
        caller = Answers(tables_list=Page(items=[]))
        return text(opened(Tables, caller, pages=PAGES, page=PAGES[-1], person=person).list.object)

    assert "No table is shared with you yet" in said(VIEWER)
    assert "wb.write" not in said(VIEWER)
    assert "No tables yet" in said(executor)
    assert "wb.write" not in said(executor)


def test_rows_are_shown_as_values():
    """NULL is told from text, large numbers are grouped, and a value is never markup."""
    page, _ = page_of()

    assert "2 of 1,200 rows" in text(page.part.object)
    assert "NULL" in text(page.part.object)
    assert "123,456" in text(page.part.object)
    assert "<script" not in whole(page)


def test_a_wide_table_is_read_a_part_at_a_time():
    """Of two hundred columns thirty are shown, and a list chooses which."""
    names = [f"c{place}" for place in range(200)]
    caller = Answers(tables_show=table(columns=columns(*names)), tables_preview=preview([list(range(200))], *names))
    page = opened(TablePage, caller, pages=PAGES, page=TABLE, subject="orders", query={"from": "180"})

    assert page.part.object.count('scope="col"') == 20
    assert "181 to 200 of 200: from c180" in text(page.part.object)


@pytest.mark.parametrize(
    ("tab", "said"),
    [
        ("columns", "id BIGINT 12.5 % ~9 4.50 1 9"),
        ("versions", "v2 just now ada append 10 20 more Restore"),
        ("lineage", "Nothing is known yet"),
    ],
)
def test_only_the_chosen_tab_is_asked_for(tab, said):
    """Each tab shows its part, and the others cost nothing."""
    page, asked = page_of({"tab": tab})

    assert said in text(page.part.object)
    assert len(asked) == 2


def test_lineage_leads_from_table_to_table():
    """What the table comes from and leads to are links in a graph."""
    edge = s.EdgeView(
        source=s.NodeView(kind="connector", name="crm.orders"), source_version=None,
        target=s.NodeView(kind="table", name="orders"), target_version=3, run_id=None, author="ada", times=1,
    )  # fmt: skip
    down = edge.model_copy(update={"source": edge.target, "target": s.NodeView(kind="table", name="monthly")})
    found = s.LineageView(name="orders", written_by=None, upstream=[edge], downstream=[down])
    caller = Answers(tables_show=table(), tables_lineage=found)
    page = opened(TablePage, caller, pages=PAGES, page=TABLE, subject="orders", query={"tab": "lineage"})

    assert 'href="/workbench/apps/default/tables/monthly?tab=lineage"' in page.part.object
    assert "crm.orders → orders" in text(page.part.object)
    assert "Saved queries" not in text(page.part.object)


def test_lineage_names_the_saved_queries_that_read_the_table():
    """Each leads to its page; a title is a title whatever it is."""
    found = s.LineageView(name="orders", written_by=None, upstream=[], downstream=[])
    read = Page[Any](items=[SimpleNamespace(name="busy", title=HOSTILE)])
    caller = Answers(tables_show=table(), tables_lineage=found, queries_list=read)
    pages = (*PAGES, PageSpec("queries/{name}", "Saved query", "query", "m:f", "queries:view", "Data"))
    page = opened(TablePage, caller, pages=pages, page=TABLE, subject="orders", query={"tab": "lineage"})

    assert ("queries.list", {"table": "orders", "limit": 50}) in caller.asked
    assert 'href="/workbench/apps/default/queries/busy"' in page.part.object
    assert "<script" not in whole(page)


def test_an_earlier_version_can_be_brought_back():
    """Restore asks the operation and shows the versions again."""
    page, asked = page_of({"tab": "versions"}, acts=[("restore", [["version", "2"]])])

    assert ("tables.restore", {"name": "orders", "version": 2}) in asked
    assert "is back" in text(page.said.object)


def test_a_viewer_gets_nothing_to_press():
    """Who may neither query, delete nor restore sees none of it."""
    page, _ = page_of({"tab": "versions"}, found=table(may_restore=False, may_delete=False), person=VIEWER)

    assert "<button" not in whole(page)
    assert text(page.head.object) == "Tables › orders"


def test_what_one_may_not_do_to_a_table_is_not_offered():
    """The gate's own answer decides, not what the role holds of some table."""
    page, _ = page_of({"tab": "versions"}, found=table(may_restore=False, may_delete=False))

    assert "Restore" not in page.part.object
    assert 'data-act="delete"' not in page.head.object


def test_a_table_that_was_put_away_is_brought_back():
    """From the list of archived ones by its id, and from its page, which offers nothing else."""
    away = table(archived_at=now())
    page, asked = page_of(acts=[("unarchive", [])], found=away)
    assert "archived" in text(page.head.object)
    assert "Archive" not in text(page.head.object)
    assert ("tables.unarchive", {"name": "orders"}) in asked

    caller = Answers(tables_list=Page[s.TableView](items=[away]), tables_unarchive=away)
    listed = opened(
        Tables, caller, [("unarchive", [["id", str(away.id)]])], pages=PAGES, page=PAGES[-1], query={"show": "archived"}
    )
    assert "orders Bring back orders" in text(listed.list.object)
    assert ("tables.unarchive", {"name": str(away.id)}) in caller.asked
    assert "Archived" not in whole(opened(Tables, caller, pages=PAGES, page=PAGES[-1], person=VIEWER))
