"""The pages of pipelines and their runs; they enter by `call`, like everyone else."""

from workbench.ui.languages import mark
from workbench.ui.pages import PageSpec

PAGES = (
    PageSpec(
        "pipelines", mark("Pipelines"), "pipelines", f"{__name__}.pipelines:pipelines", "pipelines:read", "Work",
        order=10, help="tutorials.first-steps",
    ),
    PageSpec(
        "pipelines/{name}", mark("Pipeline"), "pipelines", f"{__name__}.pipeline:pipeline", "pipelines:read",
        "Work", help="tutorials.first-steps",
    ),
    PageSpec(
        "live/{name}", mark("Live page"), "pipelines", f"{__name__}.live:live", "runs:read", "Work",
        above="pipelines", help="how-to.show-figures-live",
    ),
    PageSpec(
        "runs", mark("Runs"), "runs", f"{__name__}.runs:runs", "runs:read", "Work", order=20,
        help="explanation.runs-and-commits",
    ),
    PageSpec(
        "runs/{id}", mark("Run"), "runs", f"{__name__}.run:run", "runs:read", "Work",
        help="explanation.runs-and-commits",
    ),
)  # fmt: skip
