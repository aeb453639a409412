"""How an app looks where its author says nothing about it: in the colours and the type of the page around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.ui.tokens import FONT, FONT_FILE, tokens

if TYPE_CHECKING:
    from bokeh.themes import Theme

PLAIN = "Inter, Helvetica, Arial, sans-serif"  # of what is drawn on a canvas, which knows no generic names of systems
STYLE = """
@font-face {{ font-family: Inter; font-weight: 100 900; font-display: swap; src: url("{file}") format("woff2"); }}
:root {{
  color-scheme: {scheme}; --bokeh-base-font: {font};
  --design-background-color: {surface}; --design-background-text-color: {text};
  --design-surface-color: {background}; --design-surface-text-color: {text};
  --design-primary-color: {primary}; --design-primary-text-color: {surface};
  --panel-border-color: {line};
}}
:root:root {{
  --jp-content-font-color1: {text}; --jp-ui-font-color0: {text}; --jp-ui-font-color1: {text};
  --jp-border-color1: {line};
  --jp-layout-color0: {surface}; --jp-layout-color1: {surface}; --jp-layout-color2: {background};
  --jp-widgets-color: {text}; --jp-widgets-label-color: {text}; --jp-widgets-readout-color: {text};
  --jp-widgets-input-color: {text}; --jp-widgets-input-background-color: {surface};
  --jp-widgets-input-border-color: {line};
}}
html, body {{ background: {surface}; color: {text}; font: 13px/1.4 {font}; }}
body {{ padding: 8px; }}
"""
# What Panel's own dark theme leaves white, or dark on dark; doubled, since what a part brings itself comes after it.
LEFT = """
:host {{ color: {text}; }}
.noUi-target.noUi-target {{ background: {line}; border-color: {line}; box-shadow: none; }}
.noUi-handle.noUi-handle {{ background: {text}; border-color: {text}; box-shadow: none; }}
.bk-tab.bk-tab.bk-active {{ background: {line}; color: {text}; border-color: {line}; }}
select.bk-input.bk-input.bk-input:not([multiple]) {{
  appearance: auto; background-image: none; color-scheme: dark;
}}
.tabulator.tabulator, .tabulator.tabulator .tabulator-tableholder .tabulator-table,
.tabulator.tabulator .tabulator-header.tabulator-header,
.tabulator.tabulator .tabulator-header .tabulator-col.tabulator-col,
.tabulator-row.tabulator-row.tabulator-row, .tabulator.tabulator .tabulator-footer.tabulator-footer {{
  background: {surface}; color: {text}; border-color: {line};
}}
.tabulator-row.tabulator-row .tabulator-cell.tabulator-cell {{ border-color: {line}; }}
.tabulator-row.tabulator-row.tabulator-row-even, .tabulator-row.tabulator-row.tabulator-selected,
.tabulator-row.tabulator-row.tabulator-selectable:hover {{ background: {line}; color: {text}; }}
.tabulator.tabulator .tabulator-footer .tabulator-page.tabulator-page {{
  background: {surface}; color: {text}; border-color: {line};
}}
.tabulator.tabulator .tabulator-footer .tabulator-page.tabulator-page.active {{ background: {line}; font-weight: 600; }}
.choices__list--multiple.choices__list--multiple .choices__item.choices__item {{
  background: {primary}; color: {surface}; border-color: {primary};
}}
.widget-dropdown.widget-dropdown select, .jupyter-button.jupyter-button {{ background: {line}; color: {text}; }}
"""


def style(dark: bool) -> str:
    """What the document says to everything in it, as CSS."""
    return STYLE.format(scheme="dark" if dark else "light", font=FONT, file=FONT_FILE, **tokens(dark))


def plots(dark: bool) -> Theme:
    """What Bokeh's plots look like: they stand on the page, and say the rest in its colours."""
    from bokeh.themes import Theme

    tone = tokens(dark)
    words = {"text_color": tone["text"], "text_font": PLAIN}
    return Theme(
        json={
            "attrs": {
                "Plot": {"background_fill_color": None, "border_fill_color": None, "outline_line_color": None},
                "Title": {**words, "text_font_size": "13px"},
                "Axis": {
                    "axis_line_color": tone["line"], "major_tick_line_color": tone["line"],
                    "minor_tick_line_color": None,
                    **_called("major_label", tone["muted"]), **_called("axis_label", tone["muted"]),
                },
                "Grid": {"grid_line_color": tone["line"]},
                "Legend": {
                    "background_fill_color": tone["surface"], "border_line_color": None,
                    **_called("label", tone["text"]),
                },
                "BaseColorBar": {
                    "background_fill_color": None, **_called("title", tone["text"]),
                    **_called("major_label", tone["muted"]),
                },
                "Label": words,
            }
        }
    )  # fmt: skip


def _called(what: str, colour: str) -> dict[str, Any]:
    """The type of one kind of words in a plot."""
    return {f"{what}_text_color": colour, f"{what}_text_font": PLAIN}


def dress(dark: bool) -> None:
    """Have the visit that is being made look like that; its cells may say otherwise afterwards."""
    from panel.config import config
    from panel.io.state import state
    from panel.theme.base import DarkTheme, DefaultTheme

    own: Any = config  # of each visit, as Panel keeps it
    own.theme = "dark" if dark else "default"
    own.global_css = [style(dark)]
    if dark:
        own.raw_css = [LEFT.format(**tokens(dark))]
    # Panel gives a plot its own theme's look when it makes it; Bokeh gives it the document's when it joins that.
    theme: Any = DarkTheme if dark else DefaultTheme
    document: Any = state.curdoc
    theme.bokeh_theme = document.theme = plots(dark)
