"""The pages of tables; they enter by `call`, like everyone else."""

from workbench.ui.languages import mark
from workbench.ui.pages import PageSpec

PAGES = (
    PageSpec(
        "tables", mark("Tables"), "tables", f"{__name__}.tables:tables", "tables:read", "Data", order=20,
        help="explanation.runs-and-commits",
    ),
    PageSpec(
        "tables/{name}", mark("Table"), "tables", f"{__name__}.table:table_page", "tables:read", "Data",
        help="explanation.runs-and-commits",
    ),
)  # fmt: skip
