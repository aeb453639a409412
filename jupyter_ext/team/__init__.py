"""The server of a team: people sign in, and every route that nobody reviewed is denied.

guard       stands before all routes: form, origin, rule, rate, person, in this order
rule        what was reviewed about a handler: which methods, for whom, how often, under which content policy
credential  what a request shows: a session's cookie, an API token or an access token
visitor     who a request is from, as far as its rule needed to know
"""

from __future__ import annotations

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from .app import TeamApp

    return [{"module": "jupyter_ext.team", "app": TeamApp}]
