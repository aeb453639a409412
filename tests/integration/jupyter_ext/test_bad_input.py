"""Whatever a client sends, the answer is a problem that says what is wrong, where, and how to mend it."""

from __future__ import annotations

import json

import pytest

JSON = "application/json"
DEEP = b'{"name": "a", "extra": ' + b'{"a":' * 300 + b"1" + b"}" * 300 + b"}"
BAD_BODIES = {
    "not JSON": (b'{"name": "a",}', JSON, 400, "malformed", "column"),
    "an array": (b'["name"]', JSON, 400, "malformed", "array"),
    "a number": (b"7", JSON, 400, "malformed", "number"),
    "not UTF-8": (b'{"name": "\xff"}', JSON, 400, "malformed", "not JSON"),
    "NaN": (b'{"name": "a", "size": NaN}', JSON, 400, "malformed", "not JSON"),
    "an infinite number": (b'{"name": "a", "extra": {"x": [1, 1e999]}}', JSON, 400, "malformed", "/extra/x/1"),
    "endless digits": (b'{"name": "a", "size": ' + b"9" * 5000 + b"}", JSON, 400, "malformed", "number"),
    "a huge number": (b'{"name": "big", "size": ' + b"9" * 40 + b"}", JSON, 422, "value_out_of_range", "hold"),
    "deep nesting": (DEEP, JSON, 400, "malformed", "recursion"),
    "a lone surrogate": (b'{"name": "\\ud800"}', JSON, 400, "malformed", "not JSON"),
    "an unknown field": (b'{"name": "a", "colour": 1}', JSON, 422, "invalid", "colour"),
    "a missing field": (b'{"size": 1}', JSON, 422, "invalid", "name"),
    "no body": (b"", JSON, 422, "invalid", "name"),
    "a wrong type": (b'{"name": "a", "size": "many"}', JSON, 422, "invalid", "size"),
    "a bad name": (b'{"name": "A b;"}', JSON, 422, "invalid", "try 'a_b'"),
    "a form": (b"name=a", "application/x-www-form-urlencoded", 415, "unsupported_media", "form-urlencoded"),
    "text": (b'{"name": "a"}', "text/plain", 415, "unsupported_media", "text/plain"),
    "too many bytes": (b'{"name": "' + b"a" * 200_000 + b'"}', JSON, 413, "too_large", "100000"),
}


def check(answer, status, code, told=""):
    """Assert that an answer is a whole problem document of this kind that betrays nothing of our insides."""
    problem = answer.json()
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code), problem
    assert {"type", "title", "detail", "fix", "errors", "correlation_id"} <= problem.keys()
    assert told in problem["detail"], problem["detail"]
    assert "Traceback" not in answer.text
    assert len(problem["correlation_id"]) == 32


@pytest.mark.parametrize("case", BAD_BODIES)
def test_a_bad_body_is_refused(api, case):
    """Each body that cannot be taken has its status and code, and its detail names the place."""
    body, kind, status, code, told = BAD_BODIES[case]

    answer = api.post("/w/default/things", content=body, headers={"Content-Type": kind})

    check(answer, status, code, told)


def test_a_body_without_an_announced_length_is_bounded_too(api):
    """A chunked body that grows beyond the limit is answered with 413."""
    endless = (b" " * 10_000 for _ in range(30))

    answer = api.post("/w/default/things", content=endless, headers={"Content-Type": JSON})
    check(answer, 413, "too_large")
    assert "`body_bytes`" in answer.json()["fix"], "who looks after the server is told which setting it is"


def test_a_compressed_body_is_refused(api):
    """A body in an encoding that is not understood is not taken for JSON."""
    headers = {"Content-Type": JSON, "Content-Encoding": "gzip"}

    check(api.post("/w/default/things", content=b"\x1f\x8b", headers=headers), 415, "unsupported_media", "gzip")


def test_every_wrong_field_is_named(api):
    """One answer names all fields that are wrong, with JSON pointers."""
    answer = api.post("/w/default/things", json={"name": "A", "size": "x", "labels": [1], "nope": 2})

    assert {error["pointer"] for error in answer.json()["errors"]} == {"/name", "/size", "/labels/0", "/nope"}


def test_a_field_has_one_place(api, name):
    """A body or query cannot aim a request elsewhere than its path, nor a query slip fields beside a body."""
    api.post("/w/default/things", json={"name": name})
    where = f"/w/default/things/{name}"

    in_body = api.patch(where, json={"id": "other", "size": 1}, headers={"If-Match": "*"})
    in_query = api.get(where, params={"id": "other"})
    beside = api.post("/w/default/things", params={"size": 1}, json={"name": f"{name}_b"})

    for answer in (in_body, in_query):
        check(answer, 422, "invalid", "in the path")
    check(beside, 422, "invalid", "query")


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("limit=0", 422, "invalid"),
        ("limit=501", 422, "invalid"),
        ("limit=many", 422, "invalid"),
        ("limit=1&limit=2", 422, "invalid"),
        ("limit=" + "9" * 30, 422, "invalid"),
        ("cursor=nonsense", 422, "invalid"),
        ("cursor=" + "A" * 3000, 422, "invalid"),
        ("sort=colour", 422, "invalid"),
        ("colour=red", 422, "invalid"),
        ("q=%ff", 400, "malformed"),
    ],
)
def test_a_bad_query_is_refused(api, query, status, code):
    """Lists refuse what they do not understand instead of guessing."""
    check(api.get(f"/w/default/things?{query}"), status, code)


def test_a_body_where_none_belongs_is_refused(api):
    """GET and DELETE say that they take no body."""
    answer = api.request("GET", "/w/default/things", json={"limit": 1})

    check(answer, 400, "malformed", "no body")


def test_a_wrong_method_says_which_are_right(api, name):
    """405 has the Allow header and the same in words; so has a method that HTTP does not know."""
    answer = api.put("/w/default/things", json={})

    check(answer, 405, "wrong_method")
    assert answer.headers["Allow"] == "GET, POST"
    check(api.request("BREW", "/w/default/things"), 405, "wrong_method")


def test_what_is_foreign_looks_like_what_is_missing(api):
    """Workspaces that exist elsewhere and things that exist nowhere get the same kind of answer."""
    check(api.get("/w/nowhere/things"), 404, "workspace_not_found")
    check(api.get("/w/default/things/nothing"), 404, "thing_not_found", "'nothing'")


def test_a_fault_of_ours_betrays_nothing(api):
    """An unexpected exception is a plain 500 with a correlation id, and no word of what it was."""
    answer = api.post("/w/default/things/fail", json={})

    check(answer, 500, "internal_error", "not yours")
    assert "ZeroDivision" not in answer.text
    assert "secret internals" not in answer.text


def test_text_that_only_one_database_takes_is_stored_or_refused(api, name):
    """A NUL in JSON ends in a clear answer, never in a fault."""
    answer = api.post("/w/default/things", content=json.dumps({"name": name, "extra": {"x": "a\0b"}}).encode(),
                      headers={"Content-Type": JSON})  # fmt: skip

    assert answer.status_code in (201, 422)
