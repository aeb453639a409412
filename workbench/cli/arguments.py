"""A request model as arguments of a command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from workbench.core.errors import Invalid
from workbench.core.fields import kind, takes_text

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from workbench.core.operations import Operation

PLACES = {
    "json": "JSON, @FILE, or - for standard input",
    "secret": "@FILE, or - to be asked or for standard input; a secret on a command line is seen by others",
    "many": "may be repeated",
}


def positional(op: Operation) -> list[str]:
    """The fields that are given by their place."""
    return list(dict.fromkeys([*op.path_fields, *op.positional]))


def add_fields(parser: argparse.ArgumentParser, op: Operation) -> None:
    """Add an argument for each field of an operation's request."""
    placed = positional(op)
    for name in [*placed, *(name for name in op.request.model_fields if name not in placed)]:
        _add(parser, name, op.request.model_fields[name], placed=name in placed)


def _add(parser: argparse.ArgumentParser, name: str, info: FieldInfo, *, placed: bool) -> None:
    way = kind(info)
    options: dict[str, Any] = {"help": _help(info, way), "default": argparse.SUPPRESS}
    if way == "flag":
        options["action"] = argparse.BooleanOptionalAction
    else:
        options["metavar"] = _metavar(name, info, way)
    if placed:
        many = way == "many"
        optional = "*" if many else "?"
        parser.add_argument(name, nargs=("+" if many else None) if info.is_required() else optional, **options)
        return
    if way == "many":
        options["action"] = "append"
    parser.add_argument("--" + name.replace("_", "-"), dest=name, required=info.is_required(), **options)


def _metavar(name: str, info: FieldInfo, way: str) -> str:
    if way == "json":
        return "JSON"
    choices = _choices(info.annotation)
    return "{" + ",".join(choices) + "}" if choices and len(choices) <= 8 else name.upper()


def _choices(annotation: Any) -> list[str]:
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [str(member.value) for member in annotation]
    if get_origin(annotation) is Literal:
        return [str(value) for value in get_args(annotation)]
    parts = [part for part in get_args(annotation) if part is not type(None)]
    return _choices(parts[0]) if len(parts) == 1 and get_origin(annotation) is not list else []


def _help(info: FieldInfo, way: str) -> str:
    parts = [(info.description or "").rstrip("."), PLACES.get(way, "")]
    default = info.get_default(call_default_factory=False) if not info.is_required() else None
    if default not in (None, "", [], {}, ()) and way != "flag":
        parts.append(f"default {default.value if isinstance(default, Enum) else default}")
    return "; ".join(part for part in parts if part).replace("%", "%%")


def values(op: Operation, given: dict[str, Any]) -> dict[str, Any]:
    """What was typed, as fields of the request: files and standard input read, JSON parsed.

    Raises:
        Invalid: a file is missing or not what it should be.
    """
    found = dict(given)
    for name in list(found):
        info = op.request.model_fields.get(name)
        read = _READERS.get(kind(info)) if info is not None else None
        if info is not None and read is _json and takes_text(info):  # the server reads what was written
            found[name] = content(name, found[name])
        elif read is not None:
            found[name] = read(name, found[name])
    return found


def _json(name: str, text: str) -> Any:
    from pydantic_core import from_json

    source = content(name, text)
    try:
        return from_json(source, allow_inf_nan=False)
    except ValueError as error:
        raise Invalid(
            f"{_flag(name)} is not JSON: {error}.",
            fix=f"Write it to a file and pass {_flag(name)} @file.json, or quote it for your shell.",
            errors=[{"pointer": f"/{name}", "message": "not JSON"}],
        ) from None


def _many(name: str, texts: list[str]) -> Any:
    if len(texts) == 1 and (texts[0] == "-" or texts[0].startswith("@")):
        return _json(name, texts[0])
    return texts


def _secret(name: str, text: str) -> str:
    if text == "-" and sys.stdin.isatty():
        from getpass import getpass

        return getpass(f"{name.replace('_', ' ')}: ")
    return content(name, text).rstrip("\r\n")


_READERS: dict[str, Callable[[str, Any], Any]] = {"json": _json, "many": _many, "secret": _secret}


def content(name: str, text: str) -> str:
    """The text itself, what stands in the file behind an @, or standard input for a dash.

    Raises:
        Invalid: the file cannot be read.
    """
    if text == "-":
        return sys.stdin.read()
    if not text.startswith("@"):
        return text
    try:
        return Path(text[1:]).expanduser().read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise Invalid(f"{_flag(name)}: cannot read {text[1:]}: {reason}.", fix="Check the path after @.") from None


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")
