"""Documents that people write in YAML or JSON: read, with the place of what is wrong, and written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from .errors import Invalid
from .schemas import wrong_fields

# YAML's other ends of lines: outside double quotes one would be read as a space.
BREAKS = frozenset("\x85\u2028\u2029")

MOST_VALUES, DEEPEST = 20_000, 60

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\r\n\x00]*$")]
Words = Annotated[str, Field(max_length=10_000)]
ColumnName = Annotated[str, Field(min_length=1, max_length=200)]
AsWritten = Annotated[
    dict[str, Any] | Annotated[str, Field(max_length=400_000)],
    Field(description="The document, as an object or as text: YAML, or JSON."),
]
Message = Annotated[str, Field(max_length=500, description="Why, for those who read the history.")]
LateAfter = Annotated[float | None, Field(gt=0, le=24 * 366, description="Hours after which the data count as late.")]
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]


class Written(BaseModel):
    """Something that a document says; what is not known is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Titled(Written):
    """A document, which says at least its title."""

    title: Line
    description: Words = ""


Document = TypeVar("Document", bound=Titled)


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """Plain values only, and not too many of them: reading a megabyte of brackets takes a minute.

    A text of a kilobyte could otherwise stand for gigabytes of repeated parts.
    """

    def __init__(self, written: str) -> None:
        super().__init__(written)
        self._values = self._depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("an alias (*name) is not taken here")
        self._values, self._depth = self._values + 1, self._depth + 1
        if self._values > MOST_VALUES or self._depth > DEEPEST:
            raise yaml.YAMLError(f"more than {MOST_VALUES:,} values, or {DEEPEST} in each other, are not taken here")
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


def _but_times(construct: Any) -> Any:
    """A number as it is read, but for 12:30, which YAML 1.1 takes for 750: it stays what was written."""
    return lambda loader, node: node.value if ":" in node.value else construct(loader, node)


for _kind in ("int", "float"):
    _tag = f"tag:yaml.org,2002:{_kind}"
    _Loader.add_constructor(_tag, _but_times(yaml.SafeLoader.yaml_constructors[_tag]))


class _Dumper(yaml.SafeDumper):  # type: ignore[misc]
    """Texts of several lines as blocks, so that a difference shows the line that changed."""

    def represent(self, data: Any) -> None:
        """Write a document; it has one line for each thing said, however little that is."""
        node = self.represent_data(data)
        node.flow_style = False
        self.serialize(node)


def _text(dumper: yaml.SafeDumper, text: str) -> Any:
    style = '"' if BREAKS & set(text) else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _mapping(dumper: yaml.SafeDumper, found: dict[str, Any]) -> Any:
    """What holds plain values only, such as a place, in one line."""
    plain = not any(isinstance(value, dict | list) for value in found.values())
    return dumper.represent_mapping("tag:yaml.org,2002:map", found, flow_style=plain)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(dict, _mapping)


def parse(model: type[Document], written: Mapping[str, Any] | str) -> Document:
    """A document from an object, or from the text of one.

    Raises:
        Invalid: it is no YAML, or no document; says where.
    """
    found = _read(written) if isinstance(written, str) else written
    try:
        return model.model_validate(found)
    except ValidationError as error:
        errors = wrong_fields(error, "/document")
        stated = "; ".join(f"{item['pointer']}: {item['message']}" for item in errors[:5])
        raise _no_document(f"The document does not hold: {stated}.", "Mend it there.", errors) from None


def kept(document: Titled) -> dict[str, Any]:
    """A document as it is stored: what is as it would be anyway is left out."""
    return document.model_dump(mode="json", exclude_defaults=True)


def text(found: Mapping[str, Any]) -> str:
    """What is stored of a document as YAML: the same text for the same document, one line for each thing said."""
    written: str = yaml.dump(found, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    return written


def _read(written: str) -> dict[Any, Any]:
    try:
        found = yaml.load(written, _Loader)  # noqa: S506 - a loader of plain values
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        where = getattr(error, "problem_mark", None)
        line = f", line {where.line + 1}" if where is not None else ""
        said = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise _no_document(f"This is neither YAML nor JSON{line}: {said}.", "Mend it there.") from None
    if not isinstance(found, dict):
        raise _no_document("A document says at least its title.", "Pass a file, such as @document.yaml.")
    return found


def _no_document(detail: str, fix: str, errors: list[dict[str, str]] | None = None) -> Invalid:
    listed = errors or [{"pointer": "/document", "message": detail}]
    return Invalid(detail, fix=fix, code="bad_document", errors=listed)
