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
