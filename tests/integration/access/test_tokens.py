"""A token lets a program act as its maker, as far and as long as its maker said."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from tests.factories.people import caller_of
from workbench.core.clock import now
from workbench.core.errors import Invalid, NotAuthenticated, NotFound
from workbench.core.permissions import Role
from workbench.domains.access import service
from workbench.domains.access.models import ApiToken

pytestmark = pytest.mark.usefixtures("any_database")


def bearer(workbench, token: str):
    """A caller that shows a token."""
    with workbench.read() as db:
        return caller_of(workbench, service.token_principal(db, token))


def test_a_token_acts_as_its_maker_within_its_workspace(workbench, caller, workspace):
    """Who shows a token is its maker, with her role in the one workspace, and named as token in the audit trail."""
    caller.call("workspaces.create", name="other")
    made = caller.call("tokens.create", name="ci")

    me = bearer(workbench, made.token).call("me.show")

    assert me.user_id == caller.call("me.show").user_id
    assert me.kind == "token"
    assert me.principal == f"user:{me.name}/token:{made.prefix}"
    assert [(part.name, part.roles) for part in me.workspaces] == [("default", [Role.ADMIN])]


def test_a_token_is_good_for_ninety_days_unless_said_otherwise(caller):
    """Every token ends; how soon is the maker's choice within ten years."""
    usual, short = caller.call("tokens.create", name="a"), caller.call("tokens.create", name="b", days=0.5)

    assert abs(usual.expires_at - now() - timedelta(days=90)) < timedelta(minutes=1)
    assert abs(short.expires_at - now() - timedelta(hours=12)) < timedelta(minutes=1)


def test_the_text_of_a_token_is_shown_once_and_kept_nowhere(workbench, caller):
    """Neither the list nor any table of the database, the audit trail included, has the token or its secret part."""
    made = caller.call("tokens.create", name="ci")

    (listed,) = caller.call("tokens.list").items
    assert listed.model_dump() == made.model_dump(exclude={"token"})
    with workbench.read() as db:
        for table in ("api_token", "audit_record", "event", "idempotency_key"):
            assert made.token[12:] not in str(db.execute(text(f"SELECT * FROM {table}")).all())


def test_a_token_can_be_bound_to_another_workspace_one_has_a_part_in(workbench, caller):
    """`bound_to` names the workspace; one that does not exist is not found."""
    caller.call("workspaces.create", name="other")

    with workbench.read() as db:
        person = caller_of(workbench, service.os_principal(db))
    made = person.call("tokens.create", name="ci", bound_to="other", scopes=["me:read"])

    assert made.workspace == "other"
    assert [part.name for part in bearer_in(workbench, made.token, "other").call("me.show").workspaces] == ["other"]
    with pytest.raises(NotFound):
        person.call("tokens.create", name="ci", bound_to="nonexistent")


def bearer_in(workbench, token: str, workspace: str):
    """A caller that shows a token in a workspace."""
    with workbench.read() as db:
        return caller_of(workbench, service.token_principal(db, token), workspace)


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"name": "x" * 81},
        {"name": "x", "days": 0},
        {"name": "x", "days": -1},
        {"name": "x", "days": 1e9},
        {"name": "x", "days": float("nan")},
        {"name": "x", "scopes": []},
        {"name": "x", "scopes": ["tables:raed"]},
        {"name": "x", "scopes": ["*"]},
        {"name": "x", "user_id": "someone"},
    ],
)
def test_a_token_that_makes_no_sense_is_refused(caller, fields):
    """Unknown scopes, endless or past lifetimes and unknown fields make no token."""
    with pytest.raises(Invalid):
        caller.call("tokens.create", **fields)

    assert caller.call("tokens.list").items == []


def test_a_revoked_token_stays_listed_and_revoking_again_changes_nothing(workbench, caller):
    """The list shows when it was revoked; doing it twice is no error and keeps the first moment."""
    made = caller.call("tokens.create", name="ci")
    caller.call("tokens.revoke", id=str(made.id))
    (first,) = caller.call("tokens.list").items

    caller.call("tokens.revoke", id=str(made.id))

    assert first.revoked_at is not None
    assert caller.call("tokens.list").items == [first]
    with pytest.raises(NotAuthenticated):
        bearer(workbench, made.token)


def test_that_a_token_is_used_is_noted_coarsely(workbench, caller):
    """The first use is noted, further ones within minutes are not, and a later one is."""
    made = caller.call("tokens.create", name="ci")

    used(workbench, made.token)
    first = eventually(workbench, lambda used: used is not None)
    assert abs(first - now()) < timedelta(minutes=1)

    used(workbench, made.token)
    assert eventually(workbench, lambda used: used != first, seconds=0.5) == first

    earlier = first - timedelta(minutes=6)
    with workbench.unit_of_work() as db:
        db.execute(update(ApiToken).values(last_used_at=earlier))
    used(workbench, made.token)
    assert eventually(workbench, lambda used: used != earlier) >= first


def used(workbench, text: str) -> None:
    """A program shows a token."""
    with workbench.read() as db:
        service.authenticate(workbench, db, text)


def eventually(workbench, wanted: Callable[[datetime | None], bool], seconds: float = 10) -> datetime:
    """When the token was last used, once that is as wanted or the time is over."""
    deadline = time.monotonic() + seconds
    while True:
        with workbench.read() as db:
            found = db.scalar(select(ApiToken.last_used_at))
        if wanted(found) or time.monotonic() > deadline:
            return found
        time.sleep(0.02)
