"""Documents of dashboards as people write them, in YAML or JSON, and as they are kept."""

from __future__ import annotations

from typing import Any

import yaml
from pydantic import ValidationError

from workbench.core.errors import Invalid
from workbench.core.schemas import wrong_fields
from workbench.domains.dashboards.schemas.documents import Document

# YAML's other ends of lines: outside double quotes one would be read as a space.
BREAKS = frozenset("\x85\u2028\u2029")
HEAD = ("id", "kind", "title", "at", "source")


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """Plain values only; a text of a kilobyte could otherwise stand for gigabytes of repeated parts."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("an alias (*name) is not taken here")
        return super().compose_node(parent, index)


class _Dumper(yaml.SafeDumper):  # type: ignore[misc]
    """Texts of several lines as blocks, so that a difference shows the line that changed."""


def _text(dumper: yaml.SafeDumper, text: str) -> Any:
    style = '"' if BREAKS & set(text) else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _mapping(dumper: yaml.SafeDumper, found: dict[str, Any]) -> Any:
    """What holds plain values only, such as a place, in one line."""
    plain = not any(isinstance(value, dict | list) for value in found.values()) and "cards" not in found
    return dumper.represent_mapping("tag:yaml.org,2002:map", found, flow_style=plain and not {"kind"} & found.keys())


_Dumper.add_representer(str, _text)
_Dumper.add_representer(dict, _mapping)


def parse(written: dict[str, Any] | str) -> Document:
    """A document from an object, or from the text of one.

    Raises:
        Invalid: it is no YAML, or no document; says where.
    """
    found = _read(written) if isinstance(written, str) else written
    try:
        return Document.model_validate(found)
    except ValidationError as error:
        errors = wrong_fields(error, "/document")
        stated = "; ".join(f"{item['pointer']}: {item['message']}" for item in errors[:5])
        raise _no_document(f"The document does not hold: {stated}.", "Mend it there.", errors) from None


def _read(written: str) -> dict[Any, Any]:
    try:
        found = yaml.load(written, _Loader)  # noqa: S506 - a loader of plain values
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        where = getattr(error, "problem_mark", None)
        line = f", line {where.line + 1}" if where is not None else ""
        said = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise _no_document(f"This is neither YAML nor JSON{line}: {said}.", "Mend it there.") from None
    if not isinstance(found, dict):
        raise _no_document("A document says at least its title.", "Pass a file as @dashboard.yaml.")
    return found


def kept(document: Document) -> dict[str, Any]:
    """A document as it is stored: what is as it would be anyway is left out."""
    found = document.model_dump(mode="json", exclude_defaults=True)
    found["cards"] = [_in_order(card) for card in found.get("cards", [])]
    return found


def text(document: Document) -> str:
    """A document as YAML: the same text for the same document, one line for each thing said."""
    written: str = yaml.dump(kept(document), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    return written


def _in_order(card: dict[str, Any]) -> dict[str, Any]:
    """What names a card comes first."""
    return {name: card[name] for name in (*HEAD, *card) if name in card}


def _no_document(detail: str, fix: str, errors: list[dict[str, str]] | None = None) -> Invalid:
    listed = errors or [{"pointer": "/document", "message": detail}]
    return Invalid(detail, fix=fix, code="bad_document", errors=listed)
