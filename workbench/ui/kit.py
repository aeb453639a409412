"""The one door to Panel, its Material kit and HoloViews: which versions, and how they are set up.

Importing this takes seconds; do so off the event loop, and only where a page is drawn.
"""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import Any

# The kit would otherwise fetch what it lacks from a public network.
os.environ.setdefault("BOKEH_RESOURCES", "server")

import holoviews as _hv  # noqa: ICN001 - the short name is the untyped one
import panel as _pn  # noqa: ICN001 - likewise
import panel_material_ui as _pmui
import param
from bokeh.core.has_props import _default_resolver
from bokeh.models import formatters as _formatters

# Their types are partial and wrong in places; within our code they are untyped.
pn: Any = _pn
hv: Any = _hv
formatters: Any = _formatters
_material: Any = _pmui
_models: Any = _default_resolver
# Of the Material kit what pages use; see `_forget_the_others`.
pmui: Any = SimpleNamespace(Page=_material.Page, Select=_material.Select)

pn.extension(notifications=False, browser_info=False, inline=False)
pn.config.disconnect_notification = ""
hv.extension("bokeh", logo=False)


def _forget_the_others() -> None:
    """Have no document define the kit's components that no page uses: 140 of them, most of what writing one takes."""
    used, known = {component._data_model for component in vars(pmui).values()}, set(_models.known_models.values())
    for component in param.descendents(_material.base.MaterialComponent):
        model = component.__dict__.get("_data_model")
        if model in known - used:
            _models.remove(model)


_forget_the_others()

__all__ = ["formatters", "hv", "param", "pmui", "pn"]
