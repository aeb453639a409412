"""What cells of notebooks showed, drawn without trusting it: their code ran, but not here, and not as who looks."""

from __future__ import annotations

import re

from markupsafe import Markup

from workbench.core.terminal import seen

from .controls import code

IMAGES = frozenset({"image/png", "image/jpeg"})
_NAMELESS = re.compile(r"<th((?: (?:col|row)span=\"\d+\")*)(?: scope=\"\w+\")?>(?:\s|&nbsp;)*</th>")
# Of HTML what text and tables need: no script, style, form, frame or picture, and no link but to web addresses.
TAGS = frozenset({
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "col", "colgroup", "dd", "del", "details", "div", "dl",
    "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "kbd", "li", "ol", "p", "pre", "q", "s", "samp", "small",
    "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "var",
})  # fmt: skip
ATTRIBUTES = {
    "a": {"href"}, "th": {"colspan", "rowspan", "scope"}, "td": {"colspan", "rowspan"}, "ol": {"start"}, "*": {"title"},
}  # fmt: skip


def output(media_type: str, text: str, label: str) -> Markup:
    """Something that a cell showed; `label` is what those hear who do not see it."""
    if media_type in IMAGES:
        source = f"data:{media_type};base64,{''.join(text.split())}"
        return Markup('<img class="picture" src="{}" alt="{}">').format(source, label)
    if media_type == "image/svg+xml":
        return _svg(text, label)
    if media_type == "text/html":
        return Markup('<div class="html scroll" tabindex="0" role="group" aria-label="{}">{}</div>').format(
            label, clean(text)
        )
    if media_type == "text/markdown":
        return Markup('<div class="html">{}</div>').format(markdown(text))
    return code(seen(text), label)


def clean(html: str) -> Markup:
    """HTML with only text and tables left of it."""
    import nh3

    kept = nh3.clean(
        html, tags=TAGS, attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes={"http", "https", "mailto"}, link_rel="noopener noreferrer", clean_content_tags={"script", "style"},
    )  # fmt: skip
    named = _NAMELESS.sub(r"<td\1></td>", kept)  # who hears the page would hear of a heading that is none
    return Markup(named)  # noqa: S704 - this is what makes it one


def markdown(text: str) -> Markup:
    """Markdown as HTML, cleaned like any other."""
    import mistune

    return clean(str(mistune.create_markdown(escape=True, plugins=["table"])(text)))


def _svg(text: str, label: str) -> Markup:
    """A drawing as a picture: in an `img` it runs no script and fetches nothing."""
    from base64 import b64encode

    source = f"data:image/svg+xml;base64,{b64encode(text.encode()).decode()}"
    return Markup('<img class="picture" src="{}" alt="{}">').format(source, label)
