"""How often somebody may ask: counted by person and kind of route, in memory or in Redis for several servers."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError
from limits.storage import storage_from_string

from workbench.core.errors import Throttled

from .policy import Rate

if TYPE_CHECKING:
    from workbench.core.context import Principal
    from workbench.core.settings import Settings

log = logging.getLogger("workbench.server")

REMEMBERED = 10_000
SECONDS = 60
# How many times a minute, against what the setting says for an address or person.
SHARES = {Rate.SIGN_IN: 0.01, Rate.SOCKET: 0.1, Rate.API: 1.0, Rate.ASSET: 4.0}


class Rates:
    """The counters of one server."""

    def __init__(self, settings: Settings) -> None:
        self._here = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._shared = _shared(settings.redis_url)
        self._items = {
            rate: RateLimitItemPerMinute(max(1, int(settings.requests_per_minute * share)), namespace="workbench")
            for rate, share in SHARES.items()
        }
        self._people: dict[str, str] = {}  # whose a credential was found to be

    def remember(self, digest: str, principal: Principal) -> None:
        """Count a credential's requests from now on as the person's: many tokens give her no more."""
        if len(self._people) >= REMEMBERED:
            self._people.pop(next(iter(self._people)))
        self._people[digest] = str(principal.user_id)

    async def count(self, rate: Rate, address: str, digest: str | None) -> None:
        """Count a request; a credential that was never found valid counts as its address.

        Raises:
            Throttled: there were too many in the last minute.
        """
        person = None if rate is Rate.SIGN_IN else self._people.get(digest or "")
        asks = f"person:{person}" if person else f"address:{address}"
        item = self._items[rate]
        reset = await self._hit(item, rate, asks)
        if reset is not None:
            raise Throttled(
                f"That were more than {item.amount} requests in a minute.",
                fix="Wait, and ask less often.",
                code="too_many_requests",
                retry_after=max(1.0, reset - time.time()),
            )

    async def close(self) -> None:
        """Let go of the shared counters."""
        if self._shared is not None:
            storage: Any = self._shared.storage
            await storage.bridge.storage.aclose()

    async def _hit(self, item: RateLimitItem, *key: str) -> float | None:
        """Count; None where that is within the limit, else when it ends."""
        limiter = self._shared or self._here
        try:
            return None if await limiter.hit(item, *key) else (await limiter.get_window_stats(item, *key)).reset_time
        except StorageError:
            log.warning("the counters' Redis does not answer: requests are counted here meanwhile")
            return None if await self._here.hit(item, *key) else time.time() + SECONDS


def _shared(redis_url: str) -> SlidingWindowCounterRateLimiter | None:
    if not redis_url:
        return None
    storage = storage_from_string(f"async+{redis_url}", implementation="redispy", wrap_exceptions=True)
    assert isinstance(storage, Storage)
    return SlidingWindowCounterRateLimiter(storage)
