"""The pages of dashboards; they enter by `call`, like everyone else."""

from workbench.ui.languages import mark
from workbench.ui.pages import PageSpec

PAGES = (
    PageSpec(
        "home", mark("Home"), "home", f"{__name__}.page:home", "dashboards:view", order=0,
        help="tutorials.first-steps",
    ),
    PageSpec(
        "dashboards", mark("Dashboards"), "dashboards", f"{__name__}.boards:boards", "dashboards:view", order=10,
        help="how-to.make-a-dashboard",
    ),
    PageSpec(
        "d/{name}", mark("Dashboard"), "dashboards", f"{__name__}.board:board", "dashboards:view", above="dashboards",
        embeds=True, help="how-to.make-a-dashboard",
    ),
    PageSpec(
        "edit/{name}", mark("Edit"), "dashboards", f"{__name__}.editor:editor", "dashboards:write", above="dashboards",
        help="how-to.make-a-dashboard",
    ),
)  # fmt: skip
