"""A page's document waits for what it shows first, and not for ever."""

from __future__ import annotations

import asyncio

import pytest

from workbench.ui.first import await_first, firsts

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    """Tornado's loop is asyncio's."""
    return "asyncio"


async def test_it_waits_until_all_parts_have_shown_something():
    """The last of the parts decides when the document is sent."""
    with firsts() as awaited:
        one, other = await_first(), await_first()
    one.set()
    asyncio.get_running_loop().call_later(0.01, other.set)

    assert await awaited.come()
    assert other.is_set()


async def test_it_does_not_wait_for_long():
    """Whoever asks for what takes long sees the page's bones meanwhile."""
    with firsts() as awaited:
        await_first()

    assert not await awaited.come(0.01)


async def test_a_page_without_such_parts_is_sent_at_once():
    """Parts of another page are not waited for."""
    await_first()
    with firsts() as awaited:
        pass

    assert await awaited.come(0)
