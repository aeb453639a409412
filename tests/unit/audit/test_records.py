"""What a record holds, and what its hash covers."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domains.audit.models import AUDIT_GUARDS_POSTGRESQL, AUDIT_GUARDS_SQLITE
from workbench.domains.audit.service.chain import (
    DETAIL_CHARACTERS,
    GENESIS,
    HEADS_FILE,
    Head,
    _digest,
    detail_text,
    read_heads,
)

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.dates() | st.uuids(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3) | st.tuples(inner)
    ),
    max_leaves=12,
)
AT = datetime(2026, 3, 1, 12, 30, 0, 123456, tzinfo=UTC)
WORKSPACE = UUID("018f3f6e-0000-7000-8000-000000000001")
FIELDS = (
    GENESIS,
    1,
    AT,
    WORKSPACE,
    None,
    "os:1000",
    None,
    "runs.start",
    "pipeline",
    "id",
    "done",
    "c" * 32,
    "cli",
    "{}",
)


@given(detail=st.dictionaries(st.text(max_size=9), ANYTHING, max_size=4))
def test_any_detail_becomes_bounded_canonical_json_of_plain_ascii(detail):
    """Whatever an operation was asked, its record can be stored by every database and is the same each time."""
    text = detail_text(detail)

    assert text.isascii()
    assert "\x00" not in json.dumps(json.loads(text), ensure_ascii=False)
    assert len(text) <= DETAIL_CHARACTERS
    assert detail_text(dict(reversed(detail.items()))) == text
    json.dumps(json.loads(text), ensure_ascii=False, allow_nan=False).encode()


def test_a_detail_that_is_too_long_is_cut_and_says_so():
    """A megabyte of request leaves its length and its beginning."""
    kept = json.loads(detail_text({"request": {f"field{number}": "x" * 100 for number in range(10_000)}}))

    assert kept["truncated"] > 1_000_000
    assert kept["start"].startswith('{"request":{"field0":"xxx')


def test_the_hash_is_what_it_was():
    """What is hashed is a plain JSON array and never changes, or chains of earlier releases would not verify."""
    moment = int(AT.timestamp()) * 1_000_000 + AT.microsecond
    content = json.dumps([GENESIS, 1, moment, WORKSPACE.hex, *FIELDS[5:]], separators=(",", ":"))

    assert _digest(*FIELDS) == hashlib.sha256(content.encode()).hexdigest()
    assert _digest(*FIELDS) == "412854addaa7119273843a1b3dffc4bc82e473eb1188aede5114c938dfaa3788"


@pytest.mark.parametrize("place", range(len(FIELDS)))
def test_the_hash_covers_every_field(place):
    """Another value in any one field gives another hash, None and the empty text included."""
    others = [
        "f" * 64, 2, AT + timedelta(microseconds=1), None, WORKSPACE, "os:1001", "", "runs.stop", None, "",
        "denied", "d" * 32, "rest", "{} ",
    ]  # fmt: skip
    changed = [*FIELDS[:place], others[place], *FIELDS[place + 1 :]]

    assert _digest(*changed) != _digest(*FIELDS)


@given(first=st.text(max_size=5), second=st.text(max_size=5))
def test_neighbouring_fields_cannot_run_into_each_other(first, second):
    """Moving characters from one field to the next is a change, whatever the characters are."""
    one = [*FIELDS[:7], first + "x", second, *FIELDS[9:]]
    two = [*FIELDS[:7], first, "x" + second, *FIELDS[9:]]

    assert _digest(*one) != _digest(*two)


def test_the_zone_in_which_a_database_answers_does_not_matter():
    """The same moment in another zone gives the same hash."""
    there = AT.astimezone(timezone(timedelta(hours=5, minutes=30)))

    assert _digest(*FIELDS[:2], there, *FIELDS[3:]) == _digest(*FIELDS)


def test_a_head_reads_what_it_writes():
    """A head's text names sequence and hash, and gives the same head back."""
    head = Head(17, "ab" * 32)

    assert str(head) == f"17:{'ab' * 32}"
    assert Head.of(str(head)) == head


def test_a_file_of_heads_may_be_missing_or_cut_short(tmp_path):
    """No file is no heads; a line without its end, or that is none, is passed over."""
    assert read_heads(tmp_path) == []
    good = Head(1, "0" * 64)
    (tmp_path / HEADS_FILE).write_text(
        f"2026-01-01T00:00:00+00:00 {good}\nnonsense\n\n2026-01-01T00:00:00+00:00 2:{'0' * 9}"
    )

    assert read_heads(tmp_path) == [good]


def test_the_guards_name_every_way_to_change_a_record():
    """Both databases refuse update and delete; SQLite also REPLACE, PostgreSQL also TRUNCATE."""
    assert {"UPDATE", "DELETE", "INSERT"} == {s.split("BEFORE ")[1].split()[0] for s in AUDIT_GUARDS_SQLITE}
    assert ["UPDATE OR DELETE" in s or "TRUNCATE" in s for s in AUDIT_GUARDS_POSTGRESQL] == [False, True, True]
