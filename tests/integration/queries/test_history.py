"""What people asked lately: their own, the latest, and nothing that is secret."""

from __future__ import annotations

import pytest

from tests.factories.boards import member
from tests.factories.queries import LEAST, document
from workbench.core.errors import Invalid
from workbench.core.permissions import Role
from workbench.core.secrets import know
from workbench.domains.queries.service import history


def ask(who, sql, **fields):
    """Ask as the query page does."""
    return who.call("queries.preview", document=document(sql, **fields), keep=True)


def asked(who):
    """The statements that somebody finds again."""
    return [one.sql for one in who.call("queries.history").items]


@pytest.mark.usefixtures("any_database")
def test_each_person_has_the_latest_of_her_own(workbench, caller, workspace, monkeypatch):
    """Once each, the latest first, as many as are kept; nobody hears of another's, and who clears forgets her own."""
    monkeypatch.setattr(history, "MOST", 3)
    _, olga = member(workbench, workspace.id, "olga", Role.DEVELOPER)
    for number in (1, 2, 3, 4, 2):
        ask(olga, f"SELECT {number} AS a")
    ask(caller, "SELECT 9 AS a")
    caller.call("queries.preview", document=document("SELECT 8 AS a"))

    assert (asked(olga), asked(caller)) == ([f"SELECT {number} AS a" for number in (2, 4, 3)], ["SELECT 9 AS a"])
    assert olga.call("queries.forget").forgotten == 3
    assert (asked(olga), asked(caller)) == ([], ["SELECT 9 AS a"])


def test_values_and_secrets_are_not_kept(caller):
    """What failed is kept and marked; parameters come back with their defaults, values and known secrets do not."""
    know("a-password-of-somebody")
    given = document("SELECT 'a-password-of-somebody' AS p, $least AS n", parameters=[LEAST])
    caller.call("queries.preview", document=given, values={"least": 77}, keep=True)
    with pytest.raises(Invalid):
        ask(caller, "SELEC")

    failed, kept = caller.call("queries.history").items
    assert (failed.sql, failed.failed, kept.failed) == ("SELEC", True, False)
    assert [one.model_dump(exclude_none=True) for one in kept.parameters] == [LEAST]
    assert "password-of" not in kept.model_dump_json()
    assert "77" not in kept.sql


def test_what_is_long_only_with_its_secret_hidden_is_still_listed(caller):
    """A default with a secret in it is left out, rather than kept as another one or as more than fits."""
    given = document("SELECT $note AS n", parameters=[{"name": "note", "default": "token=a " * 125}])
    caller.call("queries.preview", document=given, keep=True)

    (kept,) = caller.call("queries.history").items
    assert [one.model_dump(exclude_none=True) for one in kept.parameters] == [{"name": "note", "type": "text"}]
