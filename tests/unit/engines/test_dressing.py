"""An app looks like the page around it, in light and in dark, where its author says nothing else."""

from __future__ import annotations

import pytest

from tests.factories.pages import document
from workbench.ui.tokens import tokens


@pytest.fixture
def pn():
    """Panel, whose themes are the process's own, left as they were."""
    import panel as pn
    from panel.theme.base import DarkTheme, DefaultTheme

    before = DarkTheme.bokeh_theme, DefaultTheme.bokeh_theme
    yield pn
    DarkTheme.bokeh_theme, DefaultTheme.bokeh_theme = before


@pytest.mark.parametrize("dark", [False, True])
def test_plots_stand_on_the_page_and_speak_in_its_colours(pn, dark):
    """A plot that says nothing has no ground of its own, one that is drawn again neither; what it says, it keeps."""
    from bokeh.plotting import figure

    from workbench.engines.dressing import dress

    with document() as made:
        dress(dark)
        plain, told = figure(title="plain"), figure(background_fill_color="red")
        pane = pn.pane.Bokeh(plain)
        pn.Column(pane, told).server_doc(made)
        first = [plain.background_fill_color, plain.border_fill_color, plain.title.text_color]
        pane.object = again = figure(title="again")

        tone = tokens(dark)
        assert first == [None, None, tone["text"]]
        assert (again.background_fill_color, again.title.text_color) == (None, tone["text"])
        assert (told.background_fill_color, told.xaxis[0].major_label_text_color) == ("red", tone["muted"])


def test_the_document_takes_its_colours_from_the_page(pn):
    """Background, text and line are the tokens of the theme; only the dark one says what Panel leaves white."""
    from panel.config import config

    from workbench.engines.dressing import dress

    said = []
    for dark in (False, True):
        with document():
            dress(dark)
            said.append((config.theme, tokens(dark)["surface"] in config.global_css[0], bool(config.raw_css)))

    assert said == [("default", True, False), ("dark", True, True)]
