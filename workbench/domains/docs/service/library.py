"""The documents as they were shipped: read once, since they change with the version only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import workbench
from workbench.core import documentation
from workbench.core.errors import NotFound
from workbench.domains.docs import schemas as s

from .headings import outline

SECTIONS = ("tutorials", "how-to", "explanation", "reference", "security", "adr")
_LINKED = re.compile(r"\]\(([\w.-]+\.md)\)")


def listed(request: s.ListDocuments) -> s.Documents:
    """The documents that have what is asked for."""
    wanted = request.q.casefold().split()
    return s.Documents(
        version=workbench.__version__,
        items=[s.DocumentView.of(one) for one in documents().values() if _fits(wanted, one)],
    )


def show(name: str) -> s.DocumentDetail:
    """A document.

    Raises:
        NotFound: there is none of that name.
    """
    found = documents().get(name)
    if found is None:
        raise NotFound(
            f"The documentation has no page {name!r}.", fix="See the list of all its pages.", code="document_not_found"
        )
    return found


@cache
def documents() -> Mapping[str, s.DocumentDetail]:
    """All documents by name, section by section, as the contents of each order them.

    Raises:
        Unavailable: they are missing from the installation.
    """
    folder = documentation.folder()
    pages = (_document(folder, path) for section in SECTIONS for path in _ordered(folder / section))
    return {page.name: page for page in pages}


def _ordered(section: Path) -> Iterator[Path]:
    contents = section / documentation.CONTENTS
    named = _LINKED.findall(contents.read_text(encoding="utf-8")) if contents.is_file() else []
    first = [path for path in (contents, *(section / name for name in named)) if path.is_file()]
    yield from dict.fromkeys([*first, *sorted(section.glob("*.md"))])


def _document(folder: Path, path: Path) -> s.DocumentDetail:
    text = path.read_text(encoding="utf-8")
    headings, summary = outline(text)
    below = path.relative_to(folder)
    return s.DocumentDetail(
        name=s.name_of(below.as_posix()), title=headings[0].text, section=below.parts[0], summary=summary,
        path=below.as_posix(), text=text, headings=headings,
    )  # fmt: skip


def _fits(wanted: list[str], one: s.DocumentDetail) -> bool:
    said = "\n".join([one.title, one.summary, *(heading.text for heading in one.headings)]).casefold()
    return all(word in said for word in wanted)
