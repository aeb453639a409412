"""The numbers of a table's column are written alike."""

from __future__ import annotations

import pytest

from workbench.domains.dashboards.view.numbers import column


@pytest.mark.parametrize(
    ("values", "written"),
    [
        ([4.9, 12.94, None, 3], ["4.9", "12.9", "–", "3"]),
        ([4.9, 1.0, -0.5], ["4.90", "1.00", "-0.50"]),
        ([12.9, 0.004, 0.0], ["12.9", "0.004", "0.0"]),
        ([1.0, 2000.0], ["1", "2,000"]),
        ([0.125, 0.5, 0.0], ["0.12", "0.50", "0.00"]),
        ([0.0042, 0.00012], ["0.0042", "0.0001"]),
        ([12345.67, 3.25, 0.3], ["12,346", "3", "0.3"]),
        ([0.000_001, 2e-9], ["1e-06", "2e-09"]),
        (["a", True, None], ["a", "yes", "–"]),
        ([], []),
    ],
)
def test_fractions_have_as_many_decimals_as_each_other(values, written):
    """But none seems to be nothing, and what is whole in all rows stays so."""
    assert column(values) == written
