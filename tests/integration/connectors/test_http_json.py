"""JSON APIs as they are: pages of every style, throttling, redirects, wrong answers and secrets that stay at home."""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import json
import ssl
import subprocess
import threading
import time
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pyarrow as pa
import pytest

from tests.integration.connectors.json_api import Reply, paged, serving
from workbench.core.errors import Invalid, NotFound, Throttled, TooLarge, Unavailable, WorkbenchError
from workbench.domains.connectors.drivers.base import Cursor
from workbench.domains.connectors.drivers.http_client import Client
from workbench.domains.connectors.drivers.http_config import HttpJsonConfig
from workbench.domains.connectors.drivers.http_json import HttpJsonDriver

ROWS = [{"id": n} for n in range(1, 8)]
CANARY = "c4n4ry-t0ken"
BEARER = {"auth": "bearer", "token": CANARY}


def driver_of(url: str, stream: dict | None = None, **more: object) -> HttpJsonDriver:
    """A driver of an API whose one stream is `things`."""
    streams = {"things": {"path": "things"} | (stream or {})}
    given = {"base_url": url, "streams": streams, "retry_seconds": 5, "timeout_seconds": 5}
    return HttpJsonDriver(HttpJsonConfig.model_validate(given | more))


def read(url: str, stream: dict | None = None, **more: object) -> list[dict]:
    """All rows of the stream `things`."""
    return driver_of(url, stream, **more).read("things").read_all().to_pylist()


@pytest.fixture
def waits(monkeypatch):
    """How long the client would have slept, instead of sleeping."""
    slept: list[float] = []
    monkeypatch.setattr(Client.__init__, "__defaults__", (slept.append,))
    return slept


@pytest.mark.parametrize(
    "paging",
    [
        {"style": "page"},
        {"style": "page", "size_param": "per_page", "size": 3},
        {"style": "page", "size_param": "per_page", "size": 3, "last": "short"},
        {"style": "offset"},
        {"style": "cursor", "next": "/meta/next"},
        {"style": "link"},
        {"style": "next_url", "next": "/meta/next"},
        {"style": "none"},
    ],
)
def test_every_style_of_pages_gives_every_row_once(paging):
    """However an API hands out its pages, all rows come, in order."""
    with serving(paged(ROWS, paging["style"])) as api:
        assert read(api.url, {"records": "/data", "pagination": paging}) == ROWS


def test_an_api_that_ignores_the_page_number_is_noticed():
    """The same page again and again is refused at once, not read for ever."""
    with serving(lambda _: Reply(ROWS)) as api:
        with pytest.raises(Invalid, match="same page twice"):
            read(api.url, {"pagination": {"style": "page"}})

        assert len(api.asked) == 2


def test_pages_without_end_are_cut():
    """An API that always has one more page is stopped where the settings say."""
    with serving(lambda request: Reply([{"id": int(request.params["page"])}])) as api:
        with pytest.raises(TooLarge, match="more than 20 pages"):
            read(api.url, {"pagination": {"style": "page"}}, max_pages=20)

        assert len(api.asked) == 20


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        (BEARER, "authorization", f"Bearer {CANARY}"),
        (
            {"auth": "basic", "username": "ada", "password": CANARY},
            "authorization",
            "Basic " + base64.b64encode(f"ada:{CANARY}".encode()).decode(),
        ),
        ({"auth": "api_key", "api_key": CANARY, "api_key_header": "X-Key"}, "x-key", CANARY),
    ],
)
def test_credentials_are_sent(auth, header, value):
    """Each way to authenticate sends what the API wants."""
    with serving(lambda request: Reply(ROWS if request.headers.get(header) == value else None, 200)) as api:
        assert read(api.url, **auth) == ROWS


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_passing_trouble_is_waited_out(waits, status):
    """An API that fails twice and then answers is read as if nothing had been."""
    replies = [Reply({}, status), Reply({}, status), Reply(ROWS)]
    with serving(lambda _: replies.pop(0)) as api:
        assert read(api.url) == ROWS

    assert len(waits) == 2


def in_a_minute() -> str:
    """The date that an API sends which wants to be asked again in a minute."""
    return format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=60), usegmt=True)


@pytest.mark.parametrize(
    ("header", "least", "most"), [(lambda: "3", 3, 3), (in_a_minute, 1, 60)], ids=["seconds", "date"]
)
def test_retry_after_is_honoured(waits, header, least, most):
    """What the API asks for is waited, in seconds or until a date."""
    replies = [Reply({}, 429, {"Retry-After": header()}), Reply(ROWS)]
    with serving(lambda _: replies.pop(0)) as api:
        read(api.url, retry_seconds=120)

    assert least <= waits[0] <= most


def test_who_is_asked_to_wait_too_long_is_told_so_at_once(waits):
    """A wait beyond the limit is not begun: the error says how long the API wants."""
    with (
        serving(lambda _: Reply({}, 429, {"Retry-After": "3600"})) as api,
        pytest.raises(Throttled, match="answers 429") as raised,
    ):
        read(api.url, retry_seconds=10)

    assert (raised.value.retry_after, waits) == (3600, [])


def test_waiting_is_limited_for_the_whole_read(waits):
    """Many throttled pages together do not wait longer than one may."""
    tries: dict[str, int] = {}

    def answer(request):
        page = request.params["page"]
        tries[page] = tries.get(page, 0) + 1
        return Reply([{"id": int(page)}]) if tries[page] > 1 else Reply({}, 429, {"Retry-After": "2"})

    with serving(answer) as api, pytest.raises(Throttled):
        read(api.url, {"pagination": {"style": "page"}}, retry_seconds=9)

    assert sum(waits) == 8


def test_tries_are_counted(waits):
    """An API that never recovers is given up after the retries, with what it answered."""
    with serving(lambda _: Reply({}, 503)) as api:
        with pytest.raises(Unavailable, match="answers 503") as raised:
            read(api.url, retries=2, retry_seconds=100)

        assert (len(api.asked), raised.value.code) == (3, "http_503")


def test_requests_keep_to_the_rate(waits):
    """No more requests a second than the settings allow."""
    with serving(
        lambda request: Reply([{"id": request.params["page"]}] if request.params["page"] < "4" else [])
    ) as api:
        read(api.url, {"pagination": {"style": "page"}}, requests_per_second=0.5)

    assert [round(wait) for wait in waits] == [2, 4, 6]


def test_a_redirect_within_the_host_is_followed():
    """An API that moved to another path is still read."""
    with serving(lambda r: Reply(ROWS) if r.path == "/new" else Reply(None, 307, {"Location": "/new"})) as api:
        assert read(api.url, **BEARER) == ROWS


@pytest.mark.parametrize("how", ["redirect", "link", "next_url"])
@pytest.mark.parametrize("auth", [BEARER, {"auth": "api_key", "api_key": CANARY}, {"headers": {"X-Tenant": "acme"}}])
def test_credentials_never_go_to_another_host(how, auth):
    """An API that leads elsewhere is refused before a request is sent there."""
    with serving(lambda _: Reply(ROWS)) as other, serving(lambda _: replies[how]) as api:
        replies = {
            "redirect": Reply(None, 302, {"Location": other.url + "/things"}),
            "link": Reply(ROWS, 200, {"Link": f'<{other.url}/things>; rel="next"'}),
            "next_url": Reply({"data": ROWS, "next": other.url + "/things"}),
        }
        stream = {
            "pagination": {"style": how if how != "redirect" else "none"},
            "records": "/data" if how == "next_url" else "",
        }
        with pytest.raises(Invalid, match="credentials are not sent") as raised:
            read(api.url, stream, **auth)

        assert (raised.value.code, other.asked) == ("other_host", [])


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/"])
def test_redirects_lead_to_http_only(target):
    """A redirect to a file or another protocol is refused, with and without credentials."""
    with serving(lambda _: Reply(None, 302, {"Location": target})) as api, pytest.raises(Invalid):
        read(api.url)


def test_redirects_in_a_circle_end():
    """An API that redirects to itself is given up."""
    with (
        serving(lambda _: Reply(None, 302, {"Location": "/things"})) as api,
        pytest.raises(Invalid, match="circle"),
    ):
        read(api.url)


@pytest.mark.parametrize(
    ("reply", "kind", "said", "code"),
    [
        (Reply({"message": f"bad {CANARY}"}, 401), Invalid, r"refuses the credentials \(401\)", "wrong_credentials"),
        (Reply({}, 403), Invalid, r"refuses the credentials \(403\)", "wrong_credentials"),
        (Reply({}, 404), NotFound, r"nothing at .*/things", "path_not_found"),
        (Reply({"message": f"no {CANARY}"}, 400), Invalid, r"answers 400. It says: .*no \*\*\*", "http_400"),
        (Reply(b"<html>login</html>", 200, {"Content-Type": "text/html"}), Invalid, "in text/html", "not_json"),
        (Reply(b"[" * 1500), Invalid, "does not answer in JSON", "not_json"),
        (Reply({"items": []}), Invalid, r"nothing at /data; it has \['items'\]", "records_not_found"),
        (Reply({"data": [1, 2]}), Invalid, "not a list of objects", "records_not_found"),
        (Reply({"data": "x"}), Invalid, "not a list of objects", "records_not_found"),
        (Reply({"data": [{"id": 1, "ID": 2}]}), Invalid, "'id' and 'ID', which cannot both be columns", "json_keys"),
        (Reply({"data": ["x" * 3000]}), TooLarge, "more than 2048 bytes", "response_too_large"),
        (
            Reply(gzip.compress(b"[" + b" " * 10**7 + b"]"), 200, {"Content-Encoding": "gzip"}),
            TooLarge, "more than 2048 bytes", "response_too_large",
        ),
    ],
)  # fmt: skip
def test_wrong_answers_are_said_in_words(reply, kind, said, code):
    """What the API answers wrongly is named with a mend, and the token is never told again."""
    with serving(lambda _: reply) as api, pytest.raises(WorkbenchError, match=said) as raised:
        read(api.url, {"records": "/data"}, response_bytes=2048, **BEARER)

    assert (type(raised.value), raised.value.code) == (kind, code)
    assert raised.value.fix
    assert CANARY not in f"{raised.value} {raised.value.problem()} {raised.getrepr()}"


def test_a_host_that_is_not_there_is_named():
    """A mistyped host is told from one that does not answer."""
    with pytest.raises(Unavailable, match=r"no host called 'no\.such\.host\.invalid/things'"):
        read("http://no.such.host.invalid", retries=0)


def test_nobody_answering_is_said(waits):
    """A closed port is Unavailable, after the retries."""
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:1/things does not answer") as raised:
        read("http://127.0.0.1:1", retries=2, retry_seconds=60)

    assert (raised.value.code, len(waits)) == ("no_answer", 2)


def test_a_body_that_trickles_is_given_up():
    """A server that sends a byte now and then cannot hold a read for ever."""
    ended = threading.Event()

    class Drip(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            while not ended.wait(0.05):
                try:
                    self.wfile.write(b" ")
                except OSError:
                    return

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Drip)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    started = time.monotonic()
    try:
        with pytest.raises(Unavailable, match="takes too long"):
            read(f"http://127.0.0.1:{server.server_port}", timeout_seconds=0.1, retries=0)
    finally:
        ended.set()
        server.shutdown()
        server.server_close()
        thread.join()

    assert time.monotonic() - started < 10


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for `localhost` that nobody signed, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    )
    subprocess.run(
        [*command.split(), "-keyout", folder / "key.pem", "-out", folder / "cert.pem"], check=True, capture_output=True
    )
    return folder / "cert.pem", folder / "key.pem"


def test_a_certificate_nobody_signed_is_refused_until_it_is_trusted(certificate):
    """TLS is checked: an unknown authority is an error in words, and its file in the settings mends it."""
    with serving(lambda _: Reply(ROWS), tls=certificate) as api:
        url = api.url.replace("http://127.0.0.1", "https://localhost")
        with pytest.raises(Invalid, match=r"certificate of localhost.* is not trusted") as raised:
            read(url, retries=0)

        assert raised.value.code == "certificate"
        assert read(url, ca_file=str(certificate[0])) == ROWS


@pytest.mark.parametrize(
    ("records", "column", "values"),
    [
        ([{"a": 1}, {"a": 2.5}], pa.float64(), [1.0, 2.5]),
        ([{"a": 1}, {"b": 2}], pa.int64(), [1, None]),
        ([{"a": 2**53 + 1}, {"a": 2.5}], pa.string(), ["9007199254740993", "2.5"]),
        ([{"a": -(2**53)}, {"a": 2.5}], pa.float64(), [-9007199254740992.0, 2.5]),
        ([{"a": None}, {"a": None}], pa.null(), [None, None]),
        ([{"a": True}, {"a": None}], pa.bool_(), [True, None]),
        ([{"a": True}, {"a": 1}], pa.string(), ["true", "1"]),
        ([{"a": 1}, {"a": "x"}], pa.string(), ["1", "x"]),
        ([{"a": {"x": 1}}, {"a": [1, "y"]}], pa.string(), ['{"x":1}', '[1,"y"]']),
        ([{"a": "2013-01-02"}], pa.string(), ["2013-01-02"]),
        ([{"a": "00123"}], pa.string(), ["00123"]),
        ([{"a": 9223372036854775807}, {"a": -9223372036854775808}], pa.int64(), [2**63 - 1, -(2**63)]),
        ([{"a": "☃\u0000é\ud83d\ude00"}], pa.string(), ["☃\u0000é😀"]),
    ],
)
def test_types_hold_for_all_pages(records, column, values):
    """Each record is on a page of its own; the column's type fits them all, and nothing is lost."""
    with serving(paged([record | {"n": place} for place, record in enumerate(records)], "page", size=1)) as api:
        table = driver_of(api.url, {"records": "/data", "pagination": {"style": "page"}}).read("things").read_all()

    assert (table["a"].type, table["a"].to_pylist()) == (column, values)


def test_a_number_beyond_all_types_is_refused_not_rounded():
    """A whole number beyond 64 bits among small ones is named, and text is the mend."""
    with serving(lambda _: Reply([{"a": 2**63}, {"a": 1}])) as api:
        with pytest.raises(Invalid, match=r"things, line 1: .*9223372036854775808"):
            read(api.url)

        assert read(api.url, {"types": {"a": "text"}}) == [{"a": str(2**63)}, {"a": "1"}]


def test_stated_types_make_moments_of_texts():
    """JSON has no times; the settings say which texts are."""
    with serving(lambda _: Reply([{"at": "2013-01-02T03:04:05Z"}])) as api:
        rows = read(api.url, {"types": {"at": "timestamp_utc"}})

    assert rows == [{"at": dt.datetime(2013, 1, 2, 3, 4, 5, tzinfo=dt.UTC)}]


def test_a_text_that_is_no_moment_is_named():
    """A text that does not fit its stated type is refused by column."""
    with (
        serving(lambda _: Reply([{"at": "yesterday"}])) as api,
        pytest.raises(Invalid, match="things: the column 'at' has a value that is no timestamp"),
    ):
        read(api.url, {"types": {"at": "timestamp_utc"}})


def test_the_api_is_asked_for_newer_records_and_the_cut_is_exact():
    """The mark is sent where the API understands it; an API that answers inclusively gives no row twice."""
    rows = [{"id": n, "at": f"2013-01-0{n}"} for n in range(1, 6)]
    with serving(lambda r: Reply([row for row in rows if row["at"] >= r.params.get("updated_since", "")])) as api:
        driver = driver_of(api.url, {"cursor_param": "updated_since"}, cursors={"things": "at"})
        marks = []
        found = driver.read("things", Cursor("at", "2013-01-03"), done=marks.append).read_all()

        assert api.asked[0].params == {"updated_since": "2013-01-03"}
    assert (found["id"].to_pylist(), marks) == ([4, 5], ["2013-01-05"])


def test_an_answer_without_records_has_no_columns_and_keeps_the_mark():
    """Nothing new is not an error, although nothing is then known of the columns."""
    marks = []
    with serving(lambda _: Reply([])) as api:
        table = driver_of(api.url).read("things", Cursor("at", "2013"), ["id"], done=marks.append).read_all()

    assert (table.num_rows, marks) == (0, ["2013"])


def test_a_preview_asks_for_no_more_pages_than_it_needs():
    """A look at the first rows does not read the whole API."""
    with serving(paged(ROWS, "page")) as api:
        driver_of(api.url, {"records": "/data", "pagination": {"style": "page"}}).preview("things", 3)

        assert len(api.asked) == 2


def test_a_read_that_fails_on_its_last_page_has_given_nothing():
    """No batch is handed out before all pages are there."""
    pages = [Reply([{"id": 1}]), Reply([{"id": 2}]), Reply({}, 400)]
    with serving(lambda _: pages.pop(0)) as api, pytest.raises(Invalid, match="answers 400"):
        driver_of(api.url, {"pagination": {"style": "page"}}).read("things")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"base_url": "http://user:pw@host/"}, "credentials go to auth"),
        ({"base_url": "ftp://host/"}, "pattern"),
        ({"base_url": "http://host/?key=1"}, "credentials go to auth"),
        ({"headers": {"Authorization": "Bearer x"}}, "credentials go to auth"),
        ({"params": {"api_key": "x"}}, "credentials go to auth"),
        ({"streams": {}}, "at least 1 item"),
        ({"retries": 10**9}, "less than or equal to 20"),
    ],
)
def test_settings_that_would_leak_or_hang_are_refused(settings, said):
    """Secrets cannot be put where everyone sees them, and numbers have limits."""
    given = {"base_url": "http://host", "streams": {"things": {"path": ""}}} | settings
    with pytest.raises(ValueError, match=said) as raised:
        HttpJsonConfig.model_validate(given)

    assert "pw" not in json.dumps(raised.value.errors(include_url=False, include_context=False, include_input=False))


def test_a_secret_that_is_missing_is_named():
    """Authentication without its secret says which one to set."""
    with pytest.raises(Invalid, match="bearer needs the secret token"):
        read("http://127.0.0.1:1", auth="bearer")


def test_certificates_are_checked_by_default():
    """Nobody can switch the check of certificates off by a setting."""
    assert not [name for name in HttpJsonConfig.model_fields if "verify" in name or "insecure" in name]
    assert ssl.create_default_context().verify_mode is ssl.CERT_REQUIRED
