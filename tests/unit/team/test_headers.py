"""What every response of a team's server says."""

from __future__ import annotations

import pytest
from tornado.httputil import HTTPHeaders

from jupyter_ext.team.headers import POLICIES, Outfit
from jupyter_ext.team.inline import inline_scripts
from jupyter_ext.team.places import Places
from jupyter_ext.team.policy import Content
from workbench.core.settings import load


def dressed(outfit: Outfit, **given: str) -> HTTPHeaders:
    """The headers of a response after the outfit was put on."""
    headers = HTTPHeaders({name.replace("_", "-"): value for name, value in given.items()})
    outfit.put_on(headers)
    return headers


def test_https_is_kept_to_once_it_was_used():
    """A browser that came by HTTPS never comes by HTTP again; without HTTPS nothing is promised."""
    assert dressed(Outfit(secure=True))["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in dressed(Outfit())


@pytest.mark.parametrize(
    ("public_url", "tls", "secure"),
    [("https://data.example.org/", False, True), ("http://data.example.org/", False, False), ("", True, True)],
)
def test_a_server_is_secure_by_its_own_settings(public_url, tls, secure):
    """Not by what a request says of itself."""
    assert Places(load({"public_url": public_url}, environ={}), "/", "localhost", tls).secure is secure


def test_a_handlers_own_policy_stays_and_jupyters_does_not():
    """Pages say which script is theirs; Jupyter's policy would let every script run."""
    own = "default-src 'self'; script-src 'nonce-x'"
    jupyters = "frame-ancestors 'self'; report-uri /api/security/csp-report"

    assert dressed(Outfit(), Content_Security_Policy=own)["Content-Security-Policy"] == own
    assert dressed(Outfit(), Content_Security_Policy=jupyters)["Content-Security-Policy"] == POLICIES[Content.DATA]


def test_no_policy_lets_inline_scripts_run():
    """Save those of JupyterLab's page, by their digests."""
    assert inline_scripts().startswith(" 'sha256-")
    for policy in POLICIES.values():
        scripts = policy.partition("script-src")[2].partition(";")[0]

        assert "unsafe-inline" not in scripts
        assert policy.startswith(("default-src", "sandbox"))


def test_what_nobody_may_keep_is_not_kept():
    """A cache between keeps no answer unless its handler says so."""
    assert dressed(Outfit())["Cache-Control"] == "private, no-store"
    assert dressed(Outfit(), Etag='"1"')["Cache-Control"] == "private, no-cache"
    assert dressed(Outfit(), Cache_Control="max-age=60")["Cache-Control"] == "max-age=60"
