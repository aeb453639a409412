"""How many apps are kept, for whom, and for how long."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest

from jupyter_ext.served import grants
from jupyter_ext.served.grants import PER_PERSON, Apps, Viewer
from workbench.core.clock import now
from workbench.core.errors import NotFound, Unavailable
from workbench.core.ids import new_id
from workbench.domains.apps.schemas import AppView

IDS = {f"app{number}": (new_id(), new_id()) for number in range(9)}


class Caller:
    """Somebody who may see every app."""

    error: Exception | None = None

    def call(self, _: str, **fields: str) -> AppView:
        """What an app is, by its name or id; or why it is not shown any more."""
        if self.error is not None:
            raise self.error
        name = next(name for name, ids in IDS.items() if fields["id"] in (name, str(ids[0])))
        pipeline, version = IDS[name]
        return AppView(
            pipeline=name, pipeline_id=pipeline, title="", description="", number=1, version_id=version,
            servable=True, author="ada", since=now(), published=True, reads=[], withheld=0,
        )  # fmt: skip


class Process:
    """A process that is alive until it is closed."""

    place, alive = "nowhere", True

    def close(self) -> None:
        """End."""
        self.alive = False


class Socket:
    """A window that looks at an app."""

    hung_up = False

    def hang_up(self) -> None:
        """Be closed."""
        self.hung_up = True


@pytest.fixture
def with_apps(monkeypatch: Any) -> Callable[..., None]:
    """Does something with a server's apps, of which so many may be open and as long idle."""

    async def answers(_: Any) -> None:
        """At once."""

    monkeypatch.setattr(Apps, "_start", lambda *_: Process())
    monkeypatch.setattr(grants, "_answers", answers)

    def run(work: Callable[[Apps], Awaitable[None]], *, apps: int = 8, idle: float = 300.0) -> None:
        home = SimpleNamespace(settings=SimpleNamespace(apps=apps, app_idle_seconds=idle))

        async def within() -> None:
            made = Apps(SimpleNamespace(now=lambda: home))  # type: ignore[arg-type]
            try:
                await work(made)
            finally:
                await made.stop()

        asyncio.run(within())

    return run


async def opened(
    apps: Apps, person: str, name: str, *, session: str = "one", looked_at: bool = True, again: bool = False
) -> Any:
    """What a window of somebody was given, which looks at the app or left."""
    grant = await apps.open(Viewer(person, session), "default", name, Caller(), lambda: None, again=again)
    if looked_at:
        grant.sockets.add(Socket())
    return grant


def test_what_nobody_looks_at_makes_room_and_what_somebody_does_stays(with_apps):
    """The one that was left longest ends; where all are looked at, one more is refused with what to do."""

    async def work(apps: Apps) -> None:
        first, left = await opened(apps, "ada", "app1"), await opened(apps, "bob", "app2", looked_at=False)
        third = await opened(apps, "eve", "app3")
        alive = [one.served.process.alive for one in (first, left, third)]
        assert alive == [True, False, True]
        assert await apps.granted(left.word) is None
        with pytest.raises(Unavailable, match="taken; there are 2") as refused:
            await opened(apps, "joe", "app4")
        assert "`apps`" in refused.value.fix

    with_apps(work, apps=2)


def test_one_person_does_not_take_all_places(with_apps):
    """The windows of a session on one app share a process; of all her sessions a person keeps a few."""

    async def work(apps: Apps) -> None:
        held = [await opened(apps, "ada", f"app{number}") for number in range(PER_PERSON - 1)]
        assert (await opened(apps, "ada", "app0")).served is held[0].served
        assert (await opened(apps, "ada", "app0", session="other")).served is not held[0].served
        for session in ("one", "other", "third"):
            with pytest.raises(Unavailable, match=f"You have {PER_PERSON} apps open"):
                await opened(apps, "ada", "app8", session=session)
        assert (await opened(apps, "bob", "app8")).served.process.alive

    with_apps(work)


def test_a_restart_is_another_process_and_closes_the_windows_of_the_one_before(with_apps):
    """And so does a new version."""

    async def work(apps: Apps) -> None:
        first = await opened(apps, "ada", "app1")
        (window,) = first.sockets
        second = await opened(apps, "ada", "app1", again=True)
        assert (first.served.process.alive, second.served.process.alive, window.hung_up) == (False, True, True)

    with_apps(work)


def test_an_app_that_nobody_looks_at_ends(with_apps, monkeypatch):
    """After its time, and not while a window is open."""
    monkeypatch.setattr(grants, "GRANT_SECONDS", 0.0)

    async def work(apps: Apps) -> None:
        looked_at, left = await opened(apps, "ada", "app1"), await opened(apps, "ada", "app2", looked_at=False)
        for _ in range(2):
            await apps._look()
        assert (looked_at.served.process.alive, left.served.process.alive) == (True, False)

    with_apps(work, idle=-1.0)


def test_what_may_pass_ends_no_app_and_a_lost_right_does(with_apps):
    """While it cannot be asked nothing new is answered; once she may not see it, its window closes and it ends."""

    async def work(apps: Apps) -> None:
        grant = await opened(apps, "ada", "app1")
        (window,) = grant.sockets
        grant.caller.error = Unavailable("The database does not answer.")
        assert await apps.granted(grant.word) is None
        assert (grant.served.process.alive, window.hung_up) == (True, False)
        grant.caller.error = NotFound("There is no such pipeline.")
        await apps._look()
        assert (grant.served.process.alive, window.hung_up) == (False, True)

    with_apps(work)
