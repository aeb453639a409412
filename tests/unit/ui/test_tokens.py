"""The colours can be told apart, by everybody."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from workbench import ui
from workbench.ui import tokens

ENOUGH = 4.5  # WCAG 2.1, 1.4.3 for text of this size
SEEN = 3.0  # WCAG 2.1, 1.4.11 for what is drawn


def luminance(colour: str) -> float:
    """Relative luminance, https://www.w3.org/TR/WCAG21/#dfn-relative-luminance."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio, https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("ground", ["surface", "background"])
@pytest.mark.parametrize("tone", ["text", "muted", *tokens.TONES])
def test_text_of_every_tone_can_be_read_on_every_ground(dark, ground, tone):
    """Each colour that text wears has the contrast that WCAG AA asks for."""
    theme = tokens.tokens(dark)

    assert contrast(theme[tone], theme[ground]) >= ENOUGH


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("colour", [tokens.SERIES[0], tokens.DOTS])
def test_a_chart_can_be_seen_in_both_themes(dark, colour):
    """A chart's line and dots keep their colour when the theme changes, and stand out from either card."""
    assert contrast(colour, tokens.tokens(dark)["surface"]) >= SEEN


def test_both_themes_name_the_same_colours():
    """Nothing is left out when it gets dark."""
    assert tokens.LIGHT.keys() == tokens.DARK.keys()
    assert tokens.material_theme().keys() == {"light", "dark"}


def test_colours_are_written_down_once():
    """Style sheets speak of tones; only the tokens say what they are."""
    folder = Path(ui.__file__).parent
    sheets = [*folder.glob("*.css"), folder / "boxes.py", folder / "page.html"]
    found = {sheet.name: re.findall(r"#[0-9a-f]{6}\b", sheet.read_text()) for sheet in sheets}

    assert not any(found.values()), found


# The font's address is said by who draws the page: it is of this server.
ELSEWHERE = r"https?://(?!www\.w3\.org/(2000/svg|1999/xhtml)\b)|@import|url\((?!\"\{\{ font \}\}\"\)|data:)"


def test_nothing_comes_from_another_host():
    """No page, style sheet or script of ours names an address elsewhere; the names of XML's kinds are none."""
    folder = Path(ui.__file__).parent
    files = [file for pattern in ("*.css", "*.js", "*.html", "*.py") for file in folder.glob(pattern)]

    assert not [file.name for file in files if re.search(ELSEWHERE, file.read_text())]


def test_paper_is_light_whatever_the_page_is():
    """What is printed has the light theme's colours by the names that parts use, and bars and heat maps keep theirs."""
    declared = dict(re.findall(r"--(\w+): (#\w+);", tokens.PAPER))

    assert {name: declared[name] for name in tokens.LIGHT if name != "background"} == {
        name: colour for name, colour in tokens.LIGHT.items() if name != "background"
    }
    assert tokens.PAPER.startswith("@media print {")
    assert "print-color-adjust: exact" in tokens.PAPER
