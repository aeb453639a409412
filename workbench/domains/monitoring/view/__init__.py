"""The page that says how a workspace is doing; it enters by `call`, like everyone else."""

from workbench.ui.languages import mark
from workbench.ui.pages import PageSpec

PAGES = (
    PageSpec(
        "monitoring", mark("Monitoring"), "monitoring", f"{__name__}.page:page", "runs:read", "Insight", order=20,
        help="how-to.monitor",
    ),
)  # fmt: skip
