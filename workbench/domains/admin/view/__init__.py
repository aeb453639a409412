"""The pages of whoever looks after an installation; they enter by `call`, like everyone else."""

from workbench.ui.languages import mark
from workbench.ui.pages import PageSpec

PAGES = (
    PageSpec(
        "settings", mark("Settings"), "installation", f"{__name__}.settings:page", "admin:settings", "Installation",
        order=10, help="reference.settings",
    ),
    PageSpec(
        "maintenance", mark("Maintenance"), "maintenance", f"{__name__}.maintenance:page", "admin:maintenance",
        "Installation", order=20, help="how-to.look-after-an-installation",
    ),
    PageSpec(
        "performance", mark("Performance"), "performance", f"{__name__}.performance:page", "admin:maintenance",
        "Installation", order=30, help="how-to.look-after-an-installation",
    ),
)  # fmt: skip
