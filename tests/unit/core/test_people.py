"""How people are called."""

from __future__ import annotations

import pytest

from workbench.core.people import who


@pytest.mark.parametrize(
    ("name", "said"),
    [("user:ada@example.org", "ada@example.org"), ("user:ada@example.org/token:ab12", "ada@example.org, by a token"),
     ("user:root", "root"), ("ada as viewer", "ada as viewer")],
)  # fmt: skip
def test_an_account_is_told_without_its_marks(name, said):
    """What the trail needs to tell accounts apart is not read by people."""
    assert who(name) == said
