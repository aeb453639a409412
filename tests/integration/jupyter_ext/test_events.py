"""The stream of events: in order, from where one was, and only what one may hear."""

from __future__ import annotations

import json
import time
from contextlib import closing, contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
import websocket

from jupyter_ext import hub, socket
from workbench.core import events
from workbench.core.clock import now
from workbench.core.context import Principal
from workbench.core.permissions import Role
from workbench.domains.access import service


@contextmanager
def listening(server, authorization=None, **query):
    """A listener; answers a function that gives the next message, and the socket."""
    question = "&".join(f"{name}={value}" for name, value in query.items())
    header = {"Authorization": authorization or f"token {server.token}"}
    url = f"{server.api.replace('http', 'ws', 1)}/events?{question}"
    with closing(websocket.WebSocket(skip_utf8_validation=True)) as connection:
        connection.settimeout(10)
        connection.connect(url, header=header)
        yield (lambda: json.loads(connection.recv())), connection
        connection.shutdown()  # a connection that the other end closed is left open by close()


def tell(workbench, name, number=1, **more):
    """Commit events, ten in a transaction."""
    with workbench.read() as db:
        workspace = next(iter(service.os_principal(db).roles))
    given = {"workspace_id": workspace, "object_id": None, "permission": "connectors:read"} | more
    for start in range(0, number, 10):
        with workbench.unit_of_work() as db:
            for place in range(start, min(start + 10, number)):
                events.emit(db, name, **({"data": {"place": place}} | given))


def newest(server):
    """The number of the newest event."""
    with server.workbench.read() as db:
        return events.newest(db)


def test_what_happens_is_told_at_once(server, api, name):
    """An event reaches a listener well before the next poll, with what it is about."""
    with listening(server) as (hear, _):
        assert hear()["name"] == "stream.opened"
        started = time.monotonic()
        made = api.post("/w/default/things", json={"name": name}).json()
        told = hear()

    assert (told["name"], told["object_id"], told["data"]) == ("thing.created", made["id"], {"name": name})
    assert time.monotonic() - started < 5


def test_a_listener_takes_up_where_it_was(server):
    """All events after `since` come first, in order and without a gap, then those that happen meanwhile."""
    since = newest(server)
    tell(server.workbench, "old.event", 1200)

    with listening(server, since=since) as (hear, _):
        opened = hear()
        first = [hear() for _ in range(600)]
        tell(server.workbench, "new.event", 3)
        rest = [hear() for _ in range(603)]

    assert opened["data"]["newest"] == since + 1200
    assert [message["sequence"] for message in first + rest] == list(range(since + 1, since + 1204))
    assert [message["name"] for message in rest[-3:]] == ["new.event"] * 3


def test_events_of_other_processes_are_told_too(server):
    """What another process commits is found by polling."""
    other = server.workbench.database
    with listening(server) as (hear, _):
        hear()
        from workbench.core.journal import unit_of_work

        with unit_of_work(other, server.workbench.audit) as db:  # nobody is told of this commit
            workspace = next(iter(service.os_principal(db).roles))
            events.emit(db, "other.event", workspace_id=workspace, object_id=None, permission="runs:read")

        assert hear()["name"] == "other.event"


def test_many_listeners_hear_the_same(server):
    """Listeners that come at different times end with the same events in the same order."""
    since = newest(server)
    tell(server.workbench, "first.event", 50)
    with listening(server, since=since) as (one, _), listening(server, since=since + 20) as (two, _):
        one(), two()
        tell(server.workbench, "second.event", 50)
        heard_one = [one()["sequence"] for _ in range(100)]
        heard_two = [two()["sequence"] for _ in range(80)]

    assert heard_one == list(range(since + 1, since + 101))
    assert heard_two == heard_one[20:]


def test_events_that_were_cleaned_up_are_not_waited_for(server):
    """A listener from before the oldest event hears what there is, and can tell that it missed some."""
    since = newest(server)
    tell(server.workbench, "forgotten.event", 5)
    with server.workbench.unit_of_work() as db:
        db.query(events.Event).update({"at": now() - timedelta(days=90)})
        events.forget(db, 30)

    with listening(server, since=since) as (hear, _):
        opened = hear()
        tell(server.workbench, "kept.event")
        told = hear()

    assert opened["data"] == {"oldest": since + 6, "newest": since + 5}
    assert (told["name"], told["sequence"]) == ("kept.event", since + 6)


def test_a_number_from_the_future_is_taken_for_now(server):
    """A listener that was at another home hears what happens from now on."""
    with listening(server, since=10**12) as (hear, _):
        assert hear()["sequence"] == newest(server)
        tell(server.workbench, "present.event")
        assert hear()["name"] == "present.event"


def test_a_slow_listener_is_sent_away_to_come_back(server, monkeypatch):
    """When too many events wait for a client it is closed with 4008; the others go on, and nothing is lost."""
    monkeypatch.setattr(socket, "QUEUE", 20)
    since = newest(server)
    with listening(server) as (_, slow), listening(server) as (quick, _):
        quick()
        listeners = server.extension._hub._heard
        while len(listeners) < 2:
            time.sleep(0.01)
        sent = 0
        while len(listeners) == 2:
            assert sent < 1000, "a client that takes nothing is still being waited for"
            tell(server.workbench, "big.event", 10, data={"text": "x" * 400_000})
            sent += 10
            assert [quick()["sequence"] for _ in range(10)][-1] == since + sent
        code = None
        while code != websocket.ABNF.OPCODE_CLOSE:
            code, data = slow.recv_data()
    with listening(server, since=since) as (hear, _):
        hear()
        again = [hear()["sequence"] for _ in range(sent)]

    assert int.from_bytes(data[:2], "big") == socket.SLOW
    assert again == list(range(since + 1, since + sent + 1))


def test_whoever_loses_the_token_hears_no_more(server, token):
    """At the next event after a revocation the listener is closed with 4001."""
    text = token()
    with listening(server, f"Bearer {text}") as (hear, connection):
        hear()
        tell(server.workbench, "before.event")
        assert hear()["name"] == "before.event"
        with server.workbench.unit_of_work() as db:
            who = service.token_principal(db, text)
            service.revoke(db, service.os_principal(db), who.token_id)
        tell(server.workbench, "after.event")
        code, data = connection.recv_data()

    assert (code, int.from_bytes(data[:2], "big")) == (8, socket.LOST)


@pytest.mark.parametrize(
    ("query", "scopes", "status"),
    [({"since": "-1"}, (), 422), ({"since": "x"}, (), 422), ({"since": "9" * 40}, (), 422), ({}, ("runs:read",), 403)],
)
def test_a_bad_wish_is_refused_before_the_stream_opens(server, token, query, scopes, status):
    """A number that is none, or a token without events:receive, is answered with a problem instead of a stream."""
    stream = listening(server, f"Bearer {token(*scopes)}", **query)
    with pytest.raises(websocket.WebSocketBadStatusException) as refused, stream:
        pass

    assert refused.value.status_code == status
    assert json.loads(refused.value.resp_body)["status"] == status


def test_a_foreign_page_cannot_listen(server):
    """With a cookie, an origin that is not the server's is refused."""
    url = f"{server.api.replace('http', 'ws', 1)}/events"
    import httpx

    with httpx.Client() as browser:
        browser.get(f"{server.base}api/status", params={"token": server.token})
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    with (
        closing(websocket.WebSocket(skip_utf8_validation=True)) as connection,
        pytest.raises(websocket.WebSocketBadStatusException),
    ):
        connection.connect(url, cookie=cookie, origin="https://evil.example")


def test_each_hears_what_it_may(server):
    """By the permission an event names: all at W, one's own and the shared at O, the shared and one's own runs at S."""
    workbench = server.workbench
    mine, other = uuid4(), uuid4()
    with workbench.read() as db:
        owner = service.os_principal(db)
    workspace = next(iter(owner.roles))
    start = newest(server)
    tell(workbench, "thing.a", permission="connectors:read")
    tell(workbench, "thing.b", permission="audit:read")
    tell(workbench, "file.c", permission="files:read", owner_id=mine)
    tell(workbench, "file.d", permission="files:read", owner_id=other)
    tell(workbench, "run.e", permission="runs:read", object_id=uuid4())
    tell(workbench, "me.f", permission="me:read", owner_id=mine)
    tell(workbench, "new.g", permission="not:known")
    tell(workbench, "run.h", permission="runs:read", workspace_id=None)
    tell(workbench, "run.i", permission="runs:read", object_id=uuid4(), owner_id=mine)

    def heard(*roles, user_id=mine, **more):
        who = Principal("user", "test", user_id=user_id, roles={workspace: frozenset(roles)}, **more)
        with workbench.read() as db:
            batch = events.since(db, start)
            return "".join(event.name[-1] for event in hub.audible(workbench, db, who, batch))

    assert heard(Role.ADMIN) == "abcdefi"
    assert heard(Role.DEVELOPER) == "acdefi"
    assert heard(Role.EXECUTOR) == "cefi"
    assert heard(Role.VIEWER) == "fi"
    assert heard() == "f"
    assert heard(Role.ADMIN, scopes=frozenset({"runs:read"})) == "ei"
    assert heard(Role.ADMIN, user_id=None) == "abcdei"
