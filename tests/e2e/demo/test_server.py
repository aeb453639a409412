"""The demo's server: signed in by its address, with the API of the reference data beside it, and gone on Ctrl-C."""

import shutil
import urllib.error
import urllib.request

import pytest

from tests.runner.demo import demo_server

pytestmark = pytest.mark.timeout(600)


def get(url, token=""):
    """Status and text of an answer."""
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_the_address_signs_in_and_the_api_of_the_reference_data_is_up(demo_home, tmp_path):
    """The printed address shows the page, the REST API lists the pipelines, and `ingest_reference` could run again."""
    home = shutil.copytree(demo_home, tmp_path / "home", ignore=shutil.ignore_patterns("*.lock", "port"))
    with demo_server(home, tmp_path / "demo.log") as server:
        token = server.signed_in.rpartition("token=")[2]
        page = get(server.signed_in)
        pipelines = get(f"{server.url}/workbench/api/v1/w/default/pipelines?limit=10", token)
        anonymous = get(f"{server.url}/workbench/api/v1/w/default/pipelines")
        api = f"http://127.0.0.1:{(home / 'sources' / 'api' / 'port').read_text()}"
        airlines = get(f"{api}/airlines", (home / "sources" / "api" / "token").read_text())

    assert server.signed_in.startswith(f"{server.pages}/live/daily_delays?token=")
    assert (page[0], "<html" in page[1].lower()) == (200, True)
    assert (pipelines[0], "carrier_scorecard" in pipelines[1]) == (200, True)
    assert anonymous[0] in (401, 403)
    assert (airlines[0], "Endeavor Air" in airlines[1]) == (200, True)
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"{api}/airlines", timeout=5)
    log = server.log.read_text()
    assert "Traceback" not in log
    assert str(home / "store") in log
