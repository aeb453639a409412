"""A run is named where it may be known of, and leads to its page where there is one."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.factories.pages import ADA, Answers, text, visit
from workbench.ui.freshness import run_link
from workbench.ui.pages import PageSpec
from workbench.ui.visit import Person

RUN = UUID("01a20450-b5fc-74dc-84e2-56d700b2a7d2")
RUNS = PageSpec("runs/{id}", "Run", "runs", "m:f", "runs:read", "Work")
VIEWER = Person("vic", ["viewer"], {"runs:read": "S"}, ["default"])


@pytest.mark.parametrize(
    ("person", "pages", "hers", "said", "leads"),
    [
        (ADA, [RUNS], False, "01a20450-b5fc", True),
        (ADA, [], False, "", False),
        (VIEWER, [RUNS], False, "", False),
        (VIEWER, [RUNS], True, "01a20450-b5fc", True),
        (VIEWER, [], True, "01a20450-b5fc", False),
    ],
    ids=["hers to open", "no page", "behind a table", "shown to her", "shown to her without a page"],
)
def test_a_run_is_named_and_linked(person, pages, hers, said, leads):
    """To whom a table is shared, the run that wrote it is not; a run that she was shown has a name at least."""
    drawn = run_link(visit(Answers(), person=person, pages=pages), RUN, hers=hers)

    assert (text(drawn), "href" in drawn) == (said, leads)


def test_what_a_person_wrote_has_no_run():
    """So nothing is said."""
    assert run_link(visit(Answers(), pages=[RUNS]), None) == ""
