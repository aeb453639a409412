"""The one door to Panel, its Material kit and HoloViews: which versions, and how they are set up.

Importing this takes seconds; do so off the event loop, and only where a page is drawn.
"""

from __future__ import annotations

import os
from typing import Any

# The kit would otherwise fetch what it lacks from a public network.
os.environ.setdefault("BOKEH_RESOURCES", "server")

import holoviews as _hv  # noqa: ICN001 - the short name is the untyped one
import panel as _pn  # noqa: ICN001 - likewise
import panel_material_ui as _pmui
import param
from bokeh.models import formatters as _formatters

# Their types are partial and wrong in places; within our code they are untyped.
pn: Any = _pn
pmui: Any = _pmui
hv: Any = _hv
formatters: Any = _formatters

pn.extension(notifications=False, browser_info=False, inline=False)
pn.config.disconnect_notification = ""
hv.extension("bokeh", logo=False)

__all__ = ["formatters", "hv", "param", "pmui", "pn"]
