"""Pages are for those who are signed in, and nothing of them comes from elsewhere."""

from __future__ import annotations

import gzip
import re

import httpx
import pytest

from tests.integration.panels.conftest import TOKEN


def test_who_is_not_signed_in_is_sent_to_sign_in(server):
    """An anonymous visitor gets the sign-in page, with the way back in its address."""
    with server.browser(signed_in=False) as nobody:
        answer = nobody.get(f"{server.url}/default/plain?a=1", follow_redirects=False)

    assert answer.status_code == 302
    assert answer.headers["location"] == "/base/login?next=%2Fbase%2Fworkbench%2Fapps%2Fdefault%2Fplain%3Fa%3D1"


def test_a_token_in_the_address_signs_in_and_leaves_it(server):
    """The link that the demo prints opens the page; its token does not stay in history or logs of others."""
    with server.browser(signed_in=False) as client:
        first = client.get(f"{server.url}/default/plain?token={TOKEN}&runs=failed", follow_redirects=False)
        then = client.get(f"http://127.0.0.1:{server.port}{first.headers['location']}")

    assert first.headers["location"] == "/base/workbench/apps/default/plain?runs=failed"
    assert then.status_code == 200


def test_a_wrong_token_signs_nobody_in(server):
    """A guess is sent to the sign-in page like everybody else."""
    with server.browser(signed_in=False) as client:
        client.get(f"{server.url}/default/plain?token=guess", follow_redirects=False)
        answer = client.get(f"{server.url}/default/plain", follow_redirects=False)

    assert answer.headers["location"].startswith("/base/login")


def test_a_page_lets_only_its_own_scripts_run(server, alice):
    """Every script has this answer's nonce, and the policy lets nothing else run: no eval, no file of a person's."""
    document, _ = server.opened(alice)
    policy = alice.get(f"{server.url}/default/plain").headers["content-security-policy"]

    nonces = set(re.findall(r"<script nonce=\"([^\"]+)\"", document))
    assert len(nonces) == 1
    assert not re.search(r"<script(?! nonce=)", document)
    script = re.search(r"script-src ([^;]+);", policy)[1]
    static = re.escape(f"{server.url.removeprefix('http://')}/static/")
    assert re.fullmatch(rf"{static} 'nonce-[\w-]{{20,}}' blob:", script)
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'self'" in policy
    assert nonces.isdisjoint(re.findall(r"nonce-([\w-]+)", policy)), "a nonce is used once"


def test_a_page_says_in_its_document_what_one_came_for(server, alice):
    """What a part loads is read before any script has run; scripts wait until all of it is there."""
    document = alice.get(f"{server.url}/default/whole").text

    assert "<div>Ada</div>" in document
    assert all(" defer " in tag for tag in re.findall(r"<script[^>]+src=[^>]+>", document))


def test_a_page_is_not_kept_by_caches_and_names_no_cookie(server, alice):
    """A document holds a session's token, which is for one visit; the sign-in is not in it."""
    answer = alice.get(f"{server.url}/default/plain")

    assert answer.headers["cache-control"] == "no-store"
    for cookie in alice.cookies.jar:
        assert cookie.value.strip('"') not in answer.text


def test_everything_a_page_loads_is_from_this_server(server, alice):
    """Scripts and styles have relative addresses, and are there."""
    document, _ = server.opened(alice)
    found = re.findall(r"<(?:script|link)[^>]+(?:src|href)=\"([^\"]+)\"", document)

    assert len(found) > 4
    for address in found:
        assert address.startswith("../static/"), address
        answer = alice.get(f"{server.url}/default/{address}")
        assert answer.status_code == 200, address
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_scripts_are_sent_packed_once_and_then_kept(server, alice):
    """A script with its version in the address is compressed, and a browser never asks for it twice."""
    document, _ = server.opened(alice)
    address = f"{server.url}/default/" + re.search(r"src=\"([^\"]+bokeh\.min\.js\?v=[^\"]+)\"", document)[1]

    with alice.stream("GET", address, headers={"Accept-Encoding": "gzip"}) as answer:
        packed = b"".join(answer.iter_raw())
    plain = alice.get(address, headers={"Accept-Encoding": "identity"})
    again = alice.get(address, headers={"If-None-Match": answer.headers["etag"]})

    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert gzip.decompress(packed) == plain.content
    assert len(packed) < len(plain.content) / 3
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path", ["../../../etc/passwd", "%2e%2e/%2e%2e/etc/passwd", "extensions/panel/../../io/server.py", "x"]
)
def test_no_other_file_is_sent(server, alice, path):
    """The assets' address is no way to the server's files."""
    request = httpx.Request("GET", f"{server.url}/static/{path}", headers={"Cookie": _cookies(alice)})
    answer = alice.send(request)

    assert answer.status_code == 404


def test_assets_are_for_those_who_are_signed_in(server):
    """What no anonymous visitor needs she does not get."""
    with server.browser(signed_in=False) as nobody:
        answer = nobody.get(f"{server.url}/static/js/bokeh.min.js", follow_redirects=False)

    assert answer.status_code in (302, 403)


def test_a_workspace_that_is_not_ones_own_is_refused_on_a_page(server, alice):
    """The refusal has the error's status and words, an id, and a way out, and names are escaped."""
    answer = alice.get(f"{server.url}/%3Cscript%3E/plain")

    assert answer.status_code == 404
    assert "There is no workspace &#39;&lt;script&gt;&#39; here." in answer.text
    assert "Open the workspace default." in answer.text
    assert re.search(r"Quote <code>[0-9a-f]{32}</code>", answer.text)
    assert 'href="/base/workbench"' in answer.text  # nobody knows here whether she may open JupyterLab
    assert "<script" not in answer.text


def test_an_address_that_leads_nowhere_says_so_with_a_way_out(server, alice):
    """Below the pages it is a page of ours with status 404, and who is not signed in is sent to sign in."""
    with server.browser(signed_in=False) as nobody:
        sent = nobody.get(f"{server.url}/default/nowhere/at/all", follow_redirects=False)
    answer = alice.get(f"{server.url}/default/nowhere/at/all")

    assert (sent.status_code, answer.status_code) == (302, 404)
    assert "No page that you can see has this address." in answer.text
    assert 'href="/base/workbench"' in answer.text


@pytest.mark.parametrize(
    ("path", "header", "language"),
    [
        ("default/plain", "", "en"), ("default/plain", "de-AT,en;q=0.5", "de"), ("default/closed", "de", "de"),
        ("default/nowhere/at/all", "de", "de"), ("other/plain", "en", "de"), ("other/closed", "en", "de"),
    ],
)  # fmt: skip
def test_a_page_speaks_as_one_likes_else_as_the_browser_does(server, alice, path, header, language):
    """Also one that is refused, as soon as it is known who asks, and nobody else's answer after it."""
    answer = alice.get(f"{server.url}/{path}", headers={"Accept-Language": header})
    after = alice.get(f"{server.url}/default/plain")

    assert f'<html lang="{language}"' in answer.text
    assert '<html lang="en"' in after.text


@pytest.mark.parametrize("asked", ["language=%ff", "language=de&language=%ff", "anything=%ff", "%ff=%ff", "embed=%ff"])
def test_an_address_that_is_no_text_asks_for_nothing(server, alice, asked):
    """The page is shown as if it did not, and nothing breaks off."""
    assert alice.get(f"{server.url}/default/plain?{asked}").status_code == 200
    assert alice.get(f"{server.url}/default/nowhere/at/all?{asked}").status_code == 404


def test_a_page_about_one_of_many_loads_from_where_the_others_do(server, alice):
    """One step further down, scripts and styles are still found, and a hostile name is a name."""
    for name in ("first", "%3Cscript%3Ealert(1)%3C%2Fscript%3E", "a%20b"):
        document, _ = server.opened(alice, f"default/things/{name}")
        assert "<script>alert" not in document
        found = re.findall(r"<script[^>]+src=\"([^\"]+)\"", document)
        assert found
        assert all(address.startswith("../../static/") for address in found), found


def test_a_page_that_is_not_for_ones_role_is_refused(server, alice):
    """The page says which it was and whom to ask; the session is never made."""
    answer = alice.get(f"{server.url}/default/closed")

    assert answer.status_code == 403
    assert "The page Closed is not for your role." in answer.text


def test_a_view_that_fails_is_a_page_that_says_so(server, alice, caplog):
    """A Panel function that raised is no blank page with status 200; its words are in the log only."""
    answer = alice.get(f"{server.url}/default/broken")

    assert answer.status_code == 500
    assert "secret" not in answer.text
    found = re.search(r"Quote <code>([0-9a-f]{32})</code>", answer.text)
    assert found
    assert found[1] in caplog.text
    assert found[1] in answer.headers["traceparent"]  # by which a team's server knows that the page is told already
    assert "secret of" in caplog.text


def test_a_slash_at_the_end_is_taken_away(server, alice):
    """Relative addresses of assets hold, and each page has one address."""
    answer = alice.get(f"{server.url}/default/plain/?a=1", follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (302, "/base/workbench/apps/default/plain?a=1")


@pytest.mark.parametrize(
    ("address", "workspace"),
    [
        ("workbench", "other"), ("workbench/", "other"), ("workbench?a=1", "other"), ("workbench/apps", "other"),
        ("workbench/apps/", "other"), ("workbench/apps/default", "default"), ("workbench/apps/default/?a=1", "default"),
        ("workbench/apps/..%2F%0A", "..%2F%0A"),
    ],
)  # fmt: skip
def test_the_address_that_people_guess_leads_to_the_page(server, alice, address, workspace):
    """The first page of the workspace that is named, or of the one that is meant where none is, asking the same."""
    answer = alice.get(f"http://127.0.0.1:{server.port}/base/{address}", follow_redirects=False)

    query = address.partition("?")[1] + address.partition("?")[2]
    assert (answer.status_code, answer.headers["location"]) == (302, f"/base/workbench/apps/{workspace}/plain{query}")


def test_the_address_that_people_guess_has_them_sign_in(server):
    """Who is not signed in comes to the sign-in page, and from there to the page."""
    with server.browser(signed_in=False) as nobody:
        answer = nobody.get(f"http://127.0.0.1:{server.port}/base/workbench", follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (302, "/base/login?next=%2Fbase%2Fworkbench")


@pytest.mark.parametrize(
    "path", ["default/nobody", "default/plain/autoload.js", "default/plain/metadata", "components/os/x/css/y"]
)
def test_nothing_of_bokeh_is_served_that_pages_do_not_need(server, alice, path):
    """Unknown pages, embedding scripts, metadata and Panel's component resources are not there."""
    assert alice.get(f"{server.url}/{path}").status_code == 404


def _cookies(client: httpx.Client) -> str:
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.cookies.jar)
