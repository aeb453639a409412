"""How a request's field is written where only text fits, such as a query or a command line."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence, Set
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

Kind = Literal["flag", "text", "secret", "many", "json"]

_PLAIN: dict[Any, Kind] = {bool: "flag", SecretStr: "secret", Any: "json", object: "json"}


def kind(info: FieldInfo) -> Kind:
    """How a field is written.

    flag    present or absent
    text    one value, read by its type
    secret  one value that should not be seen
    many    several values, each a text
    json    anything with structure, as JSON
    """
    return _kind(info.annotation)


def takes_text(info: FieldInfo) -> bool:
    """Whether a field takes a text as it is, also where it takes structure too, such as a document."""
    return str in _alternatives(info.annotation)


def _kind(annotation: Any) -> Kind:
    inner = _alternatives(annotation)
    kinds = {_kind_of_one(one) for one in inner}
    if len(kinds) == 1:
        return kinds.pop()
    if "json" in kinds or "many" in kinds:
        return "json"
    return "text"


def _kind_of_one(annotation: Any) -> Kind:
    origin = get_origin(annotation) or annotation
    if origin in _PLAIN:
        return _PLAIN[origin]
    if not isinstance(origin, type) or issubclass(origin, str | bytes):
        return "text"
    if issubclass(origin, BaseModel | Mapping):
        return "json"
    if issubclass(origin, Sequence | Set):
        items = {_kind(item) for item in get_args(annotation) if item is not Ellipsis}
        return "many" if items == {"text"} else "json"
    return "text"


def _alternatives(annotation: Any) -> list[Any]:
    """The types that a value may have, None aside."""
    if get_origin(annotation) is Annotated:
        return _alternatives(get_args(annotation)[0])
    if hasattr(annotation, "__value__"):  # a `type` statement
        return _alternatives(annotation.__value__)
    if get_origin(annotation) in (Union, types.UnionType):
        return [one for part in get_args(annotation) if part is not type(None) for one in _alternatives(part)]
    return [annotation]
