"""Figures about the process, in Prometheus' conventions."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from . import latest

REGISTRY = CollectorRegistry()
_operations = Counter("workbench_operations", "Operations carried out.", ["operation", "outcome"], registry=REGISTRY)
_seconds = Histogram(
    "workbench_operation_duration_seconds", "How long operations took.", ["operation"], registry=REGISTRY,
    buckets=(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30),
)  # fmt: skip
_anonymous = Counter("workbench_anonymous_denials", "Requests of nobody that were refused.", registry=REGISTRY)
_runs = Gauge("workbench_runs", "Runs of the home that have not ended, by status.", ["status"], registry=REGISTRY)
_clients = Gauge("workbench_event_clients", "Open event streams.", registry=REGISTRY)


def observe_operation(name: str, outcome: str, seconds: float, correlation_id: str = "") -> None:
    """Count an operation and its duration."""
    latest.OPERATIONS.note(name, seconds, outcome, correlation_id)
    _operations.labels(name, outcome).inc()
    _seconds.labels(name).observe(seconds)


def count_anonymous_denial() -> None:
    """Count a refusal that the audit trail leaves out."""
    _anonymous.inc()


def set_runs(by_status: dict[str, int]) -> None:
    """State how many runs there are of each status."""
    for status, number in by_status.items():
        _runs.labels(status).set(number)


def count_client(change: int) -> None:
    """Note that an event stream was opened (1) or closed (-1)."""
    _clients.inc(change)


def exposition() -> bytes:
    """All figures in Prometheus' text format."""
    return generate_latest(REGISTRY)
