"""Which texts are origins, where settings name some."""

from __future__ import annotations

import pytest

from workbench.core.errors import Invalid
from workbench.core.settings import load


def test_origins_are_told_apart(tmp_path):
    """Several stand with commas between them; case and a slash at the end do not matter; by default there are none."""
    given = {"frame_origins": "https://Intranet.example.org/, http://localhost:8080,https://[::1]:8443"}

    assert load({"home": tmp_path} | given, environ={}).frame_origins == (
        "https://intranet.example.org", "http://localhost:8080", "https://[::1]:8443"
    )  # fmt: skip
    assert load({"home": tmp_path}, environ={}).frame_origins == ()


@pytest.mark.parametrize(
    "text",
    [
        "*", "https://*.example.org", "example.org", "https://example.org/path", "https:", "'none'", "data:",
        "https://a.example; script-src *", "https://a.example https://b.example", "https://user@a.example",
        "https://a.example:port", "javascript://a.example", "https://a..example", "https://a.exa\nmple",
    ],
)  # fmt: skip
def test_what_is_no_origin_is_refused(tmp_path, text):
    """Nothing that would let everybody in, or end the directive, reaches a header."""
    with pytest.raises(Invalid, match="is not an origin"):
        load({"home": tmp_path, "frame_origins": [text]}, environ={})
