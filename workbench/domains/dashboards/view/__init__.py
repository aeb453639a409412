"""The pages of dashboards; they enter by `call`, like everyone else."""

from workbench.ui.pages import PageSpec

PAGES = (PageSpec("home", "Home", "home", f"{__name__}.page:home", "dashboards:view", order=0),)
