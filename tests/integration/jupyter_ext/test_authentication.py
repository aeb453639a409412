"""Who may come in, with what, and from where."""

from __future__ import annotations

import httpx
import pytest

from workbench.domains.access import service

ROUTES = ["/w/default/things", "/openapi.json", "/events", "/me", "../../metrics", "../../readyz?verbose"]


def browser(server):
    """A client with the cookies of somebody who signed in with a browser."""
    with httpx.Client() as client:
        client.get(f"{server.base}api/status", params={"token": server.token})
        client.get(f"{server.base}some/page")
        assert "_xsrf" in client.cookies
        assert any(name.startswith("username") for name in client.cookies)
        return httpx.Client(base_url=server.api, timeout=30, cookies=client.cookies)


@pytest.mark.parametrize("route", ROUTES)
def test_nobody_gets_in(server, route):
    """Without a sign-in every route but livez and readyz answers 401 as a problem, not a redirect to a page."""
    with server.client(Authorization="") as stranger:
        answer = stranger.get(httpx.URL(f"{server.api}/").join(route.lstrip("/")))

    expected = 404 if route == "/me" else 401  # the toys have no such operation; that is no secret
    assert answer.status_code == expected, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert expected == 404 or answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "header", ["Bearer wbt_nonsense", "Bearer wbt_", "token wrong", "Basic dXNlcjo=", "Bearer x y"]
)
def test_a_wrong_token_is_nobody(server, header, name):
    """Tokens that are not valid are refused alike, for reading and for writing."""
    with server.client(Authorization=header) as client:
        answers = [client.get(route) for route in ROUTES if route != "/me"]
        answers.append(client.post("/w/default/things", json={"name": name}))

    assert [answer.status_code for answer in answers] == [401] * len(answers)


def test_a_bearer_needs_no_cookie_and_may_come_from_anywhere(server, token, name):
    """A program with an API token writes without XSRF cookie, also when a foreign page's origin is named."""
    with server.client(Authorization=f"Bearer {token()}", Origin="https://elsewhere.example") as program:
        assert program.post("/w/default/things", json={"name": name}).status_code == 201


def test_a_token_reaches_as_far_as_its_scopes(server, token, name):
    """A token for reading lists, and is refused to write with 403."""
    with server.client(Authorization=f"Bearer {token('connectors:list')}") as program:
        assert program.get("/w/default/things").status_code == 200
        answer = program.post("/w/default/things", json={"name": name})

    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")


def test_a_revoked_token_is_refused_at_once(server, token):
    """The request after a revocation is answered with 401."""
    text = token()
    with server.client(Authorization=f"Bearer {text}") as program:
        before = program.get("/w/default/things").status_code
        with server.workbench.unit_of_work() as db:
            who = service.token_principal(db, text)
            service.revoke(db, service.os_principal(db), who.token_id)
        after = program.get("/w/default/things").status_code

    assert (before, after) == (200, 401)


def test_a_browser_proves_that_its_own_page_wrote_the_request(server, name):
    """With a cookie alone, reading works; writing needs the XSRF cookie's value as a header too."""
    with browser(server) as client:
        reading = client.get("/w/default/things")
        bare = client.post("/w/default/things", json={"name": name})
        header = {"X-XSRFToken": client.cookies["_xsrf"]}
        proven = client.post("/w/default/things", json={"name": name}, headers=header)

    assert reading.status_code == 200
    assert (bare.status_code, bare.json()["code"]) == (403, "xsrf")
    assert proven.status_code == 201


def test_a_foreign_page_cannot_use_a_browsers_cookie(server, name):
    """A request that names a foreign origin is refused although the cookie and its twin are right."""
    with browser(server) as client:
        headers = {"X-XSRFToken": client.cookies["_xsrf"], "Origin": "https://evil.example"}
        answer = client.post("/w/default/things", json={"name": name}, headers=headers)

    assert answer.status_code in (403, 404)


def test_a_stranger_cannot_fill_the_disk(server):
    """An upload without a valid token is answered before its body was sent."""
    with server.client(Authorization="Bearer wbt_nonsense") as client:
        sent = []

        def body():
            for number in range(10_000):
                sent.append(number)
                yield b"x" * 100_000

        try:
            answer = client.post("/w/default/rows", content=body(),
                                 headers={"Content-Type": "application/vnd.apache.arrow.stream"})  # fmt: skip
            assert answer.status_code == 401
        except (httpx.WriteError, httpx.ReadError):
            pass  # the connection was closed while the body was being sent

    assert len(sent) < 10_000


def test_refusals_are_on_record(server, token, name):
    """A denied call of somebody who is known is in the audit trail, with surface and correlation id."""
    from sqlalchemy import select

    from workbench.domains.audit.models import AuditRecord

    with server.client(Authorization=f"Bearer {token('connectors:list')}") as program:
        refused = program.post("/w/default/things", json={"name": name})

    with server.workbench.read() as db:
        query = select(AuditRecord).where(AuditRecord.correlation_id == refused.json()["correlation_id"])
        record = db.scalars(query).one()
    assert (record.operation, record.outcome, record.surface) == ("things.create", "denied", "rest")
