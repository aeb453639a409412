"""Plots are drawn in threads, beside pages that are being drawn."""

from __future__ import annotations

from threading import Thread

import pandas as pd
from bokeh.document import Document
from bokeh.io.doc import patch_curdoc


def test_a_plot_touches_no_page_that_is_drawn_meanwhile():
    """Bokeh's current document is one for all threads: a theme set on it would change a page without its lock."""
    from workbench.ui.plots import drawn, line_with_dots

    page, made = Document(), []
    before = page.theme
    frame = pd.DataFrame({"day": pd.to_datetime(["2013-01-01", "2013-01-02"]), "mean": [1.0, 2.0]})
    drawing = Thread(target=lambda: made.append(drawn(line_with_dots(frame, "day", "mean"))))
    with patch_curdoc(page):
        drawing.start()
        drawing.join()

    assert page.theme is before
    assert len(made[0].renderers) == 2


def test_an_axis_says_numbers_and_days_as_the_language_does():
    """Bokeh in the browser knows none but English, so that its ticks and their words are given to it."""
    from workbench.ui.languages import SPOKEN
    from workbench.ui.plots import calendar, drawn, line_with_dots

    frame = pd.DataFrame({"day": pd.to_datetime(["2013-01-01", "2013-01-02"]), "mean": [10.0, 10.4]})
    english = drawn(line_with_dots(frame, "day", "mean"), hooks=[calendar])
    before = SPOKEN.set("de")
    try:
        german = drawn(line_with_dots(frame, "day", "mean"), hooks=[calendar])
    finally:
        SPOKEN.reset(before)

    assert english.yaxis[0].major_label_overrides == {}
    assert english.xaxis[0].formatter.days == "%d %b"
    assert "10,4" in german.yaxis[0].major_label_overrides.values()
    assert german.xaxis[0].formatter.days == "%d.%m."
