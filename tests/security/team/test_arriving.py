"""Arriving by a link: an invitation is taken up once, a forgotten password is replaced, and no page tells more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from tests.factories import team
from workbench.core.permissions import Role
from workbench.domains.access.service import links
from workbench.domains.access.service.links import add_link
from workbench.home import local_caller

PASSWORD = "correct horse battery staple"
INVITATION, FORGOT, RESET = "workbench/invitation", "workbench/forgot", "workbench/reset"
VERIFY = "workbench/verify"


@pytest.fixture
def visitor(team_server) -> Iterator[httpx.Client]:
    """A browser with no cookies yet."""
    with httpx.Client(base_url=team_server.base, headers={"Accept": "text/html"}, timeout=30) as client:
        yield client


@pytest.fixture
def invited(team_server) -> tuple[str, str]:
    """The address of somebody who was invited as an Executor, and the code of her link."""
    email = f"{uuid4().hex}@example.org"
    made = local_caller(team_server.workbench).call("invitations.create", email=email, roles=["executor"])
    return email, made.link.partition("code=")[2]


def send(visitor: httpx.Client, page: str, code: str = "", **fields: str) -> httpx.Response:
    """Open a page, fill in its form and send it."""
    visitor.get(page, params={"code": code} if code else None)
    return visitor.post(page, data={"_xsrf": visitor.cookies["_xsrf"], "code": code} | fields)


def test_an_invitation_makes_an_account_and_signs_in(visitor, invited):
    """The page says what it is to; its form is enough to be somebody in that role."""
    email, code = invited
    page = visitor.get(INVITATION, params={"code": code}).text
    answer = send(visitor, INVITATION, code, display_name="Ada <b>", password=PASSWORD)
    me = visitor.get("workbench/api/v1/me").json()

    assert email in page
    assert "executor" in page
    assert (answer.status_code, answer.headers["Location"]) == (303, "/base/workbench")
    assert (me["name"], me["display_name"]) == (email, "Ada <b>")
    assert [part["roles"] for part in me["workspaces"]] == [["executor"]]


def test_links_begin_as_the_server_was_reached(team_server):
    """Who invites gets a link that others can open."""
    user = team.person(team_server.workbench, f"{uuid4().hex}@example.org", Role.ADMIN)
    token = team.token(team_server.workbench, user)
    given = {"email": f"{uuid4().hex}@example.org", "roles": ["viewer"]}
    with httpx.Client(base_url=team_server.base, headers={"Authorization": f"Bearer {token}"}) as client:
        made = client.post("workbench/api/v1/w/default/invitations", json=given).json()

    assert made["link"].startswith(f"{team_server.base}{INVITATION}?code=")


def test_an_invitation_is_good_once(team_server, visitor, invited):
    """Whoever finds the link later is told that it is over, and makes no account."""
    _, code = invited
    send(visitor, INVITATION, code, display_name="Ada", password=PASSWORD)
    with httpx.Client(base_url=team_server.base, headers={"Accept": "text/html"}) as other:
        again = other.get(INVITATION, params={"code": code})

    assert again.status_code == 404
    assert "not good any more" in again.text


def test_a_weak_password_is_refused_on_the_form(visitor, invited):
    """The form comes back with the reason, and the link stays good."""
    _, code = invited
    weak = send(visitor, INVITATION, code, display_name="Ada", password="password1")
    strong = send(visitor, INVITATION, code, display_name="Ada", password=PASSWORD)

    assert (weak.status_code, strong.status_code) == (422, 303)
    assert 'role="alert"' in weak.text
    assert "password1" not in weak.text


def test_strangers_and_members_read_the_same(team_server, visitor):
    """Who asks for a link to replace a password cannot tell whether there is such an account."""
    known = f"{uuid4().hex}@example.org"
    team.person(team_server.workbench, known, Role.VIEWER)
    answers = [send(visitor, FORGOT, email=email) for email in (known, "stranger@example.org")]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].text == answers[1].text
    assert "This server sends no mail" in answers[0].text
    assert "on its way" not in answers[0].text


def test_a_made_up_code_replaces_no_password(visitor):
    """A link that nobody sent is refused, and what was typed is not shown again."""
    answer = send(visitor, RESET, "made-up", password=PASSWORD)

    assert answer.status_code == 404
    assert re.search(r'role="alert"', answer.text)
    assert PASSWORD not in answer.text
    assert f'/{FORGOT}">Ask for another link' in answer.text


def test_an_address_is_confirmed_by_a_press_and_not_by_looking(team_server, visitor):
    """A program that opens the link before its person does uses nothing up; her press does, once."""
    workbench, email = team_server.workbench, f"{uuid4().hex}@example.org"
    user = team.person(workbench, email, Role.VIEWER)
    with workbench.unit_of_work() as db:
        code = add_link(db, links.VERIFY, email, timedelta(hours=1), user_id=user).text
    looked = [visitor.get(VERIFY, params={"code": code}).status_code for _ in range(2)]
    pressed = [send(visitor, VERIFY, code).status_code for _ in range(2)]

    assert (looked, pressed) == ([200, 200], [200, 404])
    assert local_caller(workbench).call("users.show", id=email).email_verified


def test_no_code_is_told_from_another(visitor):
    """What was never sent is answered as what is over, in the same words."""
    answers = [send(visitor, VERIFY, code) for code in ("made-up", "x" * 43)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].text == answers[1].text


@pytest.mark.parametrize("page", [INVITATION, FORGOT, RESET, VERIFY])
def test_a_foreign_form_is_refused(visitor, page):
    """Without the token of our own form nothing happens."""
    assert visitor.post(page, data={"code": "x", "password": PASSWORD}).status_code == 403
