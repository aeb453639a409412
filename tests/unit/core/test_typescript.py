"""The registry as an OpenAPI document, and that document as TypeScript."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import Field, create_model

from workbench.core.context import Context
from workbench.core.openapi import openapi
from workbench.core.operations import Download, Registry
from workbench.core.schemas import Page, Request, View
from workbench.core.typescript import typescript


class Ask(Request):
    """Asks."""

    id: UUID
    kinds: list[Literal["a", "b"]] | None = Field(default=None, description="Which.")


class Told(View):
    """Told."""

    id: UUID
    size: float | None
    more: dict[str, int] = Field(default={})


OtherTold = create_model("Told", __base__=View, __doc__="Another model that is called Told.", name=(str, ...))


def described() -> dict:
    """The document of two domains that both have something called Told."""
    known = Registry()

    @known.operation("things.show", "GET /things/{id}", "pipelines:read", effect="read")
    def show(ctx: Context, request: Ask) -> Told:
        """Show a thing."""

    @known.operation("things.make_many", "POST /things/{id}/many", "pipelines:read", effect="write", idempotent=True)
    def make_many(ctx: Context, request: Ask) -> Page[Told]:
        """Make many."""

    @known.operation("others.show", "GET /others/{id}", "pipelines:read", effect="read")
    def others(ctx: Context, request: Ask) -> Page[OtherTold]:
        """Show another."""

    @known.operation(
        "things.picture", "GET /things/{id}/picture", "pipelines:read",
        effect="raw", gives="file", media_types=("image/png",),
    )  # fmt: skip
    def picture(ctx: Context, request: Ask) -> Download:
        """Show a picture."""

    @known.operation("things.rows", "GET /things/{id}/rows", "pipelines:read", effect="raw", gives="arrow")
    def rows(ctx: Context, request: Ask) -> Download:
        """Give rows that no browser reads."""

    return openapi(known, "1")


def test_two_models_of_one_name_are_two_schemas():
    """Where two domains mean different things by a name, each reply refers to its own."""
    document = described()

    assert set(document["components"]["schemas"]) == {
        "Problem", "ThingsTold", "OthersTold", "ThingsPage_Told", "OthersPage_Told",
    }  # fmt: skip
    shown = document["paths"]["/w/{workspace}/others/{id}"]["get"]["responses"]["200"]
    assert shown["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/OthersPage_Told"}
    items = document["components"]["schemas"]["OthersPage_Told"]["properties"]["items"]
    assert items["items"] == {"$ref": "#/components/schemas/OthersTold"}


def test_what_is_said_and_heard_has_types():
    """Requests may leave out what has a default, replies have it always, and routes and options are told."""
    text = typescript(described())

    assert (
        "export interface ThingsTold {\n  id: string;\n  size: number | null;\n  more: Record<string, number>;\n}"
        in text
    )
    assert 'export interface ThingsShowRequest {\n  id: string;\n  /** Which. */\n  kinds?: ("a" | "b")[];\n}' in text
    assert "thingsShow = /*#__PURE__*/ operation<ThingsShowRequest, ThingsTold>(" in text
    assert "'POST', '/w/{workspace}/things/{id}/many', { idempotent: true }" in text
    assert "operation<ThingsPictureRequest, Blob>(" in text
    assert "{ gives: 'file' }" in text


def test_what_browsers_cannot_read_is_left_out():
    """Arrow streams have no constant."""
    assert "thingsRows" not in typescript(described())
