"""The pages of mappings; they enter by `call`, like everyone else."""

from workbench.ui.languages import mark
from workbench.ui.pages import PageSpec

PAGES = (
    PageSpec(
        "mappings", mark("Mappings"), "mappings", f"{__name__}.mappings:mappings", "schemas:read", "Data", order=40,
        help="how-to.map-columns",
    ),
    PageSpec(
        "mappings/{name}", mark("Mapping"), "mappings", f"{__name__}.mapping:mapping", "schemas:read", "Data",
        help="how-to.map-columns",
    ),
)  # fmt: skip
