"""What the pages of queries are told by operations: a saved query, its versions, and rows."""

from __future__ import annotations

from workbench.core.clock import now
from workbench.core.ids import new_id
from workbench.domains.queries import schemas as s
from workbench.domains.queries.schemas.documents import Chart, Document, Parameter
from workbench.domains.store.schemas import ColumnView
from workbench.ui.pages import PageSpec
from workbench.ui.visit import Person

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'
QUERY = PageSpec("query", "Query", "query", "m:f", "queries:run", "Data")
SAVED = PageSpec("queries/{name}", "Saved query", "query", "m:f", "queries:view", "Data")
PAGES = (QUERY, PageSpec("queries", "Saved queries", "query", "m:f", "queries:view", "Data"), SAVED)
VIEWER = Person("vic", ["viewer"], {"queries:view": "S", "me:read": "O"}, ["default"])
LEAST = Parameter(name="least", type="integer", default=0)


def rows(*names, given=(), start=0, total=None, more=False):
    """Some rows of an answer."""
    columns = [ColumnView(name=name, type="BIGINT" if name == "n" else "VARCHAR") for name in names]
    all_of_it = len(given) if total is None else total
    return s.QueryRows(columns=columns, rows=list(given), start=start, more=more, total=all_of_it, seconds=0.2)


def saved(**fields):
    """A saved query of which the second version is published."""
    given = {
        "id": new_id(), "name": "busy", "title": "Busy carriers", "description": "", "owner_id": None,
        "current_version": 2, "published": 2, "created_at": now(), "updated_at": now(), "archived_at": None, "etag": 1,
        "number": 2, "sql": "SELECT 1", "parameters": [LEAST], "chart": Chart(kind="bar", x="carrier", y="n"),
        "tables": ["delays"], "stamp": "1", "at": now(), "as_of": None, "run_id": None, "late": False, "audience": [],
        "may_ask": True, "may_edit": True, "may_share": True, "may_export": True,
    }  # fmt: skip
    return s.ShownQuery(**(given | fields))


def version(number, parameters=(LEAST,), chart=None):
    """A version of it."""
    return s.QueryVersionDetail(
        query="busy", number=number, author="ada", message="more", created_at=now(), restores=None, tables=["delays"],
        published_at=None, publisher=None, allow_export=False,
        document=Document(title="Busy carriers", sql=f"SELECT {number}", parameters=list(parameters), chart=chart),
    )  # fmt: skip
