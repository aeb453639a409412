"""What is read while the kit gets ready: the page's own parts, which nothing can be done with and that run nothing."""

from __future__ import annotations

import re

import pytest
from markupsafe import Markup

from tests.factories.pages import text


def still(*main, **fields):
    """The still of a page with some parts."""
    from workbench.ui.still import Still

    return str(Still("Runs", [], [], main, **fields))


def read(drawn):
    """What a person reads in it, without its styles."""
    return text(re.sub(r"<style>.*?</style>", "", drawn, flags=re.DOTALL))


def test_it_says_what_the_parts_say_at_that_moment():
    """Texts in boxes are there in their order, as they are when the document is written."""
    from workbench.ui.shell import markup, split, stack

    words, others = markup(Markup("<p>{}</p>").format("<b> & co")), markup("before")
    made = stack(words, split(others, markup("beside")))
    others.object = "now"

    assert read(still(made)) == "Runs <b> & co now beside"


def test_what_is_hidden_on_the_page_is_hidden_on_it():
    """A part that has nothing to show keeps its rule that hides it."""
    from workbench.ui.boxes import GONE
    from workbench.ui.shell import markup, reveal

    part = markup("secret of the box")
    reveal(False, part)

    assert re.search(r'<div class="gone"><template[^>]*><style>[^<]*' + re.escape(GONE), still(part))


@pytest.mark.parametrize("wrong", ["<script>alert(1)</script>", '<img title="<script src=x>">'])
def test_no_script_of_a_part_is_given_the_pages_nonce(wrong):
    """Were a part to hold a script, it would be text here: the page stamps each `<script` of its document."""
    from workbench.ui.shell import markup

    assert "<script" not in still(markup(Markup(wrong)))


def test_what_is_in_a_frame_is_not_begun_twice():
    """An app would be started by its frame in the document, and again by that of the page."""
    from workbench.ui.frames import framed
    from workbench.ui.shell import markup

    assert "<iframe" not in still(markup(framed("An app > another", "/apps/open?again=1")))


def test_nobody_can_press_or_find_anything_on_it():
    """It is inert and its root is closed, so that each part of a page is there once for keys, readers and scripts."""
    assert re.match(r'<div inert><template shadowrootmode="closed">', still())


def test_plots_have_their_room():
    """Nothing moves when a plot takes its place."""
    from workbench.ui.kit import pmui, pn

    plot, field = pn.pane.Bokeh(None, min_height=240), pmui.Select(options=["a"])

    assert re.findall(r"height:(\d+)px\"></div>", still(plot, field)) == ["240", "40"]
