"""A visit's handle is good while its page is shown, and a little longer."""

from __future__ import annotations

import pytest

from jupyter_ext.pages.children import visits as module
from jupyter_ext.pages.children.visits import Visits
from tests.factories.pages import Answers
from workbench.core.errors import NotAuthenticated

HERS = {"user": "ann", "workspace": "default", "page": "home", "subject": ""}


def test_a_visit_that_nobody_looks_at_is_over(monkeypatch):
    """Unused for long its handle and its token open nothing; while a socket shows it they do, however long."""
    visits, caller = Visits(), Answers()
    opened = visits.open(caller, HERS)
    visits.drawn(opened, "token")
    assert visits.of(opened.handle) is caller
    assert visits.bound("token") == HERS

    monkeypatch.setattr(module, "UNUSED_SECONDS", -1.0)
    with visits.shown("token"):
        assert visits.of(opened.handle) is caller

    assert visits.bound("token") == {}
    with pytest.raises(NotAuthenticated):
        visits.of(opened.handle)


def test_a_page_that_was_drawn_too_late_has_no_token():
    """Where its process was replaced meanwhile, what it drew opens nothing."""
    visits = Visits()
    opened = visits.open(Answers(), HERS)
    visits.clear()
    visits.drawn(opened, "token")

    assert visits.bound("token") == {}
