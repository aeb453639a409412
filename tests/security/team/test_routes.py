"""Every route of a team's server was reviewed, and answers each kind of person as its rule says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tornado.web import RequestHandler

from jupyter_ext.team.policy import DENIED, REVIEWED, Rule, name_of
from tests.security.team.addresses import ADDRESSES
from workbench.core.permissions import PERMISSIONS, Level, Role

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
OUTSIDERS = (None, "expired", "disabled")


def handlers(rules: list[Any]) -> Iterator[type[RequestHandler]]:
    """All handlers that an application can reach."""
    for rule in rules:
        if hasattr(rule.target, "rules"):
            yield from handlers(rule.target.rules)
        else:
            yield rule.target


@pytest.fixture
def routed(team_server) -> set[str]:
    """The names of all handlers of the server."""
    return {name_of(handler) for handler in handlers(team_server.app.web_app.default_router.rules)}


def test_every_route_was_reviewed(routed):
    """A route that is in no table, as after an upgrade of Jupyter, is found here before anybody finds it open."""
    assert routed - REVIEWED.keys() - DENIED.keys() == set()


def test_no_rule_outlives_its_route(routed):
    """A rule that nothing uses is one that nobody would notice when it is used again."""
    assert REVIEWED.keys() - routed == set()


def test_every_reviewed_route_has_an_address_here():
    """The tests below leave out no handler that anybody may reach."""
    assert {name for name, _ in ADDRESSES} == REVIEWED.keys()


def test_the_extensions_that_open_holes_are_not_loaded(team_server):
    """No configuration of the machine brings in what runs scripts or passes ports on."""
    assert set(team_server.app.extension_manager.extensions) == {"jupyterlab", "jupyter_ext.team"}


def allowed(rule: Rule, who: Role | str | None, method: str) -> bool:
    """Whether the guard lets somebody through, by the table of permissions."""
    asked = rule.who_for(method)
    if asked.anyone:
        return True
    if not isinstance(who, Role):
        return False
    return asked.needs is None or PERMISSIONS[asked.needs].levels[who] is not Level.NONE


@pytest.mark.parametrize(("name", "path"), ADDRESSES, ids=[path for _, path in ADDRESSES])
def test_each_route_is_open_to_whom_its_rule_says_and_to_nobody_else(team_server, as_somebody, name, path, guarded):
    """Each identity × each method: what the rule leaves out never reaches a handler."""
    rule = REVIEWED[name]
    seen: dict[tuple[str, str], bool] = {}
    for who in (*Role, *OUTSIDERS):
        for method in METHODS:
            reached = guarded(who, method, path)
            seen[str(who), method] = reached
    expected = {
        (str(who), method): method in rule.methods and allowed(rule, who, method)
        for who in (*Role, *OUTSIDERS)
        for method in METHODS
    }

    assert seen == expected


@pytest.mark.parametrize(
    "path",
    [
        "api", "api/spec.yaml", "api/terminals", "api/events", "api/shutdown", "metrics",
        "login", "logout", "nbconvert/html/default/x.ipynb", "api/nbconvert", "view/default/x.html",
        "lab/api/extensions", "lab/api/plugins", "lab/api/build", "lab/api/news", "lab/api/licenses/",
        "panel-preview/render/x.ipynb", "proxy/80/", "terminals/1", "lsp/status", "nbdime/api/diff",
        "panel_dist/panel.js", "tree", "",
        "api/contents/default/trust",
        "edit/default/x.py", "workbench/api/v2", "../etc/passwd", "%2e%2e/etc/passwd",
        "api/contents/../../lab/api/build",
    ],
)  # fmt: skip
def test_an_admin_is_denied_what_nobody_reviewed(as_somebody, path):
    """Everything else is not there, also for those who may most."""
    answer = as_somebody(Role.ADMIN).get(path)

    assert answer.status_code in ((302,) if path == "" else (404,)), answer.text
