"""Secrets are planted everywhere and looked for everywhere: nobody finds one."""

from __future__ import annotations

import base64
import json
import logging
import os
import secrets
import shutil
import subprocess
import threading

import pytest

from tests.factories.canaries import canary, files, found, processes
from tests.factories.notebooks import plain
from tests.integration.connectors.json_api import Reply, serving
from tests.integration.jupyter_ext import serving as jupyter
from tests.runner import postgresql
from workbench.domains.admin.service.chores import tidy
from workbench.foreground import drive
from workbench.home import local_caller, open_home

pytestmark = pytest.mark.timeout(200)
THINGS = {"things": {"path": "/things"}, "echo": {"path": "/echo"}}
FAILS = """
import workbench as wb
print(wb.read("crm.things").to_arrow().num_rows)
wb.read("crm.echo")
"""


@pytest.fixture
def planted():
    """The canaries by what they are planted as."""
    names = ("token", "rotated", "set", "password", "reference", "refused", "mistyped", "parameter", "bearer")
    return {name: canary(name) for name in names}


@pytest.fixture
def key(monkeypatch):
    """The key that encrypts, from the environment."""
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    monkeypatch.setenv("WORKBENCH_KEY", key)
    return key


@pytest.fixture
def api():
    """An API that answers with whatever it was sent, as failures of several kinds."""

    def answer(request) -> Reply:
        if request.path == "/things":
            return Reply([{"id": 1}])
        said = request.headers.get("authorization", "")
        status = {"/echo": 400}.get(request.path, 401)
        return Reply({"you sent": said}, status, {"X-Sent": said, "Location": f"http://{said}.invalid/"})

    with serving(answer) as api:
        yield api


def connectors(api, planted) -> list[tuple[str, dict]]:
    """Settings of connectors with secrets in the right places, and in the wrong ones."""
    config = {"base_url": api.url, "streams": THINGS, "auth": "bearer", "retries": 0}
    basic = {"auth": "basic", "username": "ann", "password": planted["password"]}
    return [
        ("crm", config | {"token": planted["token"]}),
        ("basic", config | basic),
        ("elsewhere", config | {"token": {"ref": "mounted:default/crm#token"}}),
        ("headers", config | {"headers": {"Authorization": planted["refused"]}}),
        ("params", config | {"params": {"api_key": planted["refused"]}}),
        ("url", config | {"base_url": f"http://ann:{planted['refused']}@127.0.0.1:1"}),
        ("typo", config | {"tokn": planted["mistyped"]}),
        ("nested", config | {"token": [planted["refused"]]}),
    ]


def use_everything(client, api, planted):
    """Go through the REST face with all of it; yields every answer, headers included."""

    def ask(method, path, body=None, **headers):
        answer = client.request(method, path, json=body, headers=headers)
        return f"{method} {path}", f"{answer.headers} {answer.text}".encode()

    for name, config in connectors(api, planted):
        yield ask("POST", "w/default/connectors", {"name": name, "type": "http_json", "config": config})
        yield ask("GET", f"w/default/connectors/{name}")
    for verb, body in (
        ("rotate", {"secret": planted["rotated"]}),
        ("rotate", {"secret": planted["refused"], "grace_hours": -1}),
        ("nonsense", {"secret": planted["refused"]}),
    ):
        yield ask("POST", f"w/default/secrets/crm/token/{verb}", body)
    yield ask("PUT", "w/default/secrets/crm/password", {"secret": planted["set"]})
    yield ask("PUT", "w/default/secrets/crm/nothing", {"secret": planted["refused"]})
    yield ask("PUT", "w/default/secrets/crm/password", {"scret": planted["mistyped"]})
    yield ask("PATCH", "w/default/connectors/crm", {"config": {"base_url": "http://127.0.0.1:1"}}, **{"If-Match": "*"})
    for name in ("crm", "basic", "elsewhere"):
        yield ask("POST", f"w/default/connectors/{name}/test")
        yield ask("POST", f"w/default/connectors/{name}/introspect")
        for stream in THINGS:
            yield ask("POST", f"w/default/connectors/{name}/preview", {"stream": stream})
            yield ask("GET", f"w/default/connectors/{name}/data?stream={stream}")
    yield ask("GET", "me", Authorization=f"Bearer wbt_{planted['bearer']}")
    for path in ("w/default/connectors", "w/default/audit?limit=500", "admin/keys", "openapi.json", "../../metrics"):
        yield ask("GET", path)


def run_and_fail(workbench, caller):
    """Run a notebook that reads a connector and fails at another; what processes said of themselves meanwhile."""
    run = caller.call("runs.start_notebook", notebook=plain(FAILS), title="canary")
    seen = {}
    while caller.call("runs.show", id=str(run.id)).status in ("queued", "starting", "running", "committing"):
        drive(workbench, run.id)
        seen |= {place: seen.get(place, b"") + said for place, said in processes("cmdline")}
    run = caller.call("runs.show", id=str(run.id))
    assert run.status == "failed", run.error
    assert "400" in run.error.message
    return [*seen.items(), ("the run", run.model_dump_json().encode())]


def dump(settings) -> bytes:
    """The database, as somebody who steals it has it: by the server's own user, whom no row-level security stops."""
    if not settings.database_url:
        return b"".join(path.read_bytes() for path in settings.home.glob("workbench.db*"))
    server = os.environ[postgresql.VARIABLE].rpartition("/")[0]
    url = f"{server}/{postgresql.name_of(settings.database_url)}"
    return subprocess.run(["pg_dump", "--inserts", url], check=True, capture_output=True).stdout


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_no_secret_is_in_a_dump_of_postgresql(settings, planted, key, api, tmp_path):
    """Whoever steals the database's dump has none, nor whoever gets the replies that led to what is in it."""
    with jupyter.serving(tmp_path, settings) as server, server.client() as client:
        client.base_url = f"{server.api}/"
        places = [*use_everything(client, api, planted), ("dump", dump(settings))]

    assert b"connector" in places[-1][1]
    assert "\n".join(found(planted | {"key": key}, places)) == ""


def test_no_secret_is_found_anywhere(settings, planted, key, api, tmp_path, run_cli, caplog, capfd):
    """Neither replies, nor the database, nor any file but the keys, nor logs, nor process lists have one."""
    caplog.set_level(logging.DEBUG)
    for library in ("httpx", "httpcore"):  # which this test uses itself
        caplog.set_level(logging.WARNING, logger=library)
    (tmp_path / "mounted/default/crm").mkdir(parents=True)
    (tmp_path / "mounted/default/crm/token").write_text(planted["reference"])
    (settings.home / "config.toml").write_text(f'mounted_folder = "{tmp_path}/mounted"\n')
    with jupyter.serving(tmp_path, settings) as server, server.client() as client:
        client.base_url = f"{server.api}/"
        workbench, caller = server.workbench, local_caller(server.workbench)
        places = list(use_everything(client, api, planted))
        made = caller.call("tokens.create", name="canary")
        planted["api token"] = made.token
        places += run_and_fail(workbench, caller)
        caller.call("keys.rotate", resume=True)
        caller.call("secrets.retire", object="crm", field="token")
        tidy(workbench)
    (tmp_path / "config.json").write_text(json.dumps(connectors(api, planted)[0][1]))
    for command in ("connectors create --name shell --type http_json --config @config.json",
                    "connectors preview crm --stream echo", "doctor", "config show --origin"):  # fmt: skip
        done = run_cli(*command.split())
        places.append((command, (done.stdout + done.stderr).encode()))
    shutil.copytree(settings.home, tmp_path / "backup", ignore=lambda *_: ["keys"])
    said = capfd.readouterr()
    places += [("standard output", said.out.encode()), ("standard error", said.err.encode()),
               ("log", caplog.text.encode()), ("database", dump(settings))]  # fmt: skip

    assert len(places) > 60
    everything = [*places, *files(settings.home, settings.keys_dir), *files(tmp_path / "backup")]
    assert "\n".join(found(planted | {"key": key}, everything)) == ""
    assert found({"proof": "standard output"}, [("here", b"the standard output")]) == ["proof in here"]


LOOKS = """
import os, pathlib, time
import workbench as wb
assert wb.read("crm.things").to_arrow().num_rows == 1
marks = [("c4n4" + "ry").encode(), b"WORKBENCH_" + b"KEY"]
for path in [*pathlib.Path("/proc").glob("[0-9]*/environ"), *pathlib.Path("/proc").glob("[0-9]*/cmdline")]:
    try:
        said = path.read_bytes()
    except OSError:
        continue
    assert not any(mark in said for mark in marks), path
assert not any("WORKBENCH_" + "KEY" in name for name in os.environ)
print("looked")
try:
    wb.read("crm.echo")
except Exception as error:
    assert marks[0].decode() not in str(error), "an error"
time.sleep(0.5)
"""


def test_no_secret_reaches_a_sandbox(settings, planted, key, api, tmp_path):
    """A sandboxed run that reads a connector finds no secret and no key, and its processes show none from outside."""
    lines = ["team = true", 'connector_hosts = ["127.0.0.1"]']
    (settings.home / "config.toml").write_text("\n".join(lines) + "\n")
    object.__setattr__(settings, "team", True)
    object.__setattr__(settings, "connector_hosts", ("127.0.0.1",))
    workbench = open_home(settings)
    caller = local_caller(workbench)
    caller.call("connectors.create", name="crm", type="http_json", config=connectors(api, planted)[0][1])
    run = caller.call("runs.start_notebook", notebook=plain(LOOKS), title="canary")
    own, seen, ended = os.environ["WORKBENCH_KEY"].encode(), {}, threading.Event()

    def watch() -> None:
        while not ended.wait(0.05):
            seen.update(processes("cmdline"))
            seen.update((place, said) for place, said in processes("environ") if b"WORKBENCH_BROKER" in said)

    watcher = threading.Thread(target=watch)
    watcher.start()
    while (shown := caller.call("runs.show", id=str(run.id))).status not in ("succeeded", "failed", "crashed"):
        drive(workbench, run.id)
    ended.set()
    watcher.join()
    workbench.close()

    assert (shown.status, shown.error) == ("succeeded", None)
    assert [place for place in seen if place.startswith("environ")], "no process of the sandbox was seen"
    assert found(planted | {"key": own.decode()}, [*seen.items(), *files(settings.home, settings.keys_dir)]) == []
