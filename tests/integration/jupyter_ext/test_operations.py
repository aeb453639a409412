"""Operations over HTTP: fields, versions, pages and keys, as the contract has them."""

from __future__ import annotations

import socket
import struct
import time

import pytest


def test_an_operation_answers_its_status_and_its_view(api, name):
    """A thing that is made is answered with 201, and found by its name and by its id alike."""
    made = api.post("/w/default/things", json={"name": name, "size": 3, "labels": ["a"]})

    assert made.status_code == 201
    assert made.headers["Content-Type"] == "application/json"
    assert made.json() | {"id": ""} == {"id": "", "name": name, "size": 3, "labels": ["a"], "extra": {}, "etag": 1}
    assert api.get(f"/w/default/things/{name}").json() == made.json()
    assert api.get(f"/w/default/things/{made.json()['id']}").json() == made.json()


def test_an_etag_saves_sending_what_the_client_has(api, name):
    """A reply that has not changed is a 304 without a body, one that has is sent whole."""
    api.post("/w/default/things", json={"name": name})
    first = api.get(f"/w/default/things/{name}")
    tag = first.headers["ETag"]

    again = api.get(f"/w/default/things/{name}", headers={"If-None-Match": tag})
    api.patch(f"/w/default/things/{name}", json={"size": 9}, headers={"If-Match": tag})
    changed = api.get(f"/w/default/things/{name}", headers={"If-None-Match": tag})

    assert (again.status_code, again.content) == (304, b"")
    assert (changed.status_code, changed.json()["size"]) == (200, 9)


def test_a_change_names_the_version_it_is_based_on(api, name):
    """Without If-Match a change is refused with 428, with a stale one with 412, and nothing changes."""
    tag = api.post("/w/default/things", json={"name": name}).headers["ETag"]
    where = f"/w/default/things/{name}"

    nothing = api.patch(where, json={"size": 1})
    fresh = api.patch(where, json={"size": 2}, headers={"If-Match": tag})
    stale = api.patch(where, json={"size": 3}, headers={"If-Match": tag})
    plain = api.patch(where, json={"size": 4}, headers={"If-Match": '"2"'})
    whatever = api.patch(where, json={"size": 5}, headers={"If-Match": "*"})

    answers = [nothing, fresh, stale, plain, whatever]
    assert [answer.status_code for answer in answers] == [428, 200, 412, 200, 200]
    assert [answer.json().get("code") for answer in answers[:3]] == ["version_required", None, "stale_version"]
    assert api.get(where).json()["size"] == 5


def test_pages_link_to_the_next_one(api, name):
    """The Link header leads through all pages, with the query's other fields kept."""
    for number in range(5):
        api.post("/w/default/things", json={"name": f"{name}_{number}"})
    found, url = [], f"/w/default/things?limit=2&sort=name&q={name}"

    while url:
        page = api.get(url)
        found += [item["name"] for item in page.json()["items"]]
        link = page.headers.get("Link")
        assert (link is None) == (page.json()["next"] is None)
        url = link and str(api.base_url.copy_with(raw_path=link.split(">")[0][1:].encode()))

    assert found == [f"{name}_{number}" for number in range(5)]


def test_the_same_key_starts_the_work_once(api, name):
    """A repeated request under one Idempotency-Key gets the first answer; another request under it is refused."""
    key = {"Idempotency-Key": name}
    first = api.post("/w/default/things", json={"name": name}, headers=key)

    again = api.post("/w/default/things", json={"name": name}, headers=key)
    other = api.post("/w/default/things", json={"name": f"{name}_b"}, headers=key)

    assert again.json() == first.json()
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert len(api.get("/w/default/things", params={"q": name}).json()["items"]) == 1


def test_an_external_operation_stores_what_its_work_found(api, name):
    """Load, work and store end in one reply."""
    api.post("/w/default/things", json={"name": name})

    assert api.post(f"/w/default/things/{name}/test").json()["size"] == 77


def test_head_is_get_without_the_body(api, name):
    """HEAD answers the headers of GET, and refuses what would have to be carried out whole."""
    api.post("/w/default/things", json={"name": name})

    head = api.head(f"/w/default/things/{name}")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == api.get(f"/w/default/things/{name}").headers["ETag"]
    assert api.head("/w/default/rows").status_code == 405


def test_the_trace_goes_through(api):
    """The caller's trace id is the correlation id, in the answer and in problems; without one there is a new one."""
    trace = "0af7651916cd43dd8448eb211c80319c"
    answer = api.get("/w/default/things/none", headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"})
    fresh = api.get("/w/default/things/none", headers={"traceparent": "nonsense"})

    assert answer.json()["correlation_id"] == trace
    assert answer.headers["traceparent"].split("-")[1] == trace
    assert len(fresh.json()["correlation_id"]) == 32
    assert fresh.json()["correlation_id"] != trace


def test_several_values_of_a_field_are_repeated_in_the_query(api):
    """A list field takes every value that is given, also a single one."""
    assert api.get("/w/default/things", params={"labels": ["a", "b"]}).status_code == 200
    assert api.get("/w/default/things", params={"labels": "a"}).status_code == 200


def test_answers_are_compressed_for_those_who_can_read_them(api, name):
    """A long JSON reply is sent with gzip."""
    api.post("/w/default/things", json={"name": name, "extra": {"text": "x" * 5000}})

    assert api.get(f"/w/default/things/{name}").headers.get("Content-Encoding") == "gzip"


def test_a_busy_service_says_when_to_come_again(api):
    """Retry-After is in whole seconds, rounded up."""
    busy = api.get("/w/default/busy")

    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "2")


def test_a_connection_serves_on_after_refusals(api, name):
    """Refused requests leave their connection usable: a hundred in a row meet no broken one."""
    for number in range(100):
        path = f"/w/default/things/{name}" if number % 2 else "/nowhere"
        assert api.get(path).status_code == 404
        assert api.post("/w/default/things", content=b"{", headers={"Content-Type": "text/plain"}).status_code == 415


@pytest.mark.parametrize("path", ["/things", "/w/default/things/a/b/c", "/w//things", "/%ff", "/"])
def test_a_path_that_leads_nowhere_is_a_problem(api, path):
    """What no operation serves is a 404 or 400 in our own terms."""
    answer = api.get(path)

    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.status_code == (400 if path == "/%ff" else 404)


def test_a_client_that_left_is_no_fault(server, api, caplog):
    """An answer that nobody waits for any more is dropped, and the log has no traceback of it."""
    body = b'{"seconds": 0.3}'
    head = (
        f"POST /base/workbench/api/v1/w/default/things/wait HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: token {server.token}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((api.base_url.host, api.base_url.port)) as connection:
        connection.sendall(head.encode() + body)
        time.sleep(0.1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # gone, not leaving
    time.sleep(0.6)
    api.get("/w/default/things")

    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
