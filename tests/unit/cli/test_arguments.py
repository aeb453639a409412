"""Every operation is a command whose arguments are the fields of its request."""

from __future__ import annotations

import io
import json
from enum import StrEnum
from typing import Any, Literal

import pytest
from pydantic import Field, SecretStr

from workbench.cli import arguments, index
from workbench.cli.operation import parser_of
from workbench.core.errors import Invalid
from workbench.core.operations import Registry, registry
from workbench.core.schemas import Gone, Request


class Colour(StrEnum):
    """Colours."""

    RED = "red"
    BLUE = "blue"


class Everything(Request):
    """A request with a field of every kind."""

    id: str
    size: int = Field(default=3, description="How large, in %.")
    colour: Colour = Colour.RED
    mode: Literal["a", "b"] | None = None
    tags: list[str] = Field(default=[])
    config: dict[str, Any] = Field(default={})
    heavy: bool = False
    password: SecretStr | None = None


@pytest.fixture
def op():
    """An operation that takes everything."""
    made = Registry()

    @made.operation("toys.do", "PUT /toys/{id}", "connectors:write", effect="write")
    def do(ctx: Any, request: Everything) -> Gone:
        """Do it, 100 %."""
        return Gone(id=request.id)

    return made["toys.do"]


def parsed(op, *words):
    """The fields that a command line gives, as its request."""
    given = vars(parser_of(op).parse_args(list(words)))
    return op.request.model_validate(arguments.values(op, given))


def test_each_kind_of_field_has_its_form(op, tmp_path):
    """Texts, numbers, choices, repeated values, flags, JSON and secrets are what was typed."""
    file = tmp_path / "config.json"
    file.write_text('\ufeff{"port": 1}')
    secret = tmp_path / "secret"
    secret.write_text("hush\n")

    request = parsed(
        op, "it", "--size", "-5", "--colour", "blue", "--mode", "b", "--tags", "x", "--tags", "y", "--heavy",
        "--config", f"@{file}", "--password", f"@{secret}",
    )  # fmt: skip

    assert request.model_dump(exclude={"password"}) == {
        "id": "it", "size": -5, "colour": Colour.BLUE, "mode": "b", "tags": ["x", "y"], "config": {"port": 1},
        "heavy": True,
    }  # fmt: skip
    assert request.password.get_secret_value() == "hush"


def test_what_is_not_said_is_not_sent(op):
    """Defaults are the server's: only what was typed is in the request."""
    assert parsed(op, "it").model_fields_set == {"id"}
    assert parsed(op, "it", "--no-heavy").model_fields_set == {"id", "heavy"}


def test_json_may_come_from_standard_input(op, monkeypatch):
    """A dash reads what is piped in."""
    monkeypatch.setattr("sys.stdin", io.StringIO('{"a": [1, 2]}'))

    assert parsed(op, "it", "--config", "-").config == {"a": [1, 2]}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["it", "--config", "{port: 1}"], "--config is not JSON"),
        (["it", "--config", "@/no/such.json"], "cannot read /no/such.json"),
        (["it", "--nonsense"], "Unrecognized arguments: --nonsense"),
        (["it", "--siz", "3"], "Unrecognized arguments: --siz"),
        ([], "required: ID"),
        (["it", "--size"], "expected one argument"),
    ],
)
def test_what_cannot_be_understood_is_refused(op, words, told):
    """Each refusal names the argument and where to look."""
    with pytest.raises(Invalid) as error:
        parsed(op, *words)

    assert told in error.value.detail
    assert error.value.fix


def test_help_says_what_each_argument_is(op):
    """Descriptions, choices and defaults are in the help, percent signs and all."""
    text = parser_of(op).format_help()

    for told in (
        "100 %",
        "How large, in %.",
        "{red,blue}",
        "{a,b}",
        "default 3",
        "may be repeated",
        "@FILE",
        "--no-heavy",
    ):
        assert told.rstrip(".") in text


def test_every_operation_of_the_product_is_a_command():
    """Parsers can be built for all, and no field hides an option of every command."""
    for op in registry.discover():
        text = parser_of(op).format_help()
        assert op.help.splitlines()[0][:40] in " ".join(text.split())
        assert not {"home", "workspace", "server", "json"} & set(op.request.model_fields), op.name


def test_the_index_is_of_these_operations():
    """What help lists is what there is: `make generate` was run."""
    assert json.loads(index.PATH.read_text()) == index.make(registry.discover())
