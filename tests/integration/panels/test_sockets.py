"""A session opens for the person, the workspace and the page that it was made for, and for nobody else."""

from __future__ import annotations

import base64
import json

import pytest

from tests.integration.panels.conftest import APART, HERE, connect, refused

pytestmark = pytest.mark.parametrize("server", [HERE, APART], indirect=True, ids=["here", "apart"])


def heard(server, client, token):
    """Whether a socket opens and the server speaks Bokeh's protocol on it."""
    socket = connect(server, client, token)
    said = json.loads(socket.recv())
    socket.close()
    return said["msgtype"] == "ACK"


def test_the_person_who_opened_the_page_is_heard(server, alice):
    """The socket opens and acknowledges."""
    _, token = server.opened(alice)

    assert heard(server, alice, token)


def test_nobody_is_heard_who_is_not_signed_in(server, alice):
    """A stolen token is worth nothing without its owner's sign-in."""
    _, token = server.opened(alice)

    assert refused(server, None, token) == 403


def test_another_persons_session_stays_shut(server, alice, bob):
    """A Viewer's cookie with an Admin's page token opens nothing."""
    _, token = server.opened(alice)

    assert refused(server, bob, token) == 403
    assert heard(server, alice, token)


def test_a_session_is_not_heard_under_another_workspace(server, alice):
    """The address of the socket cannot move a session elsewhere."""
    _, token = server.opened(alice)

    assert refused(server, alice, token, "other/plain") == 403
    assert refused(server, alice, token, "default/broken") == 403


def test_a_session_about_one_thing_is_not_heard_about_another(server, alice):
    """The page of one run cannot be turned into that of another by its address."""
    _, token = server.opened(alice, "default/things/first")

    assert refused(server, alice, token, "default/things/second") == 403
    assert refused(server, alice, token, "default/plain") == 403
    connect(server, alice, token, "default/things/first").close()


def test_a_token_that_was_changed_is_refused(server, alice):
    """The signature covers who a session is for."""
    _, token = server.opened(alice)
    body, _, signature = token.partition(".")
    content = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    content["session_expiry"] += 1000
    forged = base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()

    for wrong in (f"{forged}.{signature}", body, f"{body}.", "", "x", f"{body}.{'A' * len(signature)}"):
        assert refused(server, alice, wrong or "none") == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1.evil.example"])
def test_pages_of_other_origins_may_not_connect(server, alice, origin):
    """Cross-site hijacking of the socket is refused by Jupyter's own rule."""
    _, token = server.opened(alice)

    assert refused(server, alice, token, Origin=origin) == 403


def test_a_host_that_is_not_ours_is_refused(server, alice):
    """A name that was rebound to this machine reaches nothing."""
    _, token = server.opened(alice)

    assert refused(server, alice, token, Host="evil.example", Origin="http://evil.example") == 403


def test_two_visits_are_two_sessions(server, alice):
    """What one window does, the other does not see."""
    assert server.opened(alice)[1] != server.opened(alice)[1]
