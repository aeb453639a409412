"""Documents for when no page can be drawn, the registry of pages, and failures."""

from __future__ import annotations

import logging

import pytest

from workbench.core.errors import NotFound
from workbench.ui.documents import refused, starting
from workbench.ui.icons import icon
from workbench.ui.pages import PageSpec
from workbench.ui.parts import Way
from workbench.ui.visit import Failure


def test_the_starting_page_asks_again_by_itself_and_runs_no_script():
    """Who comes too early sees bones and gets the page without doing anything."""
    document = starting("Home")

    assert '<meta http-equiv="refresh" content="1">' in document
    assert '<p class="muted">The pages are starting' in document
    assert "<script" not in document


def test_a_refusal_says_why_and_where_to_go():
    """A visit that is refused ends on a page with the reason, the mend, the id and a link."""
    failure = Failure("There is no such thing here.", "No workspace 'x'.", "Open default.", "c0ffee")
    document = refused("Home", failure, Way("Open JupyterLab", href="/lab"))

    for text in ("No workspace &#39;x&#39;.", "Open default.", "c0ffee", '<a href="/lab">'):
        assert text in document


def test_a_workbench_error_is_told_as_it_is_and_logged_under_its_id(caplog):
    """People get the error's own words; the log has the same id."""
    with caplog.at_level(logging.WARNING):
        failure = Failure.of(NotFound("No table 'x'.", fix="Make one."), "the page")

    assert (failure.detail, failure.fix, failure.refused) == ("No table 'x'.", "Make one.", True)
    assert failure.correlation_id in caplog.text
    assert caplog.records[0].correlation_id == failure.correlation_id


def test_an_unexpected_error_keeps_its_words_in_the_log(caplog):
    """What may hold a secret or a path is for the log, not for the page."""
    failure = Failure.of(KeyError("/srv/secret"), "the page")

    assert not failure.refused
    assert "secret" not in f"{failure.title} {failure.detail} {failure.fix}"
    assert "/srv/secret" in caplog.text
    assert failure.correlation_id in caplog.text


def test_an_error_that_knows_its_id_keeps_it():
    """The id of the call is the one that the person quotes."""
    error = NotFound("gone")
    error.correlation_id = "of-the-call"

    assert Failure.of(error, "the page").correlation_id == "of-the-call"


def test_a_page_is_drawn_by_the_function_that_it_names():
    """A page's view is found by its name, and a wrong name fails at once."""
    assert PageSpec("x", "X", "home", "workbench.ui.documents:starting").load() is starting
    with pytest.raises(AttributeError):
        PageSpec("x", "X", "home", "workbench.ui.documents:nothing").load()


def test_an_unknown_icon_is_a_plain_one():
    """A page with an icon that nobody drew still has one."""
    assert icon("nobody drew this").count("<path") == 1
    assert icon("home") != icon("tables")
