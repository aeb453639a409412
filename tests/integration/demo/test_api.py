"""The demo's JSON API behaves as real ones do: it wants a token, answers page by page and is busy at times."""

import shutil
import socket
import stat

import httpx
import pytest

from workbench.core.errors import Unavailable
from workbench.demo import api
from workbench.demo.api import BUSY_EVERY, serving
from workbench.demo.places import Sources


@pytest.fixture
def own(sources, tmp_path):
    """Sources whose API has no port and no token yet."""
    return Sources(
        shutil.copytree(sources.folder, tmp_path / "sources", ignore=shutil.ignore_patterns("port", "token"))
    )


@pytest.fixture
def served(own):
    """A served API."""
    with serving(own) as endpoint:
        yield endpoint


@pytest.fixture
def client(served):
    """A client that bears the token."""
    with httpx.Client(
        base_url=served.url, headers={"Authorization": f"Bearer {served.token}"}, trust_env=False
    ) as client:
        yield client


def patient(client, path):
    """Ask, and once more when the API is busy."""
    answer = client.get(path)
    return client.get(path) if answer.status_code == 429 else answer


def test_following_next_gives_every_plane_once(client):
    """The pages, followed to the end, hold 3,322 different planes."""
    planes, path = [], "/planes"
    while path:
        body = patient(client, path).json()
        planes += body["data"]
        path = body["next"]

    assert len(planes) == body["total"] == 3_322
    assert len({plane["tailnum"] for plane in planes}) == 3_322


def test_the_next_page_is_also_in_the_link_header(client):
    """Clients that read headers instead of bodies find the same address, and none on the last page."""
    first, last = patient(client, "/planes?per_page=500"), patient(client, "/planes?per_page=500&page=7")

    assert first.links["next"]["url"] == first.json()["next"] == "/planes?page=2&per_page=500"
    assert len(last.json()["data"]) == 322
    assert (last.json()["next"], last.links) == (None, {})


def test_every_fifth_request_is_put_off_with_retry_after(client):
    """Being busy is deterministic, so that a test of patience always has something to wait for."""
    answers = [client.get("/airlines") for _ in range(2 * BUSY_EVERY)]

    assert [answer.status_code for answer in answers] == [*[200] * 4, 429, *[200] * 4, 429]
    assert answers[4].headers["Retry-After"] == "1"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic xyz"}])
def test_without_the_token_nothing_is_told(served, headers):
    """A missing or a wrong token is refused, and does not learn which resources exist."""
    for path in ("/planes", "/nothing"):
        answer = httpx.get(served.url + path, headers=headers, trust_env=False)

        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert answer.json() == {"error": "A bearer token is needed."}


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=x", "page=١", "page=99999999999", "per_page=501"])
def test_a_page_that_cannot_be_is_a_bad_request(client, query):
    """Nonsense in the address gives 400 with the reason, and the connection lives on."""
    answer = client.get(f"/planes?{query}")

    assert answer.status_code == 400
    assert "must be a whole number from 1 to" in answer.json()["error"]
    assert patient(client, "/airlines").status_code == 200


def test_a_page_after_the_last_is_empty(client):
    """Asking too far is no error."""
    assert client.get("/airlines?page=9").json() == {"data": [], "page": 9, "total": 16, "next": None}


def test_an_unknown_resource_names_the_known_ones(client):
    """A typing mistake is answered with what there is."""
    answer = client.get("/plains")

    assert (answer.status_code, answer.json()["resources"]) == (404, ["airlines", "planes"])


def test_port_and_token_stay_the_same_from_start_to_start(own):
    """A connector that was set up once keeps working, and the token is nobody else's to read."""
    with serving(own) as first:
        pass
    with serving(own) as second:
        pass

    assert first == second
    assert stat.S_IMODE((own.api / "token").stat().st_mode) == 0o600


def test_a_second_demo_of_the_home_uses_the_first_ones_api(own):
    """Two processes of one home share one API, and the one that came second does not end it."""
    with serving(own) as first:
        with serving(own) as second:
            assert second == first

        assert httpx.get(first.url + "/airlines", trust_env=False).status_code == 401


def test_a_strangers_port_is_left_alone_and_another_is_remembered(own):
    """Whoever has taken the port keeps it and never sees the token; the API moves."""
    with serving(own) as before:
        pass
    with socket.create_server(("127.0.0.1", before.port)) as stranger:
        stranger.settimeout(5)
        with serving(own) as after:
            assert after.port != before.port
            assert after.token == before.token
        seen, _ = stranger.accept()
        with seen:
            assert before.token.encode() not in seen.recv(4096)
    with serving(own) as again:
        assert again == after


def test_a_notebook_serves_the_api_itself_when_nobody_does(own, tmp_path):
    """After the demo has ended the same address answers again, from the process that asks for it."""
    with serving(own) as before:
        assert api.ensure(tmp_path) == before.url  # somebody serves it: nothing to do
    with httpx.Client(
        base_url=before.url, headers={"Authorization": f"Bearer {before.token}"}, trust_env=False
    ) as client:
        with pytest.raises(httpx.ConnectError):
            client.get("/airlines")

        assert api.ensure(tmp_path) == before.url
        assert client.get("/airlines").json()["total"] == 16


def test_without_a_demo_there_is_no_practice_api(tmp_path):
    """A home in which the demo has not been is told how to get there."""
    with pytest.raises(Unavailable, match="workbench demo --exit"):
        api.ensure(tmp_path)


def test_a_taken_port_is_a_clear_problem_for_a_notebook(own, tmp_path):
    """The connector knows one address only, so a notebook must not choose another."""
    with serving(own) as before:
        pass
    with socket.create_server(("127.0.0.1", before.port)), pytest.raises(Unavailable, match="cannot answer"):
        api.ensure(tmp_path)
