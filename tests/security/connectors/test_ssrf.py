"""In team mode no connector reaches what only the server can: refused before anything is sent."""

from __future__ import annotations

import socket
import subprocess

import httpx
import pytest
import tenacity

from tests.integration.connectors.json_api import Reply, serving
from tests.runner import postgresql
from workbench.core.errors import Invalid, WorkbenchError
from workbench.domains.connectors.drivers import http_client
from workbench.domains.connectors.drivers.http_json import HttpJsonConfig, HttpJsonDriver
from workbench.domains.connectors.drivers.postgresql import PostgresqlConfig, PostgresqlDriver
from workbench.domains.connectors.drivers.reach import Network, Reach

INTERNAL = [
    "127.0.0.1", "localhost", "LOCALHOST", "127.1", "0", "2130706433", "0x7f000001", "0x7f.1",
    "017700000001", "169.254.169.254", "2852039166", "10.0.0.1", "172.16.0.1", "192.168.0.1",
    "100.100.100.200", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]", "[64:ff9b::7f00:1]",
    "[64:ff9b::a9fe:a9fe]", "[2002:7f00:1::]", "[::127.0.0.1]", "[fe80::1]", "[fd00:ec2::254]", "[2001::1]",
]  # fmt: skip
THINGS = {"things": {"path": "/things"}}
TEAM = Reach((), Network(()))


@pytest.fixture
def dialled(monkeypatch):
    """The addresses that somebody tried to connect to; nobody gets through."""
    tried: list[object] = []

    def refuse(*arguments, **_):
        tried.append(arguments[-1] if isinstance(arguments[0], socket.socket) else arguments[0])
        raise ConnectionRefusedError("tests connect nowhere")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    return tried


def http(base_url: str, reach: Reach = TEAM, **more) -> HttpJsonDriver:
    """A driver of an API."""
    return HttpJsonDriver(HttpJsonConfig(base_url=base_url, streams=THINGS, retries=0, **more), reach)


@pytest.mark.parametrize("host", INTERNAL)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_internal_host_is_refused_before_anything_is_sent(dialled, scheme, host):
    """Whatever way an internal address is written, the answer is a refusal and no connection was tried."""
    report = http(f"{scheme}://{host}:8080/latest/meta-data").test()

    assert (report.ok, report.code, dialled) == (False, "address_not_allowed", [])
    assert "connector_hosts" in report.fix


@pytest.mark.parametrize(
    "host", ["localhost.", "0177.0.0.1", "127.0.0.1%00", "127。0。0。1", "①27.0.0.1", "internal@127.0.0.1"]
)
def test_a_host_written_oddly_is_no_way_in(dialled, host):
    """What some resolvers take for an internal address, and others for none, is not reached either."""
    try:
        report = http(f"http://{host}:8080/").test()
    except ValueError:
        return  # not even a setting
    finally:
        assert dialled == []
    assert report.code in ("address_not_allowed", "host_unknown", "url")


def test_a_call_of_a_team_home_is_refused_and_one_that_an_admin_allows_is_not(caller, team):
    """The setting decides, for every operation that opens a connector."""
    with serving(lambda _: Reply([{"id": 1}])) as api:
        config = {"base_url": api.url, "streams": THINGS, "retries": 0}
        caller.call("connectors.create", name="api", type="http_json", config=config)
        assert caller.call("connectors.test", id="api").code == "address_not_allowed"
        for call in (
            lambda: caller.call("connectors.preview", id="api", stream="things"),
            lambda: caller.stream("connectors.read_data", id="api", stream="things").read_all(),
        ):
            with pytest.raises(Invalid) as caught:
                call()
            assert caught.value.code == "address_not_allowed"
        assert [stream.problem for stream in caller.call("connectors.introspect", id="api").items] != [None]
        assert api.asked == []
        object.__setattr__(team, "connector_hosts", ("127.0.0.1",))
        assert caller.call("connectors.preview", id="api", stream="things").rows == [{"id": 1}]


@pytest.mark.parametrize("style", ["redirect", "link", "next_url"])
@pytest.mark.parametrize(
    "target", ["http://127.0.0.2:{port}/x", "http://[::ffff:127.0.0.2]:{port}/x", "//127.0.0.2:{port}/x"]
)
def test_an_allowed_api_does_not_lead_to_another_internal_host(style, target):
    """Redirects and addresses of next pages are judged anew."""

    def answer(request):
        there = target.format(port=api.url.rpartition(":")[2])
        if style == "redirect":
            return Reply({}, 302, {"Location": there})
        headers = {"Link": f'<{there}>; rel="next"'} if style == "link" else {}
        return Reply({"data": [{"id": 1}], "next": there}, headers=headers)

    with serving(answer) as api:
        stream = {"path": "/", "records": "/data", "pagination": {"style": "none" if style == "redirect" else style}}
        config = HttpJsonConfig(base_url=api.url, streams={"things": stream}, retries=0)
        with pytest.raises(Invalid) as caught:
            HttpJsonDriver(config, Reach((), Network(("127.0.0.1",)))).read("things")

    assert caught.value.code == "address_not_allowed"
    assert len(api.asked) == 1


def test_a_name_that_changes_its_mind_leads_nowhere_else(dialled, monkeypatch):
    """A host that is public when it is judged and internal afterwards is dialled at the judged address, at each try."""
    answers = iter(["93.184.216.34"])

    def resolve(host, port, *_, **__):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers, "127.0.0.1"), port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    config = HttpJsonConfig(base_url="http://turn.example", streams=THINGS, retries=3)
    monkeypatch.setattr(http_client, "_USUAL_WAIT", tenacity.wait_none())
    driver = HttpJsonDriver(config, Reach((), Network(())))
    with pytest.raises(WorkbenchError) as caught:
        driver.read("things")

    assert caught.value.code == "no_answer"
    assert dialled == [("93.184.216.34", 80)] * 4


def test_a_proxy_of_the_environment_is_not_used(dialled, monkeypatch):
    """A proxy would resolve the name by itself, so in team mode there is none."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda _, port, *__, **___: [(socket.AF_INET, 1, 6, "", ("93.184.216.34", port))]
    )

    assert http("http://public.example").test().code == "no_answer"
    assert dialled == [("93.184.216.34", 80)]


def test_a_pinned_host_must_still_prove_its_name(tmp_path):
    """The certificate is checked for the name that was configured, and Host says it, though an address is dialled."""
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost"
    more = ["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert]
    subprocess.run([*command.split(), *more], check=True, capture_output=True)
    reach = Reach((tmp_path,), Network(("127.0.0.1", "::1")))
    with serving(lambda _: Reply([{"id": 1}]), tls=(cert, key)) as api:
        port = api.url.rpartition(":")[2]

        def read(host: str) -> list[dict]:
            return http(f"https://{host}:{port}", reach, ca_file=str(cert)).read("things").read_all().to_pylist()

        assert read("localhost") == [{"id": 1}]
        assert api.asked[0].headers["host"] == f"localhost:{port}"
        with pytest.raises(Invalid) as caught:
            read("127.0.0.1")
    assert caught.value.code == "certificate"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "0x7f000001",
        "::1",
        "/var/run/postgresql",
        "@hidden",
        "8.8.8.8,127.0.0.1",
        "a b",
        "%00",
    ],
)
def test_a_database_within_the_network_is_refused_too(dialled, host):
    """Neither an address, nor a socket of this machine, nor a list of hosts brings PostgreSQL's driver there."""
    report = PostgresqlDriver(PostgresqlConfig(host=host, database="postgres", user="postgres"), TEAM).test()

    assert (report.ok, report.code, dialled) == (False, "address_not_allowed", [])


def test_a_database_that_an_admin_allows_is_reached(postgresql_url):
    """With its address in connector_hosts the database answers."""
    url = httpx.URL(postgresql_url)
    config = PostgresqlConfig(
        host=url.host, port=url.port, database=postgresql.name_of(postgresql_url), user="postgres"
    )

    assert PostgresqlDriver(config, Reach((), Network(("127.0.0.1", "localhost")))).test().ok
