"""The pages of SQL and of saved queries; they enter by `call`, like everyone else."""

from workbench.ui.languages import mark
from workbench.ui.pages import PageSpec

PAGES = (
    PageSpec(
        "query", mark("Query"), "query", f"{__name__}.query:query", "queries:run", "Data", order=30,
        help="how-to.query",
    ),
    PageSpec(
        "queries", mark("Saved queries"), "queries", f"{__name__}.queries:queries", "queries:view", "Data", order=31,
        help="how-to.query",
    ),
    PageSpec(
        "queries/{name}", mark("Saved query"), "queries", f"{__name__}.saved:saved", "queries:view", "Data",
        help="how-to.query",
    ),
)  # fmt: skip
