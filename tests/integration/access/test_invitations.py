"""People come in by invitation, and set another password by a link that is mailed; each link is good once."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select, text, update

from tests.factories import team
from tests.factories.accounts import NAME, PASSWORD, account, visitor
from tests.factories.people import caller_of, principal
from workbench.core import gate
from workbench.core.clock import now
from workbench.core.context import Origin
from workbench.core.errors import Invalid, NotAuthenticated, NotFound, NotPermitted
from workbench.core.operations import registry
from workbench.core.permissions import Role
from workbench.domains.access import service
from workbench.domains.access.models import Member, OneTimeLink, User
from workbench.domains.access.service.links import outbox
from workbench.home import local_caller

EVE = "eve@example.org"
NEW = "violet-harbour-eleven-stones"


def public(workbench, name, **fields):
    """Call an operation as somebody who is not signed in."""
    return gate.call(registry[name], visitor(workbench), fields)


def shown_by(link):
    """What a link shows."""
    return parse_qs(urlsplit(link).query)["code"][0]


def invited(caller, email=EVE, roles=("developer",)):
    """Invite somebody; answers what her link shows."""
    return shown_by(caller.call("invitations.create", email=email, roles=list(roles), name="Eve").link)


def mailed(workbench):
    """The texts of the mails, once all are delivered."""
    outbox(workbench).close()
    return [path.read_text() for path in sorted((workbench.settings.home / "mail").glob("*.eml"))]


def roles_of(workbench, email):
    """The roles that somebody has, by workspace-less names."""
    with workbench.read() as db:
        return sorted(db.scalars(select(Member.role).join(User).where(User.folded == email)))


@pytest.mark.usefixtures("any_database")
def test_who_accepts_an_invitation_has_an_account_with_its_roles(workbench, caller):
    """The link tells what it is to, makes an account whose password signs in, and is used up."""
    token = invited(caller, roles=["developer", "executive"])

    offered = public(workbench, "auth.show_invitation", token=token)
    public(workbench, "auth.accept_invitation", token=token, display_name="Eve E.", password=NEW)

    assert (offered.email, offered.workspace, offered.has_account) == (EVE, "default", False)
    assert service.open_session(visitor(workbench), EVE, NEW).user.display_name == "Eve E."
    assert roles_of(workbench, EVE) == ["developer", "executive"]
    assert not caller.call("users.show", id=EVE).email_verified, "the link was handed on, not mailed"
    assert [one.status for one in caller.call("invitations.list").items] == ["accepted"]
    with pytest.raises(NotFound, match="not good"):
        public(workbench, "auth.accept_invitation", token=token, display_name="Eve", password=NEW)


def test_an_invitation_to_somebody_with_an_account_asks_for_her_password(workbench, caller):
    """The link alone neither enters nor changes an account; with the password the role is added."""
    account(workbench)
    token = invited(caller, NAME, ["executive"])
    assert public(workbench, "auth.show_invitation", token=token).has_account

    with pytest.raises(NotAuthenticated):
        public(workbench, "auth.accept_invitation", token=token, display_name="x", password=NEW)
    public(workbench, "auth.accept_invitation", token=token, display_name="x", password=PASSWORD)

    assert roles_of(workbench, NAME) == ["developer", "executive"]


def test_a_weak_password_does_not_use_an_invitation_up(workbench, caller):
    """Who chose too simple a password tries again with the same link."""
    token = invited(caller)
    with pytest.raises(Invalid, match="too weak"):
        public(workbench, "auth.accept_invitation", token=token, display_name="Eve", password="12345678")

    public(workbench, "auth.accept_invitation", token=token, display_name="Eve", password=NEW)


@pytest.mark.parametrize("end", ["revoke", "expire", "invite again", "invent", "other purpose"])
def test_an_invitation_that_ended_sounds_like_one_that_never_was(end, workbench, caller):
    """Revoked, expired, replaced and made-up links get one answer."""
    token = invited(caller)
    (made,) = caller.call("invitations.list").items
    if end == "revoke":
        caller.call("invitations.revoke", id=str(made.id))
    elif end == "expire":
        change(workbench, expires_at=now() - timedelta(seconds=1))
    elif end == "invite again":
        invited(caller)
    elif end == "other purpose":
        change(workbench, purpose="reset")
    else:
        token = "x" * len(token)

    with pytest.raises(NotFound) as caught:
        public(workbench, "auth.show_invitation", token=token)
    assert caught.value.problem()["detail"] == "This link is not good any more."


def change(workbench, **values):
    """Change all links."""
    with workbench.unit_of_work() as db:
        db.execute(update(OneTimeLink).values(**values))


def test_what_a_link_shows_is_kept_nowhere(workbench, caller):
    """Neither the table of links nor the audit trail nor the list of invitations has the text."""
    token = invited(caller)
    public(workbench, "auth.accept_invitation", token=token, display_name="Eve", password=NEW)

    assert token not in caller.call("invitations.list").model_dump_json()
    with workbench.read() as db:
        for table in ("one_time_link", "audit_record", "event", "idempotency_key"):
            found = str(db.execute(text(f"SELECT * FROM {table}")).all())
            assert token not in found
            assert NEW not in found


def test_only_who_manages_members_invites(workbench, caller, workspace):
    """No other role invites or sees invitations, and an admin elsewhere finds none of ours."""
    invited(caller)
    (made,) = caller.call("invitations.list").items
    for role in set(Role) - {Role.ADMIN}:
        someone = caller_of(workbench, principal(workspace.id, role))
        with pytest.raises(NotPermitted):
            someone.call("invitations.create", email=EVE, roles=["viewer"])
        with pytest.raises(NotPermitted):
            someone.call("invitations.list")
    narrow = caller_of(workbench, principal(workspace.id, Role.ADMIN, scopes=frozenset({"members:write"})))
    with pytest.raises(NotPermitted, match="roles:assign"):
        narrow.call("invitations.create", email=EVE, roles=["viewer"])
    elsewhere = caller.call("workspaces.create", name="other")
    stranger = caller_of(workbench, principal(elsewhere.id, Role.ADMIN), "other")
    with pytest.raises(NotFound):
        stranger.call("invitations.revoke", id=str(made.id))


def test_invitations_are_listed_by_how_they_stand(workbench, caller):
    """Each is in the list of its own status alone, and all are in the list that names none."""
    shown = {name: caller.call("invitations.create", email=f"{name}@example.org", roles=["viewer"])
             for name in ("open", "accepted", "revoked", "expired")}  # fmt: skip
    token = shown_by(shown["accepted"].link)
    public(workbench, "auth.accept_invitation", token=token, display_name="Eve", password=NEW)
    caller.call("invitations.revoke", id=str(shown["revoked"].id))
    with workbench.unit_of_work() as db:
        past = now() - timedelta(days=1)
        db.execute(update(OneTimeLink).where(OneTimeLink.id == shown["expired"].id).values(expires_at=past))

    for status in shown:
        (one,) = caller.call("invitations.list", status=status).items
        assert (one.status, one.email) == (status, f"{status}@example.org")
    assert len(caller.call("invitations.list").items) == 4


def test_people_are_imported_all_or_none(caller):
    """One wrong line and nobody is invited, with a pointer to each; mended, everybody is."""
    lines = [
        "email,name,role",
        "a@example.org,Ann,viewer",
        "nobody,X,viewer",
        "b@example.org,B,king",
        "A@example.org,A,viewer,x",
    ]
    with pytest.raises(Invalid) as caught:
        caller.call("invitations.import_people", csv="\n".join(lines))
    assert [item["pointer"] for item in caught.value.errors] == ["/csv/3", "/csv/4", "/csv/5"]
    assert caller.call("invitations.list").items == []

    made = caller.call("invitations.import_people", csv="\n".join([*lines[:2], "b@example.org,B,Admin"])).items

    assert [(one.email, one.name, one.roles) for one in made] == [
        ("a@example.org", "Ann", [Role.VIEWER]), ("b@example.org", "B", [Role.ADMIN]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("public_url", "reached", "begins"),
    [
        ("https://data.example.org/base/", "http://localhost:8888/", "https://data.example.org/base/workbench/"),
        ("", "http://localhost:8888/base/", "http://localhost:8888/base/workbench/"),
        ("", "", "/workbench/"),
    ],
)
def test_a_link_to_hand_on_is_whole(workbench, monkeypatch, public_url, reached, begins):
    """It begins as the admin set it, else as she herself reached the server; a shell knows no server's address."""
    monkeypatch.setattr(workbench, "settings", replace(workbench.settings, public_url=public_url))
    caller = local_caller(workbench, origin=Origin(reached=reached))

    made = caller.call("invitations.create", email=EVE, roles=["viewer"])

    assert made.link.startswith(f"{begins}invitation?code=")
    assert ("public_url" in made.note) == begins.startswith("/"), "who gets half an address is told what to do"


@pytest.mark.usefixtures("any_database")
def test_who_accepts_an_invitation_is_in_its_groups(workbench, caller):
    """She has their roles too; a group that was renamed meanwhile counts, one that is gone does not."""
    for name in ("makers", "readers", "movers"):
        caller.call("groups.create", name=name)
    caller.call("groups.assign_role", id="makers", role="developer")
    made = caller.call("invitations.create", email=EVE, roles=["viewer"], groups=["movers", "makers", "readers"])
    assert made.groups == ["makers", "movers", "readers"]
    caller.call("groups.rename", id="readers", name="lookers")
    caller.call("groups.delete", id="movers")

    token = shown_by(made.link)
    assert public(workbench, "auth.show_invitation", token=token).groups == ["makers", "movers", "readers"]
    public(workbench, "auth.accept_invitation", token=token, display_name="Eve", password=NEW)

    assert {row.name: row.size for row in caller.call("groups.list").items} == {"makers": 1, "lookers": 1}
    session = service.open_session(visitor(workbench), EVE, NEW)
    with workbench.read() as db:
        (roles,) = service.session_principal(db, session.text).roles.values()
    assert roles == {Role.VIEWER, Role.DEVELOPER}


def test_nobody_is_invited_to_a_group_that_is_not_there(workbench, caller):
    """One name is wrong: no invitation is made and no mail sent, for one person as for a list of them."""
    caller.call("groups.create", name="makers")
    lines = ["email,name,role,groups", "a@example.org,Ann,viewer,", "b@example.org,B,viewer,makers; raiders"]
    with pytest.raises(NotFound, match="raiders"):
        caller.call("invitations.create", email=EVE, roles=["viewer"], groups=["makers", "raiders"])
    with pytest.raises(Invalid) as caught:
        caller.call("invitations.import_people", csv="\n".join(lines))
    assert [(item["pointer"], "raiders" in item["message"]) for item in caught.value.errors] == [("/csv/3", True)]
    assert caller.call("invitations.list").items == []
    assert mailed(workbench) == []

    caller.call("groups.create", name="raiders")
    made = caller.call("invitations.import_people", csv="\n".join(lines)).items
    assert [one.groups for one in made] == [[], ["makers", "raiders"]]


@pytest.mark.parametrize("csv", ["", "email\nx@example.org", "email,name,role", "x" * 200_000])
def test_what_is_no_list_of_people_is_refused(csv, caller):
    """Other columns, none, and nobody are told rather than guessed at."""
    with pytest.raises(Invalid):
        caller.call("invitations.import_people", csv=csv)


def test_who_asks_chooses_no_address_for_a_link_that_others_open(workbench):
    """A stranger may ask at any port and by any name of the server: the link to her account says nothing of it."""
    account(workbench)
    stranger = replace(visitor(workbench), origin=Origin("192.0.2.7", "Firefox", "http://localhost:6666/"))

    gate.call(registry["auth.forgot_password"], stranger, {"email": NAME})

    (mail,) = mailed(workbench)
    assert "6666" not in mail
    assert "\n/workbench/reset?code=" in mail.replace("=\n", "").replace("=3D", "=")


@pytest.mark.usefixtures("any_database")
def test_a_forgotten_password_is_replaced_by_a_link_and_ends_sessions(workbench):
    """The mailed link sets another password once; where she was signed in, she is not any more."""
    account(workbench)
    opened = service.open_session(visitor(workbench), NAME, PASSWORD)

    public(workbench, "auth.forgot_password", email=NAME.upper())
    (mail,) = mailed(workbench)
    token = re.search(r"/workbench/reset\?code=([\w-]{43})", mail.replace("=\n", "").replace("=3D", "="))[1]
    ended = public(workbench, "auth.reset_password", token=token, password=NEW).ended

    assert ended == 1
    with workbench.read() as db, pytest.raises(NotAuthenticated):
        service.session_principal(db, opened.text)
    service.open_session(visitor(workbench), NAME, NEW)
    with pytest.raises(NotAuthenticated):
        service.open_session(visitor(workbench), NAME, PASSWORD)
    with pytest.raises(NotFound):
        public(workbench, "auth.reset_password", token=token, password=NEW)


def test_whether_somebody_has_an_account_is_not_told(workbench):
    """Strangers get the answer and the row that others get, and no mail; nobody gets two mails within a minute."""
    account(workbench)
    answers = [public(workbench, "auth.forgot_password", email=email) for email in (NAME, NAME, "x@example.org", "y")]

    assert all(answer == answers[0] for answer in answers)
    with workbench.read() as db:
        assert sorted(db.scalars(select(OneTimeLink.email))) == sorted([NAME.casefold(), "x@example.org", "y"])
    assert len(mailed(workbench)) == 1


def test_a_link_to_reset_is_good_for_half_an_hour_and_not_for_the_disabled(workbench):
    """It says so, and an account that was disabled in between stays out."""
    account(workbench)
    public(workbench, "auth.forgot_password", email=NAME)
    (mail,) = mailed(workbench)
    token = re.search(r"code=([\w-]{43})", mail.replace("=\n", "").replace("=3D", "="))[1]
    with workbench.unit_of_work() as db:
        row = db.scalars(select(OneTimeLink)).one()
        assert abs(row.expires_at - row.created_at - timedelta(minutes=30)) < timedelta(seconds=5)
        db.execute(update(User).where(User.id == row.user_id).values(disabled_at=now()))

    with pytest.raises(NotFound, match="not good"):
        public(workbench, "auth.reset_password", token=token, password=NEW)


@pytest.mark.parametrize("lost", ["role", "account"])
def test_an_invitation_counts_only_while_its_maker_may_invite(lost, workbench, caller):
    """Who kept a link to come back by is not let in by it, once her role or her account is gone."""
    ada = team.person(workbench, "ada@example.org", Role.ADMIN)
    admin = local_caller(workbench, principal=lambda db: service.principal_of(db, db.get_one(User, ada), "user", "ada"))
    token = invited(admin, roles=["admin"])
    if lost == "role":
        team.set_roles(workbench, ada)
    else:
        caller.call("users.disable", id="ada@example.org")

    with pytest.raises(NotFound, match="may not invite"):
        public(workbench, "auth.accept_invitation", token=token, display_name="Eve", password=NEW)

    assert roles_of(workbench, EVE) == []
