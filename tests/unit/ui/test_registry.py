"""Every page that a domain declares can be served."""

from __future__ import annotations

import subprocess
import sys

import pytest

from jupyter_ext.pages.registry import registered
from workbench.core.permissions import PERMISSIONS
from workbench.ui.icons import _PATHS
from workbench.ui.pages import PageSpec


@pytest.mark.parametrize("page", registered(), ids=lambda page: page.path)
def test_a_page_has_all_it_needs(page):
    """A function that draws it, a permission that exists, an icon, and a page above it where it is one of many."""
    assert callable(page.load())
    assert page.permission in PERMISSIONS
    assert page.icon in _PATHS
    if page.of_many:
        assert page.way in {other.path for other in registered()}


def test_home_comes_first():
    """The navigation begins where people begin."""
    assert registered()[0].path == "home"


def test_knowing_the_pages_does_not_load_the_kit():
    """A server lists its pages before it draws one; the kit costs seconds."""
    code = (
        "import sys; from jupyter_ext.pages.registry import registered; registered(); sys.exit('panel' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_a_page_in_no_group_is_refused():
    """A word that is misspelt is found when the server starts."""
    with pytest.raises(ValueError, match="not in tuple"):
        _ = PageSpec("x", "X", "home", "m:f", group="Wrok").place
