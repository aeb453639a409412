"""An app may read what its version declares, as far as both its publisher and its viewer may, on both databases."""

from __future__ import annotations

import pytest

from tests.factories import team
from tests.factories.notebooks import plain
from tests.factories.store import write
from workbench.core.errors import Conflict, NotFound, NotPermitted
from workbench.core.permissions import Role
from workbench.domains.apps.service import AppCaller

SERVING = "import panel as pn\npn.Column('delays').servable()"


@pytest.fixture
def app(workbench, caller):
    """A published app that declares two tables, and one that is not there."""
    for name in ("delays", "people", "other"):
        write(caller, name, {"day": [1]}, mode="replace")
    publisher, as_publisher = team.someone(workbench, "dev@example.org", Role.DEVELOPER)
    as_publisher.call("pipelines.register", name="app", notebook=plain("1", SERVING))
    as_publisher.call("pipelines.publish", id="app", reads=["delays", "people", "later"], writes=[])
    return publisher


@pytest.fixture
def viewer(workbench, caller, app):
    """A Viewer to whom the app and one of its tables were shared, and a table that it does not declare."""
    _, as_viewer = team.someone(workbench, "eve@example.org", Role.VIEWER)
    for kind, name in (("pipeline", "app"), ("table", "delays"), ("table", "other")):
        caller.call("shares.grant", object_type=kind, object=name, user="eve@example.org", right="view")
    return as_viewer


def reads(caller):
    """What the app may read for somebody, and how much of what it declares it may not."""
    shown = caller.call("apps.show", id="app")
    return [table.name for table in shown.reads], shown.withheld


def acting(workbench, caller):
    """The caller of the app's process."""
    return AppCaller(workbench, caller.identify, caller.call("apps.show", id="app").version_id)


@pytest.mark.usefixtures("any_database")
def test_an_app_reads_what_both_may(workbench, caller, viewer, app):
    """For an Admin both tables, for a Viewer that which was shared; for nobody what its publisher may not read now."""
    assert reads(caller) == (["delays", "people"], 0)
    assert reads(viewer) == (["delays"], 1)
    process = acting(workbench, viewer)
    assert process.stream("tables.read", name="delays").read_all().num_rows == 1
    for name in ("people", "other"):
        with pytest.raises(NotPermitted, match=f"may not read '{name}'"):
            process.stream("tables.read", name=name)

    team.set_roles(workbench, app)

    assert reads(viewer) == ([], 2)
    with pytest.raises(NotPermitted, match="may not read 'delays'"):
        process.stream("tables.read", name="delays")


@pytest.mark.usefixtures("any_database")
def test_the_process_of_an_app_asks_for_nothing_but_reads(workbench, caller, app):
    """Whoever looks, an Admin too, lends it no other verb."""
    process = acting(workbench, caller)
    for name in ("tables.stage", "queries.run", "connectors.read_data", "runs.start", "me.show", "apps.show"):
        with pytest.raises(NotPermitted, match="may not ask"):
            process.call(name)


def test_what_is_not_published_is_for_those_who_edit_notebooks(caller, workbench):
    """An unpublished version is tried by Developers; a Viewer hears whom to ask, and of what was not shared nothing."""
    caller.call("pipelines.register", name="app", notebook=plain(SERVING))
    assert (caller.call("apps.show", id="app").published, caller.call("apps.show", id="app").servable) == (False, True)
    _, viewer = team.someone(workbench, "eve@example.org", Role.VIEWER)
    with pytest.raises(NotFound):
        viewer.call("apps.show", id="app")
    caller.call("shares.grant", object_type="pipeline", object="app", user="eve@example.org", right="view")
    with pytest.raises(Conflict, match="No version of 'app' is published"):
        viewer.call("apps.show", id="app")


@pytest.mark.parametrize(
    ("cell", "servable"),
    [
        (SERVING, True), ("%matplotlib inline\nplot.servable(title='x')", True), ("# plot.servable()", False),
        ("servable()", False), ("'.servable()'", False), ("%time\n# plot.servable()", False),
    ],
)  # fmt: skip
def test_whether_a_notebook_serves_anything_is_told_from_its_text(caller, cell, servable):
    """A call counts, with or without magics beside it; what only looks like one does not."""
    caller.call("pipelines.register", name="app", notebook=plain(cell))

    assert caller.call("pipelines.show_version", id="app", number=1).servable is servable
