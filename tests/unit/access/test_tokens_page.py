"""One's own API tokens are made, told apart and revoked on a page: a team's server gives nobody a shell."""

from __future__ import annotations

from datetime import timedelta

from tests.factories.pages import ADA, Answers, opened, text, whole
from workbench.core.clock import now
from workbench.core.errors import NotPermitted
from workbench.core.ids import new_id
from workbench.core.permissions import PERMISSIONS
from workbench.core.schemas import Page
from workbench.domains.access import schemas as s
from workbench.domains.access.view import token_parts
from workbench.domains.access.view.sessions import Sessions
from workbench.ui.pages import PageSpec

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'
HERE = PageSpec("sessions", "Sessions and tokens", "sessions", "m:f", "sessions:own", "Workspace")


def token(**fields):
    """A token of a nightly report."""
    given = {
        "id": new_id(), "name": "nightly", "prefix": "Ab3", "workspace": "default", "scopes": None, "created_at": now(),
        "expires_at": now() + timedelta(days=90), "last_used_at": None, "revoked_at": None,
    }  # fmt: skip
    return s.TokenView(**(given | fields))


def page_of(acts=(), *found, person=ADA, **answers):
    """The page, and what it asked."""
    new = s.NewTokenView(**token().model_dump(), token="wbt_secret")
    given = {
        "sessions_list": Page[s.SessionView](items=[]), "tokens_list": Page[s.TokenView](items=list(found)),
        "tokens_create": new, "tokens_revoke": None,
    }  # fmt: skip
    caller = Answers(**(given | answers))
    return opened(Sessions, caller, acts, pages=(HERE,), page=HERE, person=person), caller.asked


def test_a_token_is_made_and_shown_once():
    """It is good for this workspace, as long and as far as was chosen; the form is empty again."""
    fields = [["name", "nightly"], ["reach", ""], ["days", "30"]]
    page, asked = page_of([("mint", fields)])

    made = {"name": "nightly", "days": "30", "scopes": None, "bound_to": "default"}
    assert ("tokens.create", made) in asked
    assert "This is nightly. Copy it now: it is not shown again. wbt_secret Copy" in text(page.made.object)
    assert 'data-made="1"' in page.form.object


def test_a_token_that_only_looks_changes_nothing():
    """It may hand nothing on either, nor look after the installation."""
    _, asked = page_of([("mint", [["name", "bi"], ["reach", "look"], ["days", "7"]])])
    [scopes] = [fields["scopes"] for name, fields in asked if name == "tokens.create"]

    assert {"tables:read", "queries:run", "runs:logs", "data:export"} <= set(scopes)
    changing = {name for name, one in PERMISSIONS.items() if one.share_right == "edit"}
    assert not set(scopes) & (changing | {"runs:start", "shares:grant", "admin:audit"})
    assert "only look" in text(page_of([], token(scopes=token_parts.LOOKING))[0].tokens.object)


def test_tokens_say_how_far_they_reach_and_whether_they_are_good():
    """What is over cannot be revoked again."""
    over, gone = token(name="old", expires_at=now() - timedelta(days=1)), token(name="gone", revoked_at=now())
    page, asked = page_of(
        [("revoke", [["id", "42"]])], token(name=HOSTILE, scopes=["a:b", "c:d", "e:f", "g:h"]), over, gone
    )

    shown = text(page.tokens.object)
    assert "a:b, c:d, e:f …" in shown
    assert "expired" in shown
    assert "revoked" in shown
    assert shown.count("Revoke") == 1
    assert ("tokens.revoke", {"id": "42"}) in asked
    assert "<script" not in whole(page)


def test_who_signed_in_a_while_ago_is_told_what_to_do():
    """A token outlasts the session."""
    refusal = NotPermitted("You signed in a while ago.", fix="Sign out, sign in again.", code="sign_in_again")
    page, _ = page_of([("mint", [["name", "nightly"], ["days", "7"]])], tokens_create=refusal)

    assert "Sign out, sign in again." in text(whole(page))
    assert page.made.object == ""
