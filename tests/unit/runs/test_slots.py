"""Slots are as many as the settings say, whoever asks."""

from __future__ import annotations

import os
from dataclasses import replace

from workbench.domains.runs.service import slots


def test_there_are_no_more_slots_than_the_settings_say(settings):
    """The third of two slots is not given, and a released one is given again."""
    two = replace(settings, slots=2)
    first, second = slots.take_any(two), slots.take_any(two)
    assert first is not None
    assert second is not None
    assert {first.number, second.number} == {0, 1}
    assert slots.take_any(two) is None

    second.release()

    again = slots.take_any(two)
    assert again is not None
    assert again.number == second.number
    first.release()
    again.release()


def test_a_slot_stays_taken_while_a_child_has_it_open(settings):
    """The lock outlives the process's own handle for as long as an inherited one is open."""
    slot = slots.take(settings, 0)
    assert slot is not None
    inherited = os.dup(slot.fileno)  # what a child's copy is: another descriptor of the same open file

    slot.release()
    assert slots.take(settings, 0) is None

    os.close(inherited)
    free = slots.take(settings, 0)
    assert free is not None
    free.release()
