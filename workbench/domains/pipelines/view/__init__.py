"""The pages of templates; those of pipelines are where runs are known. They enter by `call`, like everyone else."""

from workbench.ui.languages import mark
from workbench.ui.pages import PageSpec

PAGES = (
    PageSpec(
        "templates", mark("Templates"), "templates", f"{__name__}.templates:templates", "pipelines:design",
        "Work", order=30, help="how-to.start-from-a-template",
    ),
    PageSpec(
        "templates/{name}", mark("Template"), "templates", f"{__name__}.template:template", "pipelines:design",
        "Work", help="how-to.start-from-a-template",
    ),
)  # fmt: skip
