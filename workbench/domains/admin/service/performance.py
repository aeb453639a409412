"""How fast this process of the server is, from what it measured since it began."""

from __future__ import annotations

from math import ceil
from pathlib import Path

from workbench.core import latest
from workbench.domains.admin import schemas as s

STATUS = Path("/proc/self/status")


def performance() -> s.PerformanceView:
    """What operations, pages and events took, and the memory that is held."""
    memory = _memory()
    events = _latencies(latest.EVENTS)
    return s.PerformanceView(
        since=latest.SINCE, memory=memory.get("VmRSS"), memory_peak=memory.get("VmHWM"),
        operations=_latencies(latest.OPERATIONS), pages=_latencies(latest.PAGES), events=events[0] if events else None,
        slow=[s.SlowCall.of(one) for one in latest.OPERATIONS.slow()],
    )  # fmt: skip


def _latencies(measured: latest.Latest) -> list[s.Latency]:
    found = [_latency(name, series) for name, series in measured.series().items()]
    return sorted(found, key=lambda one: (-one.p95, one.name))


def _latency(name: str, series: latest.Series) -> s.Latency:
    took = sorted(series.seconds)
    p50, p95, p99 = (took[ceil(part * len(took)) - 1] for part in (0.5, 0.95, 0.99))
    return s.Latency(name=name, count=series.count, errors=series.errors, p50=p50, p95=p95, p99=p99)


def _memory() -> dict[str, int]:
    """Bytes by name, as Linux tells them; none elsewhere."""
    if not STATUS.exists():
        return {}
    pairs = (line.split(":") for line in STATUS.read_text().splitlines() if line.endswith(" kB"))
    return {name: int(size.split()[0]) * 1024 for name, size in pairs}
