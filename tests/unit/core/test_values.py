"""What JSON says of a table's values, by every door."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from uuid import UUID

import pytest

from workbench.core.values import plain


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Decimal("0.1000000000000000000001"), "0.1000000000000000000001"),
        (Decimal("Infinity"), "Infinity"),
        (float("nan"), None),
        (0.5, 0.5),
        (2**70, 2**70),
        (True, True),
        (None, None),
        (dt.date(2013, 1, 2), "2013-01-02"),
        (dt.datetime(2013, 1, 2, 3, 4, tzinfo=dt.UTC), "2013-01-02T03:04:00+00:00"),
        (dt.time(3, 4), "03:04:00"),
        (b"\xff\x00", "/wA="),
        ({"a": [b"\xfe", Decimal("1.50")]}, {"a": ["/g==", "1.50"]}),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (dt.timedelta(seconds=90), "0:01:30"),
    ],
)
def test_every_value_is_said_without_loss_or_as_text(value, said):
    """Decimals keep all their digits, bytes and dates are text, and what is no number is nothing."""
    found = plain(value)

    assert found == said
    assert json.loads(json.dumps(found, allow_nan=False)) == said


def test_long_values_are_cut_where_that_is_asked_for():
    """Texts and bytes within whatever they are in; what is short enough stays."""
    assert plain({"a": ["xxxx", b"\x00\x00\x00\x00", "xxx"]}, 3) == {"a": ["xxx…", "AAAA…", "xxx"]}
    assert plain("x" * 10_000) == "x" * 10_000
