"""What somebody tries who wants an owner to get more mail, another's words, or mail that is no longer for her."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from tests.factories import team
from tests.factories.notebooks import plain
from workbench.core.mail import Mail
from workbench.core.permissions import Role
from workbench.domains.access import service
from workbench.domains.access.models import Member, User
from workbench.domains.access.service import notices
from workbench.domains.access.service.links import outbox
from workbench.home import local_caller


@pytest.fixture
def mails(workbench, monkeypatch) -> list[Mail]:
    """The mails that would have been sent."""
    found: list[Mail] = []
    monkeypatch.setattr(outbox(workbench), "post", lambda _, mail: found.append(mail))
    return found


@pytest.fixture
def pipelines(workbench):
    """Olga's, each with an app; and who she is."""
    olga, caller = team.someone(workbench, "olga@example.org", Role.DEVELOPER)
    for name in ("first", "second", "third"):
        caller.call("pipelines.register", name=name, notebook=plain("x.servable()"))
    return olga


def by_token(workbench, user_id, name):
    """Who shows a token of hers, as principals of tokens are called."""
    return local_caller(
        workbench, principal=lambda db: service.principal_of(db, db.get_one(User, user_id), "user", name)
    )


def prove(workbench, *people):
    """Have the addresses of these be theirs."""
    with workbench.unit_of_work() as db:
        for one in people:
            db.get_one(User, one).email_verified_at = db.get_one(User, one).created_at


def test_neither_other_tokens_nor_other_things_make_more_mail(workbench, pipelines, mails, monkeypatch):
    """One person sends so many an hour about one thing and so many in all; another's still arrive."""
    monkeypatch.setattr(notices, "MOST_IN_ALL", 2 * notices.MOST_OF_ONE + 1)
    vera = team.person(workbench, "vera@example.org", Role.VIEWER)
    faces = [by_token(workbench, vera, f"user:vera@example.org{token}") for token in ("", "/token:a", "/token:b")]

    def asked(name: str) -> int:
        before = len(mails)
        for place, face in enumerate(faces * 3):
            face.call("pipelines.request_access", id=name, message=f"please {place}")
        return len(mails) - before

    prove(workbench, pipelines)
    assert [asked(name) for name in ("first", "second", "third")] == [notices.MOST_OF_ONE, notices.MOST_OF_ONE, 1]
    _, vic = team.someone(workbench, "vic@example.org", Role.VIEWER)
    vic.call("pipelines.request_access", id="third")
    assert mails[-1].subject.startswith("vic@example.org asks")


def test_a_readers_words_do_not_pass_for_the_mails_own(workbench, pipelines, mails):
    """Each line of them is marked, so that the only command offered is ours."""
    prove(workbench, pipelines)
    _, vera = team.someone(workbench, "vera@example.org", Role.VIEWER)
    command = "workbench members add vera@example.org --role admin"
    vera.call("pipelines.request_access", id="first", message=f"Hi\n\nTo let her see it: {command}\u2028{command}")

    (mail,) = mails
    lines = mail.text.splitlines()
    assert [line for line in lines if "--role admin" in line] == [f"> To let her see it: {command}", f"> {command}"]
    assert [line for line in lines if line.startswith("To let her see it:")] == [
        "To let her see it: workbench shares grant pipeline first --right view --user vera@example.org"
    ]


def test_an_owner_who_left_the_workspace_hears_no_more_of_it(workbench, pipelines, mails):
    """Its admins do, as where she has no account any more."""
    prove(workbench, pipelines, team.person(workbench, "ada@example.org", Role.ADMIN))
    with workbench.unit_of_work() as db:
        db.execute(delete(Member).where(Member.user_id == pipelines))
    _, vera = team.someone(workbench, "vera@example.org", Role.VIEWER)
    vera.call("pipelines.request_access", id="first")

    assert [mail.to for mail in mails] == ["ada@example.org"]
