"""The page that every view is put into: app bar, navigation, filters, parts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from .boxes import ABOVE, BAR, BESIDE, CARD, EDITING, FILTERS, GONE, MAIN, NAVIGATION, SPLIT, STACK
from .kit import pmui, pn
from .languages import tr
from .navigation import account, help_link, navigation, role_bar, search_box
from .panes import TextPane
from .parts import NOTHING, Content
from .presence import Presence
from .ready import when_ready
from .still import Still
from .tokens import FONT_FILE, PAPER, css_variables, material_theme
from .visit import COOKIE, Visit

HERE = Path(__file__).parent
PARTS_CSS = "".join((HERE / name).read_text() for name in ("workbench.css", "acting.css")) + PAPER
SHELL_CSS = (HERE / "shell.css").read_text()
BARE_CSS = ".header, nav, .MuiDrawer-root, .main .MuiToolbar-root { display: none !important; }"
SIDEBAR_WIDTH = 232


def markup(content: Content = "", *, css: str = "", **params: Any) -> Any:
    """A pane for parts; set its `object` to draw anew."""
    return TextPane(
        str(content), stylesheets=[PARTS_CSS, GONE, *([css] if css else [])], sizing_mode="stretch_width", margin=0,
        sanitize_html=False, **params,
    )  # fmt: skip


def stack(*parts: Any, **params: Any) -> Any:
    """Parts one below the other; plain boxes, since a layout of the kit costs each page tens of milliseconds."""
    return _box(STACK, *parts, **params)


def split(main: Any, side: Any, **params: Any) -> Any:
    """Two parts side by side, the first the wider; one below the other where the window is narrow."""
    return _box(SPLIT, main, side, **params)


def beside(controls: Any, main: Any, note: Any) -> Any:
    """Controls at the side of what they change, with a note below them; one below the other in a narrow window."""
    return _box(BESIDE, controls, main, note)


def editing(main: Any, settings: Any) -> Any:
    """What is made, and what is set of a part of it: at its side, or in a sheet below, and in sight wherever one is."""
    return _box(EDITING, main, settings)


def reveal(shown: bool, *parts: Any) -> None:
    """Show or hide parts and boxes."""
    for part in parts:
        part.css_classes = [] if shown else ["gone"]


def join_columns(joined: bool, *boxes: Any) -> None:
    """Give the first part of a split the whole width, or its share."""
    for box in boxes:
        box.css_classes = ["joined"] if joined else []


def panel_card(title: Any, content: Any) -> Any:
    """A titled box around something that is not text, such as a plot; `title` is a pane that holds a `heading`."""
    return _box(CARD, title, content)


def heading(title: str, aside: Content = NOTHING) -> Markup:
    """The head of such a box."""
    return Markup('<div class="head"><h2>{}</h2><div class="aside">{}</div></div>').format(title, aside)


def page(visit: Visit, *main: Any, presence: Presence, filters: Sequence[Any] = (), aside: Any = None) -> Any:
    """The page of a visit: `main` one below the other, `filters` under the navigation, `aside` in the app bar."""
    pn.config.theme = "dark" if visit.dark else "default"
    sidebar, header = ([], [presence]) if visit.bare else _around(visit, presence, filters, aside)
    above = [_box(ABOVE, *filters)] if visit.bare and filters else []
    content = [_box(STACK + MAIN, *([markup(role_bar(visit))] if visit.seen_as else []), *above, *main)]
    shell = pmui.Page(
        title=tr(visit.page.title), site_url=visit.link(visit.page.stem),
        meta_viewport="width=device-width, initial-scale=1",
        theme_config=material_theme(), dark_theme=visit.dark, theme_toggle=True, busy_indicator=None, sidebar=sidebar,
        sidebar_width=SIDEBAR_WIDTH, sidebar_variant="auto", sidebar_open=not visit.phone, sidebar_resizable=False,
        header=header, main=content,
        stylesheets=[SHELL_CSS, *([BARE_CSS] if visit.bare else [])], template=(HERE / "page.html").read_text(),
    )  # fmt: skip
    _connect(visit, shell, presence)
    pn.state.on_session_destroyed(lambda _: _let_go(shell))
    still = Still(shell.title, sidebar, header, content, bare=visit.bare)
    pn.state.curdoc.template_variables.update(_told(visit), still=still)
    return shell


def _told(visit: Visit) -> dict[str, Any]:
    """What the page's document says in its markup, where a script would come after a first paint."""
    return {
        "light_variables": css_variables(False), "dark_variables": css_variables(True),
        "cookie": COOKIE, "home": visit.home,
        "html_attrs": 'class="wb-dark"' if visit.dark else "", "theme_by": visit.theme_by,
        "font": visit.apps + FONT_FILE,
        "loads": tr("Loading {title}", title=tr(visit.page.title)),
        "not_loaded": tr("This page could not be loaded."), "again": tr("Try again"),
        "no_scripts": tr("Its scripts did not arrive."), "no_answer": tr("The server did not answer."),
    }  # fmt: skip


def _around(visit: Visit, presence: Presence, filters: Sequence[Any], aside: Any) -> tuple[list[Any], list[Any]]:
    """What is in the navigation and in the app bar."""
    sidebar = [markup(navigation(visit), css=NAVIGATION)]
    if filters:
        sidebar.append(_box(FILTERS, *filters))
    bar = search_box(visit) + help_link(visit) + account(visit)
    return sidebar, [*([aside] if aside is not None else []), markup(bar, css=BAR), presence]


def _let_go(shell: Any) -> None:
    """End what keeps a page alive after its session: the kit binds each one to a parameter of the whole process."""
    private = shell._param__private
    for _, watcher in private.ref_watchers:
        (watcher.inst or watcher.cls).param.unwatch(watcher)
    private.ref_watchers = []


def _connect(visit: Visit, shell: Any, presence: Presence) -> None:
    """Have the page do what the browser likes, and the browser remember what the person chose."""

    def like(event: Any) -> None:
        when_ready(lambda: shell.param.update(dark_theme=event.new))

    def narrow(event: Any) -> None:
        if event.new:
            when_ready(lambda: shell.param.update(sidebar_open=False))

    presence.param.update(dark=visit.dark, theme_by=visit.theme_by, path=visit.home)
    presence.param.watch(like, "dark")
    presence.param.watch(narrow, "narrow")
    shell.param.watch(lambda event: presence.param.update(dark=event.new), "dark_theme")


def _box(css: str, *parts: Any, **params: Any) -> Any:
    return pn.Column(*parts, stylesheets=[css, GONE], sizing_mode="stretch_width", margin=0, **params)
