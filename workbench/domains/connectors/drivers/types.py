"""What people write in configs: paths, and names of types that stand for Arrow types."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field, ValidationInfo

if TYPE_CHECKING:
    import pyarrow as pa

_DECIMAL = re.compile(r"decimal\((\d{1,2}),\s*(\d{1,2})\)")


def _absolute(text: str, info: ValidationInfo) -> str:
    return str(Path((info.context or {}).get("folder", ""), Path(text).expanduser()).absolute())


# A relative path starts where it was written, not where a server happens to run later; in a team's home it starts in
# the workspace's folder, which the validation is given as `folder`.
LocalPath = Annotated[str, AfterValidator(_absolute)]
TypeName = Annotated[
    str,
    Field(
        pattern=r"^(integer|number|text|boolean|date|timestamp|timestamp_utc|decimal\(\d{1,2},\s*\d{1,2}\))$",
        description="integer, number, text, boolean, date, timestamp (no zone), timestamp_utc or decimal(12,2).",
        examples=["text"],
    ),
]


def named_type(name: str) -> pa.DataType:
    """The Arrow type that a name stands for."""
    import pyarrow as pa

    if match := _DECIMAL.fullmatch(name):
        return pa.decimal128(int(match[1]), int(match[2]))
    return {
        "integer": pa.int64(),
        "number": pa.float64(),
        "text": pa.string(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "timestamp": pa.timestamp("us"),
        "timestamp_utc": pa.timestamp("us", "UTC"),
    }[name]
