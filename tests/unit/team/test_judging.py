"""What a browser sends is judged before it reaches where pages are drawn, and quickly."""

from __future__ import annotations

import json
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_ext.pages.children.judging import MESSAGE_BYTES, NODES, Unlikely, judge

COLLIDING = ",".join(f"[{i * (2**61 - 1)},0]" for i in range(2, 60))
MODELS = ",".join(f'{{"type":"object","name":"TextInput","id":"p{i}"}}' for i in range(4000))
AXIS = {"type": "ndarray", "array": {"type": "bytes", "data": {"id": "b1"}}, "shape": [2], "dtype": "float64"}


def changed(new: str) -> str:
    """A message that sets something of a model."""
    return f'{{"events":[{{"kind":"ModelChanged","model":{{"id":"p1"}},"attr":"tags","new":{new}}}]}}'


def acted(text: str) -> str:
    """A message of a page's form, as one was recorded in a browser."""
    data = {"type": "map", "entries": [["act", "choose"], ["fields", [["q", text]]]]}
    values = {"type": "map", "entries": [["model", {"id": "p2263"}], ["data", data]]}
    event = {"type": "event", "name": "data_event", "values": values}
    return json.dumps({"events": [{"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": event}]})


READY = {"type": "event", "name": "document_ready", "values": {"type": "map"}}


@pytest.mark.parametrize(
    "message",
    [
        '{"msgid":"9A","msgtype":"PULL-DOC-REQ"}',
        '{"msgid":"9B","msgtype":"PATCH-DOC","num_buffers":1}',
        "{}",
        '{"id":"b1"}',
        b"\0" * 16,
        changed("true"),
        changed("-1.7e308"),
        changed(str(10**20)),  # as a browser writes the end of an axis
        changed('{"type":"number","value":"-inf"}'),
        changed('{"type":"map"}'),
        changed('{"type":"set","entries":["a",1]}'),
        changed(json.dumps(AXIS)),
        json.dumps({"events": [{"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": READY}]}),
        acted("SELECT 'Zoë', \"a\\b\", [{1, 2}]\n" * 20),
        acted('"[{,' * 100_000),
    ],
    ids=lambda message: message[:60],
)
def test_what_pages_send_is_let_through(message):
    """Heads, arrays, what a person types, however long and whatever is in it, and values of all kinds."""
    judge(message)


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (changed(f'{{"type":"map","entries":[{COLLIDING}]}}'), "a map"),
        (changed(f'{{"type":"set","entries":[1,{2**61 - 1}]}}'), "a set"),
        (changed('{"type":"map","entries":[[1,0]]}'), "a map"),
        (changed('{"type":"map","entries":[["a"]]}'), "a map"),
        (changed('{"type":"map","entries":7}'), "no list"),
        (changed('{"type":"set","entries":[[]]}'), "a set"),
        (changed('{"type":"number","value":"%s"}' % ("1" * 5000)), "a number as"),
        (changed(f"[{MODELS}]"), "too many"),
        (changed(f'[{MODELS[: MODELS.index("p40")]}p40"}}]'), "too many"),
        (changed(f"[{'[],' * NODES}[]]"), "too many"),
        (changed(f"[{','.join(['1'] * (NODES - 2))}]"), "too many"),
        (changed('""' * NODES), "strings"),
        (changed("1" * 5000), "does not write"),
        (changed("NaN"), "NaN"),
        (changed("[" * 70 + "]" * 70), "deeply"),
        (changed("[" * 5000 + "]" * 5000), "not JSON"),
        (changed('{"type":"bytes","data":"H4sIAAAA"}'), "a bytes"),
        (changed('{"type":"ndarray","array":["a"],"shape":[1],"dtype":"U100000000"}'), "an? ndarray"),
        (changed('{"type":"slice","start":0,"stop":1,"step":1}'), "a slice"),
        ('{"events":[{"kind":"RootAdded","model":{"id":"p1"}}]}', "event"),
        ('{"events":{"kind":"ModelChanged"}}', "no list"),
        ('{"msgid":"1","msgtype":"PUSH-DOC"}', "kind"),
        ('{"msgid":"1","msgtype":"PATCH-DOC","num_buffers":1000000}', "buffers"),
        ("SELECT", "not JSON"),
        (b"\0" * (MESSAGE_BYTES + 1), "too large"),
    ],
    ids=lambda given: given[:60],
)
def test_what_no_page_sends_is_refused(message, why):
    """What takes Bokeh long or much to decode, or changes the page as a whole; nothing of it is told."""
    with pytest.raises(Unlikely, match=why):
        judge(message)


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["map", "object", "set"])
KEYS = st.sampled_from(["type", "entries", "events", "kind", "msgtype", "num_buffers", "data", "value"]) | st.text()
VALUES = st.recursive(LEAVES, lambda below: st.lists(below) | st.dictionaries(KEYS, below), max_leaves=30)


@given(VALUES.map(json.dumps) | st.text() | st.binary())
def test_whatever_comes_is_judged(message):
    """It is let through or refused, and nothing else happens."""
    with suppress(Unlikely):
        judge(message)


@pytest.mark.parametrize("unit", ["[],", "{},", "1,", '"",', '"\\"",', '\\"', '{"a":', "[", "1", " ", '"'])
def test_judging_costs_little(unit):
    """The largest message of whatever kind takes far less than what a person would notice; the least of some times."""
    message, taken = f"[{unit * (MESSAGE_BYTES // len(unit) - 2)}", []
    for _ in range(5):
        began = time.thread_time()
        with pytest.raises(Unlikely):
            judge(message)
        taken.append(time.thread_time() - began)

    assert min(taken) < 0.05
