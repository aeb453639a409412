"""What somebody would try who guesses passwords, or holds a session or a token that is not hers."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import jwt
import pytest
from sqlalchemy import func, select, text, update

from tests.factories.accounts import NAME, PASSWORD, account, visitor
from tests.factories.people import caller_of
from workbench.core import gate
from workbench.core.clock import now
from workbench.core.errors import Conflict, Invalid, NotAuthenticated, NotFound, Throttled, WorkbenchError
from workbench.core.operations import registry
from workbench.domains.access import service
from workbench.domains.access.models import Attempt, Password, RefreshToken, User
from workbench.domains.access.service import access_tokens, passwords, throttle

TABLES = ("session", "refresh_token", "sign_in_attempt", "audit_record", "event", "password")


def call(workbench, name, /, **fields):
    """Call an operation as somebody who is not signed in."""
    return gate.call(registry[name], visitor(workbench), fields)


def alive(workbench, access: str) -> bool:
    """Whether an access token is taken."""
    with workbench.read() as db:
        try:
            return bool(service.access_principal(workbench, db, access))
        except NotAuthenticated:
            return False


def disable(workbench, name: str) -> None:
    """Disable an account."""
    with workbench.unit_of_work() as db:
        db.execute(update(User).where(User.folded == name).values(disabled_at=now()))


def test_unknown_disabled_and_wrong_cost_and_look_the_same(workbench, monkeypatch):
    """Whoever fails to sign in hears one sentence after one argon2 verification, whatever the reason."""
    account(workbench), account(workbench, "gone@example.org")
    disable(workbench, "gone@example.org")
    done = []
    real = passwords._verify
    monkeypatch.setattr(passwords, "_verify", lambda *args: done.append(1) or real(*args))
    heard = []
    for name, password in (
        ("who@example.org", PASSWORD),
        ("gone@example.org", PASSWORD),
        (NAME, "wrong"),
        ("gone@example.org", "wrong"),
    ):
        with pytest.raises(NotAuthenticated) as refused:
            service.open_session(visitor(workbench), name, password)
        heard.append(refused.value.problem())

    assert len(done) == 4
    assert all(each == heard[0] for each in heard)


def test_each_sign_in_makes_another_session(workbench):
    """Nothing that a browser showed before becomes a session by signing in, so nobody can plant one."""
    account(workbench)
    first, second = (service.open_session(visitor(workbench), NAME, PASSWORD) for _ in range(2))

    assert first.text != second.text
    for planted in ("wbs_" + "A" * 43, "", first.text.upper(), first.text + "x", "wbs_\udc80"):
        with workbench.read() as db, pytest.raises(NotAuthenticated):
            service.session_principal(db, planted)


def test_secrets_are_kept_nowhere(workbench):
    """No table holds a password, a session's text or a token."""
    account(workbench)
    opened = service.open_session(visitor(workbench), NAME, PASSWORD)
    made = call(workbench, "auth.login", name=NAME, password=PASSWORD)
    renewed = call(workbench, "auth.refresh", refresh_token=made.refresh_token)
    who = caller_of(workbench, _principal(workbench, opened.text))
    who.call("me.change_password", current_password=PASSWORD, new_password="violet-harbour-eleven-stones")

    with workbench.read() as db:
        kept = "".join(str(db.execute(text(f"SELECT * FROM {table}")).all()) for table in TABLES)
    secrets = (PASSWORD, opened.text, made.access_token, made.refresh_token, renewed.refresh_token, "violet-harbour")
    assert [secret for secret in secrets if secret in kept or secret[4:] in kept] == []
    assert opened.text not in repr(opened)


def _principal(workbench, session: str):
    with workbench.read() as db:
        return service.session_principal(db, session)


@pytest.mark.usefixtures("any_database")
def test_of_parallel_refreshes_one_wins(workbench):
    """Requests that show one refresh token at once get exactly one child; the others a conflict, and nobody is out."""
    account(workbench)
    made = call(workbench, "auth.login", name=NAME, password=PASSWORD)

    def renew(_):
        try:
            return call(workbench, "auth.refresh", refresh_token=made.refresh_token)
        except Conflict as error:
            return error.code

    with ThreadPoolExecutor(6) as crowd:
        found = list(crowd.map(renew, range(6)))

    assert found.count("refresh_superseded") == 5
    with workbench.read() as db:
        assert db.scalar(select(func.count()).select_from(RefreshToken)) == 2
    (won,) = [each for each in found if not isinstance(each, str)]
    assert alive(workbench, won.access_token)


def test_a_used_refresh_token_ends_its_session(workbench):
    """Shown again later, it ends all that came of it: the thief's tokens and the person's."""
    account(workbench)
    made = call(workbench, "auth.login", name=NAME, password=PASSWORD)
    child = call(workbench, "auth.refresh", refresh_token=made.refresh_token)
    other = call(workbench, "auth.login", name=NAME, password=PASSWORD)
    with workbench.unit_of_work() as db:
        used = now() - access_tokens.GRACE - timedelta(seconds=1)
        db.execute(update(RefreshToken).where(RefreshToken.used_at.is_not(None)).values(used_at=used))

    with pytest.raises(NotAuthenticated):
        call(workbench, "auth.refresh", refresh_token=made.refresh_token)

    assert not alive(workbench, made.access_token)
    assert not alive(workbench, child.access_token)
    with pytest.raises(NotAuthenticated):
        call(workbench, "auth.refresh", refresh_token=child.refresh_token)
    assert alive(workbench, other.access_token)


def test_an_access_token_ends_with_its_session_and_account(workbench):
    """That it is signed and not yet expired is not enough: session and account are looked at each time."""
    account(workbench)
    made = call(workbench, "auth.login", name=NAME, password=PASSWORD)
    assert alive(workbench, made.access_token)

    disable(workbench, NAME)

    assert not alive(workbench, made.access_token)
    with pytest.raises(NotAuthenticated):
        call(workbench, "auth.refresh", refresh_token=made.refresh_token)


def forged(workbench, access: str, **changes):
    """A token with other claims, signed with the right key."""
    kid, key = access_tokens._key(workbench.settings)
    claims = jwt.decode(access, options={"verify_signature": False})
    claims = {name: value for name, value in {**claims, **changes}.items() if value is not None}
    return jwt.encode(claims, key, algorithm="HS256", headers={"kid": kid})


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "other"}, {"iss": "other"}, {"aud": ["workbench-api", "other"]}, {"exp": 1}, {"exp": None},
        {"nbf": 9_999_999_999}, {"nbf": None}, {"jti": None}, {"sid": "nothing"}, {"sub": "nothing"},
    ],
)  # fmt: skip
def test_access_tokens_with_other_claims_are_refused(workbench, changes):
    """Each claim is required and checked, even under a right signature."""
    account(workbench)
    made = call(workbench, "auth.login", name=NAME, password=PASSWORD)
    assert alive(workbench, forged(workbench, made.access_token))

    assert not alive(workbench, forged(workbench, made.access_token, **changes))


def test_access_tokens_with_other_signatures_are_refused(workbench):
    """Neither no algorithm, nor another one, nor another key or key id, nor a changed text is taken."""
    account(workbench)
    made = call(workbench, "auth.login", name=NAME, password=PASSWORD)
    kid, key = access_tokens._key(workbench.settings)
    claims = jwt.decode(made.access_token, options={"verify_signature": False})
    head, body, signature = made.access_token.split(".")
    bare = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": kid}).encode()).decode().rstrip("=")

    for text_ in (
        f"{bare}.{body}.",
        f"{head}.{body}.",
        f"{head}.{body}.{signature[::-1]}",
        jwt.encode(claims, key * 2, algorithm="HS512", headers={"kid": kid}),
        jwt.encode(claims, b"x" * 32, algorithm="HS256", headers={"kid": kid}),
        jwt.encode(claims, key, algorithm="HS256", headers={"kid": "other"}),
        jwt.encode(claims, key, algorithm="HS256"),
        made.refresh_token,
        "eyJ",
    ):
        assert not alive(workbench, text_)


def test_guessing_is_slowed_without_keeping_the_person_out(workbench):
    """After some failures an address waits, even with the right password; from elsewhere the person still signs in."""
    account(workbench)
    attacker, home = visitor(workbench, "203.0.113.5"), visitor(workbench, "192.0.2.7")
    for _ in range(throttle.PAIR.at_once):
        with pytest.raises(NotAuthenticated):
            service.open_session(attacker, NAME, "wrong")

    with pytest.raises(Throttled) as refused:
        service.open_session(attacker, NAME, PASSWORD)

    assert 0 < refused.value.retry_after <= 60
    assert service.open_session(home, NAME, PASSWORD)


def failing(workbench, addresses, name=NAME):
    """Have sign-ins fail from addresses until nothing is let through."""
    for address in addresses:
        with workbench.unit_of_work() as db:
            throttle.take(db, name, address, known=False)


def test_many_addresses_together_are_slowed_but_for_addresses_of_the_person(workbench):
    """A crowd that guesses at one account fills its bucket; who signed in from her address before is let through."""
    account(workbench)
    service.open_session(visitor(workbench), NAME, PASSWORD)
    failing(workbench, [f"203.0.113.{number}" for number in range(throttle.ACCOUNT.at_once)])

    with pytest.raises(Throttled):
        service.open_session(visitor(workbench, "198.51.100.1"), NAME, PASSWORD)

    assert service.open_session(visitor(workbench), NAME, PASSWORD)


def test_one_address_that_tries_many_accounts_is_slowed(workbench):
    """Trying one password at many names is no way around."""
    for number in range(throttle.ADDRESS.at_once):
        failing(workbench, ["203.0.113.5"], name=f"{number}@example.org")
    with workbench.unit_of_work() as db:
        for row in db.scalars(select(Attempt)):
            row.until += timedelta(minutes=1)  # as if no time had gone by, which a busy machine takes for them

    with pytest.raises(Throttled):
        failing(workbench, ["203.0.113.5"], name="next@example.org")


def test_the_slowdown_passes(workbench):
    """Buckets empty as time goes by, and a success forgets the failures of the pair."""
    account(workbench)
    here = visitor(workbench)
    failing(workbench, ["192.0.2.7"] * throttle.PAIR.at_once)
    with workbench.unit_of_work() as db:
        for row in db.scalars(select(Attempt)):
            row.until -= timedelta(minutes=2)

    assert service.open_session(here, NAME, PASSWORD)
    for _ in range(throttle.PAIR.at_once):
        with pytest.raises(NotAuthenticated):
            service.open_session(here, NAME, "wrong")


@pytest.mark.usefixtures("any_database")
def test_many_guesses_at_once_gain_nothing(workbench):
    """Of guesses that arrive together no more are looked at than one after the other."""
    account(workbench)

    def guess(_):
        try:
            service.open_session(visitor(workbench), NAME, "wrong")
        except WorkbenchError as error:
            return type(error)

    with ThreadPoolExecutor(8) as crowd:
        found = list(crowd.map(guess, range(throttle.PAIR.at_once + 5)))

    assert found.count(NotAuthenticated) == throttle.PAIR.at_once


@pytest.mark.parametrize(
    ("name", "extra"),
    [
        ("auth.login", {"name": NAME, "password": PASSWORD, "system_admin": True}),
        ("auth.refresh", {"refresh_token": "wbr_x", "user_id": "x"}),
        ("auth.logout", {"refresh_token": "wbr_x", "all": True}),
    ],
)
def test_further_fields_are_refused(workbench, name, extra):
    """Nobody becomes more by sending a field that no form has; the answer does not repeat what was sent."""
    account(workbench)

    with pytest.raises(Invalid) as refused:
        call(workbench, name, **extra)

    assert PASSWORD not in json.dumps(refused.value.problem())


def test_sign_ins_are_on_record_without_what_was_typed(workbench, caller):
    """The audit trail has who signed in and from where, and that somebody failed to."""
    account(workbench)
    service.open_session(visitor(workbench), NAME, PASSWORD)
    with pytest.raises(NotAuthenticated):
        service.open_session(visitor(workbench), "hunter2 typed as a name", "wrong")

    failed, done = caller.call("audit.list", operation="auth.sign_in").items

    assert (done.principal, done.outcome, done.detail["address"]) == (f"user:{NAME}", "done", "192.0.2.7")
    assert (failed.principal, failed.outcome) == ("anonymous", "denied")
    assert "hunter2" not in failed.model_dump_json()


@pytest.mark.usefixtures("any_database")
def test_of_two_admins_who_disable_each_other_at_once_one_stays(workbench):
    """Who is kept out while she asks does not keep the other one out, so somebody can still let people in."""
    names = [NAME, "eve@example.org"]
    for name in names:
        account(workbench, name)
    with workbench.unit_of_work() as db:
        db.execute(update(User).where(User.folded.in_(names)).values(system_admin=True))
    opened = [service.open_session(visitor(workbench), name, PASSWORD) for name in names]
    admins = [caller_of(workbench, _principal(workbench, each.text)) for each in opened]

    def disable_other(number):
        try:
            return admins[number].call("users.disable", id=names[1 - number]).name
        except NotAuthenticated as error:
            return error.code

    with ThreadPoolExecutor(2) as both:
        found = list(both.map(disable_other, range(2)))

    assert found.count("session_over") == 1
    with workbench.read() as db:
        kept_out = db.scalars(select(User.folded).where(User.disabled_at.is_not(None))).all()
    assert list(kept_out) == [name for name in found if name in names]


def test_whether_an_account_exists_is_for_system_admins(workbench):
    """A person sees nobody by guessing at sessions, and `users.show` is not for her."""
    account(workbench)
    opened = service.open_session(visitor(workbench), NAME, PASSWORD)
    ada = caller_of(workbench, _principal(workbench, opened.text))

    for name in ("users.show", "users.sessions", "users.disable"):
        with pytest.raises(WorkbenchError) as refused:
            ada.call(name, id="who@example.org")
        assert refused.value.status == 403
    with pytest.raises(NotFound):
        ada.call("sessions.end", id="01890000-0000-7000-8000-000000000000")


@pytest.mark.usefixtures("any_database")
@pytest.mark.parametrize("way", ["browser", "program", "change"])
def test_a_password_that_is_replaced_while_it_is_verified_opens_nothing(workbench, monkeypatch, way):
    """Whoever began with the old password, and waits for its verification, is too late once there is another."""
    user, other = account(workbench), passwords.hashed(workbench.pools, "violet-harbour-eleven-stones")
    here = service.open_session(visitor(workbench), NAME, PASSWORD)
    with workbench.read() as db:
        ada = caller_of(workbench, service.session_principal(db, here.text))
    real = passwords.verified

    def meanwhile(*args):
        right = real(*args)
        with workbench.unit_of_work() as db:
            service.replace_password(db, user.id, other)
        return right

    monkeypatch.setattr(passwords, "verified", meanwhile)
    ways = {
        "browser": lambda: service.open_session(visitor(workbench), NAME, PASSWORD),
        "program": lambda: service.log_in(visitor(workbench), NAME, PASSWORD),
        "change": lambda: ada.call("me.change_password", current_password=PASSWORD, new_password="oak-sun-lid-forty"),
    }
    with pytest.raises(NotAuthenticated) as refused:
        ways[way]()

    assert refused.value.code == "sign_in_failed"
    with workbench.read() as db:
        assert list(db.scalars(service.live_sessions(user.id))) == []
        assert db.scalar(select(Password.hash)) == other


def test_a_hash_that_is_made_anew_meanwhile_keeps_nobody_out(workbench, monkeypatch):
    """Of two who sign in at once, the one whose hash the other brought up to date is signed in too."""
    user = account(workbench)
    real = passwords.verified

    def meanwhile(*args):
        with workbench.unit_of_work() as db:
            anew = passwords.hashed(workbench.pools, PASSWORD)
            db.execute(update(Password).where(Password.user_id == user.id).values(hash=anew))
        return real(*args)

    monkeypatch.setattr(passwords, "verified", meanwhile)

    assert service.open_session(visitor(workbench), NAME, PASSWORD)
