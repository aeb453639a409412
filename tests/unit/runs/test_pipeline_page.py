"""A pipeline's page runs it, tells its past and shows what it changed."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest

from tests.factories.pages import ADA, Answers, opened, text, whole
from tests.factories.runs import START, run_view
from workbench.core.errors import Invalid, NotFound, Unavailable
from workbench.core.ids import new_id
from workbench.core.permissions import PERMISSIONS, Level, Role, level
from workbench.core.schemas import Page
from workbench.domains.access.schemas import PreferencesView, ShareView
from workbench.domains.pipelines import schemas as p
from workbench.domains.runs import schemas as s
from workbench.domains.store.schemas import EdgeView, LineageView, NodeView
from workbench.ui.pages import PageSpec
from workbench.ui.visit import Person

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'
HERE = PageSpec("pipelines/{name}", "Pipeline", "pipelines", "m:f", "pipelines:read", "Work")
PAGES = (PageSpec("pipelines", "Pipelines", "pipelines", "m:f", "pipelines:read", "Work"), HERE)
VIEWER = Person("vic", ["viewer"], {"runs:read": "S", "pipelines:read": "S", "me:read": "O"}, ["default"])
ID = new_id()
SCHEMA = {"properties": {"month": {"type": "integer", "default": 1, "title": "Month"}}}


def version(**fields: Any) -> p.VersionDetail:
    """The third version."""
    given = {
        "pipeline": "daily", "number": 3, "digest": "0" * 64, "author": "ada", "message": "", "created_at": START,
        "kernel": "python3", "language": "python", "source": "", "restores": None, "reads": [], "writes": [],
        "published_at": None, "publisher": None, "parameters": SCHEMA, "servable": False,
    }  # fmt: skip
    return p.VersionDetail(**(given | fields))


def page(acts=(), name="daily", **answers):
    """The page of a pipeline, and what it asked."""
    from workbench.domains.runs.view.pipeline import PipelinePage

    fields = {key: answers.pop(key) for key in ("query", "person", "pages") if key in answers}
    view = p.PipelineDetail(
        **{f"may_{act}": answers.pop(f"may_{act}", True) for act in ("run", "restore", "publish", "archive", "share")},
        id=ID, name=name, title=answers.pop("title", "Daily"), description=answers.pop("description", ""),
        current_version=3, owner_id=None, created_at=START, updated_at=START,
        archived_at=answers.pop("archived_at", None), etag=1,
    )  # fmt: skip
    given = {
        "pipelines_show": view, "pipelines_show_version": version(), "runs_list": Page(items=[]),
        "pipelines_parameters": p.ParametersView(pipeline="daily", number=3, parameters=SCHEMA),
        "preferences_show": PreferencesView(values={}), "preferences_set": PreferencesView(values={}),
        "pipelines_archive": view,
    }  # fmt: skip
    caller = Answers(**(given | answers))
    return opened(PipelinePage, caller, acts, page=HERE, subject=name, **({"pages": PAGES} | fields)), caller.asked


def test_a_pipeline_of_a_template_shows_what_was_filled_in():
    """It leads back to the form with these values; of one that was changed by hand only to another like it."""
    used = p.TemplateUse(name="report", title="Report", values={"group_by": ["a", "b"], "x": ""}, changed=False)
    pages = (*PAGES, PageSpec("templates/{name}", "Template", "templates", "m:f", "pipelines:design", "Work"))
    fresh, _ = page(pipelines_show_version=version(template=used), pages=pages)
    changed, _ = page(pipelines_show_version=version(template=used.model_copy(update={"changed": True})), pages=pages)

    assert "Made of the template Report Edit Make another like it Group by a, b X –" in text(fresh.side.object)
    assert "templates/report?edit=" in fresh.side.object
    assert "?edit=" not in changed.side.object
    assert "Its notebook was changed since" in changed.side.object


def test_the_form_is_of_the_version_that_runs_for_the_person():
    """To who edits no notebooks that is the last published one, whatever somebody works on."""
    handed = p.ParametersView(pipeline="daily", number=2, parameters=SCHEMA)
    shown, asked = page(
        pipelines_parameters=handed, pipelines_show_version=lambda **wanted: version(number=wanted["number"])
    )

    assert ("pipelines.show_version", {"id": "daily", "number": 2}) in asked
    assert "runs version 2" in text(shown.form.object)
    assert "Published version v2 by ada" in text(shown.side.object)


def test_run_sends_the_form_and_goes_to_the_run():
    """What was filled in goes as text, the values are remembered for the next time, and the run's page opens."""
    run = run_view(parameters={"month": 4})
    shown, asked = page([("run", [["month", "4"]])], runs_start=run)

    assert ("runs.start", {"id": "daily", "texts": {"month": "4"}}) in asked
    assert ("preferences.set", {"name": f"values.{ID}", "value": {"month": 4}}) in asked
    assert shown.presence.goes == f"/workbench/apps/default/runs/{run.id}"


def test_a_value_that_cannot_be_used_is_told_at_its_field():
    """The form keeps what was typed, and no run is made."""
    refusal = Invalid("No.", errors=[{"pointer": "/parameters/month", "message": "must be a whole number"}])
    shown, _ = page([("run", [["month", "x"]])], runs_start=refusal)

    assert "must be a whole number" in text(shown.form.object)
    assert 'value="x"' in shown.form.object
    assert shown.presence.goes == ""


def test_any_other_refusal_is_told_on_the_page():
    """Such as that a table may not be written."""
    shown, _ = page([("run", [["month", "4"]])], runs_start=Invalid("The kernel is gone.", fix="Install it."))

    assert "The kernel is gone. Install it." in text(shown.said.object)


@pytest.mark.parametrize(
    ("error", "person", "ways"),
    [
        (NotFound("No."), VIEWER, ["Ask its owner for access", "Pipelines", "Home"]),
        (NotFound("No."), ADA, ["Pipelines", "Home"]),
        (Unavailable("No."), VIEWER, ["Try again", "Pipelines", "Home"]),
    ],
    ids=["refused", "not there", "for now"],
)
def test_a_page_that_is_refused_says_whom_to_ask(error, person, ways):
    """To try again would change nothing, and who sees all pipelines has nobody to ask; what may pass is tried again."""
    live = PageSpec("live/{name}", "Live page", "pipelines", "m:f", "runs:read", "Work", above="pipelines")
    shown, _ = page(pipelines_show=error, pages=(*PAGES, live), person=person)

    assert re.findall(r"<li><a[^>]*>(.*?)</a>", shown.trouble.object) == ways


def test_the_form_begins_with_the_last_values():
    """As in the sidebar, which keeps them in the same place."""
    shown, _ = page(preferences_show=PreferencesView(values={f"values.{ID}": {"month": 7}}))

    assert 'value="7"' in shown.form.object


def test_a_parameter_that_names_something_offers_what_there_is():
    """Tables are a list, and the columns of the chosen one are there to tick; choosing runs nothing."""
    schema = {"properties": {
        "table": {"type": "string", "x-names": "table"},
        "keys": {"type": "array", "items": {"type": "string", "x-names": "column"}},
    }}  # fmt: skip
    orders = SimpleNamespace(name="orders", columns=[SimpleNamespace(name="id", type="BIGINT")])
    given = {"pipelines_show_version": version(parameters=schema), "tables_list": SimpleNamespace(items=[orders])}
    shown, asked = page([("choose-source", [["table", "orders"], ["keys", ""]])], **given)

    assert '<option value="orders" selected>orders</option>' in shown.form.object
    assert 'type="checkbox" name="keys" value="id"' in shown.form.object
    assert "runs.start" not in dict(asked)


def test_who_may_not_run_it_has_no_connector_asked():
    """What a form would offer is of no use to her."""
    schema = {"properties": {
        "source": {"type": "string", "default": "shop", "x-names": "connector"},
        "stream": {"type": "string", "x-names": "stream"},
    }}  # fmt: skip
    given = {
        "pipelines_show_version": version(parameters=schema), "connectors_list": SimpleNamespace(items=[]),
        "connectors_introspect": SimpleNamespace(items=[]),
        "preferences_show": PreferencesView(values={f"values.{ID}": {"source": "shop"}}),
    }  # fmt: skip
    assert ("connectors.introspect", {"id": "shop"}) in page(**given)[1]
    assert "connectors.introspect" not in dict(page(may_run=False, **given)[1])


@pytest.mark.parametrize(
    ("role", "fields", "told"),
    [("executor", {}, True), ("executor", {"published_at": START}, False), ("designer", {}, False)],
)
def test_who_reads_no_connector_is_told_that_a_draft_lends_no_rights(role, fields, told):
    """Else its run fails where it reads, and she learns a permission's name in the place of whom to ask."""
    reach = {name: at for name in PERMISSIONS if (at := level(name, [Role(role)])) is not Level.NONE}
    somebody = Person("xavi", [role], reach, ["default"])
    found = version(author="user:desi@example.org", **fields)
    shown, _ = page(person=somebody, pipelines_show_version=found)

    said = "it may do no more than you may yourself. desi@example.org can publish it."
    assert (said in text(shown.form.object)) == told


def test_who_may_not_run_it_sees_no_form():
    """A Viewer reads how it has been running, and nothing to press."""
    shown, _ = page(may_run=False, may_archive=False, person=VIEWER, runs_list=Page(items=[run_view()]))

    assert shown.form.object == ""
    assert "Archive" not in whole(shown)
    assert "● succeeded" in text(shown.below.object)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Fill in its parameters and press Run."),
        ({"pipelines_show_version": version(parameters={})}, "Press Run."),
        ({"may_run": False}, "Somebody who may run it has to do so."),
    ],
    ids=["with parameters", "without", "shared for viewing"],
)
def test_what_never_ran_says_how_it_would(fields, said):
    """What the pipeline allows decides, not the role: Ada may run, but not each of them."""
    shown, _ = page(**fields)

    assert text(shown.below.object) == f"Runs It never ran {said}"
    assert bool(shown.form.object) is fields.get("may_run", True)


def test_runs_are_told_apart_by_what_they_were_given():
    """The latest runs of a pipeline, each with its values."""
    shown, _ = page(runs_list=Page(items=[run_view(parameters={"month": 3})]))

    assert "● succeeded month=3" in text(whole(shown))


def test_an_archived_pipeline_says_so_and_can_be_brought_back():
    """It is not run while it is archived."""
    shown, _ = page(archived_at=START)

    assert "◇ archived Bring back" in text(shown.head.object)
    assert shown.form.object == ""


def test_lineage_leads_through_the_pipeline():
    """What its run made came through it; what others made did not."""
    run = run_view(tables_written=[s.TableUse(name="daily", version=1)])
    raw, made, after = (NodeView(kind="table", name=name) for name in ("raw", "daily", "report"))
    edge = {"source_version": 1, "target_version": 1, "author": "ada", "times": 1}
    found = LineageView(
        name="daily", written_by=None,
        upstream=[EdgeView(source=raw, target=made, run_id=run.id, **edge)],
        downstream=[EdgeView(source=made, target=after, run_id=new_id(), **edge)],
    )  # fmt: skip
    shown, _ = page(query={"tab": "lineage"}, runs_list=Page(items=[run]), tables_lineage=found)

    for line in ("raw → daily", "daily → daily", "daily → report"):
        assert line in text(shown.below.object)
    assert shown.below.object.count("→") == 3


def test_versions_show_what_changed():
    """The chosen one is compared with that before it; who may not read notebooks is not offered it."""
    lines = [p.LineDiff(change="removed", text="a = 1"), p.LineDiff(change="added", text=HOSTILE)]
    changed = p.CellDiff(change="changed", cell_type="code", lines=lines, before=4, number=3)
    kept = p.CellDiff(change="kept", cell_type="code", lines=[])
    diff = p.DiffView(pipeline="daily", before=2, number=3, cells=[changed, kept])
    versions = Page(items=[version(message=HOSTILE)])
    shown, asked = page(query={"tab": "versions", "compare": "3"}, pipelines_versions=versions, pipelines_diff=diff)

    assert ("pipelines.diff", {"id": "daily", "number": 3}) in asked
    assert "From version 2 to 3 1 cell as before Cell 3: changed − a = 1" in text(shown.below.object)
    viewed, asked = page(query={"tab": "versions", "compare": "3"}, pipelines_versions=versions, person=VIEWER)
    assert "Changes" not in text(viewed.below.object)
    assert "pipelines.diff" not in [name for name, _ in asked]


def test_a_version_is_published_with_what_a_run_of_it_did():
    """Its form is filled in by the notebook, else by the newest run of that version that succeeded; both can change."""
    run = run_view(status="succeeded", pipeline_version=3)
    recorded = s.Proposal(
        pipeline="daily", number=3, run_id=run.id, reads=["crm.customers", "orders"], writes=["daily"],
        publishable=False, missing=["reading crm.customers"],
    )  # fmt: skip
    answers = {
        "pipelines_versions": Page(items=[version()]), "runs_list": Page(items=[run]), "pipelines_propose": recorded,
        "pipelines_publish": version(),
    }  # fmt: skip
    shown, _ = page(query={"tab": "versions", "publish": "3"}, **answers)
    assert "crm.customers orders" in text(shown.below.object)
    assert "You may not do all of it: reading crm.customers." in text(shown.below.object)
    assert 'name="publish" data-value="3"' in shown.below.object

    filled = [["version", "3"], ["reads", "orders\n\n crm.* "], ["writes", ""]]
    done, asked = page([("publish", filled)], query={"tab": "versions", "publish": "3"}, **answers)
    assert ("pipelines.publish", {"id": "daily", "version": 3, "reads": ["orders", "crm.*"], "writes": []}) in asked
    assert done.chosen["publish"] == ""

    seen, asked = page(query={"tab": "versions", "publish": "3"}, may_publish=False, **answers)
    assert "pipelines.propose" not in dict(asked)
    assert 'data-act="publish"' not in seen.below.object
    assert 'name="publish"' not in seen.below.object


@pytest.mark.parametrize(
    ("fields", "offered"),
    [({}, True), ({"archived_at": START}, True), ({"may_publish": False}, False)],
    ids=["publisher", "archived", "reader"],
)
def test_what_was_published_is_withdrawn(fields, offered):
    """By who may publish it, also once the pipeline is put away; what was never published has nothing to withdraw."""
    listed = Page(items=[version(published_at=START, publisher="ada"), version(number=2)])
    shown, asked = page(
        [("withdraw", [["version", "3"]])], query={"tab": "versions"}, pipelines_versions=listed,
        pipelines_withdraw=version(), **fields,
    )  # fmt: skip

    assert ("pipelines.withdraw", {"id": "daily", "version": 3}) in asked
    assert shown.below.object.count('data-act="withdraw"') == offered


def test_an_earlier_version_is_brought_back():
    """It is offered at versions that are not the current one, to who may do it."""
    versions = Page(items=[version(number=3), version(number=2)])
    shown, asked = page(
        [("restore", [["version", "2"]])], query={"tab": "versions"}, pipelines_versions=versions,
        pipelines_restore=version(number=4),
    )  # fmt: skip

    assert ("pipelines.restore", {"id": "daily", "version": 2}) in asked
    assert shown.below.object.count("Restore") == 1
    anothers, _ = page(query={"tab": "versions"}, pipelines_versions=versions, may_restore=False)
    assert "Restore" not in anothers.below.object


@pytest.mark.parametrize(("tab", "place"), [("versions", "older"), ("shares", "cursor")])
def test_long_lists_have_further_pages(tab, place):
    """The page says so, and goes on where the one before ended."""
    given = {"pipelines_versions": Page(items=[version()], next="far"), "shares_list": Page(items=[], next="far")}
    shown, asked = page([("choose", [[place, "far"]])], query={"tab": tab}, **given)

    assert "Next page" in text(shown.below.object)
    listed = {"versions": "pipelines.versions", "shares": "shares.list"}[tab]
    assert [fields["cursor"] for name, fields in asked if name == listed] == [None, "far"]


def test_what_is_anothers_is_neither_archived_nor_shared():
    """A Designer holds that for her own alone, and is offered no button that would only be refused."""
    shown, asked = page(may_archive=False, may_share=False, query={"tab": "shares"})

    assert "Archive" not in whole(shown)
    assert "Shares" not in text(shown.tabs.object)
    assert "shares.list" not in dict(asked)


def share_with(**audience):
    """A share with somebody, of the right to run the pipeline."""
    given = {"user_id": None, "role": None, "group_id": None} | audience
    return ShareView(
        id=new_id(), object_type="pipeline", object_id=new_id(), right="run", granted_by=HOSTILE, created_at=START,
        **given,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "whom"), [("user", {"user": "vera"}), ("group", {"group": "vera"}), ("viewer", {"role": "viewer"})]
)
def test_a_pipeline_is_shared_and_taken_back(kind, whom):
    """With a person, a group or everybody of a role, through the operations; the list names them."""
    share = share_with(audience=HOSTILE)
    shown, asked = page(
        [("grant", [["kind", kind], ["name", "vera"], ["right", "run"]]), ("revoke", [["id", str(share.id)]])],
        query={"tab": "shares"}, shares_list=Page(items=[share]), shares_grant=share, shares_revoke=None,
    )  # fmt: skip

    granted = {"object_type": "pipeline", "object": "daily", "right": "run", **whom}
    assert ("shares.grant", granted) in asked
    assert ("shares.revoke", {"id": str(share.id)}) in asked
    assert f"{HOSTILE} run" in text(shown.below.object)


@pytest.mark.parametrize("tab", ["run", "lineage", "versions", "shares"])
def test_nothing_that_people_wrote_is_markup(tab):
    """Names, titles, descriptions, authors, messages and tables are text."""
    run = run_view(title=HOSTILE, submitted_by=HOSTILE, tables_written=[s.TableUse(name=HOSTILE, version=1)])
    hostile = version(author=HOSTILE, message=HOSTILE, language=HOSTILE, kernel=HOSTILE)
    shown, _ = page(
        name=HOSTILE, title=HOSTILE, description=HOSTILE, query={"tab": tab}, pipelines_show_version=hostile,
        runs_list=Page(items=[run]), pipelines_versions=Page(items=[hostile]), shares_list=Page(items=[]),
        tables_lineage=LineageView(name=HOSTILE, written_by=None, upstream=[], downstream=[]),
    )  # fmt: skip

    assert "&lt;script&gt;" in whole(shown)
    assert "<script" not in whole(shown)
    assert "<img" not in whole(shown)
