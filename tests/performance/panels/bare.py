"""The least that panel-material-ui draws as a page: what ours are measured against."""

import panel as pn
import panel_material_ui as pmui

pn.extension()
pmui.Page(title="Bare", main=[pmui.Typography("Drawn", variant="h1")]).servable()
