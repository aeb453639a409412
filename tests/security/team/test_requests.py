"""What a team's server refuses of a request's form, and what every answer says."""

from __future__ import annotations

import socket

import httpx
import pytest

from jupyter_ext.team.rates import Rates
from tests.factories import team
from tests.factories.notebooks import plain
from workbench.core.permissions import Role
from workbench.core.settings import load

ME = "workbench/api/v1/me"


def code(answer: httpx.Response) -> tuple[int, str]:
    """The status and the code of a problem."""
    return answer.status_code, answer.json().get("code")


@pytest.fixture
def developer(as_somebody):
    """A client of a Developer."""
    return as_somebody(Role.DEVELOPER)


@pytest.fixture
def stranger(as_somebody):
    """A client of nobody."""
    return as_somebody(None)


def test_a_token_in_the_address_is_refused(developer, stranger):
    """Neither a token of ours nor one of Jupyter's signs in by the address, and no cookie comes of it."""
    token = developer.headers["Authorization"].removeprefix("Bearer ")
    answers = [stranger.get(path, params={"token": token}) for path in (ME, "lab", "api/contents", "workbench")]

    assert [code(answer) for answer in answers] == [(400, "token_in_address")] * 4
    assert not any("set-cookie" in answer.headers for answer in answers)


@pytest.mark.parametrize(
    "given", ["token abc", "Basic YTpi", "Bearer abc", "Bearer wbt_no", "Bearer", "wbt_abc", "Bearer a b"]
)
def test_other_credentials_are_refused(stranger, given):
    """Jupyter's own token scheme, passwords and made-up tokens open nothing."""
    status, _ = code(stranger.get("api/contents", headers={"Authorization": given}))

    assert status == 401


@pytest.mark.parametrize(
    "framing",
    [
        "Content-Length: 4\r\nTransfer-Encoding: chunked", "Content-Length: 4\r\nContent-Length: 5",
        "Content-Length: +4", "Transfer-Encoding: chunked, chunked", "Content-Length : 4",
    ],
)  # fmt: skip
def test_no_request_hides_in_another(team_server, framing):
    """Of a body whose length two servers could read differently nothing is taken, and the connection ends."""
    hidden = "GET /base/workbench/livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
    asked = f"POST /base/workbench/api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\n{framing}\r\n\r\n0\r\n\r\n"
    address = httpx.URL(team_server.base)
    with socket.create_connection((address.host, address.port), timeout=20) as connection:
        connection.sendall((asked + hidden).encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))

    assert b"200 OK" not in answer
    assert answer.count(b"HTTP/1.1 ") <= 1


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8888", "localhost.evil.example", "127.0.0.2", "[::2]"])
def test_a_foreign_host_is_refused(developer, host):
    """A page whose name was made to lead to this server (DNS rebinding) gets nothing, on no route."""
    answers = [developer.get(path, headers={"Host": host}) for path in (ME, "workbench/livez", "lab", "static/x")]

    assert [code(answer) for answer in answers] == [(400, "unknown_host")] * 4


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://127.0.0.1"])
@pytest.mark.parametrize("path", ["workbench/api/v1/events", "workbench/apps/default/home/ws"])
def test_no_socket_opens_for_a_foreign_origin(developer, origin, path):
    """Whatever credential comes with it."""
    headers = {
        "Origin": origin, "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }  # fmt: skip

    assert code(developer.get(path, headers=headers)) == (403, "foreign_origin")


def test_a_foreign_page_without_a_token_is_refused(stranger):
    """The form of another site is refused before anything is read of it."""
    answer = stranger.post("workbench/api/v1/auth/login", json={}, headers={"Origin": "https://evil.example"})

    assert code(answer) == (403, "foreign_origin")


def test_other_sites_read_nothing_unless_the_setting_names_them(developer):
    """CORS is off: Jupyter's leave for whoever has a token is taken back."""
    foreign = developer.get(ME, headers={"Origin": "https://evil.example"})
    known = developer.get(ME, headers={"Origin": "https://known.example"})
    elsewhere = developer.get("api/contents", headers={"Origin": "https://known.example"})

    assert foreign.status_code == known.status_code == 200
    assert "access-control-allow-origin" not in foreign.headers
    assert known.headers["access-control-allow-origin"] == "https://known.example"
    assert "access-control-allow-credentials" not in known.headers
    assert "access-control-allow-origin" not in elsewhere.headers


def test_a_preflight_of_a_known_site_is_answered(stranger):
    """A browser asks first, without credentials, and is told which headers may come."""
    headers = {"Origin": "https://known.example", "Access-Control-Request-Method": "GET"}
    answer = stranger.options(ME, headers=headers)

    assert answer.status_code in (200, 204)
    assert "Authorization" in answer.headers["access-control-allow-headers"]


def test_long_addresses_and_bodies_are_refused(developer):
    """Before anything is made of them."""
    address = developer.get(ME, params={"q": "x" * 9000})
    body = developer.post("api/sessions", content=b"x" * 1_100_000, headers={"Content-Type": "application/json"})

    assert code(address) == (413, "address_too_long")
    assert code(body) == (413, "too_large")


def test_who_may_do_something_may_say_it_at_length(developer, stranger):
    """A notebook of two megabytes is taken of a Developer, while nobody signs in with as much."""
    long = {"notebook": plain("x" * 2_000_000), "name": "long_one"}
    taken = developer.post("workbench/api/v1/w/default/pipelines", json=long)
    refused = stranger.post("workbench/api/v1/auth/login", json={"email": "a" * 2_000_000, "password": "b"})

    assert taken.status_code == 201, taken.text
    assert code(refused) == (413, "too_large")
    assert "1048576 bytes" in refused.json()["detail"]
    assert refused.json()["fix"] == "Send less at once.", "no setting raises what a stranger may send"


@pytest.mark.parametrize(("role", "size", "said"), [(Role.VIEWER, 2_000_000, 403), (Role.DEVELOPER, 10**9, 413)])
def test_a_long_document_is_refused_before_it_comes(team_server, as_somebody, role, size, said):
    """Of somebody who may not, and where it says itself that it is longer than the setting allows."""
    client = as_somebody(role)
    host, port = client.base_url.host, client.base_url.port
    with socket.create_connection((host, port), timeout=20) as connection:
        head = (
            f"POST /base/workbench/api/v1/w/default/pipelines HTTP/1.1\r\nHost: {host}\r\nContent-Length: {size}\r\n"
            f"Authorization: {client.headers['Authorization']}\r\nContent-Type: application/json\r\n\r\n"
        )
        connection.sendall(head.encode())
        answer = connection.recv(65536)

    assert answer.startswith(b"HTTP/1.1 %d" % said)
    assert b"application/problem+json" in answer


def test_a_refused_body_is_not_read(team_server, stranger):
    """Somebody who may not is answered while her gigabyte is still to come, and the connection ends."""
    host, port = stranger.base_url.host, stranger.base_url.port
    with socket.create_connection((host, port), timeout=10) as connection:
        head = f"PUT /base/api/contents/default/x HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1000000000\r\n\r\n"
        connection.sendall(head.encode())
        answer = connection.recv(65536)

    assert answer.startswith(b"HTTP/1.1 401")
    assert b"Connection: close" in answer


@pytest.mark.parametrize(
    "path", ["workbench/livez", ME, "lab", "api/contents", "nothing", "workbench/apps/default/home"]
)
@pytest.mark.parametrize("who", [None, Role.DEVELOPER, Role.VIEWER])
def test_every_answer_has_the_headers(as_somebody, who, path):
    """Whoever made it, also a refusal; and none names the server's software."""
    headers = as_somebody(who).get(path).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] in ("same-origin", "no-referrer")
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "frame-ancestors" in headers["content-security-policy"]
    assert "default-src" in headers["content-security-policy"]
    assert "script-src 'unsafe-inline'" not in headers["content-security-policy"]
    assert "geolocation=()" in headers["permissions-policy"]
    assert "no-" in headers["cache-control"] or "max-age" in headers["cache-control"]
    assert "server" not in headers


def test_a_failure_of_jupyters_tells_no_traceback(team_server, developer, monkeypatch):
    """JupyterLab hears that the server failed, not where."""
    monkeypatch.setattr(type(team_server.app.kernel_manager), "list_kernels", lambda _: 1 / 0)
    answer = developer.get("api/kernels")

    assert answer.status_code == 500
    assert code(answer) == (500, "internal_error")
    assert "Traceback" not in answer.text
    assert "/" not in answer.json()["message"]


def test_a_refusal_tells_neither_version_nor_path(as_somebody, team_server):
    """In a page and in a problem."""
    texts = [
        as_somebody(who).get(path, headers={"Accept": accept}).text
        for who in (None, Role.VIEWER)
        for path in ("lab", "nothing", "api/contents")
        for accept in ("text/html", "application/json")
    ]

    assert not [text for text in texts if str(team_server.app.root_dir) in text or "ornado" in text or "2.21" in text]


def test_how_the_installation_is_only_its_system_admin_hears(team_server, as_somebody, people):
    """Findings and figures are of all workspaces, and tell paths: an Admin of one workspace is not told either."""
    workbench, admin = team_server.workbench, people[Role.ADMIN]
    routes = ("workbench/metrics", "workbench/readyz?verbose")
    refused = [as_somebody(role).get(route).status_code for role in Role for route in routes]
    team.make_system_admin(workbench, admin)
    scraper = {"Authorization": f"Bearer {team.token(workbench, admin, 'admin:maintenance')}"}
    told = [httpx.get(f"{team_server.base}{route}", headers=scraper).status_code for route in routes]
    team.make_system_admin(workbench, admin, False)

    assert refused == [403] * len(refused)
    assert told == [200, 200]


def test_too_many_requests_are_told_when_to_come_back(team_server, developer, monkeypatch):
    """As a problem with Retry-After; others go on."""
    monkeypatch.setattr(team_server.app.guard, "rates", Rates(load({"requests_per_minute": 3}, environ={})))
    answers = [developer.get(ME) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 4 + [429] * 2
    assert code(answers[-1]) == (429, "too_many_requests")
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 61


def test_a_person_is_led_to_the_login_page(as_somebody):
    """And afterwards to where she wanted."""
    answer = as_somebody(None).get("workbench/apps/default/home?month=3", headers={"Accept": "text/html"})

    assert answer.status_code == 302
    assert (
        answer.headers["location"]
        == "/base/workbench/login?next=%2Fbase%2Fworkbench%2Fapps%2Fdefault%2Fhome%3Fmonth%3D3"
    )


def test_jupyterlab_shows_code_only_to_who_writes_it(as_somebody):
    """A Designer's and an Executor's window has no file browser, and what it lists of files and kernels is nothing."""
    for role in (Role.DESIGNER, Role.EXECUTOR):
        client = as_somebody(role)
        page = client.get("lab").text

        assert '"@jupyterlab/filebrowser-extension:widget"' in page
        assert client.get("api/contents").json()["content"] == []
        assert client.get("api/kernels").json() == client.get("api/sessions").json() == []
        assert client.get("api/contents/default").status_code == 404
        assert client.get("files/default/x.txt").status_code == 403
    assert '"@jupyterlab/filebrowser-extension:widget"' not in as_somebody(Role.DEVELOPER).get("lab").text
