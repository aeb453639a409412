"""Cards over saved queries: as published or pinned, narrowed, dated, and by whose rights."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from tests.factories.boards import asked, card, delays, document, member
from tests.factories.queries import document as query
from tests.factories.store import write
from workbench.core.errors import Invalid, NotPermitted
from workbench.core.permissions import Role
from workbench.domains.access.models import Member

SUM = {"how": "sum", "column": "flights"}


def bars(**source):
    """A card over the saved query."""
    return card("bar", by="carrier", value=SUM, source={"query": "busy_carriers", **source})


@pytest.fixture
def olga(workbench, caller, workspace):
    """A developer whose saved query dashboards show."""
    write(caller, "delays", delays())
    who, caller_ = member(workbench, workspace.id, "olga", Role.DEVELOPER)
    caller_.call("queries.create", document=query())
    return who, caller_


def test_a_card_shows_a_saved_query(caller, olga):
    """Grouped, narrowed by a filter around it, with its parameter's value, and as of when its tables were written."""
    plain, given, narrowed = (
        *asked(caller, bars(), bars(values={"least": 5}) | {"id": "two"}),
        *asked(caller, bars(), filters={"carrier": {"any_of": ["UA"]}}),
    )

    assert plain.rows == [["AA", 14.0], ["UA", 5.0], [None, 2.0]]
    assert given.rows == [["AA", 10.0], ["UA", 5.0]]
    assert narrowed.rows == [["UA", 5.0]]
    assert [(it.table, it.version) for it in plain.origins] == [("delays", 1)]
    assert plain.as_of == plain.origins[0].at


def test_a_card_follows_what_is_published_or_stays_at_a_version(caller, olga):
    """Without a version it shows the published one, else the newest."""
    caller.call("queries.save", id="busy_carriers", document=query("SELECT 'new' AS carrier, 1 AS flights"))
    assert asked(caller, bars())[0].rows == [["new", 1.0]]
    assert asked(caller, bars(version=1))[0].rows[0] == ["AA", 14.0]

    caller.call("queries.publish", id="busy_carriers", version=1)
    assert asked(caller, bars())[0].rows[0] == ["AA", 14.0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda who: who.call("queries.archive", id="busy_carriers"), "is archived"),
        (lambda who: who.call("tables.delete", name="delays"), "may no longer read"),
        (lambda who: who.call("queries.save", id="busy_carriers", document=query("SELECT x")), "Binder Error"),
    ],
    ids=["archived", "without its table", "broken"],
)
def test_a_card_that_cannot_be_shown_says_why(caller, olga, change, said):
    """The others stand."""
    change(caller)

    broken, text = asked(caller, bars(), card("text", text="hello"))
    assert said in broken.trouble.detail
    assert text.trouble is None


def test_a_dashboard_is_drawn_again_when_its_query_is_another(caller, olga):
    """Its stamp changes with the query, and its document names the tables behind it."""
    caller.call("dashboards.create", document=document(bars()))
    before = caller.call("dashboards.show", id="delays")
    assert caller.call("dashboards.show_version", id="delays", number=1).tables == ["delays"]

    caller.call("queries.save", id="busy_carriers", document=query(description="Now told."))

    assert caller.call("dashboards.show", id="delays").stamp != before.stamp


def test_what_another_writes_into_a_query_has_her_rights_at_most(workbench, caller, workspace, olga):
    """A dashboard lends its publisher's rights to what its readers see, never to who changes the query behind it."""
    who, _ = olga
    _, viewer = member(workbench, workspace.id, "vera", Role.VIEWER)
    caller.call("dashboards.create", document=document(bars()))
    caller.call("dashboards.publish", id="delays", roles=["viewer"])
    assert viewer.call("dashboards.data", id="delays").cards[0].rows

    with workbench.unit_of_work() as db:
        db.execute(delete(Member).where(Member.user_id == who.user_id))

    [shown] = viewer.call("dashboards.data", id="delays").cards
    assert (shown.rows, "delays" in shown.trouble.detail) == ([], False)


def test_nobody_publishes_a_card_whose_query_she_may_not_ask(caller, olga):
    """It is SQL as any other; a source is one thing, and values are those of its parameters."""
    with pytest.raises(Invalid, match="give one of table, query and sql"):
        asked(caller, bars(sql="SELECT 1"))
    with pytest.raises(Invalid, match="cannot be shown"):
        caller.call("dashboards.create", document=document(bars(values={"other": 1})))
    with pytest.raises(Invalid, match="only a saved query has values"):
        asked(caller, card("kpi", source={"table": "delays", "values": {"least": 1}}))


def test_an_executor_sees_no_draft_of_sql(workbench, caller, workspace, olga):
    """Before it is published, the card is asked by the viewer's own rights."""
    _, executor = member(workbench, workspace.id, "eve", Role.EXECUTOR)
    caller.call("dashboards.create", document=document(bars()))

    [shown] = executor.call("dashboards.data", id="delays").cards
    assert shown.trouble.code == NotPermitted.code
