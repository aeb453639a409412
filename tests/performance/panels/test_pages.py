"""How soon a page shows what one came for, and how much is sent for it.

First useful paint is when the words that a visitor came for can be read, from the moment the address is asked for, in a
browser that has been there before; against a page of panel-material-ui with one word on it (aim: 1.5 of its time, and
less than 2 s). The words come before the page is alive, which is when it answers what one does. Bytes are those on the
wire for somebody who never was here (aim: 1.5 MB).
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error

from tests.runner.demo import Server, demo_server, free_port, wait_until

pytestmark = pytest.mark.thorough
BARE = Path(__file__).with_name("bare.py")
OURS = {
    "home": "Rows in the store",
    "d/on_time": "On time from New York",
    "runs": "Ingest flights",
    "live/daily_delays": "Daily delays",
}
DESK = {"width": 1360, "height": 900}


@pytest.fixture(scope="module")
def server(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo's server."""
    folder = tmp_path_factory.mktemp("paint")
    with demo_server(shutil.copytree(demo_home, folder / "home"), folder / "server.log") as started:
        yield started


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the page that has one word."""
    port, log = free_port(), tmp_path_factory.mktemp("bare") / "server.log"
    command = [sys.executable, "-m", "panel", "serve", str(BARE), f"--port={port}", "--num-procs=1"]
    with log.open("w") as output, subprocess.Popen(command, stdout=output, stderr=output) as served:
        wait_until(f"http://localhost:{port}/bare", served, log)
        yield f"http://localhost:{port}/bare"
        served.terminate()


@pytest.fixture(scope="module")
def chromium(browser_type_launch_args: dict[str, Any]) -> Iterator[Any]:
    """A browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(**browser_type_launch_args)
        yield started
        started.close()


@dataclass(frozen=True, slots=True)
class Seconds:
    """From asking for an address until its words can be read, and until the page answers."""

    read: float
    alive: float


def looked_at(page: Any, wire: Any, address: str, text: str) -> Seconds:
    """Open an address and wait for a text, wherever it stands, and for the page."""
    began = time.perf_counter()
    page.goto(address, wait_until="commit")
    while not is_shown(wire, text):
        time.sleep(0.01)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    read = time.perf_counter() - began
    page.get_by_text(text).filter(visible=True).first.wait_for(timeout=60_000)
    if page.locator("#loader").count():
        page.locator("#loader").wait_for(state="hidden")
    return Seconds(read, time.perf_counter() - began)


def is_shown(wire: Any, text: str) -> bool:
    """Whether a text has a place on the page, within closed shadow roots too."""
    try:
        wire.send("DOM.getDocument", {"depth": 0})
        found = wire.send("DOM.performSearch", {"query": text})
        if not found["resultCount"]:
            return False
        at = {"searchId": found["searchId"], "fromIndex": 0, "toIndex": found["resultCount"]}
        return any(has_place(wire, node) for node in wire.send("DOM.getSearchResults", at)["nodeIds"])
    except Error:  # the document was exchanged meanwhile
        return False


def has_place(wire: Any, node: int) -> bool:
    """Whether a node is laid out somewhere."""
    try:
        return bool(wire.send("DOM.getContentQuads", {"nodeId": node})["quads"])
    except Error:
        return False


def sent(context: Any, address: str, text: str) -> int:
    """Bytes on the wire, as they were compressed, for a first visit."""
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    page.goto(address, wait_until="commit")
    page.get_by_text(text).filter(visible=True).first.wait_for(timeout=60_000)
    page.wait_for_load_state("networkidle")
    page.close()
    return round(sum(sizes))


def test_pages_are_painted_as_soon_as_a_bare_one(chromium, server, bare, quick):
    """Each of our pages and the bare one in turn; the ratio of the medians."""
    pages = {"bare": (bare, "Drawn")} | {path: (f"{server.pages}/{path}", text) for path, text in OURS.items()}
    with ExitStack() as stack:
        context = chromium.new_context(viewport=DESK)
        stack.callback(context.close)
        page = context.new_page()
        wire = context.new_cdp_session(page)
        page.goto(server.home)
        found: dict[str, list[Seconds]] = {name: [] for name in pages}
        for turn in range(3 if quick else 9):
            for name, (address, text) in pages.items():
                seconds = looked_at(page, wire, address, text)
                if turn:
                    found[name].append(seconds)
    bare_one = statistics.median(seconds.read for seconds in found["bare"])
    read = {name: statistics.median(one.read for one in seconds) for name, seconds in found.items()}
    alive = {name: statistics.median(one.alive for one in seconds) for name, seconds in found.items()}
    for name in pages:
        words = f"read {read[name]:.2f} s, ratio {read[name] / bare_one:.2f}"
        print(f"{name}: {words}; alive {alive[name]:.2f} s, ratio {alive[name] / bare_one:.2f}")

    assert all(read[name] / bare_one < 1.5 for name in OURS)
    assert all(alive[name] / bare_one < 4 for name in OURS)  # a busy machine has seen 3


def test_a_first_visit_sends_little(chromium, server, bare):
    """What a browser without a cache is sent; each page for somebody new."""
    for path, text in OURS.items():
        with ExitStack() as stack:
            context = chromium.new_context(viewport=DESK)
            stack.callback(context.close)
            context.request.get(server.home)
            size = sent(context, f"{server.pages}/{path}", text)
        print(f"{path}: {size / 1e6:.2f} MB")

        assert 100_000 < size < 1.5e6
