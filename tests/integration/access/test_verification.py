"""An address is proven by a link that is mailed to it; changing it takes a password and begins anew."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.factories.accounts import NAME, PASSWORD, account, visitor
from tests.factories.mail import mailing
from tests.factories.people import caller_of
from workbench.core import gate
from workbench.core.clock import now
from workbench.core.errors import AlreadyExists, Invalid, NotAuthenticated, NotFound
from workbench.core.operations import registry
from workbench.domains.access import service
from workbench.domains.access.models import OneTimeLink, User
from workbench.domains.access.service.links import RESET, add_link, outbox

NEW = "countess@example.org"


@pytest.fixture
def settings(settings, server):
    """Of a home that sends mail."""
    return mailing(settings, server)


@pytest.fixture
def arrived(workbench, server):
    """A function that answers the mails by their recipients, once all are delivered."""

    def ask():
        outbox(workbench).close()
        return {mail["To"]: mail.get_content() for mail in server.messages}

    return ask


@pytest.fixture
def ada(workbench):
    """Somebody with an account, signed in."""
    account(workbench)
    opened = service.open_session(visitor(workbench), NAME, PASSWORD)
    with workbench.read() as db:
        return caller_of(workbench, service.session_principal(db, opened.text))


def public(workbench, name, **fields):
    """Call an operation as somebody who is not signed in."""
    return gate.call(registry[name], visitor(workbench), fields)


def code_in(mail):
    """What the link in a mail shows."""
    return re.search(r"https://data\.example\.org/workbench/verify\?code=([\w-]{43})", mail)[1]


@pytest.mark.usefixtures("any_database")
def test_an_address_is_proven_by_the_link_that_was_mailed_to_it(workbench, ada, caller, arrived):
    """The link is good once, for an hour, and then everybody who looks sees that the address is hers."""
    assert not ada.call("me.show").email_verified

    assert ada.call("me.request_verification").sent
    token = code_in(arrived()[NAME])
    with workbench.read() as db:
        row = db.scalars(select(OneTimeLink)).one()
    assert abs(row.expires_at - row.created_at - timedelta(hours=1)) < timedelta(seconds=5)
    assert public(workbench, "auth.verify_email", token=token).verified

    assert ada.call("me.show").email_verified
    assert caller.call("users.show", id=NAME).email_verified
    with pytest.raises(NotFound, match="not good"):
        public(workbench, "auth.verify_email", token=token)


@pytest.mark.parametrize("end", ["expire", "invent", "other purpose", "disable"])
def test_a_link_that_proves_nothing_sounds_like_any_other(workbench, ada, arrived, end):
    """Expired, made-up and foreign links and those of disabled people get one answer, and prove nothing."""
    ada.call("me.request_verification")
    token = code_in(arrived()[NAME])
    changes = {"expire": {"expires_at": now() - timedelta(seconds=1)}, "other purpose": {"purpose": "reset"}}
    with workbench.unit_of_work() as db:
        if end in changes:
            db.execute(update(OneTimeLink).values(**changes[end]))
        if end == "disable":
            db.execute(update(User).where(User.name == NAME).values(disabled_at=now()))

    with pytest.raises(NotFound) as caught:
        public(workbench, "auth.verify_email", token="x" * 43 if end == "invent" else token)

    assert caught.value.problem()["detail"] == "This link is not good any more."
    with workbench.read() as db:
        assert db.scalar(select(User.email_verified_at).where(User.name == NAME)) is None


def test_nobody_is_mailed_more_than_needed(workbench, ada, arrived):
    """A second request within a minute and one for an address that is proven send nothing, and are answered alike."""
    answers = [ada.call("me.request_verification") for _ in range(2)]
    public(workbench, "auth.verify_email", token=code_in(arrived()[NAME]))
    with workbench.unit_of_work() as db:
        db.execute(update(OneTimeLink).values(created_at=now() - timedelta(minutes=2)))
    answers.append(ada.call("me.request_verification"))

    assert all(answer == answers[0] for answer in answers)
    with workbench.read() as db:
        assert len(list(db.scalars(select(OneTimeLink)))) == 1


@pytest.mark.usefixtures("any_database")
def test_a_new_address_is_told_to_both_and_to_be_proven(workbench, ada, arrived):
    """She signs in with it from now on; the old one hears that it counts no more, and its links lead nowhere."""
    ada.call("me.request_verification")
    public(workbench, "auth.forgot_password", email=NAME)

    changed = ada.call("me.change_email", current_password=PASSWORD, email=NEW)
    mails = arrived()

    assert (changed.name, changed.email_verified) == (NEW, False)
    assert service.open_session(visitor(workbench), NEW, PASSWORD).user.name == NEW
    with pytest.raises(NotAuthenticated):
        service.open_session(visitor(workbench), NAME, PASSWORD)
    assert "is another now" in mails[NAME]
    with workbench.read() as db:
        live = list(db.scalars(select(OneTimeLink.email).where(OneTimeLink.revoked_at.is_(None))))
    assert live == [NEW]
    public(workbench, "auth.verify_email", token=code_in(mails[NEW]))
    assert ada.call("me.show").email_verified


def test_a_reset_that_reaches_an_old_address_late_leads_nowhere(workbench, ada):
    """Asked for while she changes her address, a link was made too late to end with the others; it is not good."""
    with workbench.read() as db:
        user_id = db.scalar(select(User.id).where(User.name == NAME))
    ada.call("me.change_email", current_password=PASSWORD, email=NEW)
    with workbench.unit_of_work() as db:
        late = add_link(db, RESET, NAME, timedelta(minutes=30), user_id=user_id)

    with pytest.raises(NotFound, match="not good"):
        public(workbench, "auth.reset_password", token=late.text, password="four unlike words of mine")
    assert service.open_session(visitor(workbench), NEW, PASSWORD).user.id == user_id


def test_an_address_is_changed_by_who_knows_the_password_to_one_that_is_free(workbench, ada, arrived):
    """A wrong password, an address of somebody else's and what is none change nothing and send nothing."""
    account(workbench, "eve@example.org")
    for refusal, fields in (
        (NotAuthenticated, {"current_password": "wrong", "email": NEW}),
        (AlreadyExists, {"current_password": PASSWORD, "email": "EVE@example.org"}),
        (Invalid, {"current_password": PASSWORD, "email": "nobody"}),
    ):
        with pytest.raises(refusal):
            ada.call("me.change_email", **fields)

    assert ada.call("me.show").name == NAME
    assert arrived() == {}


def test_an_invitation_that_was_mailed_proves_the_address(workbench, caller, arrived):
    """Whoever takes it up has read her mail."""
    caller.call("invitations.create", email="eve@example.org", roles=["viewer"])
    token = re.search(r"code=([\w-]{43})", arrived()["eve@example.org"])[1]

    public(workbench, "auth.accept_invitation", token=token, display_name="Eve", password=PASSWORD)

    assert caller.call("users.show", id="eve@example.org").email_verified


def test_who_has_no_address_is_told_so(caller):
    """The operating system's user, whose name is none, cannot prove it."""
    with pytest.raises(Invalid, match="no mail address"):
        caller.call("me.request_verification")
