"""Memory of writing and reading does not grow with the rows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import json, resource, sys
import pyarrow as pa
from workbench.core.settings import load
from workbench.home import local_caller, open_home

home, rows = sys.argv[1], int(sys.argv[2])
caller = local_caller(open_home(load({"home": home}, environ={})))
schema = pa.schema([("id", pa.int64()), ("text", pa.string())])

def batches(start, count, step=50_000):
    for first in range(start, start + count, step):
        yield pa.record_batch({"id": pa.array(range(first, first + step)), "text": pa.array(["x" * 40] * step)}, schema)

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

def write(start, count, **fields):
    caller.stream("tables.stage", pa.RecordBatchReader.from_batches(schema, batches(start, count)), name="t", **fields)

found = {}
write(0, 100_000)
sum(batch.num_rows for batch in caller.stream("tables.read", name="t"))
write(0, 100_000, mode="merge", key=["id"])
found["start"] = peak()
write(100_000, rows)
found["append"] = peak()
assert sum(batch.num_rows for batch in caller.stream("tables.read", name="t")) == rows + 100_000
found["read"] = peak()
write(0, rows // 10, mode="merge", key=["id"])
found["merge"] = peak()
print(json.dumps(found))
"""


@pytest.mark.thorough
@pytest.mark.timeout(600)
def test_memory_stays_while_rows_grow(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Appending and reading ten million rows (`make bench`; else two) takes little more than a hundred thousand did."""
    rows = 2_000_000 if request.config.getoption("benchmark_disable") else 10_000_000
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT, str(tmp_path / "home"), str(rows)],
        check=True, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    found = json.loads(done.stdout.splitlines()[-1])
    print(f"peak memory at {rows:,} rows: " + ", ".join(f"{name} {size:.0f} MiB" for name, size in found.items()))

    assert found["append"] - found["start"] < 250
    assert found["read"] - found["append"] < 350
