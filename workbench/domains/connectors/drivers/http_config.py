"""The settings of JSON APIs."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from workbench.core.secrets import SENSITIVE

from .base import DriverConfig, secret
from .types import TypeName

MIB = 1024 * 1024
Pointer = Annotated[str, Field(max_length=500, pattern=r"^(/.*)?$")]
Params = dict[str, str | int | float | bool]


class Pagination(BaseModel):
    """How an API hands out its records in pages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    style: Literal["none", "page", "offset", "cursor", "link", "next_url"] = Field(
        default="none",
        title="Style",
        description="page: a page number; offset: records to skip; cursor: a token in the body; link: a Link header;"
        " next_url: the next page's address in the body.",
    )
    page_param: str = Field(default="page", title="Page parameter")
    first_page: int = Field(default=1, ge=0, title="First page")
    offset_param: str = Field(default="offset", title="Offset parameter")
    cursor_param: str = Field(default="cursor", title="Token parameter")
    next: Pointer = Field(
        default="/next", title="Next", description="JSON pointer to the token or address of the next page."
    )
    size_param: str | None = Field(default=None, title="Size parameter", description="What asks for a page's size.")
    size: int | None = Field(default=None, ge=1, le=100_000, title="Page size")
    last: Literal["empty", "short"] = Field(
        default="empty",
        title="Last page",
        description="By page and offset: an empty page ends it; `short` saves that request where an API always fills"
        " its pages to `size`.",
    )


class HttpStream(BaseModel):
    """One list of records of an API."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = Field(max_length=2000, title="Path", description="Below the base URL, such as /v1/planes.")
    records: Pointer = Field(
        default="", title="Records", description="JSON pointer to the list, such as /data; empty for the whole body."
    )
    primary_key: tuple[str, ...] = Field(default=(), title="Primary key")
    cursor_param: str | None = Field(
        default=None,
        title="Newer-than parameter",
        description="What asks the API for newer records only; it saves pages, the exact cut is made here.",
    )
    params: Params = Field(default_factory=dict, title="Parameters")
    pagination: Pagination = Field(default_factory=Pagination, title="Pagination")
    types: dict[str, TypeName] = Field(
        default_factory=dict,
        title="Types",
        description="Types of columns instead of those found; JSON has no dates, so name those here.",
        examples=[{"updated_at": "timestamp_utc"}],
    )


class HttpJsonConfig(DriverConfig):
    """A REST API that answers in JSON."""

    address = ("base_url", "ca_file")

    base_url: str = Field(
        max_length=2000, pattern=r"^https?://", title="Base URL", examples=["https://api.example.com/v1"]
    )
    streams: dict[str, HttpStream] = Field(
        min_length=1,
        title="Streams",
        description="Each list of records by the name that notebooks read.",
        examples=[{"planes": {"path": "/v1/planes", "records": "/data"}}],
    )
    auth: Literal["none", "bearer", "basic", "api_key"] = Field(default="none", title="Authentication")
    token: SecretStr | None = secret("Token", "For bearer.")
    username: str | None = Field(default=None, max_length=255, title="User name", description="For basic.")
    password: SecretStr | None = secret("Password", "For basic.")
    api_key: SecretStr | None = secret("API key", "For api_key.")
    api_key_header: str = Field(default="X-API-Key", pattern=r"^[A-Za-z0-9-]+$", title="API key header")
    headers: dict[str, str] = Field(default_factory=dict, title="Headers", description="Others; never secrets.")
    params: Params = Field(default_factory=dict, title="Parameters", description="For every request; never secrets.")
    ca_file: str | None = Field(
        default=None, title="Root certificate", description="A PEM file that signs the server's certificate."
    )
    timeout_seconds: float = Field(default=30, gt=0, le=600, title="Answer time", description="Of one request.")
    retries: int = Field(default=5, ge=0, le=20, title="Retries", description="Of one request.")
    retry_seconds: float = Field(
        default=120, ge=0, le=3600, title="Waiting time", description="The most that a read waits for retries in all."
    )
    requests_per_second: float | None = Field(default=None, gt=0, title="Rate limit")
    response_bytes: int = Field(
        default=64 * MIB, ge=1024, le=1024 * MIB, title="Largest answer", description="In bytes, unpacked."
    )
    total_bytes: int = Field(
        default=2048 * MIB, ge=1024, title="Largest read", description="In bytes of all records of a read together."
    )
    max_pages: int = Field(default=100_000, ge=1, title="Most pages")

    @field_validator("base_url")
    @classmethod
    def _plain_url(cls, url: str) -> str:
        parts = urlsplit(url)
        # A password with a slash ends the host before its @, so that none is allowed anywhere.
        if "@" in url or parts.query or parts.fragment or not parts.hostname or not _has_port(parts):
            raise ValueError("a base URL has a host and a path only; credentials go to auth, others to params")
        return url.rstrip("/")

    @field_validator("headers", "params")
    @classmethod
    def _no_secrets(cls, given: dict[str, str]) -> dict[str, str]:
        if any(SENSITIVE.search(name) for name in given):
            raise ValueError(
                "headers and params are shown to everyone; credentials go to auth, which keeps them secret"
            )
        return given

    @property
    def carries_credentials(self) -> bool:
        """Whether requests hold what must not reach another host."""
        return self.auth != "none" or bool(self.headers)


def _has_port(parts: SplitResult) -> bool:
    """Whether what stands after the host, if anything, is a port."""
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False
