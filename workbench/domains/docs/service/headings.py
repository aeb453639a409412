"""What a document is made of: its title, its first words, its headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import mistune

from workbench.domains.docs.schemas import Heading

STATE = "Status:"  # of a decision, before what it is about
Token = dict[str, Any]


def outline(text: str) -> tuple[list[Heading], str]:
    """The headings of a document, in their order, and the paragraph that says what it is about."""
    tokens: list[Token] = mistune.create_markdown(renderer=None, plugins=["table"])(text)  # type: ignore[assignment]
    paragraphs = (_words(token) for token in tokens if token["type"] == "paragraph")
    return list(_headings(tokens)), next((said for said in paragraphs if not said.startswith(STATE)), "")


def _headings(tokens: list[Token]) -> Iterator[Heading]:
    taken: dict[str, int] = {}
    for token in tokens:
        if token["type"] != "heading":
            continue
        text = _words(token)
        anchor = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")  # as code hosts make them
        before = taken.get(anchor, 0)
        taken[anchor] = before + 1
        yield Heading(
            level=token["attrs"]["level"], text=text, anchor=f"{anchor}-{before}" if before else anchor
        )  # fmt: skip


def _words(token: Token) -> str:
    if "children" in token:
        return "".join(map(_words, token["children"]))
    return " " if token["type"] == "softbreak" else str(token.get("raw", ""))
