"""The page around an app; it enters by `call`, like everyone else, and trusts nothing of what it frames."""

from workbench.ui.languages import mark
from workbench.ui.pages import PageSpec

PAGES = (
    PageSpec(
        "app/{name}", mark("App"), "dashboards", f"{__name__}.app:app", "pipelines:read", above="dashboards",
        help="how-to.serve-an-app",
    ),
)  # fmt: skip
