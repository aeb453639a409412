"""The home page draws what is worth drawing, whatever the tables are called."""

from __future__ import annotations

from workbench.domains.dashboards.service.measures import measures
from workbench.domains.store.models import TableHead


def head(rows=1, sequence=1, **columns):
    """A table's head with columns of these types."""
    listed = [{"name": name, "type": kind} for name, kind in columns.items()]
    return TableHead(rows=rows, sequence=sequence, columns=listed)


def named(*tables):
    """What can be drawn of what pipelines wrote, as `table.column over date`."""
    return [f"{m.table}.{m.column} over {m.over}" for m in measures((*table, True) for table in tables)]


def test_fractions_come_before_whole_numbers_and_labels_are_left_out():
    """A mean of ids, years or coordinates says nothing; a mean delay does."""
    table = head(day="date", flights="long", carrier="string", dep_delay="double", airport_id="long", year="integer",
                 lat="double", price="decimal(10,2)")  # fmt: skip

    assert named(("daily", table)) == ["daily.dep_delay over day", "daily.price over day", "daily.flights over day"]


def test_tables_by_day_come_before_those_by_the_moment():
    """A table with a date for each row is usually a result, one with times usually raw."""
    raw, result = head(at="timestamp", value="double"), head(day="date", value="double")

    assert named(("raw", raw), ("result", result)) == ["result.value over day", "raw.value over at"]


def test_what_pipelines_write_comes_before_what_somebody_tried_out():
    """A table that is written again and again is worth more than one of a notebook, even a large one."""
    tried, kept = head(rows=9000, day="date", v="double"), head(rows=5, at="timestamp", v="double")

    assert [m.table for m in measures([("tried", tried, False), ("kept", kept, True)])] == ["kept", "tried"]


def test_large_tables_come_before_small_ones():
    """A ranking of five days is no course of time."""
    ranking, daily = head(rows=5, day="date", v="double"), head(rows=365, day="date", v="double")

    assert named(("worst", ranking), ("daily", daily)) == ["daily.v over day", "worst.v over day"]


def test_a_date_is_preferred_to_a_time_within_a_table():
    """Where there are both, the day is what people mean."""
    assert named(("t", head(loaded_at="timestamp", day="date", v="float"))) == ["t.v over day"]


def test_what_cannot_be_drawn_is_not_offered():
    """No rows, no dates, no numbers, or only nested ones: nothing to choose."""
    nested = {"type": "array", "elementType": "double", "containsNull": True}

    assert named(
        ("empty", head(rows=0, day="date", v="double")), ("undated", head(v="double")),
        ("texts", head(day="date", v="string")),
        ("nested", head(day="date", v=nested)),
    ) == []  # fmt: skip


def test_the_choice_stays_short():
    """A table with a hundred columns does not crowd out the others."""
    wide = head(day="date", **{f"v{n}": "double" for n in range(100)})
    offered = measures([(f"t{n}", wide, True) for n in range(10)])

    assert len(offered) == 24
    assert [m.column for m in offered if m.table == "t0"] == [f"v{n}" for n in range(6)]


def test_a_measure_names_the_version_it_was_found_in():
    """The chart asks for exactly the version that the page speaks of."""
    assert measures([("t", head(sequence=7, day="date", v="double"), True)])[0].version == 7
