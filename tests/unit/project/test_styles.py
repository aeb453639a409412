"""Styles take their colours from the theme, and read from either side."""

from __future__ import annotations

import re

import pytest

from tests.runner.stages import ROOT

SIDEBAR = sorted((ROOT / "jupyter_ext/frontend/style").glob("*.css"))
PAGES = sorted((ROOT / "workbench/ui").glob("*.css"))
COLOURS = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|lab|lch|oklch|oklab)a?\(|:\s*(?:black|white|red|green|blue|gr[ae]y)\b",
    re.IGNORECASE,
)
SIDES = re.compile(
    r"(?:margin|padding|border)-(?:left|right)\b|(?<![\w-])(?:left|right)\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)\b"
)


def declarations(path):
    """What a sheet declares: its text without comments and selectors."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.findall(r"[^{};]+:[^{};]+(?=[;}])", text)


@pytest.mark.parametrize("path", [*SIDEBAR, *PAGES], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_sheet_knows_left_or_right(path):
    """Who reads from the right has everything the other way round, by the logical names of sides."""
    assert [one.strip() for one in declarations(path) if SIDES.search(one)] == []


@pytest.mark.parametrize("path", SIDEBAR, ids=lambda path: path.name)
def test_the_sidebar_has_no_colour_of_its_own(path):
    """Whatever theme JupyterLab has, also one that nobody here knows."""
    assert [one.strip() for one in declarations(path) if COLOURS.search(one)] == []
    assert set(re.findall(r"var\((--[a-z]+)-", path.read_text())) <= {"--jp", "--workbench"}


def test_the_rules_find_what_they_forbid(tmp_path):
    """A sheet that breaks them is told."""
    sheet = tmp_path / "bad.css"
    sheet.write_text("/* left: 1px */ a { margin-left: 1px; color: #fff } b:hover { left: 0; inset-inline-start: 2px }")

    broken = [one.strip() for one in declarations(sheet) if SIDES.search(one) or COLOURS.search(one)]
    assert broken == ["margin-left: 1px", "color: #fff", "left: 0"]
