"""Values that this process opened are recognised wherever they are written down."""

from __future__ import annotations

import base64
import json
import logging
import time
from urllib.parse import quote

import pytest

from workbench.core.secrets import HIDDEN, MOST_KNOWN, Known, know, mask, redact

VALUE = 'k"n0wn/ c4n4ry+ü'


@pytest.mark.parametrize(
    "form",
    [
        VALUE, json.dumps(VALUE), json.dumps(VALUE, ensure_ascii=False), repr(VALUE), quote(VALUE, safe=""),
        base64.b64encode(VALUE.encode()).decode(), VALUE.encode().hex(), f"a{VALUE}b{VALUE}",
    ],
)  # fmt: skip
def test_a_known_value_is_hidden_in_every_usual_form(form):
    """As it is, as JSON, in an address, as base64 and as hexadecimal digits."""
    known = Known()
    known.add(VALUE)

    assert HIDDEN in known.hide(f"before {form} after")
    assert form.strip("'\"") not in known.hide(f"before {form} after")


def test_the_lines_of_a_long_value_are_known_each():
    """A private key is hidden also where its lines stand apart, as notebooks store them."""
    known = Known()
    known.add("first line of a key 1\nsecond line of a key\nshort")

    assert known.hide("x second line of a key y") == f"x {HIDDEN} y"
    assert known.hide("short") == "short"


def test_a_value_within_another_does_not_leave_the_rest():
    """Of two values of which one contains the other the longer is hidden whole."""
    known = Known()
    known.add("password1")
    known.add("password1-and-more")

    assert known.hide("password1-and-more") == HIDDEN


@pytest.mark.parametrize("value", ["", "short", "        ", "  1234567  "])
def test_a_short_value_is_not_hidden(value):
    """What is shorter than 8 characters would be found everywhere."""
    known = Known()
    known.add(value)

    assert known.hide("a short 1234567         text") == "a short 1234567         text"


def test_of_very_many_values_the_latest_are_known():
    """The memory is bounded, and a value that is opened again stays."""
    known = Known()
    for number in range(MOST_KNOWN + 10):
        known.add(f"value-{number:06}")
        known.add("value-000000")

    assert known.hide("value-000000 value-000005 value-000505") == f"{HIDDEN} value-000005 {HIDDEN}"


def test_what_was_opened_is_masked_in_logs_errors_and_records(caplog):
    """`mask`, `redact` and the log's formatter hide it, under whatever harmless name it stands."""
    from workbench.core.logs import JsonFormatter

    value = know("c4n4ry-kn0wn-1")
    record = logging.makeLogRecord({"msg": "connecting with %s", "args": (value,)})
    for text in (mask(f"a {value}"), json.dumps(redact({"note": [value], value: 1})), JsonFormatter().format(record)):
        assert value not in text


def test_hiding_takes_little_time():
    """A megabyte is searched for a hundred values in a quarter of a second."""
    known = Known()
    for number in range(100):
        known.add(f"a-secret-value-{number}")
    text = "an ordinary line of text, as notebooks have many of them\n" * 18_000
    started = time.process_time()

    assert known.hide(text) == text
    assert time.process_time() - started < 1
