"""The pages of pipelines and their runs; they enter by `call`, like everyone else."""

from workbench.ui.pages import PageSpec

PAGES = (
    PageSpec(
        "pipelines", "Pipelines", "pipelines", f"{__name__}.pipelines:pipelines", "pipelines:read", "Work", order=10,
        help="tutorials.first-steps",
    ),
    PageSpec(
        "pipelines/{name}", "Pipeline", "pipelines", f"{__name__}.pipeline:pipeline", "pipelines:read", "Work",
        help="tutorials.first-steps",
    ),
    PageSpec(
        "live/{name}", "Live page", "pipelines", f"{__name__}.live:live", "runs:read", "Work", above="pipelines",
        help="how-to.show-figures-live",
    ),
    PageSpec(
        "runs", "Runs", "runs", f"{__name__}.runs:runs", "runs:read", "Work", order=20,
        help="explanation.runs-and-commits",
    ),
    PageSpec(
        "runs/{id}", "Run", "runs", f"{__name__}.run:run", "runs:read", "Work", help="explanation.runs-and-commits",
    ),
)  # fmt: skip
