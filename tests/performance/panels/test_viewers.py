"""What twenty who look at once get, from a server that draws its pages itself and from one whose child does.

A viewer asks for the document of Home, opens its socket and has the page sent, as a browser does; then leaves.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import websocket

from tests.runner.demo import demo_server, free_port, wait_until

pytestmark = pytest.mark.thorough
VIEWERS = 20
WORDS = "Rows in the store"
ADMIN, PASSWORD = "ada@example.org", "correct horse battery staple"
# What a browser says: it wants the page, and, having drawn it, is ready for what changes.
WANTED = [{"msgid": "1", "msgtype": "PULL-DOC-REQ"}, {}, {}]
LOADED = {"type": "event", "name": "document_ready", "values": {"type": "map", "entries": []}}
READY = [
    {"msgid": "2", "msgtype": "PATCH-DOC"}, {},
    {"events": [{"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": LOADED}]},
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seconds:
    """From asking for a page until its document was there, and until its words were; whether both came together."""

    document: float
    words: float
    together: bool


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who is signed in at a server."""

    base: str
    client: httpx.Client

    def looks(self, _: int = 0) -> Seconds:
        """Open Home, wait for its words, and leave."""
        began = time.perf_counter()
        address = f"{self.base}/workbench/apps/default/home"
        answer = self.client.get(address)
        assert answer.status_code == 200
        document = time.perf_counter() - began
        found = re.search(r'"token":"([^"]+)"', answer.text)
        assert found, "the pages are starting"
        token = found[1]
        cookie = "; ".join(f"{one.name}={one.value}" for one in self.client.cookies.jar)
        opened = websocket.create_connection(
            f"{address}/ws".replace("http", "ws", 1), subprotocols=["bokeh", token], cookie=cookie, origin=self.base,
            timeout=120,
        )  # fmt: skip
        try:
            while '"ACK"' not in opened.recv():
                pass
            for part in WANTED:
                opened.send(json.dumps(part))
            while '"doc"' not in (said := opened.recv()):
                pass
            for part in READY:
                opened.send(json.dumps(part))
            while WORDS not in said:
                said = opened.recv()
        finally:
            opened.close()
        return Seconds(document, time.perf_counter() - began, WORDS in answer.text)


@contextmanager
def personal(demo_home: Path, folder: Path) -> Iterator[Viewer]:
    """A viewer of the demo."""
    home = shutil.copytree(demo_home, folder / "home")
    with demo_server(home, folder / "server.log") as server, httpx.Client(timeout=120) as client:
        client.get(server.home)
        yield Viewer(server.url, client)


@contextmanager
def team(demo_home: Path, folder: Path) -> Iterator[Viewer]:
    """A viewer of the demo's home, once it is a team's."""
    home, port, log = folder / "home", free_port(), folder / "server.log"
    shutil.copytree(demo_home, home)
    given = {"HOME": str(home), "ADMIN_PASSWORD": PASSWORD, "REQUESTS_PER_MINUTE": "1000000"}
    environment = os.environ | {f"WORKBENCH_{name}": value for name, value in given.items()}
    command = [sys.executable, "-m", "workbench.cli"]
    made = subprocess.run([*command, "init", "--admin-email", ADMIN], env=environment, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    with log.open("w") as output:
        started = subprocess.Popen(
            [*command, "serve", "--no-browser", f"--port={port}"], env=environment, cwd=folder, stdout=output,
            stderr=output,
        )  # fmt: skip
    base = f"http://localhost:{port}"
    try:
        wait_until(f"{base}/workbench/readyz", started, log)
        with httpx.Client(timeout=120, follow_redirects=True) as client:
            form = client.get(f"{base}/workbench/login").text
            sent = {"name": ADMIN, "password": PASSWORD, "_xsrf": re.search(r'name="_xsrf" value="([^"]+)"', form)[1]}
            client.post(f"{base}/workbench/login", data=sent)
            yield Viewer(base, client)
    finally:
        started.terminate()
        started.wait(60)


def until_drawn(viewer: Viewer) -> None:
    """Wait until pages can be drawn: they start when the first is asked for."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        with suppress(AssertionError):
            viewer.looks()
            return
        time.sleep(0.5)
    raise AssertionError("the pages did not start")


@pytest.mark.parametrize("served", [personal, team], ids=["in the server", "in its child"])
def test_many_who_look_at_once_are_served(served, demo_home, tmp_path, quick):
    """Home for twenty at once against one after the other, and what the server answers meanwhile."""
    with served(demo_home, tmp_path) as viewer, ThreadPoolExecutor(VIEWERS) as pool:
        until_drawn(viewer)
        alone = [viewer.looks() for _ in range(5 if quick else VIEWERS)]
        began = time.perf_counter()
        looking = [pool.submit(viewer.looks, n) for n in range(VIEWERS)]
        answers = []
        while not all(each.done() for each in looking):
            asked = time.perf_counter()
            assert httpx.get(f"{viewer.base}/workbench/livez", timeout=60).status_code == 200
            answers.append(time.perf_counter() - asked)
            time.sleep(0.02)
        together = time.perf_counter() - began
        all_of_them = [each.result() for each in looking]
    first, one = (statistics.median(getattr(each, name) for each in alone) for name in ("document", "words"))
    print(f"one alone has the document after {first:.3f} s, the page after {one:.3f} s")
    within, last = sum(each.together for each in all_of_them), max(each.document for each in all_of_them)
    print(f"{VIEWERS} at once: documents after at most {last:.2f} s, {within} of them with the words")
    print(f"all pages after {together:.2f} s, {together / VIEWERS / one:.2f} of one alone each")
    middle = statistics.median(answers)
    print(
        f"the server answers meanwhile in {middle:.3f} s, at worst {max(answers):.3f} s, {middle / one:.2f} of a page"
    )

    assert together < 3 * VIEWERS * one
