"""Documents in Markdown as parts of a page: headings to link to, code to copy, links that lead somewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import mistune
import nh3
from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from .controls import button
from .languages import tr
from .outputs import ATTRIBUTES, TAGS

PROMPT = "$ "
CSS = Path(__file__).with_name("prose.css").read_text()
# What the drawing below uses beyond text and tables; nothing of a document gets there but as text.
MORE_TAGS = TAGS | {"button", "img"}
MORE_ATTRIBUTES = {
    **ATTRIBUTES,
    "a": {"href", "class", "download", "aria-label"}, "img": {"src", "alt"},
    "button": {"type", "class", "data-act", "data-name", "data-value"},
    "*": {"id", "class", "tabindex", "role", "aria-label", "aria-hidden"},
}  # fmt: skip

Lead = Callable[[str], str]


def prose(text: str, anchors: Iterable[str], lead: Lead, *, downloads: frozenset[str] = frozenset()) -> Markup:
    """A document without its first heading, which the page bears.

    `anchors` are those of its headings, in their order; `lead` answers where a link or picture of the document leads,
    and nothing where it leads nowhere; what leads to one of `downloads` is saved instead of opened.
    """
    drawn = str(mistune.create_markdown(renderer=_Prose(iter(anchors), lead, downloads), plugins=["table"])(text))
    kept = nh3.clean(
        drawn, tags=MORE_TAGS, attributes={tag: set(names) for tag, names in MORE_ATTRIBUTES.items()},
        url_schemes={"http", "https", "mailto"}, link_rel="noopener noreferrer",
    )  # fmt: skip
    return Markup(kept)  # noqa: S704 - cleaned


def highlighted(code: str, language: str) -> Markup:
    """Code with what its words are as classes; as it is where nobody knows the language."""
    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return escape(code)
    return Markup(highlight(code, lexer, HtmlFormatter(nowrap=True)))  # noqa: S704 - pygments escapes the code


def commands(code: str, language: str) -> str:
    """What one copies of some code: of a console only what is typed there."""
    if language != "console":
        return code
    typed = [line.removeprefix(PROMPT) for line in code.splitlines() if line.startswith((PROMPT, "> "))]
    return "\n".join(line.removeprefix("> ") for line in typed) + "\n"


class _Prose(mistune.HTMLRenderer):
    """Draws what the look needs differently; everything else as usual, and never markup of the document's own."""

    def __init__(self, anchors: Iterator[str], lead: Lead, downloads: frozenset[str]) -> None:
        super().__init__(escape=True)
        self._anchors, self._lead, self._downloads = anchors, lead, downloads

    def heading(self, text: str, level: int, **_: Any) -> str:
        anchor = next(self._anchors)
        if level == 1:
            return ""
        link = Markup('<a class="anchor" href="#{}" aria-label="{}">#</a>').format(anchor, tr("Link to this part"))
        return f'<h{level} id="{escape(anchor)}">{text}{link}</h{level}>\n'

    def block_html(self, html: str) -> str:
        return "" if html.lstrip().startswith("<!--") else super().block_html(html)

    def link(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002 - ours have none
        where = self._lead(url)
        if not where:
            return text
        saved = Markup(' download="{}"').format(where.rpartition("/")[2]) if where in self._downloads else ""
        return f'<a href="{escape(where)}"{saved}>{text}</a>'

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return super().image(text, self._lead(url), title)

    def table(self, text: str) -> str:
        around = Markup('<div class="scroll" tabindex="0" role="group" aria-label="{}">')
        label = tr("{title}, scrolls sideways", title=tr("Table"))
        return f"{around.format(label)}<table>{text}</table></div>\n"

    def block_code(self, code: str, info: str | None = None) -> str:
        language = (info or "text").split()[0]
        copy = button(tr("Copy"), "copy-code", name="code", value=commands(code, language), tone="quiet screen-only")
        inner = Markup('<pre class="code" tabindex="0" role="group" aria-label="{}"><code>{}</code></pre>').format(
            tr("Code: {language}", language=language), highlighted(code, language)
        )
        return str(Markup('<div class="snippet"><p class="sub">{}</p>{}{}</div>').format(language, copy, inner))
