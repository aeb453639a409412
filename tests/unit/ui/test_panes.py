"""Panes of text carry their styles once for a whole page."""

from __future__ import annotations

from tests.factories.pages import document


def test_panes_of_a_page_share_their_styles_and_keep_them():
    """One style serves all; a text that changes is sent without it."""
    from workbench.ui.shell import PARTS_CSS, markup, stack

    with document() as made:
        one, other = markup("a"), markup("b")
        made.add_root(stack(one, other).get_root(made))
        changes = []
        made.on_change(changes.append)
        one.object = "c"

        (styles,) = {
            tuple(style for style in model.stylesheets if getattr(style, "css", "") == PARTS_CSS)
            for model in made.models if type(model).__name__ == "HTML"
        }  # fmt: skip
        assert len(styles) == 1
        assert [change.attr for change in changes] == ["text"]


def test_each_page_has_its_own():
    """A style of Bokeh's belongs to one document, and goes with it."""
    from workbench.ui.shell import markup

    with document() as one:
        first = markup("a").get_root(one)
    with document() as other:
        second = markup("a").get_root(other)

    assert not set(map(id, first.stylesheets)) & {id(style) for style in second.stylesheets if hasattr(style, "css")}
