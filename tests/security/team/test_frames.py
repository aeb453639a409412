"""Whose pages may show ours in a frame: those that are named, and only what is made for it."""

from __future__ import annotations

import re

import pytest

from workbench.core.permissions import Role

BOARD = "workbench/apps/default/d/delays"
NAMED = "'self' https://intranet.example"


def ancestors(answer):
    """Who may show an answer in a frame."""
    found = re.findall(r"frame-ancestors ([^;]+)", answer.headers["content-security-policy"])
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        (f"{BOARD}?embed=1", NAMED),
        (BOARD, "'self'"),
        (f"{BOARD}?embed=0", "'self'"),
        (f"{BOARD}?embed=1&embed=0", "'self'"),
        (f"{BOARD}?Embed=1", "'self'"),
        ("workbench/apps/default/members?embed=1", "'self'"),
        ("workbench/apps/default/edit/delays?embed=1", "'self'"),
        ("workbench/apps/default/home?embed=1", "'self'"),
        ("workbench/login?embed=1", "'none'"),
        ("workbench/api/v1/me?embed=1", "'none'"),
    ],
)
def test_another_site_frames_only_what_is_made_for_it(as_somebody, path, allowed):
    """A named origin may show a dashboard that asks to be embedded; no page else, and no origin that is not named."""
    assert ancestors(as_somebody(Role.DEVELOPER).get(path)) == allowed


def test_who_is_not_signed_in_is_led_out_of_the_frame(as_somebody):
    """The way in is shown in no frame: there is a link that opens a window, and no field for a password."""
    framed = as_somebody(None).get(
        f"{BOARD}?embed=1", headers={"Accept": "text/html", "Sec-Fetch-Dest": "iframe"}, follow_redirects=False
    )
    whole = as_somebody(None).get(f"{BOARD}?embed=1", headers={"Accept": "text/html"}, follow_redirects=False)

    assert (framed.status_code, ancestors(framed)) == (401, NAMED)
    assert '<base target="_blank">' in framed.text
    assert "/workbench/login" in framed.text
    assert not re.search(r"<(form|input|script)", framed.text)
    assert whole.status_code == 302
    assert whole.headers["location"].startswith("/base/workbench/login")
