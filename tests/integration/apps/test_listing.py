"""Apps are listed to those who may open them: the version that would be shown counts, on both databases."""

from __future__ import annotations

import pytest
from alembic import command

from tests.factories import team
from tests.factories.notebooks import plain
from workbench import migrations
from workbench.core.permissions import Role
from workbench.domains.search.schemas import Kind

MAGIC = "%time\npn.Column('delays').servable()"
SERVING = "import panel as pn\npn.Column('delays').servable()"


def listed(caller, **asked):
    """The names and versions of the apps that somebody may open."""
    return [(one.name, one.number) for one in caller.call("apps.list", **asked).items]


def register(caller, name, cell=SERVING, *, publish=True):
    """A new version of a pipeline."""
    caller.call("pipelines.register", name=name, notebook=plain(cell), title=name)
    if publish:
        caller.call("pipelines.publish", id=name)


@pytest.mark.usefixtures("any_database")
def test_apps_of_before_they_were_listed_are_found_when_a_home_is_brought_on(workbench, caller, home):
    """By their text, with magics or without; what only mentions the word is none."""
    for name, cell in (("app", SERVING), ("magic", MAGIC), ("told", "text = '.servable()'"), ("plain", "1")):
        register(caller, name, cell)
    with migrations._ALEMBIC:
        command.downgrade(migrations.configuration(workbench.database), "0016")
    assert migrations.upgrade(workbench.database, home)

    assert listed(caller) == [("app", 1), ("magic", 1)]


@pytest.mark.usefixtures("any_database")
def test_each_sees_the_apps_that_she_would_open(workbench, caller):
    """Who edits notebooks sees what is current; others what is published, and a Viewer of that what was shared."""
    register(caller, "draft", publish=False)
    register(caller, "plain", cell="1")
    register(caller, "shared")
    register(caller, "shared", cell=f"{SERVING}\n1", publish=False)
    register(caller, "closed")
    register(caller, "stopped")
    register(caller, "stopped", cell="1")
    register(caller, "away")
    caller.call("pipelines.archive", id="away")
    _, executor = team.someone(workbench, "ed@example.org", Role.EXECUTOR)
    _, viewer = team.someone(workbench, "eve@example.org", Role.VIEWER)
    for name in ("draft", "shared", "plain", "stopped"):
        caller.call("shares.grant", object_type="pipeline", object=name, role="viewer", right="view")

    assert listed(caller) == [("closed", 1), ("draft", 1), ("shared", 2)]
    assert listed(executor) == [("closed", 1), ("shared", 1)]
    assert listed(viewer) == [("shared", 1)]
    for one in (caller, executor, viewer):  # the list promises what the page keeps
        for name, number in listed(one):
            assert (one.call("apps.show", id=name).number, one.call("apps.show", id=name).servable) == (number, True)
    found = [[hit.page for hit in one.call("search.find", q="s", kind=Kind.APPS).items] for one in (caller, viewer)]
    assert found == [["app/shared", "app/closed"], ["app/shared"]]


@pytest.mark.usefixtures("any_database")
def test_the_list_is_searched_sorted_and_read_page_by_page(caller):
    """A page begins where the one before ended; a text finds names and titles."""
    for name in ("one", "two", "three"):
        register(caller, name, publish=False)

    first = caller.call("apps.list", limit=2, sort="-name")
    second = caller.call("apps.list", limit=2, sort="-name", cursor=first.next)

    assert [one.name for one in (*first.items, *second.items)] == ["two", "three", "one"]
    assert (second.next, listed(caller, q="thr")) == (None, [("three", 1)])
    assert first.items[0].page == "app/two"


@pytest.mark.usefixtures("any_database")
def test_publishing_tells_those_who_see_the_pipeline(workbench, caller):
    """Whoever looks at a list hears that an app may have joined it."""
    from sqlalchemy import select

    from workbench.core.events import Event

    register(caller, "app")

    with workbench.read() as db:
        assert list(db.scalars(select(Event.name).where(Event.name == "pipeline.published"))) == ["pipeline.published"]


def test_what_an_earlier_release_registered_is_looked_into(any_database, workbench, caller):
    """The migration finds the apps among the versions that were there before it."""
    from alembic import command

    from workbench.migrations import configuration

    register(caller, "app", publish=False)
    register(caller, "plain", cell="1", publish=False)
    command.downgrade(configuration(workbench.database), "0016")
    command.upgrade(configuration(workbench.database), "head")

    assert listed(caller) == [("app", 1)]
