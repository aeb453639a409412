"""The settings of files, apart from the code that reads them, so that forms can be drawn without it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from .base import DriverConfig
from .types import LocalPath, TypeName

NULLS = ("", "NA", "N/A", "#N/A", "NULL", "null")
Character = Annotated[str, Field(min_length=1, max_length=1)]


class CsvOptions(BaseModel):
    """How CSV files are written; what is left out is found from each file and checked against all of it."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    delimiter: Character | None = Field(
        default=None, title="Delimiter", description="What separates columns; found among , ; tab and | when left out."
    )
    quote: Character = Field(default='"', title="Quote", description="What surrounds text; doubled within it.")
    escape: Character | None = Field(
        default=None, title="Escape", description="What comes before a quote within text, where it is not doubled."
    )
    encoding: str | None = Field(
        default=None, title="Encoding", description="UTF-8, or what a byte order mark says, when left out."
    )
    decimal: Literal[".", ","] | None = Field(
        default=None,
        title="Decimal mark",
        description="Found when left out; 1,234 alone stays text, for it may be 1234.",
    )
    header: bool | None = Field(
        default=None,
        title="Header",
        description="Whether the first line names the columns; asked for where it is unclear.",
    )
    skip_rows: int = Field(default=0, ge=0, le=10_000, title="Skip lines", description="Lines before the header.")
    null_values: tuple[str, ...] = Field(
        default=NULLS, title="Missing values", description="Cells that mean that a value is missing."
    )
    quoted_nulls: bool = Field(
        default=True,
        title="Also when quoted",
        description='Whether a quoted "NA" is missing too; set it to false where NA is a value, such as Namibia.',
    )
    normalise_names: bool = Field(
        default=True,
        title="Tidy column names",
        description="Lower case, and one underscore for a run of spaces and signs: `Airport name` is `airport_name`.",
    )


class FilesConfig(DriverConfig):
    """A file or a folder of CSV, JSON and Parquet files."""

    path: LocalPath = Field(
        min_length=1, max_length=4096, title="Path", description="A file or a folder on this machine."
    )
    pattern: str | None = Field(
        default=None,
        max_length=500,
        title="Pattern",
        description="Only files whose path below the folder matches, such as `2013-*.parquet` or `**/*.csv`.",
    )
    streams: dict[str, str] = Field(
        default_factory=dict,
        title="Streams",
        description="By name, a pattern of files. Left out, each sub-folder is a stream, and each file beside them.",
        examples=[{"flights": "flights/*.parquet"}],
    )
    format: Literal["auto", "csv", "json", "parquet"] = Field(
        default="auto", title="Format", description="By the end of the file's name when `auto`."
    )
    csv: CsvOptions = Field(
        default_factory=CsvOptions,
        title="CSV",
        description="How CSV files are written, where that is not found by itself.",
        examples=[{"delimiter": ";", "decimal": ","}],
    )
    types: dict[str, TypeName] = Field(
        default_factory=dict,
        title="Types",
        description="Types of columns of CSV and JSON files, instead of those found in the data.",
        examples=[{"zip": "text"}],
    )
