"""The pages of the trail say what their operations answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.factories.pages import ADA, Answers, opened, text, whole
from workbench.core.clock import now
from workbench.core.errors import Conflict
from workbench.core.ids import new_id
from workbench.core.operations import registry
from workbench.core.schemas import Page
from workbench.domains.audit import schemas as s
from workbench.domains.audit.view.activity import Activity
from workbench.domains.audit.view.audit import Audit
from workbench.ui.pages import PageSpec

registry.discover()  # as the process that draws pages does
HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'
AUDIT = PageSpec("audit", "Audit trail", "audit", "m:f", "audit:read", "Workspace")
ACTIVITY = PageSpec("activity", "My activity", "activity", "m:f", "activity:own", "Workspace")


def record(**fields):
    """A start of a run, within another."""
    given = {
        "sequence": 7, "at": now(), "workspace_id": new_id(), "user_id": new_id(), "principal": "eve",
        "on_behalf_of": "run:7", "operation": "runs.start", "target_type": "pipeline", "target_id": "42",
        "outcome": "done", "correlation_id": "c0ffee", "surface": "rest", "detail": {"parameters": HOSTILE},
        "hash": "0",
    }  # fmt: skip
    return s.AuditView(**(given | fields))


def test_a_record_names_both_and_is_never_markup():
    """Who did it, in whose name, what, to what, how it ended."""
    caller = Answers(audit_list=Page[s.AuditView](items=[record()]))
    page = opened(Audit, caller, pages=(AUDIT,), page=AUDIT)

    assert "eve in run 7 Start a pipeline with parameters" in text(page.list.object)
    assert "runs.start eve in run 7 · pipeline 42 pipeline 42 ● done rest" in text(page.list.object)
    assert "<script" not in whole(page)


def test_of_a_run_in_which_it_was_done_the_start_is_read():
    """The whole is there on hover, and its page is a press away for who may open it."""
    name = f"run:{new_id()}"
    caller = Answers(audit_list=Page[s.AuditView](items=[record(on_behalf_of=name)]))
    page = opened(Audit, caller, pages=(AUDIT,), page=AUDIT)

    assert f'<span title="{name[4:]}">{name[4:17]}</span>' in page.list.object
    assert name not in text(page.list.object)
    page = opened(Audit, caller, pages=(AUDIT, PageSpec("runs/{id}", "Run", "runs", "m:f", "runs:read")), page=AUDIT)
    assert f'href="/workbench/apps/default/runs/{name[4:]}"' in page.list.object


@pytest.mark.parametrize(
    ("target_type", "detail", "about"),
    [
        (None, {"request": {"id": "ivo@example.org"}}, "ivo@example.org"),
        (None, {"request": {"id": str(new_id())}}, "rest"),
        ("group", {"target": "makers", "request": {"user": "ivo@example.org"}}, "group makers"),
    ],
)
def test_what_it_was_done_to_has_a_name(target_type, detail, about):
    """The one that it had then, or that was asked for; an id tells nobody anything."""
    one = record(on_behalf_of=None, target_type=target_type, target_id=target_type and str(new_id()), detail=detail)
    page = opened(Audit, Answers(audit_list=Page[s.AuditView](items=[one])), pages=(AUDIT,), page=AUDIT)

    assert f"eve · {about} " in text(page.list.object)


@pytest.mark.parametrize(("view", "page"), [(Audit, AUDIT), (Activity, ACTIVITY)])
def test_a_span_of_time_narrows_the_list_and_its_file_down(view, page):
    """What is older is not asked for; a span that is none leaves nothing out."""
    records = Page[s.AuditView](items=[record()])
    caller = Answers(audit_list=records, activity_list=Page[s.ActivityView](items=[]))
    shown = opened(view, caller, pages=(page,), page=page, query={"since": "7d"})
    opened(view, caller, pages=(page,), page=page, query={"since": "8x"})

    (_, asked), (_, whatever) = caller.asked
    begun = datetime.fromisoformat(asked["since"])
    assert timedelta(days=7) <= now() - begun < timedelta(days=7, minutes=5)
    assert "since" not in whatever
    assert '<option value="7d" selected>Last 7 days</option>' in shown.controls.object
    assert (view is Audit) == (f"since={begun:%Y-%m-%d}T" in shown.list.object)


def test_what_is_no_operation_has_its_name():
    """Signing in is recorded, too, and nobody asks for it by the API."""
    caller = Answers(audit_list=Page[s.AuditView](items=[record(operation="sessions.signed_in")]))

    page = opened(Audit, caller, pages=(AUDIT,), page=AUDIT)
    assert "sessions.signed_in eve in run 7 · pipeline 42" in text(page.list.object)


def test_what_is_taken_along_is_what_is_shown():
    """The links to files carry the filters of the page, and so does what is asked."""
    caller = Answers(audit_list=Page[s.AuditView](items=[record(outcome="denied")]))
    query = {"outcome": "denied", "operation": "runs.*", "unknown": "x"}
    page = opened(Audit, caller, pages=(AUDIT,), page=AUDIT, query=query)

    asked = {"operation": "runs.*", "kind": "changes", "outcome": "denied"}
    assert caller.asked == [("audit.list", {"limit": 50, **asked})]
    address = (
        "/workbench/api/v1/w/default/audit/export?format=csv&amp;operation=runs.%2A&amp;kind=changes&amp;outcome=denied"
    )
    assert f'href="{address}"' in page.list.object


def test_who_may_verify_the_trail_does_so_here():
    """What came of it stands above the list, of one that is not whole the refusal; nobody else is offered it."""
    given = {"audit_list": Page[s.AuditView](items=[record()])}
    chain = s.ChainView(intact=True, records=1234, head="9:ab", compared_with=2)
    broken = Conflict("Record 7 was changed.", fix="Restore a backup.")
    well, ill = (
        opened(Audit, Answers(**given, audit_verify=answer), [("verify", [])], pages=(AUDIT,), page=AUDIT)
        for answer in (chain, broken)
    )
    keeper = replace(ADA, permissions={"audit:read": "W"})
    reader = opened(Audit, Answers(**given), pages=(AUDIT,), page=AUDIT, person=keeper)

    assert "● The trail is whole: 1,234 records, compared with 2 heads" in text(well.outcome.object)
    assert (text(ill.outcome.object), "Record 7 was changed." in text(ill.said.object)) == ("", True)
    assert ">Verify<" in well.list.object
    assert ">Verify<" not in reader.list.object


@pytest.mark.parametrize(("query", "kind"), [({}, "changes"), ({"kind": "reads"}, "reads"), ({"kind": "all"}, None)])
@pytest.mark.parametrize(
    ("view", "page", "operation"), [(Audit, AUDIT, "audit.list"), (Activity, ACTIVITY, "activity.list")]
)
def test_data_that_were_read_are_shown_to_who_asks_for_them(view, page, operation, query, kind):
    """Each look at a dashboard is a read: among them nobody would find what changed."""
    caller = Answers(**{operation.replace(".", "_"): Page[s.AuditView](items=[])})
    opened(view, caller, pages=(page,), page=page, query=query)

    assert [asked.get("kind") for _, asked in caller.asked] == [kind]


def test_a_record_leads_to_all_that_its_request_did():
    """Reads as well, which the list leaves out at first."""
    page = opened(Audit, Answers(audit_list=Page[s.AuditView](items=[record()])), pages=(AUDIT,), page=AUDIT)

    assert 'href="/workbench/apps/default/audit?kind=all&amp;correlation_id=c0ffee"' in page.list.object


@pytest.mark.parametrize(
    ("principal", "who"),
    [("user:eve@example.org", "eve@example.org"), ("user:eve@example.org/token:Xy1", "eve@example.org, by a token")],
)
def test_people_are_told_as_people_call_them(principal, who):
    """As in the list of a shell."""
    one = record(on_behalf_of=None, principal=principal)
    page = opened(Audit, Answers(audit_list=Page[s.AuditView](items=[one])), pages=(AUDIT,), page=AUDIT)

    assert f" {who} Start a pipeline" in text(page.list.object)


def test_nothing_found_says_so():
    """An empty trail under a filter is no blank page."""
    caller = Answers(audit_list=Page[s.AuditView](items=[]))

    assert "No record is like that" in text(opened(Audit, caller, pages=(AUDIT,), page=AUDIT).list.object)


def test_one_sees_what_one_did():
    """One's own actions with their outcome."""
    given = {name: getattr(record(outcome="failed"), name) for name in s.ActivityView.model_fields}
    caller = Answers(activity_list=Page[s.ActivityView](items=[s.ActivityView(**given)]))
    page = opened(Activity, caller, [("choose", [["outcome", "failed"]])], pages=(ACTIVITY,), page=ACTIVITY)

    assert "Start a pipeline with parameters runs.start pipeline 42 pipeline 42 ■ failed rest" in text(page.list.object)
    assert page.chosen["outcome"] == "failed"


def test_what_something_was_done_to_leads_to_its_page():
    """Of an id its end is read and the whole is there on hover; what has no page is named alone."""
    table = PageSpec("tables/{name}", "Table", "tables", "m:f", "tables:read", "Data")
    id_ = str(new_id())
    rows = [record(target_type="table", target_id=id_), record(target_type="setting", target_id="zone")]
    page = opened(Audit, Answers(audit_list=Page[s.AuditView](items=rows)), pages=(AUDIT, table), page=AUDIT)

    assert f'<a href="/workbench/apps/default/tables/{id_}">table</a>' in page.list.object
    assert f'<code class="muted" title="{id_}">{id_[:13]}</code>' in page.list.object
    assert "setting zone" in text(page.list.object)
