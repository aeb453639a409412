"""The page of what was found; it enters by `call`, like everyone else."""

from workbench.ui.languages import mark
from workbench.ui.pages import PageSpec

PAGES = (
    PageSpec(
        "search", mark("Search"), "search", f"{__name__}.page:page", "search:use", order=20, help="how-to.find-things"
    ),
)  # fmt: skip
