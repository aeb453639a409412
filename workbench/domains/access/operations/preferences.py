"""The doors to preferences."""

from __future__ import annotations

from workbench.core.context import Context
from workbench.core.operations import operation
from workbench.domains.access import service
from workbench.domains.access.schemas import PreferencesView, SetPreference, ShowPreferences


@operation("preferences.show", "GET /preferences", "preferences:own", effect="read")
def show(ctx: Context, request: ShowPreferences) -> PreferencesView:
    """Show what one's faces remember in a workspace: what one starred, the values one last ran with."""
    return PreferencesView(values=service.preferences_of(ctx, request.prefix))


@operation(
    "preferences.set", "PUT /preferences/{name}", "preferences:own", effect="write", audited=False, positional=("name",)
)
def set_preference(ctx: Context, request: SetPreference) -> PreferencesView:
    """Have something remembered."""
    service.prefer(ctx, request.name, request.value)
    return PreferencesView(values={} if request.value is None else {request.name: request.value})
