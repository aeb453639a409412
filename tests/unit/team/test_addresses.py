"""Where a person may be sent after she has signed in."""

from __future__ import annotations

import pytest

from jupyter_ext.team.addresses import safe


@pytest.mark.parametrize(
    "path",
    ["/base/lab", "/base/workbench/apps/default/home?month=3&x=%2F", "/base/lab/tree/default/a%20b.ipynb", "/base/"],
)
def test_a_place_of_this_server_is_gone_to(path):
    """As it was asked for, with its query."""
    assert safe(path, "/base/") == path


@pytest.mark.parametrize(
    "path",
    [
        "", "/", "/other/lab", "//evil.example/base/", "https://evil.example/base/", "/base//evil.example", "lab",
        "/base/\\evil.example", "/\\evil.example", "/base/%5c%5cevil.example", "/base/%2f%2fevil.example",
        "javascript:alert(1)", "/base/\tlab", "/base/lab\nSet-Cookie: a=b", "/base/lab%0d%0aSet-Cookie: a=b",
        "/base/lab%250d%250aX: y", " /base/lab", "\x00/base/lab", "https:/base/lab", "/base/ｌａｂ",
    ],
)  # fmt: skip
def test_any_other_address_is_not(path):
    """Whatever a browser might read in it."""
    assert safe(path, "/base/") is None
