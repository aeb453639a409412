"""The pages of SQL and of saved queries; they enter by `call`, like everyone else."""

from workbench.ui.pages import PageSpec

PAGES = (PageSpec("query", "Query", "query", f"{__name__}.query:query", "queries:run", "Data", order=30),)
