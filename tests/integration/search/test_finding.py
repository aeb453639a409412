"""What is searched for is found by its name, the best first, and only by who may see it."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pyarrow as pa
import pytest

from tests.factories.people import caller_of, principal
from tests.factories.store import write
from workbench.core.clock import now
from workbench.core.errors import Invalid
from workbench.core.ids import new_id
from workbench.core.permissions import Role
from workbench.domains.access.models import Member, User, Workspace
from workbench.domains.connectors.models import Connector
from workbench.domains.dashboards.models import Dashboard
from workbench.domains.mappings.models import Mapping
from workbench.domains.pipelines.models import Pipeline
from workbench.domains.queries.models import Query
from workbench.domains.runs.models import Run
from workbench.domains.search.schemas import Kind


def things(workspace_id: Any, name: str) -> list[Any]:
    """A thing of most kinds in a workspace, each called so."""
    run = {"submitted_by": "os:1", "rights_of": "os:1", "rights": {}, "parameters": {}, "options": {}}
    return [
        Pipeline(workspace_id=workspace_id, name=name, updated_at=now()),
        Dashboard(workspace_id=workspace_id, name=name, title=name, current=1, published=1, updated_at=now()),
        Connector(workspace_id=workspace_id, name=name, type="sqlite", config={}),
        Mapping(workspace_id=workspace_id, name=name, title=name, updated_at=now()),
        Query(workspace_id=workspace_id, name=name, title=name, current=1, published=1, updated_at=now()),
        Run(workspace_id=workspace_id, title=name, status="succeeded", correlation_id="0" * 32, **run),
    ]


@pytest.fixture
def add(workbench) -> Any:
    """Keeps rows."""

    def kept(*rows: Any) -> None:
        with workbench.unit_of_work() as db:
            for row in rows:
                db.add(row)
                db.flush()

    return kept


def found(caller: Any, q: str, by: str = "title", **fields: Any) -> dict[str, list[str]]:
    """What is found, by kind."""
    hits = caller.call("search.find", q=q, **fields).items
    return {kind: [getattr(hit, by) for hit in same] for kind, same in groupby(hits, lambda hit: hit.kind)}


def test_things_of_all_kinds_are_found_with_the_page_about_each(any_database, caller, workspace, add):
    """One word finds a pipeline, a table and its column, a dashboard, a connector, a run, a template and a member."""
    user = User(name="quality@example.org", folded="quality@example.org", display_name="Quality Queen")
    add(*things(workspace.id, "quality"), user)
    add(Member(workspace_id=workspace.id, user_id=user.id, role="viewer"), Member(
        workspace_id=workspace.id, user_id=user.id, role="executor"
    ))  # fmt: skip
    write(caller, "quality_checks", pa.table({"quality": [1]}))

    pages = found(caller, "QUALITY", "page")

    run = caller.call("runs.list").items[0].id
    assert pages == {
        Kind.PIPELINES: ["pipelines/quality"], Kind.TABLES: ["tables/quality_checks"], Kind.DASHBOARDS: ["d/quality"],
        Kind.CONNECTORS: ["connectors/quality"], Kind.MAPPINGS: ["mappings/quality"], Kind.QUERIES: ["queries/quality"],
        Kind.COLUMNS: ["tables/quality_checks"], Kind.RUNS: [f"runs/{run}"],
        Kind.TEMPLATES: ["templates/quality_report"], Kind.MEMBERS: ["members?q=quality%40example.org"],
    }  # fmt: skip


def test_the_best_stand_first(any_database, caller, workspace, add):
    """The very name, then how names begin, then words in them, then anywhere; of equals the shorter."""
    names = ("misordered", "sales_orders", "orders_daily", "orders", "other")
    add(*(Pipeline(workspace_id=workspace.id, name=name, updated_at=now()) for name in names))
    add(Pipeline(workspace_id=workspace.id, name="x", description="what makes orders", updated_at=now()))

    hits = caller.call("search.find", q="orders", kind="pipelines").items

    assert [(hit.title, hit.rank) for hit in hits] == [
        ("orders", 4), ("orders_daily", 3), ("sales_orders", 2), ("x", 1)
    ]  # fmt: skip
    assert found(caller, "order", limit=2) == {Kind.PIPELINES: ["orders", "orders_daily"]}
    assert caller.call("search.find", q="order", limit=2).more == [Kind.PIPELINES]
    assert found(caller, "makes order") == {Kind.PIPELINES: ["x"]}
    assert [hit.title for hit in caller.call("search.suggest", q="orders", limit=2).items] == ["orders", "orders_daily"]


def test_characters_that_mean_something_in_patterns_mean_themselves(any_database, caller, workspace, add):
    """A per cent sign finds no more than names that have one."""
    add(Pipeline(workspace_id=workspace.id, name="a_b", updated_at=now()))
    add(Pipeline(workspace_id=workspace.id, name="axb", title="100 % sure", updated_at=now()))

    assert found(caller, "a_b", kind="pipelines") == {Kind.PIPELINES: ["a_b"]}
    assert found(caller, "%", kind="pipelines") == {Kind.PIPELINES: ["100 % sure"]}
    assert found(caller, "\\", kind="pipelines") == {}
    with pytest.raises(Invalid):
        caller.call("search.find", q="  ")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EXECUTOR])
def test_nothing_is_found_that_one_may_not_see(any_database, workbench, caller, workspace, add, role):
    """No name of another workspace, none that is archived, and none that was not shared with a Viewer."""
    beyond = Workspace(id=new_id(), name="beyond", title="Beyond")
    archived = Pipeline(workspace_id=workspace.id, name="quasar_old", updated_at=now(), archived_at=now())
    add(beyond, *things(beyond.id, "quasar_plans"), *things(workspace.id, "quasar_here"), archived)
    write(caller, "quasar_table", pa.table({"quasar_column": [1]}))
    who = caller_of(workbench, principal(workspace.id, role))

    seen = found(who, "quasar")

    here = ["quasar_here"]
    everything = {
        Kind.PIPELINES: here, Kind.TABLES: ["quasar_table"], Kind.DASHBOARDS: here, Kind.CONNECTORS: here,
        Kind.MAPPINGS: here, Kind.QUERIES: here,
        Kind.COLUMNS: ["quasar_column"], Kind.RUNS: here,
    }  # fmt: skip
    assert seen == ({} if role is Role.VIEWER else everything)
    assert bool(who.call("search.suggest", q="quasar").items) == (role is not Role.VIEWER)
    pages = [hit.page for hit in who.call("search.find", q="quasar_here", kind="connectors").items]
    assert pages == ([] if role is Role.VIEWER else ["connectors?q=quasar_here"])


def test_documents_are_found_by_title_and_heading(workbench, workspace):
    """Everybody finds what is written, a Viewer too: a title before a part that fits alike, each with its address."""
    who = caller_of(workbench, principal(workspace.id, Role.VIEWER))

    hits = who.call("search.find", q="rotate keys").items

    assert [(hit.kind, hit.page) for hit in hits][:1] == [(Kind.DOCS, "docs/how-to.rotate-keys")]
    parts = [hit.page for hit in who.call("search.find", q="postgresql", kind="docs").items]
    assert parts[:2] == ["docs/how-to.connect#postgresql", "docs/adr.0008-row-level-security"]


def test_a_token_finds_only_what_its_scopes_let_it_see(workbench, caller, workspace, add):
    """One that may search and list pipelines finds pipelines."""
    add(*things(workspace.id, "orders"))
    scopes = frozenset({"search:use", "pipelines:read"})
    narrow = caller_of(workbench, principal(workspace.id, Role.ADMIN, scopes=scopes))

    assert found(narrow, "orders") == {Kind.PIPELINES: ["orders"]}
