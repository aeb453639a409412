"""What somebody tries who has a token she should not have, or wants more than hers gives."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.factories.accounts import account
from tests.factories.people import caller_of, principal
from workbench.core.clock import now
from workbench.core.context import ANONYMOUS, Origin
from workbench.core.errors import Invalid, NotAuthenticated, NotFound, NotPermitted
from workbench.core.permissions import PERMISSIONS, Level, Role
from workbench.domains.access import service
from workbench.domains.access.models import ApiToken, Member, SignedIn, User
from workbench.domains.access.service.people import add_member
from workbench.domains.access.service.sessions import add_session, principal_in
from workbench.domains.access.service.tokentext import new_text

pytestmark = pytest.mark.usefixtures("any_database")
OPERATIONS = [
    "me.show",
    "tokens.list",
    "tokens.create",
    "tokens.revoke",
    "workspaces.list",
    "workspaces.show",
    "workspaces.create",
    "users.list",
    "members.list",
    "shares.list",
    "shares.grant",
    "shares.revoke",
    "audit.list",
    "audit.head",
    "audit.verify",
    "secrets.set",
]


@pytest.fixture
def token(caller):
    """Makes a token of the home's owner."""

    def make(**fields):
        return caller.call("tokens.create", name="ci", **fields)

    return make


def shown(workbench, text: str):
    """The principal of whoever shows this text."""
    with workbench.read() as db:
        return service.token_principal(db, text)


def bearer(workbench, text: str, workspace: str = "default"):
    """A caller that shows this text with each call."""
    from workbench.home import local_caller

    return local_caller(workbench, workspace, principal=lambda db: service.token_principal(db, text))


def change(workbench, model, **values) -> None:
    """Change all rows of a table behind everybody's back."""
    with workbench.unit_of_work() as db:
        db.execute(update(model).values(**values))


def person(workbench, workspace, name: str, *roles: Role):
    """Another user, with an account."""
    with workbench.unit_of_work() as db:
        user = User(name=name, folded=name, display_name=name)
        db.add(user)
        db.flush()
        for role in roles:
            add_member(db, workspace.id, user.id, role)
    with workbench.read() as db:
        return service.principal_of(db, db.scalars(select(User).where(User.name == name)).one(), "user", f"user:{name}")


def test_every_reason_to_refuse_a_token_sounds_the_same(workbench, token):
    """Unknown, malformed, expired, revoked and disabled cannot be told apart by their answers."""
    made = token().token
    answers = []

    def refused(text: str) -> None:
        with pytest.raises(NotAuthenticated) as caught:
            shown(workbench, text)
        answers.append(caught.value.problem())

    refused(new_text())
    refused("wbt_" + "0" * 49)
    refused("")
    refused("wbt_\ud800\x00'; DROP TABLE api_token; --")
    change(workbench, ApiToken, expires_at=now() - timedelta(seconds=1))
    refused(made)
    change(workbench, ApiToken, expires_at=now() + timedelta(days=1), revoked_at=now())
    refused(made)
    change(workbench, ApiToken, revoked_at=None)
    change(workbench, User, disabled_at=now())
    refused(made)
    change(workbench, User, disabled_at=None)

    assert shown(workbench, made).kind == "token"
    assert all(answer == answers[0] for answer in answers)


def test_a_token_that_is_nearly_right_is_wrong(workbench, token):
    """No sloppy comparison accepts another case, more, less, or white space."""
    made = token().token

    for near in (made.upper(), made.lower(), made[:-1], made + "0", f" {made}", f"{made}\n", made[4:]):
        with pytest.raises(NotAuthenticated):
            shown(workbench, near)


def test_the_stored_hash_is_no_token(workbench, token):
    """Whoever reads the table cannot sign in with what it holds."""
    token()
    with workbench.read() as db:
        digest, prefix = db.execute(select(ApiToken.digest, ApiToken.prefix)).one()

    for text in (digest, f"wbt_{digest}", f"wbt_{prefix}"):
        with pytest.raises(NotAuthenticated):
            shown(workbench, text)


def test_a_token_does_not_open_another_workspace(workbench, caller, token):
    """In a workspace it is not bound to, a token finds nothing, though its maker is Admin there."""
    caller.call("workspaces.create", name="other")

    stranger = bearer(workbench, token().token, "other")

    with pytest.raises(NotFound, match="no workspace 'other'"):
        stranger.call("members.list")
    scoped = bearer(workbench, token(scopes=["members:read", "admin:users"]).token, "other")
    with pytest.raises(NotFound, match="no workspace 'other'"):
        scoped.call("members.list")
    with pytest.raises(NotFound, match="no workspace 'other'"):
        bearer(workbench, token().token).call("tokens.create", name="out", bound_to="other")


def test_a_narrow_token_reaches_exactly_its_scope(workbench, token):
    """A token with one scope holds that permission as its maker does, and none of the others; each in turn."""
    reached = {}
    for scope in PERMISSIONS:
        context = bearer(workbench, token(scopes=[scope]).token).context()
        reached[scope] = {name for name in PERMISSIONS if context.may(name)}

    assert reached == {scope: {scope, "auth:use"} for scope in PERMISSIONS}


def test_an_admins_unscoped_token_does_not_reach_the_installation(workbench, token):
    """The installation's permissions need to be named; `whatever I may` does not include them."""
    context = bearer(workbench, token().token).context()

    assert {name for name in PERMISSIONS if not context.may(name)} == {
        name for name, row in PERMISSIONS.items() if row.system_admin_only
    }


def test_a_token_never_exceeds_what_its_maker_holds_now(workbench, token):
    """When the maker's role shrinks or goes, so does what the token may, at once."""
    made = token(scopes=["tables:read", "tables:write", "audit:read", "admin:users"]).token
    assert bearer(workbench, made).context().may("audit:read")

    change(workbench, Member, role=Role.VIEWER)
    change(workbench, User, system_admin=False)

    context = bearer(workbench, made).context()
    assert [name for name in PERMISSIONS if context.may(name)] == ["tables:read", "auth:use"]
    assert context.level("tables:read") is Level.S
    with workbench.unit_of_work() as db:
        for member in db.scalars(select(Member)):
            db.delete(member)
    with pytest.raises(NotFound):
        bearer(workbench, made).context()


def test_a_token_mints_no_wider_token(workbench, token):
    """More scopes, no scopes and the installation's scopes are all refused to a narrow token."""
    narrow = bearer(workbench, token(scopes=["tokens:own", "tables:read"]).token)

    for scopes in (["tables:write"], ["tables:read", "audit:read"], None, ["admin:keys"]):
        with pytest.raises(NotPermitted, match="does not hold"):
            narrow.call("tokens.create", name="wider", **({"scopes": scopes} if scopes else {}))
    child = narrow.call("tokens.create", name="child", scopes=["tables:read"])
    assert child.scopes == ["tables:read"]


def test_an_unscoped_token_mints_no_token_for_the_installation(workbench, token):
    """What an unscoped token lacks, its children lack too."""
    with pytest.raises(NotPermitted, match="does not hold: admin:keys"):
        bearer(workbench, token().token).call("tokens.create", name="wider", scopes=["admin:keys"])


def test_somebody_who_is_no_system_admin_names_no_scope_of_the_installation(workbench, workspace):
    """A workspace's Admin cannot prepare a token for the day she becomes more."""
    admin = caller_of(workbench, person(workbench, workspace, "ann", Role.ADMIN))

    with pytest.raises(NotPermitted, match="admin:backups"):
        admin.call("tokens.create", name="ci", scopes=["admin:backups"])


def test_a_child_outlives_neither_its_parents_time_nor_its_revocation(workbench, caller, token):
    """Grandchildren end with the first token, and one revocation ends the whole family and no other."""
    first = token(days=1)
    second = bearer(workbench, first.token).call("tokens.create", name="2", days=365)
    third = bearer(workbench, second.token).call("tokens.create", name="3", days=365)
    other = token()
    assert second.expires_at == third.expires_at == first.expires_at

    caller.call("tokens.revoke", id=str(first.id))

    for made in (first, second, third):
        with pytest.raises(NotAuthenticated):
            shown(workbench, made.token)
    assert shown(workbench, other.token).kind == "token"


def test_other_peoples_tokens_do_not_exist(workbench, caller, workspace, token):
    """An Admin neither lists nor revokes another's token by these doors, and is told what strangers are told."""
    mine = token()
    ann = caller_of(workbench, person(workbench, workspace, "ann", Role.ADMIN))
    hers = ann.call("tokens.create", name="hers")

    assert [one.id for one in ann.call("tokens.list").items] == [hers.id]
    assert [one.id for one in caller.call("tokens.list").items] == [mine.id]
    with pytest.raises(NotFound) as foreign:
        ann.call("tokens.revoke", id=str(mine.id))
    with pytest.raises(NotFound) as missing:
        ann.call("tokens.revoke", id=str(workspace.id))
    assert str(foreign.value).replace(str(mine.id), "") == str(missing.value).replace(str(workspace.id), "")
    assert shown(workbench, mine.token).kind == "token"


def test_a_token_lists_only_its_own_workspaces_tokens(workbench, caller, token):
    """A leaked token does not tell of its maker's tokens elsewhere, nor revoke them."""
    caller.call("workspaces.create", name="other")
    with workbench.read() as db:
        anew = caller_of(workbench, service.os_principal(db))
    elsewhere = anew.call("tokens.create", name="elsewhere", bound_to="other")
    here = token()

    leaked = bearer(workbench, here.token)

    assert [one.id for one in leaked.call("tokens.list").items] == [here.id]
    with pytest.raises(NotFound):
        leaked.call("tokens.revoke", id=str(elsewhere.id))


def test_nobody_gets_nothing(workbench):
    """Whoever is not signed in is asked to sign in, whatever she asks for."""
    nobody = caller_of(workbench, ANONYMOUS)

    for operation in OPERATIONS:
        with pytest.raises(NotAuthenticated):
            nobody.call(operation)


def test_somebody_without_an_account_mints_nothing(workbench, workspace):
    """A principal that stands for no user cannot make a token that would."""
    with pytest.raises(NotPermitted, match="no account"):
        caller_of(workbench, principal(workspace.id, Role.ADMIN)).call("tokens.create", name="x")


def test_columns_cannot_be_assigned_from_outside(caller):
    """Mass assignment of what only the service decides is refused."""
    for field in ("owner_id", "digest", "parent_id", "prefix", "revoked_at", "expires_at", "workspace_id"):
        with pytest.raises(Invalid, match=field):
            caller.call("tokens.create", name="x", **{field: "x"})


def test_a_token_shows_its_secret_in_no_repr(workbench, caller, workspace):
    """What lands in a traceback of minting does not give the token away."""
    with workbench.unit_of_work() as db:
        made = service.mint(db, service.os_principal(db), workspace.id, "x", None, timedelta(days=1))
        assert made.text not in repr(made)
        assert made.text not in repr(made.token)


@pytest.mark.parametrize("by", ["browser", "program"])
def test_a_session_left_open_mints_nothing_that_outlasts_it(workbench, by):
    """Half an hour after the password was shown it is asked for again; a fresh session makes tokens."""
    user, text = account(workbench), "wbs_x" if by == "browser" else None
    with workbench.unit_of_work() as db:
        row = add_session(db, workbench.settings, user.id, Origin("192.0.2.7", "Firefox"), text)
    fresh = caller_of(workbench, signed_in(workbench, row.id)).call("tokens.create", name="mine", bound_to="default")
    with workbench.unit_of_work() as db:
        begun = now() - timedelta(minutes=31)
        db.execute(update(SignedIn).where(SignedIn.id == row.id).values(created_at=begun))
    ada = caller_of(workbench, signed_in(workbench, row.id))
    with pytest.raises(NotPermitted) as refused:
        ada.call("tokens.create", name="thief's", bound_to="default")

    assert fresh.token.startswith("wbt_")
    assert refused.value.code == "sign_in_again"
    assert [row.name for row in ada.call("tokens.list").items] == ["mine"]


def signed_in(workbench, session_id):
    """The person of a session."""
    with workbench.read() as db:
        return principal_in(db, db.get_one(SignedIn, session_id))
