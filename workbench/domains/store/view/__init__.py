"""The pages of tables; they enter by `call`, like everyone else."""

from workbench.ui.pages import PageSpec

PAGES = (
    PageSpec(
        "tables", "Tables", "tables", f"{__name__}.tables:tables", "tables:read", "Data", order=20,
        help="explanation.runs-and-commits",
    ),
    PageSpec(
        "tables/{name}", "Table", "tables", f"{__name__}.table:table_page", "tables:read", "Data",
        help="explanation.runs-and-commits",
    ),
)  # fmt: skip
