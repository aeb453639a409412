"""Whole HTML documents for when no page can be drawn: while the kit is starting, and when a visit is refused."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from string import Template
from urllib.parse import quote

from markupsafe import Markup, escape

from .languages import SPOKEN, tr
from .parts import NOTHING, Way, card, empty, loading, loading_figures, problem
from .tokens import css_variables
from .visit import Failure

HERE = Path(__file__).parent
ICON = (HERE / "favicon.svg").read_text()
FRAME = """
body { margin: 0; background: var(--wb-background); }
.bar {
  padding: 14px 24px; background: var(--wb-surface); border-bottom: 1px solid var(--wb-line);
  font-size: 1.1rem; font-weight: 600;
}
main { display: grid; gap: 16px; padding: 16px; max-width: 1600px; margin-inline: auto; }
"""
# Within the document, as all of it is: who is not signed in has no address of the server's to fetch it from.
FACE = (
    "@font-face { font-family: Inter; font-weight: 100 900; src: url(data:font/woff2;base64,"
    f"{b64encode((HERE / 'fonts' / 'inter-4.1.woff2').read_bytes()).decode()}) }}"
)
STYLE = (
    f"{FACE} :root {{ color-scheme: light dark; {css_variables(False)} }}"
    f"@media (prefers-color-scheme: dark) {{ :root {{ {css_variables(True)} }} }}"
    + (HERE / "workbench.css").read_text()
    + FRAME
)
DOCUMENT = Template("""<!doctype html>
<html lang="$lang">
<head><meta charset="utf-8"><title>$title · Workbench</title>$head<link rel="icon" href="$icon">
<meta name="viewport" content="width=device-width, initial-scale=1"><style>$style</style></head>
<body class="workbench">$body</body>
</html>
""")
# The policy under which they are shown; who may frame them is said by who sends them.
WITHIN = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'"
QUIET = f"{WITHIN}; form-action 'none'"
AGAIN = Markup('<meta http-equiv="refresh" content="1">')


def starting(title: str, text: str = "") -> str:
    """A page's bones below a sentence, which ask again every second until the page can be drawn."""
    said = Markup('<p class="muted">{}</p>').format(
        text or tr("The pages are starting; this takes a few seconds, once.")
    )
    return _document(title, loading_figures() + card(tr("Starting"), said + loading(rows=6)), AGAIN)


def refused(title: str, failure: Failure, *ways: Way) -> str:
    """Why a page cannot be shown, and where to go instead."""
    return _document(title, problem(failure.title, failure.detail, failure.fix, failure.correlation_id, *ways))


def told(title: str, text: str, *ways: Way) -> str:
    """A sentence within a frame, whose ways lead out of it."""
    head = Markup('<base target="_blank">')
    return whole(
        title, Markup('<main><div class="card">{}</div></main>').format(empty(title, text, *ways)), STYLE, head
    )


def whole(title: str, body: Markup, style: str, head: Markup = NOTHING) -> str:
    """A document whose look is in it."""
    icon = f"data:image/svg+xml,{quote(ICON)}"
    return DOCUMENT.substitute(
        lang=SPOKEN.get(), title=escape(title), head=head, icon=icon, body=body, style=style
    )  # fmt: skip


def _document(title: str, body: Markup, head: Markup = NOTHING) -> str:
    inside = Markup('<h1 class="bar">{}</h1><main>{}</main>').format(title, body)
    return whole(title, inside, STYLE, head)
