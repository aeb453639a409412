"""Icons for navigation, drawn here: 20 units square, one stroke, no font to fetch."""

from __future__ import annotations

from markupsafe import Markup

_PATHS = {
    "home": "M3 9.5 10 3l7 6.5V17h-5v-5H8v5H3z",
    "pipelines": "M4 3h5v4H4zM11 13h5v4h-5zM6.5 7v8H11",
    "runs": "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM8.3 6.8v6.4l5-3.2z",
    "tables": "M3 4h14v12H3zM3 8h14M8.5 8v8",
    "query": "M3 4h14v12H3zM6 8l2.5 2L6 12M10 13h4",
    "queries": "M5 2.5h10V17l-5-3.5L5 17zM8 6.5h4M8 10h4",
    "connectors": "M7 3v4M13 3v4M5 7h10v3a5 5 0 0 1-10 0zM10 15v3",
    "mappings": "M2.5 5h3M2.5 15h3M14.5 5h3M14.5 15h3M6 5c5 0 3 10 8 10M6 15c5 0 3-10 8-10",
    "dashboards": "M3 17V9M8 17V4M13 17v-6M18 17H2",
    "monitoring": "M2 10h4l2-5 4 10 2-5h4",
    "search": "M8.5 3a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM12.5 12.5 17 17",
    "activity": "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM10 6v4l3 2",
    "audit": "M5 2.5h10v15H5zM8 6.5h4M8 10h4M8 13.5h2",
    "members": "M8 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 16.5c0-3 2.5-5 6-5s6 2 6 5M14 9V4M15 12c2 1 3 2 3 4.5",
    "templates": "M4 3h12v5H4zM4 11h5v6H4zM12 11h4v6h-4z",
    "sessions": "M3 4h14v9H3zM7 17h6M10 13v4",
    "lab": "M4 3h9l3 3v11H4zM7 8h6M7 11h6M7 14h3",
    "maintenance": "M12.5 3.5a4 4 0 0 0-4.8 5.2L3 13.4 6.6 17l4.7-4.7a4 4 0 0 0 5.2-4.8L14 10l-4-4z",
    "performance": "M3 15a7.5 7.5 0 1 1 14 0M10 13l3.5-5",
    "installation": "M10 7a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM10 2v3M10 15v3M2 10h3M15 10h3M4.5 4.5l2 2M13.5 13.5l2 2",
    "docs": "M3 4h5l2 1.5L12 4h5v12h-5l-2 1-2-1H3zM10 5.5V17",
    "settings": "M3 6h8M15 6h2M3 14h2M9 14h8M11 4v4M5 12v4",
}
_FALLBACK = "M4 4h12v12H4z"


def icon(name: str) -> Markup:
    """An icon, silent to those who hear the page: its label stands beside it."""
    return Markup(
        '<svg class="icon" aria-hidden="true" viewBox="0 0 20 20" width="20" height="20"><path d="{}"/></svg>'
    ).format(_PATHS.get(name, _FALLBACK))
