"""The pages of SQL and of saved queries; they enter by `call`, like everyone else."""

from workbench.ui.pages import PageSpec

PAGES = (
    PageSpec("query", "Query", "query", f"{__name__}.query:query", "queries:run", "Data", order=30),
    PageSpec("queries", "Saved queries", "query", f"{__name__}.queries:queries", "queries:view", "Data", order=31),
    PageSpec("queries/{name}", "Saved query", "query", f"{__name__}.saved:saved", "queries:view", "Data"),
)
