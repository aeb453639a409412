"""Signing in and out in a browser: where the cookie goes, what it opens, and what a foreign page can do with it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
import websocket
from sqlalchemy import select, update

from tests.factories import team
from workbench.core.clock import now
from workbench.core.permissions import Role
from workbench.domains.access.models import SignedIn, User
from workbench.domains.access.service import passwords
from workbench.domains.access.service.accounts import replace_password

LOGIN, LOGOUT, ME = "workbench/login", "workbench/logout", "workbench/api/v1/me"
PASSWORD = "correct horse battery staple"
COOKIE = "workbench-session"


@pytest.fixture(scope="module")
def known(team_server) -> str:
    """The hash of the password that people have here."""
    return passwords.hashed(team_server.workbench.pools, PASSWORD)


@pytest.fixture
def person(team_server, known) -> Callable[..., str]:
    """Makes people with a password, and answers their names."""

    def make(*roles: Role) -> str:
        name = f"{uuid4().hex}@example.org"
        user = team.person(team_server.workbench, name, *roles)
        with team_server.workbench.unit_of_work() as db:
            replace_password(db, user, known)
        return name

    return make


@pytest.fixture
def visitor(team_server) -> Iterator[httpx.Client]:
    """A browser with no cookies yet."""
    with httpx.Client(base_url=team_server.base, headers={"Accept": "text/html"}, timeout=30) as client:
        yield client


def sign_in(visitor: httpx.Client, name: str, password: str = PASSWORD, **fields: str) -> httpx.Response:
    """Fill in the form and send it."""
    visitor.get(LOGOUT if COOKIE in visitor.cookies else LOGIN)  # who is signed in is sent on from the other
    given = {"_xsrf": visitor.cookies["_xsrf"], "name": name, "password": password}
    return visitor.post(LOGIN, data=given | fields)


def test_signing_in_opens_what_the_roles_open(visitor, person):
    """The cookie of the form's answer is enough for pages and, with its twin against foreign forms, for the API."""
    answer = sign_in(visitor, person(Role.DEVELOPER))

    assert (answer.status_code, answer.headers["Location"]) == (303, "/base/workbench")
    assert visitor.get("workbench").headers["Location"] == "/base/lab"
    me = visitor.get(ME).json()
    assert (me["kind"], [part["roles"] for part in me["workspaces"]]) == ("session", [["developer"]])


@pytest.mark.parametrize("how", ["idle", "ended elsewhere", "disabled"])
def test_whose_session_has_ended_is_told_and_led_back(team_server, visitor, person, how):
    """The form says so once, whyever it ended, and leads to where she was; a stranger is told nothing of sessions."""
    name = person(Role.VIEWER)
    sign_in(visitor, name)
    with team_server.workbench.unit_of_work() as db:
        user = db.scalars(select(User).where(User.folded == name)).one()
        mine, past = update(SignedIn).where(SignedIn.user_id == user.id), now() - timedelta(minutes=1)
        if how == "disabled":
            user.disabled_at = past
        else:
            db.execute(mine.values(**{"idle_until" if how == "idle" else "ended_at": past}))

    there = visitor.get("workbench/apps/default/dashboards?q=x").headers["Location"].removeprefix("/base/")
    first, again = visitor.get(there).text, visitor.get(there).text

    assert "Your session has ended; sign in again." in first
    assert 'name="next" value="/base/workbench/apps/default/dashboards?q=x"' in first
    assert "has ended" not in again


def test_the_cookie_is_for_the_browser_alone(visitor, person):
    """No script reads it, and no other site sends it with a form."""
    answer = sign_in(visitor, person(Role.VIEWER))
    (cookie,) = [given for given in answer.headers.get_list("Set-Cookie") if given.startswith(COOKIE)]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/base/" in cookie


def test_by_https_the_cookie_is_bound_to_the_host(team_server, visitor, person, monkeypatch):
    """Neither plain HTTP nor a neighbouring host gets at it; an old one is cleared in the only way browsers accept."""
    monkeypatch.setattr(team_server.app.guard.places, "secure", True)
    name, bound = person(Role.VIEWER), "__Host-workbench"
    form = visitor.get(LOGIN)
    xsrf = re.search(r'name="_xsrf" value="([^"]+)"', form.text)[1]
    data = {"_xsrf": xsrf, "name": name, "password": PASSWORD}
    answer = visitor.post(LOGIN, data=data, headers={"Cookie": f"_xsrf={xsrf}"})
    stale = visitor.get(LOGIN, headers={"Cookie": f"{bound}=wbs_{'a' * 43}"})
    given, cleared = (
        next(cookie for cookie in reply.headers.get_list("Set-Cookie") if cookie.startswith(bound))
        for reply in (answer, stale)
    )

    for cookie in (given, cleared):
        assert {"Secure", "Path=/"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
    assert {"HttpOnly", "SameSite=Lax"} <= set(given.split("; "))
    assert cleared.startswith(f'{bound}="";')
    assert visitor.get(ME, headers={"Cookie": given.partition(";")[0]}).status_code == 200


def test_a_password_is_masked_and_may_come_from_a_manager(visitor):
    """Nobody reads it over a shoulder, and no script of the page keeps anybody from pasting it."""
    page = visitor.get(LOGIN).text
    field = re.search(r'<input [^>]*name="password"[^>]*>', page)[0]

    assert 'type="password"' in field
    assert 'autocomplete="current-password"' in field
    assert not re.search(r"<script|\son\w+=", page)


def test_who_guesses_reads_when_to_come_back(visitor):
    """The form itself says so, and keeps the name that was typed but not the password."""
    name = f"{uuid4().hex}@example.org"
    answers = [sign_in(visitor, name, "a-wrong-password") for _ in range(6)]

    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 61
    assert re.search(r'role="alert".*too many attempts that failed\. Try again in \d+ s\.', answers[-1].text)
    assert name in answers[-1].text
    assert "a-wrong-password" not in answers[-1].text


@pytest.mark.parametrize("which", ["unknown", "wrong", "disabled"])
def test_why_it_failed_is_not_told(team_server, visitor, person, which):
    """A stranger, a wrong password and a disabled account read alike, and set no session."""
    name = person(Role.ADMIN)
    if which == "disabled":
        with team_server.workbench.unit_of_work() as db:
            db.execute(update(User).where(User.name == name).values(disabled_at=User.created_at))
    answer = sign_in(
        visitor, "nobody@example.org" if which == "unknown" else name, "x" if which == "wrong" else PASSWORD
    )

    assert answer.status_code == 401
    assert "The name and the password do not belong together." in answer.text
    assert COOKIE not in visitor.cookies


def test_a_session_that_somebody_planted_is_not_gone_on_with(visitor, person):
    """After signing in the session is a new one, and the planted or earlier one opens nothing (fixation)."""
    name = person(Role.VIEWER)
    sign_in(visitor, name)
    planted = visitor.cookies[COOKIE]
    sign_in(visitor, name)

    assert visitor.cookies[COOKIE] != planted
    assert httpx.get(f"{visitor.base_url}{ME}", cookies={COOKIE: planted}).status_code == 401


@pytest.mark.parametrize("given", ["wbs_" + "a" * 43, "x", "wbs_", "é"])
def test_a_made_up_session_opens_nothing(visitor, given):
    """What was never given out is nobody's."""
    assert visitor.get(ME, headers={"Cookie": f"{COOKIE}={given}".encode(), "Accept": "*/*"}).status_code == 401


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "/base//evil.example", "x"]
)
def test_nobody_is_sent_elsewhere(visitor, person, wanted):
    """What the address says to go on to is taken only where it leads into this server."""
    assert sign_in(visitor, person(Role.VIEWER), next=wanted).headers["Location"] == "/base/workbench"


def test_she_goes_on_to_where_she_wanted(visitor, person):
    """Who was stopped on her way to a page arrives there."""
    stopped = visitor.get("lab")
    assert stopped.headers["Location"] == "/base/workbench/login?next=%2Fbase%2Flab"

    assert sign_in(visitor, person(Role.ADMIN), next="/base/lab").headers["Location"] == "/base/lab"


def test_a_form_of_a_foreign_page_is_refused(visitor, person):
    """Without the token of our own form nobody is signed in, or out, in somebody's browser."""
    name = person(Role.VIEWER)
    given = {"name": name, "password": PASSWORD}
    answers = [
        visitor.post(LOGIN, data=given),
        visitor.post(LOGIN, data=given, headers={"Origin": "https://evil.example"}),
    ]
    sign_in(visitor, name)
    answers.append(visitor.post(LOGOUT))

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert visitor.get(ME).status_code == 200


def test_changing_by_cookie_needs_its_twin(visitor, person):
    """A request that the browser was made to send, with the cookie alone, changes nothing."""
    sign_in(visitor, person(Role.ADMIN))
    wish = {"name": "x", "days": 1, "bound_to": "default"}
    bare = visitor.post("workbench/api/v1/tokens", json=wish)
    visitor.get("workbench/logout")
    meant = visitor.post("workbench/api/v1/tokens", json=wish, headers={"X-XSRFToken": visitor.cookies["_xsrf"]})

    assert (bare.status_code, bare.json()["code"], meant.status_code) == (403, "xsrf", 201)


def test_signing_out_ends_the_session_and_its_sockets(team_server, visitor, person):
    """The cookie opens nothing from then on, whoever copied it, and what is open closes within two seconds."""
    sign_in(visitor, person(Role.VIEWER))
    kept = visitor.cookies[COOKIE]
    socket = websocket.WebSocket()
    socket.settimeout(20)
    address = team_server.base.replace("http", "ws", 1) + "workbench/api/v1/events"
    socket.connect(address, cookie=f"{COOKIE}={kept}", origin=team_server.base.rsplit("/base", 1)[0])
    socket.recv()
    visitor.get(LOGOUT)
    answer = visitor.post(LOGOUT, data={"_xsrf": visitor.cookies["_xsrf"]})
    began = time.monotonic()
    while socket.connected:
        opcode, _ = socket.recv_data()
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            break
    seconds = time.monotonic() - began
    socket.shutdown()

    assert (answer.status_code, answer.headers["Location"]) == (303, "/base/workbench/login")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert COOKIE not in visitor.cookies
    assert httpx.get(f"{visitor.base_url}{ME}", cookies={COOKIE: kept}).status_code == 401
    assert seconds < 10


@pytest.mark.parametrize("signed_in", [True, False])
def test_the_icon_is_there_for_anyone(visitor, person, signed_in):
    """What browsers ask for by themselves is no refusal in the console and the log, and our pages bring it along."""
    if signed_in:
        sign_in(visitor, person(Role.VIEWER))
    answer = visitor.get("favicon.ico")

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/svg+xml")
    assert answer.text.startswith("<svg ")
    assert 'rel="icon" href="data:image/svg+xml,' in visitor.get(LOGOUT).text
