"""What tells an operator how the server is."""

from __future__ import annotations

import httpx
from openapi_spec_validator import validate

from jupyter_ext import health


def test_anybody_may_ask_whether_the_server_lives_and_can_work(server):
    """Livez and readyz answer 200 without a sign-in and say nothing but that."""
    for route in ("livez", "readyz"):
        answer = httpx.get(f"{server.base}workbench/{route}")
        assert (answer.status_code, answer.text) == (200, "ok\n")


def test_readyz_tells_those_who_are_signed_in_what_was_looked_at(server, api):
    """The verbose answer has the doctor's findings, each with a level, and the name clash among them."""
    findings = api.get(f"{server.base}workbench/readyz?verbose").json()["findings"]

    assert {finding["level"] for finding in findings} <= {"ok", "info", "warning", "error"}
    assert {"versions", "name clash", "home", "disk", "database", "kernels"} <= {f["name"] for f in findings}


def test_metrics_count_operations(server, api, name):
    """An operation that was carried out is counted by name and outcome, and its duration measured."""
    api.get(f"/w/default/things/{name}")
    text = api.get(f"{server.base}workbench/metrics").text

    assert 'workbench_operations_total{operation="things.show",outcome="failed"}' in text
    assert 'workbench_operation_duration_seconds_bucket{le="0.1",operation="things.show"}' in text
    assert "workbench_event_clients" in text


def test_metrics_count_the_runs_that_have_not_ended(workbench, workspace):
    """At every scrape each status of a run that goes on has its number, 0 among them; those that ended have none."""
    from workbench.domains.runs.models import Run  # after the toys, whose tables are some of the product's only

    def gauges():
        lines = health.measure(workbench, lambda *_: None).decode().splitlines()
        return [line for line in lines if line.startswith("workbench_runs{")]

    def add(status):
        given = {
            "title": "t", "submitted_by": "x", "rights_of": "x", "rights": {}, "parameters": {}, "options": {},
            "correlation_id": "0" * 32,
        }  # fmt: skip
        with workbench.unit_of_work() as db:
            run = Run(workspace_id=workspace.id, status=status, **given)
            db.add(run)
            db.flush()
            return run.id

    queued = [add("queued"), add("queued")]
    add("succeeded")
    before = gauges()
    with workbench.unit_of_work() as db:
        db.get_one(Run, queued[0]).status = "running"

    assert before == [
        'workbench_runs{status="queued"} 2.0',
        'workbench_runs{status="starting"} 0.0',
        'workbench_runs{status="running"} 0.0',
        'workbench_runs{status="committing"} 0.0',
    ]
    assert gauges() == [before[0].replace("2", "1"), before[1], before[2].replace("0.0", "1.0"), before[3]]


def test_the_api_describes_itself(api):
    """openapi.json is a valid OpenAPI 3.1 document of exactly what is served, with an ETag."""
    answer = api.get("/openapi.json")
    document = answer.json()

    validate(document)
    assert document["paths"]["/w/{workspace}/things/{id}"].keys() == {"get", "patch", "delete"}
    assert api.get("/openapi.json", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_what_is_beside_the_api_is_a_problem_too(server, api):
    """An older or newer prefix is answered in our terms."""
    answer = api.get(f"{server.base}workbench/api/v2/things")

    assert (answer.status_code, answer.json()["status"]) == (404, 404)
