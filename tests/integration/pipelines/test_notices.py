"""Readers of an app or a live page reach the owner of its pipeline."""

from __future__ import annotations

import pytest

from tests.factories import team
from tests.factories.notebooks import plain
from tests.factories.store import write
from workbench.core import events
from workbench.core.clock import now
from workbench.core.errors import NotFound
from workbench.core.permissions import Role
from workbench.domains.access.models import User
from workbench.domains.access.service.links import outbox


@pytest.fixture
def mails(workbench, monkeypatch):
    """The mails that would have been sent."""
    found = []
    monkeypatch.setattr(outbox(workbench), "post", lambda _, mail: found.append(mail))
    return found


def proven(workbench, user_id):
    """Have somebody's address be hers."""
    with workbench.unit_of_work() as db:
        db.get_one(User, user_id).email_verified_at = now()


def test_the_owner_hears_of_wishes_with_what_grants_them_and_of_problems(workbench, caller, mails):
    """A mail names the commands that share the pipeline and an app's tables; asked again it is sent no second time."""
    write(caller, "delays", {"day": [1]}, mode="replace")
    owner, olga = team.someone(workbench, "olga@example.org", Role.DEVELOPER)
    proven(workbench, owner)
    olga.call("pipelines.register", name="daily", title="Daily\u2028delays", notebook=plain("x.servable()"))
    olga.call("pipelines.publish", id="daily", reads=["delays"])
    _, vera = team.someone(workbench, "vera@example.org", Role.VIEWER)

    answers = [vera.call("pipelines.request_access", id="daily", page="app", message="please") for _ in range(2)]
    answers.append(vera.call("pipelines.request_access", id="nothing", page="app", message="please"))
    with pytest.raises(NotFound):
        vera.call("pipelines.report_problem", id="daily", text="upside down")
    olga.call("shares.grant", object_type="pipeline", object="daily", user="vera@example.org", right="view")
    vera.call("pipelines.report_problem", id="daily", text="upside down")

    assert {answer.detail for answer in answers} == {"If there is such a page, its owner was asked."}
    assert [(mail.to, mail.subject) for mail in mails] == [
        ("olga@example.org", "vera@example.org asks to see the app “Daily delays”."),
        ("olga@example.org", "vera@example.org reports a problem with the live page “Daily delays”."),
    ]
    for thing in ("pipeline daily", "table delays"):
        assert f"workbench shares grant {thing} --right view --user vera@example.org" in mails[0].text
    assert ("app/daily" in mails[0].text, "live/daily" in mails[1].text, "upside down" in mails[1].text) == (True,) * 3
    with workbench.read() as db:
        told = [event.name for event in events.since(db, 0) if event.data.get("by") == "vera@example.org"]
    assert told == ["pipeline.access_requested", "pipeline.problem_reported"]
