"""A logged figure is made where all pages are drawn: what would take that process along is refused."""

from __future__ import annotations

import gzip
import json
import resource
from base64 import b64encode

import pytest

from workbench.ui.figures import BOKEH, opened
from workbench.ui.vetting import LARGEST, MOST_BYTES, MOST_MODELS, MOST_VALUES, Unshowable


def logged(x, y):
    """A figure as `wb.log_figure` keeps it."""
    from bokeh.embed import json_item
    from bokeh.plotting import figure

    drawn = figure()
    drawn.line(x, y)
    return json.loads(json.dumps(json_item(drawn)))


def found(part, kind):
    """Every object of a kind in a document."""
    if isinstance(part, dict) and part.get("type") == kind:
        yield part
    for value in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from found(value, kind)


def shown(item):
    """The figure of a document."""
    return opened(BOKEH, json.dumps(item).encode())


def test_the_values_of_arrays_are_as_they_were_logged():
    """They are unpacked here, and Bokeh takes them so."""
    import numpy as np
    from bokeh.models import ColumnDataSource

    source = next(model for model in shown(logged(np.arange(500.0), np.ones(500))).references()
                  if isinstance(model, ColumnDataSource))  # fmt: skip

    assert source.data["x"].tolist() == list(range(500))


def test_an_array_that_unpacks_to_very_much_is_refused_before_it_does():
    """Some megabytes of zeros, packed, are gigabytes, which the process has not."""
    import numpy as np

    item = logged(np.arange(500.0), np.ones(500))
    bomb = b64encode(gzip.compress(b"\0" * 16 * MOST_BYTES)).decode()
    for part in found(item, "bytes"):
        part["data"] = bomb
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(Unshowable, match="more than 32 MiB"):
        shown(item)

    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 4 * MOST_BYTES // 1024


def test_small_arrays_count_together():
    """Many that are allowed would be as much as one that is not."""
    import numpy as np

    item = logged(np.arange(500.0), np.ones(500))
    half = b64encode(gzip.compress(b"\0" * (MOST_BYTES // 2 + 1))).decode()
    for part in found(item, "bytes"):
        part["data"] = half

    with pytest.raises(Unshowable, match="more than 32 MiB"):
        shown(item)


def test_a_figure_of_very_many_parts_is_refused():
    """Each takes milliseconds to make, during which no page is drawn."""
    item = logged([1, 2], [3, 4])
    (drawn,) = (part for part in item["doc"]["roots"] if part["id"] == item["root_id"])
    drawn["attributes"]["center"] += [
        {"type": "object", "name": "Span", "id": f"s{number}", "attributes": {"location": number}}
        for number in range(MOST_MODELS)
    ]

    with pytest.raises(Unshowable, match=f"more than {MOST_MODELS} parts"):
        shown(item)


def test_a_figure_of_very_many_values_is_refused():
    """What is a list in its document is made value by value."""
    item = logged([1, 2], [3, 4])
    item["doc"]["roots"][0]["attributes"]["tags"] = [0] * (MOST_VALUES + 1)

    with pytest.raises(Unshowable, match="300,000 values"):
        shown(item)


@pytest.mark.parametrize("number", [LARGEST + 1, -LARGEST - 1, 10**4000])
def test_a_number_that_nobody_draws_is_refused(number):
    """Many of them could be made alike, so that a table of them takes minutes to make."""
    item = logged([1, 2], [3, 4])
    item["doc"]["roots"][0]["attributes"]["tags"] = [number]

    with pytest.raises(Unshowable, match="too large"):
        shown(item)
