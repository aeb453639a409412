"""The pages of dashboards; they enter by `call`, like everyone else."""

from workbench.ui.pages import PageSpec

PAGES = (
    PageSpec("home", "Home", "home", f"{__name__}.page:home", "dashboards:view", order=0, help="tutorials.first-steps"),
    PageSpec(
        "dashboards", "Dashboards", "dashboards", f"{__name__}.boards:boards", "dashboards:view", order=10,
        help="how-to.make-a-dashboard",
    ),
    PageSpec(
        "d/{name}", "Dashboard", "dashboards", f"{__name__}.board:board", "dashboards:view", above="dashboards",
        embeds=True, help="how-to.make-a-dashboard",
    ),
    PageSpec(
        "edit/{name}", "Edit", "dashboards", f"{__name__}.editor:editor", "dashboards:write", above="dashboards",
        help="how-to.make-a-dashboard",
    ),
)  # fmt: skip
