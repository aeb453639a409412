"""The shapes that requests and replies have in common."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Generic, Self, TypeVar
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

SECRET_SET = {"set": True}  # what views show in the place of a secret
SLUG = r"^[a-z_][a-z0-9_]{0,62}$"


def _slug(value: str) -> str:
    import re

    if not re.fullmatch(SLUG, value):
        proposal = re.sub(r"[^a-z0-9_]+", "_", value.lower()).strip("_")[:63] or "name"
        proposal = proposal if not proposal[0].isdigit() else f"_{proposal}"[:63]
        raise ValueError(f"a name has lower-case letters, digits and underscores, 63 at most; try {proposal!r}")
    return value


def _written(value: Any) -> Any:
    """Refuse numbers, which would be taken for seconds or, where they are large, for milliseconds since 1970."""
    import re

    if isinstance(value, int | float) or (isinstance(value, str) and re.fullmatch(r"\s*[+-]?[\d.]+\s*", value)):
        raise ValueError("a moment is written as 2026-01-31T12:00:00Z")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_written)]
Slug = Annotated[str, AfterValidator(_slug), Field(max_length=200, examples=["daily_delays"])]
Key = Annotated[str, Field(min_length=1, max_length=200, description="An id or a unique name.")]


def wrong_fields(error: ValidationError, below: str = "") -> list[dict[str, str]]:
    """A pointer and a plain sentence for every field that is wrong, without what was sent."""
    return [
        {"pointer": "/".join([below, *map(str, item["loc"])]) or "/", "message": _plainly(item)}
        for item in error.errors(include_url=False, include_input=False)
    ]


def _plainly(item: ErrorDetails) -> str:
    kind = item["type"]
    if kind == "missing" or (kind in ("string_too_short", "too_short") and item["ctx"]["min_length"] == 1):
        return "is required"
    if kind == "extra_forbidden":
        return "is not known"
    return item["msg"].removeprefix("Value error, ").replace("Input should be", "should be", 1)


class Request(BaseModel):
    """What a caller says: path, query and body fields together; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_timedelta="iso8601")


class View(BaseModel):
    """What a caller hears.

    `listed` names the attributes that a list shows to people, as `attribute` or `heading=attribute`; all that are
    simple where it is empty. What programs read has every field.
    """

    listed: ClassVar[tuple[str, ...]] = ()

    model_config = ConfigDict(
        from_attributes=True, frozen=True, serialize_by_alias=True, validate_by_name=True, validate_by_alias=True
    )

    @classmethod
    def of(cls, row: Any) -> Self:
        """The view of a database row, by attributes of the same names."""
        return cls.model_validate(row)


class ListRequest(Request):
    """Asks for a page of a list."""

    limit: int = Field(default=50, ge=1, le=500, description="How many at most.")
    cursor: str | None = Field(default=None, max_length=2000, description="`next` of the page before.")
    sort: str | None = Field(default=None, max_length=64, description="A column; with `-` in front, descending.")
    q: str | None = Field(default=None, max_length=200, description="Only what contains this text.")
    ids: list[UUID] | None = Field(default=None, max_length=200, description="Only these.")


Item = TypeVar("Item")


class Page(View, Generic[Item]):
    """A page of a list; `next` is the cursor of the page after it, null on the last."""

    items: list[Item]
    next: str | None = None
    total: int | None = None


class Gone(View):
    """The answer to a removal."""

    id: str
    removed: bool = True
