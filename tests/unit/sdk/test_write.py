"""What a notebook gets wrong about writing is told before anything is asked."""

import pytest

import workbench as wb
from workbench.core.errors import Invalid


def test_a_name_before_the_frame_is_told_as_such():
    """The sentence says which comes first, and how to write it."""
    with pytest.raises(Invalid, match="The frame comes first") as refusal:
        wb.write("orders", [{"id": 1}])

    assert refusal.value.fix == "wb.write(frame, 'orders')"
