"""People sign in with a password, stay so for a while, and see and end where they are signed in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.factories.accounts import NAME, PASSWORD, account, visitor
from tests.factories.people import caller_of
from workbench.core import gate
from workbench.core.clock import now
from workbench.core.errors import Conflict, Invalid, NotAuthenticated, NotFound
from workbench.core.operations import registry
from workbench.core.permissions import Role
from workbench.domains.access import service
from workbench.domains.access.models import Password, SignedIn
from workbench.domains.access.service import passwords, sessions

NEW = "violet-harbour-eleven-stones"


def principal(workbench, opened):
    """Who shows a session."""
    with workbench.read() as db:
        return service.session_principal(db, opened.text)


def at(workbench, opened, **values):
    """Change when something happened to a session."""
    with workbench.unit_of_work() as db:
        db.execute(update(SignedIn).where(SignedIn.id == opened.session_id).values(**values))


@pytest.mark.usefixtures("any_database")
def test_who_signs_in_is_herself_with_her_roles(workbench, workspace):
    """A session's principal is the person, in person, with the roles she has and the session's id."""
    user = account(workbench)

    opened = service.open_session(visitor(workbench), f" {NAME.upper()} ", PASSWORD)
    who = principal(workbench, opened)

    assert (who.user_id, who.session_id, who.kind) == (user.id, opened.session_id, "session")
    assert dict(who.roles) == {workspace.id: frozenset({Role.DEVELOPER})}
    assert not opened.new_device
    assert service.open_session(visitor(workbench, agent="Other"), NAME, PASSWORD).new_device


def test_a_session_ends_when_idle_and_in_any_case_after_hours(workbench):
    """Half an hour without a request or twelve hours with them are the end of a session."""
    account(workbench)
    idle, old = (service.open_session(visitor(workbench), NAME, PASSWORD) for _ in range(2))
    with workbench.read() as db:
        row = db.get_one(SignedIn, idle.session_id)
    assert abs(row.idle_until - row.created_at - timedelta(minutes=30)) < timedelta(seconds=5)
    assert abs(row.expires_at - row.created_at - timedelta(hours=12)) < timedelta(seconds=5)

    at(workbench, idle, idle_until=now() - timedelta(seconds=1))
    at(workbench, old, expires_at=now() - timedelta(seconds=1))

    for opened in (idle, old):
        with pytest.raises(NotAuthenticated):
            principal(workbench, opened)


def test_use_keeps_a_session_alive_and_looking_at_it_does_not(workbench, monkeypatch):
    """A request moves the idle end, at most each minute; what merely watches a session leaves it where it was."""
    account(workbench)
    opened = service.open_session(visitor(workbench), NAME, PASSWORD)
    before = now() - timedelta(minutes=2)
    at(workbench, opened, seen_at=before, idle_until=now() + timedelta(minutes=1))
    monkeypatch.setattr(workbench.pools.gate, "submit", lambda work, *args: work(*args))

    principal(workbench, opened)
    with workbench.read() as db:
        assert db.get_one(SignedIn, opened.session_id).seen_at == before
    with workbench.read() as db:
        service.note_use(workbench, db, service.session_principal(db, opened.text))

    with workbench.read() as db:
        assert db.get_one(SignedIn, opened.session_id).idle_until > now() + timedelta(minutes=29)


@pytest.mark.usefixtures("any_database")
def test_sessions_are_listed_and_ended_by_their_person_alone(workbench):
    """She sees hers with what is current, ends one or all others; of somebody else's there is no word."""
    account(workbench), account(workbench, "eve@example.org")
    first, second, third = (service.open_session(visitor(workbench), NAME, PASSWORD) for _ in range(3))
    other = service.open_session(visitor(workbench), "eve@example.org", PASSWORD)
    ada = caller_of(workbench, principal(workbench, first))

    listed = ada.call("sessions.list").items
    assert {row.id: row.current for row in listed} == {
        first.session_id: True, second.session_id: False, third.session_id: False,
    }  # fmt: skip
    with pytest.raises(NotFound):
        ada.call("sessions.end", id=other.session_id)
    ada.call("sessions.end", id=second.session_id)
    assert ada.call("sessions.end_others").ended == 1

    assert [row.id for row in ada.call("sessions.list").items] == [first.session_id]
    assert principal(workbench, other).session_id == other.session_id


def test_a_disabled_person_is_out_at_once_and_can_be_let_in_again(workbench, caller):
    """Her sessions end for good; she signs in anew once she is enabled."""
    account(workbench)
    opened = service.open_session(visitor(workbench), NAME, PASSWORD)
    assert len(caller.call("users.sessions", id=NAME).items) == 1

    assert caller.call("users.disable", id=NAME).disabled_at is not None
    with pytest.raises(NotAuthenticated):
        principal(workbench, opened)
    with pytest.raises(NotAuthenticated):
        service.open_session(visitor(workbench), NAME, PASSWORD)
    assert caller.call("users.enable", id=NAME).disabled_at is None

    with pytest.raises(NotAuthenticated):
        principal(workbench, opened)
    again = service.open_session(visitor(workbench), NAME, PASSWORD)
    assert caller.call("users.end_sessions", id=NAME).ended == 1
    with pytest.raises(NotAuthenticated):
        principal(workbench, again)
    assert caller.call("users.show", id=NAME).name == NAME


def test_nobody_disables_herself_or_the_homes_owner(workbench, caller):
    """An installation keeps at least the system admin who asks."""
    with pytest.raises(Conflict):
        caller.call("users.disable", id=str(caller.call("me.show").user_id))


def test_a_password_is_changed_by_who_knows_it_and_ends_other_sessions(workbench):
    """The current session goes on, the others end, and only the new password counts."""
    account(workbench)
    here, there = (service.open_session(visitor(workbench), NAME, PASSWORD) for _ in range(2))
    ada = caller_of(workbench, principal(workbench, here))

    with pytest.raises(NotAuthenticated):
        ada.call("me.change_password", current_password="wrong", new_password=NEW)
    assert ada.call("me.change_password", current_password=PASSWORD, new_password=NEW).ended == 1

    assert principal(workbench, here).session_id == here.session_id
    with pytest.raises(NotAuthenticated):
        principal(workbench, there)
    with pytest.raises(NotAuthenticated):
        service.open_session(visitor(workbench), NAME, PASSWORD)
    assert service.open_session(visitor(workbench), NAME, NEW)


@pytest.mark.parametrize("weak", ["short7!", "password12345", "ada@example.org", "aaaaaaaaaaaaaaa"])
def test_weak_passwords_are_refused_with_a_reason(workbench, weak):
    """Short ones, well-known ones and the person's own name are refused in words that do not repeat them."""
    user = account(workbench)

    with pytest.raises(Invalid) as refused:
        service.check_strength(weak, user)

    assert refused.value.code == "password_weak"
    assert weak not in str(refused.value)


def test_long_passwords_without_digits_are_taken(workbench):
    """No kinds of characters are asked for, and hundreds of characters are no trouble."""
    service.check_strength("correct horse battery staple lamp", account(workbench))
    service.check_strength("meadow violet harbour " * 20, account(workbench, "eve@example.org"))


def test_a_hash_of_earlier_parameters_is_made_anew_at_the_next_sign_in(workbench):
    """When the cost goes up, people's hashes follow as they sign in."""
    from argon2 import PasswordHasher

    user = account(workbench)
    with workbench.unit_of_work() as db:
        old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        db.execute(update(Password).where(Password.user_id == user.id).values(hash=old))

    service.open_session(visitor(workbench), NAME, PASSWORD)

    with workbench.read() as db:
        kept = db.scalars(select(Password.hash)).one()
    assert kept != old
    assert not passwords.outdated(kept)


def test_old_sessions_are_forgotten(workbench):
    """What expired months ago is deleted at the person's next sign-in."""
    account(workbench)
    old = service.open_session(visitor(workbench), NAME, PASSWORD)
    at(workbench, old, expires_at=now() - sessions.KEPT - timedelta(days=1))

    service.open_session(visitor(workbench), NAME, PASSWORD)

    with workbench.read() as db:
        assert db.get(SignedIn, old.session_id) is None


def test_a_program_logs_in_by_the_gate_and_acts_as_the_person(workbench):
    """`auth.login` answers an access token that is the person; `auth.logout` ends it at once."""
    user = account(workbench)

    def call(name, /, **fields):
        return gate.call(registry[name], visitor(workbench), fields)

    made = call("auth.login", name=NAME, password=PASSWORD)
    with workbench.read() as db:
        who = service.use_access(workbench, db, made.access_token)
    renewed = call("auth.refresh", refresh_token=made.refresh_token)

    assert (who.user_id, made.token_type, made.expires_in) == (user.id, "Bearer", 600)
    assert [row.kind for row in caller_of(workbench, who).call("sessions.list").items] == ["program"]
    assert call("auth.logout", refresh_token=renewed.refresh_token).signed_out
    assert call("auth.logout", refresh_token="wbr_unknown").signed_out
    with workbench.read() as db, pytest.raises(NotAuthenticated):
        service.access_principal(workbench, db, renewed.access_token)


def test_the_first_account_of_a_team(workbench):
    """It looks after the installation and is Admin of `default`; there is one such chance."""
    user = service.add_first(workbench, "Ada@Example.org", PASSWORD)
    who = principal(workbench, service.open_session(visitor(workbench), NAME, PASSWORD))

    assert (user.name, who.system_admin) == ("Ada@example.org", True)
    assert list(who.roles.values()) == [frozenset({Role.ADMIN})]
    with pytest.raises(Conflict):
        service.add_first(workbench, "eve@example.org", PASSWORD)
    with pytest.raises(Invalid):
        service.add_first(workbench, "nobody", PASSWORD)


def test_init_makes_a_team_home_once(tmp_path, monkeypatch, capsys):
    """`workbench init --admin-email` writes the setting beside others, shows a made-up password once, then refuses."""
    from workbench.cli import main
    from workbench.core.settings import load

    home = tmp_path / "home"
    home.mkdir()
    (home / "config.toml").write_text('team = false\nlog_level = "ERROR"\n')
    monkeypatch.delenv("WORKBENCH_ADMIN_PASSWORD", raising=False)

    assert main(["--home", str(home), "init", "--admin-email", NAME]) == 0
    said = capsys.readouterr().out
    found = load({"home": home}, environ={})
    again = main(["--home", str(home), "init", "--admin-email", "eve@example.org"])

    assert "password, shown this once" in said
    assert (found.team, found.log_level, again) == (True, "ERROR", Conflict.exit_code)
    assert "accounts already" in capsys.readouterr().err
