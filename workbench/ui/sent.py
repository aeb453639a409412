"""A page as it is sent: its document, and what it loads and when."""

from __future__ import annotations

import re
from typing import Any

TAG = re.compile(r'<script type="text/javascript" src=')
# Bokeh draws without a graphics processor where that script is not there, and formulas were never loaded here.
LEFT_OUT = frozenset({"bokeh-gl", "bokeh-mathjax"})


class Bundles:
    """What pages load, by how deep their addresses are: the same for all of them, and found out at length."""

    def __init__(self, resources: Any) -> None:
        self._resources = resources
        self._known: dict[str, tuple[str, str]] = {}

    def of(self, rel_path: str) -> tuple[str, str]:
        """The tags of scripts and styles for a page whose kit is at a path relative to it, while that page is drawn."""
        if rel_path not in self._known:
            self._known[rel_path] = self._found()
        return self._known[rel_path]

    def _found(self) -> tuple[str, str]:
        """Scripts run once the page is read: until then there is nothing they could do, and words can be shown."""
        from panel.io.resources import Resources, bundle_resources

        resources = Resources.from_bokeh(self._resources)
        resources.components = [name for name in resources.components if name not in LEFT_OUT]
        bundle = bundle_resources(None, resources, enable_mathjax=False)
        bundle.js_raw = []  # says how much Bokeh logs, which is as much as it does anyway
        scripts, styles = bundle
        return TAG.sub("<script defer src=", scripts), styles


def document_of(session: Any, token: str, bundles: Bundles, title: str, language: str) -> str:
    """The HTML of a session's page."""
    from bokeh.embed.util import RenderItem
    from panel.config import config
    from panel.io.resources import LOCAL_DIST, patch_model_css
    from panel.io.server import html_page_for_render_items
    from panel.io.state import set_curdoc, state

    document = session.document
    with set_curdoc(document):
        path = str(state.rel_path or "")
        dist_url = f"{path}/{LOCAL_DIST}" if path else LOCAL_DIST
        document._template_variables.update(theme_name=config.theme, dist_url=dist_url)
        for root in document.roots:
            patch_model_css(root, dist_url=dist_url)
        page: str = html_page_for_render_items(
            bundles.of(path), {}, [RenderItem(token=token, roots=document.roots, use_for_title=False)], title,
            template=document.template, template_variables=document.template_variables,
        )  # fmt: skip
    return page.replace('<html lang="en"', f'<html lang="{language}"', 1)  # the kit knows no other
