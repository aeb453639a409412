"""The pages of the documentation; they enter by `call`, like everyone else."""

from workbench.ui.languages import mark
from workbench.ui.pages import PageSpec

PAGES = (
    PageSpec("docs", mark("Docs"), "docs", f"{__name__}.contents:contents", "docs:read", "Workspace", order=90),
    PageSpec(
        "docs/{document}", mark("Docs"), "docs", f"{__name__}.document:document", "docs:read", "Workspace", order=91
    ),
)  # fmt: skip
