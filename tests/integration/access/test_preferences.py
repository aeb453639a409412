"""What a person's faces remember for her."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.factories.people import caller_of, principal
from workbench.core.errors import Conflict, Invalid, TooLarge
from workbench.core.permissions import Role
from workbench.domains.access.models import User
from workbench.domains.access.service import preferences


@pytest.mark.usefixtures("any_database")
def test_a_preference_is_kept_changed_and_forgotten(caller):
    """The last value of a name counts, null forgets it, and a prefix chooses among names."""
    caller.call("preferences.set", name="starred.pipelines", value=["a"])
    caller.call("preferences.set", name="starred.pipelines", value=["a", "b"])
    caller.call("preferences.set", name="values.p1", value={"month": 3})
    caller.call("preferences.set", name="theme", value="dark")
    caller.call("preferences.set", name="theme", value=None)

    assert caller.call("preferences.show").values == {"starred.pipelines": ["a", "b"], "values.p1": {"month": 3}}
    assert caller.call("preferences.show", prefix="starred.").values == {"starred.pipelines": ["a", "b"]}
    assert caller.call("preferences.show", prefix="starred_").values == {}


def test_nobody_sees_what_another_prefers(workbench, caller, workspace):
    """Each person has preferences of her own, also before an admin."""
    with workbench.unit_of_work() as db:
        user = User(name="ada", folded="ada", display_name="Ada")
        db.add(user)
        db.flush()
        who = replace(principal(workspace.id, Role.VIEWER), user_id=user.id)
    other = caller_of(workbench, who)
    other.call("preferences.set", name="theme", value="dark")

    assert caller.call("preferences.show").values == {}
    assert other.call("preferences.show").values == {"theme": "dark"}


def test_what_is_too_much_is_refused(caller, monkeypatch):
    """A value has at most 64 KiB, a person at most so many, and a name only plain characters."""
    monkeypatch.setattr(preferences, "MOST", 1)
    caller.call("preferences.set", name="one", value=1)

    with pytest.raises(Conflict):
        caller.call("preferences.set", name="two", value=2)
    with pytest.raises(TooLarge):
        caller.call("preferences.set", name="one", value="x" * 70_000)
    with pytest.raises(Invalid):
        caller.call("preferences.set", name="ONE/..", value=1)


@pytest.mark.usefixtures("any_database")
def test_all_together_have_a_length(caller, monkeypatch):
    """One request answers them all; what takes the place of something counts in its stead."""
    monkeypatch.setattr(preferences, "MOST_CHARACTERS", 1000)
    caller.call("preferences.set", name="one", value="x" * 600)

    with pytest.raises(TooLarge, match="too long together"):
        caller.call("preferences.set", name="two", value="x" * 600)
    caller.call("preferences.set", name="one", value="y" * 700)
    caller.call("preferences.set", name="two", value="x" * 200)


def test_nobody_in_particular_prefers_nothing(workbench, workspace):
    """A caller without an account has no preferences."""
    nobody = caller_of(workbench, principal(workspace.id, Role.DESIGNER))

    with pytest.raises(Conflict, match="is no person"):
        nobody.call("preferences.set", name="one", value=1)
    assert nobody.call("preferences.show").values == {}
