"""How often somebody may ask."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from uuid import uuid4

import pytest

from jupyter_ext.team.policy import Rate
from jupyter_ext.team.rates import Rates
from workbench.core.context import Principal
from workbench.core.errors import Throttled
from workbench.core.settings import load


def rates(redis_url: str = "") -> Rates:
    """Counters that allow an API twenty requests a minute, a socket two and a sign-in one."""
    return Rates(load({"requests_per_minute": 20, "redis_url": redis_url}, environ={}))


async def asked(
    counters: Rates, times: int, rate: Rate = Rate.API, address: str = "a", digest: str | None = None
) -> int:
    """How many of so many requests were let through."""
    for passed in range(times):
        try:
            await counters.count(rate, address, digest)
        except Throttled:
            return passed
    return times


def test_one_address_has_so_many_requests_and_another_its_own():
    """What one asks too often does not keep others waiting."""

    async def ask() -> list[int]:
        counters = rates()
        return [await asked(counters, 30, address="a"), await asked(counters, 30, address="b")]

    assert asyncio.run(ask()) == [20, 20]


def test_kinds_of_routes_are_counted_apart():
    """Who may not sign in any more for now may still load a page."""

    async def ask() -> list[int]:
        counters = rates()
        return [await asked(counters, 100, rate) for rate in (Rate.SIGN_IN, Rate.SOCKET, Rate.API, Rate.ASSET)]

    assert asyncio.run(ask()) == [1, 2, 20, 80]


def test_many_tokens_give_a_person_no_more():
    """They are counted as hers, from whatever address; a made-up one counts as its address."""

    async def ask() -> list[int]:
        counters, who = rates(), Principal("user", "ann", user_id=uuid4())
        for digest in ("one", "two"):
            counters.remember(digest, who)
        hers = [await asked(counters, 15, address=digest, digest=digest) for digest in ("one", "two")]
        made_up = [await asked(counters, 15, address="x", digest=f"guess{number}") for number in range(2)]
        return hers + made_up

    assert asyncio.run(ask()) == [15, 5, 15, 5]


def test_signing_in_is_counted_by_address():
    """Also for whoever is signed in: a known credential buys no more guesses."""

    async def ask() -> int:
        counters = rates()
        counters.remember("one", Principal("user", "ann", user_id=uuid4()))
        await counters.count(Rate.SIGN_IN, "a", "one")
        return await asked(counters, 2, Rate.SIGN_IN, "a", None)

    assert asyncio.run(ask()) == 0


def test_a_refusal_says_when_to_come_back():
    """In seconds, at most a minute."""

    async def ask() -> float:
        counters = rates()
        await asked(counters, 20)
        with pytest.raises(Throttled) as refused:
            await counters.count(Rate.API, "a", None)
        return refused.value.retry_after or 0

    assert 1 <= asyncio.run(ask()) <= 61


@pytest.fixture(scope="module")
def redis() -> Iterator[str]:
    """A Redis of our own, in memory only."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server (apt-get install redis-server)")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.05)
    yield f"redis://127.0.0.1:{port}/0"
    process.terminate()
    process.wait(10)


def test_servers_with_one_redis_count_together(redis):
    """Two servers behind one proxy give nobody twice as much."""

    async def ask() -> list[int]:
        first, second = rates(redis), rates(redis)
        counted = [await asked(first, 15), await asked(second, 15)]
        await first.close()
        await second.close()
        return counted

    assert asyncio.run(ask()) == [15, 5]


def test_without_its_redis_a_server_counts_alone():
    """It neither fails nor lets everything through."""

    async def ask() -> int:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        return await asked(rates(f"redis://127.0.0.1:{port}/0"), 30)

    assert asyncio.run(ask()) == 20
