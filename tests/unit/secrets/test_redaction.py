"""What is written down holds no secrets."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.core.secrets import HIDDEN, mask, redact

CANARY = "c4n4ryQ7"
PLAIN = st.text(max_size=20)
KEYS = st.sampled_from(
    [
        "password",
        "PASSWORD",
        "db_password",
        "passwd",
        "pass",
        "passphrase",
        "token",
        "access_token",
        "refreshToken",
        "secret",
        "client_secret",
        "apiKey",
        "api_key",
        "api-key",
        "x-api-key",
        "authorization",
        "Authorization",
        "private_key",
        "credentials",
        "cookie",
        "Set-Cookie",
        "dsn",
        "connection_string",
        "signature",
        "aws_secret_access_key",
        "pwd",
        "account_key",
    ]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | PLAIN
TREES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PLAIN, inner, max_size=3))


def _hidden_in(tree: object, key: str) -> object:
    """The tree with a secret under `key`, as deep as it goes."""
    return {"outer": [tree, {"inner": ({key: CANARY, "also": tree},)}]}


@given(key=KEYS, tree=TREES)
def test_the_value_of_a_key_that_sounds_secret_is_hidden_wherever_it_stands(key, tree):
    """No nesting brings the value of a password-like key into what is written."""
    assert CANARY not in json.dumps(redact(_hidden_in(tree, key)))


@given(key=st.text(min_size=1, max_size=20), value=TREES.filter(lambda value: not isinstance(value, bool | None)))
def test_a_declared_secret_field_is_hidden_whatever_it_is_called_and_holds(key, value):
    """A connector's own secret fields are hidden even when their names are harmless and their values are trees."""
    assert list(redact({key: value}, {key}).values()) == [HIDDEN]


@given(tree=TREES)
def test_redacting_never_fails_and_never_changes_what_it_was_given(tree):
    """Any JSON comes back as JSON, redacting it again changes nothing, and the original is untouched."""
    before = json.dumps(tree)

    redacted = redact(tree)

    assert json.dumps(tree) == before
    assert json.dumps(redact(redacted)) == json.dumps(redacted)


@pytest.mark.parametrize(
    "text",
    [
        f"wbt_{CANARY}{CANARY}",
        f"connecting to postgresql://ann:{CANARY}@db.example/sales failed",
        f"postgresql+psycopg://ann:p@ss/{CANARY}@db.example/sales",
        f"https://{CANARY}@git.example/x.git",
        f"Authorization: Bearer {CANARY}",
        f"authorization: basic {CANARY}==",
        f"https://host/path?api_key={CANARY}&x=1",
        f"https://host/path?x=1&X-Amz-Signature={CANARY}",
        f"password={CANARY}",
        f"Server=db;Uid=ann;Pwd={CANARY};",
        f'{{"db_password": "{CANARY}"}}',
        f"{{'client_secret': '{CANARY}'}}",
        f"eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIx{CANARY}.sig",
        f"-----BEGIN RSA PRIVATE KEY-----\n{CANARY}\n-----END RSA PRIVATE KEY-----",
        f"-----BEGIN PRIVATE KEY-----\n{CANARY} cut off",
    ],
)
def test_credentials_within_text_are_masked(text):
    """Tokens, credentials in URLs, headers and connection strings do not survive in any text, value or key."""
    assert CANARY not in mask(text)
    assert CANARY not in json.dumps(redact({"note": [text], text: 1}))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT carrier, avg(dep_delay) FROM daily_delays GROUP BY 1",
        "https://example.org/data?month=3",
        "the token has expired",
        "ann@example.org",
        "notebooks/daily_delays.ipynb",
    ],
)
def test_ordinary_text_stays_as_it_is(text):
    """What is no credential can still be read."""
    assert redact({"q": text}) == {"q": text}


def test_whether_a_secret_was_given_stays_visible():
    """An absent secret and a flag are told; a number may be a PIN and is not."""
    given = {"password": None, "has_password": True, "pwd": 1234, "token": ""}

    assert redact(given) == {"password": None, "has_password": True, "pwd": HIDDEN, "token": HIDDEN}


def test_bytes_are_only_counted():
    """Raw bytes, which may be anything, are written as their number."""
    assert redact({"body": b"abc", "more": [memoryview(b"abcd")]}) == {"body": "<3 bytes>", "more": ["<4 bytes>"]}


def test_depth_and_length_are_bounded():
    """Neither a thousand levels nor a megabyte reaches the log."""
    deep: object = CANARY
    for _ in range(5000):
        deep = [deep]

    assert CANARY not in str(redact(deep))
    assert len(redact("x" * 1_000_000)) == 8_001


def test_a_secret_across_the_cut_of_a_long_text_is_not_left_in_half():
    """Where a long text is cut, a credential that begins before the cut is masked, not halved."""
    text = "x" * 7_980 + f" postgresql://ann:{CANARY}@db/sales " + "y" * 5_000

    assert CANARY[:2] not in redact(text)


@pytest.mark.parametrize(
    "piece", ["eyJaaaaaaaa-", "a://", "postgresql://", "password", "bearer ", "-----BEGIN ", "'token':'", "-a", "wbt_"]
)
def test_no_text_takes_more_than_linear_time(piece):
    """Text made to send a pattern astray is masked about as fast as any other."""
    text = piece * (60_000 // len(piece))

    started = time.process_time()
    mask(text)

    assert time.process_time() - started < 2
