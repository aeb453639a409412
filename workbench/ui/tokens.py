"""Colours, type and spacing: the only place where they are written down."""

from __future__ import annotations

from typing import Any, Final

from .languages import tr

Tokens = dict[str, str]

FONT: Final = 'Inter, system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif'
FONT_FILE: Final = "static/fonts/inter-4.1.woff2?v=1"  # below where pages and apps begin; Latin, all weights

LIGHT: Final[Tokens] = {
    "background": "#f6f7f9", "surface": "#ffffff", "text": "#1b2430", "muted": "#5b6675", "line": "#e3e7ec",
    "primary": "#2f62c9", "success": "#1b7a54", "warning": "#8f5b00", "error": "#b3304a", "info": "#0b7285",
}  # fmt: skip
DARK: Final[Tokens] = {
    "background": "#11151b", "surface": "#181e26", "text": "#e6eaf0", "muted": "#98a3b3", "line": "#2a323d",
    "primary": "#7aa2f0", "success": "#4cc38a", "warning": "#e2a336", "error": "#f0788c", "info": "#5cc1d6",
}  # fmt: skip

# Paper is light whatever the page is, and shows what is drawn by colour alone.
PAPER: Final = (
    "@media print { :host { --ground: #fff; --edge: #8a93a0; "
    + "".join(f"--{name}: {colour}; " for name, colour in LIGHT.items() if name != "background")
    + "} * { print-color-adjust: exact; } }\n"
)
SERIES: Final = ("#3b6fd4", "#e07b39", "#2a9d6f", "#c9485b", "#8a63c7")
DOTS: Final = "#7d8794"  # grey that reads in both themes, since what is drawn stays as it is when the theme changes

TONES: Final = ("primary", "success", "warning", "error", "info")


def tokens(dark: bool) -> Tokens:
    """The tokens of a theme."""
    return DARK if dark else LIGHT


def css_variables(dark: bool) -> str:
    """The tokens as CSS declarations, for documents that are drawn without the kit."""
    return "".join(f"--wb-{name}:{value};" for name, value in tokens(dark).items())


def material_theme() -> dict[str, Any]:
    """The tokens as the kit's theme: one entry for light, one for dark."""
    return {"light": _material("light", LIGHT), "dark": _material("dark", DARK)}


def _material(mode: str, tone: Tokens) -> dict[str, Any]:
    return {
        "palette": {
            "mode": mode,
            **{name: {"main": tone[name]} for name in TONES},
            "background": {"default": tone["background"], "paper": tone["surface"]},
            "text": {"primary": tone["text"], "secondary": tone["muted"]},
            "divider": tone["line"],
        },
        "typography": {"fontFamily": FONT, "fontSize": 13, "subtitle2": {"fontWeight": 600}},
        "shape": {"borderRadius": 8},
        "components": {
            "MuiAppBar": {"defaultProps": {"elevation": 0}, "styleOverrides": {"root": _app_bar(tone)}},
            "MuiToolbar": {"styleOverrides": {"root": {"minHeight": "52px !important"}}},
            "MuiDrawer": {
                "defaultProps": {"slotProps": {"paper": {"aria-label": tr("Menu")}}},  # over the page on a phone
                "styleOverrides": {"paper": {"borderInlineEnd": f"1px solid {tone['line']}"}},
            },
        },
    }


def _app_bar(tone: Tokens) -> dict[str, Any]:
    return {
        "backgroundColor": tone["surface"],
        "backgroundImage": "none",
        "color": tone["text"],
        "borderBottom": f"1px solid {tone['line']}",
        "& .MuiTypography-root, & .title": {"color": tone["text"], "fontSize": "1.1rem", "fontWeight": 600},
    }
